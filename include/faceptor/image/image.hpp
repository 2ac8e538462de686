#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>

namespace faceptor {

/// A picture: rows of RGB pixels, 8 bits a channel, top-left first.
///
/// The centre of the pixel in column x and row y has the coordinates (x, y). Copies copy the pixels; moves are free.
class Image {
 public:
  Image() = default;
  /// A black picture. @throws Error(argument) when a side is negative.
  Image(int width, int height) : width_(width), height_(height) {
    if (width < 0 || height < 0) throw Error(ErrorCode::argument, "image: a side is negative").found(sides());
    pixels_.resize(offset(0, height));
  }
  /// Takes over `pixels`. @throws Error(argument) unless there are `width * height * 3` of them.
  Image(int width, int height, std::vector<std::uint8_t> pixels) : width_(width), height_(height), pixels_(std::move(pixels)) {
    if (width < 0 || height < 0 || pixels_.size() != offset(0, height)) {
      throw Error(ErrorCode::argument, "image: the number of bytes doesn't fit the sides")
          .expected(sides() + "x3")
          .found(std::to_string(pixels_.size()) + " bytes");
    }
  }

  int width() const noexcept { return width_; }
  int height() const noexcept { return height_; }
  bool empty() const noexcept { return width_ == 0 || height_ == 0; }

  /// All bytes, height x width x 3.
  std::span<std::uint8_t> pixels() noexcept { return pixels_; }
  std::span<const std::uint8_t> pixels() const noexcept { return pixels_; }

  /// The three bytes of a pixel; not checked.
  std::uint8_t* at(int x, int y) noexcept { return pixels_.data() + offset(x, y); }
  const std::uint8_t* at(int x, int y) const noexcept { return pixels_.data() + offset(x, y); }

  friend bool operator==(const Image&, const Image&) = default;

 private:
  std::string sides() const { return std::to_string(width_) + "x" + std::to_string(height_); }
  std::size_t offset(int x, int y) const noexcept {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 3;
  }

  int width_ = 0;
  int height_ = 0;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace faceptor
