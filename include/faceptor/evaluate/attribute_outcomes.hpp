#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/outcomes.hpp>
#include <faceptor/metrics/attribute_score.hpp>

namespace faceptor::evaluate {

/// One face: of each attribute its probability and the truth (1, 0, -1 unknown).
struct AttributeRow {
  std::size_t index = 0;
  std::vector<double> probabilities;
  std::vector<std::int64_t> truth;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(AttributeRow, index, probabilities, truth)

/// Independent attributes: accuracy, balanced accuracy and average precision of each and in the mean; unknown labels are left out.
/// Each counts as present above the threshold its task states. Baseline: of each attribute always the more frequent answer.
class AttributeOutcomes final : public RowOutcomes<AttributeRow> {
 public:
  using RowOutcomes::add;
  AttributeOutcomes(const TaskSpec& spec, const data::DatasetInfo& set);

  void add(const TaskResult& result, const data::EvaluationSample& sample) override;
  /// The mean distance of the known attributes' probabilities from the truth.
  double error(std::size_t place) const override;
  std::vector<Figure> figures(std::span<const std::size_t> chosen) const override;
  std::vector<Figure> baselines() const override;
  std::vector<std::string> protocol() const override;
  std::vector<Plot> plots(const nlohmann::json& details) const override;
  nlohmann::json details() const override;

 private:
  /// The numbers of these faces.
  metrics::AttributeScore::Result score(std::span<const std::size_t> chosen, bool average_precision = false) const;
  metrics::AttributeScore::Result score_all(bool average_precision = false) const;

  std::vector<std::string> names_;
  std::vector<float> thresholds_;
};

}  // namespace faceptor::evaluate

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/evaluate/impl/attribute_outcomes.cpp>
#endif
