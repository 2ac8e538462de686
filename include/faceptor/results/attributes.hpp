#pragma once

#include <faceptor/results/probabilities.hpp>

namespace faceptor::results {

/// Attributes of a face ("Eyeglasses", "Smiling"), each with a probability of its own.
struct Attributes : Probabilities {
  static constexpr std::string_view kTypeName = "Attributes";
  static constexpr float kThreshold = 0.5F;

  std::vector<float> thresholds;  ///< one an attribute, 0 to 1: it is there when its probability is greater

  Attributes() = default;
  /// The forty attributes in the order of `kCelebaAttributeNames` (attribute_names.hpp), thresholds 0.5.
  /// @throws Error(argument) as `check` does.
  explicit Attributes(std::vector<float> probabilities);
  /// Any other list of attributes, thresholds 0.5. @throws Error(argument) as `check` does.
  Attributes(std::vector<std::string> labels, std::vector<float> probabilities);
  /// @throws Error(argument) as `check` does.
  Attributes(std::vector<std::string> labels, std::vector<float> probabilities, std::vector<float> thresholds);

  /// @throws Error(argument) as for `Probabilities`, and the same of the thresholds.
  void check() const;

  /// Whether the probability is greater than the threshold. @throws Error(argument) for an unknown name, with the nearest known one.
  bool has(std::string_view name) const;
  /// The attributes that are there, in the list's order.
  std::vector<std::string> present() const;

  friend bool operator==(const Attributes&, const Attributes&) = default;
};

/// {"present": [names], "labels": [in order], "probabilities": {name: 0..1}, "thresholds": {name: 0..1}}
void to_json(nlohmann::json& out, const Attributes& value);
/// @throws Error(format) when a field is missing or wrong.
void from_json(const nlohmann::json& in, Attributes& value);
/// For people: those that are there, the surest first: "Smiling, Wearing Hat"; at most 8, then "and 3 more".
std::string to_text(const Attributes& value);

}  // namespace faceptor::results

namespace faceptor {
using results::Attributes;
}

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/attributes_inl.hpp>
#endif
