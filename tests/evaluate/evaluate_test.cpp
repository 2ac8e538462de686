#include "evaluate/samples.hpp"

#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/evaluate/evaluate.hpp>
#include <faceptor/evaluate/report.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/loading/detected_boxes.hpp>
#include <faceptor/published/table.hpp>
#include <faceptor/report/html_report.hpp>
#include <faceptor/synthetic/write_sets.hpp>

#include "analyze/small_analyzer.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace evaluate_test;

namespace {

/// All thirteen published tasks as they are, on a backbone small enough for pictures of 512 pixels.
const weights::LoadedModel& thirteen() {
  static const auto loaded = [] {
    const auto vit = VitOptions(16, 4, 2, 32).image_side(512).projection(0);
    return analyze_test::made({{"kind", "faceptor"}, {"backbone", vit.to_json()}, {"decoder", analyze_test::small_decoder().to_json()}},
                              published::full());
  }();
  return loaded;
}

/// Faces without boxes or points, of ages that only their labels know.
std::shared_ptr<const datasets::Dataset> ages(std::size_t count, std::set<std::size_t> broken = {}, std::string like = {}) {
  std::vector<datasets::Annotation> annotations;
  for (std::size_t i = 0; i < count; ++i) {
    datasets::Annotation annotation;
    annotation.name = broken.contains(i) ? "broken" : "face " + std::to_string(i);
    annotation.label = datasets::AgeLabel{static_cast<float>(20 + i)};
    annotation.columns["sex"] = i % 2 == 0 ? "female" : "male";
    annotations.push_back(annotation);
  }
  datasets::DatasetInfo info;
  info.format = "listed";
  info.split = "test";
  info.kind = LabelKind::age;
  info.like = std::move(like);
  return std::make_shared<ListedSet>(info, annotations);
}

}  // namespace

TEST_CASE("Synthetic sets of all thirteen tasks are evaluated end to end by the published protocols", "[evaluate][end]") {
  const TemporaryFolder folder;
  std::vector<evaluate::Report> reports;
  std::vector<std::shared_ptr<const datasets::Dataset>> sets;
  for (const auto& task : thirteen().model->tasks()) {
    INFO(task.name());
    const std::string format(published::row(task.name()).evaluation_format), split = format == "verification" ? "lfw" : "test";
    const auto root = folder / format;
    const bool dense = task.spec().kind == DenseMap::kName;
    synthetic::write_set(format, root, {.seed = 3, .count = 24, .width = dense ? 128 : 112, .threads = 1});
    datasets::DatasetOptions options;
    options.split = split;
    sets.push_back(datasets::open_dataset(format, root, options));
    reports.push_back(evaluate::evaluate(thirteen(), task.name(), sets.back(), {.workers = 0, .bootstrap = {.resamples = 20}, .worst = 2}));
    const auto& report = reports.back();
    CHECK(report.crop == "published");
    CHECK(report.skipped == 0);
    CHECK(report.scored == (format == "verification" ? report.samples / 2 : report.samples));
    CHECK(report.figures.front().value);
    CHECK_FALSE(report.protocol.empty());
    CHECK(report.worst.size() == 2);
    const auto text = nlohmann::json(report).dump();
    CHECK(text.find("nan") == std::string::npos);
    CHECK(text.find(folder.path().string()) == std::string::npos);  // no place on this machine
    CHECK(evaluate::table(report).find(task.name()) == 0);
  }

  std::vector<report::ReportedSet> reported;
  for (std::size_t i = 0; i < reports.size(); ++i) reported.push_back({&reports[i], sets[i]});
  report::write_reports(folder / "out", reported);
  const auto page = read_text(folder / "out/index.html");
  for (const auto& report : reports) {
    CHECK(page.find("<h2>" + report.task) != std::string::npos);
    CHECK(std::filesystem::exists(folder / ("out/" + report.task + ".json")));
  }
  // It stands alone: pictures lie in it, and nothing is fetched.
  CHECK(page.find("src=\"data:image/jpeg;base64,/9j/") != std::string::npos);
  CHECK(page.find("http://") == std::string::npos);
  CHECK(page.find("https://") == std::string::npos);
  for (const char* no_number : {">nan", "\"nan", " nan"}) CHECK(page.find(no_number) == std::string::npos);
  CHECK(page.find("can't be shown") == std::string::npos);
}

