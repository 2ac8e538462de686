#include "analyze/small_analyzer.hpp"

#include <faceptor/analyze/video_analyzer.hpp>
#include <nlohmann/json.hpp>

#include "support/error_of.hpp"

using namespace analyze_test;

namespace {

/// The photo's faces, shifted by where a frame is in the video; counts its searches.
class MovingFaces final : public FaceDetector {
 public:
  std::vector<Detection> detect(const Image&) const override {
    ++searches;
    std::vector<Detection> faces;
    if (hidden) return faces;
    for (auto face : detections(/*with_points=*/true)) faces.push_back(moved(face));
    return faces;
  }
  std::vector<std::optional<Detection>> follow(const Image&, std::span<const Detection> faces) const override {
    if (!follows) return {};
    std::vector<std::optional<Detection>> found;
    for (const auto& face : faces) found.push_back(hidden ? std::nullopt : std::optional(face));
    return found;
  }
  std::string name() const override { return "moving"; }

  Detection moved(Detection face) const {
    face.box = {face.box.x0 + shift, face.box.y0, face.box.x1 + shift, face.box.y1};
    for (auto& point : *face.points) point.x += shift;
    return face;
  }

  mutable int searches = 0;
  float shift = 0;
  bool hidden = false, follows = true;
};

video::Frame frame_at(std::int64_t index) {
  return {.image = three_faces().image, .index = index, .time = static_cast<double>(index) / 25};
}

}  // namespace

TEST_CASE("faces of a video keep their numbers, and are searched for in every so many frames", "[analyze]") {
  const auto detector = std::make_shared<MovingFaces>();
  const FaceAnalyzer analyzer(small_model(), {.tasks = {"age_morph2"}, .detector = detector});
  VideoAnalyzer video(analyzer, {.detect_every = 5});
  const auto expected = analyzer.analyze(three_faces().image, detections(true));
  for (int i = 0; i < 11; ++i) {
    const auto result = video.analyze(frame_at(i));
    REQUIRE_FALSE(result.result.error);
    CHECK(result.tracks == std::vector<std::uint64_t>{1, 2, 3});
    CHECK(result.index == i);
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(result.result[k].box == expected[k].box);
      CHECK(difference(result.result[k].results()[0], expected[k].results()[0]) == 0);
    }
  }
  CHECK(detector->searches == 3);  // frames 0, 5, 10
  CHECK(video.times().networks > 0);
}

