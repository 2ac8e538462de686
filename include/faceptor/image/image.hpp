#pragma once

#include <algorithm>
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
/// The centre of the pixel in column x and row y has the coordinates (x, y). Copies copy the pixels; moves are free. A picture may also lie
/// in somebody else's memory (`over`): then it and its copies look at that, until somebody asks for bytes to write.
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
    if (width < 0 || height < 0 || pixels_.size() != offset(0, height)) throw wrong_size(pixels_.size());
  }

  /// A picture that lies in somebody else's memory, which must stay as long as it and its copies are read.
  /// @throws Error(argument) unless there are `width * height * 3` bytes
  static Image over(int width, int height, std::span<const std::uint8_t> pixels) {
    Image image;
    image.width_ = width;
    image.height_ = height;
    if (width < 0 || height < 0 || pixels.size() != image.offset(0, height)) throw image.wrong_size(pixels.size());
    image.outside_ = pixels.data();
    return image;
  }

  int width() const noexcept { return width_; }
  int height() const noexcept { return height_; }
  bool empty() const noexcept { return width_ == 0 || height_ == 0; }

  /// All bytes, height x width x 3.
  std::span<std::uint8_t> pixels() {
    own();
    return pixels_;
  }
  std::span<const std::uint8_t> pixels() const noexcept {
    if (outside_ != nullptr) return {outside_, offset(0, height_)};
    return pixels_;
  }

  /// The three bytes of a pixel; not checked.
  std::uint8_t* at(int x, int y) {
    own();
    return pixels_.data() + offset(x, y);
  }
  const std::uint8_t* at(int x, int y) const noexcept { return data() + offset(x, y); }

  friend bool operator==(const Image& a, const Image& b) noexcept {
    return a.width_ == b.width_ && a.height_ == b.height_ && std::ranges::equal(a.pixels(), b.pixels());
  }

 private:
  const std::uint8_t* data() const noexcept { return outside_ != nullptr ? outside_ : pixels_.data(); }
  void own() {
    if (outside_ != nullptr) pixels_.assign(outside_, outside_ + offset(0, height_));
    outside_ = nullptr;
  }
  Error wrong_size(std::size_t bytes) const {
    return Error(ErrorCode::argument, "image: the number of bytes doesn't fit the sides")
        .expected(sides() + "x3")
        .found(std::to_string(bytes) + " bytes");
  }
  std::string sides() const { return std::to_string(width_) + "x" + std::to_string(height_); }
  std::size_t offset(int x, int y) const noexcept {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 3;
  }

  int width_ = 0;
  int height_ = 0;
  std::vector<std::uint8_t> pixels_;
  const std::uint8_t* outside_ = nullptr;  ///< where they lie if not in `pixels_`
};

}  // namespace faceptor
