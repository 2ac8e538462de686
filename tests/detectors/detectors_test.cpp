#include "support/torch_catch.hpp"

#include <memory>
#include <string>
#include <vector>

#include <faceptor/detect/face_detector.hpp>
#include <faceptor/detectors/detectors.hpp>

#include "support/error_of.hpp"

using namespace faceptor;

TEST_CASE("detectors are made by name", "[detect]") {
  CHECK(detector_names().front() == "mtcnn");
  for (const auto& name : detector_names()) CHECK(make_detector(name)->name() == name);
  CHECK(error_of([] { make_detector("whol"); }).hint().starts_with("did you mean \"whole\"?"));
  CHECK(error_of([] { make_detector("retinaface"); }).hint().starts_with("known: "));
  CHECK(error_of([] { make_detector("retinaface"); }).code() == ErrorCode::unsupported);
}

namespace {

/// Sees a face of one size in the middle of every photo.
class MiddleDetector final : public FaceDetector {
 public:
  static constexpr const char* kName = "middle";

  explicit MiddleDetector(float side = 10) : side_(side) {}
  std::vector<Detection> detect(const Image& photo) const override {
    const float x = static_cast<float>(photo.width()) / 2, y = static_cast<float>(photo.height()) / 2, half = side_ / 2;
    return {{Box{x - half, y - half, x + half, y + half}, 1, {}}};
  }
  std::string name() const override { return kName; }

 private:
  float side_;
};

}  // namespace

TEST_CASE("a detector of one's own is made by its name", "[detect]") {
  register_detector<MiddleDetector>();
  register_detector<MiddleDetector>();
  CHECK(detector_names().back() == "middle");
  CHECK(detector_names().front() != "middle");
  CHECK(make_detector("middle")->detect(Image(100, 100)).at(0).box == Box{45, 45, 55, 55});

  for (const float side : {20.0F, 40.0F}) {  // the later factory replaces the former
    register_detector("large_middle", [side] { return std::make_unique<MiddleDetector>(side); });
    CHECK(make_detector("large_middle")->detect(Image(100, 100)).at(0).box.width() == side);
  }
  CHECK(detector_names().back() == "large_middle");

  const auto make = [] { return std::make_unique<MiddleDetector>(); };
  for (const char* taken : {"whole", "middle", ""}) {
    CHECK(error_of([&] { register_detector(taken, make); }).code() == ErrorCode::argument);
  }
  CHECK(error_of([] { register_detector("nothing", {}); }).code() == ErrorCode::argument);
}
