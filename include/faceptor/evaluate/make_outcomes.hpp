#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/evaluate/outcomes.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::evaluate {

/// One face, and how the task's metric scores it.
struct MetricRow {
  std::size_t index = 0;
  double score = 0;
  bool defined = true;  ///< whether the metric says anything of it
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(MetricRow, index, score, defined)

/// A task's own metric, for readouts without a protocol: predictions and labels are compared in the crop, as the task learns.
///
/// Where the metric gives a score a sample, the figure is the mean of scores, of any choice of samples. Where it doesn't, its own
/// numbers over the whole set are all there is, and one process must see all of it.
class MetricOutcomes final : public RowOutcomes<MetricRow> {
 public:
  /// @throws Error(argument) for a task without a metric, Error(mismatch) when the set's labels don't fit
  MetricOutcomes(const AnyTask& task, const datasets::DatasetInfo& set);

  void add(const ScoredBatch& batch) override;
  /// Scores need raw outputs. @throws Error(internal) always
  void add(const TaskResult& result, const loading::EvaluationSample& sample) override;
  double error(std::size_t place) const override;
  std::vector<Figure> figures(std::span<const std::size_t> chosen) const override;
  bool any_choice() const override { return scored_; }
  std::vector<std::string> protocol() const override;
  nlohmann::json details() const override;
  /// @throws Error(unsupported) for a metric without a score a sample
  nlohmann::json state() const override;

 private:
  std::string name_;
  loading::LabelCollator collator_;
  std::unique_ptr<metrics::Metric> metric_;
  metrics::SampleScore score_;
  bool scored_ = true;
  std::size_t seen_ = 0;  // samples that the metric itself was given
};

/// Protocols by the name of the readout whose results they score.
using OutcomesMaker = std::function<std::unique_ptr<Outcomes>(const TaskSpec& spec, const datasets::DatasetInfo& set)>;

/// The library's protocols, and those made known.
Registry<OutcomesMaker>& outcomes_registry();

namespace detail {

template <class O>
void add_outcomes(Registry<OutcomesMaker>& registry, const std::string& readout) {
  static_assert(std::is_base_of_v<Outcomes, O>, "faceptor: a protocol derives from faceptor::evaluate::Outcomes or RowOutcomes<Row>");
  static_assert(!std::is_abstract_v<O>, "faceptor: a protocol needs add, error, figures and details (see faceptor/evaluate/outcomes.hpp)");
  static_assert(std::is_constructible_v<O, const TaskSpec&, const datasets::DatasetInfo&>,
                "faceptor: a protocol needs a constructor from `const TaskSpec&, const datasets::DatasetInfo&`");
  registry.add(
      readout, [](const TaskSpec& spec, const datasets::DatasetInfo& set) { return std::make_unique<O>(spec, set); }, &typeid(O));
}

}  // namespace detail

/// Gives a readout its protocol, where that doesn't stand in the readout itself.
/// @tparam O  derives from `Outcomes`; constructed from a `TaskSpec` and a `datasets::DatasetInfo`
template <class O>
void register_outcomes(const std::string& readout) {
  detail::add_outcomes<O>(outcomes_registry(), readout);
}

/// The protocol of a task: the one that its readout brings, else the one known for the readout, else its own metric (`MetricOutcomes`).
/// @throws Error(unsupported) for a metric that this program doesn't have, Error(argument) for a task without any,
///         Error(mismatch) when the set's labels don't fit the task
std::shared_ptr<Outcomes> make_outcomes(const AnyTask& task, const datasets::DatasetInfo& set);

}  // namespace faceptor::evaluate
