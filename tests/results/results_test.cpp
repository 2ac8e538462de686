#include <cmath>
#include <limits>
#include <set>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/maps.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/task_result.hpp>
#include <faceptor/results/values.hpp>
#include <nlohmann/json.hpp>

#include "results/support.hpp"
#include "support/catch.hpp"

using namespace faceptor;
using namespace faceptor::results;
using nlohmann::json;
using results_test::code_of;
using results_test::message_of;

namespace {

const float kNan = std::numeric_limits<float>::quiet_NaN();

/// Through text, as a user's file would.
template <class R>
R round_trip(const R& value) {
  json out;
  if constexpr (requires { to_full_json(out, value); }) {
    to_full_json(out, value);
  } else {
    out = value;
  }
  return json::parse(out.dump()).template get<R>();
}

}  // namespace

TEST_CASE("probabilities: one a label, 0 to 1, found by name", "[results]") {
  const Probabilities p({"eyeglasses", "sunglasses"}, {0.25F, 0.75F});
  CHECK(p.probability("sunglasses") == 0.75F);
  CHECK(p.best() == 1);
  CHECK(p.contains("eyeglasses"));
  CHECK_FALSE(p.contains("hat"));
  CHECK(round_trip(p) == p);
  CHECK(message_of([&] { (void)p.probability("eyeglases"); }).find("did you mean \"eyeglasses\"?") != std::string::npos);
  CHECK(code_of([] { Probabilities({"a"}, {0.1F, 0.2F}); }) == ErrorCode::argument);
  CHECK(code_of([] { Probabilities({"a", "a"}, {0.1F, 0.2F}); }) == ErrorCode::argument);
  CHECK(code_of([] { Probabilities({""}, {0.1F}); }) == ErrorCode::argument);
  CHECK(code_of([] { Probabilities({"a"}, {kNan}); }) == ErrorCode::argument);
  CHECK(code_of([] { Probabilities({"a"}, {1.5F}); }) == ErrorCode::argument);
  CHECK(code_of([] { (void)Probabilities().best(); }) == ErrorCode::argument);
}

TEST_CASE("labels keep their order through JSON", "[results]") {
  const Values v({"yaw", "pitch", "a"}, {-30.1F, 5.0F, 1e-20F});
  CHECK(round_trip(v) == v);
  CHECK(json(v)["labels"] == json({"yaw", "pitch", "a"}));
  CHECK(json(v)["values"]["yaw"].dump() == "-30.1");
  CHECK(v.value("pitch") == 5.0F);
  CHECK(code_of([] { Values({"a"}, {std::numeric_limits<float>::infinity()}); }) == ErrorCode::argument);
  CHECK(code_of([&] { (void)v.value("roll"); }) == ErrorCode::argument);
}

TEST_CASE("maps are read at photo points", "[results]") {
  const Maps maps({"a", "b"}, {-0.5F, -0.5F, 3.5F, 1.5F}, 2, 1, {0.0F, 1.0F, 2.0F, 4.0F});
  CHECK(maps.map("b")[1] == 4.0F);
  CHECK(maps.at("a", {1.5F, 0.5F}) == Approx(0.5F));
  CHECK(maps.at("b", {3.4F, 0.0F}) == Approx(4.0F));
  CHECK(maps.at("b", {9.0F, 0.0F}) == 0.0F);
  CHECK(maps.at("b", {kNan, 0.0F}) == 0.0F);
  CHECK(maps.at("b", {0.0F, -9.0F}) == 0.0F);
  CHECK(maps.at("b", {0.0F, 9.0F}) == 0.0F);
  const Maps none({"a"}, {0, 0, 1, 1}, 0, 0, {});
  CHECK(none.at("a", {0, 0}) == 0.0F);
  CHECK(none.summary().range("a") == MapRange{});
  for (const auto& size : {Size{-1, 0}, Size{0, -1}}) {
    CHECK(code_of([&] { Maps({"a"}, {0, 0, 1, 1}, size.width, size.height, {}); }) == ErrorCode::argument);
    CHECK(code_of([&] { MapsSummary{{"a"}, {0, 0, 1, 1}, size.width, size.height, {{0, 0, 0}}}.check(); }) == ErrorCode::argument);
  }
  for (const auto& range : {MapRange{kNan, 0, 0}, MapRange{0, kNan, 0}, MapRange{0, 0, kNan}}) {
    CHECK(code_of([&] { MapsSummary{{"a"}, {0, 0, 1, 1}, 1, 1, {range}}.check(); }) == ErrorCode::argument);
  }
  CHECK(code_of([] { Maps({"a"}, {0, 0, 1, 1}, 2, 2, {1.0F}); }) == ErrorCode::argument);
  CHECK(code_of([] { Maps({"a"}, {1, 0, 0, 1}, 1, 1, {1.0F}); }) == ErrorCode::argument);
  CHECK(code_of([] { Maps({"a"}, {0, 0, 1, 1}, 1, 1, {kNan}); }) == ErrorCode::argument);
  CHECK(code_of([&] { (void)maps.map("c"); }) == ErrorCode::argument);
  CHECK(code_of([] { Maps({}, {0, 0, 1, 1}, 1, 1, {1.0F}); }) == ErrorCode::argument);
  CHECK(code_of([] { Maps({"a", "b"}, {0, 0, 1, 1}, 1, 1, {1.0F, 2.0F, 3.0F}); }) == ErrorCode::argument);

  // 2^16 maps of 2^48 values: as many as none, if it is counted in 64 bits.
  std::vector<std::string> labels;
  for (int i = 0; i < 1 << 16; ++i) labels.push_back(std::to_string(i));
  CHECK(code_of([&] { Maps(labels, {0, 0, 1, 1}, 1 << 24, 1 << 24, {}); }) == ErrorCode::argument);
}

