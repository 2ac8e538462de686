#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/nn/frozen_layers.hpp>

namespace faceptor::nn {
namespace detail {

/// An operator of LibTorch that has no C++ function of its own; empty where this LibTorch lacks it.
FACEPTOR_INLINE std::optional<c10::OperatorHandle> find_operator(const char* name, const char* overload = "") {
  return c10::Dispatcher::singleton().findSchema({name, overload});
}

/// Calls it by its schema, which outlives changes of the C++ types behind it.
template <class... Arguments>
c10::IValue call(const c10::OperatorHandle& op, Arguments&&... arguments) {
  torch::jit::Stack stack;
  (stack.emplace_back(std::forward<Arguments>(arguments)), ...);
  op.callBoxed(stack);
  return stack.front();
}

FACEPTOR_INLINE c10::IValue optional_tensor(const torch::Tensor& tensor) { return tensor.defined() ? c10::IValue(tensor) : c10::IValue(); }

/// The operators of a linear layer with packed weights.
struct PackedLinear {
  std::optional<c10::OperatorHandle> pack = find_operator("mkldnn::_reorder_linear_weight");
  std::optional<c10::OperatorHandle> apply = find_operator("mkldnn::_linear_pointwise");
  std::optional<c10::OperatorHandle> add = find_operator("mkldnn::_linear_pointwise", "binary");
  bool here() const { return pack && apply && add && at::globalContext().userEnabledMkldnn(); }
  static const PackedLinear& get() {
    static const PackedLinear operators;
    return operators;
  }
};

struct Int8Linear {
  std::optional<c10::OperatorHandle> pack = find_operator("quantized::linear_prepack");
  std::optional<c10::OperatorHandle> apply = find_operator("quantized::linear_dynamic");
  static const Int8Linear& get() {
    static const Int8Linear operators;
    return operators;
  }
};

FACEPTOR_INLINE bool cpu_has_avx512() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0;
#else
  return false;
#endif
}

/// Without VNNI, sums of two products of 8 bits overflow 16: inputs take one bit less.
FACEPTOR_INLINE bool int8_overflows() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512vnni") == 0;
#else
  return false;
#endif
}

/// LibTorch 2.13 warns of its quantized tensors, which its own packing of layers still takes.
struct Silent : c10::WarningHandler {
  void process(const c10::Warning&) override {}
};

FACEPTOR_INLINE c10::IValue pack_int8(const torch::Tensor& weight, const torch::Tensor& bias) {
  const auto& int8 = Int8Linear::get();
  if (!int8.pack || !int8.apply) throw Error(ErrorCode::unsupported, "freeze: this LibTorch has no dynamically quantized layers");
  static std::mutex mutex;  // the engine is a setting of the whole process
  const std::lock_guard lock(mutex);
  Silent silent;
  const c10::WarningUtils::WarningHandlerGuard no_warnings(&silent);
  auto& context = at::globalContext();
  const auto engine = context.qEngine();
  context.setQEngine(int8_engine());
  const auto scale = weight.abs().amax(1).clamp_min(1e-12).div(127).to(torch::kFloat64);
  const auto rounded = at::quantize_per_channel(weight, scale, torch::zeros_like(scale, torch::kInt64), 0, torch::kQInt8);
  auto packed = call(*int8.pack, rounded, optional_tensor(bias));
  context.setQEngine(engine);
  return packed;
}

}  // namespace detail

