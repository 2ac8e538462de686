#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <faceptor/evaluate/landmark_outcomes.hpp>
#include <faceptor/metrics/metric.hpp>
#include <faceptor/results/landmarks.hpp>

namespace faceptor::evaluate {
namespace {

Points points_of_row(const std::vector<float>& numbers) {
  Points points;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) points.push_back({numbers[i], numbers[i + 1]});
  return points;
}

std::vector<float> row_of_points(const Points& points) {
  std::vector<float> numbers;
  for (const auto& point : points) numbers.insert(numbers.end(), {point.x, point.y});
  return numbers;
}

std::optional<Box> box_of_row(const LandmarkRow& row) {
  if (row.box.empty()) return std::nullopt;
  return Box{row.box[0], row.box[1], row.box[2], row.box[3]};
}

std::vector<std::size_t> indices_of(results::PointIndices points) { return {points.begin(), points.end()}; }

/// Curves to 0.10 of the distance between the eyes, to 0.07 of the box: where the published ones end.
inline constexpr double kEyeLimit = 0.10;
inline constexpr double kBoxLimit = 0.07;

}  // namespace

std::vector<metrics::Normalizer> published_normalizers(const std::string& scheme, bool boxes) {
  using metrics::Normalizer;
  std::vector<Normalizer> lengths;
  if (const auto* known = results::find_landmark_scheme(scheme)) {
    const auto eyes = indices_of(known->outer_eye_corners);
    lengths.push_back(Normalizer::between("inter_ocular", {eyes.at(0)}, {eyes.at(1)}, kEyeLimit));
    lengths.push_back(Normalizer::between("inter_pupil", indices_of(known->left_eye_center), indices_of(known->right_eye_center)));
  }
  if (boxes) {
    lengths.push_back(Normalizer::box(kBoxLimit));
    lengths.push_back(Normalizer::box_diagonal());
    // AFLW-19's published errors are shares of the box.
    if (scheme == "19") std::rotate(lengths.begin(), lengths.end() - 1, lengths.end());
  }
  lengths.push_back(Normalizer::truth_box());
  return lengths;
}

LandmarkOutcomes::LandmarkOutcomes(const TaskSpec& spec, const datasets::DatasetInfo&) : scheme_(spec.scheme) {
  if (const auto* known = results::find_landmark_scheme(scheme_)) {
    for (const auto& region : known->regions) regions_.push_back({std::string(region.name), indices_of(region.points)});
  }
}

void LandmarkOutcomes::add(const TaskResult& result, const loading::EvaluationSample& sample) {
  const auto& truth = detail::label_of<datasets::LandmarkLabels>(sample).points;
  const auto& said = result.get<results::Landmarks>().points;
  if (truth.size() != said.size()) {
    throw Error(ErrorCode::mismatch, "evaluate: a sample has another number of points than the task")
        .where(sample.annotation.name)
        .expected(std::to_string(said.size()))
        .found(std::to_string(truth.size()));
  }
  if (!all_finite(truth)) throw Error(ErrorCode::format, "evaluate: a point is not a number").where(sample.annotation.name);
  LandmarkRow row{sample.index, row_of_points(said), row_of_points(truth), {}};
  if (const auto& box = sample.annotation.box) row.box = {box->x0, box->y0, box->x1, box->y1};
  rows_.push_back(std::move(row));
}

void LandmarkOutcomes::finish() {
  RowOutcomes::finish();
  const bool boxes = std::all_of(rows_.begin(), rows_.end(), [](const LandmarkRow& row) { return !row.box.empty(); });
  normalizers_ = published_normalizers(scheme_, boxes && !rows_.empty());
  metrics::LandmarkError errors({.normalizers = normalizers_, .regions = {}});
  for (const auto& row : rows_) {
    errors.add(points_of_row(row.predicted), points_of_row(row.truth), box_of_row(row));
  }
  errors_.clear();
  for (std::size_t k = 0; k < normalizers_.size(); ++k) errors_.push_back(errors.errors(k));
}

