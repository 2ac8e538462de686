#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/metrics/landmarks.hpp>
#include <faceptor/metrics/tensors.hpp>

namespace faceptor::metrics {

namespace detail {

/// Simpson's rule on an odd number of points.
FACEPTOR_INLINE double simpson_odd(std::span<const double> values, double step) {
  double sum = 0;
  for (std::size_t i = 0; i + 2 < values.size(); i += 2) sum += values[i] + 4 * values[i + 1] + values[i + 2];
  return sum * step / 3;
}

}  // namespace detail

FACEPTOR_INLINE ErrorCurve error_curve(std::span<const double> errors, double limit, double step) {
  constexpr double kMostThresholds = 1e6;
  if (errors.empty()) throw Error(ErrorCode::argument, "metrics: a curve of no errors");
  if (!(step > 0) || !(limit >= 2 * step) || !(limit / step <= kMostThresholds)) {
    throw Error(ErrorCode::argument, "metrics: a curve's limit or step out of range")
        .expected("a step over 0, and a limit of 2 to 1e6 steps")
        .found(fmt::format("limit {:g}, step {:g}", limit, step));
  }
  std::vector<double> sorted(errors.begin(), errors.end());
  for (const double error : sorted) {
    if (error >= 0) continue;
    throw Error(ErrorCode::argument, "metrics: a curve of errors that are no distances")
        .expected("0 or more")
        .found(fmt::format("{:g}", error));
  }
  std::sort(sorted.begin(), sorted.end());
  ErrorCurve curve;
  const auto count = static_cast<std::size_t>(std::ceil((limit + step) / step));
  std::size_t under = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double threshold = static_cast<double>(i) * step;
    while (under < sorted.size() && sorted[under] <= threshold) ++under;
    curve.thresholds.push_back(threshold);
    curve.shares.push_back(static_cast<double>(under) / static_cast<double>(sorted.size()));
  }
  return curve;
}

FACEPTOR_INLINE double simpson(std::span<const double> values, double step, SimpsonEnd end) {
  const auto n = values.size();
  if (n < 3) {
    throw Error(ErrorCode::argument, "metrics: Simpson's rule on too few points").expected("at least 3").found(std::to_string(n));
  }
  if (n % 2 == 1) return detail::simpson_odd(values, step);
  const double last = (values[n - 2] + values[n - 1]) / 2;
  if (end == SimpsonEnd::averaged) {
    const double first = (values[0] + values[1]) / 2;
    return (first * step + detail::simpson_odd(values.subspan(1), step) + last * step + detail::simpson_odd(values.first(n - 1), step)) / 2;
  }
  const double corrected = (5 * values[n - 1] + 8 * values[n - 2] - values[n - 3]) / 12;
  return detail::simpson_odd(values.first(n - 1), step) + corrected * step;
}

FACEPTOR_INLINE double area_under_curve(const ErrorCurve& curve, double limit, SimpsonEnd end) {
  if (!(limit > 0) || curve.thresholds.size() < 3 || curve.thresholds.size() != curve.shares.size()) {
    throw Error(ErrorCode::argument, "metrics: not a curve, or a limit not over 0");
  }
  return simpson(curve.shares, curve.thresholds[1] - curve.thresholds[0], end) / limit;
}

FACEPTOR_INLINE double failure_rate(const ErrorCurve& curve) {
  if (curve.shares.empty()) throw Error(ErrorCode::argument, "metrics: an empty curve");
  return 1 - curve.shares.back();
}

namespace detail {

struct ExactPoint {
  double x = 0;
  double y = 0;
};

FACEPTOR_INLINE ExactPoint mean_point(std::span<const Point> points, const std::vector<std::size_t>& indices) {
  ExactPoint sum;
  for (const auto i : indices) {
    if (i >= points.size()) {
      throw Error(ErrorCode::argument, "metrics: landmark_error: no point of that index")
          .expected(fmt::format("below {}", points.size()))
          .found(std::to_string(i));
    }
    sum.x += points[i].x;
    sum.y += points[i].y;
  }
  const auto count = static_cast<double>(indices.size());
  return {sum.x / count, sum.y / count};
}

}  // namespace detail

