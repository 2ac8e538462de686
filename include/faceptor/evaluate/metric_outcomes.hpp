#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/evaluate/outcomes.hpp>
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
  MetricOutcomes(const AnyTask& task, const data::DatasetInfo& set);

  void add(const ScoredBatch& batch) override;
  /// Scores need raw outputs. @throws Error(internal) always
  void add(const TaskResult& result, const data::EvaluationSample& sample) override;
  double error(std::size_t place) const override;
  std::vector<Figure> figures(std::span<const std::size_t> chosen) const override;
  bool any_choice() const override { return scored_; }
  std::vector<std::string> protocol() const override;
  nlohmann::json details() const override;
  /// @throws Error(unsupported) for a metric without a score a sample
  nlohmann::json state() const override;

 private:
  std::string name_;
  data::LabelCollator collator_;
  std::unique_ptr<metrics::Metric> metric_;
  metrics::SampleScore score_;
  bool scored_ = true;
  std::size_t seen_ = 0;  // samples that the metric itself was given
};

}  // namespace faceptor::evaluate

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/evaluate/impl/metric_outcomes.cpp>
#endif
