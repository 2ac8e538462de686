#pragma once

#include <faceptor/core/error.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor {

/// How pixels of a resized picture are computed.
enum class Filter {
  bilinear,       ///< a triangle as wide as the shrink factor, so that no pixel is skipped; PIL's BILINEAR
  bicubic,        ///< Keys' cubic with a = -0.5, likewise widened; PIL's BICUBIC
  opencv_linear,  ///< the four neighbours only, skipping pixels when shrinking by more than two; OpenCV's INTER_LINEAR
};

/// The picture at another size; the aspect is the caller's business.
///
/// `bilinear` and `bicubic` run along the rows, then along the columns, each rounded to 8 bits, as the published 112-pixel data
/// chains do; `opencv_linear` is what the 512-pixel data sets were resized with. Edges of both pictures coincide:
/// the pixel x comes from (x + 0.5) * old / new - 0.5.
/// @throws Error(argument) when a side is not positive or the picture is empty
Image resize(const Image& image, int width, int height, Filter filter = Filter::bilinear);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/impl/resize_inl.hpp>
#endif
