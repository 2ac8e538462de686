#pragma once

#include <cstddef>

#include <faceptor/core/config.hpp>
#include <faceptor/image/draw.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor {

/// How the pictures of a `PictureGrid` stand.
struct GridOptions {
  int gap = 2;                      ///< between pictures and around them, in pixels
  int top = 0;                      ///< more room above the first row
  Color background{255, 255, 255};  ///< behind everything
};

/// Pictures side by side on one sheet, row by row.
class PictureGrid {
 public:
  /// @param width, height  of each place, in pixels
  /// @throws Error(argument)  without a row or column, or for a sheet with a side over 32768 pixels
  PictureGrid(int columns, int rows, int width, int height, const GridOptions& options = {});

  /// Lays a picture into a place, counted row by row; what is larger than the place is cut off.
  /// @pre index < columns x rows
  void place(std::size_t index, const Image& picture);

  /// The sheet, to draw more on or to take.
  Image& sheet() noexcept { return sheet_; }
  const Image& sheet() const noexcept { return sheet_; }

 private:
  int columns_, width_, height_;
  GridOptions options_;
  Image sheet_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/impl/picture_grid_inl.hpp>
#endif
