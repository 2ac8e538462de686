#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// The cumulative error curve: how many photos have an error of at most each threshold.
struct ErrorCurve {
  std::vector<double> thresholds;  ///< 0, step, 2 step, ... beyond the limit where rounding has it so
  std::vector<double> shares;      ///< of the errors at or under each, 0 to 1
};

/// How Simpson's rule ends on an even number of points, where it has one interval left over.
enum class SimpsonEnd {
  cartwright,  ///< a parabola through the last three points, for the last interval alone; as SciPy from 1.11 on
  averaged,    ///< the mean of a trapezoid first and a trapezoid last; as SciPy before 1.11
};

/// The thresholds are those of `numpy.arange(0, limit + step, step)`, as in the reference: for 0.10 they end at 0.1000, for 0.07,
/// by rounding, at 0.0701.
/// @param errors  one a photo, at least one, not negative
/// @throws Error(argument) for no errors, one that is not a number, or a limit or step out of range
ErrorCurve error_curve(std::span<const double> errors, double limit, double step = 1e-4);

/// Simpson's integral of equally spaced values. @param values  at least 3
double simpson(std::span<const double> values, double step, SimpsonEnd end = SimpsonEnd::cartwright);

/// The area under the curve, as a share of the limit: 0 to about 1. Which way of ending stands behind the published numbers is not
/// recorded; it matters only for an even number of thresholds, by less than 1e-4.
double area_under_curve(const ErrorCurve& curve, double limit, SimpsonEnd end = SimpsonEnd::cartwright);

/// The share of photos with an error over the last threshold.
double failure_rate(const ErrorCurve& curve);

/// The length that a photo's landmark errors are divided by.
struct Normalizer {
  enum class Kind {
    between,       ///< the distance between two true points, or the means of two groups of them
    box,           ///< sqrt(width * height) of the face box
    box_diagonal,  ///< the diagonal of the face box
    truth_box,     ///< sqrt(width * height) of the box around the true points
  };

  std::string name;
  Kind kind = Kind::truth_box;
  std::vector<std::size_t> left{}, right{};  ///< indices of points, for `between`
  std::optional<double> limit{};             ///< where the curve of AUC and failure rate ends; none: no curve

  /// "inter_ocular" of 300W: `between("inter_ocular", {36}, {45})`; "inter_pupil": `between("inter_pupil", {36, ..., 41}, {42, ..., 47})`.
  static Normalizer between(std::string name, std::vector<std::size_t> left, std::vector<std::size_t> right,
                            std::optional<double> limit = {});
  static Normalizer box(std::optional<double> limit = {}) { return {"box", Kind::box, {}, {}, limit}; }
  static Normalizer box_diagonal(std::optional<double> limit = {}) { return {"diagonal", Kind::box_diagonal, {}, {}, limit}; }
  static Normalizer truth_box(std::optional<double> limit = {}) { return {"truth_box", Kind::truth_box, {}, {}, limit}; }

  /// @throws Error(argument) where the length is 0 or not a number, an index is out of range, or a box is needed and not given
  double length(std::span<const Point> truth, const std::optional<Box>& box) const;
};

/// Points whose error is reported apart, such as an eye's.
struct LandmarkRegion {
  std::string name;
  std::vector<std::size_t> points;
};

/// Normalised mean error of landmarks: of each photo `mean_i |p_i - t_i| / unit`, then the mean over photos; with area under the
/// curve and failure rate where a normalizer has a limit.
///
/// Predictions: B x N x 2 in pixels of the photo. Labels: B x N x 2 likewise; extra "box" B x 4 (left, top, right, bottom).
/// A sample's score: its error by the first normalizer.
class LandmarkError : public Metric {
 public:
  static constexpr const char* kName = "landmark_error";

  struct Options {
    std::vector<Normalizer> normalizers{Normalizer::truth_box()};
    std::vector<LandmarkRegion> regions{};
    SimpsonEnd simpson = SimpsonEnd::cartwright;
    double step = 1e-4;  ///< of the thresholds
  };

  struct Region {
    std::string name;
    std::optional<double> mean;
  };

  struct Normalized {
    std::string name;
    std::optional<double> mean;              ///< NME over photos
    std::optional<double> area_under_curve;  ///< 0 to 1
    std::optional<double> failure_rate;      ///< 0 to 1
    std::vector<Region> regions;
  };

  struct Result {
    std::int64_t photos = 0;
    std::vector<Normalized> normalized;  ///< one a normalizer
    /// @throws Error(argument) for a name that is not there
    const Normalized& at(const std::string& name) const;
  };

  LandmarkError() : LandmarkError(Options{}) {}
  explicit LandmarkError(Options options);

  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  torch::Tensor scores(const torch::Tensor& predictions, const Labels& labels) const override;
  SampleScore score() const override;
  /// One photo. @param predicted, truth  N points each, in pixels
  void add(std::span<const Point> predicted, std::span<const Point> truth, const std::optional<Box>& box = {});

  Result result() const;
  /// The errors of all photos by the normalizer of that index, in the order they were added.
  const std::vector<double>& errors(std::size_t normalizer) const { return errors_.at(normalizer); }
  nlohmann::json report() const override;

 private:
  Options options_;
  std::vector<std::vector<double>> errors_;       // by normalizer, by photo
  std::vector<std::vector<double>> region_sums_;  // by normalizer, by region
};

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/landmarks_inl.hpp>
#endif
