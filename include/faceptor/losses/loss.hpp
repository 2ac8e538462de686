#pragma once

#include <torch/torch.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/labels.hpp>
#include <faceptor/losses/options.hpp>

/// What all losses have in common.
///
///     auto loss = losses::BinaryCrossEntropy(losses::BinaryCrossEntropyOptions().positive_ratios({0.1, 0.5}));
///     losses::LossValue value = loss->forward(logits, labels);
///     value.total.backward();
///
/// A loss is a LibTorch module: it moves to a device, and its parameters (if any) are trained and saved with the model.
/// Losses check the shapes and types of what they get on every call. Values of labels (class indices in range, finite ages)
/// are checked where the labels lie on the CPU; on another device reading them would wait for it.
namespace faceptor::losses {

/// A loss and what it is made of.
struct LossValue {
  torch::Tensor total;                                         ///< scalar, what to minimise
  std::vector<std::pair<std::string, torch::Tensor>> parts{};  ///< scalars by name, for the log; empty for a loss of one term
  /// Scalar: how much of the batch was right, 0 to 1, as the reference logs it while it trains; undefined where that has no meaning.
  /// For a glance, not for tables.
  torch::Tensor accuracy{};
};

/// One task's loss.
class LossImpl : public torch::nn::Module {
 public:
  /// @param output  the task's raw network output: B x Q (values), B x Q x h x w (maps) or B x D (embeddings); B at least 1
  /// @param labels  as the loss documents
  /// @throws Error(shape, argument) where they don't fit
  virtual LossValue forward(const torch::Tensor& output, const Labels& labels) = 0;

  /// The loss's name in weights files and for `make_loss`: its type's `kName`.
  virtual std::string loss_name() const = 0;
  /// The options, as `make_loss` takes them.
  virtual nlohmann::json options_json() const = 0;
  /// The labels it takes of a data set. @param outputs  the task's number of outputs
  virtual LabelNeeds label_needs(std::int64_t outputs) const = 0;

  /// Where in the run we are: whatever a loss draws at random in its next `forward` follows from its seed and this number.
  /// A trainer sets it to its step (mixed with the rank, if ranks should differ), so that a resumed run draws the same.
  virtual void set_counter(std::uint64_t) {}
};

/// The share of true elements, for `LossValue::accuracy`. @param right  of yes and no, any shape
inline torch::Tensor share_of(const torch::Tensor& right) { return right.detach().to(torch::kFloat64).mean(); }

namespace detail {

/// What a loss type says of its labels: `needs(options, outputs)` where it has that, else its `kLabels`, one label an output.
template <class L, class Options>
LabelNeeds needs_of(const Options& options, std::int64_t outputs) {
  if constexpr (requires { L::needs(options, outputs); }) {
    return L::needs(options, outputs);
  } else {
    static_assert(
        requires { std::vector<LabelKind>(std::begin(L::kLabels), std::end(L::kLabels)); },
        "faceptor: a loss needs `static constexpr std::array kLabels = {LabelKind::...}`: the kinds of label it takes");
    return {std::vector<LabelKind>(std::begin(L::kLabels), std::end(L::kLabels)), outputs};
  }
}

}  // namespace detail

/// The part of a loss that is the same for each: options, name, labels, a `clone` that copies parameters.
/// @tparam Derived  the loss, constructible from its options, with `static constexpr const char* kName` and
///   `static constexpr std::array kLabels = {LabelKind::...}`; where the number of labels isn't that of outputs, also with
///   `static LabelNeeds needs(const Options&, std::int64_t outputs)`, which comes instead of `kLabels`
/// @tparam OptionsType  its options (see losses/options.hpp)
template <class Derived, class OptionsType>
class LossModule : public LossImpl {
 public:
  using Options = OptionsType;

  explicit LossModule(Options chosen) : options(std::move(chosen)) {}

  std::string loss_name() const override { return Derived::kName; }
  nlohmann::json options_json() const override { return write_fields(options); }
  LabelNeeds label_needs(std::int64_t outputs) const override { return detail::needs_of<Derived>(options, outputs); }

  std::shared_ptr<torch::nn::Module> clone(const std::optional<torch::Device>& device = std::nullopt) const override {
    const torch::NoGradGuard no_grad;
    auto copy = std::make_shared<Derived>(options);
    auto copied = copy->named_parameters();
    for (const auto& parameter : this->named_parameters()) {
      auto value = parameter.value().detach().clone();
      copied[parameter.key()].set_data(device ? value.to(*device) : value);
      copied[parameter.key()].requires_grad_(parameter.value().requires_grad());
    }
    copy->train(this->is_training());
    return copy;
  }

  Options options;
};

/// Declares `Name`, the holder of `NameImpl`, as `TORCH_MODULE` does, with the loss's `Options` and `kName`.
#define FACEPTOR_LOSS(Name)                                  \
  class Name : public torch::nn::ModuleHolder<Name##Impl> {  \
   public:                                                   \
    using torch::nn::ModuleHolder<Name##Impl>::ModuleHolder; \
    using Impl [[maybe_unused]] = Name##Impl;                \
    using Options = Name##Options;                           \
    static constexpr const char* kName = Name##Impl::kName;  \
  }

}  // namespace faceptor::losses
