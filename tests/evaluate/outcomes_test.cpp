#include "evaluate/samples.hpp"

#include <cmath>
#include <faceptor/core/random.hpp>
#include <faceptor/evaluate/figure.hpp>
#include <faceptor/evaluate/identity_outcomes.hpp>
#include <faceptor/evaluate/landmark_outcomes.hpp>
#include <faceptor/evaluate/make_outcomes.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/tasks/task_registry.hpp>

#include "support/error_of.hpp"

using namespace faceptor;
using namespace evaluate_test;
using evaluate::make_outcomes;

namespace {

results::Expression expression(std::size_t best, float probability = 0.7F) {
  std::vector<float> p(7, (1 - probability) / 6);
  p[best] = probability;
  return results::Expression(p);
}

/// Embeddings of persons: directions that differ a lot between persons and a little between photos.
std::vector<float> embedding(std::size_t person, std::size_t photo, float noise = 0.1F) {
  Random of_person(1, {person}), of_photo(2, {photo});
  std::vector<float> values;
  for (std::size_t d = 0; d < 16; ++d) values.push_back(of_person.normal(0, 1) + noise * of_photo.normal(0, 1));
  return values;
}

/// Adds the samples of `first` to below `last`, each predicted with a fault that follows from its number.
void fill(evaluate::Outcomes& outcomes, const std::string& task, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    if (task == "age_morph2") {
      outcomes.add(TaskResult(task, results::AgeEstimate::of(30 + static_cast<float>(i % 9), 3)), sample(i, datasets::AgeLabel{33}));
    } else if (task == "affect_rafdb") {
      outcomes.add(TaskResult(task, expression(i % 5)), sample(i, datasets::ClassLabel{static_cast<std::int64_t>(i % 7)}));
    } else if (task == "biattr_celeba") {
      std::vector<float> p(40);
      datasets::AttributeLabels truth;
      for (std::size_t k = 0; k < 40; ++k) {
        p[k] = static_cast<float>((i * 7 + k * 3) % 10) / 10;
        truth.values.push_back(static_cast<std::int8_t>(static_cast<int>((i + k) % 3) - 1));
      }
      outcomes.add(TaskResult(task, results::Attributes(p)), sample(i, truth));
    } else if (task == "align_wflw") {
      auto points = face_points(98, static_cast<float>(i));
      auto said = points;
      for (auto& point : said) point.x += static_cast<float>(i % 4);
      auto made = sample(i, datasets::LandmarkLabels{points, {}});
      made.annotation.box = Box{0, 0, 60, 50};
      outcomes.add(landmarks("98", said), made);
    } else if (task == "parsing_lapa") {
      LabelImage truth{8, 8, {}};
      std::vector<std::uint8_t> said;
      for (std::size_t k = 0; k < 64; ++k) {
        truth.labels.push_back(static_cast<std::uint8_t>((k + i) % 11));
        said.push_back(static_cast<std::uint8_t>(k % 3 == 0 ? k % 11 : (k + i) % 11));
      }
      results::ParsingMap map(0, 0, 8, 8, said, results::kLapaClasses.names(), results::kLapaClasses.colors());
      outcomes.add(TaskResult(task, map), sample(i, datasets::ParsingLabels{truth}));
    } else if (task == "recog_ms1mv3") {
      outcomes.add(TaskResult(task, results::Embedding(embedding(i / 3, i, 0.8F), "hash")),
                   sample(i, datasets::ClassLabel{static_cast<std::int64_t>(i / 3)}));
    }
  }
}

const std::vector<std::string> kTasks = {"age_morph2", "affect_rafdb", "biattr_celeba", "align_wflw", "parsing_lapa", "recog_ms1mv3"};

}  // namespace

TEST_CASE("Parts that are merged give the numbers of the whole", "[evaluate][outcomes]") {
  for (const auto& task : kTasks) {
    INFO(task);
    const auto of = published::by_name(task);
    auto whole = make_outcomes(of, {}), early = make_outcomes(of, {}), late = make_outcomes(of, {}), merged = make_outcomes(of, {});
    fill(*whole, task, 0, 30);
    fill(*early, task, 0, 11);
    fill(*late, task, 11, 30);
    merged->merge(nlohmann::json::parse(late->state().dump()));  // the other way round: finish puts them in order
    merged->merge(nlohmann::json::parse(early->state().dump()));
    whole->finish();
    merged->finish();
    REQUIRE(merged->size() == whole->size());
    CHECK(merged->details() == whole->details());
    const auto expected = whole->figures(all_places(*whole)), found = merged->figures(all_places(*merged));
    REQUIRE(found.size() == expected.size());
    for (std::size_t k = 0; k < found.size(); ++k) {
      CHECK(found[k].name == expected[k].name);
      CHECK(found[k].value == expected[k].value);
    }
    CHECK(error_of([&] { merged->merge("nonsense"); }).code() == ErrorCode::format);
  }
}

