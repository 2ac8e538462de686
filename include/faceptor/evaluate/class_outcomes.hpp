#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/outcomes.hpp>

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
  ClassOutcomes(const TaskSpec& spec, const data::DatasetInfo& set) : names_(detail::output_names(spec, set)) {}

  void add(const TaskResult& result, const data::EvaluationSample& sample) override;
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

}  // namespace faceptor::evaluate

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/evaluate/impl/class_outcomes.cpp>
#endif
