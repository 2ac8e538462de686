#pragma once

#include <algorithm>
#include <utility>

#include <faceptor/results/attributes.hpp>
#include <faceptor/results/impl/json_fields_inl.hpp>
#include <faceptor/results/impl/words_inl.hpp>

namespace faceptor::results {

FACEPTOR_INLINE Attributes::Attributes(std::vector<float> probabilities)
    : Attributes(std::vector<std::string>(kCelebaAttributeNames.begin(), kCelebaAttributeNames.end()), std::move(probabilities)) {}

FACEPTOR_INLINE Attributes::Attributes(std::vector<std::string> labels, std::vector<float> probabilities) {
  this->labels = std::move(labels);
  this->probabilities = std::move(probabilities);
  thresholds.assign(this->labels.size(), kThreshold);
  check();
}

FACEPTOR_INLINE Attributes::Attributes(std::vector<std::string> labels, std::vector<float> probabilities, std::vector<float> thresholds)
    : thresholds(std::move(thresholds)) {
  this->labels = std::move(labels);
  this->probabilities = std::move(probabilities);
  check();
}

FACEPTOR_INLINE void Attributes::check() const {
  detail::check_labels(kTypeName, labels, probabilities.size());
  detail::check_labels(kTypeName, labels, thresholds.size());
  detail::check_unit_range(kTypeName, "probability", probabilities);
  detail::check_unit_range(kTypeName, "threshold", thresholds);
}

FACEPTOR_INLINE bool Attributes::has(std::string_view name) const {
  const auto i = detail::label_index(kTypeName, labels, name);
  return probabilities[i] > thresholds[i];
}

FACEPTOR_INLINE std::vector<std::string> Attributes::present() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (probabilities[i] > thresholds[i]) names.push_back(labels[i]);
  }
  return names;
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const Attributes& value) {
  to_json(out, static_cast<const Probabilities&>(value));
  out["present"] = value.present();
}

FACEPTOR_INLINE void to_full_json(nlohmann::json& out, const Attributes& value) {
  to_json(out, value);
  out["thresholds"] = detail::json_by_label(value.labels, value.thresholds);
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, Attributes& value) {
  constexpr auto type = Attributes::kTypeName;
  Attributes read;
  read.labels = detail::strings_field(in, type, "labels");
  read.probabilities = detail::floats_by_label_field(in, type, "probabilities", read.labels);
  if (in.contains("thresholds")) {
    read.thresholds = detail::floats_by_label_field(in, type, "thresholds", read.labels);
  } else {
    const auto present = detail::strings_field(in, type, "present");
    for (std::size_t i = 0; i < read.labels.size(); ++i) {
      const float probability = read.probabilities[i];
      const bool there = std::find(present.begin(), present.end(), read.labels[i]) != present.end();
      const bool agrees = there == (probability > Attributes::kThreshold);
      read.thresholds.push_back(agrees ? Attributes::kThreshold : there ? 0 : probability);
    }
  }
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE std::string to_text(const Attributes& value) {
  constexpr std::size_t kMost = 8;
  std::vector<std::string> present;
  for (const auto i : detail::from_highest(value.probabilities)) {
    if (value.probabilities[i] > value.thresholds[i]) present.push_back(detail::spaced(value.labels[i]));
  }
  if (present.empty()) return "none";
  const auto named = text::join(std::span(present).first(std::min(kMost, present.size())));
  return present.size() > kMost ? fmt::format("{} and {} more", named, present.size() - kMost) : named;
}

}  // namespace faceptor::results
