#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include <faceptor/train/schedule.hpp>

#include "support/error_of.hpp"
#include "support/golden.hpp"
#include "support/torch_catch.hpp"

using faceptor::ErrorCode;
using namespace faceptor::train;

TEST_CASE("Rates are the reference's, after each step and in it", "[train][schedule][golden]") {
  const auto path = golden::find("model/schedule/learning_rate.json");
  if (!path) FACEPTOR_SKIP("no golden schedules");
  const auto sets = golden::json(*path);
  REQUIRE(sets.size() >= 3);
  const auto check = [](double rate, double reference) {
    INFO("reference " << reference << ", here " << rate);
    CHECK(std::abs(rate - reference) <= 1e-12 * reference);
  };
  for (const auto& [name, set] : sets.items()) {
    if (!set.is_object()) continue;  // a remark
    const Schedule schedule{set.at("base_lr"), set.at("peak_lr"), set.at("warmup_steps"), set.at("max_iter")};
    const auto multipliers = set.at("multipliers").get<std::vector<double>>();
    for (const auto& [step, rates] : set.at("after_step").items()) {
      INFO(name << ", after step " << step);
      REQUIRE(rates.size() == multipliers.size());
      for (std::size_t i = 0; i < rates.size(); ++i) check(rate_after(schedule, std::stoull(step)) * multipliers[i], rates[i]);
    }
    for (const auto& [step, rates] : set.at("used_in_step").items()) {
      INFO(name << ", in step " << step);
      for (std::size_t i = 0; i < rates.size(); ++i) check(rate_used(schedule, std::stoull(step)) * multipliers[i], rates[i]);
    }
  }
}

TEST_CASE("A schedule begins with its start rate twice, peaks after the warm-up and ends with 0", "[train][schedule]") {
  const Schedule schedule{.start = 1, .peak = 5, .warmup = 4, .steps = 12};
  CHECK(rate_used(schedule, 0) == 1);
  CHECK(rate_used(schedule, 1) == 1);
  CHECK(rate_used(schedule, 2) == 2);
  CHECK(rate_after(schedule, 4) == 5);
  CHECK(rate_after(schedule, 8) == Approx(2.5));
  CHECK(rate_after(schedule, 12) == 0);
  CHECK(rate_after(schedule, 1000) == 0);
  const Schedule cold{.start = 1, .peak = 5, .warmup = 0, .steps = 2};
  CHECK(rate_used(cold, 0) == 5);
}

TEST_CASE("A schedule is JSON, and says what is wrong with it", "[train][schedule]") {
  const Schedule schedule{.start = 1e-5, .peak = 2e-4, .warmup = 10, .steps = 99};
  CHECK(nlohmann::json(schedule).get<Schedule>() == schedule);
  Schedule partly = Schedule::published(100);
  CHECK_THROWS(from_json({{"peak", 1e-3}}, partly));  // the warm-up of 2,000 steps is longer than 100
  from_json({{"peak", 1e-3}, {"warmup", 5}}, partly);
  CHECK(partly == Schedule{.start = 1e-6, .peak = 1e-3, .warmup = 5, .steps = 100});

  const auto refused = [](const nlohmann::json& json) { return error_of([&] { json.get<Schedule>(); }); };
  CHECK(refused({{"peek", 1}}).hint() == "did you mean \"peak\"?");
  CHECK(refused({{"peak", "high"}}).where() == "peak");
  CHECK(refused({{"peak", -1.0}}).where() == "peak");
  CHECK(refused({{"steps", -1}}).where() == "steps");
  CHECK(refused({{"steps", 0}, {"warmup", 0}}).code() == ErrorCode::argument);
  CHECK(refused(nlohmann::json::array()).found() == "array");
}
