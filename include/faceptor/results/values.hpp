#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <nlohmann/json_fwd.hpp>

namespace faceptor::results {

/// Raw numbers by label, in whatever unit the task that made them has.
struct Values {
  static constexpr std::string_view kTypeName = "Values";

  std::vector<std::string> labels;
  std::vector<float> values;  ///< one a label, any finite number

  Values() = default;
  /// @throws Error(argument) as `check` does.
  Values(std::vector<std::string> labels, std::vector<float> values);

  /// @throws Error(argument) when the labels are not as many as the values, are empty or repeat, or when a value is not finite.
  void check() const;

  std::size_t size() const noexcept { return labels.size(); }
  /// @throws Error(argument) for an unknown label, with the nearest known one.
  float value(std::string_view label) const;

  friend bool operator==(const Values&, const Values&) = default;
};

/// {"labels": [in order], "values": {label: number}}
void to_json(nlohmann::json& out, const Values& value);
/// @throws Error(format) when a field is missing or wrong.
void from_json(const nlohmann::json& in, Values& value);
/// For people: "yaw 12.5, pitch -3".
std::string to_text(const Values& value);

}  // namespace faceptor::results

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/values_inl.hpp>
#endif
