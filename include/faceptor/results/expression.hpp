#pragma once

#include <faceptor/results/values.hpp>

namespace faceptor::results {

/// What a face expresses: probabilities that sum to 1.
struct Expression : Probabilities {
  static constexpr std::string_view kTypeName = "Expression";

  Expression() = default;
  /// The seven expressions in the order of `kExpressionNames`.
  /// @throws Error(argument) as `check` does.
  explicit Expression(std::vector<float> probabilities);
  /// Any other list of expressions. @throws Error(argument) as `check` does.
  Expression(std::vector<std::string> labels, std::vector<float> probabilities);

  /// @throws Error(argument) as for `Probabilities`, or when the sum is more than 0.01 beside 1.
  void check() const;

  /// The most probable expression. @throws Error(argument) when there are none.
  const std::string& label() const&;
  std::string label() const&& { return label(); }

  friend bool operator==(const Expression&, const Expression&) = default;
};

/// {"label": most probable, "labels": [in order], "probabilities": {label: 0..1}}
void to_json(nlohmann::json& out, const Expression& value);
/// @throws Error(format) when a field is missing or wrong.
void from_json(const nlohmann::json& in, Expression& value);
/// For people: "happy (93 %)"; "none" without labels.
std::string to_text(const Expression& value);

}  // namespace faceptor::results

namespace faceptor {
using results::Expression;
}

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/expression_inl.hpp>
#endif
