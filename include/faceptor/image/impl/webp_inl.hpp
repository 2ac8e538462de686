#pragma once

#include <webp/decode.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/read.hpp>

// A WebP file is RIFF: chunks of a name, a size, and that many bytes, padded to an even number.

namespace faceptor::detail {

FACEPTOR_INLINE const char* webp_reason(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OK: return "no fault";
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA: return "the data end early";
    case VP8_STATUS_UNSUPPORTED_FEATURE: return "a feature of the bitstream is not supported";
    default: return "the bitstream contradicts itself";
  }
}

FACEPTOR_INLINE Error webp_error(VP8StatusCode status, std::string_view name) {
  if (status == VP8_STATUS_OUT_OF_MEMORY) return no_memory_for("WebP", name);
  return damaged_image("WebP", name, webp_reason(status));
}

FACEPTOR_INLINE WebPBitstreamFeatures webp_features(std::span<const std::byte> bytes, std::string_view name) {
  WebPBitstreamFeatures features{};
  const auto status = WebPGetFeatures(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), &features);
  if (status != VP8_STATUS_OK) throw webp_error(status, name);
  if (features.width <= 0 || features.height <= 0) throw image_error(ErrorCode::format, "the WebP has a side of zero pixels", name);
  return features;
}

FACEPTOR_INLINE StoredSize webp_size(std::span<const std::byte> bytes, std::string_view name) {
  const auto features = webp_features(bytes, name);
  return {static_cast<std::uint32_t>(features.width), static_cast<std::uint32_t>(features.height)};
}

FACEPTOR_INLINE std::optional<std::span<const std::byte>> find_webp_chunk(std::span<const std::byte> file, std::string_view wanted) {
  for (std::size_t at = 12; const auto size = files::number_at<std::uint32_t>(file, at + 4);) {
    const auto content = file.subspan(at + 8);
    if (files::has_bytes_at(file, at, wanted)) return content.first(std::min<std::size_t>(*size, content.size()));
    if (content.size() < *size) return std::nullopt;
    at += 8 + std::size_t{*size} + *size % 2;
  }
  return std::nullopt;
}

/// Where an animation's first frame lies on the canvas, and its data, which the decoder takes without a RIFF header.
struct WebpFrame {
  std::size_t x = 0, y = 0;
  std::span<const std::byte> data;
};

FACEPTOR_INLINE WebpFrame first_webp_frame(std::span<const std::byte> file, std::string_view name) {
  const auto frame = find_webp_chunk(file, "ANMF");
  constexpr std::size_t kHeader = 16;  // bytes: place, sides, duration, flags
  if (!frame || frame->size() < kHeader) throw damaged_image("WebP", name, "no frame of the animation");
  const auto three_bytes = [&](std::size_t at) { return *files::number_at<std::uint32_t>(*frame, at) & 0xFFFFFFU; };
  return {std::size_t{three_bytes(0)} * 2, std::size_t{three_bytes(3)} * 2, frame->subspan(kHeader)};
}

/// Decodes a still picture into the rectangle that `target` begins with. @param stride  bytes from one row to the next
FACEPTOR_INLINE void decode_webp_still(std::span<const std::byte> data, bool alpha, std::span<std::uint8_t> target, std::size_t stride,
                                       const ReadOptions& options, std::string_view name) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) throw image_error(ErrorCode::internal, "the WebP decoder can't be started", name);
  config.output.colorspace = alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {target.data(), static_cast<int>(stride), target.size()};
  const auto* begin = reinterpret_cast<const std::uint8_t*>(data.data());
  const auto status = WebPDecode(begin, data.size(), &config);
  if (status == VP8_STATUS_OK) return;
  if (!options.lenient || status == VP8_STATUS_OUT_OF_MEMORY) {
    auto error = webp_error(status, name);
    throw error.code() == ErrorCode::format ? error.hint(kLenientHint) : error;
  }
  // Row by row, as far as the data go.
  const std::unique_ptr<WebPIDecoder, void (*)(WebPIDecoder*)> decoder(WebPINewDecoder(&config.output), &WebPIDelete);
  if (!decoder || WebPIUpdate(decoder.get(), begin, data.size()) == VP8_STATUS_OUT_OF_MEMORY) throw no_memory_for("WebP", name);
}

FACEPTOR_INLINE Image decode_webp(std::span<const std::byte> bytes, StoredSize size, const ReadOptions& options, std::string_view name) {
  const auto features = webp_features(bytes, name);
  const int width = static_cast<int>(size.width), height = static_cast<int>(size.height);
  // What an animation's first frame leaves free is transparent; what damaged data leave of a still picture is black.
  const bool animated = features.has_animation != 0, alpha = animated || features.has_alpha != 0;
  const std::size_t channels = alpha ? 4 : 3, stride = size.width * channels;
  std::vector<std::uint8_t> pixels(stride * size.height);
  if (!animated) {
    for (std::size_t i = 3; alpha && i < pixels.size(); i += 4) pixels[i] = 255;
    decode_webp_still(bytes, alpha, pixels, stride, options, name);
  } else {
    // The decoder checks this for still pictures.
    const auto end = std::uint64_t{8} + files::number_at<std::uint32_t>(bytes, 4).value_or(0);
    if (end > bytes.size() && !options.lenient) throw webp_error(VP8_STATUS_NOT_ENOUGH_DATA, name).hint(kLenientHint);
    const auto frame = first_webp_frame(bytes, name);
    const auto inside = webp_features(frame.data, name);
    if (frame.x + static_cast<std::size_t>(inside.width) > size.width || frame.y + static_cast<std::size_t>(inside.height) > size.height) {
      throw damaged_image("WebP", name, "a frame lies outside of the canvas");
    }
    decode_webp_still(frame.data, alpha, std::span(pixels).subspan(frame.y * stride + frame.x * channels), stride, options, name);
  }
  return alpha ? over_white(width, height, pixels) : Image(width, height, std::move(pixels));
}

}  // namespace faceptor::detail
