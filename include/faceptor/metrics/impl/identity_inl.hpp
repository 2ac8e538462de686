#pragma once

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/metrics/identity.hpp>
#include <faceptor/metrics/tensors.hpp>

namespace faceptor::metrics {

FACEPTOR_INLINE double threshold_at(std::span<const double> thresholds, std::span<const double> rates, double wanted) {
  if (thresholds.size() != rates.size() || rates.empty() || !std::is_sorted(rates.begin(), rates.end())) {
    throw Error(ErrorCode::argument, "metrics: verification: not a curve of rates over thresholds").expected("as many rates, ascending");
  }
  if (rates.back() < wanted) return 0;
  const auto above = static_cast<std::size_t>(std::upper_bound(rates.begin(), rates.end(), wanted) - rates.begin());
  if (above == 0) return thresholds.front();
  if (above == rates.size()) return thresholds.back();
  const double part = (wanted - rates[above - 1]) / (rates[above] - rates[above - 1]);
  return thresholds[above - 1] + part * (thresholds[above] - thresholds[above - 1]);
}

namespace detail {

/// Distances of pairs, sorted, so that counting those under a threshold is a search.
struct SortedPairs {
  std::vector<double> same;
  std::vector<double> different;

  void sort() {
    std::sort(same.begin(), same.end());
    std::sort(different.begin(), different.end());
  }
  std::size_t size() const { return same.size() + different.size(); }
};

/// How many pairs of each kind there are, and how many are accepted.
struct PairCounts {
  std::size_t same = 0, different = 0, true_accepts = 0, false_accepts = 0;

  PairCounts without(const PairCounts& part) const {
    return {same - part.same, different - part.different, true_accepts - part.true_accepts, false_accepts - part.false_accepts};
  }
  double accuracy() const {
    return static_cast<double>(true_accepts + (different - false_accepts)) / static_cast<double>(same + different);
  }
  std::optional<double> true_accept() const { return share(static_cast<double>(true_accepts), static_cast<double>(same)); }
  std::optional<double> false_accept() const { return share(static_cast<double>(false_accepts), static_cast<double>(different)); }
};

FACEPTOR_INLINE PairCounts count_pairs(const SortedPairs& pairs, double threshold) {
  const auto under = [threshold](const std::vector<double>& sorted) {
    return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), threshold) - sorted.begin());
  };
  return {pairs.same.size(), pairs.different.size(), under(pairs.same), under(pairs.different)};
}

FACEPTOR_INLINE std::vector<SortedPairs> cut_into_folds(const std::vector<double>& distances, const std::vector<std::uint8_t>& same,
                                                        std::size_t folds) {
  std::vector<SortedPairs> cut(folds);
  std::size_t next = 0;
  for (std::size_t f = 0; f < folds; ++f) {
    const auto end = next + distances.size() / folds + (f < distances.size() % folds ? 1 : 0);
    for (; next < end; ++next) (same[next] != 0 ? cut[f].same : cut[f].different).push_back(distances[next]);
    cut[f].sort();
  }
  return cut;
}

FACEPTOR_INLINE SortedPairs all_pairs(const std::vector<double>& distances, const std::vector<std::uint8_t>& same) {
  return std::move(cut_into_folds(distances, same, 1).front());
}

/// The threshold at which the pairs outside a fold reach a false accept rate.
FACEPTOR_INLINE double threshold_without(const SortedPairs& all, const SortedPairs& fold, double wanted) {
  constexpr double kStep = 0.001;
  constexpr int kCount = 4000;
  std::vector<double> thresholds;
  std::vector<double> rates;
  for (int i = 0; i < kCount; ++i) {
    thresholds.push_back(i * kStep);
    rates.push_back(count_pairs(all, i * kStep).without(count_pairs(fold, i * kStep)).false_accept().value_or(0));
  }
  return threshold_at(thresholds, rates, wanted);
}

FACEPTOR_INLINE std::optional<double> mean_of(const std::vector<double>& values) {
  return share(std::accumulate(values.begin(), values.end(), 0.0), static_cast<double>(values.size()));
}

