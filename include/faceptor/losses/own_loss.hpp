#pragma once

#include <torch/torch.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <utility>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/losses/loss.hpp>

/// Losses of one's own, in short:
///
///     struct Geodesic {
///       static constexpr const char* kName = "geodesic";                           // in weights files and configurations
///       static constexpr std::array kLabels = {LabelKind::values};                 // the labels it takes
///       torch::Tensor operator()(const torch::Tensor& output, const losses::Labels& labels) const { return ...; }   // a scalar
///     };
///
/// It may give a `LossValue` instead, with parts and accuracy for the log. With options it has `struct Options` (losses/options.hpp) and
/// a member `Options options`. One with parameters that are trained derives from `LossModule` instead.
namespace faceptor::losses {

/// What a loss that is a function makes of a batch: the total alone, or all of a `LossValue`.
template <class L>
concept LossFunction = requires(const L& loss, const torch::Tensor& output, const Labels& labels) {
  { loss(output, labels) } -> std::convertible_to<LossValue>;
}
|| requires(const L& loss, const torch::Tensor& output, const Labels& labels) {
  { loss(output, labels) } -> std::convertible_to<torch::Tensor>;
};

namespace detail {

template <class L>
struct OptionsOfLoss {
  using type = NoOptions;
};
template <class L>
requires requires { typename L::Options; }
struct OptionsOfLoss<L> {
  using type = typename L::Options;
};

/// A loss that is a function, as the module that trainer and weights files know.
template <class L>
class FunctionLoss : public LossModule<FunctionLoss<L>, typename OptionsOfLoss<L>::type> {
 public:
  using Options = typename OptionsOfLoss<L>::type;
  static constexpr const char* kName = L::kName;
  static LabelNeeds needs(const Options& options, std::int64_t outputs) { return needs_of<L>(options, outputs); }

  explicit FunctionLoss(Options chosen = {}) : LossModule<FunctionLoss<L>, Options>(std::move(chosen)) {}

  LossValue forward(const torch::Tensor& output, const Labels& labels) override {
    auto value = function()(output, labels);
    LossValue made;
    if constexpr (std::convertible_to<decltype(value), torch::Tensor>) {
      made.total = std::move(value);
    } else {
      made = std::move(value);
    }
    if (!made.total.defined() || made.total.dim() != 0) {
      throw Error(ErrorCode::shape, std::string("losses: ") + kName + ": a loss is one number for the whole batch")
          .expected("a scalar")
          .found(made.total.defined() ? text::shape(made.total.sizes()) : "no tensor")
          .hint("end with .mean()");
    }
    return made;
  }

 private:
  L function() const {
    if constexpr (requires { typename L::Options; }) {
      return L{this->options};
    } else {
      return L{};
    }
  }
};

/// The module behind a loss type, and its options: of a holder, of a module class, of a function.
template <class L>
struct LossTypes {
  using Impl = FunctionLoss<L>;
};
template <class L>
requires std::derived_from<L, LossImpl>
struct LossTypes<L> {
  using Impl = L;
};
template <class L>
requires requires { typename L::Impl; }
struct LossTypes<L> {
  using Impl = typename L::Impl;
};

/// Fails to compile with a sentence that says what the loss type lacks.
template <class L>
consteval bool check_loss() {
  static_assert(
      requires { L::kName; }, "faceptor: a loss needs `static constexpr const char* kName`: its name in weights files");
  constexpr bool module = std::derived_from<L, LossImpl> || requires { typename L::Impl; };
  static_assert(module || LossFunction<L>,
                "faceptor: a loss derives from losses::LossModule, or has "
                "`torch::Tensor operator()(const torch::Tensor& output, const losses::Labels& labels) const` that gives a scalar");
  if constexpr (module || LossFunction<L>) {
    using Impl = typename LossTypes<L>::Impl;
    static_assert(std::derived_from<Impl, LossImpl>, "faceptor: a loss's `Impl` must derive from losses::LossImpl");
    static_assert(!std::is_abstract_v<Impl>,
                  "faceptor: a loss module needs `LossValue forward(const torch::Tensor&, const Labels&) override`");
    using Options = typename OptionsOfLoss<L>::type;
    static_assert(
        OptionsWithFields<Options>,
        "faceptor: a loss's `Options` need a default constructor and `template <class Visitor> void each_field(Visitor&& visit)`");
    static_assert(std::constructible_from<Impl, Options>, "faceptor: a loss must be constructible from its `Options`");
    if constexpr (!module && requires { typename L::Options; }) {
      static_assert(
          requires(Options options) { L{options}; }, "faceptor: a loss with `struct Options` needs a member `Options options`");
    }
    using Says = std::conditional_t<module, Impl, L>;  // FunctionLoss always has a `needs`
    static_assert(
        requires { std::begin(Says::kLabels); } || requires(const Options& options) { Says::needs(options, std::int64_t{1}); },
        "faceptor: a loss needs `static constexpr std::array kLabels = {LabelKind::...}`: the kinds of label it takes");
  }
  return true;
}

}  // namespace detail

/// The options of a loss type, and the LibTorch module behind it.
template <class L>
using LossOptionsOf = typename detail::OptionsOfLoss<L>::type;
template <class L>
using LossImplOf = typename detail::LossTypes<L>::Impl;

}  // namespace faceptor::losses
