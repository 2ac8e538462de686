#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// One operating point of a verification: a pair counts as the same person if its distance is strictly under the threshold.
struct OperatingPoint {
  double threshold = 0;                ///< squared Euclidean distance of normalised embeddings, 0 to 4
  std::optional<double> true_accept;   ///< TAR: share of pairs of one person that are accepted; 1 - TAR is the miss rate of a DET curve
  std::optional<double> false_accept;  ///< FAR: share of pairs of two persons that are accepted
};

/// Face verification by the protocol of LFW and its relatives: is a pair of photos one person?
///
/// Of each pair the squared Euclidean distance of the L2-normalised embeddings. The pairs are cut into folds in the order they were
/// added (with n pairs the first n mod 10 folds hold one more); on all folds but one the best of the thresholds 0, 0.01, ... 3.99 is
/// chosen by accuracy (the first of equals) and applied to the one left out.
///
/// Predictions: embeddings of the first photos B x D. Labels: B, 1 for one person, 0 for two; extra "other" B x D: the embeddings of
/// the second photos. The published protocol adds each embedding and that of the mirrored photo first (`add_mirrored`).
class FaceVerification : public Metric {
 public:
  static constexpr const char* kName = "verification";

  struct Options {
    std::int64_t folds = 10;
    std::vector<double> false_accept_rates{1e-3};  ///< where TAR is asked for
  };

  /// TAR at a FAR by folds: the threshold that gives the FAR on the other folds (`threshold_at` over 0, 0.001, ... 3.999), applied
  /// to the fold left out.
  ///
  /// The reference interpolates too, but after a sort that shuffles thresholds of equal FAR, so that its number depends on how the
  /// sort of one NumPy release treats ties; with few pairs that shifts the threshold a lot. Here ties keep their order.
  struct TrueAcceptAt {
    double wanted = 0;                   ///< the FAR asked for
    std::optional<double> true_accept;   ///< mean over folds; not defined if a fold lacks pairs of one kind
    std::optional<double> deviation;     ///< over folds (population)
    std::optional<double> false_accept;  ///< the FAR that came out, mean over folds
  };

  struct Result {
    std::int64_t pairs = 0;
    std::optional<double> accuracy;   ///< mean over folds: the published score; not defined for fewer pairs than folds
    std::optional<double> deviation;  ///< over folds (population)
    std::vector<double> fold_accuracies;
    std::vector<double> fold_thresholds;
    std::vector<OperatingPoint> fold_mean_roc;  ///< at 0, 0.01, ... 3.99, mean of the folds (0 for a fold without pairs of a kind)
    std::vector<TrueAcceptAt> true_accepts;
  };

  FaceVerification() : FaceVerification(Options{}) {}
  /// @throws Error(argument) for fewer than 2 folds
  explicit FaceVerification(Options options);

  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  /// One pair. @param first, second  embeddings of equal width, of any length
  void add(std::span<const double> first, std::span<const double> second, bool same);

  Result result() const;
  /// The whole curve over all pairs at once, at `count` thresholds from 0 to 4.
  std::vector<OperatingPoint> roc(std::size_t count = 401) const;
  /// The largest threshold that accepts no more than that share of the pairs of two persons, over all pairs at once.
  /// @param false_accept  0 to 1. @throws Error(argument) without pairs of two persons
  OperatingPoint at_false_accept(double false_accept) const;
  /// Of all pairs, in order.
  const std::vector<double>& distances() const { return distances_; }

  nlohmann::json report() const override;
  SampleScore score() const override { return {"accuracy", false, true}; }

 private:
  Options options_;
  std::vector<double> distances_;
  std::vector<std::uint8_t> same_;
};

/// The threshold at which a rate reaches a value: linear between the last threshold whose rate is not over it and the next; the last
/// one where none is over it, and 0 where the value is never reached.
/// @param rates  of each threshold, ascending. @throws Error(argument) unless they are
double threshold_at(std::span<const double> thresholds, std::span<const double> rates, double wanted);

/// The sum of an embedding and that of the mirrored photo. @throws Error(shape) for unequal widths
std::vector<double> add_mirrored(std::span<const float> embedding, std::span<const float> mirrored);

/// Closed-set identification: who of the gallery is this?
///
/// A probe is recognised at rank k if fewer than k gallery photos of other persons are at least as similar (by cosine) as the most
/// similar one of its own person. Without a gallery every probe is compared with all others (leave one out). Probes without another
/// photo of their person are counted apart.
///
/// Predictions: embeddings B x D. Labels: identities B, whole numbers; extra "gallery" B: 1 for gallery photos, 0 for probes; without
/// it all are probes.
class Identification : public Metric {
 public:
  static constexpr const char* kName = "identification";

  struct Result {
    std::int64_t probes = 0;        ///< that could be recognised
    std::int64_t without_mate = 0;  ///< that could not
    std::optional<double> rank1;
    std::optional<double> rank5;
    std::vector<std::int64_t> ranks;  ///< of each probe that could be recognised, from 1
  };

  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  /// @param embedding  of any length but 0, as wide as those before
  void add_gallery(std::span<const float> embedding, std::int64_t identity) { add_to(gallery_, embedding, identity); }
  void add_probe(std::span<const float> embedding, std::int64_t identity) { add_to(probes_, embedding, identity); }

  Result result() const;
  nlohmann::json report() const override;
  SampleScore score() const override { return {"rank1", false, true}; }

 private:
  struct Faces {
    std::vector<float> embeddings;  // normalised, one after the other
    std::vector<std::int64_t> identities;
  };

  void add_to(Faces& faces, std::span<const float> embedding, std::int64_t identity);

  std::size_t width_ = 0;
  Faces gallery_;
  Faces probes_;
};

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/identity_inl.hpp>
#endif
