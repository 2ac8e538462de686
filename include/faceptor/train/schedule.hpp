#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include <faceptor/core/config.hpp>

/// The learning rate of each step.
namespace faceptor::train {

/// A learning rate that rises linearly, then falls along half a cosine to 0: what both published models were trained with.
///
///     Schedule schedule{.start = 1e-6, .peak = 5e-5, .warmup = 2000, .steps = 50000};
///     learner.set_rate(rate_used(schedule, 0));
///     for (std::uint64_t step = 0; step < schedule.steps; ++step) { ...; learner.set_rate(rate_after(schedule, step)); }
///
/// This is the base rate: each parameter's is a multiple of it (see train/parameter_groups.hpp).
struct Schedule {
  double start = 1e-6;          ///< the rate at step 0
  double peak = 5e-5;           ///< the rate at the end of the warm-up
  std::uint64_t warmup = 2000;  ///< steps; 0 starts with the peak
  std::uint64_t steps = 50000;  ///< N, after which the rate is 0

  /// The rates of the published Faceptor, and of Naive Faceptor.
  static Schedule published(std::uint64_t steps = 50000) { return {1e-6, 5e-5, 2000, steps}; }
  static Schedule published_naive(std::uint64_t steps = 50000) { return {1e-5, 5e-4, 2000, steps}; }

  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("start", start);
    visit("peak", peak);
    visit("warmup", warmup);
    visit("steps", steps);
  }
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// `lr(s)`: `start + (peak - start) s / warmup` before the end of the warm-up, then
/// `peak (1 + cos(pi (s - warmup) / (N - warmup))) / 2`, and 0 from N on. The reference sets it after the optimizer's step s.
double rate_after(const Schedule& schedule, std::uint64_t step);

/// The rate that step s runs with: `lr(s - 1)`, as it was set after the step before; step 0 runs with the start rate.
double rate_used(const Schedule& schedule, std::uint64_t step);

/// @throws Error(argument)  for rates that are negative or not finite, a schedule without steps, a warm-up longer than it
void check_schedule(const Schedule& schedule);

/// {"start", "peak", "warmup", "steps"}.
void to_json(nlohmann::json& json, const Schedule& schedule);
/// Absent fields keep what the schedule given has. @throws Error(argument)  for unknown names and as `check_schedule`
void from_json(const nlohmann::json& json, Schedule& schedule);

}  // namespace faceptor::train
