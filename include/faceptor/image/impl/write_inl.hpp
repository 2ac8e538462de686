#pragma once

#include <cstdlib>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <spng.h>
#include <turbojpeg.h>

#include <faceptor/files/whole_file.hpp>
#include <faceptor/image/write.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE std::vector<std::byte> encode_png_samples(int width, int height, int channels, std::span<const std::uint8_t> samples) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> context(spng_ctx_new(SPNG_CTX_ENCODER), &spng_ctx_free);
  if (!context) throw Error(ErrorCode::internal, "image: the PNG encoder can't be started");
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(width);
  header.height = static_cast<std::uint32_t>(height);
  header.bit_depth = 8;
  header.color_type = channels == 1 ? SPNG_COLOR_TYPE_GRAYSCALE : SPNG_COLOR_TYPE_TRUECOLOR;
  int code = spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  if (code == SPNG_OK) code = spng_set_ihdr(context.get(), &header);
  if (code == SPNG_OK) code = spng_encode_image(context.get(), samples.data(), samples.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  std::size_t size = 0;
  std::unique_ptr<void, void (*)(void*)> buffer(nullptr, &std::free);
  if (code == SPNG_OK) buffer.reset(spng_get_png_buffer(context.get(), &size, &code));
  if (code != SPNG_OK || !buffer) {
    throw Error(ErrorCode::internal, "image: the PNG encoder failed").found(fmt::format("\"{}\"", spng_strerror(code)));
  }
  const auto* begin = static_cast<const std::byte*>(buffer.get());
  return {begin, begin + size};
}

FACEPTOR_INLINE void refuse_empty(const Image& image) {
  if (image.empty()) throw Error(ErrorCode::argument, "image: an empty picture can't be written");
}

}  // namespace detail

FACEPTOR_INLINE std::vector<std::byte> encode_png(const Image& image) {
  detail::refuse_empty(image);
  return detail::encode_png_samples(image.width(), image.height(), 3, image.pixels());
}

FACEPTOR_INLINE std::vector<std::byte> encode_jpeg(const Image& image, int quality) {
  detail::refuse_empty(image);
  if (quality < 1 || quality > 100) {
    throw Error(ErrorCode::argument, "image: not a JPEG quality").expected("1 to 100").found(std::to_string(quality));
  }
  constexpr int kLongestSide = 65500;
  if (image.width() > kLongestSide || image.height() > kLongestSide) {
    throw Error(ErrorCode::argument, "image: too large for a JPEG")
        .expected(fmt::format("sides of at most {}", kLongestSide))
        .found(fmt::format("{}x{}", image.width(), image.height()));
  }
  const std::unique_ptr<void, int (*)(tjhandle)> encoder(tjInitCompress(), &tjDestroy);
  if (!encoder) throw Error(ErrorCode::internal, "image: the JPEG encoder can't be started");
  unsigned char* data = nullptr;
  unsigned long size = 0;
  const int failed = tjCompress2(encoder.get(), image.pixels().data(), image.width(), 0, image.height(), TJPF_RGB, &data, &size,
                                 quality >= 90 ? TJSAMP_444 : TJSAMP_420, quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> buffer(data, &tjFree);
  if (failed != 0) {
    throw Error(ErrorCode::internal, "image: the JPEG encoder failed").found(fmt::format("\"{}\"", tjGetErrorStr2(encoder.get())));
  }
  const auto* begin = reinterpret_cast<const std::byte*>(buffer.get());
  return {begin, begin + size};
}

FACEPTOR_INLINE void write_png(const std::filesystem::path& path, const Image& image) { files::write_file(path, encode_png(image)); }

FACEPTOR_INLINE void write_jpeg(const std::filesystem::path& path, const Image& image, int quality) {
  files::write_file(path, encode_jpeg(image, quality));
}

}  // namespace faceptor
