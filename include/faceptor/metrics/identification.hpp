#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

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
#include <faceptor/metrics/impl/identification_inl.hpp>
#endif
