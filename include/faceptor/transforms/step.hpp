#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/transforms/transform_state.hpp>

namespace faceptor::data {

/// What a step of a chain must have: `apply`, which may be called from many threads at once.
///
///     struct Darken {
///       double factor = 0.5;
///       void apply(TransformState& state) const { for (auto& value : state.planes().values) value *= factor; }
///     };
///
/// Three more members are used where a type has them: `static constexpr std::string_view kName` (what chains call it),
/// `nlohmann::json describe() const` (its parameters), `void check() const` (throws when a parameter is out of range).
/// A function of a `TransformState&` will do for a whole step.
template <class T>
concept TransformStep = requires(const T& step, TransformState& state) {
  step.apply(state);
};

/// A function that is a whole step; called as const, so that threads can share it.
template <class F>
concept StepFunction = !TransformStep<F> && std::invocable<const F&, TransformState&>;

/// Any step, held by value; copies share it, as nothing in it changes.
class Step {
 public:
  /// @throws Error of the step's own `check`
  template <TransformStep T>
  Step(T step) : self_(std::make_shared<Held<T>>(std::move(step))) {}  // NOLINT: a step is meant to be given as it is
  template <StepFunction F>
  Step(F function) : self_(std::make_shared<Held<Function<F>>>(Function<F>{std::move(function)})) {}  // NOLINT

  void apply(TransformState& state) const { self_->apply(state); }
  /// The type's name: "mirror"; empty for steps that have none.
  std::string_view type() const { return self_->type(); }
  /// The step itself. @throws Error(argument) for a step of another type
  template <TransformStep T>
  const T& as() const {
    if (const auto* held = dynamic_cast<const Held<T>*>(self_.get())) return held->step;
    throw Error(ErrorCode::argument, "data: a step of a chain is of another type").found(std::string(type()));
  }
  /// The parameters; an empty object for steps that don't tell.
  nlohmann::json describe() const { return self_->describe(); }

 private:
  template <class F>
  struct Function {
    F function;
    void apply(TransformState& state) const { function(state); }
  };

  struct Interface {
    virtual ~Interface() = default;
    virtual void apply(TransformState& state) const = 0;
    virtual std::string_view type() const = 0;
    virtual nlohmann::json describe() const = 0;
  };

  template <class T>
  struct Held final : Interface {
    explicit Held(T value) : step(std::move(value)) {
      if constexpr (requires { step.check(); }) step.check();
    }
    void apply(TransformState& state) const override { step.apply(state); }
    std::string_view type() const override {
      if constexpr (requires { T::kName; }) return T::kName;
      return {};
    }
    nlohmann::json describe() const override {
      if constexpr (requires { step.describe(); }) return step.describe();
      return nlohmann::json::object();
    }
    T step;
  };

  std::shared_ptr<const Interface> self_;
};

}  // namespace faceptor::data
