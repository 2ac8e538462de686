#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/metrics/identification.hpp>
#include <faceptor/metrics/tensors.hpp>

namespace faceptor::metrics {

FACEPTOR_INLINE void Identification::add(const torch::Tensor& predictions, const Labels& labels) {
  constexpr auto kWho = "metrics: identification";
  losses::expect_floating(kWho, "predictions", predictions, {losses::kAny, losses::kAny}, "embeddings [B, D]");
  losses::expect_integers(kWho, "labels", labels.primary, {predictions.size(0)}, "identities [B]");
  const auto* gallery = labels.find("gallery");
  if (gallery != nullptr) losses::expect_shape(kWho, "label \"gallery\"", *gallery, {predictions.size(0)}, "[B], 0 or 1");
  const auto in_gallery = gallery != nullptr ? integers_of(*gallery) : std::vector<std::int64_t>();
  const auto identities = integers_of(labels.primary);
  const auto values = numbers_of(predictions);
  const std::vector<float> embeddings(values.begin(), values.end());
  const auto width = static_cast<std::size_t>(predictions.size(1));
  auto whole = *this;  // so that a face that can't be used leaves nothing of its batch behind
  for (std::size_t b = 0; b < identities.size(); ++b) {
    const bool known = gallery != nullptr && in_gallery[b] != 0;
    whole.add_to(known ? whole.gallery_ : whole.probes_, std::span(embeddings).subspan(b * width, width), identities[b]);
  }
  *this = std::move(whole);
}

FACEPTOR_INLINE void Identification::add_to(Faces& faces, std::span<const float> embedding, std::int64_t identity) {
  if (embedding.empty() || (width_ != 0 && embedding.size() != width_)) {
    throw Error(ErrorCode::shape, "metrics: identification: an embedding of another width than those before")
        .expected(width_ == 0 ? "at least 1" : std::to_string(width_))
        .found(std::to_string(embedding.size()));
  }
  double square = 0;
  for (const float value : embedding) square += static_cast<double>(value) * value;
  if (!(square > 0) || !std::isfinite(square)) {
    throw Error(ErrorCode::argument, "metrics: identification: an embedding without direction").expected("finite, and of a length over 0");
  }
  width_ = embedding.size();
  for (const float value : embedding) faces.embeddings.push_back(static_cast<float>(value / std::sqrt(square)));
  faces.identities.push_back(identity);
}

FACEPTOR_INLINE Identification::Result Identification::result() const {
  using Rows = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
  const bool leave_one_out = gallery_.identities.empty();
  const auto& known = leave_one_out ? probes_ : gallery_;
  const auto rows = [this](const Faces& faces) {
    return Rows(faces.embeddings.data(), static_cast<Eigen::Index>(faces.identities.size()), static_cast<Eigen::Index>(width_));
  };
  Result result;
  for (std::size_t p = 0; p < probes_.identities.size(); ++p) {
    const Eigen::VectorXf similarities = rows(known) * rows(probes_).row(static_cast<Eigen::Index>(p)).transpose();
    float own = -std::numeric_limits<float>::infinity();
    bool mate = false;
    for (std::size_t g = 0; g < known.identities.size(); ++g) {
      if (known.identities[g] != probes_.identities[p] || (leave_one_out && g == p)) continue;
      mate = true;
      own = std::max(own, similarities[static_cast<Eigen::Index>(g)]);
    }
    if (!mate) {
      ++result.without_mate;
      continue;
    }
    std::int64_t rank = 1;
    for (std::size_t g = 0; g < known.identities.size(); ++g) {
      const bool other = known.identities[g] != probes_.identities[p];
      rank += other && similarities[static_cast<Eigen::Index>(g)] >= own ? 1 : 0;
    }
    result.ranks.push_back(rank);
  }
  result.probes = static_cast<std::int64_t>(result.ranks.size());
  const auto within = [&](std::int64_t k) {
    const auto hits = std::count_if(result.ranks.begin(), result.ranks.end(), [k](std::int64_t rank) { return rank <= k; });
    return share(static_cast<double>(hits), static_cast<double>(result.probes));
  };
  result.rank1 = within(1);
  result.rank5 = within(5);
  return result;
}

FACEPTOR_INLINE nlohmann::json Identification::report() const {
  const auto numbers = result();
  return {{"probes", numbers.probes},
          {"without_mate", numbers.without_mate},
          {"rank1", number_or_null(numbers.rank1)},
          {"rank5", number_or_null(numbers.rank5)}};
}

}  // namespace faceptor::metrics