FACEPTOR_INLINE std::optional<double> deviation_of(const std::vector<double>& values) {
  const auto mean = mean_of(values);
  if (!mean) return std::nullopt;
  double sum = 0;
  for (const double value : values) sum += (value - *mean) * (value - *mean);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

}  // namespace detail

FACEPTOR_INLINE std::vector<double> add_mirrored(std::span<const float> embedding, std::span<const float> mirrored) {
  if (embedding.size() != mirrored.size()) {
    throw Error(ErrorCode::shape, "metrics: verification: embeddings of unequal width")
        .expected(std::to_string(embedding.size()))
        .found(std::to_string(mirrored.size()));
  }
  std::vector<double> sum;
  for (std::size_t i = 0; i < embedding.size(); ++i) sum.push_back(static_cast<double>(embedding[i]) + mirrored[i]);
  return sum;
}

FACEPTOR_INLINE FaceVerification::FaceVerification(Options options) : options_(std::move(options)) {
  if (options_.folds >= 2) return;
  throw Error(ErrorCode::argument, "metrics: verification: too few folds").expected("at least 2").found(std::to_string(options_.folds));
}

FACEPTOR_INLINE void FaceVerification::add(const torch::Tensor& predictions, const Labels& labels) {
  constexpr auto kWho = "metrics: verification";
  losses::expect_floating(kWho, "predictions", predictions, {losses::kAny, losses::kAny}, "embeddings [B, D]");
  losses::expect_shape(kWho, "labels", labels.primary, {predictions.size(0)}, "[B], 1 for one person, 0 for two");
  losses::expect_range(kWho, "labels", labels.primary, 0, 0, {1});
  const auto* other = labels.find("other");
  losses::expect_floating(kWho, "label \"other\"", other != nullptr ? *other : torch::Tensor(), predictions.sizes().vec(),
                          "embeddings [B, D]");
  const auto first = numbers_of(predictions);
  const auto second = numbers_of(*other);
  const auto same = integers_of(labels.primary);
  const auto width = static_cast<std::size_t>(predictions.size(1));
  auto whole = *this;  // so that a pair that can't be used leaves nothing of its batch behind
  for (std::size_t b = 0; b < same.size(); ++b) {
    whole.add(std::span(first).subspan(b * width, width), std::span(second).subspan(b * width, width), same[b] == 1);
  }
  *this = std::move(whole);
}

FACEPTOR_INLINE void FaceVerification::add(std::span<const double> first, std::span<const double> second, bool same) {
  if (first.size() != second.size() || first.empty()) {
    throw Error(ErrorCode::shape, "metrics: verification: embeddings of unequal width, or of none")
        .expected(std::to_string(first.size()))
        .found(std::to_string(second.size()));
  }
  const auto length = [](std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value * value;
    return sum > 0 ? std::sqrt(sum) : 1.0;
  };
  const double first_length = length(first);
  const double second_length = length(second);
  double distance = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double step = first[i] / first_length - second[i] / second_length;
    distance += step * step;
  }
  if (!std::isfinite(distance)) throw Error(ErrorCode::argument, "metrics: verification: an embedding that is not finite");
  distances_.push_back(distance);
  same_.push_back(same ? 1 : 0);
}