TEST_CASE("faces that are gone are searched for less and less often, and known again", "[analyze]") {
  const auto detector = std::make_shared<MovingFaces>();
  const FaceAnalyzer analyzer(small_model(), {.tasks = {"age_morph2"}, .detector = detector});
  VideoAnalyzer video(analyzer, {.detect_every = 1000});
  video.analyze(frame_at(0));
  detector->hidden = true;
  for (int i = 1; i <= 20; ++i) CHECK(video.analyze(frame_at(i)).tracks.empty());
  CHECK(detector->searches == 1 + 6);  // at once, then behind 1, 2, 4, 8 and 16 lost frames
  detector->hidden = false;
  std::vector<std::uint64_t> tracks;
  for (int i = 21; i < 40 && tracks.empty(); ++i) tracks = video.analyze(frame_at(i)).tracks;
  CHECK(tracks.empty());  // the next search would be behind 32, and tracks end after 30
  VideoAnalyzer soon(analyzer, {.detect_every = 4});
  soon.analyze(frame_at(0));
  detector->hidden = true;
  for (int i = 1; i < 4; ++i) soon.analyze(frame_at(i));
  detector->hidden = false;
  CHECK(soon.analyze(frame_at(4)).tracks == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("where the detector can't follow, the landmarks lead the boxes", "[analyze]") {
  const auto detector = std::make_shared<MovingFaces>();
  detector->follows = false;
  const FaceAnalyzer analyzer(with_fixed_landmarks(), {.tasks = {"align_300w"}, .detector = detector});
  VideoAnalyzer video(analyzer, {.detect_every = 100});
  const auto first = video.analyze(frame_at(0)), second = video.analyze(frame_at(1));
  REQUIRE(second.result.size() == 3);
  CHECK(second.tracks == first.tracks);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& before = first.result[i];
    const auto to = box_from_five_points(before.get<Landmarks>().five_points()), from = box_from_five_points(*before.points);
    CHECK(second.result[i].box.width() == Approx(before.box.width() * to.width() / from.width()).epsilon(1e-3));
    CHECK((second.result[i].points == before.get<Landmarks>().five_points()));
  }
  CHECK(detector->searches == 1);
}

TEST_CASE("a frame that can't be read costs no other one", "[analyze]") {
  VideoAnalyzer video(FaceAnalyzer(small_model(), with_boxes(true, {.tasks = {"age_morph2"}})));
  CHECK(video.analyze(frame_at(0)).tracks.size() == 3);
  video::Frame bad{.index = 1, .error = Error(ErrorCode::format, "video: damaged")};
  const auto failed = video.analyze(bad);
  CHECK(failed.result.error == "video: damaged");
  CHECK(failed.tracks.empty());
  CHECK(video.analyze(video::Frame{.index = 2}).result.error);  // without pixels
  CHECK(video.analyze(frame_at(3)).tracks == std::vector<std::uint64_t>{1, 2, 3});
  const auto line = nlohmann::json::parse(json_line(failed));
  CHECK(line["frame"] == 1);
  CHECK(line["error"] == "video: damaged");
}

TEST_CASE("smoothing moves landmarks and leaves all else", "[analyze]") {
  const auto detector = std::make_shared<MovingFaces>();
  const FaceAnalyzer analyzer(with_fixed_landmarks(), {.tasks = {"align_300w", "age_morph2"}, .detector = detector});
  VideoAnalyzer plain(analyzer, {.detect_every = 1}), smooth(analyzer, {.detect_every = 1, .smoothing = video::OneEuroOptions{}});
  for (int i = 0; i < 2; ++i) {
    detector->shift = i == 0 ? 0.0F : 2.0F;
    const auto a = plain.analyze(frame_at(i)), b = smooth.analyze(frame_at(i));
    REQUIRE(b.result.size() == 3);
    const auto &raw = a.result[0].get<Landmarks>().points, &calm = b.result[0].get<Landmarks>().points;
    CHECK(difference(a.result[0].result("age_morph2"), b.result[0].result("age_morph2")) == 0);
    if (i == 0) CHECK((raw == calm));
    if (i == 1) CHECK((calm[0].x < raw[0].x && calm[0].x > raw[0].x - 2));
    if (i == 1) CHECK(b.result[0].points->at(0).x < a.result[0].points->at(0).x);
  }
}

TEST_CASE("a frame's line has its number, time and tracks", "[analyze]") {
  VideoAnalyzer video(FaceAnalyzer(small_model(), with_boxes(true, {.tasks = {"age_morph2", "recog_ms1mv3"}})), {.by_embedding = true});
  const auto line = json_line(video.analyze(frame_at(50)));
  CHECK(line.starts_with("{\"schema\":1,\"frame\":50,\"time\":2.0,\"width\":240,\"height\":120,\"faces\":[{\"track\":1,\"box\":["));
  CHECK(line.find("\"photo\"") == std::string::npos);
  CHECK(line.ends_with("\"error\":null}"));
}

TEST_CASE("options of a video's analyzer are checked", "[analyze]") {
  const FaceAnalyzer analyzer(small_model(), with_boxes(true, {.tasks = {"age_morph2"}}));
  CHECK(error_of([&] { VideoAnalyzer(analyzer, {.detect_every = 0}); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { VideoAnalyzer(analyzer, {.by_embedding = true}); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { VideoAnalyzer(analyzer, {.smoothing = video::OneEuroOptions{.min_cutoff = 0}}); }).code() == ErrorCode::argument);
}