TEST_CASE("Many processes give the report of one", "[evaluate][ranks]") {
  const auto loaded = analyze_test::small_model();
  const auto set = ages(9, {4});
  const evaluate::EvaluateOptions alone{
      .crop = evaluate::CropSource::whole, .workers = 0, .bad_limit = 0.2, .groups = {"sex"}, .layer_attention = true};
  const auto whole = evaluate::evaluate(loaded, "age_morph2", set, alone);
  CHECK(whole.skipped == 1);
  CHECK(whole.scored == 8);

  // What each rank hands over, first; then everybody gets all of it.
  std::vector<std::string> handed(3);
  for (std::int64_t rank = 0; rank < 3; ++rank) {
    auto options = alone;
    options.rank = rank, options.ranks = 3;
    options.bad_limit = 0.5;
    options.gather = [&](const std::string& mine) {
      handed[static_cast<std::size_t>(rank)] = mine;
      return std::vector<std::string>{mine};
    };
    evaluate::evaluate(loaded, "age_morph2", set, options);
  }
  auto options = alone;
  options.rank = 1, options.ranks = 3;
  options.bad_limit = 0.5;
  options.gather = [&](const std::string&) { return handed; };
  const auto joined = evaluate::evaluate(loaded, "age_morph2", set, options);
  CHECK(nlohmann::json(joined)["figures"] == nlohmann::json(whole)["figures"]);
  CHECK(nlohmann::json(joined)["groups"] == nlohmann::json(whole)["groups"]);
  CHECK(joined.skipped == 1);
  CHECK(joined.scored == 8);
  REQUIRE(joined.layer_attention);
  CHECK(joined.layer_attention->levels == std::vector<std::int64_t>{3});
  CHECK(joined.layer_attention->by_layer.size() == 2);
  CHECK(std::abs(joined.layer_attention->mean().front() - 1) < 1e-6);  // the shares of eight samples, by three processes
}

TEST_CASE("Sets that can't be scored say why in one error", "[evaluate][errors]") {
  const auto loaded = analyze_test::small_model();
  const auto code = [&](const std::string& task, std::shared_ptr<const datasets::Dataset> set, evaluate::EvaluateOptions options = {}) {
    options.workers = 0;
    return error_of([&] { evaluate::evaluate(loaded, task, std::move(set), options); }).code();
  };
  CHECK(code("age_morph2", ages(0)) == ErrorCode::format);
  CHECK(code("age_morph2", nullptr) == ErrorCode::format);
  CHECK(code("age_morph3", ages(3)) == ErrorCode::argument);
  CHECK(code("affect_rafdb", ages(3)) == ErrorCode::mismatch);
  CHECK(code("age_morph2", ages(3, {1})) == ErrorCode::format);  // one of three is more than the limit
  CHECK(code("age_morph2", ages(3), {.ranks = 2}) == ErrorCode::argument);
  CHECK(code("age_morph2", ages(3), {.groups = {"height"}}) == ErrorCode::argument);
  const auto all_broken = error_of([&] {
    evaluate::evaluate(loaded, "age_morph2", ages(2, {0, 1}), {.crop = evaluate::CropSource::whole, .workers = 0, .bad_limit = 1});
  });
  CHECK(all_broken.code() == ErrorCode::format);
  CHECK(all_broken.found() == "2 of 2 samples left out");
  CHECK(all_broken.hint().find("broken picture") != std::string::npos);
}

