#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <nlohmann/json_fwd.hpp>

namespace faceptor::results {

/// What is left of an `Embedding` in JSON that was written without vectors.
struct EmbeddingSummary {
  static constexpr std::string_view kTypeName = "EmbeddingSummary";

  std::size_t dimension = 0;
  std::string model;

  friend bool operator==(const EmbeddingSummary&, const EmbeddingSummary&) = default;
};

/// Who a face is: a unit vector that is near to those of the same person's other photos.
struct Embedding {
  static constexpr std::string_view kTypeName = "Embedding";
  static constexpr std::string_view kFullField = "vector";
  using Summary = EmbeddingSummary;

  std::vector<float> values;  ///< L2 norm 1
  std::string model;          ///< the hash of the weights that made it: vectors of different models have nothing in common

  Embedding() = default;
  /// Normalises `values`. @throws Error(argument) when they are empty, not finite, or all 0.
  Embedding(std::vector<float> values, std::string model);

  /// @throws Error(argument) when there are no values, one is not finite, or the norm is more than 0.001 beside 1.
  void check() const;

  std::size_t dimension() const noexcept { return values.size(); }

  friend bool operator==(const Embedding&, const Embedding&) = default;
};

/// The cosine of the angle between two embeddings: -1 to 1, higher for the same person.
/// @throws Error(mismatch) when they are of different models or dimensions.
float cosine(const Embedding& a, const Embedding& b);

/// The Euclidean distance of two embeddings: 0 to 2, lower for the same person; its square is `2 - 2 cosine(a, b)`.
/// @throws Error(mismatch) when they are of different models or dimensions.
float distance(const Embedding& a, const Embedding& b);

/// {"dimension": D, "model": hash}, without the vector: enough to know that there is one, too little to recognise anybody.
void to_json(nlohmann::json& out, const Embedding& value);
/// {"dimension": D, "model": hash, "vector": [D numbers]}
void to_full_json(nlohmann::json& out, const Embedding& value);
/// @throws Error(format) when a field is missing or wrong; "vector" is needed.
void from_json(const nlohmann::json& in, Embedding& value);
/// For people: "512-d embedding", never its numbers.
std::string to_text(const Embedding& value);

/// {"dimension": D, "model": hash}
void to_json(nlohmann::json& out, const EmbeddingSummary& value);
/// @throws Error(format) when a field is missing or wrong.
void from_json(const nlohmann::json& in, EmbeddingSummary& value);
/// As that of the embedding.
std::string to_text(const EmbeddingSummary& value);

}  // namespace faceptor::results

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/embedding_inl.hpp>
#endif
