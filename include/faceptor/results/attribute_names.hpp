#pragma once

#include <array>
#include <string_view>

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

}  // namespace faceptor::results
