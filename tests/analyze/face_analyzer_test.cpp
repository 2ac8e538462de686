#include "support/torch_catch.hpp"

#include <algorithm>
#include <cmath>
#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/model/faceptor.hpp>
#include <limits>

#include "analyze/small_analyzer.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace analyze_test;

namespace {

/// Counts how often the backbone runs, and over how many crops in all.
class CountingVitImpl : public VitImpl {
 public:
  struct Count {
    int runs = 0;
    int64_t crops = 0;
  };
  CountingVitImpl(VitOptions options, std::shared_ptr<Count> count) : VitImpl(options), count_(std::move(count)) {}
  FeaturePyramid forward(const torch::Tensor& images, std::span<const int64_t> levels) override {
    ++count_->runs;
    count_->crops += images.size(0);
    return VitImpl::forward(images, levels);
  }

 private:
  std::shared_ptr<Count> count_;
};

}  // namespace

TEST_CASE("each face has each task's result, in the tasks' order", "[analyze]") {
  const bool naive = GENERATE(false, true);
  FaceAnalyzer analyzer(small_model(naive), with_boxes());
  const auto result = analyzer.analyze(three_faces().image, "three.png");
  CHECK(result.photo == "three.png");
  CHECK(result.width == 240);
  CHECK(result.height == 120);
  CHECK_FALSE(result.untrained);
  CHECK_FALSE(result.error.has_value());
  REQUIRE(result.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& face = result[i];
    CHECK(face.box == three_faces().faces[i].box);
    CHECK(face.score == 0.5F);
    CHECK(tasks_of(face) == analyzer.tasks().names());
    CHECK(face.get<AgeEstimate>().distribution.size() == 101);
    CHECK(face.get<Expression>().size() == 7);
    CHECK(face.get<Landmarks>().size() == 68);
    CHECK(face.get<ParsingMap>().classes.size() == 11);
    CHECK(face.get<results::Embedding>().dimension() == 8);
    CHECK(face.get<results::Embedding>().model == "the hash");
    CHECK(face.get(analyzer.tasks().handle<AgeEstimate>("age_morph2")).years == face.get<AgeEstimate>().years);
  }
  CHECK(difference(result[0].result("affect_rafdb"), result[1].result("affect_rafdb")) > 1e-6);  // the photo counts
}

TEST_CASE("landmarks and maps lie at their own face", "[analyze]") {
  FaceAnalyzer analyzer(small_model(), with_boxes());
  const auto result = analyzer.analyze(three_faces().image);
  for (const auto& face : result) {
    // Whatever untrained weights say, it is within the view: the box with a quarter more around it.
    const auto seen = face.box.scaled(1.26F);
    for (const auto& point : face.get<Landmarks>().points) {
      CHECK(point.x >= seen.x0);
      CHECK(point.x <= seen.x1);
      CHECK(point.y >= seen.y0);
      CHECK(point.y <= seen.y1);
    }
    const auto& map = face.get<ParsingMap>();
    CHECK(static_cast<float>(map.x) >= std::max(seen.x0, 0.0F) - 4);
    CHECK(static_cast<float>(map.x + map.width) <= std::min(seen.x1, 240.0F) + 4);
  }
}

TEST_CASE("views are cut by the box that a detector means for them; its own is what is told", "[analyze]") {
  const FaceAnalyzer analyzer(small_model());
  auto faces = detections(true);
  const auto plain = analyzer.analyze(three_faces().image, faces);
  for (auto& face : faces) {
    face.view_box = face.box;
    face.box = face.box.scaled(0.5F);
  }
  const auto result = analyzer.analyze(three_faces().image, faces);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    CHECK(result[i].box == faces[i].box);
    for (const auto& task : analyzer.tasks().names()) CHECK(difference(result[i].result(task), plain[i].result(task)) == 0);
  }
}