FACEPTOR_INLINE Normalizer Normalizer::between(std::string name, std::vector<std::size_t> left, std::vector<std::size_t> right,
                                               std::optional<double> limit) {
  return {std::move(name), Kind::between, std::move(left), std::move(right), limit};
}

FACEPTOR_INLINE double Normalizer::length(std::span<const Point> truth, const std::optional<Box>& face_box) const {
  double length = 0;
  if (kind == Kind::between) {
    if (left.empty() || right.empty())
      throw Error(ErrorCode::argument, "metrics: landmark_error: a normalizer between no points").where(name);
    const auto a = detail::mean_point(truth, left);
    const auto b = detail::mean_point(truth, right);
    length = std::hypot(a.x - b.x, a.y - b.y);
  } else {
    if (kind != Kind::truth_box && !face_box) {
      throw Error(ErrorCode::argument, "metrics: landmark_error: this normalizer needs the face's box").where(name);
    }
    const auto box = kind == Kind::truth_box ? Box::around(truth) : *face_box;
    const double width = static_cast<double>(box.x1) - box.x0;
    const double height = static_cast<double>(box.y1) - box.y0;
    length = kind == Kind::box_diagonal ? std::hypot(width, height) : std::sqrt(width * height);
  }
  if (length > 0 && std::isfinite(length)) return length;
  throw Error(ErrorCode::argument, "metrics: landmark_error: nothing to divide by")
      .where(name)
      .expected("a length over 0")
      .found(fmt::format("{:g}", length));
}

FACEPTOR_INLINE LandmarkError::LandmarkError(Options options)
    : options_(std::move(options)),
      errors_(options_.normalizers.size()),
      region_sums_(options_.normalizers.size(), std::vector<double>(options_.regions.size(), 0)) {}

FACEPTOR_INLINE void LandmarkError::add(const torch::Tensor& predictions, const Labels& labels) {
  constexpr auto kWho = "metrics: landmark_error";
  losses::expect_floating(kWho, "predictions", predictions, {losses::kAny, losses::kAny, 2}, "points [B, N, 2]");
  losses::expect_shape(kWho, "labels", labels.primary, predictions.sizes().vec(), "points [B, N, 2]");
  const auto* boxes = labels.find("box");
  if (boxes != nullptr) losses::expect_shape(kWho, "box", *boxes, {predictions.size(0), 4}, "boxes [B, 4]");
  const auto edges = boxes != nullptr ? numbers_of(*boxes) : std::vector<double>();
  const auto points_of = [](const torch::Tensor& tensor) {
    const auto numbers = numbers_of(tensor);
    Points points;
    for (std::size_t i = 0; i < numbers.size(); i += 2) {
      points.push_back({static_cast<float>(numbers[i]), static_cast<float>(numbers[i + 1])});
    }
    return points;
  };
  const auto predicted = points_of(predictions);
  const auto truth = points_of(labels.primary);
  const auto count = static_cast<std::size_t>(predictions.size(1));
  auto whole = *this;  // so that a photo that can't be used leaves nothing of its batch behind
  for (std::size_t b = 0; b * count < truth.size(); ++b) {
    std::optional<Box> box;
    if (boxes != nullptr) {
      const auto* edge = &edges[4 * b];
      box = Box{static_cast<float>(edge[0]), static_cast<float>(edge[1]), static_cast<float>(edge[2]), static_cast<float>(edge[3])};
    }
    whole.add(std::span(predicted).subspan(b * count, count), std::span(truth).subspan(b * count, count), box);
  }
  *this = std::move(whole);
}

