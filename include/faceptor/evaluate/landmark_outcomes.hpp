#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/outcomes.hpp>
#include <faceptor/metrics/landmarks.hpp>

namespace faceptor::evaluate {

/// One face: its points and those predicted, in pixels of the photo; x and y in turn.
struct LandmarkRow {
  std::size_t index = 0;
  std::vector<float> predicted;
  std::vector<float> truth;
  std::vector<float> box;  ///< left, top, right, bottom; empty where the set has none
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LandmarkRow, index, predicted, truth, box)

/// Landmarks: normalised mean error by every length that the scheme and the set allow, area under the cumulative error curve (AUC)
/// and failure rate, errors by region and by point.
///
/// The published lengths: 300W inter-ocular and inter-pupil; WFLW and COFW inter-ocular, with AUC and failures to 0.10; AFLW-19 the
/// box's diagonal and sqrt(w h), with AUC and failures to 0.07. The score that comes first is the one published first for the scheme.
class LandmarkOutcomes final : public RowOutcomes<LandmarkRow> {
 public:
  using RowOutcomes::add;
  LandmarkOutcomes(const TaskSpec& spec, const datasets::DatasetInfo& set);

  void add(const TaskResult& result, const loading::EvaluationSample& sample) override;
  void finish() override;
  /// The error of a face by the first length.
  double error(std::size_t place) const override { return errors_.at(0).at(place); }
  std::vector<Figure> figures(std::span<const std::size_t> chosen) const override;
  std::vector<std::string> protocol() const override;
  std::vector<Plot> plots(const nlohmann::json& details) const override;
  nlohmann::json details() const override;

 private:
  std::string scheme_;
  std::vector<metrics::Normalizer> normalizers_;
  std::vector<metrics::LandmarkRegion> regions_;
  std::vector<std::vector<double>> errors_;  // by length, by place; made by finish
};

/// The lengths by which a scheme's errors are published, the first one the headline; of an unknown scheme the box around the points.
/// @param boxes  whether every face has an annotated box
std::vector<metrics::Normalizer> published_normalizers(const std::string& scheme, bool boxes);

}  // namespace faceptor::evaluate
