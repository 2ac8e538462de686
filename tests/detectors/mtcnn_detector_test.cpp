#include "support/torch_catch.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <faceptor/detectors/mtcnn_detector.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/resize.hpp>

#include "support/error_of.hpp"
#include "support/golden.hpp"
#include "support/tests_folder.hpp"

using namespace faceptor;

namespace {

/// A photo of the golden values: in FACEPTOR_PHOTOS_DIR, beside them in `photos`, or in the project.
std::optional<std::filesystem::path> photo_named(const std::string& name) {
  const char* chosen = std::getenv("FACEPTOR_PHOTOS_DIR");
  for (const auto& folder :
       {std::filesystem::path(chosen != nullptr ? chosen : ""), golden::root() / "photos", tests_folder() / ".." / "assets" / "photos"}) {
    if (!folder.empty() && std::filesystem::is_regular_file(folder / name)) return folder / name;
  }
  return std::nullopt;
}

Image portrait(const char* name) { return read_image(tests_folder() / ".." / "assets" / "photos" / name); }

/// The picture turned by quarter turns against the clock.
Image turned(const Image& image, int quarter_turns) {
  const Size whole{image.width(), image.height()}, size = turned_size(whole, quarter_turns);
  const Matrix matrix = quarter_turn_matrix(whole, quarter_turns);
  Image out(size.width, size.height);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const Points place = transformed(matrix, Points{{static_cast<float>(x), static_cast<float>(y)}});
      std::copy_n(image.at(x, y), 3, out.at(static_cast<int>(place[0].x), static_cast<int>(place[0].y)));
    }
  }
  return out;
}

void paste(Image& canvas, const Image& picture, int left, int top) {
  for (int y = 0; y < picture.height(); ++y) std::copy_n(picture.at(0, y), 3 * picture.width(), canvas.at(left, top + y));
}

float apart(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

}  // namespace

TEST_CASE("MTCNN finds what the reference finds", "[detectors][golden]") {
  const auto path = golden::find("detector/detections.json");
  if (!path) FACEPTOR_SKIP("no golden values of the detector");
  const auto weights = golden::find("detector/mtcnn.safetensors");
  int tried = 0;
  const auto golden = golden::json(*path);
  for (const auto& [name, searches] : golden.at("photos").items()) {
    const auto file = photo_named(name);
    if (!file) continue;
    const auto photo = read_image(*file);
    for (const auto& [key, expected] : searches.items()) {
      CAPTURE(name, key);
      MtcnnOptions options{.min_face = std::stof(key.substr(std::string("min_face_").size())), .upright_only = true};
      if (expected.contains("thresholds")) options.thresholds = expected["thresholds"];
      if (expected.contains("factor")) options.factor = expected["factor"];
      if (weights) options.weights = *weights;
      CHECK(expected["size"] == nlohmann::json({photo.width(), photo.height()}));
      const auto faces = MtcnnDetector(options).detect(photo);
      REQUIRE(faces.size() == expected["faces"].size());
      for (std::size_t i = 0; i < faces.size(); ++i) {
        const auto& [box, score, points, view_box, turns] = faces[i];
        const auto& face = expected["faces"][i];
        const std::array<float, 4> edges = {box.x0, box.y0, box.x1, box.y1};
        for (std::size_t k = 0; k < 4; ++k) CHECK(std::abs(edges[k] - face["box"][k].get<float>()) < 1);
        for (std::size_t k = 0; k < 5; ++k) CHECK(apart(points->at(k), {face["points"][k][0], face["points"][k][1]}) < 1);
        CHECK(score == Approx(face["score"].get<float>()).margin(0.001));
        CHECK(view_box == box_from_five_points(*points));
        CHECK(turns == 0);
      }
    }
    ++tried;
  }
  CHECK(tried > 0);
}

TEST_CASE("options of MTCNN are checked", "[detectors]") {
  const auto code = [](const MtcnnOptions& options) { return error_of([&] { MtcnnDetector{options}; }).code(); };
  CHECK(code({.min_face = 5}) == ErrorCode::argument);
  CHECK(code({.min_face = std::nanf("")}) == ErrorCode::argument);
  CHECK(code({.factor = 1}) == ErrorCode::argument);
  CHECK(code({.thresholds = {0.6F, 0.7F, 1.5F}}) == ErrorCode::argument);
  CHECK(code({.weights = "missing.safetensors"}) == ErrorCode::io);
  CHECK(code({.weights = tests_folder() / ".." / "assets" / "models" / "faceptor-demo.safetensors"}) == ErrorCode::format);
}

TEST_CASE("MTCNN finds faces that lie sideways or upside down", "[detectors]") {
  const auto photo = portrait(GENERATE("grace_hopper.jpg", "astronaut.jpg"));
  const Size whole{photo.width(), photo.height()};
  const MtcnnDetector detector, upright_only({.upright_only = true});
  const auto upright = detector.detect(photo);
  REQUIRE(upright.size() == 1);
  for (int turns = 1; turns < 4; ++turns) {
    CAPTURE(turns);
    const auto lying = turned(photo, turns);
    for (const auto& face : upright_only.detect(lying))
      CHECK(face.quarter_turns == 0);  // an upside-down face may be found, its points wrong
    const auto faces = detector.detect(lying);
    REQUIRE(faces.size() == 1);
    CHECK(faces[0].quarter_turns == 4 - turns);
    CHECK(faces[0].score == Approx(upright[0].score).margin(1e-3));
    const auto points = transformed(quarter_turn_matrix(whole, turns), *upright[0].points);
    for (std::size_t k = 0; k < 5; ++k) CHECK(apart(faces[0].points->at(k), points[k]) < 0.05F);
    const auto& box = upright[0].box;
    const auto corners = transformed(quarter_turn_matrix(whole, turns), Points{{box.x0, box.y0}, {box.x1, box.y1}});
    CHECK(intersection_over_union(faces[0].box, Box::around(corners)) > 0.99F);
    CHECK(faces[0].view_box == box_from_five_points(*faces[0].points));
  }
}

