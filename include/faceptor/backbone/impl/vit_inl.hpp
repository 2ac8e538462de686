#pragma once

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <typeinfo>

#include <faceptor/backbone/impl/frozen_vit_inl.hpp>
#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/fields.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/nn/children.hpp>
#include <faceptor/nn/layers.hpp>
#include <faceptor/nn/recompute.hpp>

namespace faceptor {

template <class Visitor>
void VitOptions::each_field(Visitor&& visit) {
  visit("width", width_, within(1, 1 << 14).needed());
  visit("layers", layers_, within(1, 1 << 10).needed());
  visit("heads", heads_, within(1, 1 << 10).needed());
  visit("patch", patch_, within(1, 1 << 10).needed());
  visit("image_side", image_side_, within(1, 1 << 14).needed());
  visit("mlp_ratio", mlp_ratio_, within(1, 64).needed());
  visit("drop_path", drop_path_, within(0, 1).below_high());
  visit("projection", projection_, within(0, 1 << 14).needed());
  visit("drop_path_of", drop_path_of_);
}

FACEPTOR_INLINE nlohmann::json VitOptions::to_json() const {
  auto config = write_fields(*this);
  config["type"] = "vit";
  return config;
}

FACEPTOR_INLINE VitOptions VitOptions::from_json(const nlohmann::json& config) {
  auto fields = config;
  if (fields.is_object()) fields.erase("type");
  VitOptions options(0, 0, 0, 0);
  options.drop_path(0);  // what a file without it means
  read_fields(fields, options, {.who = "vit", .code = ErrorCode::format});
  return options;
}

FACEPTOR_INLINE VitBlockImpl::VitBlockImpl(VitOptions o, double drop) : options(o), drop_path(drop) { reset(); }

FACEPTOR_INLINE void VitBlockImpl::reset() {
  const auto norm_options = torch::nn::LayerNormOptions({options.width()});
  norm1 = register_module("norm1", torch::nn::LayerNorm(norm_options));
  attention = register_module("attention", nn::Attention(nn::AttentionOptions(options.width(), options.heads())));
  norm2 = register_module("norm2", torch::nn::LayerNorm(norm_options));
  mlp = register_module(
      "mlp", nn::Mlp(nn::MlpOptions(options.width(), options.mlp_ratio() * options.width()).activation(nn::Activation::quick_gelu)));
}

FACEPTOR_INLINE torch::Tensor VitBlockImpl::forward(const torch::Tensor& tokens) {
  const auto drop = [&](const torch::Tensor& branch) { return nn::drop_path(branch, drop_path, is_training(), options.drop_path_of()); };
  const auto x = tokens + drop(attention->forward(norm1->forward(tokens)));
  return x + drop(mlp->forward(norm2->forward(x)));
}

FACEPTOR_INLINE VitImpl::VitImpl(VitOptions o) : options(o) {
  if (options.layers() < 1 || options.patch() < 1 || options.grid() < 1) {
    throw Error(ErrorCode::argument, "vit: needs at least one block and one patch").found(options.to_json().dump());
  }
  reset();
}

FACEPTOR_INLINE void VitImpl::reset() {
  const auto width = options.width();
  patch_embedding = register_module(
      "patch_embedding", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, width, options.patch()).stride(options.patch()).bias(false)));
  const auto scale = 1.0 / std::sqrt(static_cast<double>(width));
  class_token = register_parameter("class_token", torch::randn({width}) * scale);
  position_embedding = register_parameter("position_embedding", torch::randn({1 + options.grid() * options.grid(), width}) * scale);
  norm_pre = register_module("norm_pre", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
  blocks = register_module("blocks", torch::nn::ModuleList());
  for (int64_t i = 0; i < options.layers(); ++i) {
    const auto last = std::max<int64_t>(options.layers() - 1, 1);
    blocks->push_back(VitBlock(options, options.drop_path() * static_cast<double>(i) / static_cast<double>(last)));
  }
  if (options.projection() > 0) {
    norm_post = register_module("norm_post", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
    projection = register_parameter("projection", torch::randn({width, options.projection()}) * scale);
  }
  // The reference truncates these normal draws at +-2, a hundred standard deviations: the same thing.
  const torch::NoGradGuard no_grad;
  torch::nn::init::normal_(patch_embedding->weight, 0.0, 0.02);
  for (auto& module : blocks->modules(/*include_self=*/false)) {
    if (auto* linear = module->as<torch::nn::LinearImpl>()) {
      torch::nn::init::normal_(linear->weight, 0.0, 0.02);
      torch::nn::init::zeros_(linear->bias);
    }
  }
}

FACEPTOR_INLINE bool VitImpl::set_recompute(bool on) {
  recompute_ = on;
  return true;
}

FACEPTOR_INLINE torch::Tensor VitImpl::run_block(int64_t i, const torch::Tensor& tokens) {
  auto& block = nn::child<VitBlockImpl>(blocks, static_cast<std::size_t>(i));
  if (!recompute_ || !is_training()) return block.forward(tokens);
  return nn::recomputed([&block](const torch::Tensor& x) { return block.forward(x); }, block.parameters(), tokens);
}

FACEPTOR_INLINE nlohmann::json VitImpl::config() const { return options.to_json(); }

FACEPTOR_INLINE torch::Tensor VitImpl::embed(const torch::Tensor& images) {
  auto x = patch_embedding->forward(images);  // B x D x H x W
  const auto rows = x.size(2);
  const auto columns = x.size(3);
  x = x.flatten(2).transpose(1, 2);                                             // B x HW x D
  x = torch::cat({class_token.expand({x.size(0), 1, options.width()}), x}, 1);  // B x (1 + HW) x D
  x = x + nn::resize_position_embedding(position_embedding, options.grid(), options.grid(), rows, columns);
  return norm_pre->forward(x);
}

namespace detail {

/// @throws Error(shape) for images that can't be cut into patches, Error(argument) for levels that there aren't
FACEPTOR_INLINE void check_vit(const VitOptions& options, const torch::Tensor& images, std::span<const int64_t> wanted) {
  const auto patch = options.patch();
  if (images.dim() != 4 || images.size(1) != 3 || images.size(2) < patch || images.size(3) < patch) {
    throw Error(ErrorCode::shape, "vit: can't cut the images into patches")
        .expected("B x 3 x H x W with sides of at least " + std::to_string(patch))
        .found(text::shape(images.sizes()));
  }
  if (wanted.empty()) return;
  if (wanted.front() < 0 || wanted.back() >= options.layers()) {
    throw Error(ErrorCode::argument, "vit: there is no such level")
        .expected("0 to " + std::to_string(options.layers() - 1))
        .found(std::to_string(wanted.front() < 0 ? wanted.front() : wanted.back()));
  }
}

/// A block's output as a feature, without the class token: B x (1 + HW) x D -> B x D x H x W, a view.
FACEPTOR_INLINE torch::Tensor vit_feature(const torch::Tensor& tokens, int64_t rows, int64_t columns) {
  return tokens.slice(1, 1).transpose(1, 2).unflatten(2, {rows, columns});
}

}  // namespace detail

FACEPTOR_INLINE FeaturePyramid VitImpl::forward(const torch::Tensor& images, std::span<const int64_t> wanted) {
  detail::check_vit(options, images, wanted);
  FeaturePyramid pyramid;
  if (wanted.empty()) return pyramid;
  const auto patch = options.patch();
  const auto rows = images.size(2) / patch;
  const auto columns = images.size(3) / patch;
  auto x = embed(images);
  std::size_t next = 0;
  for (int64_t i = 0; i <= wanted.back(); ++i) {
    x = run_block(i, x);
    if (wanted[next] != i) continue;
    pyramid.add(i, detail::vit_feature(x, rows, columns));
    ++next;
  }
  return pyramid;
}

FACEPTOR_INLINE std::shared_ptr<Backbone> VitImpl::frozen(nn::Precision precision) const {
  if (typeid(*this) != typeid(VitImpl)) return nullptr;  // what is derived from it may compute something else
  return std::make_shared<detail::FrozenVit>(*this, precision);
}

}  // namespace faceptor
