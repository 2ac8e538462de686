#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/outcomes.hpp>

namespace faceptor::evaluate {

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
  ValueOutcomes(const TaskSpec& spec, const data::DatasetInfo& set) : names_(detail::output_names(spec, set)) {}

  void add(const TaskResult& result, const data::EvaluationSample& sample) override;
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

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/evaluate/impl/value_outcomes.cpp>
#endif