FACEPTOR_INLINE FrozenLinear::FrozenLinear(const torch::Tensor& weight, const torch::Tensor& bias, Precision precision, Then then)
    : then_(then), weight_(weight.detach()), bias_(bias.defined() ? bias.detach() : bias) {
  const torch::NoGradGuard no_grad;
  if (precision == Precision::int8) {
    way_ = Way::int8;
    packed_ = detail::pack_int8(weight_.to(torch::kFloat32), bias_.defined() ? bias_.to(torch::kFloat32) : bias_);
    weight_ = torch::Tensor();
    bias_ = torch::Tensor();
    return;
  }
  if (precision == Precision::bf16) {
    weight_ = weight_.to(torch::kBFloat16);
    if (bias_.defined()) bias_ = bias_.to(torch::kBFloat16);
  }
  const auto type = weight_.scalar_type();
  const bool packable = weight_.is_cpu() && (type == torch::kFloat32 || type == torch::kBFloat16);
  if (!packable || !detail::cpu_has_avx512() || !detail::PackedLinear::get().here()) return;
  way_ = Way::onednn;
  weight_ = detail::call(*detail::PackedLinear::get().pack, weight_.contiguous(), c10::IValue()).toTensor();
}

namespace detail {

FACEPTOR_INLINE torch::Tensor followed(torch::Tensor product, Then then) {
  switch (then) {
    case Then::nothing: break;
    case Then::relu: product.relu_(); break;
    case Then::silu: at::silu_(product); break;
  }
  return product;
}

}  // namespace detail

FACEPTOR_INLINE torch::Tensor FrozenLinear::finish(torch::Tensor product) const { return detail::followed(std::move(product), then_); }

FACEPTOR_INLINE torch::Tensor FrozenLinear::operator()(const torch::Tensor& x) const {
  switch (way_) {
    case Way::plain: return finish(at::linear(x.to(weight_.scalar_type()), weight_, bias_));
    case Way::int8:
      return finish(detail::call(*detail::Int8Linear::get().apply, x.to(torch::kFloat32), packed_, detail::int8_overflows()).toTensor());
    case Way::onednn: break;
  }
  constexpr const char* kNames[] = {"none", "relu", "swish"};
  return detail::call(*detail::PackedLinear::get().apply, x.to(weight_.scalar_type()), weight_, detail::optional_tensor(bias_),
                      kNames[static_cast<int>(then_)], c10::List<std::optional<at::Scalar>>(), "")
      .toTensor();
}

FACEPTOR_INLINE torch::Tensor FrozenLinear::add(const torch::Tensor& x, const torch::Tensor& residual) const {
  if (way_ == Way::onednn && then_ == Then::nothing && residual.scalar_type() == weight_.scalar_type()) {
    return detail::call(*detail::PackedLinear::get().add, x.to(weight_.scalar_type()), residual, weight_, detail::optional_tensor(bias_),
                        "add")
        .toTensor();
  }
  return at::add(residual, (*this)(x));  // a residual of float32 stays so
}

FACEPTOR_INLINE FrozenConv::FrozenConv(const torch::Tensor& weight, const torch::Tensor& bias, Precision precision, Then then)
    : then_(then), weight_(weight.detach()), bias_(bias.defined() ? bias.detach() : bias) {
  const torch::NoGradGuard no_grad;
  if (precision == Precision::bf16) {
    weight_ = weight_.to(torch::kBFloat16);
    if (bias_.defined()) bias_ = bias_.to(torch::kBFloat16);
  }
  weight_ = weight_.contiguous(at::MemoryFormat::ChannelsLast);
}

FACEPTOR_INLINE torch::Tensor FrozenConv::operator()(const torch::Tensor& x) const {
  const auto padding = weight_.size(2) / 2;
  return detail::followed(at::conv2d(x.to(weight_.scalar_type()), weight_, bias_, 1, padding), then_);
}