TEST_CASE("a face that lies is seen upright, and its results lie with it", "[analyze]") {
  const FaceAnalyzer analyzer(small_model());
  const auto& photo = three_faces().image;
  const auto upright = analyzer.analyze(photo, detections(false));
  for (int turns = 1; turns < 4; ++turns) {
    CAPTURE(turns);
    const Size whole{photo.width(), photo.height()}, size = turned_size(whole, turns);
    const Matrix turn = quarter_turn_matrix(whole, turns);
    Image lying(size.width, size.height);
    for (int y = 0; y < photo.height(); ++y) {
      for (int x = 0; x < photo.width(); ++x) {
        const auto place = transformed(turn, Points{{static_cast<float>(x), static_cast<float>(y)}})[0];
        std::copy_n(photo.at(x, y), 3, lying.at(static_cast<int>(place.x), static_cast<int>(place.y)));
      }
    }
    auto faces = detections(false);
    for (auto& face : faces) {
      face.box = Box::around(transformed(turn, Points{{face.box.x0, face.box.y0}, {face.box.x1, face.box.y1}}));
      face.quarter_turns = 4 - turns;
    }
    const auto result = analyzer.analyze(lying, faces);
    for (std::size_t i = 0; i < faces.size(); ++i) {
      CHECK(difference(result[i].result("affect_rafdb"), upright[i].result("affect_rafdb")) < 1e-4);
      const auto expected = transformed(turn, upright[i].get<Landmarks>().points);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        CHECK(std::hypot(result[i].get<Landmarks>().points[k].x - expected[k].x, result[i].get<Landmarks>().points[k].y - expected[k].y) < 0.05F);
      }
    }
  }
}

