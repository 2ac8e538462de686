#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/fields.hpp>
#include <faceptor/train/schedule.hpp>

namespace faceptor::train {

double rate_after(const Schedule& schedule, std::uint64_t step) {
  if (step >= schedule.steps) return 0.0;
  if (step < schedule.warmup) {
    return schedule.start + (schedule.peak - schedule.start) * static_cast<double>(step) / static_cast<double>(schedule.warmup);
  }
  const auto progress = static_cast<double>(step - schedule.warmup) / static_cast<double>(schedule.steps - schedule.warmup);
  return schedule.peak * (1.0 + std::cos(std::numbers::pi * progress)) / 2.0;
}

double rate_used(const Schedule& schedule, std::uint64_t step) { return rate_after(schedule, step == 0 ? 0 : step - 1); }

void check_schedule(const Schedule& schedule) {
  for (const auto& [name, rate] : {std::pair("start", schedule.start), std::pair("peak", schedule.peak)}) {
    if (rate >= 0 && std::isfinite(rate)) continue;
    throw Error(ErrorCode::argument, "train: a learning rate is out of range")
        .where(name)
        .expected("0 or more")
        .found(fmt::format("{:g}", rate));
  }
  if (schedule.steps == 0) throw Error(ErrorCode::argument, "train: a schedule needs at least one step").where("steps").found("0");
  if (schedule.warmup > schedule.steps) {
    throw Error(ErrorCode::argument, "train: the warm-up is longer than the training")
        .where("warmup")
        .expected(fmt::format("at most {} steps", schedule.steps))
        .found(std::to_string(schedule.warmup));
  }
}

void to_json(nlohmann::json& json, const Schedule& schedule) { json = write_fields(schedule); }

void from_json(const nlohmann::json& json, Schedule& schedule) {
  Schedule read = schedule;
  read_fields(json, read, {.who = "train: schedule", .at = ""});
  check_schedule(read);
  schedule = read;
}

}  // namespace faceptor::train
