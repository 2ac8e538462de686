#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <spng.h>
#include <turbojpeg.h>
#include <webp/encode.h>
#include <zlib.h>

#include <faceptor/image/image.hpp>

#include "image/pictures.hpp"
#include "support/catch.hpp"

/// Files of every kind a decoder has to read, and parts to make broken ones of.
namespace encoders {

using Bytes = std::vector<std::byte>;

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Bytes big(std::uint32_t value, int count) {
  Bytes out;
  for (int i = count - 1; i >= 0; --i) out.push_back(static_cast<std::byte>(value >> (8 * i) & 0xFF));
  return out;
}

inline Bytes little(std::uint32_t value, int count) {
  Bytes out;
  for (int i = 0; i < count; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i) & 0xFF));
  return out;
}

inline Bytes text(std::string_view value) { return pictures::bytes_of(value); }

/// What a PNG is made of besides its pixels.
struct PngKind {
  std::uint8_t bit_depth = 8;
  std::uint8_t color_type = SPNG_COLOR_TYPE_TRUECOLOR;
  bool interlaced = false;
  std::vector<spng_plte_entry> palette = {};
  std::vector<std::uint8_t> palette_alpha = {};
};

/// @param samples  in PNG's own layout, 16-bit samples in the machine's byte order
inline Bytes png(std::uint32_t width, std::uint32_t height, const PngKind& kind, std::span<const std::uint8_t> samples) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> context(spng_ctx_new(SPNG_CTX_ENCODER), &spng_ctx_free);
  spng_ihdr header{width, height, kind.bit_depth, kind.color_type, 0, 0, static_cast<std::uint8_t>(kind.interlaced ? 1 : 0)};
  spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  REQUIRE(spng_set_ihdr(context.get(), &header) == SPNG_OK);
  if (!kind.palette.empty()) {
    spng_plte palette{};
    palette.n_entries = static_cast<std::uint32_t>(kind.palette.size());
    std::copy(kind.palette.begin(), kind.palette.end(), palette.entries);
    REQUIRE(spng_set_plte(context.get(), &palette) == SPNG_OK);
  }
  if (!kind.palette_alpha.empty()) {
    spng_trns alpha{};
    alpha.n_type3_entries = static_cast<std::uint32_t>(kind.palette_alpha.size());
    std::copy(kind.palette_alpha.begin(), kind.palette_alpha.end(), alpha.type3_alpha);
    REQUIRE(spng_set_trns(context.get(), &alpha) == SPNG_OK);
  }
  REQUIRE(spng_encode_image(context.get(), samples.data(), samples.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE) == SPNG_OK);
  int code = 0;
  std::size_t size = 0;
  const std::unique_ptr<void, void (*)(void*)> buffer(spng_get_png_buffer(context.get(), &size, &code), &std::free);
  REQUIRE(code == SPNG_OK);
  const auto* begin = static_cast<const std::byte*>(buffer.get());
  return {begin, begin + size};
}

inline Bytes png_chunk(std::string_view type, const Bytes& data) {
  const auto body = text(type) + data;
  const auto crc = crc32(0L, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big(static_cast<std::uint32_t>(data.size()), 4) + body + big(static_cast<std::uint32_t>(crc), 4);
}

/// The signature and header of a PNG, without a picture.
inline Bytes png_start(std::uint32_t width, std::uint32_t height) {
  return text("\x89PNG\r\n\x1A\n") + png_chunk("IHDR", big(width, 4) + big(height, 4) + big(0x08020000, 4) + big(0, 1));
}

/// A PNG with one chunk more, right after its header.
inline Bytes png_with_chunk(const Bytes& file, const Bytes& chunk) {
  constexpr std::ptrdiff_t kAfterHeader = 8 + 25;
  return Bytes(file.begin(), file.begin() + kAfterHeader) + chunk + Bytes(file.begin() + kAfterHeader, file.end());
}

/// @param pixel_format  TJPF_RGB or TJPF_CMYK
inline Bytes jpeg(int width, int height, std::span<const std::uint8_t> pixels, int pixel_format, int subsampling, int flags = 0) {
  const std::unique_ptr<void, int (*)(tjhandle)> encoder(tjInitCompress(), &tjDestroy);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  const int failed =
      tjCompress2(encoder.get(), pixels.data(), width, 0, height, pixel_format, &data, &size, subsampling, 95, flags | TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> buffer(data, &tjFree);
  REQUIRE(failed == 0);
  const auto* begin = reinterpret_cast<const std::byte*>(data);
  return {begin, begin + size};
}

inline Bytes jpeg(const faceptor::Image& image, int subsampling = TJSAMP_444, int flags = 0) {
  return jpeg(image.width(), image.height(), image.pixels(), TJPF_RGB, subsampling, flags);
}

/// A JPEG with one marker segment more, right after its start.
inline Bytes jpeg_with_segment(const Bytes& file, int marker, const Bytes& data) {
  return Bytes(file.begin(), file.begin() + 2) + big(0xFF00U | static_cast<unsigned>(marker), 2) +
         big(static_cast<std::uint32_t>(data.size() + 2), 2) + data + Bytes(file.begin() + 2, file.end());
}

/// Where in a JPEG a marker stands.
inline std::size_t find_marker(const Bytes& file, unsigned marker) {
  for (std::size_t i = 0; i + 1 < file.size(); ++i) {
    if (file[i] == std::byte{0xFF} && file[i + 1] == static_cast<std::byte>(marker)) return i;
  }
  FAIL("no such marker");
  return 0;
}

/// A TIFF block whose only tag is the orientation.
inline Bytes exif(std::uint32_t orientation, bool little_endian) {
  const auto n = [&](std::uint32_t value, int count) { return little_endian ? little(value, count) : big(value, count); };
  return text(little_endian ? "II" : "MM") + n(42, 2) + n(8, 4) + n(1, 2) + n(0x0112, 2) + n(3, 2) + n(1, 4) + n(orientation, 2) + n(0, 2) +
         n(0, 4);
}

inline Bytes bmp(const faceptor::Image& image) {
  const auto row = (static_cast<std::uint32_t>(image.width()) * 3 + 3) / 4 * 4;
  const auto size = row * static_cast<std::uint32_t>(image.height());
  auto out = text("BM") + little(54 + size, 4) + little(0, 4) + little(54, 4) + little(40, 4) +
             little(static_cast<std::uint32_t>(image.width()), 4) + little(static_cast<std::uint32_t>(image.height()), 4) + little(1, 2) +
             little(24, 2) + little(0, 4) + little(size, 4) + little(2835, 4) + little(2835, 4) + little(0, 4) + little(0, 4);
  for (int y = image.height() - 1; y >= 0; --y) {
    for (int x = 0; x < image.width(); ++x) {
      for (const int c : {2, 1, 0}) out.push_back(static_cast<std::byte>(image.at(x, y)[c]));
    }
    out.resize(out.size() + row - static_cast<std::uint32_t>(image.width()) * 3);
  }
  return out;
}

inline Bytes ppm(const faceptor::Image& image) {
  const auto* begin = reinterpret_cast<const std::byte*>(image.pixels().data());
  return text("P6\n" + std::to_string(image.width()) + " " + std::to_string(image.height()) + "\n255\n") +
         Bytes(begin, begin + image.pixels().size());
}

/// A Photoshop file without layers, planes one after the other.
inline Bytes psd(const faceptor::Image& image) {
  auto out = text("8BPS") + big(1, 2) + big(0, 4) + big(0, 2) + big(3, 2) + big(static_cast<std::uint32_t>(image.height()), 4) +
             big(static_cast<std::uint32_t>(image.width()), 4) + big(8, 2) + big(3, 2) + big(0, 4) + big(0, 4) + big(0, 4) + big(0, 2);
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t i = c; i < image.pixels().size(); i += 3) out.push_back(static_cast<std::byte>(image.pixels()[i]));
  }
  return out;
}

