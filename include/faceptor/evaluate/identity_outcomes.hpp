#pragma once

#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/outcomes.hpp>
#include <faceptor/metrics/identity.hpp>

namespace faceptor::evaluate {

/// One photo: its embedding (that of the photo and that of its mirror image, added), and which pair or person it belongs to.
struct IdentityRow {
  std::size_t index = 0;
  std::vector<float> embedding;
  std::int64_t pair = -1;    ///< of sets of pairs
  bool same = false;         ///< whether that pair shows one person
  std::int64_t person = -1;  ///< of sets of persons
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(IdentityRow, index, embedding, pair, same, person)

/// Face verification by ten folds, TAR at FAR, and, for sets of persons, rank-1 identification (each photo against all others).
///
/// A set of pairs is scored pair by pair as it lies there; a pair with a photo left out is left out. Of a set of persons all pairs of
/// one person are taken, and as many of two (drawn from a fixed seed), in turn, so that the folds hold as many of each.
class IdentityOutcomes final : public RowOutcomes<IdentityRow> {
 public:
  using RowOutcomes::add;
  static constexpr std::size_t kMostPairs = 20000;  ///< of one person, drawn from sets of persons

  IdentityOutcomes(const TaskSpec&, const datasets::DatasetInfo&) {}

  /// @param result  holds the sum of both embeddings, of any length (see `evaluate`)
  void add(const TaskResult& result, const loading::EvaluationSample& sample) override;
  void finish() override;
  std::size_t size() const noexcept override { return pairs_.size(); }
  std::size_t sample(std::size_t place) const override { return rows_.at(pairs_.at(place).first).index; }
  std::optional<std::size_t> other_sample(std::size_t place) const override { return rows_.at(pairs_.at(place).second).index; }
  /// How far on the wrong side of the fold's threshold the squared distance lies, negative on the right side.
  double error(std::size_t place) const override;
  std::vector<Figure> figures(std::span<const std::size_t> chosen) const override;
  std::vector<std::string> protocol() const override;
  std::vector<Plot> plots(const nlohmann::json& details) const override;
  nlohmann::json details() const override;

  /// The threshold of squared distance at which not more than that share of pairs of two persons is accepted.
  /// @throws Error(argument) without such pairs
  metrics::OperatingPoint at_false_accept(double rate) const { return verification_.at_false_accept(rate); }

 private:
  struct Pair {
    std::size_t first, second;  // rows
    bool same;
  };

  void pair_up();
  void draw_pairs();

  std::vector<Pair> pairs_;
  std::vector<std::size_t> folds_;  // by pair
  std::vector<double> thresholds_;  // by fold
  metrics::FaceVerification verification_;
  bool persons_ = false;
};

}  // namespace faceptor::evaluate
