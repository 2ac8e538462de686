#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/image/draw.hpp>
#include <faceptor/image/picture_grid.hpp>

namespace faceptor {

FACEPTOR_INLINE PictureGrid::PictureGrid(int columns, int rows, int width, int height, const GridOptions& options)
    : columns_(columns), width_(width), height_(height), options_(options) {
  constexpr std::int64_t kLongest = 32768;
  const std::int64_t gap = options.gap, all_width = (width + gap) * columns + gap, all_height = options.top + (height + gap) * rows + gap;
  if (columns < 1 || rows < 1 || width < 1 || height < 1 || options.gap < 0 || options.top < 0 || all_width > kLongest ||
      all_height > kLongest) {
    throw Error(ErrorCode::argument, "image: no sheet of pictures of this shape")
        .expected("at least one column and row, sides up to 32768 pixels")
        .found(std::to_string(columns) + " x " + std::to_string(rows) + " pictures of " + std::to_string(width) + " x " +
               std::to_string(height));
  }
  sheet_ = Image(static_cast<int>(all_width), static_cast<int>(all_height));
  Canvas(sheet_).fill(options.background);
}

FACEPTOR_INLINE void PictureGrid::place(std::size_t index, const Image& picture) {
  const int column = static_cast<int>(index % static_cast<std::size_t>(columns_)),
            row = static_cast<int>(index / static_cast<std::size_t>(columns_));
  const int left = options_.gap + column * (width_ + options_.gap), top = options_.top + options_.gap + row * (height_ + options_.gap);
  const auto bytes = static_cast<std::size_t>(std::min(width_, picture.width())) * 3;
  for (int y = 0; y < std::min(height_, picture.height()); ++y) std::copy_n(picture.at(0, y), bytes, sheet_.at(left, top + y));
}

}  // namespace faceptor
