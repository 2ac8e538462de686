#include <faceptor/evaluate/class_outcomes.hpp>

#include "evaluate/samples.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace evaluate_test;

namespace {

TaskSpec spec_of(std::vector<std::string> labels) {
  TaskSpec spec;
  spec.name = "own";
  spec.outputs = static_cast<std::int64_t>(labels.size());
  spec.labels = std::move(labels);
  return spec;
}

TaskResult said(std::vector<float> probabilities) { return {"own", results::Probabilities({"a", "b", "c"}, std::move(probabilities))}; }

}  // namespace

TEST_CASE("the most probable class counts, and the error is what the true one lacks", "[evaluate][class_outcomes]") {
  evaluate::ClassOutcomes outcomes(spec_of({"a", "b", "c"}), {});
  outcomes.add(said({0.5F, 0.25F, 0.25F}), sample(4, datasets::ClassLabel{0}));
  outcomes.add(said({0.5F, 0.25F, 0.25F}), sample(5, datasets::ClassLabel{1}));
  outcomes.add(said({0.125F, 0.75F, 0.125F}), sample(6, datasets::ClassLabel{1}));
  CHECK(*figure(outcomes, "accuracy") == Approx(2.0 / 3));
  CHECK(*figure(outcomes, "mean class accuracy") == Approx((1 + 0.5) / 2));  // class c never occurs
  CHECK(outcomes.error(0) == Approx(0.5));
  CHECK(outcomes.error(1) == Approx(0.75));
  REQUIRE(outcomes.baselines().size() == 1);
  CHECK(outcomes.baselines()[0].name == "accuracy of always \"b\"");
  CHECK(*outcomes.baselines()[0].value == Approx(2.0 / 3));
  CHECK(outcomes.details()["classes"] == nlohmann::json{"a", "b", "c"});
  const auto wrong = error_of([&] { outcomes.add(said({1, 0, 0}), sample(7, datasets::ClassLabel{3})); });
  CHECK(wrong.code() == ErrorCode::format);
  CHECK(wrong.where() == "sample 7");
  CHECK(wrong.expected() == "0 to 2");
  CHECK(outcomes.size() == 3);
}

TEST_CASE("attributes count above their own thresholds, unknown ones not at all", "[evaluate][class_outcomes]") {
  auto spec = spec_of({"a", "b", "c"});
  spec.thresholds = {0.5F, 0.8F, 0.5F};
  evaluate::AttributeOutcomes outcomes(spec, {});
  outcomes.add(said({0.75F, 0.75F, 0.25F}), sample(0, datasets::AttributeLabels{{1, 0, -1}}));
  outcomes.add(said({0.25F, 0.75F, 0.25F}), sample(1, datasets::AttributeLabels{{1, 1, -1}}));
  // a: one of two; b, above 0.8 only: the first of two; c is never known.
  CHECK(*figure(outcomes, "mean accuracy") == Approx(0.5));
  CHECK(outcomes.error(0) == Approx((0.25 + 0.75) / 2));
  CHECK(outcomes.error(1) == Approx((0.75 + 0.25) / 2));
  // a: always yes is right twice, b: once of two.
  CHECK(*outcomes.baselines().at(0).value == Approx(0.75));
  CHECK(outcomes.details()["attributes"][2]["accuracy"].is_null());
  CHECK(error_of([&] { outcomes.add(said({0, 0, 0}), sample(2, datasets::AttributeLabels{{1, 0}})); }).code() == ErrorCode::mismatch);
  CHECK(error_of([&] { outcomes.add(said({0, 0, 0}), sample(2, datasets::AttributeLabels{{1, 0, 2}})); }).found() == "2");
}
