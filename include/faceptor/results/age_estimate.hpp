#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <nlohmann/json_fwd.hpp>

namespace faceptor::results {

/// How old a face looks.
struct AgeEstimate {
  static constexpr std::string_view kTypeName = "AgeEstimate";

  float years = 0;                  ///< the expected value of the distribution
  float spread = 0;                 ///< its standard deviation, in years
  std::vector<float> distribution;  ///< the probability of each age; entry i is i years: the published tasks have 0 to 100. May be empty

  AgeEstimate() = default;
  /// Years and spread of a distribution, whose sum must be 1 within 0.01.
  /// @throws Error(argument) when it is empty or holds something else than numbers from 0 to 1.
  explicit AgeEstimate(std::vector<float> distribution);
  /// An estimate without a distribution. @throws Error(argument) when either is negative or not finite.
  static AgeEstimate of(float years, float spread);

  /// @throws Error(argument) when a number is out of range, or years or spread are more than 0.1 beside the distribution's.
  void check() const;

  friend bool operator==(const AgeEstimate&, const AgeEstimate&) = default;
};

/// {"years": y, "spread": s}
void to_json(nlohmann::json& out, const AgeEstimate& value);
/// {"years": y, "spread": s, "distribution": [probability of 0 years, of 1 year, ...]}
void to_full_json(nlohmann::json& out, const AgeEstimate& value);
/// Either of them. @throws Error(format) when a field is missing or wrong.
void from_json(const nlohmann::json& in, AgeEstimate& value);
/// For people: "29 years (+-4)".
std::string to_text(const AgeEstimate& value);

}  // namespace faceptor::results

namespace faceptor {
using results::AgeEstimate;
}

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/age_estimate_inl.hpp>
#endif