TEST_CASE("MTCNN turns a photo of many faces, some of which it takes for upright ones", "[detectors]") {
  Image photo(1800, 1000);
  std::fill(photo.pixels().begin(), photo.pixels().end(), std::uint8_t{90});
  const auto face = portrait("grace_hopper.jpg");
  for (int i = 0; i < 10; ++i) {
    const int side = 160 + 20 * i;
    paste(photo, resize(face, side, side * face.height() / face.width()), 20 + 355 * (i % 5), 20 + 490 * (i / 5));
  }
  const Size whole{photo.width(), photo.height()};
  const MtcnnDetector detector;
  const auto upright = detector.detect(photo);
  REQUIRE(upright.size() == 10);
  CHECK(upright[0].quarter_turns == 0);
  for (const int turns : {1, 3}) {
    CAPTURE(turns);
    const auto lying = turned(photo, turns);
    CHECK_FALSE(MtcnnDetector({.upright_only = true}).detect(lying).empty());
    const auto faces = detector.detect(lying);
    REQUIRE(faces.size() == 10);
    for (std::size_t i = 0; i < faces.size(); ++i) {
      CHECK(faces[i].quarter_turns == 4 - turns);
      const auto points = transformed(quarter_turn_matrix(whole, turns), *upright[i].points);
      CHECK(apart(faces[i].points->at(2), points[2]) < 0.05F);
    }
  }
}

TEST_CASE("MTCNN finds small faces in a large photo, as small as it is asked to", "[detectors]") {
  const auto face = resize(portrait("astronaut.jpg"), 300, 300);  // the face's box is 52 x 66
  Image photo(1800, 1400);
  std::fill(photo.pixels().begin(), photo.pixels().end(), std::uint8_t{90});
  for (int i = 0; i < 6; ++i) paste(photo, face, 100 + 600 * (i % 3), 100 + 700 * (i / 3));
  CHECK(MtcnnDetector().detect(photo).size() == 6);
  CHECK(MtcnnDetector({.min_face = 300}).detect(photo).empty());
}

TEST_CASE("MTCNN finds nothing where nothing is", "[detectors]") {
  const MtcnnDetector detector;
  CHECK(detector.detect(Image()).empty());
  for (const auto& [width, height] : {std::pair{1, 1}, std::pair{3, 400}, std::pair{41, 40}, std::pair{200, 200}}) {
    CHECK(detector.detect(Image(width, height)).empty());
  }
}

TEST_CASE("MTCNN may be shared by threads", "[detectors]") {
  const MtcnnDetector detector;
  const auto photo = portrait("astronaut.jpg");
  const auto expected = detector.detect(photo);
  REQUIRE(expected.size() == 1);
  std::vector<std::vector<Detection>> found(4);
  std::vector<std::thread> threads;
  for (auto& faces : found) threads.emplace_back([&] { faces = detector.detect(photo); });
  for (auto& thread : threads) thread.join();
  for (const auto& faces : found) {
    REQUIRE(faces.size() == 1);
    CHECK(faces[0].box == expected[0].box);
    CHECK(faces[0].points == expected[0].points);
  }
}

TEST_CASE("MTCNN follows a face that has moved, and says when it is gone", "[detectors]") {
  const auto face = resize(portrait("astronaut.jpg"), 300, 300);
  const auto frame = [&](int left, int top) {
    Image photo(640, 480);
    std::fill(photo.pixels().begin(), photo.pixels().end(), std::uint8_t{90});
    paste(photo, face, left, top);
    return photo;
  };
  const MtcnnDetector detector({.upright_only = true});
  const auto before = detector.detect(frame(100, 100));
  REQUIRE(before.size() == 1);
  for (const auto& [x, y] : {std::pair{0, 0}, std::pair{8, -5}, std::pair{-15, 12}, std::pair{14, 5}}) {
    CAPTURE(x, y);
    const auto photo = frame(100 + x, 100 + y);
    const auto searched = detector.detect(photo);
    const auto followed = detector.follow(photo, before);
    REQUIRE(followed.size() == 1);
    REQUIRE(followed[0]);
    CHECK(intersection_over_union(followed[0]->box, searched.at(0).box) > 0.75F);
    for (std::size_t k = 0; k < 5; ++k) CHECK(apart(followed[0]->points->at(k), searched[0].points->at(k)) < 3);
    CHECK(followed[0]->view_box == box_from_five_points(*followed[0]->points));
  }
  CHECK_FALSE(detector.follow(frame(300, 150), before)[0]);
  CHECK_FALSE(detector.follow(Image(640, 480), before)[0]);
  CHECK_FALSE(detector.follow(Image(), before)[0]);
  CHECK(detector.follow(frame(0, 0), {}).empty());
  CHECK(WholeImageDetector().follow(frame(100, 100), before).empty());

  const auto lying = turned(frame(100, 100), 1);
  const auto sideways = MtcnnDetector().detect(lying);
  REQUIRE(sideways.size() == 1);
  const auto again = detector.follow(lying, sideways);
  REQUIRE(again[0]);
  CHECK(again[0]->quarter_turns == 3);
  for (std::size_t k = 0; k < 5; ++k) CHECK(apart(again[0]->points->at(k), sideways[0].points->at(k)) < 3);
}