std::vector<Figure> LandmarkOutcomes::figures(std::span<const std::size_t> chosen) const {
  std::vector<Figure> figures, curves;
  for (std::size_t k = 0; k < normalizers_.size(); ++k) {
    std::vector<double> errors;
    for (const auto place : chosen) errors.push_back(errors_[k].at(place));
    // As the reference: the sum is rounded to single precision before the division.
    const auto sum = static_cast<double>(static_cast<float>(std::accumulate(errors.begin(), errors.end(), 0.0)));
    figures.push_back({"NME " + normalizers_[k].name, Unit::share, true, metrics::share(sum, static_cast<double>(errors.size()))});
    if (!normalizers_[k].limit) continue;
    const double limit = *normalizers_[k].limit;
    std::optional<double> area, failures;
    if (!errors.empty()) {
      const auto curve = metrics::error_curve(errors, limit);
      area = metrics::area_under_curve(curve, limit);
      failures = metrics::failure_rate(curve);
    }
    const auto name = fmt::format("{} at {:.2f}", normalizers_[k].name, limit);
    curves.push_back({"AUC " + name, Unit::share, false, area});
    curves.push_back({"failures " + name, Unit::share, true, failures});
  }
  figures.insert(figures.end(), curves.begin(), curves.end());
  return figures;
}

nlohmann::json LandmarkOutcomes::details() const {
  metrics::LandmarkError errors({.normalizers = normalizers_, .regions = regions_});
  const auto points = rows_.empty() ? 0 : rows_.front().truth.size() / 2;
  std::vector<double> by_point(points);
  for (std::size_t place = 0; place < rows_.size(); ++place) {
    const auto said = points_of_row(rows_[place].predicted), truth = points_of_row(rows_[place].truth);
    const auto box = box_of_row(rows_[place]);
    errors.add(said, truth, box);
    const double length = normalizers_.front().length(truth, box);
    for (std::size_t i = 0; i < points; ++i) by_point[i] += std::hypot(said[i].x - truth[i].x, said[i].y - truth[i].y) / length;
  }
  for (auto& sum : by_point) sum /= static_cast<double>(std::max<std::size_t>(rows_.size(), 1));
  auto json = errors.report();
  json["by_point"] = by_point;  // mean error of each point, by the first length
  auto curves = nlohmann::json::object();
  for (std::size_t k = 0; k < normalizers_.size() && !rows_.empty(); ++k) {
    const double limit = normalizers_[k].limit.value_or(kEyeLimit);
    const auto curve = metrics::error_curve(errors_[k], limit, limit / 100);
    curves[normalizers_[k].name] = {{"thresholds", curve.thresholds}, {"shares", curve.shares}};
  }
  json["curves"] = std::move(curves);
  return json;
}

std::vector<std::string> LandmarkOutcomes::protocol() const {
  return {"Predicted points go back to the photo through the inverse of the crop and are compared there.",
          "NME: mean distance of a face's points over the named length, then the mean over faces; every point counts, hidden ones too.",
          "AUC: Simpson's integral of the cumulative error curve over thresholds in steps of 0.0001, over the limit; failures: the share "
          "of faces beyond the last threshold."};
}

std::vector<Plot> LandmarkOutcomes::plots(const nlohmann::json& details) const {
  LineChart chart{"Cumulative error curve", {"error over the length", 0, 0, false, true}, {"share of faces", 0, 1, false, true}, {}};
  for (const auto& [name, curve] : details.at("curves").items()) {
    Series line{name, {}};
    for (std::size_t i = 0; i < curve.at("thresholds").size(); ++i) {
      line.points.emplace_back(curve["thresholds"][i].get<double>(), curve["shares"][i].get<double>());
    }
    chart.x.high = std::max(chart.x.high, line.points.back().first);
    chart.lines.push_back(std::move(line));
  }
  if (chart.lines.empty()) return {};
  return {std::move(chart)};
}

}  // namespace faceptor::evaluate
