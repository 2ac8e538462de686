#pragma once

#include <string_view>

#include <faceptor/core/config.hpp>

namespace faceptor {

/// What kind of label a sample carries, a data set gives, and a loss takes: one of these, or a label type of your own, by its name.
///
///     static constexpr std::array kLabels = {LabelKind::values, LabelKind::age};      // in a loss
///     static constexpr LabelKind kKind{"rotation"};                                   // in a label type of your own
class LabelKind {
 public:
  static const LabelKind none;         ///< nothing is known
  static const LabelKind class_index;  ///< one class of many: an expression, a person
  static const LabelKind age;          ///< years
  static const LabelKind attributes;   ///< yes, no or unknown, one an output
  static const LabelKind landmarks;    ///< points
  static const LabelKind parsing;      ///< a class a pixel
  static const LabelKind values;       ///< numbers, one an output
  static const LabelKind soft_maps;    ///< numbers a pixel, one map an output

  /// @param name  of static storage: letters, digits and '_'
  constexpr explicit LabelKind(std::string_view name) noexcept : name_(name) {}

  /// "none", "class", "age", "attributes", "landmarks", "parsing", "values", "soft_maps", or one of your own.
  constexpr std::string_view name() const noexcept { return name_; }

  friend constexpr bool operator==(LabelKind, LabelKind) noexcept = default;
  friend constexpr auto operator<=>(LabelKind, LabelKind) noexcept = default;

 private:
  std::string_view name_;
};

inline constexpr LabelKind LabelKind::none{"none"};
inline constexpr LabelKind LabelKind::class_index{"class"};
inline constexpr LabelKind LabelKind::age{"age"};
inline constexpr LabelKind LabelKind::attributes{"attributes"};
inline constexpr LabelKind LabelKind::landmarks{"landmarks"};
inline constexpr LabelKind LabelKind::parsing{"parsing"};
inline constexpr LabelKind LabelKind::values{"values"};
inline constexpr LabelKind LabelKind::soft_maps{"soft_maps"};

}  // namespace faceptor