FACEPTOR_INLINE torch::Tensor attend(const torch::Tensor& queries, const KeysAndValues& memory, Precision precision) {
  constexpr std::int64_t kShort = 512;  // up to here all heads at once are as fast
  constexpr std::int64_t kRows = 512;   // of queries at a time: their scores, so many times the keys, stay in the cache
  const bool reduced = precision == Precision::bf16 || precision == Precision::int8;
  const auto length = queries.size(2);
  if (!reduced || !queries.is_cpu() || !detail::cpu_has_bfloat16() || std::min(length, memory.keys.size(2)) <= kShort) {
    return AttentionImpl::attend(queries, memory);
  }
  const auto scaled = (queries * (1.0 / std::sqrt(static_cast<double>(queries.size(3))))).to(torch::kBFloat16);
  const auto keys = memory.keys.to(torch::kBFloat16).transpose(2, 3), values = memory.values.to(torch::kBFloat16);
  auto attended = torch::empty({queries.size(0), length, queries.size(1), queries.size(3)}, scaled.options());
  for (std::int64_t b = 0; b < queries.size(0); ++b) {
    for (std::int64_t h = 0; h < queries.size(1); ++h) {
      for (std::int64_t begin = 0; begin < length; begin += kRows) {
        const auto end = std::min(length, begin + kRows);
        const auto shares = at::mm(scaled[b][h].slice(0, begin, end), keys[b][h]).softmax(-1);
        attended[b].slice(0, begin, end).select(1, h).copy_(at::mm(shares, values[b][h]));
      }
    }
  }
  return attended.flatten(2);
}

FACEPTOR_INLINE FrozenNorm::FrozenNorm(const torch::nn::LayerNormImpl& norm)
    : weight_(norm.weight.detach()), bias_(norm.bias.detach()), eps_(norm.options.eps()) {}

FACEPTOR_INLINE torch::Tensor FrozenNorm::operator()(const torch::Tensor& x) const {
  return at::layer_norm(x, weight_.sizes(), weight_, bias_, eps_);
}

FACEPTOR_INLINE FrozenMlp::FrozenMlp(const MlpImpl& mlp, Precision precision) : gelu_(mlp.options.activation() == Activation::gelu) {
  const torch::NoGradGuard no_grad;
  if (mlp.options.activation() == Activation::quick_gelu) {
    fc1_ = FrozenLinear(mlp.fc1->weight * 1.702, mlp.fc1->bias * 1.702, precision, Then::silu);
    fc2_ = FrozenLinear(mlp.fc2->weight / 1.702, mlp.fc2->bias, precision);
  } else {
    fc1_ = FrozenLinear(*mlp.fc1, precision, gelu_ ? Then::nothing : Then::relu);
    fc2_ = FrozenLinear(*mlp.fc2, precision);
  }
}

FACEPTOR_INLINE torch::Tensor FrozenMlp::add(const torch::Tensor& x, const torch::Tensor& residual) const {
  const auto whole = [this](const torch::Tensor& tokens, const torch::Tensor& added_to) {
    const auto hidden = fc1_(tokens);
    return fc2_.add(gelu_ ? at::gelu(hidden) : hidden, added_to);
  };
  // What lies between the layers is wide: many tokens go through a few at a time, so that it stays in the cache.
  constexpr std::int64_t kTokens = 1024;
  const auto tokens = x.numel() / std::max<std::int64_t>(1, x.size(-1));
  if (!x.is_cpu() || tokens < 2 * kTokens) return whole(x, residual);
  const auto pieces = (tokens + kTokens - 1) / kTokens;
  const auto from = x.flatten(0, -2).chunk(pieces), onto = residual.flatten(0, -2).chunk(pieces);
  std::vector<torch::Tensor> made;
  for (std::size_t i = 0; i < from.size(); ++i) made.push_back(whole(from[i], onto[i]));
  return torch::cat(made).view(residual.sizes());
}

FACEPTOR_INLINE torch::Tensor GridCache::get(std::int64_t rows, std::int64_t columns, const std::function<torch::Tensor()>& make) const {
  constexpr std::size_t kMost = 16;  // more sizes than a program with a few views has
  const std::lock_guard lock(mutex_);
  const auto key = std::pair(rows, columns);
  if (const auto found = made_.find(key); found != made_.end()) return found->second;
  if (made_.size() >= kMost) made_.clear();
  return made_.emplace(key, make()).first->second;
}

}  // namespace faceptor::nn