TEST_CASE("only the tasks asked for are run", "[analyze]") {
  FaceAnalyzer analyzer(small_model(), with_boxes(true, {.tasks = {"align_300w", "age_morph2"}}));
  const auto result = analyzer.analyze(three_faces().image);
  CHECK(tasks_of(result[0]) == Names{"age_morph2", "align_300w"});
  const auto error = error_of([&] { FaceAnalyzer(small_model(), with_boxes(true, {.tasks = {"age_morph3"}})); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.hint().find("age_morph2") != std::string::npos);
}

TEST_CASE("a device is known by its name", "[analyze]") {
  CHECK(device_named("cpu") == torch::kCPU);
  for (const char* name : {"", "gpu", "cuda:x", "cuda:250"}) {
    CAPTURE(name);
    CHECK(error_of([&] { FaceAnalyzer(small_model(), with_boxes(true, {.device = name})); }).code() == ErrorCode::argument);
  }
}

TEST_CASE("a task says the same whatever else is asked for, and however faces are batched", "[analyze]") {
  const bool naive = GENERATE(false, true);
  const auto source = GENERATE(FivePointSource::box, FivePointSource::landmarks);
  const auto options = [&](Names tasks, std::int64_t batch = 8) {
    return with_boxes(/*with_points=*/false, {.tasks = std::move(tasks), .five_points = source, .max_batch = batch});
  };
  const auto all = FaceAnalyzer(with_fixed_landmarks(naive), options({})).analyze(three_faces().image);
  const auto compare = [&](const PhotoResult& other, const std::string& task) {
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(difference(other[i].result(task), all[i].result(task)) < 1e-3);
  };
  for (const auto& task : small_tasks().names()) {
    CAPTURE(naive, task);
    const auto alone = FaceAnalyzer(with_fixed_landmarks(naive), options({task})).analyze(three_faces().image);
    CHECK(tasks_of(alone[0]) == Names{task});
    compare(alone, task);
  }
  for (const int64_t batch : {1, 2}) {
    CAPTURE(naive, batch);
    const auto batched = FaceAnalyzer(with_fixed_landmarks(naive), options({}, batch)).analyze(three_faces().image);
    for (const auto& task : small_tasks().names()) compare(batched, task);
  }
  CHECK_THROWS_AS(FaceAnalyzer(with_fixed_landmarks(naive), options({}, -1)), Error);
}

TEST_CASE("the backbone runs once a view and batch of faces, and not for what was not asked for", "[analyze]") {
  const auto count = std::make_shared<CountingVitImpl::Count>();
  const BackboneFactory backbone = [count] { return std::make_shared<CountingVitImpl>(small_vit(), count); };
  const auto run = [&](const AnalyzerOptions& options) {
    weights::LoadedModel loaded;
    loaded.model = Faceptor(FaceptorOptions(backbone).tasks(small_tasks()).decoder(small_decoder())).ptr();
    FaceAnalyzer analyzer(std::move(loaded), options);
    *count = {};
    analyzer.analyze(three_faces().image);
    return *count;
  };
  // Views: recognition's aligned 112, aligned 32, box, wider box (two tasks).
  const auto all = run(with_boxes());
  CHECK(all.runs == 4);
  CHECK(all.crops == 4 * 3);
  CHECK(run(with_boxes(true, {.max_batch = 2})).runs == 4 * 2);
  CHECK(run(with_boxes(true, {.tasks = {"align_300w", "parsing_lapa"}})).runs == 1);
  // Landmarks are found first where others need points; for tasks that need none they are not.
  const auto landmarks_first = [](Names tasks) {
    return with_boxes(/*with_points=*/false, {.tasks = std::move(tasks), .five_points = FivePointSource::landmarks});
  };
  CHECK(run(landmarks_first({})).runs == 4);
  CHECK(run(landmarks_first({"age_morph2"})).runs == 2);
  CHECK(run(landmarks_first({"affect_rafdb"})).runs == 1);
}

TEST_CASE("no face is no error, an empty photo is one", "[analyze]") {
  FaceAnalyzer analyzer(small_model(), {.detector = std::make_shared<FixedBoxes>(std::vector<Detection>{})});
  const auto result = analyzer.analyze(three_faces().image, "nobody.png");
  CHECK(result.empty());
  CHECK(result.width == 240);
  CHECK(analyzer.analyze(three_faces().image, std::span<const Detection>()).empty());
  for (const auto& photo : {Image(), Image(0, 7), Image(7, 0)}) {
    const auto error = error_of([&] { analyzer.analyze(photo, "empty.png"); });
    CHECK(error.code() == ErrorCode::argument);
    CHECK(error.where() == "empty.png");
    CHECK_THROWS_AS(analyzer.analyze(photo, detections(true)), Error);
  }
}

TEST_CASE("whole photos and single pixels are analyzed too", "[analyze]") {
  FaceAnalyzer analyzer(small_model(),
                        {.detector = std::make_shared<WholeImageDetector>(), .five_points = FivePointSource::box});
  CHECK(analyzer.detector().name() == "whole");
  for (const auto& photo : {three_faces().image, Image(1, 1), Image(1, 50)}) {
    const auto result = analyzer.analyze(photo);
    REQUIRE(result.size() == 1);
    CHECK(tasks_of(result[0]) == analyzer.tasks().names());
    CHECK(std::isfinite(result[0].get<AgeEstimate>().years));
  }
}

TEST_CASE("boxes and points that can't be cut by are refused", "[analyze]") {
  FaceAnalyzer analyzer(small_model());
  const float nan = std::numeric_limits<float>::quiet_NaN();
  FivePoints one_place;
  one_place.fill({5, 5});
  FivePoints no_number = three_faces().faces[0].five_points;
  no_number[2].x = nan;
  const auto& good = three_faces().faces[0];
  for (const auto& wrong :
       {Detection{Box{10, 10, 10, 40}, 1, good.five_points}, Detection{Box{40, 10, 10, 40}, 1, good.five_points},
        Detection{Box{nan, 10, 10, 40}, 1, good.five_points}, Detection{good.box, 1, one_place}, Detection{good.box, 1, no_number}}) {
    const std::vector<Detection> faces = {wrong};
    CHECK(error_of([&] { analyzer.analyze(three_faces().image, faces); }).code() == ErrorCode::argument);
  }
}

TEST_CASE("results of untrained weights say so", "[analyze]") {
  auto loaded = small_model();
  loaded.info.untrained = true;
  FaceAnalyzer analyzer(std::move(loaded), with_boxes());
  CHECK(analyzer.info().untrained);
  CHECK(analyzer.analyze(three_faces().image).untrained);
}

TEST_CASE("an analyzer of a file says what that of the model said", "[analyze]") {
  const TemporaryFolder folder;
  auto loaded = small_model();
  loaded.info.hash = weights::save_model(folder / "model.safetensors", *loaded.model, loaded.info);
  loaded.model->module().train();  // an analyzer never runs a model in training
  FaceAnalyzer analyzer(loaded, with_boxes());
  auto from_file = FaceAnalyzer::load(folder / "model.safetensors", with_boxes());
  CHECK(from_file.info().hash == analyzer.info().hash);
  const auto a = analyzer.analyze(three_faces().image);
  const auto b = from_file.analyze(three_faces().image);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (const auto& task : analyzer.tasks().names()) CHECK(difference(a[i].result(task), b[i].result(task)) == 0);
  }
  CHECK(error_of([&] { FaceAnalyzer::load(folder / "absent.safetensors"); }).code() == ErrorCode::io);
}
