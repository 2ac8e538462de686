#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <spng.h>

#include <faceptor/image/codecs.hpp>
#include <faceptor/image/read.hpp>

namespace faceptor::detail {

using SpngContext = std::unique_ptr<spng_ctx, void (*)(spng_ctx*)>;

/// zlib's state is all that it can't be started for.
FACEPTOR_INLINE bool is_no_memory(int code) { return code == SPNG_EMEM || code == SPNG_EZLIB_INIT; }

FACEPTOR_INLINE Error png_error(int code, std::string_view name) {
  if (code == SPNG_ECHUNK_LIMITS) {
    return image_error(ErrorCode::limit, "a chunk of the PNG is larger than is read, or empty", name)
        .expected("texts and colour profiles of at most 8 MiB each")
        .hint("write the picture anew without them: magick PICTURE -strip OTHER.png");
  }
  if (is_no_memory(code)) return no_memory_for("PNG", name);
  if (code == SPNG_EWIDTH || code == SPNG_EHEIGHT) {
    return image_error(ErrorCode::format, "the PNG has a side of zero pixels, or of more than the format allows", name);
  }
  return damaged_image("PNG", name, spng_strerror(code));
}

FACEPTOR_INLINE SpngContext open_png(std::span<const std::byte> bytes, spng_ihdr& header, std::string_view name) {
  SpngContext context(spng_ctx_new(0), &spng_ctx_free);
  if (!context) throw no_memory_for("PNG", name);
  // Text and colour profiles unpack to a multiple of their size: 8 MiB a chunk, 32 MiB together, and few chunks.
  spng_set_chunk_limits(context.get(), std::size_t{8} << 20, std::size_t{32} << 20);
  int code = spng_set_png_buffer(context.get(), bytes.data(), bytes.size());
  if (code == SPNG_OK) code = spng_get_ihdr(context.get(), &header);
  if (code != SPNG_OK) throw png_error(code, name);
  return context;
}

FACEPTOR_INLINE StoredSize png_size(std::span<const std::byte> bytes, std::string_view name) {
  spng_ihdr header{};
  open_png(bytes, header, name);
  return {header.width, header.height};
}

FACEPTOR_INLINE Image decode_png(std::span<const std::byte> bytes, StoredSize size, const ReadOptions& options, std::string_view name) {
  spng_ihdr header{};
  const auto context = open_png(bytes, header, name);
  spng_trns transparency{};
  const int transparent = spng_get_trns(context.get(), &transparency);
  if (transparent != SPNG_OK && transparent != SPNG_ECHUNKAVAIL) throw png_error(transparent, name);
  const bool alpha = transparent == SPNG_OK || header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA ||
                     header.color_type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;

  const int width = static_cast<int>(size.width), height = static_cast<int>(size.height);
  std::vector<std::uint8_t> pixels(std::size_t{size.width} * size.height * (alpha ? 4 : 3));
  int code =
      spng_decode_image(context.get(), pixels.data(), pixels.size(), alpha ? SPNG_FMT_RGBA8 : SPNG_FMT_RGB8, alpha ? SPNG_DECODE_TRNS : 0);
  // The chunks after the picture's data, up to IEND: without them a file that was cut off there would pass.
  if (code == SPNG_OK) code = spng_decode_chunks(context.get());
  if (code != SPNG_OK && (!options.lenient || is_no_memory(code))) throw png_error(code, name).hint(kLenientHint);
  return alpha ? over_white(width, height, pixels) : Image(width, height, std::move(pixels));
}

FACEPTOR_INLINE std::string png_kind_text(const spng_ihdr& header) {
  return fmt::format("{} of {} bits",
                     header.color_type == SPNG_COLOR_TYPE_GRAYSCALE         ? "grey"
                     : header.color_type == SPNG_COLOR_TYPE_INDEXED         ? "a palette"
                     : header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA ? "grey with transparency"
                     : header.color_type == SPNG_COLOR_TYPE_TRUECOLOR       ? "colours"
                                                                            : "colours with transparency",
                     header.bit_depth);
}

FACEPTOR_INLINE std::vector<std::uint8_t> decode_png_samples(std::span<const std::byte> bytes, StoredSize size, std::string_view name) {
  spng_ihdr header{};
  const auto context = open_png(bytes, header, name);
  const bool one_channel = header.color_type == SPNG_COLOR_TYPE_GRAYSCALE || header.color_type == SPNG_COLOR_TYPE_INDEXED;
  if (!one_channel || header.bit_depth > 8) {
    throw image_error(ErrorCode::unsupported, "the PNG doesn't hold class indices", name)
        .expected("one channel of at most 8 bits: grey, or a palette")
        .found(png_kind_text(header));
  }
  std::size_t packed_size = 0;
  int code = spng_decoded_image_size(context.get(), SPNG_FMT_PNG, &packed_size);
  if (code != SPNG_OK) throw png_error(code, name);
  std::vector<std::uint8_t> packed(packed_size);
  code = spng_decode_image(context.get(), packed.data(), packed.size(), SPNG_FMT_PNG, 0);
  if (code == SPNG_OK) code = spng_decode_chunks(context.get());
  if (code != SPNG_OK) throw png_error(code, name);
  if (header.bit_depth == 8) return packed;

  // Several samples a byte, the leftmost in the highest bits; each row begins with a byte of its own.
  std::vector<std::uint8_t> samples(std::size_t{size.width} * size.height);
  const std::size_t bits = header.bit_depth, row_bytes = (size.width * bits + 7) / 8;
  const auto mask = static_cast<unsigned>((1U << bits) - 1);
  for (std::size_t y = 0; y < size.height; ++y) {
    for (std::size_t x = 0; x < size.width; ++x) {
      const std::size_t bit = x * bits;
      samples[y * size.width + x] = static_cast<std::uint8_t>(packed[y * row_bytes + bit / 8] >> (8 - bits - bit % 8) & mask);
    }
  }
  return samples;
}

FACEPTOR_INLINE std::vector<std::uint16_t> decode_png_grey(std::span<const std::byte> bytes, StoredSize size, std::string_view name) {
  spng_ihdr header{};
  const auto context = open_png(bytes, header, name);
  if (header.color_type != SPNG_COLOR_TYPE_GRAYSCALE) {
    throw image_error(ErrorCode::unsupported, "the PNG doesn't hold one channel", name).expected("grey").found(png_kind_text(header));
  }
  if (header.bit_depth < 16) {
    const auto samples = decode_png_samples(bytes, size, name);
    const unsigned step = 65535U / ((1U << header.bit_depth) - 1);
    std::vector<std::uint16_t> grey(samples.size());
    std::ranges::transform(samples, grey.begin(), [&](std::uint8_t sample) { return static_cast<std::uint16_t>(sample * step); });
    return grey;
  }
  std::vector<std::uint16_t> grey(std::size_t{size.width} * size.height);
  // In the machine's order of bytes.
  int code = spng_decode_image(context.get(), grey.data(), grey.size() * sizeof(std::uint16_t), SPNG_FMT_PNG, 0);
  if (code == SPNG_OK) code = spng_decode_chunks(context.get());
  if (code != SPNG_OK) throw png_error(code, name);
  return grey;
}

}  // namespace faceptor::detail