/// The chunks of a still WebP: "VP8 ", or "VP8L" if lossless. @param pixels  RGB or RGBA
inline Bytes webp(int width, int height, std::span<const std::uint8_t> pixels, bool lossless, float quality = 90) {
  const bool alpha = pixels.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
  std::uint8_t* data = nullptr;
  const std::size_t size = lossless ? (alpha ? WebPEncodeLosslessRGBA(pixels.data(), width, height, width * 4, &data)
                                             : WebPEncodeLosslessRGB(pixels.data(), width, height, width * 3, &data))
                                    : (alpha ? WebPEncodeRGBA(pixels.data(), width, height, width * 4, quality, &data)
                                             : WebPEncodeRGB(pixels.data(), width, height, width * 3, quality, &data));
  const std::unique_ptr<std::uint8_t, void (*)(void*)> buffer(data, &WebPFree);
  REQUIRE(size > 0);
  const auto* begin = reinterpret_cast<const std::byte*>(data);
  return {begin, begin + size};
}

inline Bytes webp(const faceptor::Image& image, bool lossless) { return webp(image.width(), image.height(), image.pixels(), lossless); }

inline Bytes riff_chunk(std::string_view name, const Bytes& content) {
  return text(name) + little(static_cast<std::uint32_t>(content.size()), 4) + content + Bytes(content.size() % 2);
}

/// A WebP of chunks after its header for extended files. @param flags  2: animation, 8: EXIF, 16: alpha, 32: colour profile
inline Bytes webp_of_chunks(std::uint32_t flags, std::uint32_t width, std::uint32_t height, const Bytes& chunks) {
  return riff_chunk("RIFF", text("WEBP") + riff_chunk("VP8X", little(flags, 4) + little(width - 1, 3) + little(height - 1, 3)) + chunks);
}

/// The chunks of a still WebP that is not extended.
inline Bytes webp_chunks(const Bytes& file) { return Bytes(file.begin() + 12, file.end()); }

/// A frame of an animation. @param x, y  even
inline Bytes webp_frame(std::uint32_t x, std::uint32_t y, const faceptor::Image& image) {
  return riff_chunk("ANMF", little(x / 2, 3) + little(y / 2, 3) + little(static_cast<std::uint32_t>(image.width() - 1), 3) +
                                little(static_cast<std::uint32_t>(image.height() - 1), 3) + little(100, 3) + little(0, 1) +
                                webp_chunks(webp(image, true)));
}

inline Bytes webp_animation(std::uint32_t width, std::uint32_t height, const Bytes& frames) {
  return webp_of_chunks(2, width, height, riff_chunk("ANIM", little(0xFFFFFFFF, 4) + little(0, 2)) + frames);
}

/// A 2x1 GIF: one red and one blue pixel, as codes of three bits.
inline Bytes gif() {
  constexpr std::uint32_t kClear = 4, kEnd = 5;
  const std::uint32_t codes = kClear | 0U << 3 | 1U << 6 | kEnd << 9;
  return text("GIF89a") + little(2, 2) + little(1, 2) + big(0x910000, 3) + big(0xFF0000, 3) + big(0x0000FF, 3) + big(0, 3) + big(0, 3) +
         text(",") + little(0, 4) + little(2, 2) + little(1, 2) + little(0, 1) + little(2, 1) + little(2, 1) + little(codes, 2) +
         little(0, 1) + text(";");
}

}  // namespace encoders
