#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/heads/output_kinds.hpp>
#include <faceptor/tasks/face_task.hpp>

namespace faceptor {
namespace detail {

/// A result type stands for its `Interpretation`; any other class stands for itself.
template <class I>
struct InterpretationOf {
  using Reader = Interpretation<I>;
  using Result = I;
};
template <class I>
requires requires { typename I::Result; }
struct InterpretationOf<I> {
  using Reader = I;
  using Result = typename I::Result;
};

}  // namespace detail

/// A face task, composed of types:
///
///     auto glasses = Task<AttributeVector, losses::BinaryCrossEntropy, results::Probabilities, metrics::Accuracy>("glasses")
///                        .labels({"eyeglasses", "sunglasses"})
///                        .view(views::aligned(112));
///
/// @tparam Output  DenseMap, AttributeVector or Embedding
/// @tparam Loss    a loss of `losses/`, or of your own: a holder with `Impl`, `Options` and `kName`
/// @tparam Read    a result type with an `Interpretation`, or a class with the members of one and `Result`
/// @tparam Metric  a metric of `metrics/`, or of your own: derived from `metrics::Metric`, with `kName`
template <class Output, class Loss, class Read, class Metric>
class Task {
 public:
  using Result = typename detail::InterpretationOf<Read>::Result;
  using Reader = typename detail::InterpretationOf<Read>::Reader;
  using LossOptions = typename Loss::Options;

  static_assert(
      requires { Output::kKind; }, "faceptor: a task's output must be DenseMap, AttributeVector or Embedding");
  static_assert(
      requires {
        Reader::kName;
        Reader::kKind;
      },
      "faceptor: a task's result needs an `Interpretation` that says how a raw output is read");
  static_assert(Reader::kKind == Output::kKind, "faceptor: the task's result is read from another output kind than the task has");
  static_assert(std::derived_from<typename Loss::Impl, losses::LossImpl>, "faceptor: a task's loss must derive from losses::LossImpl");
  static_assert(std::derived_from<Metric, metrics::Metric>, "faceptor: a task's metric must derive from metrics::Metric");

  /// @param name  unique in its list; letters, digits, '_' and '-'
  explicit Task(std::string name) {
    spec_.name = std::move(name);
    spec_.kind = Output::kKind;
    spec_.interpreter = Output::kInterpreter;
    spec_.interpretation = Reader::kName;
    spec_.loss = Loss::kName;
    spec_.metric = Metric::kName;
  }

  /// What each output is called, in order; their number is the number of outputs.
  Task& labels(std::vector<std::string> value) {
    spec_.outputs = static_cast<int64_t>(value.size());
    return set(spec_.labels, std::move(value));
  }
  /// Number of maps or values, or the embedding's dimension, where there are no labels.
  Task& outputs(int64_t value) { return set(spec_.outputs, value); }
  /// Which part of the photo it looks at. Default: the whole photo at 112 x 112.
  Task& view(View value) { return set(spec_.view, std::move(value)); }
  /// Naive Faceptor: the head it shares. Default: the name up to its first '_'.
  Task& head_group(std::string value) { return set(spec_.head_group, std::move(value)); }
  /// Faceptor: how tokens become outputs. Default: the output kind's.
  Task& interpreter(std::string value) { return set(spec_.interpreter, std::move(value)); }
  /// Faceptor: the interpreter it shares. Default: one for all tasks of that interpreter.
  Task& interpreter_group(std::string value) { return set(spec_.interpreter_group, std::move(value)); }
  /// Landmarks: the scheme's name. Default: the task's name.
  Task& scheme(std::string value) { return set(spec_.scheme, std::move(value)); }
  /// Attributes: from which probability on each is present. Default: 0.5.
  Task& thresholds(std::vector<float> value) { return set(spec_.thresholds, std::move(value)); }
  /// Options of its loss.
  Task& loss(LossOptions value) { return set(loss_options_, std::move(value)); }
  /// Its share of the total loss. Default: 1.
  Task& weight(double value) { return set(spec_.weight, value); }

  TaskSpec spec() const {
    TaskSpec spec = spec_;
    spec.loss_options = nlohmann::json(loss_options_);
    spec.complete();
    return spec;
  }
  Result interpret(const torch::Tensor& raw, const InterpretContext& context) const { return Reader::read(raw, context); }
  std::shared_ptr<losses::LossImpl> make_loss() const { return std::make_shared<typename Loss::Impl>(loss_options_); }
  std::unique_ptr<metrics::Metric> make_metric() const { return std::make_unique<Metric>(); }

 private:
  template <class V>
  Task& set(V& field, V value) {
    field = std::move(value);
    return *this;
  }

  TaskSpec spec_;
  LossOptions loss_options_;
};

}  // namespace faceptor
