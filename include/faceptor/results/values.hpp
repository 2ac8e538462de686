#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor::results {

/// Probabilities by label, each on its own (they need not sum to 1): what a vector of sigmoids or of softmax outputs says.
struct Probabilities {
  static constexpr std::string_view kTypeName = "Probabilities";

  std::vector<std::string> labels;
  std::vector<float> probabilities;  ///< one a label, 0 to 1

  Probabilities() = default;
  /// @throws Error(argument) as `check` does.
  Probabilities(std::vector<std::string> labels, std::vector<float> probabilities);

  /// @throws Error(argument) when the labels are not as many as the probabilities, are empty or repeat, or when a probability is
  ///         not a number from 0 to 1.
  void check() const;

  std::size_t size() const noexcept { return labels.size(); }
  bool contains(std::string_view label) const noexcept;
  /// @throws Error(argument) for an unknown label, with the nearest known one.
  std::size_t index(std::string_view label) const;
  /// @throws Error(argument) for an unknown label, with the nearest known one.
  float probability(std::string_view label) const;
  /// The index of the highest probability, the first of equal ones. @throws Error(argument) when there are none.
  std::size_t best() const;

  friend bool operator==(const Probabilities&, const Probabilities&) = default;
};

/// {"labels": [in order], "probabilities": {label: 0..1}}
void to_json(nlohmann::json& out, const Probabilities& value);
/// @throws Error(format) when a field is missing or wrong.
void from_json(const nlohmann::json& in, Probabilities& value);
/// For people: the three highest: "yes 93 %, no 7 %".
std::string to_text(const Probabilities& value);

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
