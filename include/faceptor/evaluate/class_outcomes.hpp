#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/outcomes.hpp>
#include <faceptor/metrics/classification.hpp>

namespace faceptor::evaluate {

/// One face: its class, the one that was most probable, and how probable the true one was said to be.
struct ClassRow {
  std::size_t index = 0;
  std::int64_t predicted = 0;
  std::int64_t truth = 0;
  double probability = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ClassRow, index, predicted, truth, probability)

/// One class a face, such as an expression: accuracy, mean class accuracy, the confusion matrix. Baseline: always the most frequent class.
class ClassOutcomes final : public RowOutcomes<ClassRow> {
 public:
  using RowOutcomes::add;
  ClassOutcomes(const TaskSpec& spec, const datasets::DatasetInfo& set) : names_(detail::output_names(spec, set)) {}

  void add(const TaskResult& result, const loading::EvaluationSample& sample) override;
  /// How improbable the true class was said to be.
  double error(std::size_t place) const override { return 1 - rows_.at(place).probability; }
  std::vector<Figure> figures(std::span<const std::size_t> chosen) const override;
  std::vector<Figure> baselines() const override;
  std::vector<std::string> protocol() const override;
  std::vector<Plot> plots(const nlohmann::json& details) const override;
  nlohmann::json details() const override;

 private:
  std::int64_t classes() const { return static_cast<std::int64_t>(names_.size()); }

  std::vector<std::string> names_;
};

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
  AttributeOutcomes(const TaskSpec& spec, const datasets::DatasetInfo& set);

  void add(const TaskResult& result, const loading::EvaluationSample& sample) override;
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
