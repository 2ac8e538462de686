#include <faceptor/detect/detectors.hpp>
#include <faceptor/detect/dlib_frontal_detector.hpp>

#include <cmath>
#include <filesystem>
#include <numbers>
#include <thread>
#include <vector>

#include <faceptor/image/codecs.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/resize.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/tests_folder.hpp"

using namespace faceptor;

namespace {

Image portrait(const char* name) { return read_image(tests_folder() / ".." / "assets" / "photos" / name); }

/// The middle between the pupils of the portraits, read off the pictures.
constexpr Point kAstronautEyes{224, 104};
constexpr Point kHopperEyes{270, 191};

/// Whether the one face found is where the eyes are: their middle above the box's centre, by about a quarter of its side.
void check_face_at(const std::vector<Detection>& faces, Point eyes) {
  REQUIRE(faces.size() == 1);
  const auto& box = faces[0].box;
  CHECK(box.width() == Approx(box.height()).epsilon(0.02));
  CHECK(std::abs(box.center().x - eyes.x) < 0.12 * box.width());
  CHECK(std::abs(box.center().y - 0.23F * box.height() - eyes.y) < 0.12 * box.height());
}

/// A picture turned about its centre, nearest pixels, grey where nothing was.
Image rotated(const Image& image, double degrees) {
  const double angle = degrees * std::numbers::pi / 180, cx = 0.5 * (image.width() - 1), cy = 0.5 * (image.height() - 1);
  Image out(image.width(), image.height());
  for (int y = 0; y < out.height(); ++y) {
    for (int x = 0; x < out.width(); ++x) {
      const int u = static_cast<int>(std::lround(cx + std::cos(angle) * (x - cx) - std::sin(angle) * (y - cy)));
      const int v = static_cast<int>(std::lround(cy + std::sin(angle) * (x - cx) + std::cos(angle) * (y - cy)));
      const bool inside = u >= 0 && v >= 0 && u < image.width() && v < image.height();
      for (int c = 0; c < 3; ++c) out.at(x, y)[c] = inside ? image.at(u, v)[c] : 128;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("without dlib its detector says so", "[detect][dlib]") {
  if (DlibFrontalDetector::available()) FACEPTOR_SKIP("this build has dlib");
  CHECK(error_of([] { DlibFrontalDetector(); }).code() == ErrorCode::unsupported);
  CHECK(error_of([] { make_detector("dlib"); }).code() == ErrorCode::unsupported);
}

TEST_CASE("options of dlib's detector are checked", "[detect][dlib]") {
  CHECK(error_of([] { DlibFrontalDetector({.min_face = 5}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { DlibFrontalDetector({.min_face = std::nanf("")}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { DlibFrontalDetector({.max_pixels = 0}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { DlibFrontalDetector({.threshold = std::nanf("")}); }).code() == ErrorCode::argument);
}

TEST_CASE("dlib's detector finds the portraits at every size", "[detect][dlib]") {
  if (!DlibFrontalDetector::available()) FACEPTOR_SKIP("built without dlib");
  const DlibFrontalDetector detector;
  check_face_at(detector.detect(portrait("grace_hopper.jpg")), kHopperEyes);
  const auto astronaut = portrait("astronaut.jpg");
  // The face is 90 pixels wide: 45 in the smallest, where it is seen only because the photo is enlarged.
  for (const double scale : {0.5, 1.0, 1.7, 5.0}) {
    CAPTURE(scale);
    const auto side = [&](int length) { return static_cast<int>(std::lround(length * scale)); };
    const auto photo = resize(astronaut, side(astronaut.width()), side(astronaut.height()));
    const auto eyes =
        Point{static_cast<float>((kAstronautEyes.x + 0.5) * scale - 0.5), static_cast<float>((kAstronautEyes.y + 0.5) * scale - 0.5)};
    check_face_at(detector.detect(photo), eyes);
  }
  CHECK(DlibFrontalDetector({.min_face = 80}).detect(resize(astronaut, 256, 256)).empty());
}

TEST_CASE("dlib's detector finds a tilted head by turning the photo", "[detect][dlib]") {
  if (!DlibFrontalDetector::available()) FACEPTOR_SKIP("built without dlib");
  const DlibFrontalDetector turning({.min_face = 80}), upright_only({.min_face = 80, .try_rotations = false});
  const auto photo = portrait("grace_hopper.jpg");
  const auto straight = upright_only.detect(photo);
  REQUIRE(straight.size() == 1);
  int only_by_turning = 0;
  for (const double degrees : {-55.0, -50.0, 50.0, 55.0}) {
    CAPTURE(degrees);
    const auto tilted = rotated(photo, degrees);
    const auto faces = turning.detect(tilted);
    REQUIRE(faces.size() == 1);
    only_by_turning += upright_only.detect(tilted).empty() ? 1 : 0;
    // The centre of the face, carried to the tilted picture.
    const double angle = degrees * std::numbers::pi / 180, cx = 0.5 * (photo.width() - 1), cy = 0.5 * (photo.height() - 1);
    const double dx = straight[0].box.center().x - cx, dy = straight[0].box.center().y - cy;
    const double x = cx + std::cos(angle) * dx + std::sin(angle) * dy, y = cy - std::sin(angle) * dx + std::cos(angle) * dy;
    CHECK(std::abs(faces[0].box.center().x - x) < 0.2 * straight[0].box.width());
    CHECK(std::abs(faces[0].box.center().y - y) < 0.2 * straight[0].box.width());
    CHECK(faces[0].box.width() == Approx(straight[0].box.width()).epsilon(0.3));
  }
  CHECK(only_by_turning == 4);
}

TEST_CASE("dlib's detector finds nothing where nothing is", "[detect][dlib]") {
  if (!DlibFrontalDetector::available()) FACEPTOR_SKIP("built without dlib");
  const DlibFrontalDetector detector;
  CHECK(detector.detect(Image()).empty());
  CHECK(detector.detect(Image(1, 1)).empty());
  CHECK(detector.detect(Image(3, 400)).empty());
  CHECK(detector.detect(Image(200, 200)).empty());
}

TEST_CASE("dlib's detector may be shared by threads", "[detect][dlib]") {
  if (!DlibFrontalDetector::available()) FACEPTOR_SKIP("built without dlib");
  const DlibFrontalDetector detector({.min_face = 80});
  const auto photo = portrait("astronaut.jpg");
  const auto expected = detector.detect(photo);
  std::vector<std::vector<Detection>> found(4);
  std::vector<std::thread> threads;
  for (auto& result : found) threads.emplace_back([&] { result = detector.detect(photo); });
  for (auto& thread : threads) thread.join();
  for (const auto& result : found) {
    REQUIRE(result.size() == expected.size());
    for (std::size_t i = 0; i < result.size(); ++i) CHECK(result[i].box == expected[i].box);
  }
}
