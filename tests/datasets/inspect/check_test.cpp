#include <faceptor/datasets/inspect/check.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "image/pictures.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

/// A set in memory; samples without a picture can't be read.
class Memory final : public Dataset {
 public:
  Memory(DatasetInfo info, std::vector<Sample> samples) : info_(std::move(info)), samples_(std::move(samples)) {}
  const DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return samples_.size(); }
  Annotation annotation(std::size_t index) const override { return samples_[index]; }
  Sample read(std::size_t index) const override {
    if (samples_[index].image.empty()) throw Error(ErrorCode::io, "data: no picture").where(samples_[index].name);
    return samples_[index];
  }

 private:
  DatasetInfo info_;
  std::vector<Sample> samples_;
};

Sample sample(const std::string& name, Label label, int width = 20, int height = 10) {
  Sample made;
  made.name = name;
  made.label = std::move(label);
  made.image = pictures::smooth(width, height);
  return made;
}

DatasetReport check(DatasetInfo info, std::vector<Sample> samples, CheckOptions options = {}) {
  options.threads = 2;
  return check_dataset(Memory(std::move(info), std::move(samples)), options);
}

std::vector<FindingKind> kinds(const DatasetReport& report) {
  std::vector<FindingKind> found;
  for (const auto& finding : report.findings) found.push_back(finding.kind);
  return found;
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST_CASE("tallies", "[data][datasets][check]") {
  Tally tally;
  CHECK(tally.empty());
  CHECK(tally.median() == 0);
  for (const int value : {5, 1, 9, 1}) tally.add(value);
  CHECK(tally.total() == 4);
  CHECK(tally.smallest() == 1);
  CHECK(tally.median() == 1);
  CHECK(tally.largest() == 9);
  tally.add(7, 3);
  CHECK(tally.median() == 7);
  CHECK(tally.counts().at(1) == 2);
}

TEST_CASE("classes are counted, pictures measured", "[data][datasets][check]") {
  const DatasetInfo info{.format = "mine", .split = "train", .kind = LabelKind::class_index, .label_names = {"a", "b", "c"}, .classes = 3};
  const auto report =
      check(info, {sample("1", ClassLabel{2}, 30, 40), sample("2", ClassLabel{0}, 10, 40), sample("3", ClassLabel{2}, 20, 50)});
  CHECK(report.samples == 3);
  CHECK(report.examined == 3);
  CHECK(report.readable == 3);
  CHECK(report.widths.median() == 20);
  CHECK(report.heights.median() == 40);
  CHECK(report.heights.largest() == 50);
  CHECK(report.classes.counts() == std::map<std::int64_t, std::int64_t>{{0, 1}, {2, 2}});
  CHECK(report.findings.empty());
  CHECK(report.sound());
  const auto json = to_json(report);
  CHECK(json["picture"]["width"] == nlohmann::ordered_json{{"min", 10}, {"median", 20}, {"max", 30}});
  CHECK(json["classes"][1] == nlohmann::ordered_json{{"name", "b"}, {"samples", 0}});
  CHECK(json["classes"][2] == nlohmann::ordered_json{{"name", "c"}, {"samples", 2}});
  CHECK(json["sound"] == true);
}

TEST_CASE("ages, attributes and numbers are counted", "[data][datasets][check]") {
  const auto ages = check({.kind = LabelKind::age}, {sample("1", AgeLabel{31.4F}), sample("2", AgeLabel{8}), sample("3", AgeLabel{31})});
  CHECK(ages.ages.counts() == std::map<std::int64_t, std::int64_t>{{8, 1}, {31, 2}});
  CHECK(to_json(ages)["ages"] == nlohmann::ordered_json{{"8", 1}, {"31", 2}});

  const DatasetInfo two{.kind = LabelKind::attributes, .label_names = {"hat", "tie"}, .classes = 2};
  const auto attributes = check(two, {sample("1", AttributeLabels{{1, 0}}), sample("2", AttributeLabels{{1, -1}})});
  REQUIRE(attributes.attributes.size() == 2);
  CHECK(attributes.attributes[0] == std::array<std::int64_t, 3>{0, 2, 0});
  CHECK(attributes.attributes[1] == std::array<std::int64_t, 3>{1, 0, 1});
  CHECK(to_json(attributes)["attributes"][1] == nlohmann::ordered_json{{"name", "tie"}, {"yes", 0}, {"no", 1}, {"unknown", 1}});

  const auto values = check({.kind = LabelKind::values, .classes = 2},
                            {sample("1", ValueLabels{{-1, 4}}), sample("2", ValueLabels{{3, 5}}), sample("3", ValueLabels{{kNan, 5}})});
  REQUIRE(values.values.size() == 2);
  CHECK(values.values[0] == std::array<double, 3>{-1, 1, 3});
  CHECK(values.values[1] == std::array<double, 3>{4, 4.5, 5});
  CHECK(kinds(values) == std::vector{FindingKind::wrong_label});
}

TEST_CASE("pixels of classes are counted", "[data][datasets][check]") {
  const DatasetInfo info{.kind = LabelKind::parsing, .label_names = {"background", "skin", "hair"}, .classes = 3};
  const LabelImage one{20, 10, std::vector<std::uint8_t>(200, 1)};
  auto other = one;
  other.labels[7] = 2;
  auto wrong = one;
  wrong.labels[0] = 3;
  const auto report = check(info, {sample("1", ParsingLabels{one}), sample("2", ParsingLabels{other})});
  CHECK(report.parsing_pixels == std::vector<std::int64_t>{0, 399, 1});
  CHECK(report.parsing_samples == std::vector<std::int64_t>{0, 2, 1});
  CHECK(report.sound());
  const auto spoilt =
      check(info, {sample("1", ParsingLabels{wrong}), sample("2", ParsingLabels{one}, 10, 20), sample("3", ParsingLabels{one})});
  REQUIRE(kinds(spoilt) == std::vector{FindingKind::wrong_label, FindingKind::wrong_label});
  CHECK(spoilt.findings[0].message == "class 3 of 3 in a mask");
  CHECK(spoilt.findings[1].message == "a mask of 20x10 for a picture of 10x20");
}

TEST_CASE("soft maps are measured", "[data][datasets][check][soft_maps]") {
  const DatasetInfo info{.kind = LabelKind::soft_maps, .label_names = {"hair", "depth"}, .classes = 2};
  SoftMapLabels maps{20, 10, std::vector<float>(400, 0.5F)};
  std::fill_n(maps.values.begin() + 200, 200, -3.0F);
  maps.values[7] = 1;
  auto other = maps;
  other.values[200] = 97;
  const auto report = check(info, {sample("1", maps), sample("2", other)});
  CHECK(report.sound());
  REQUIRE(report.values.size() == 2);
  CHECK(report.values[0][0] == 0.5);
  CHECK(report.values[0][1] == Approx(0.5025));
  CHECK(report.values[0][2] == 1);
  CHECK(report.values[1][1] == Approx(-2.75));
  CHECK(report.values[1][2] == 97);
  CHECK(to_json(report)["soft_maps"][1]["max"] == 97);
  auto wrong = maps;
  wrong.values[3] = kNan;
  const auto spoilt = check(info, {sample("1", wrong), sample("2", maps, 10, 20),
                                   sample("3", SoftMapLabels{20, 10, std::vector<float>(200)}), sample("4", maps)});
  REQUIRE(kinds(spoilt) == std::vector(3, FindingKind::wrong_label));
  CHECK(spoilt.findings[0].message == "a soft map with a value that is no number");
  CHECK(spoilt.findings[1].message == "soft maps of 20x10 with 400 numbers for a picture of 10x20");
  CHECK(spoilt.findings[2].message == "1 of 2 soft maps");
  CHECK(spoilt.values[1][1] == -3);
}

TEST_CASE("points and boxes are held against the picture", "[data][datasets][check]") {
  const DatasetInfo info{.kind = LabelKind::landmarks, .classes = 2};
  auto inside = sample("inside", LandmarkLabels{{{-0.5F, -0.5F}, {19.5F, 9.5F}}, {1, 0}});
  inside.box = Box::whole(20, 10);
  auto outside = sample("outside", LandmarkLabels{{{-0.6F, 3}, {5, 9.6F}}, {}});
  outside.box = Box{-1, 0, 8, 8};
  auto turned = sample("turned", LandmarkLabels{{{1, 1}, {2, 2}}, {}});
  turned.box = Box{9, 9, 1, 1};
  const auto report = check(info, {inside, outside, turned}, {.tiny_face = 8.5F});
  CHECK(report.points.counts() == std::map<std::int64_t, std::int64_t>{{2, 3}});
  CHECK(report.points_total == 6);
  CHECK(report.points_hidden == 1);
  CHECK(report.points_outside == 2);
  CHECK(report.faces.smallest() == 8);
  CHECK(report.faces.largest() == 10);
  CHECK(kinds(report) ==
        std::vector{FindingKind::points_outside, FindingKind::box_outside, FindingKind::tiny_face, FindingKind::invalid_box});
  CHECK(report.findings[0].message == "2 of 2 points, in a picture of 20x10");
  CHECK(report.findings[0].index == 1);
  CHECK(report.findings[3].name == "turned");
  CHECK_FALSE(report.sound());

  auto five = sample("five", NoLabel{});
  five.points = FivePoints{{{1, 1}, {2, 1}, {3, 3}, {2, 20}, {3, 5}}};
  const auto remarked = check({.kind = LabelKind::none}, {five});
  CHECK(kinds(remarked) == std::vector{FindingKind::points_outside});
  CHECK(remarked.sound());  // a remark is no fault
}

TEST_CASE("faults of samples", "[data][datasets][check]") {
  const DatasetInfo info{.kind = LabelKind::class_index, .classes = 3};
  auto unreadable = sample("unreadable", ClassLabel{0});
  unreadable.image = {};
  const auto report = check(info, {sample("a", ClassLabel{3}), unreadable, sample("a", ClassLabel{1}), sample("b", ClassLabel{-1}),
                                   sample("a", ClassLabel{1}), sample("c", AgeLabel{3})});
  CHECK(report.examined == 6);
  CHECK(report.readable == 5);
  REQUIRE(kinds(report) == std::vector{FindingKind::wrong_label, FindingKind::unreadable, FindingKind::duplicate_name,
                                       FindingKind::wrong_label, FindingKind::duplicate_name, FindingKind::wrong_label});
  CHECK(report.findings[0].message == "class 3 of 3");
  CHECK(report.findings[1] == Finding{FindingKind::unreadable, 1, "unreadable", "data: no picture (unreadable)"});
  CHECK(report.findings[2].message == "sample 0 has this name too");
  CHECK(report.findings[4].index == 4);
  CHECK(report.findings[5].message == "a label of the kind age in a set of class");
  CHECK(report.count(FindingKind::duplicate_name) == 2);
  CHECK_FALSE(report.sound());
  const auto json = to_json(report);
  CHECK(json["counts"]["wrong_label"] == 3);
  CHECK(json["findings"].size() == 6);
  CHECK(json["findings"][1]["kind"] == "unreadable");

  const auto lines = to_lines(report, 1);
  CHECK(lines.back() == "faults were found");
  CHECK(std::count(lines.begin(), lines.end(), "  and 2 more") == 1);
  CHECK(std::count(lines.begin(), lines.end(), "  and 1 more") == 1);

  for (const auto& [label, kind, classes] : std::vector<std::tuple<Label, LabelKind, int>>{
           {AgeLabel{kNan}, LabelKind::age, 0},
           {AgeLabel{-1}, LabelKind::age, 0},
           {AttributeLabels{{1, 2}}, LabelKind::attributes, 2},
           {AttributeLabels{{1}}, LabelKind::attributes, 2},
           {LandmarkLabels{{{kNan, 1}}, {}}, LabelKind::landmarks, 1},
           {LandmarkLabels{{{1, 1}}, {}}, LabelKind::landmarks, 68},
           {ValueLabels{{1}}, LabelKind::values, 2},
       }) {
    CHECK(kinds(check({.kind = kind, .classes = classes}, {sample("x", label)})) == std::vector{FindingKind::wrong_label});
  }
}

TEST_CASE("a limit spreads over the set, threads change nothing", "[data][datasets][check]") {
  std::vector<Sample> samples;
  for (int i = 0; i < 40; ++i) samples.push_back(sample(std::to_string(i % 37), ClassLabel{i}, 10 + i, 10));
  const Memory set({.kind = LabelKind::class_index, .classes = 39}, samples);
  std::size_t steps = 0, total = 0;
  const auto some = check_dataset(set, {.threads = 3, .limit = 4, .progress = [&](std::size_t done, std::size_t all) {
                                          steps = std::max(steps, done);
                                          total = all;
                                        }});
  CHECK(some.examined == 4);
  CHECK(steps == 4);
  CHECK(total == 4);
  CHECK(some.classes.counts() == std::map<std::int64_t, std::int64_t>{{0, 1}, {10, 1}, {20, 1}, {30, 1}});
  const auto one = check_dataset(set, {.threads = 1}), many = check_dataset(set, {.threads = 8});
  CHECK(to_json(one) == to_json(many));
  CHECK(one.findings.size() == 4);  // three names twice, one class too many

  CHECK(error_of([&] { check_dataset(Memory({}, {})); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { check_dataset(set, {.threads = -1}); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { check_dataset(set, {.tiny_face = -1}); }).code() == ErrorCode::argument);
  CHECK_THROWS_AS(check_dataset(set, {.threads = 4, .progress = [](std::size_t, std::size_t) { throw std::runtime_error("stop"); }}),
                  std::runtime_error);
}