TEST_CASE("Figures of a choice are those of a set that holds nothing else", "[evaluate][outcomes]") {
  for (const auto& task : kTasks) {
    if (task == "recog_ms1mv3") continue;  // thresholds come from the whole set
    INFO(task);
    const auto of = published::by_name(task);
    auto whole = make_outcomes(of, {}), part = make_outcomes(of, {});
    fill(*whole, task, 0, 20);
    fill(*part, task, 5, 12);
    whole->finish();
    part->finish();
    const std::vector<std::size_t> chosen = {5, 6, 7, 8, 9, 10, 11};
    const auto of_choice = whole->figures(chosen), alone = part->figures(all_places(*part));
    for (std::size_t k = 0; k < alone.size(); ++k) CHECK(of_choice[k].value == alone[k].value);
    CHECK_FALSE(whole->figures({}).front().value);  // of nothing, nothing is defined
  }
}

TEST_CASE("Perfect predictions get perfect scores", "[evaluate][outcomes]") {
  const auto points = face_points(98, 1);
  auto landmark = make_outcomes(published::by_name("align_wflw"), {});
  landmark->add(landmarks("98", points), sample(0, datasets::LandmarkLabels{points, {}}));
  landmark->finish();
  CHECK(figure(*landmark, "NME inter_ocular") == 0.0);
  CHECK(figure(*landmark, "failures inter_ocular at 0.10") == 0.0);
  CHECK(*figure(*landmark, "AUC inter_ocular at 0.10") == Approx(1.0));

  auto age = make_outcomes(published::by_name("age_morph2"), {});
  age->add(TaskResult("age", results::AgeEstimate::of(41, 2)), sample(0, datasets::AgeLabel{41}));
  age->finish();
  CHECK(figure(*age, "MAE") == 0.0);
  CHECK(figure(*age, "CS@5") == 1.0);
  CHECK(figure(*age, "epsilon error") == 0.0);

  auto classes = make_outcomes(published::by_name("affect_rafdb"), {});
  for (std::size_t k = 0; k < 7; ++k)
    classes->add(TaskResult("e", expression(k)), sample(k, datasets::ClassLabel{static_cast<std::int64_t>(k)}));
  classes->finish();
  CHECK(figure(*classes, "accuracy") == 1.0);
  CHECK(figure(*classes, "mean class accuracy") == 1.0);

  auto identity = make_outcomes(published::by_name("recog_ms1mv3"), {});
  for (std::size_t i = 0; i < 60; ++i) {
    identity->add(TaskResult("r", results::Embedding(embedding(i / 3, i, 0.01F), "hash")),
                  sample(i, datasets::ClassLabel{static_cast<std::int64_t>(i / 3)}));
  }
  identity->finish();
  CHECK(identity->size() == 120);  // three pairs a person, and as many of two persons
  CHECK(figure(*identity, "accuracy") == 1.0);
  CHECK(figure(*identity, "TAR at FAR 1e-2") == std::nullopt);  // 60 pairs of two persons can't tell
}

TEST_CASE("Points shifted by a known length have the error one works out by hand", "[evaluate][outcomes]") {
  const auto& scheme = results::landmark_scheme("68");
  const auto points = face_points(68, 2);
  auto shifted = points;
  for (auto& point : shifted) point.x += 3, point.y += 4;  // 5 pixels each
  auto outcomes = make_outcomes(published::by_name("align_300w"), {});
  auto made = sample(0, datasets::LandmarkLabels{points, {}});
  made.annotation.box = Box{10, 10, 50, 40};
  outcomes->add(landmarks("68", shifted), made);
  outcomes->finish();
  CHECK(*figure(*outcomes, "NME inter_ocular") == Approx(5 / results::inter_ocular(scheme, points)).epsilon(1e-5));
  CHECK(*figure(*outcomes, "NME inter_pupil") == Approx(5 / results::inter_pupil(scheme, points)).epsilon(1e-5));
  CHECK(*figure(*outcomes, "NME box") == Approx(5 / std::sqrt(40.0 * 30.0)).epsilon(1e-5));
  CHECK(*figure(*outcomes, "NME diagonal") == Approx(5 / 50.0).epsilon(1e-5));
}