TEST_CASE("maps are summed up in JSON unless all of it is asked for", "[results]") {
  const Maps maps({"a", "b"}, {-0.5F, -0.5F, 3.5F, 1.5F}, 2, 1, {0.0F, 1.0F, -2.0F, 4.0F});
  const json brief = maps;
  CHECK_FALSE(brief.contains("values"));
  CHECK(brief["summary"]["b"] == json({{"min", -2.0}, {"mean", 1.0}, {"max", 4.0}}));
  const auto summary = brief.get<MapsSummary>();
  CHECK(summary == maps.summary());
  CHECK(summary.range("a") == MapRange{0, 0.5F, 1});
  CHECK(summary.width == 2);
  CHECK(json(summary) == brief);
  CHECK(code_of([&] { (void)summary.range("c"); }) == ErrorCode::argument);
  CHECK(message_of([&] { (void)brief.get<Maps>(); }).find("JsonOptions::full") != std::string::npos);
  CHECK(code_of([&] { (void)brief.get<Maps>(); }) == ErrorCode::format);
  auto broken = brief;
  broken["summary"].erase("b");
  CHECK(code_of([&] { (void)broken.get<MapsSummary>(); }) == ErrorCode::format);
  json full;
  to_full_json(full, maps);
  CHECK(json::parse(full.dump()).get<Maps>() == maps);

  // Under one "type", what is there says what is read.
  const TaskResult result("hair", maps);
  for (const bool all : {false, true}) {
    json written;
    result.write(written, all);
    CHECK(written["type"] == "Maps");
    CHECK(read_task_result("hair", written).holds<Maps>() == all);
    CHECK(read_task_result("hair", written).holds<MapsSummary>() == !all);
  }
  register_result<Maps>();
  CHECK(read_task_result("hair", json(result)).holds<MapsSummary>());
  CHECK(round_trip(Maps().summary()) == MapsSummary());
}

TEST_CASE("an age is the expected value of its distribution", "[results]") {
  std::vector<float> ages(101);
  ages[20] = 0.25F;
  ages[40] = 0.75F;
  const AgeEstimate age(ages);
  CHECK(age.years == Approx(35));
  CHECK(age.spread == Approx(std::sqrt(75.0)));
  CHECK(round_trip(age) == age);
  CHECK(AgeEstimate::of(31.5F, 2).years == 31.5F);
  CHECK(round_trip(AgeEstimate::of(31.5F, 2)) == AgeEstimate::of(31.5F, 2));
  CHECK(code_of([] { AgeEstimate(std::vector<float>{}); }) == ErrorCode::argument);
  CHECK(code_of([] { AgeEstimate(std::vector<float>{0.5F, 0.4F}); }) == ErrorCode::argument);
  CHECK(code_of([] { AgeEstimate(std::vector<float>{kNan, 1.0F}); }) == ErrorCode::argument);
  CHECK(code_of([] { AgeEstimate::of(-1, 0); }) == ErrorCode::argument);
  CHECK(code_of([] { AgeEstimate::of(1, kNan); }) == ErrorCode::argument);
  auto wrong = age;
  wrong.years = 50;
  CHECK(code_of([&] { wrong.check(); }) == ErrorCode::argument);
  CHECK(code_of([&] { (void)round_trip(wrong); }) == ErrorCode::format);
  wrong = age;
  wrong.spread = 1;
  CHECK(code_of([&] { wrong.check(); }) == ErrorCode::argument);
}

