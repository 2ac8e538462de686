#pragma once

#include <utility>

#include <faceptor/results/impl/json_fields_inl.hpp>
#include <faceptor/results/impl/words_inl.hpp>
#include <faceptor/results/values.hpp>

namespace faceptor::results {

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
