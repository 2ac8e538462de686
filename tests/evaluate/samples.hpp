#pragma once

#include "support/torch_catch.hpp"

#include <faceptor/datasets/dataset.hpp>
#include <faceptor/evaluate/outcomes.hpp>
#include <faceptor/loading/evaluation_loader.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/values.hpp>
#include <numeric>

/// Samples and results made by hand, for tests of what is scored.
namespace evaluate_test {

using namespace faceptor;

inline loading::EvaluationSample sample(std::size_t index, datasets::Label label, std::map<std::string, std::string> columns = {}) {
  loading::EvaluationSample made;
  made.index = index;
  made.annotation.name = "sample " + std::to_string(index);
  made.annotation.label = std::move(label);
  made.annotation.columns = std::move(columns);
  made.picture = {64, 64};
  return made;
}

/// A set that says what a list of annotations says, with a grey picture for each.
class ListedSet final : public datasets::Dataset {
 public:
  ListedSet(datasets::DatasetInfo info, std::vector<datasets::Annotation> annotations, Size picture = {64, 64})
      : info_(std::move(info)), annotations_(std::move(annotations)), picture_(picture) {}

  const datasets::DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return annotations_.size(); }
  datasets::Annotation annotation(std::size_t index) const override { return annotations_.at(index); }
  datasets::Sample read(std::size_t index) const override {
    if (annotations_.at(index).name == "broken") throw Error(ErrorCode::format, "data: a broken picture").where("broken");
    datasets::Sample sample;
    static_cast<datasets::Annotation&>(sample) = annotations_[index];
    sample.image = Image(picture_.width, picture_.height);
    for (auto& byte : sample.image.pixels()) byte = static_cast<std::uint8_t>(40 * index + 90);
    return sample;
  }

 private:
  datasets::DatasetInfo info_;
  std::vector<datasets::Annotation> annotations_;
  Size picture_;
};

inline std::vector<std::size_t> all_places(const evaluate::Outcomes& outcomes) {
  std::vector<std::size_t> places(outcomes.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

/// A figure by its name, of all places.
inline std::optional<double> figure(const evaluate::Outcomes& outcomes, const std::string& name) {
  for (const auto& figure : outcomes.figures(all_places(outcomes))) {
    if (figure.name == name) return figure.value;
  }
  FAIL("no figure " << name);
  return std::nullopt;
}

/// Points of a face of a scheme: spread over the picture, the eyes apart.
inline Points face_points(std::size_t count, float phase) {
  Points points;
  for (std::size_t i = 0; i < count; ++i) {
    const auto t = static_cast<float>(i);
    points.push_back({20 + 17 * std::cos(t * 0.7F + phase) + t * 0.2F, 25 + 15 * std::sin(t * 1.1F + phase)});
  }
  return points;
}

inline TaskResult landmarks(const std::string& scheme, const Points& points) {
  return TaskResult("align", results::Landmarks(scheme, points));
}

}  // namespace evaluate_test
