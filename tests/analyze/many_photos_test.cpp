#include "support/torch_catch.hpp"

#include <atomic>
#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/detect/known_faces.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/image/pixel_buffer.hpp>
#include <faceptor/model/faceptor.hpp>

#include "analyze/small_analyzer.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace analyze_test;

namespace {

void check_same(const PhotoResult& a, const PhotoResult& b, double tolerance) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].box == b[i].box);
    REQUIRE(tasks_of(a[i]) == tasks_of(b[i]));
    for (const auto& task : tasks_of(a[i])) CHECK(difference(a[i].result(task), b[i].result(task)) <= tolerance);
  }
}

std::vector<PhotoInput> inputs(std::size_t count) {
  std::vector<PhotoInput> photos;
  for (std::size_t i = 0; i < count; ++i) {
    const auto painted = synthetic::SyntheticFaces(i + 7, synthetic::SyntheticOptions{.size = {160, 120}}).photo(0, 2);
    std::vector<Detection> faces;
    for (const auto& face : painted.faces) faces.push_back({face.box, 1, face.five_points});
    photos.push_back({painted.image, std::to_string(i) + ".png", faces});
  }
  return photos;
}

/// Counts what goes through the backbone.
class CountingBackbone : public VitImpl {
 public:
  CountingBackbone(VitOptions options, std::shared_ptr<std::vector<std::int64_t>> batches)
      : VitImpl(options), batches_(std::move(batches)) {}
  FeaturePyramid forward(const torch::Tensor& images, std::span<const int64_t> levels) override {
    batches_->push_back(images.size(0));
    return VitImpl::forward(images, levels);
  }

 private:
  std::shared_ptr<std::vector<std::int64_t>> batches_;
};

}  // namespace

TEST_CASE("one analyzer serves many threads, and each gets what it would get alone", "[analyze][threads]") {
  const FaceAnalyzer analyzer(with_fixed_landmarks(), with_boxes(/*with_points=*/false));
  const auto& photo = three_faces().image;
  const auto alone = analyzer.analyze(photo, "three.png");
  const auto expected = json_line(alone, {.full = true});
  std::atomic<int> equal = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 25; ++k) equal += json_line(analyzer.analyze(photo, "three.png"), {.full = true}) == expected ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(equal == 8 * 25);
}

TEST_CASE("faces of many photos share passes; results come in the photos' order", "[analyze][many]") {
  const auto batches = std::make_shared<std::vector<std::int64_t>>();
  const BackboneFactory backbone = [batches] { return std::make_shared<CountingBackbone>(small_vit(), batches); };
  const auto make = [&](const AnalyzerOptions& options) {
    const SeedGuard seed(5);
    weights::LoadedModel loaded;
    loaded.model = Faceptor(FaceptorOptions(backbone).tasks(small_tasks()).decoder(small_decoder())).ptr();
    return FaceAnalyzer(std::move(loaded), options);
  };
  const auto photos = inputs(5);
  const auto analyzer = make({});
  const auto together = analyzer.analyze(photos);
  CHECK(*batches == std::vector<std::int64_t>(4, 10));  // four views, two faces of each photo
  REQUIRE(together.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(together[i].photo == photos[i].name);
    CHECK(together[i].width == 160);
    check_same(together[i], analyzer.analyze(photos[i].photo, *photos[i].faces), 1e-3);
  }
  batches->clear();
  const auto some = make({.max_batch = 4}).analyze(photos);
  CHECK(*batches == std::vector<std::int64_t>{4, 4, 2, 4, 4, 2, 4, 4, 2, 4, 4, 2});
  for (std::size_t i = 0; i < 5; ++i) check_same(together[i], some[i], 1e-3);
  CHECK(analyzer.analyze(std::span<const PhotoInput>()).empty());
}

