#pragma once

#include <string>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor {

FACEPTOR_INLINE Image::Image(int width, int height) : width_(width), height_(height) {
  if (width < 0 || height < 0) {
    throw Error(ErrorCode::argument, "image: a side is negative").found(std::to_string(width) + "x" + std::to_string(height));
  }
  pixels_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
}

FACEPTOR_INLINE Image::Image(int width, int height, std::vector<std::uint8_t> pixels)
    : width_(width), height_(height), pixels_(std::move(pixels)) {
  if (width < 0 || height < 0 || pixels_.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3) {
    throw Error(ErrorCode::argument, "image: the number of bytes doesn't fit the sides")
        .expected(std::to_string(width) + "x" + std::to_string(height) + "x3")
        .found(std::to_string(pixels_.size()) + " bytes");
  }
}

}  // namespace faceptor
