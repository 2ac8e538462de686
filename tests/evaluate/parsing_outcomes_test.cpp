#include <faceptor/evaluate/parsing_outcomes.hpp>

#include "evaluate/samples.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace evaluate_test;

namespace {

const std::vector<std::string> kNames = {"background", "face", "hair"};

evaluate::ParsingOutcomes outcomes() {
  TaskSpec spec;
  spec.outputs = 3;
  spec.labels = kNames;
  return {spec, {}};
}

TaskResult said(const std::vector<std::uint8_t>& classes) {
  return {"parsing", results::ParsingMap(0, 0, 2, 2, classes, kNames, {{0, 0, 0}, {1, 1, 1}, {2, 2, 2}})};
}

loading::EvaluationSample truth(std::size_t index, std::vector<std::uint8_t> classes) {
  return sample(index, datasets::ParsingLabels{LabelImage{2, 2, std::move(classes)}});
}

}  // namespace

TEST_CASE("classes are scored over all pixels of all photos, the background aside", "[evaluate][parsing_outcomes]") {
  auto scored = outcomes();
  scored.add(said({0, 0, 1, 1}), truth(0, {0, 1, 1, 1}));
  scored.add(said({0, 0, 0, 0}), truth(1, {0, 0, 0, 0}));
  CHECK(scored.error(0) == Approx(0.25));
  CHECK(scored.error(1) == 0);
  // face: 2 hits, 2 predicted, 3 true; background: 5 hits, 6 predicted, 5 true; hair is nowhere.
  CHECK(*figure(scored, "mean F1") == Approx(4.0 / 5));
  CHECK(*figure(scored, "mean F1 with background") == Approx((4.0 / 5 + 10.0 / 11) / 2));
  CHECK(*figure(scored, "mean IoU") == Approx(2.0 / 3));
  CHECK_FALSE(scored.protocol().empty());
}

TEST_CASE("parts that are merged give what the whole gives", "[evaluate][parsing_outcomes]") {
  auto whole = outcomes(), first = outcomes(), second = outcomes();
  const auto add = [](auto& to, std::size_t index, const std::vector<std::uint8_t>& p, const std::vector<std::uint8_t>& t) {
    to.add(said(p), truth(index, t));
  };
  add(whole, 0, {0, 0, 1, 2}, {0, 1, 1, 2});
  add(whole, 1, {2, 2, 1, 2}, {2, 2, 2, 2});
  add(first, 0, {0, 0, 1, 2}, {0, 1, 1, 2});
  add(second, 1, {2, 2, 1, 2}, {2, 2, 2, 2});
  first.merge(second.state());
  CHECK(first.details() == whole.details());
  CHECK(figure(first, "mean F1") == figure(whole, "mean F1"));
}

TEST_CASE("a class that the task doesn't have is the sample's error", "[evaluate][parsing_outcomes]") {
  auto scored = outcomes();
  const auto error = error_of([&] { scored.add(said({0, 0, 0, 0}), truth(3, {0, 0, 3, 0})); });
  CHECK(error.code() == ErrorCode::format);
  CHECK(error.where() == "sample 3");
  CHECK(scored.size() == 0);
}
