#include <faceptor/evaluate/value_outcomes.hpp>

#include <cmath>

#include "evaluate/samples.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace evaluate_test;

TEST_CASE("ages: errors in years, within five of them, and against the mean age", "[evaluate][value_outcomes]") {
  evaluate::AgeOutcomes outcomes({}, {});
  outcomes.add({"age", results::AgeEstimate::of(30, 1)}, sample(0, datasets::AgeLabel{26}));
  outcomes.add({"age", results::AgeEstimate::of(50, 1)}, sample(1, datasets::AgeLabel{62}));
  CHECK(outcomes.error(0) == Approx(4));
  CHECK(outcomes.error(1) == Approx(12));
  CHECK(*figure(outcomes, "MAE") == Approx(8));
  CHECK(*figure(outcomes, "CS@5") == Approx(0.5));
  CHECK(*outcomes.baselines().at(0).value == Approx(18));  // 44 years for both
  CHECK(outcomes.details()["points"] == nlohmann::json{{26.0, 30.0}, {62.0, 50.0}});
  for (const float years : {-1.0F, 151.0F, NAN}) {
    const auto error = error_of([&] { outcomes.add({"age", results::AgeEstimate::of(30, 1)}, sample(2, datasets::AgeLabel{years})); });
    CHECK(error.code() == ErrorCode::format);
    CHECK(error.expected() == "0 to 150 years");
  }
  CHECK(outcomes.size() == 2);
  CHECK(evaluate::AgeOutcomes({}, {}).baselines().empty());
}

TEST_CASE("values: the mean absolute error over all of them, and of each", "[evaluate][value_outcomes]") {
  TaskSpec spec;
  spec.outputs = 2;
  datasets::DatasetInfo set;
  set.label_names = {"yaw", "pitch"};
  evaluate::ValueOutcomes outcomes(spec, set);
  const auto said = [](std::vector<float> values) { return TaskResult("own", results::Values({"yaw", "pitch"}, std::move(values))); };
  outcomes.add(said({1, 2}), sample(0, datasets::ValueLabels{{0, 0}}));
  outcomes.add(said({5, 4}), sample(1, datasets::ValueLabels{{4, 4}}));
  CHECK(outcomes.error(0) == Approx(1.5));
  CHECK(*figure(outcomes, "MAE") == Approx(1));
  CHECK(*outcomes.baselines().at(0).value == Approx(2));  // always (2, 2)
  CHECK(outcomes.details()["values"][0]["name"] == "yaw");
  CHECK(outcomes.details()["values"][1]["mean_absolute_error"] == 1.0);
  CHECK(error_of([&] { outcomes.add(said({1, 2}), sample(2, datasets::ValueLabels{{0}})); }).code() == ErrorCode::mismatch);
  CHECK(error_of([&] { outcomes.add(said({1, 2}), sample(2, datasets::ValueLabels{{0, NAN}})); }).code() == ErrorCode::format);
}
