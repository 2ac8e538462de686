#include <faceptor/loading/detected_boxes.hpp>

#include "support/error_of.hpp"

using namespace faceptor;

namespace {

/// One picture of 64 x 48 and what is known of it.
class OnePicture final : public datasets::Dataset {
 public:
  explicit OnePicture(datasets::Annotation annotation) : annotation_(std::move(annotation)) { info_.format = "one"; }
  const datasets::DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return 1; }
  datasets::Annotation annotation(std::size_t) const override { return annotation_; }
  datasets::Sample read(std::size_t) const override {
    datasets::Sample sample;
    static_cast<datasets::Annotation&>(sample) = annotation_;
    sample.image = Image(64, 48);
    return sample;
  }

 private:
  datasets::DatasetInfo info_;
  datasets::Annotation annotation_;
};

struct Finds final : FaceDetector {
  explicit Finds(std::vector<Detection> found) : faces(std::move(found)) {}
  std::vector<Detection> detect(const Image&) const override { return faces; }
  std::string name() const override { return "finds"; }
  std::vector<Detection> faces;
};

std::shared_ptr<const datasets::Dataset> one(std::optional<Box> box, datasets::Label label = datasets::ClassLabel{3}) {
  datasets::Annotation annotation;
  annotation.name = "a.jpg";
  annotation.label = std::move(label);
  annotation.box = box;
  return std::make_shared<OnePicture>(annotation);
}

std::shared_ptr<const FaceDetector> finds(std::vector<Detection> faces) { return std::make_shared<Finds>(std::move(faces)); }

const Detection kFar{{40, 30, 60, 46}, 0.9F, {}}, kNear{{6, 6, 32, 32}, 0.5F, {}}, kHalf{{0, 0, 20, 20}, 0.8F, {}};

}  // namespace

TEST_CASE("the found face that overlaps the annotated one most takes its place; labels stay", "[data][detected_boxes]") {
  const auto cut = loading::with_detected_boxes(one(Box{5, 5, 30, 30}), finds({kFar, kHalf, kNear}));
  CHECK(cut->info().format == "one");
  CHECK(cut->size() == 1);
  CHECK(cut->annotation(0).box == Box{5, 5, 30, 30});
  const auto sample = cut->read(0);
  CHECK(sample.box == kNear.box);
  CHECK(sample.points == five_points_from_box(kNear.box));
  CHECK(std::get<datasets::ClassLabel>(sample.label).index == 3);
}

TEST_CASE("crops are cut by the box that the detector means for views", "[data][detected_boxes]") {
  auto face = kNear;
  face.view_box = Box{8, 8, 30, 30};
  const auto sample = loading::with_detected_boxes(one(Box{5, 5, 30, 30}), finds({kFar, face}))->read(0);
  CHECK(sample.box == face.view_box);
  CHECK(sample.points == five_points_from_box(*face.view_box));
}

TEST_CASE("points annotate a face as a box does, and without either the surest is taken", "[data][detected_boxes]") {
  const auto marked = one(std::nullopt, datasets::LandmarkLabels{{{6, 6}, {30, 30}, {12, 20}}, {}});
  CHECK(loading::with_detected_boxes(marked, finds({kFar, kHalf, kNear}))->read(0).box == kNear.box);
  CHECK(loading::with_detected_boxes(one(std::nullopt), finds({kFar, kNear}))->read(0).box == kFar.box);
}

TEST_CASE("a detector's points are taken, else those of the finder", "[data][detected_boxes]") {
  const FivePoints own = {Point{1, 1}, {2, 1}, {3, 3}, {4, 5}, {5, 5}}, found = {Point{10, 12}, {22, 12}, {16, 18}, {12, 24}, {20, 24}};
  const loading::PointFinder finder = [&](const Image& picture, const Detection& face) {
    CHECK(picture.width() == 64);
    CHECK(face.box == kNear.box);
    return found;
  };
  const auto set = one(Box{5, 5, 30, 30});
  CHECK(loading::with_detected_boxes(set, finds({kNear}), finder)->read(0).points == found);
  Detection pointed = kNear;
  pointed.points = own;
  CHECK(loading::with_detected_boxes(set, finds({pointed}), finder)->read(0).points == own);
}

TEST_CASE("without a detector faces stay where they are, else in the whole picture", "[data][detected_boxes]") {
  std::vector<Box> asked;
  const loading::PointFinder finder = [&](const Image&, const Detection& face) {
    asked.push_back(face.box);
    return FivePoints{};
  };
  CHECK(loading::with_detected_boxes(one(Box{5, 5, 30, 30}), nullptr, finder)->read(0).box == Box{5, 5, 30, 30});
  CHECK(loading::with_detected_boxes(one(std::nullopt), nullptr, finder)->read(0).box == Box{-0.5F, -0.5F, 63.5F, 47.5F});
  CHECK(asked.size() == 2);
}

TEST_CASE("a face that isn't found is the record's error", "[data][detected_boxes]") {
  const auto missed = error_of([] { loading::with_detected_boxes(one(Box{5, 5, 30, 30}), finds({kFar}))->read(0); });
  CHECK(missed.code() == ErrorCode::format);
  CHECK(missed.where() == "a.jpg");
  CHECK(missed.found() == "1 other faces");
  CHECK(error_of([] { loading::with_detected_boxes(one(std::nullopt), finds({}))->read(0); }).code() == ErrorCode::format);
  CHECK(error_of([] { loading::with_detected_boxes(nullptr, finds({})); }).code() == ErrorCode::argument);
  CHECK(error_of([] { loading::with_detected_boxes(one(std::nullopt), nullptr); }).code() == ErrorCode::argument);
}
