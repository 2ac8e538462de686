#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/transforms/planar_image.hpp>

namespace faceptor::data {

FACEPTOR_INLINE PlanarImage::PlanarImage(Size extent) : size(extent) {
  if (extent.width < 1 || extent.height < 1) {
    throw Error(ErrorCode::argument, "data: a picture has no pixels")
        .found(std::to_string(extent.width) + "x" + std::to_string(extent.height));
  }
  values.resize(area() * 3);
}

FACEPTOR_INLINE PlanarImage to_planes(const Image& image) {
  PlanarImage out({image.width(), image.height()});
  const std::uint8_t* source = image.pixels().data();
  float* red = out.values.data();
  float* green = red + out.area();
  float* blue = green + out.area();
  for (std::size_t i = 0; i < out.area(); ++i) {
    red[i] = static_cast<float>(source[3 * i]) / 255;
    green[i] = static_cast<float>(source[3 * i + 1]) / 255;
    blue[i] = static_cast<float>(source[3 * i + 2]) / 255;
  }
  return out;
}

FACEPTOR_INLINE Image to_bytes(const PlanarImage& planes) {
  Image out(planes.size.width, planes.size.height);
  std::uint8_t* target = out.pixels().data();
  for (std::size_t c = 0; c < 3; ++c) {
    const auto plane = planes.plane(c);
    for (std::size_t i = 0; i < plane.size(); ++i) {
      target[3 * i + c] = static_cast<std::uint8_t>(std::clamp(plane[i], 0.0F, 1.0F) * 255 + 0.5F);
    }
  }
  return out;
}

FACEPTOR_INLINE void normalise(PlanarImage& planes, const std::array<float, 3>& mean, const std::array<float, 3>& std) {
  for (std::size_t c = 0; c < 3; ++c) {
    const float m = mean[c], s = std[c];
    for (auto& value : planes.plane(c)) value = (value - m) / s;
  }
}

}  // namespace faceptor::data