TEST_CASE("The published length comes first", "[evaluate][outcomes]") {
  CHECK(evaluate::published_normalizers("68", true).front().name == "inter_ocular");
  CHECK(evaluate::published_normalizers("19", true).front().name == "diagonal");
  CHECK(evaluate::published_normalizers("19", false).front().name == "inter_ocular");
  CHECK(evaluate::published_normalizers("my own", false).front().name == "truth_box");
}

TEST_CASE("Unknown attributes count neither way, and the baseline answers as most do", "[evaluate][outcomes]") {
  auto spec = published::by_name("biattr_celeba").spec();
  spec.outputs = 2;
  spec.labels = {"hat", "smile"};
  auto outcomes = make_outcomes(task_from_spec(spec), {});
  const auto add = [&](std::size_t index, std::vector<float> p, std::vector<std::int8_t> truth) {
    outcomes->add(TaskResult("a", results::Attributes({"hat", "smile"}, p)), sample(index, datasets::AttributeLabels{truth}));
  };
  add(0, {0.9F, 0.2F}, {1, -1});
  add(1, {0.9F, 0.8F}, {0, 1});
  add(2, {0.1F, 0.5F}, {0, 0});  // exactly at the threshold: no
  outcomes->finish();
  CHECK(*figure(*outcomes, "mean accuracy") == Approx((2.0 / 3 + 1.0) / 2));
  CHECK(*figure(*outcomes, "mean balanced accuracy") == Approx((0.75 + 1.0) / 2));
  CHECK(*outcomes->baselines().front().value == Approx((2.0 / 3 + 0.5) / 2));
  CHECK(outcomes->details()["attributes"][1]["samples"] == 2);
}

TEST_CASE("A class that never occurs is not defined, never NaN", "[evaluate][outcomes]") {
  auto outcomes = make_outcomes(published::by_name("parsing_lapa"), {});
  const LabelImage truth{2, 1, {1, 1}};
  results::ParsingMap map(0, 0, 2, 1, {1, 0}, results::kLapaClasses.names(), results::kLapaClasses.colors());
  outcomes->add(TaskResult("p", map), sample(0, datasets::ParsingLabels{truth}));
  outcomes->finish();
  CHECK(*figure(*outcomes, "mean F1") == Approx(2.0 / 3));
  CHECK(outcomes->details()["by_class"][5]["f1"].is_null());
  CHECK(outcomes->details().dump().find("nan") == std::string::npos);
}

TEST_CASE("Pairs are scored as they lie, those with a picture left out are not", "[evaluate][outcomes]") {
  evaluate::IdentityOutcomes outcomes(TaskSpec{}, datasets::DatasetInfo{});
  const auto add = [&](std::size_t index, std::size_t pair, bool same, std::size_t person) {
    auto made = sample(index, datasets::NoLabel{}, {{"pair", std::to_string(pair)}, {"same", same ? "1" : "0"}});
    outcomes.add(TaskResult("r", results::Embedding(embedding(person, index, 0.01F), "hash")), made);
  };
  for (std::size_t pair = 0; pair < 20; ++pair) {
    const bool same = pair % 2 == 0;
    add(2 * pair, pair, same, pair);
    if (pair != 7) add(2 * pair + 1, pair, same, same ? pair : pair + 100);
  }
  outcomes.finish();
  CHECK(outcomes.size() == 19);
  CHECK(outcomes.sample(7) == 16);  // pair 8, since 7 is gone
  CHECK(outcomes.other_sample(7) == std::optional<std::size_t>(17));
  CHECK(figure(outcomes, "accuracy") == 1.0);
  auto odd = sample(0, datasets::NoLabel{}, {{"pair", "x"}, {"same", "1"}});
  CHECK(error_of([&] { outcomes.add(TaskResult("r", results::Embedding(embedding(1, 1), "hash")), odd); }).code() == ErrorCode::format);
}