TEST_CASE("faces with and without points may stand in one batch", "[analyze][many]") {
  auto photos = inputs(2);
  for (auto& face : *photos[1].faces) face.points.reset();
  const FaceAnalyzer analyzer(with_fixed_landmarks());
  const auto together = analyzer.analyze(photos);
  for (std::size_t i = 0; i < 2; ++i) check_same(together[i], analyzer.analyze(photos[i].photo, *photos[i].faces), 1e-3);
  CHECK(together[0][0].points == (*photos[0].faces)[0].points);
  CHECK(together[1][0].points.has_value());
}

TEST_CASE("a photo that fails costs only itself, and its error names it and the face", "[analyze][many]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto good = inputs(6);
  auto photos = good;
  photos[0].photo = Image();
  (*photos[1].faces)[1].box = {900, 900, 950, 950};
  (*photos[2].faces)[0].box.x1 = nan;
  (*photos[3].faces)[1].points->at(4).y = nan;
  for (std::size_t i = 0; i < 5; ++i) (*photos[4].faces)[0].points->at(i) = {10.0F + static_cast<float>(i), 20};
  const FaceAnalyzer analyzer(small_model());
  const auto results = analyzer.analyze(photos);
  const auto says = [&](std::size_t i, const char* words) {
    CAPTURE(i, results[i].error.value_or("no error"));
    REQUIRE(results[i].error);
    CHECK(results[i].empty());
    CHECK(results[i].error->find(words) != std::string::npos);
    CHECK(results[i].error->find(photos[i].name) != std::string::npos);
  };
  says(0, "the photo is empty");
  says(1, "box 1");
  says(2, "box 0");
  says(3, "points of box 1");
  says(4, "face 0");
  CHECK_FALSE(results[5].error);
  check_same(results[5], analyzer.analyze(good[5].photo, *good[5].faces), 1e-3);
  // Alone, the same is thrown.
  const auto error = error_of([&] { analyzer.analyze(photos[1].photo, *photos[1].faces, "beside.png"); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.where() == "beside.png, box 1");
  CHECK(error_of([&] { analyzer.analyze(photos[4].photo, *photos[4].faces); }).where() == "face 0");
}

TEST_CASE("an aligned crop is seen as the face in its photo", "[analyze]") {
  const FaceAnalyzer analyzer(small_model(), {.tasks = {"recog_ms1mv3", "age_morph2"}});
  const auto& photo = three_faces().image;
  const auto& face = three_faces().faces[0];
  const auto expected = analyzer.analyze(photo, std::vector<Detection>{{face.box, 1, face.five_points}});
  // The crop as a picture of 8 bits.
  const auto view = views::aligned(112);
  const auto transform = ViewTransform::of(view, photo.width(), photo.height(), nullptr, &face.five_points);
  std::vector<float> chw(3 * 112 * 112);
  extract(photo, view, transform, chw);
  Image crop(112, 112);
  for (std::size_t i = 0; i < 112 * 112; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      crop.pixels()[3 * i + c] = static_cast<std::uint8_t>(std::lround((chw[c * 112 * 112 + i] * 0.5F + 0.5F) * 255));
    }
  }
  const auto as_crop = analyzer.analyze(crop, std::vector<Detection>{aligned_face({112, 112})});
  const auto as_photo = analyzer.analyze(crop, std::vector<Detection>{{Box::whole(112, 112), 1, {}}});
  const auto apart = [&](const PhotoResult& result) {
    return difference(result[0].result("recog_ms1mv3"), expected[0].result("recog_ms1mv3"));
  };
  CHECK(apart(as_crop) < 0.02);
  CHECK(apart(as_photo) > 2 * apart(as_crop));
  check_same(FaceAnalyzer(small_model(), {.tasks = {"recog_ms1mv3", "age_morph2"}, .detector = std::make_shared<AlignedCropDetector>()})
                 .analyze(crop),
             as_crop, 0);
}

