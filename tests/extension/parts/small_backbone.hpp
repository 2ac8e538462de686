#pragma once

#include <torch/torch.h>

#include <faceptor/backbone/backbone.hpp>
#include <nlohmann/json.hpp>

namespace extension {

/// A backbone that is no transformer: two levels of strided convolutions, which see where they are.
class SmallBackboneImpl : public torch::nn::Cloneable<SmallBackboneImpl>, public faceptor::Backbone {
 public:
  static constexpr const char* kName = "extension_small";

  explicit SmallBackboneImpl(std::int64_t width) : width_(width) { reset(); }
  static faceptor::BackboneFactory from_config(const nlohmann::json& config) {
    return [width = config.at("width").get<std::int64_t>()] { return std::make_shared<SmallBackboneImpl>(width); };
  }

  void reset() override {
    const auto conv = [](std::int64_t in, std::int64_t out, int kernel) {
      return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).stride(kernel));
    };
    stem_ = register_module("stem", conv(5, width_, 8));
    next_ = register_module("next", conv(width_, width_, 1));
  }
  faceptor::FeaturePyramid forward(const torch::Tensor& images, std::span<const std::int64_t> levels) override {
    faceptor::FeaturePyramid pyramid;
    const auto along = [&](std::int64_t dimension) {
      auto shape = std::vector<std::int64_t>{1, 1, 1, 1};
      shape[static_cast<std::size_t>(dimension)] = images.size(dimension);
      return torch::linspace(-1, 1, images.size(dimension), images.options())
          .view(shape)
          .expand({images.size(0), 1, images.size(2), images.size(3)});
    };
    auto x = torch::relu(stem_->forward(torch::cat({images, along(2), along(3)}, 1)));
    for (std::int64_t level = 0; level < 2; ++level) {
      if (level == 1) x = x + torch::relu(next_->forward(x));
      if (std::find(levels.begin(), levels.end(), level) != levels.end()) pyramid.add(level, x);
    }
    return pyramid;
  }
  std::int64_t levels() const override { return 2; }
  std::int64_t width(std::int64_t) const override { return width_; }
  std::int64_t stride(std::int64_t) const override { return 8; }
  nlohmann::json config() const override { return {{"type", kName}, {"width", width_}}; }

 private:
  std::int64_t width_;
  torch::nn::Conv2d stem_{nullptr}, next_{nullptr};
};

}  // namespace extension
