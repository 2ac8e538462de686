#pragma once

#include <utility>

#include <faceptor/results/attributes.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/impl/json_fields_inl.hpp>
#include <faceptor/results/impl/words_inl.hpp>

namespace faceptor::results {

FACEPTOR_INLINE Expression::Expression(std::vector<float> probabilities)
    : Expression(std::vector<std::string>(kExpressionNames.begin(), kExpressionNames.end()), std::move(probabilities)) {}

FACEPTOR_INLINE Expression::Expression(std::vector<std::string> labels, std::vector<float> probabilities) {
  this->labels = std::move(labels);
  this->probabilities = std::move(probabilities);
  check();
}

FACEPTOR_INLINE void Expression::check() const {
  detail::check_labels(kTypeName, labels, probabilities.size());
  detail::check_unit_range(kTypeName, "probability", probabilities);
  detail::check_sum_is_one(kTypeName, probabilities);
}

FACEPTOR_INLINE const std::string& Expression::label() const& { return labels[best()]; }

FACEPTOR_INLINE void to_json(nlohmann::json& out, const Expression& value) {
  to_json(out, static_cast<const Probabilities&>(value));
  out["label"] = value.label();
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, Expression& value) {
  Expression read;
  read.labels = detail::strings_field(in, Expression::kTypeName, "labels");
  read.probabilities = detail::floats_by_label_field(in, Expression::kTypeName, "probabilities", read.labels);
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE std::string to_text(const Expression& value) {
  if (value.labels.empty()) return "none";
  const auto best = value.best();
  return fmt::format("{} ({:.0f} %)", detail::spaced(value.labels[best]), 100 * value.probabilities[best]);
}

}  // namespace faceptor::results