TEST_CASE("JSON has what is long only when all of it is asked for", "[results]") {
  const auto keys = [](const auto& value, bool full) {
    json out;
    TaskResult("task", value).write(out, full);
    std::set<std::string> names;
    for (const auto& [key, field] : out.items()) names.insert(key);
    return names;
  };
  using Keys = std::set<std::string>;
  const AgeEstimate age(std::vector<float>{0.25F, 0.75F});
  CHECK(keys(age, false) == Keys{"type", "years", "spread"});
  CHECK(keys(age, true) == Keys{"type", "years", "spread", "distribution"});
  CHECK(json(age).get<AgeEstimate>() == AgeEstimate::of(age.years, age.spread));

  const Attributes attributes({"a", "b", "c", "d"}, {0.9F, 0.1F, 0.6F, 0.4F}, {0.5F, 0.5F, 0.7F, 0.3F});
  CHECK(keys(attributes, false) == Keys{"type", "present", "labels", "probabilities"});
  CHECK(keys(attributes, true) == Keys{"type", "present", "labels", "probabilities", "thresholds"});
  const auto back = json(attributes).get<Attributes>();
  CHECK(back.present() == attributes.present());  // c and d contradict 0.5
  CHECK(back.probabilities == attributes.probabilities);
  CHECK((back.thresholds[0] == 0.5F && back.thresholds[1] == 0.5F));

  const ParsingMap map(3, 4, 2, 2, {0, 1, 1, 1}, {"background", "skin"}, {{}, {200, 150, 100}});
  CHECK(keys(map, false) == Keys{"type", "roi", "classes", "pixels"});
  CHECK(keys(map, true) == Keys{"type", "roi", "classes", "pixels", "colors", "runs"});
  CHECK(json(map).get<ParsingMapSummary>() == map.summary());
  CHECK(json(map.summary()) == json(map));
  CHECK(to_text(map.summary()) == to_text(map));
  CHECK(message_of([&] { (void)json(map).get<ParsingMap>(); }).find("JsonOptions::full") != std::string::npos);
  json written;
  TaskResult("face", map).write(written);
  CHECK(read_task_result("face", written).holds<ParsingMapSummary>());
  written["pixels"]["skin"] = 4;
  CHECK(code_of([&] { (void)read_task_result("face", written); }) == ErrorCode::format);
  TaskResult("face", map).write(written, true);
  CHECK(read_task_result("face", written).get<ParsingMap>() == map);
}

TEST_CASE("an expression's probabilities sum to 1", "[results]") {
  const Expression e({0.05F, 0.7F, 0.05F, 0.05F, 0.05F, 0.05F, 0.05F});
  CHECK(e.label() == "happy");
  CHECK(e.probability("happy") == 0.7F);
  CHECK(round_trip(e) == e);
  CHECK(json(e)["label"] == "happy");
  CHECK(code_of([] { Expression(std::vector<float>(7, 0.5F)); }) == ErrorCode::argument);
  CHECK(code_of([] { Expression(std::vector<float>(6, 1.0F / 6)); }) == ErrorCode::argument);
  CHECK(Expression({"calm", "wild"}, {0.9F, 0.1F}).label() == "calm");
}

TEST_CASE("attributes are there above their thresholds", "[results]") {
  std::vector<float> p(40, 0.1F);
  p[15] = 0.9F;
  p[31] = 0.5F;
  Attributes a(p);
  CHECK(a.has("Eyeglasses"));
  CHECK_FALSE(a.has("Smiling"));
  CHECK(a.probability("Eyeglasses") == 0.9F);
  CHECK(a.present() == std::vector<std::string>{"Eyeglasses"});
  a.thresholds[31] = 0.4F;
  CHECK(a.present() == std::vector<std::string>{"Eyeglasses", "Smiling"});
  CHECK(round_trip(a) == a);
  CHECK(message_of([&] { (void)a.has("Eyeglases"); }).find("did you mean \"Eyeglasses\"?") != std::string::npos);
  CHECK(code_of([] { Attributes({"a"}, {0.5F}, {}); }) == ErrorCode::argument);
  CHECK(code_of([] { Attributes({"a"}, {0.5F}, {2.0F}); }) == ErrorCode::argument);
  CHECK(code_of([] { Attributes(std::vector<float>(39)); }) == ErrorCode::argument);
}