TEST_CASE("a frame in somebody else's memory gives what its picture gives", "[analyze]") {
  const FaceAnalyzer analyzer(small_model(), with_boxes());
  const auto& photo = three_faces().image;
  std::vector<std::uint8_t> bgra(static_cast<std::size_t>(photo.width()) * static_cast<std::size_t>(photo.height()) * 4, 0);
  for (std::size_t i = 0; i < bgra.size() / 4; ++i) {
    for (std::size_t c = 0; c < 3; ++c) bgra[4 * i + c] = photo.pixels()[3 * i + 2 - c];
  }
  const PixelBuffer frame{.pixels = bgra.data(), .width = photo.width(), .height = photo.height(), .format = PixelFormat::bgra};
  check_same(analyzer.analyze(to_image(frame)), analyzer.analyze(photo), 0);
  const PixelBuffer rgb{.pixels = photo.pixels().data(), .width = photo.width(), .height = photo.height()};
  check_same(analyzer.analyze(image_over(rgb)), analyzer.analyze(photo), 0);
}

TEST_CASE("with shared views each size has one crop, that of most tasks", "[analyze]") {
  const FaceAnalyzer exact(small_model(), with_boxes()), shared(small_model(), with_boxes(true, {.views = ViewChoice::shared}));
  const auto plan = shared.plan();
  REQUIRE(plan.size() == 2);
  CHECK(plan[0].view == views::box(32, 0.8F));
  CHECK(plan[0].tasks.size() == 4);
  CHECK(plan[1].view == views::aligned(112));

  const auto& photo = three_faces().image;
  const auto before = exact.analyze(photo), after = shared.analyze(photo);
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK(after[i].result("age_morph2").view() == views::box(32, 0.8F).name());
    CHECK(before[i].result("age_morph2").view() == views::aligned(32).name());
    // What looks at the same crop as before says the same, in the photo's coordinates.
    for (const char* task : {"recog_ms1mv3", "align_300w", "parsing_lapa"}) {
      CHECK(after[i].result(task).view() == before[i].result(task).view());
      CHECK(difference(after[i].result(task), before[i].result(task)) < 1e-4);
    }
  }
  // A task's crop doesn't depend on which others are asked for.
  const FaceAnalyzer one(small_model(), with_boxes(true, {.tasks = {"age_morph2"}, .views = ViewChoice::shared}));
  CHECK(one.plan().front().view == views::box(32, 0.8F));
}

TEST_CASE("the plan tells the passes and their stages", "[analyze]") {
  const FaceAnalyzer analyzer(with_fixed_landmarks());
  const auto with_points = analyzer.plan();  // the bundled detector gives them
  REQUIRE(with_points.size() == 4);
  std::size_t tasks = 0;
  for (const auto& pass : with_points) {
    CHECK(pass.stage == 1);
    CHECK_FALSE(pass.only_points);
    CHECK(pass.max_batch >= 8);
    tasks += pass.tasks.size();
  }
  CHECK(tasks == 5);
  CHECK(FaceAnalyzer(with_fixed_landmarks(), with_boxes(false)).plan().back().stage == 2);
  const auto staged = analyzer.plan(/*with_points=*/false);
  REQUIRE(staged.size() == 4);
  CHECK(staged[0].tasks == Names{"align_300w", "parsing_lapa"});
  for (const auto& pass : staged) CHECK(pass.stage == (pass.view.needs_points() ? 2 : 1));
  const auto hidden = FaceAnalyzer(with_fixed_landmarks(), {.tasks = {"age_morph2"}, .max_batch = 3}).plan(false);
  REQUIRE(hidden.size() == 2);
  CHECK(hidden[0].only_points);
  CHECK(hidden[0].tasks == Names{"align_300w"});
  CHECK(hidden[1].stage == 2);
  CHECK(hidden[1].max_batch == 3);
  CHECK(error_of([] { FaceAnalyzer(small_model(), {.max_batch = -1}); }).code() == ErrorCode::argument);
}
