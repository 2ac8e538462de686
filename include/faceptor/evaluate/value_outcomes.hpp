#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/outcomes.hpp>

namespace faceptor::evaluate {

/// One face: its age and what was estimated, in years.
struct AgeRow {
  std::size_t index = 0;
  double predicted = 0;
  double truth = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(AgeRow, index, predicted, truth)

/// Age: mean absolute error, share within five years (CS@5), epsilon error; by age group. Baseline: always the mean age.
class AgeOutcomes final : public RowOutcomes<AgeRow> {
 public:
  using RowOutcomes::add;
  AgeOutcomes(const TaskSpec&, const datasets::DatasetInfo&) {}

  void add(const TaskResult& result, const loading::EvaluationSample& sample) override;
  double error(std::size_t place) const override;
  std::vector<Figure> figures(std::span<const std::size_t> chosen) const override;
  std::vector<Figure> baselines() const override;
  std::vector<std::string> protocol() const override;
  std::vector<Plot> plots(const nlohmann::json& details) const override;
  nlohmann::json details() const override;
};

/// One face: numbers of one's own, and the true ones.
struct ValueRow {
  std::size_t index = 0;
  std::vector<double> predicted;
  std::vector<double> truth;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ValueRow, index, predicted, truth)

/// Numbers: the mean absolute error over all of them, and of each. Baseline: always the mean.
class ValueOutcomes final : public RowOutcomes<ValueRow> {
 public:
  using RowOutcomes::add;
  ValueOutcomes(const TaskSpec& spec, const datasets::DatasetInfo& set) : names_(detail::output_names(spec, set)) {}

  void add(const TaskResult& result, const loading::EvaluationSample& sample) override;
  /// The mean absolute error of its numbers.
  double error(std::size_t place) const override;
  std::vector<Figure> figures(std::span<const std::size_t> chosen) const override;
  std::vector<Figure> baselines() const override;
  std::vector<std::string> protocol() const override;
  nlohmann::json details() const override;

 private:
  std::vector<std::string> names_;
};

}  // namespace faceptor::evaluate