TEST_CASE("embeddings are unit vectors of one model", "[results]") {
  const Embedding a({3, 4}, "m1");
  const Embedding b({-4, 3}, "m1");
  CHECK(a.values[0] == Approx(0.6F));
  CHECK(cosine(a, a) == Approx(1));
  CHECK(cosine(a, b) == Approx(0).margin(1e-7));
  CHECK(distance(a, b) == Approx(std::sqrt(2.0)));
  CHECK(code_of([&] { cosine(a, Embedding({3, 4}, "m2")); }) == ErrorCode::mismatch);
  CHECK(code_of([&] { distance(a, Embedding({3, 4, 5}, "m1")); }) == ErrorCode::mismatch);
  CHECK(code_of([] { Embedding({}, "m"); }) == ErrorCode::argument);
  CHECK(code_of([] { Embedding({0, 0}, "m"); }) == ErrorCode::argument);
  CHECK(code_of([] { Embedding({1, kNan}, "m"); }) == ErrorCode::argument);
  CHECK(json(a) == json({{"dimension", 2}, {"model", "m1"}}));
  json full;
  to_full_json(full, a);
  CHECK(json::parse(full.dump()).get<Embedding>() == a);
  CHECK(code_of([&] { (void)json(a).get<Embedding>(); }) == ErrorCode::format);
  full["vector"][0] = 5;
  CHECK(code_of([&] { (void)full.get<Embedding>(); }) == ErrorCode::format);
}

TEST_CASE("landmarks fit their scheme", "[results]") {
  Points points(68);
  for (int i = 0; i < 68; ++i) points[static_cast<std::size_t>(i)] = {static_cast<float>(i) + 0.1F, static_cast<float>(2 * i)};
  const Landmarks l("68", points, std::vector<float>(68, 0.9F));
  CHECK(round_trip(l) == l);
  CHECK(l.region("left eye").size() == 6);
  CHECK(l.region("left eye")[0] == points[36]);
  CHECK(l.five_points()[2] == points[30]);
  CHECK(l.inter_ocular() == Approx(std::hypot(9.0, 18.0)));
  CHECK(l.inter_pupil() == Approx(std::hypot(6.0, 12.0)));
  CHECK(message_of([&] { (void)l.region("left eyes"); }).find("did you mean \"left eye\"?") != std::string::npos);
  CHECK(Landmarks("68", points).confidence == std::vector<float>(68, 1.0F));
  const Landmarks own("two of mine", {{1, 2}, {3, 4}});
  CHECK(round_trip(own) == own);
  CHECK(code_of([&] { (void)own.region("nose"); }) == ErrorCode::argument);
  CHECK(code_of([&] { (void)own.five_points(); }) == ErrorCode::argument);
  CHECK(code_of([] { Landmarks("98", Points(68)); }) == ErrorCode::argument);
  CHECK(code_of([] { Landmarks("", Points(2)); }) == ErrorCode::argument);
  CHECK(code_of([] { Landmarks("x", Points(2), {1.0F}); }) == ErrorCode::argument);
  CHECK(code_of([] { Landmarks("x", {{kNan, 0}}); }) == ErrorCode::argument);
  CHECK(code_of([] { Landmarks("x", Points(1), {1.1F}); }) == ErrorCode::argument);
}

TEST_CASE("a parsing map is background outside its rectangle", "[results]") {
  const ParsingMap map(-1, 10, 3, 2, {0, 1, 1, 2, 2, 1}, {"background", "skin", "hair"}, {{0, 0, 0}, {200, 150, 100}, {60, 40, 20}});
  CHECK(map.at(-1, 10) == 0);
  CHECK(map.at(0, 10) == 1);
  CHECK(map.at(-1, 11) == 2);
  CHECK(map.at(2, 10) == 0);
  CHECK(map.at(0, 12) == 0);
  CHECK(map.at(std::numeric_limits<int>::max(), std::numeric_limits<int>::min()) == 0);
  CHECK(map.at(-2, 11) == 0);
  CHECK(map.at(0, 9) == 0);
  CHECK(ParsingMap(0, 0, 0, 0, {}, {"background"}, {{}}).share("background") == 0);
  CHECK(code_of([] { ParsingMap(0, 0, -1, 0, {}, {}, {}); }) == ErrorCode::argument);
  CHECK(code_of([] { ParsingMap(0, 0, 0, -1, {}, {}, {}); }) == ErrorCode::argument);
  for (const auto& [width, height] : {std::pair{-1, 0}, std::pair{0, -1}}) {
    auto summary = map.summary();
    summary.width = width, summary.height = height;
    CHECK(code_of([&] { summary.check(); }) == ErrorCode::argument);
  }
  CHECK(map.share("skin") == Approx(0.5));
  CHECK(map.pixels() == std::vector<std::size_t>{1, 3, 2});
  CHECK(round_trip(map) == map);
  json full;
  to_full_json(full, map);
  CHECK(full["runs"] == json({0, 1, 1, 2, 2, 2, 1, 1}));
  CHECK(round_trip(ParsingMap()) == ParsingMap());
  CHECK(code_of([&] { (void)map.share("hat"); }) == ErrorCode::argument);
  CHECK(code_of([] { ParsingMap(0, 0, 1, 1, {1}, {"background"}, {{}}); }) == ErrorCode::argument);
  CHECK(code_of([] { ParsingMap(0, 0, 2, 1, {0}, {"background"}, {{}}); }) == ErrorCode::argument);
  CHECK(code_of([] { ParsingMap(0, 0, 1, 1, {0}, {"background"}, {}); }) == ErrorCode::argument);
}

