#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/image/image.hpp>

// LibTorch is not included here: see face_analyzer.hpp.
namespace at {
class Tensor;
}

namespace faceptor {

/// The picture that a tensor holds, for the analyzer: 3 x H x W or H x W x 3, RGB, uint8, or floating point from 0 to 1; on any device.
///
///     auto result = analyzer.analyze(image_of(tensor));
///
/// @throws Error(shape)     for other sizes, or three rows and three columns, of which it can't be told what the channels are; for no pixels
/// @throws Error(argument)  for another type of numbers, values beyond 0 to 1 (as those of 0 to 255 are, or normalised ones), or NaN
Image image_of(const at::Tensor& tensor);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/analyze/impl/image_tensor_inl.hpp>
#endif
