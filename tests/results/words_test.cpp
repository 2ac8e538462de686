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

#include "support/catch.hpp"

using namespace faceptor;
using namespace faceptor::results;
using nlohmann::json;

namespace worded {

/// Says itself.
struct Gaze {
  float yaw = 0;
};
inline void to_json(json& out, const Gaze& gaze) { out = {{"yaw", gaze.yaw}}; }
inline std::string to_text(const Gaze& gaze) { return gaze.yaw > 0 ? "to the right\n" : "to the left\n"; }

/// Says nothing: its JSON must do.
struct Anything {
  json fields;
};
inline void to_json(json& out, const Anything& value) { out = value.fields; }

}  // namespace worded

namespace {

template <class R>
std::string words_of(const R& value) {
  return TaskResult("task", value).text();
}

}  // namespace

TEST_CASE("each type says what it is in a line", "[results][words]") {
  CHECK(words_of(AgeEstimate::of(29.3F, 3.6F)) == "29 years (+-4)");
  CHECK(words_of(Expression({0.01F, 0.93F, 0.02F, 0.01F, 0.01F, 0.01F, 0.01F})) == "happy (93 %)");
  CHECK(words_of(Probabilities({"no", "may_be", "yes", "what"}, {0.1F, 0.2F, 0.9F, 0.0F})) == "yes 90 %, may be 20 %, no 10 %");
  CHECK(words_of(Values({"yaw", "pitch"}, {12.3456F, -3})) == "yaw 12.35, pitch -3");
  CHECK(words_of(Landmarks("68", Points(68))) == "68 points");
  CHECK(words_of(ParsingMap(0, 0, 2, 1, {0, 2}, {"background", "skin", "hair"}, {{}, {}, {}})) == "2 of 3 classes");
  CHECK(words_of(Embedding({3, 4}, "m")) == "2-d embedding");
  CHECK(words_of(EmbeddingSummary{512, "m"}) == "512-d embedding");
  const Maps maps({"hair", "skin_tone"}, {0, 0, 1, 1}, 2, 1, {0, 0.5F, 1, 1});
  CHECK(words_of(maps) == "hair: mean 0.25, max 0.5; skin tone: mean 1, max 1");
  CHECK(words_of(maps.summary()) == words_of(maps));
}

TEST_CASE("attributes come from the surest down, eight at most", "[results][words]") {
  CHECK(words_of(Attributes({"Wearing_Hat", "Bald", "Young"}, {0.6F, 0.4F, 0.9F})) == "Young, Wearing Hat");
  CHECK(words_of(Attributes({"Bald"}, {0.4F})) == "none");
  std::vector<float> many(40, 0.1F);
  std::fill(many.begin(), many.begin() + 11, 0.8F);
  const auto words = words_of(Attributes(many));
  CHECK(words.substr(0, 18) == "5 o Clock Shadow, ");
  CHECK(words.substr(words.size() - 11) == " and 3 more");
}

TEST_CASE("empty results have words too", "[results][words]") {
  CHECK(words_of(Expression()) == "none");
  CHECK(words_of(Probabilities()) == "none");
  CHECK(words_of(Values()) == "none");
  CHECK(words_of(Maps()) == "no maps");
  CHECK(words_of(ParsingMap()) == "0 of 0 classes");
}

TEST_CASE("a type of one's own says itself, or its JSON does", "[results][words]") {
  static_assert(SaysItself<worded::Gaze> && !SaysItself<worded::Anything>);
  CHECK(words_of(worded::Gaze{1}) == "to the right ");
  const auto words = [](json fields) { return words_of(worded::Anything{std::move(fields)}); };
  CHECK(words({{"worn", true}, {"yaw", 12.34567}, {"count", 123456}, {"kind", "sun\tglasses"}, {"note", nullptr}}) ==
        "count 123456, kind sun glasses, note none, worn yes, yaw 12.35");
  CHECK(words({{"axis", {1, 0.25, -3}}, {"points", {{1, 2}, {3, 4}, {5, 6}}}, {"names", {"a", "b"}}, {"mixed", {{"a", 1}, {"b", "x"}}}}) ==
        "axis (1, 0.25, -3), mixed 2 entries, names 2 texts, points 6 numbers");
  CHECK(words(json::object()).ends_with("worded::Anything"));
  json long_one;
  for (int i = 0; i < 60; ++i) long_one["field_" + std::to_string(i)] = "\xC3\xA9\xC3\xA9\xC3\xA9";
  const auto cut = words(long_one);
  CHECK(cut.size() <= 203);
  CHECK(cut.substr(cut.size() - 3) == "…");
  CHECK_NOTHROW(json(cut).dump());  // no half letters
}
