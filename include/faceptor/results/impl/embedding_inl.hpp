#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include <faceptor/results/embedding.hpp>
#include <faceptor/results/impl/json_fields_inl.hpp>

namespace faceptor::results {
namespace detail {

FACEPTOR_INLINE double l2_norm(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * value;
  return std::sqrt(squares);
}

FACEPTOR_INLINE void check_comparable(const Embedding& a, const Embedding& b) {
  if (a.model != b.model) {
    throw Error(ErrorCode::mismatch, "results: embeddings of different models can't be compared")
        .expected("\"" + a.model + "\"")
        .found("\"" + b.model + "\"")
        .hint("make both with the same weights");
  }
  if (a.dimension() != b.dimension()) {
    throw Error(ErrorCode::mismatch, "results: embeddings of different dimensions can't be compared")
        .expected(std::to_string(a.dimension()))
        .found(std::to_string(b.dimension()));
  }
}

}  // namespace detail

FACEPTOR_INLINE Embedding::Embedding(std::vector<float> raw, std::string model) : values(std::move(raw)), model(std::move(model)) {
  if (values.empty()) throw Error(ErrorCode::argument, "results: an embedding has no values");
  for (const float value : values) {
    if (!std::isfinite(value)) throw Error(ErrorCode::argument, "results: a value of an embedding is not a number");
  }
  const double norm = detail::l2_norm(values);
  if (norm == 0) throw Error(ErrorCode::argument, "results: an embedding of zeros has no direction");
  for (float& value : values) value = static_cast<float>(value / norm);
}

FACEPTOR_INLINE void Embedding::check() const {
  // The values stay out of the message: they tell who somebody is. (NaN fails the comparison too.)
  const double norm = detail::l2_norm(values);
  if (!(std::abs(norm - 1) <= 0.001)) {
    throw Error(ErrorCode::argument, "results: an embedding is not a unit vector").expected("L2 norm 1").found(fmt::format("{:.4f}", norm));
  }
}

FACEPTOR_INLINE float cosine(const Embedding& a, const Embedding& b) {
  detail::check_comparable(a, b);
  double dot = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) dot += static_cast<double>(a.values[i]) * b.values[i];
  return static_cast<float>(std::clamp(dot, -1.0, 1.0));
}

FACEPTOR_INLINE float distance(const Embedding& a, const Embedding& b) {
  detail::check_comparable(a, b);
  double squares = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double difference = static_cast<double>(a.values[i]) - b.values[i];
    squares += difference * difference;
  }
  return static_cast<float>(std::min(2.0, std::sqrt(squares)));
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const Embedding& value) {
  out = {{"dimension", value.dimension()}, {"model", value.model}};
}

FACEPTOR_INLINE void to_full_json(nlohmann::json& out, const Embedding& value) {
  to_json(out, value);
  out["vector"] = detail::json_numbers(value.values);
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, Embedding& value) {
  constexpr auto type = Embedding::kTypeName;
  if (in.is_object() && !in.contains("vector")) {
    throw Error(ErrorCode::format, "results: this embedding was written without its vector").hint("write it with JsonOptions::full");
  }
  Embedding read;
  read.values = detail::floats_field(in, type, "vector");
  read.model = detail::string_field(in, type, "model");
  const auto dimension = detail::integer_field(in, type, "dimension", 0, INT64_MAX);
  if (static_cast<std::size_t>(dimension) != read.values.size()) {
    throw detail::wrong_field(type, "dimension").expected(std::to_string(read.values.size())).found(std::to_string(dimension));
  }
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const EmbeddingSummary& value) {
  out = {{"dimension", value.dimension}, {"model", value.model}};
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, EmbeddingSummary& value) {
  constexpr auto type = EmbeddingSummary::kTypeName;
  const auto dimension = detail::integer_field(in, type, "dimension", 0, INT64_MAX);
  value = {static_cast<std::size_t>(dimension), detail::string_field(in, type, "model")};
}

FACEPTOR_INLINE std::string to_text(const Embedding& value) { return fmt::format("{}-d embedding", value.dimension()); }

FACEPTOR_INLINE std::string to_text(const EmbeddingSummary& value) { return fmt::format("{}-d embedding", value.dimension); }

}  // namespace faceptor::results
