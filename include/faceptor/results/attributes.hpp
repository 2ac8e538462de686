#pragma once

#include <array>
#include <string_view>

#include <faceptor/results/values.hpp>

namespace faceptor::results {

/// CelebA's forty attributes, in the order of its `list_attr_celeba.txt`, which is that of the published tasks' outputs.
inline constexpr std::array<std::string_view, 40> kCelebaAttributeNames = {
    "5_o_Clock_Shadow",
    "Arched_Eyebrows",
    "Attractive",
    "Bags_Under_Eyes",
    "Bald",
    "Bangs",
    "Big_Lips",
    "Big_Nose",
    "Black_Hair",
    "Blond_Hair",
    "Blurry",
    "Brown_Hair",
    "Bushy_Eyebrows",
    "Chubby",
    "Double_Chin",
    "Eyeglasses",
    "Goatee",
    "Gray_Hair",
    "Heavy_Makeup",
    "High_Cheekbones",
    "Male",
    "Mouth_Slightly_Open",
    "Mustache",
    "Narrow_Eyes",
    "No_Beard",
    "Oval_Face",
    "Pale_Skin",
    "Pointy_Nose",
    "Receding_Hairline",
    "Rosy_Cheeks",
    "Sideburns",
    "Smiling",
    "Straight_Hair",
    "Wavy_Hair",
    "Wearing_Earrings",
    "Wearing_Hat",
    "Wearing_Lipstick",
    "Wearing_Necklace",
    "Wearing_Necktie",
    "Young",
};

/// The seven expressions in the order of the published tasks' outputs (AffectNet, RAF-DB and FERPlus alike).
inline constexpr std::array<std::string_view, 7> kExpressionNames = {"neutral", "happy", "sad", "surprise", "fear", "disgust", "anger"};

/// Attributes of a face ("Eyeglasses", "Smiling"), each with a probability of its own.
struct Attributes : Probabilities {
  static constexpr std::string_view kTypeName = "Attributes";
  static constexpr float kThreshold = 0.5F;

  std::vector<float> thresholds;  ///< one an attribute, 0 to 1: it is there when its probability is greater

  Attributes() = default;
  /// The forty attributes in the order of `kCelebaAttributeNames`, thresholds 0.5.
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

/// {"present": [names], "labels": [in order], "probabilities": {name: 0..1}}
void to_json(nlohmann::json& out, const Attributes& value);
/// The same with "thresholds": {name: 0..1}
void to_full_json(nlohmann::json& out, const Attributes& value);
/// Either of them. Without thresholds, each is 0.5, or where that contradicts "present", a number that does not.
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