TEST_CASE("A detector's boxes take the place of the set's, and faces it misses are counted", "[evaluate][detector]") {
  const auto loaded = analyze_test::small_model();
  std::vector<datasets::Annotation> annotations(2);
  for (std::size_t i = 0; i < 2; ++i) {
    annotations[i].name = "face " + std::to_string(i);
    annotations[i].label = datasets::ClassLabel{1};
    annotations[i].box = i == 0 ? Box{5, 5, 30, 30} : Box{40, 40, 60, 60};
  }
  datasets::DatasetInfo info;
  info.kind = LabelKind::class_index;
  const auto set = std::make_shared<ListedSet>(info, annotations);
  const auto detector = std::make_shared<FixedBoxes>(std::vector<Box>{{0, 0, 20, 20}, {6, 6, 32, 32}});
  const auto report = evaluate::evaluate(loaded, "affect_rafdb", set, {.detector = detector, .workers = 0});
  CHECK(report.detector == "boxes");
  CHECK(report.crop == "view");
  CHECK(report.scored == 1);
  CHECK(report.skipped == 1);
}

TEST_CASE("How samples are cut follows from task and set, and can be chosen", "[evaluate]") {
  const auto loaded = analyze_test::small_model();
  const auto crop = [&](std::shared_ptr<const datasets::Dataset> set, evaluate::CropSource chosen) {
    return evaluate::evaluate(loaded, "age_morph2", std::move(set), {.crop = chosen, .workers = 0}).crop;
  };
  CHECK(crop(ages(2), evaluate::CropSource::automatic) == "whole");  // the set doesn't say where faces are
  CHECK(crop(ages(2, {}, "age_utkface"), evaluate::CropSource::automatic) == "published");
  CHECK(error_of([&] { crop(ages(2, {}, "age_utkfaces"), evaluate::CropSource::automatic); }).hint().find("age_utkface") !=
        std::string::npos);
  CHECK(error_of([&] { crop(ages(2), evaluate::CropSource::view); }).code() != ErrorCode::internal);
  for (const char* name : {"automatic", "published", "view", "whole"}) CHECK(to_string(evaluate::crop_source(name)) == name);
  CHECK(error_of([] { evaluate::crop_source("holes"); }).hint().find("whole") != std::string::npos);
}

TEST_CASE("Thresholds of identity go into the weights file, and nothing else changes there", "[evaluate][thresholds]") {
  const TemporaryFolder folder;
  const auto path = folder / "small.safetensors";
  const auto made = analyze_test::small_model();
  weights::ModelInfo info;
  info.licence = "CC0";
  weights::save_model(path, *made.model, info, weights::dtype_option("fp16"));
  const auto loaded = weights::load_model(path);
  std::vector<datasets::Annotation> annotations(400);
  for (std::size_t i = 0; i < 400; ++i) {
    annotations[i].name = "face " + std::to_string(i);
    annotations[i].label = datasets::ClassLabel{static_cast<std::int64_t>(i / 2 % 2)};
  }
  datasets::DatasetInfo set_info;
  set_info.kind = LabelKind::class_index;
  const auto set = std::make_shared<ListedSet>(set_info, annotations);
  const auto report = evaluate::evaluate(loaded, "recog_ms1mv3", set,
                                         {.crop = evaluate::CropSource::whole, .workers = 0, .bootstrap = {.resamples = 0}, .worst = 0});
  const auto before = files::SafetensorsFile::open(path);
  evaluate::save_thresholds(path, report);
  const auto after = files::SafetensorsFile::open(path);
  const auto stored = nlohmann::json::parse(after.metadata().at(evaluate::kThresholdsKey));
  CHECK(stored["task"] == "recog_ms1mv3");
  CHECK(stored["thresholds"] == report.details["thresholds"]);
  CHECK_FALSE(stored["thresholds"].empty());
  CHECK(after.metadata().at("licence") == "CC0");
  CHECK(after.metadata().at("hash") == before.metadata().at("hash"));
  REQUIRE(after.tensors().size() == before.tensors().size());
  for (std::size_t i = 0; i < after.tensors().size(); ++i) {
    CHECK(std::equal(after.tensors()[i].bytes.begin(), after.tensors()[i].bytes.end(), before.tensors()[i].bytes.begin(),
                     before.tensors()[i].bytes.end()));
  }
  auto other = report;
  other.weights_hash = "another";
  CHECK(error_of([&] { evaluate::save_thresholds(path, other); }).code() == ErrorCode::mismatch);
  other = report;
  other.details.erase("thresholds");
  CHECK(error_of([&] { evaluate::save_thresholds(path, other); }).code() == ErrorCode::mismatch);
}
