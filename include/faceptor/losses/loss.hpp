#pragma once

#include <torch/torch.h>

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

  /// Where in the run we are: whatever a loss draws at random in its next `forward` follows from its seed and this number.
  /// A trainer sets it to its step (mixed with the rank, if ranks should differ), so that a resumed run draws the same.
  virtual void set_counter(std::uint64_t) {}
};

/// The part of a loss that is the same for each: options, name, a `clone` that copies parameters.
/// @tparam Derived  the loss, constructible from its options, with `static constexpr const char* kName`
/// @tparam OptionsType  its options (see losses/options.hpp)
template <class Derived, class OptionsType>
class LossModule : public LossImpl {
 public:
  using Options = OptionsType;

  explicit LossModule(Options chosen) : options(std::move(chosen)) {}

  std::string loss_name() const override { return Derived::kName; }
  nlohmann::json options_json() const override { return nlohmann::json(options); }

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
