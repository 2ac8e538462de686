#pragma once

#include <cmath>
#include <utility>

#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/impl/json_fields_inl.hpp>

namespace faceptor::results {
namespace detail {

struct AgeMoments {
  double mean = 0;
  double deviation = 0;
};

/// Of the distribution scaled to the sum 1, so that half-precision rounding of the sum doesn't move the age.
FACEPTOR_INLINE AgeMoments age_moments(const std::vector<float>& distribution) {
  double sum = 0, first = 0, second = 0;
  for (std::size_t age = 0; age < distribution.size(); ++age) {
    const double p = distribution[age];
    const auto years = static_cast<double>(age);
    sum += p;
    first += p * years;
    second += p * years * years;
  }
  const double mean = first / sum;
  return {mean, std::sqrt(std::max(0.0, second / sum - mean * mean))};
}

}  // namespace detail

FACEPTOR_INLINE AgeEstimate::AgeEstimate(std::vector<float> ages) : distribution(std::move(ages)) {
  if (distribution.empty()) throw Error(ErrorCode::argument, "results: the distribution of AgeEstimate is empty");
  detail::check_unit_range(kTypeName, "probability", distribution);
  detail::check_sum_is_one(kTypeName, distribution);
  const auto moments = detail::age_moments(distribution);
  years = static_cast<float>(moments.mean);
  spread = static_cast<float>(moments.deviation);
}

FACEPTOR_INLINE AgeEstimate AgeEstimate::of(float years, float spread) {
  AgeEstimate estimate;
  estimate.years = years;
  estimate.spread = spread;
  estimate.check();
  return estimate;
}

FACEPTOR_INLINE void AgeEstimate::check() const {
  for (const float number : {years, spread}) {
    if (!std::isfinite(number) || number < 0) {
      throw Error(ErrorCode::argument, "results: years or spread of AgeEstimate is out of range")
          .expected("0 or more")
          .found(fmt::format("{}", number));
    }
  }
  if (distribution.empty()) return;
  detail::check_unit_range(kTypeName, "probability", distribution);
  detail::check_sum_is_one(kTypeName, distribution);
  const auto moments = detail::age_moments(distribution);
  if (std::abs(moments.mean - years) > 0.1 || std::abs(moments.deviation - spread) > 0.1) {
    throw Error(ErrorCode::argument, "results: years and spread of AgeEstimate are not those of its distribution")
        .expected(fmt::format("{:.2f} and {:.2f}", moments.mean, moments.deviation))
        .found(fmt::format("{:.2f} and {:.2f}", years, spread));
  }
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const AgeEstimate& value) {
  out = {{"years", detail::json_number(value.years)}, {"spread", detail::json_number(value.spread)}};
}

FACEPTOR_INLINE void to_full_json(nlohmann::json& out, const AgeEstimate& value) {
  to_json(out, value);
  out["distribution"] = detail::json_numbers(value.distribution);
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, AgeEstimate& value) {
  AgeEstimate read;
  read.years = detail::float_field(in, AgeEstimate::kTypeName, "years");
  read.spread = detail::float_field(in, AgeEstimate::kTypeName, "spread");
  if (in.contains("distribution")) read.distribution = detail::floats_field(in, AgeEstimate::kTypeName, "distribution");
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE std::string to_text(const AgeEstimate& value) { return fmt::format("{:.0f} years (+-{:.0f})", value.years, value.spread); }

}  // namespace faceptor::results
