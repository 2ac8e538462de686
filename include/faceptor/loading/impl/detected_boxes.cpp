#include <algorithm>
#include <optional>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/loading/detected_boxes.hpp>

namespace faceptor::loading {
namespace {

/// The annotated face: its box, else the box around its points.
std::optional<Box> annotated_box(const datasets::Annotation& annotation) {
  if (annotation.box) return annotation.box;
  if (const auto* landmarks = std::get_if<datasets::LandmarkLabels>(&annotation.label);
      landmarks != nullptr && !landmarks->points.empty()) {
    return Box::around(landmarks->points);
  }
  if (annotation.points) return Box::around(*annotation.points);
  return std::nullopt;
}

class DetectedBoxes final : public datasets::Dataset {
 public:
  DetectedBoxes(std::shared_ptr<const datasets::Dataset> set, std::shared_ptr<const FaceDetector> detector, PointFinder points)
      : set_(std::move(set)), detector_(std::move(detector)), points_(std::move(points)) {}

  const datasets::DatasetInfo& info() const noexcept override { return set_->info(); }
  std::size_t size() const noexcept override { return set_->size(); }
  datasets::Annotation annotation(std::size_t index) const override { return set_->annotation(index); }

  datasets::Sample read(std::size_t index) const override {
    auto sample = set_->read(index);
    const auto found = detector_ ? detected(sample) : known(sample);
    sample.box = found.box_for_views();
    // Else chains would take the points from landmark labels, which nobody knows in use.
    sample.points = found.points ? found.points : points_ ? points_(sample.image, found) : five_points_from_box(found.box_for_views());
    return sample;
  }

 private:
  static Detection known(const datasets::Sample& sample) {
    const Box whole{-0.5F, -0.5F, static_cast<float>(sample.image.width()) - 0.5F, static_cast<float>(sample.image.height()) - 0.5F};
    return {annotated_box(sample).value_or(whole), 1, std::nullopt};
  }

  Detection detected(const datasets::Sample& sample) const {
    const auto faces = detector_->detect(sample.image);
    if (const auto found = choose(faces, annotated_box(sample))) return *found;
    throw Error(ErrorCode::format, "data: the detector doesn't find the face")
        .where(sample.name)
        .found(std::to_string(faces.size()) + " other faces");
  }

  static std::optional<Detection> choose(const std::vector<Detection>& faces, const std::optional<Box>& annotated) {
    if (faces.empty()) return std::nullopt;
    if (!annotated) return faces.front();  // surest first
    const auto overlap = [&](const Detection& face) { return intersection_over_union(face.box, *annotated); };
    const auto best = std::max_element(faces.begin(), faces.end(), [&](const auto& a, const auto& b) { return overlap(a) < overlap(b); });
    if (!(overlap(*best) > 0)) return std::nullopt;
    return *best;
  }

  std::shared_ptr<const datasets::Dataset> set_;
  std::shared_ptr<const FaceDetector> detector_;
  PointFinder points_;
};

}  // namespace

std::shared_ptr<const datasets::Dataset> with_detected_boxes(std::shared_ptr<const datasets::Dataset> set,
                                                             std::shared_ptr<const FaceDetector> detector, PointFinder points) {
  if (set == nullptr || (detector == nullptr && !points)) throw Error(ErrorCode::argument, "data: boxes need a set and a detector");
  return std::make_shared<const DetectedBoxes>(std::move(set), std::move(detector), std::move(points));
}

}  // namespace faceptor::loading
