#pragma once

#include <string>

#include <fmt/format.h>

#include <faceptor/image/codecs.hpp>

namespace faceptor::detail {

FACEPTOR_INLINE Error image_error(ErrorCode code, std::string_view summary, std::string_view name) {
  return Error(code, "image: " + std::string(summary)).where(std::string(name));
}

FACEPTOR_INLINE Error damaged_image(std::string_view format, std::string_view name, std::string_view reason) {
  return image_error(ErrorCode::format, "the " + std::string(format) + " is damaged or cut off", name).found(fmt::format("\"{}\"", reason));
}

FACEPTOR_INLINE Image over_white(int width, int height, std::span<const std::uint8_t> rgba) {
  Image out(width, height);
  if (rgba.size() / 4 * 3 != out.pixels().size()) throw Error(ErrorCode::argument, "image: the number of RGBA bytes doesn't fit the sides");
  auto* target = out.pixels().data();
  for (std::size_t i = 0; i < rgba.size(); i += 4) {
    const int alpha = rgba[i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      *target++ = static_cast<std::uint8_t>((rgba[i + c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
  return out;
}

}  // namespace faceptor::detail
