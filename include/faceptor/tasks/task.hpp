#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/make_loss.hpp>
#include <faceptor/metrics/make_metric.hpp>
#include <faceptor/tasks/face_task.hpp>
#include <faceptor/tasks/output_kind.hpp>
#include <faceptor/tasks/readout.hpp>

namespace faceptor {

/// A face task, composed of types:
///
///     auto glasses = Task<AttributeVector, losses::BinaryCrossEntropy, results::Probabilities, metrics::Accuracy>("glasses")
///                        .labels({"eyeglasses", "sunglasses"})
///                        .view(views::aligned(112));
///
/// @tparam Output  DenseMap, AttributeVector, Embedding, or a kind of your own (heads/output_kinds.hpp)
/// @tparam Loss    a loss of `losses/`, or of your own (losses/own_loss.hpp)
/// @tparam Read    a result type with a `Readout`, or a class with the members of one and `Result` (tasks/readout.hpp)
/// @tparam Metric  a metric of `metrics/`, or of your own (metrics/mean_score.hpp)
///
/// Types of your own are known by name from the first task made of them on; a program that only loads a weights file with such a task
/// calls `register_task<Task<...>>()` first.
template <class Output, class Loss, class Read, class Metric>
class Task {
  static_assert(detail::check_output_kind<Output>());
  static_assert(losses::detail::check_loss<Loss>());
  static_assert(detail::check_readout<Read>());
  static_assert(metrics::detail::check_metric<Metric>());

 public:
  using Reads = typename detail::ReadoutOf<Read>::type;
  using Result = typename detail::ReadoutOf<Read>::Result;
  using LossOptions = losses::LossOptionsOf<Loss>;
  static constexpr bool kComparesFaces = detail::compares_faces<Reads>();

  static_assert(std::derived_from<Output, typename Reads::Kind>,
                "faceptor: the task's result is read from another output kind than the task has");

  /// @param name  unique in its list; letters, digits, '_' and '-'
  explicit Task(std::string name) {
    register_parts();
    spec_.name = std::move(name);
    spec_.kind = Output::kName;
    spec_.readout = Reads::kName;
    spec_.loss = losses::LossImplOf<Loss>::kName;
    spec_.metric = Metric::kName;
  }

  /// Makes its types known by their names.
  static void register_parts() {
    register_output_kind<Output>();
    losses::register_loss<Loss>();
    register_readout<Read>();
    metrics::register_metric<Metric>();
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
  /// Naive Faceptor: a head of your own (heads/head.hpp). Default: the output kind's.
  template <class H>
  Task& head() {
    static_assert(std::same_as<typename H::Kind, Output>, "faceptor: the head gives another output kind than the task has");
    heads::register_head<H>();
    return set(spec_.head, std::string(H::kName));
  }
  /// Faceptor: how tokens become outputs, by name, or one of your own (decoder/interpreter.hpp). Default: the output kind's.
  Task& interpreter(std::string value) { return set(spec_.interpreter, std::move(value)); }
  template <class I>
  Task& interpreter() {
    static_assert(std::same_as<typename I::Kind, Output>, "faceptor: the interpreter gives another output kind than the task has");
    decoder::register_interpreter<I>();
    return set(spec_.interpreter, std::string(I::kName));
  }
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
    spec.complete();
    spec.loss_options = write_fields(loss_options(spec.outputs));
    return spec;
  }
  Result read(const torch::Tensor& raw, const ReadoutContext& context) const { return Reads::read(raw, context); }
  torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec& spec) const { return detail::predictions_of<Reads>(raw, spec); }
  losses::Labels truth(losses::Labels labels, const TaskSpec& spec) const { return detail::truth_of<Reads>(std::move(labels), spec); }
  NamedParts parts(const torch::Tensor& raw, const TaskSpec& spec, Size crop) const { return detail::parts_of<Reads>(raw, spec, crop); }
  std::shared_ptr<evaluate::Outcomes> make_outcomes(const TaskSpec& spec, const datasets::DatasetInfo& set) const {
    return detail::outcomes_of<Reads>(spec, set);
  }
  std::shared_ptr<losses::LossImpl> make_loss() const { return std::make_shared<losses::LossImplOf<Loss>>(loss_options(spec_.outputs)); }
  losses::LabelNeeds label_needs() const {
    return losses::detail::needs_of<losses::LossImplOf<Loss>>(loss_options(spec_.outputs), spec_.outputs);
  }
  std::unique_ptr<metrics::Metric> make_metric() const { return metrics::make_metric_of<Metric>(); }

 private:
  template <class V>
  Task& set(V& field, V value) {
    field = std::move(value);
    return *this;
  }

  LossOptions loss_options(int64_t outputs) const {
    auto options = loss_options_;
    if constexpr (requires { options.fit(outputs); }) {
      if (outputs > 0) options.fit(outputs);
    }
    return options;
  }

  TaskSpec spec_;
  LossOptions loss_options_;
};

/// Makes the types of a task known by their names, so that weights files with such tasks load. @tparam T  a `Task<...>`
template <class T>
void register_task() {
  T::register_parts();
}

}  // namespace faceptor
