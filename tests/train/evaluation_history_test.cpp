#include <limits>

#include <faceptor/train/evaluation_history.hpp>

#include "support/torch_catch.hpp"

using faceptor::train::EvaluationHistory;

TEST_CASE("The best of a number is the highest or, of errors, the lowest, and the first of equal ones", "[train][history]") {
  EvaluationHistory history({"age"});
  const std::vector<double> values = {3, 5, 2, 2, 5};
  for (std::size_t i = 0; i < values.size(); ++i) {
    history.add(10 * (i + 1),
                {{"age", {{"mae", values[i]}}}, {"mood", {{"accuracy", values[i]}, {"samples", 12}, {"undefined", nullptr}}}});
  }
  CHECK(history.numbers() == std::vector<std::string>{"age.mae", "mood.accuracy"});
  CHECK(history.best("age.mae")->value == 2);
  CHECK(history.best("age.mae")->step == 30);
  CHECK(history.best("mood.accuracy")->value == 5);
  CHECK(history.best("mood.accuracy")->step == 20);
  CHECK_FALSE(history.best("mood.samples").has_value());
}

TEST_CASE("The mean is that of the last ten, also after a checkpoint", "[train][history]") {
  EvaluationHistory history;
  CHECK(history.summary().empty());
  for (int i = 1; i <= 8; ++i) history.add(static_cast<std::uint64_t>(i), {{"a", {{"b", static_cast<double>(i)}}}});
  EvaluationHistory resumed;
  resumed.load_state(nlohmann::json::parse(history.state().dump()));
  for (int i = 9; i <= 13; ++i) resumed.add(static_cast<std::uint64_t>(i), {{"a", {{"b", static_cast<double>(i)}}}});
  resumed.add(14, {{"a", {{"b", std::numeric_limits<double>::quiet_NaN()}}}});
  CHECK(resumed.summary()["mean_of_last_10"]["a"]["b"].get<double>() == Approx(8.5));
  CHECK(resumed.summary()["best"]["a"]["b"] == 13.0);
  resumed.load_state({{{"task", 3}}});
  CHECK(resumed.numbers().empty());
}

TEST_CASE("A task of several parts has its numbers by part", "[train][history]") {
  EvaluationHistory history;
  history.add(1, {{"who", {{"lfw", {{"accuracy", 0.5}, {"samples", 7}}}, {"agedb", {{"accuracy", 0.75}}}}}});
  CHECK(history.numbers() == std::vector<std::string>{"who.agedb.accuracy", "who.lfw.accuracy"});
  CHECK(history.best("who.lfw.accuracy")->value == 0.5);
  CHECK(history.summary()["best"]["who"]["lfw.accuracy"] == 0.5);
}
