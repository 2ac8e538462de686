#pragma once

#include <algorithm>
#include <utility>

#include <faceptor/results/impl/json_fields_inl.hpp>
#include <faceptor/results/impl/words_inl.hpp>
#include <faceptor/results/values.hpp>

namespace faceptor::results {

FACEPTOR_INLINE Probabilities::Probabilities(std::vector<std::string> labels, std::vector<float> probabilities)
    : labels(std::move(labels)), probabilities(std::move(probabilities)) {
  check();
}

FACEPTOR_INLINE void Probabilities::check() const {
  detail::check_labels(kTypeName, labels, probabilities.size());
  detail::check_unit_range(kTypeName, "probability", probabilities);
}

FACEPTOR_INLINE bool Probabilities::contains(std::string_view label) const noexcept {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

FACEPTOR_INLINE std::size_t Probabilities::index(std::string_view label) const { return detail::label_index(kTypeName, labels, label); }

FACEPTOR_INLINE float Probabilities::probability(std::string_view label) const { return probabilities[index(label)]; }

FACEPTOR_INLINE std::size_t Probabilities::best() const {
  if (probabilities.empty()) throw Error(ErrorCode::argument, "results: there are no probabilities to take the highest of");
  return static_cast<std::size_t>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const Probabilities& value) {
  out = {{"labels", value.labels}, {"probabilities", detail::json_by_label(value.labels, value.probabilities)}};
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, Probabilities& value) {
  Probabilities read;
  read.labels = detail::strings_field(in, Probabilities::kTypeName, "labels");
  read.probabilities = detail::floats_by_label_field(in, Probabilities::kTypeName, "probabilities", read.labels);
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE std::string to_text(const Probabilities& value) {
  std::vector<std::string> parts;
  for (const auto i : detail::from_highest(value.probabilities)) {
    if (parts.size() == 3) break;
    parts.push_back(fmt::format("{} {:.0f} %", detail::spaced(value.labels[i]), 100 * value.probabilities[i]));
  }
  return parts.empty() ? "none" : text::join(parts);
}

FACEPTOR_INLINE Values::Values(std::vector<std::string> labels, std::vector<float> values)
    : labels(std::move(labels)), values(std::move(values)) {
  check();
}

FACEPTOR_INLINE void Values::check() const {
  detail::check_labels(kTypeName, labels, values.size());
  detail::check_finite(kTypeName, "value", values);
}

FACEPTOR_INLINE float Values::value(std::string_view label) const { return values[detail::label_index(kTypeName, labels, label)]; }

FACEPTOR_INLINE void to_json(nlohmann::json& out, const Values& value) {
  out = {{"labels", value.labels}, {"values", detail::json_by_label(value.labels, value.values)}};
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, Values& value) {
  Values read;
  read.labels = detail::strings_field(in, Values::kTypeName, "labels");
  read.values = detail::floats_by_label_field(in, Values::kTypeName, "values", read.labels);
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE std::string to_text(const Values& value) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < value.size(); ++i) {
    parts.push_back(fmt::format("{} {:.4g}", detail::spaced(value.labels[i]), value.values[i]));
  }
  return parts.empty() ? "none" : text::join(parts);
}

}  // namespace faceptor::results
