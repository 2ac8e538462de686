#pragma once

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <torch/torch.h>

#include <faceptor/analyze/image_tensor.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/nn/guard.hpp>

namespace faceptor {

FACEPTOR_INLINE Image image_of(const torch::Tensor& tensor) {
  const auto shape = tensor.defined() ? tensor.sizes().vec() : std::vector<std::int64_t>{};
  const auto refused = [&](const char* what) {
    return Error(ErrorCode::shape, std::string("image: ") + what).expected("3 x H x W or H x W x 3").found(text::shape(shape));
  };
  if (shape.size() != 3) throw refused("a tensor has another number of sides than a picture");
  const bool planes = shape[0] == 3, pixels = shape[2] == 3;
  if (planes == pixels) {
    throw refused(planes ? "a tensor's channels may be its first side or its last" : "a tensor has no side of three channels");
  }
  constexpr std::int64_t kLongestSide = 65535;
  const auto height = shape[planes ? 1 : 0], width = shape[planes ? 2 : 1];
  if (height < 1 || width < 1 || height > kLongestSide || width > kLongestSide) throw refused("the sides of a tensor are out of range");
  return guarded("image: reading a tensor", [&] {
    const torch::NoGradGuard no_grad;
    auto values = (planes ? tensor.permute({1, 2, 0}) : tensor).to(torch::kCPU);
    if (values.is_floating_point()) {
      // NaN compares with nothing.
      if (!((values >= 0) & (values <= 1)).all().item<bool>()) {
        throw Error(ErrorCode::argument, "image: a tensor of floating point has a value that is no colour")
            .expected("0 to 1")
            .found(fmt::format("{} to {}", values.min().item<double>(), values.max().item<double>()))
            .hint("divide by 255, or undo the normalisation");
      }
      values = (values.to(torch::kFloat32) * 255).round().to(torch::kUInt8);
    } else if (values.scalar_type() != torch::kUInt8) {
      throw Error(ErrorCode::argument, "image: a tensor holds other numbers than colours")
          .expected("uint8, or floating point from 0 to 1")
          .found(std::string(torch::toString(values.scalar_type())));
    }
    values = values.contiguous();
    Image image(static_cast<int>(width), static_cast<int>(height));
    std::copy_n(values.const_data_ptr<std::uint8_t>(), image.pixels().size(), image.pixels().begin());
    return image;
  });
}

}  // namespace faceptor
