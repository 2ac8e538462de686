#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor {

/// A picture: rows of RGB pixels, 8 bits a channel, top-left first.
///
/// The centre of the pixel in column x and row y has the coordinates (x, y). Copies copy the pixels; moves are free.
class Image {
 public:
  Image() = default;
  /// A black picture. @throws Error(argument) when a side is negative.
  Image(int width, int height);
  /// Takes over `pixels`. @throws Error(argument) unless there are `width * height * 3` of them.
  Image(int width, int height, std::vector<std::uint8_t> pixels);

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
  std::size_t offset(int x, int y) const noexcept {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 3;
  }

  int width_ = 0;
  int height_ = 0;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/impl/image_inl.hpp>
#endif