FACEPTOR_INLINE FaceVerification::Result FaceVerification::result() const {
  constexpr double kStep = 0.01;
  constexpr int kCount = 400;
  Result result;
  result.pairs = static_cast<std::int64_t>(distances_.size());
  for (const double wanted : options_.false_accept_rates) result.true_accepts.push_back({wanted, {}, {}, {}});
  const auto folds = static_cast<std::size_t>(options_.folds);
  if (distances_.size() < folds) return result;

  const auto all = detail::all_pairs(distances_, same_);
  const auto cut = detail::cut_into_folds(distances_, same_, folds);
  for (const auto& fold : cut) {
    double best = -1;
    double threshold = 0;
    for (int i = 0; i < kCount; ++i) {
      const double accuracy = detail::count_pairs(all, i * kStep).without(detail::count_pairs(fold, i * kStep)).accuracy();
      if (accuracy <= best) continue;
      best = accuracy;
      threshold = i * kStep;
    }
    result.fold_thresholds.push_back(threshold);
    result.fold_accuracies.push_back(detail::count_pairs(fold, threshold).accuracy());
  }
  result.accuracy = detail::mean_of(result.fold_accuracies);
  result.deviation = detail::deviation_of(result.fold_accuracies);

  for (int i = 0; i < kCount; ++i) {
    double true_accept = 0;
    double false_accept = 0;
    for (const auto& fold : cut) {
      const auto counts = detail::count_pairs(fold, i * kStep);
      true_accept += counts.true_accept().value_or(0);
      false_accept += counts.false_accept().value_or(0);
    }
    const auto count = static_cast<double>(folds);
    result.fold_mean_roc.push_back({i * kStep, true_accept / count, false_accept / count});
  }

  const bool both_kinds =
      std::all_of(cut.begin(), cut.end(), [](const auto& fold) { return !fold.same.empty() && !fold.different.empty(); });
  for (auto& entry : result.true_accepts) {
    if (!both_kinds) continue;
    std::vector<double> true_accepts;
    std::vector<double> false_accepts;
    for (const auto& fold : cut) {
      const auto counts = detail::count_pairs(fold, detail::threshold_without(all, fold, entry.wanted));
      true_accepts.push_back(*counts.true_accept());
      false_accepts.push_back(*counts.false_accept());
    }
    entry.true_accept = detail::mean_of(true_accepts);
    entry.deviation = detail::deviation_of(true_accepts);
    entry.false_accept = detail::mean_of(false_accepts);
  }
  return result;
}

FACEPTOR_INLINE std::vector<OperatingPoint> FaceVerification::roc(std::size_t count) const {
  constexpr double kLargest = 4;
  if (count < 2) throw Error(ErrorCode::argument, "metrics: verification: a curve of too few points").expected("at least 2");
  const auto all = detail::all_pairs(distances_, same_);
  std::vector<OperatingPoint> points;
  for (std::size_t i = 0; i < count; ++i) {
    const double threshold = kLargest * static_cast<double>(i) / static_cast<double>(count - 1);
    const auto counts = detail::count_pairs(all, threshold);
    points.push_back({threshold, counts.true_accept(), counts.false_accept()});
  }
  return points;
}

FACEPTOR_INLINE OperatingPoint FaceVerification::at_false_accept(double false_accept) const {
  const auto all = detail::all_pairs(distances_, same_);
  if (!(false_accept >= 0 && false_accept <= 1) || all.different.empty()) {
    throw Error(ErrorCode::argument, "metrics: verification: no threshold for this false accept rate")
        .expected("a rate of 0 to 1, and pairs of two persons")
        .found(fmt::format("rate {:g}, {} pairs of two persons", false_accept, all.different.size()));
  }
  const auto allowed = static_cast<std::size_t>(false_accept * static_cast<double>(all.different.size()));
  // Strictly under the first distance too many: at most `allowed` are accepted.
  const double threshold = allowed < all.different.size() ? all.different[allowed] : std::numeric_limits<double>::max();
  const auto counts = detail::count_pairs(all, threshold);
  return {threshold, counts.true_accept(), counts.false_accept()};
}

FACEPTOR_INLINE nlohmann::json FaceVerification::report() const {
  const auto numbers = result();
  auto true_accepts = nlohmann::json::array();
  for (const auto& entry : numbers.true_accepts) {
    true_accepts.push_back({{"false_accept_rate", entry.wanted},
                            {"true_accept", number_or_null(entry.true_accept)},
                            {"deviation", number_or_null(entry.deviation)},
                            {"false_accept", number_or_null(entry.false_accept)}});
  }
  return {{"pairs", numbers.pairs},
          {"accuracy", number_or_null(numbers.accuracy)},
          {"deviation", number_or_null(numbers.deviation)},
          {"fold_accuracies", numbers.fold_accuracies},
          {"fold_thresholds", numbers.fold_thresholds},
          {"true_accept_at", true_accepts}};
}

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