TEST_CASE("Labels that can't be are refused with the sample's name", "[evaluate][outcomes]") {
  const auto refuses = [](const std::string& task, const TaskResult& result, const datasets::Label& label, ErrorCode code) {
    INFO(task);
    auto outcomes = make_outcomes(published::by_name(task), {});
    const auto error = error_of([&] { outcomes->add(result, sample(3, label)); });
    CHECK(error.code() == code);
    CHECK(error.where() == "sample 3");
    CHECK(outcomes->size() == 0);
  };
  const TaskResult age("age", results::AgeEstimate::of(30, 2));
  refuses("age_morph2", age, datasets::AgeLabel{-1}, ErrorCode::format);
  refuses("age_morph2", age, datasets::AgeLabel{std::nanf("")}, ErrorCode::format);
  refuses("age_morph2", age, datasets::ClassLabel{1}, ErrorCode::mismatch);
  const TaskResult face("e", expression(1));
  refuses("affect_rafdb", face, datasets::ClassLabel{7}, ErrorCode::format);
  refuses("affect_rafdb", face, datasets::ClassLabel{-1}, ErrorCode::format);
  const TaskResult attributes("a", results::Attributes(std::vector<float>(40, 0.5F)));
  refuses("biattr_celeba", attributes, datasets::AttributeLabels{std::vector<std::int8_t>(39, 1)}, ErrorCode::mismatch);
  refuses("biattr_celeba", attributes, datasets::AttributeLabels{std::vector<std::int8_t>(40, 2)}, ErrorCode::format);
  const auto points = face_points(68, 0);
  auto broken = points;
  broken[5].y = std::nanf("");
  refuses("align_300w", landmarks("68", points), datasets::LandmarkLabels{broken, {}}, ErrorCode::format);
  refuses("align_300w", landmarks("68", points), datasets::LandmarkLabels{face_points(67, 0), {}}, ErrorCode::mismatch);
  results::ParsingMap map(0, 0, 1, 1, {1}, results::kLapaClasses.names(), results::kLapaClasses.colors());
  refuses("parsing_lapa", TaskResult("p", map), datasets::ParsingLabels{{1, 1, {11}}}, ErrorCode::format);
}

TEST_CASE("Groups by words, by bands of numbers, and by what is not stated", "[evaluate][outcomes]") {
  std::vector<datasets::Annotation> annotations;
  auto outcomes = make_outcomes(published::by_name("age_morph2"), {});
  const std::vector<std::pair<std::string, float>> people = {{"female", 18}, {"male", 25}, {"female", 40}, {"", 61}, {"male", 20}};
  for (std::size_t i = 0; i < people.size(); ++i) {
    std::map<std::string, std::string> columns;
    if (!people[i].first.empty()) columns["sex"] = people[i].first;
    const auto made = sample(i, datasets::AgeLabel{people[i].second}, columns);
    annotations.push_back(made.annotation);
    outcomes->add(TaskResult("a", results::AgeEstimate::of(30, 1)), made);
  }
  outcomes->finish();
  const ListedSet set({}, annotations);
  const std::vector<std::string> by = {"sex", "age:20,40"};
  const auto groups = evaluate::group_places(*outcomes, set, by);
  std::vector<std::string> found;
  for (const auto& group : groups) found.push_back(group.by + " " + group.value + " " + std::to_string(group.places.size()));
  CHECK(found == std::vector<std::string>{"sex female 2", "sex male 2", "sex not stated 1", "age below 20 1", "age 20 to 40 2",
                                          "age 40 and above 2"});
  const std::vector<std::string> unknown = {"sexe"};
  const auto error = error_of([&] { evaluate::group_places(*outcomes, set, unknown); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.hint().find("sex") != std::string::npos);
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"age:40,20"}, {"age:nan"}, {"age:20,inf"}}) {
    CHECK(error_of([&] { evaluate::group_places(*outcomes, set, wrong); }).code() == ErrorCode::argument);
  }
}

TEST_CASE("A task without protocol and metric says what is missing", "[evaluate][outcomes]") {
  TaskSpec spec;
  spec.name = "depth";
  spec.kind = DenseMap::kName;
  spec.outputs = 1;
  spec.readout = "maps";
  spec.loss = "mean_absolute_error";
  datasets::DatasetInfo set;
  set.kind = LabelKind::soft_maps;
  set.classes = 1;
  const auto error = error_of([&] { make_outcomes(task_from_spec(spec), set); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.hint().find("metric") != std::string::npos);
  spec.metric = "depth_error";
  CHECK(error_of([&] { make_outcomes(task_from_spec(spec), set); }).code() == ErrorCode::unsupported);
}