TEST_CASE("a parsing map's runs are believed only when they fit", "[results]") {
  json good;
  to_full_json(good, ParsingMap(0, 0, 2, 2, {0, 1, 1, 0}, {"background", "skin"}, {{}, {}}));
  const auto broken = [&](const char* key, json value) {
    auto changed = good;
    changed[key] = std::move(value);
    return code_of([&] { (void)changed.get<ParsingMap>(); });
  };
  CHECK(broken("runs", json({0, 1, 1, 2})) == ErrorCode::format);
  CHECK(broken("runs", json({0, 1, 1, 9})) == ErrorCode::format);
  CHECK(broken("runs", json({0, 4, 1, 0})) == ErrorCode::format);
  CHECK(broken("runs", json({0, 5, 1, -1})) == ErrorCode::format);
  CHECK(broken("runs", json({0, 4, 1})) == ErrorCode::format);
  CHECK(broken("runs", json({7, 4})) == ErrorCode::format);
  CHECK(broken("runs", json({0.5, 4})) == ErrorCode::format);
  CHECK(broken("roi", json({0, 0, 1 << 20, 1 << 20})) == ErrorCode::limit);
  CHECK(broken("roi", json({0, 0, -2, -2})) == ErrorCode::format);
  CHECK(broken("roi", json({0, 0, 18446744073709551615ULL, 2})) == ErrorCode::format);
  CHECK(broken("colors", json({{0, 0, 0}, {0, 0, 256}})) == ErrorCode::format);
  CHECK(broken("colors", json({{0, 0, 0}, 7})) == ErrorCode::format);
  CHECK(broken("colors", json({{0, 0, 0}, {0, 0}})) == ErrorCode::format);
  CHECK(code_of([] { (void)json(3).get<ParsingMap>(); }) == ErrorCode::format);
  CHECK(code_of([] { (void)json(3).get<Maps>(); }) == ErrorCode::format);
  CHECK(code_of([] { (void)json(3).get<Embedding>(); }) == ErrorCode::format);
}

TEST_CASE("wrong fields in JSON are format errors that name the field", "[results]") {
  json age = AgeEstimate::of(30, 2);
  age.erase("years");
  CHECK(message_of([&] { (void)age.get<AgeEstimate>(); }).find("\"years\"") != std::string::npos);
  CHECK(code_of([&] { (void)age.get<AgeEstimate>(); }) == ErrorCode::format);
  age["years"] = "thirty";
  CHECK(code_of([&] { (void)age.get<AgeEstimate>(); }) == ErrorCode::format);
  age["years"] = 1e39;  // more than a float holds
  CHECK(message_of([&] { (void)age.get<AgeEstimate>(); }).find("\"years\"") != std::string::npos);
  CHECK(code_of([] { (void)json(3).get<AgeEstimate>(); }) == ErrorCode::format);
  CHECK(code_of([] { (void)json({{"labels", {"a"}}, {"probabilities", {{"b", 0.5}}}}).get<Probabilities>(); }) == ErrorCode::format);
  CHECK(code_of([] { (void)json({{"labels", {"a"}}, {"probabilities", {{"a", 1.5}}}}).get<Probabilities>(); }) == ErrorCode::format);
  CHECK(code_of([] { (void)json({{"scheme", "x"}, {"points", {{1, 2, 3}}}, {"confidence", {1}}}).get<Landmarks>(); }) == ErrorCode::format);
}