FACEPTOR_INLINE void LandmarkError::add(std::span<const Point> predicted, std::span<const Point> truth, const std::optional<Box>& box) {
  if (predicted.size() != truth.size() || truth.empty()) {
    throw Error(ErrorCode::shape, "metrics: landmark_error: as many predicted as true points are needed, at least one")
        .expected(std::to_string(truth.size()))
        .found(std::to_string(predicted.size()));
  }
  std::vector<double> distances;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double dx = static_cast<double>(predicted[i].x) - truth[i].x;
    const double dy = static_cast<double>(predicted[i].y) - truth[i].y;
    distances.push_back(std::hypot(dx, dy));
  }
  const double mean = std::accumulate(distances.begin(), distances.end(), 0.0) / static_cast<double>(distances.size());
  if (!std::isfinite(mean)) throw Error(ErrorCode::argument, "metrics: landmark_error: a coordinate that is not finite");
  std::vector<double> region_means;
  for (const auto& region : options_.regions) {
    double sum = 0;
    for (const auto i : region.points) {
      if (i >= distances.size()) {
        throw Error(ErrorCode::argument, "metrics: landmark_error: a region with a point that is not there")
            .where(region.name)
            .expected(fmt::format("below {}", distances.size()))
            .found(std::to_string(i));
      }
      sum += distances[i];
    }
    region_means.push_back(region.points.empty() ? 0 : sum / static_cast<double>(region.points.size()));
  }
  std::vector<double> lengths;
  for (const auto& normalizer : options_.normalizers) lengths.push_back(normalizer.length(truth, box));
  for (std::size_t n = 0; n < lengths.size(); ++n) {
    errors_[n].push_back(mean / lengths[n]);
    for (std::size_t r = 0; r < region_means.size(); ++r) region_sums_[n][r] += region_means[r] / lengths[n];
  }
}

FACEPTOR_INLINE torch::Tensor LandmarkError::scores(const torch::Tensor& predictions, const Labels& labels) const {
  if (options_.normalizers.empty()) return {};
  return score_each(LandmarkError(options_), predictions, labels, [](const auto& one) { return std::optional(one.errors(0).front()); });
}

FACEPTOR_INLINE SampleScore LandmarkError::score() const {
  return {options_.normalizers.empty() ? "NME" : "NME " + options_.normalizers.front().name, true, true};
}

FACEPTOR_INLINE LandmarkError::Result LandmarkError::result() const {
  Result result;
  for (std::size_t n = 0; n < errors_.size(); ++n) {
    const auto& errors = errors_[n];
    const auto& normalizer = options_.normalizers[n];
    const auto photos = static_cast<double>(errors.size());
    result.photos = static_cast<std::int64_t>(errors.size());
    Normalized numbers;
    numbers.name = normalizer.name;
    numbers.mean = share(std::accumulate(errors.begin(), errors.end(), 0.0), photos);
    if (normalizer.limit && !errors.empty()) {
      const auto curve = error_curve(errors, *normalizer.limit, options_.step);
      numbers.area_under_curve = metrics::area_under_curve(curve, *normalizer.limit, options_.simpson);
      numbers.failure_rate = metrics::failure_rate(curve);
    }
    for (std::size_t r = 0; r < options_.regions.size(); ++r) {
      const bool points = !options_.regions[r].points.empty();
      numbers.regions.push_back({options_.regions[r].name, points ? share(region_sums_[n][r], photos) : std::nullopt});
    }
    result.normalized.push_back(std::move(numbers));
  }
  return result;
}

FACEPTOR_INLINE const LandmarkError::Normalized& LandmarkError::Result::at(const std::string& name) const {
  std::vector<std::string> known;
  for (const auto& numbers : normalized) {
    if (numbers.name == name) return numbers;
    known.push_back(numbers.name);
  }
  throw Error(ErrorCode::argument, "metrics: landmark_error: there is no normalizer \"" + name + "\"").hint(text::suggestion(name, known));
}

FACEPTOR_INLINE nlohmann::json LandmarkError::report() const {
  const auto numbers = result();
  auto normalized = nlohmann::json::object();
  for (const auto& entry : numbers.normalized) {
    auto& json = normalized[entry.name] = {{"nme", number_or_null(entry.mean)}};
    if (entry.area_under_curve) json["auc"] = *entry.area_under_curve;
    if (entry.failure_rate) json["failure_rate"] = *entry.failure_rate;
    for (const auto& region : entry.regions) json["regions"][region.name] = number_or_null(region.mean);
  }
  return {{"photos", numbers.photos}, {"normalized", normalized}};
}

}  // namespace faceptor::metrics
