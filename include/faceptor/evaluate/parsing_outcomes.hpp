#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/outcomes.hpp>
#include <faceptor/metrics/confusion_matrix.hpp>

namespace faceptor::evaluate {

/// One photo: how many pixels of each class are right, predicted and true.
struct ParsingRow {
  std::size_t index = 0;
  std::vector<std::int64_t> hits, predicted, truth;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ParsingRow, index, hits, predicted, truth)

/// Face parsing at the resolution of the photo: F1 and IoU of each class over all pixels of all photos; their means without the
/// background (the published score) and with it, over the classes that are in truth or prediction.
class ParsingOutcomes final : public RowOutcomes<ParsingRow> {
 public:
  using RowOutcomes::add;
  ParsingOutcomes(const TaskSpec& spec, const datasets::DatasetInfo& set);

  void add(const TaskResult& result, const loading::EvaluationSample& sample) override;
  /// The share of wrong pixels.
  double error(std::size_t place) const override;
  std::vector<Figure> figures(std::span<const std::size_t> chosen) const override;
  std::vector<std::string> protocol() const override;
  std::vector<Plot> plots(const nlohmann::json& details) const override;
  nlohmann::json details() const override;
  nlohmann::json state() const override;
  void merge(const nlohmann::json& state) override;

 private:
  ParsingRow sum(std::span<const std::size_t> chosen) const;

  std::vector<std::string> names_;
  metrics::ConfusionMatrix confusion_;
};

}  // namespace faceptor::evaluate
