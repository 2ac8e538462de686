#include <fmt/format.h>

#include <faceptor/evaluate/parsing_outcomes.hpp>
#include <faceptor/metrics/metric.hpp>
#include <faceptor/results/parsing_map.hpp>

namespace faceptor::evaluate {
namespace {

/// Means of a number that each class may have, with the background and without.
struct ClassMeans {
  std::optional<double> with_background, foreground;
};

template <class Get>
ClassMeans class_means(std::size_t classes, Get&& get) {
  double sum = 0, count = 0, background = 0;
  bool has_background = false;
  for (std::size_t c = 0; c < classes; ++c) {
    const std::optional<double> value = get(c);
    if (!value) continue;
    sum += *value, count += 1;
    if (c == 0) background = *value, has_background = true;
  }
  return {metrics::share(sum, count), metrics::share(sum - background, count - (has_background ? 1 : 0))};
}

}  // namespace

ParsingOutcomes::ParsingOutcomes(const TaskSpec& spec, const datasets::DatasetInfo& set)
    : names_(detail::output_names(spec, set)), confusion_(static_cast<std::int64_t>(names_.size())) {}

void ParsingOutcomes::add(const TaskResult& result, const loading::EvaluationSample& sample) {
  const auto& truth = detail::label_of<datasets::ParsingLabels>(sample).classes;
  const auto& said = result.get<results::ParsingMap>();
  std::vector<std::int64_t> true_classes(truth.labels.begin(), truth.labels.end()), predicted;
  predicted.reserve(true_classes.size());
  for (int y = 0; y < truth.height; ++y) {
    for (int x = 0; x < truth.width; ++x) {
      detail::check_class(truth.at(x, y), confusion_.classes(), sample);
      predicted.push_back(said.at(x, y));
    }
  }
  metrics::ConfusionMatrix of_photo(confusion_.classes());
  of_photo.add(true_classes, predicted);
  confusion_.merge(of_photo);
  ParsingRow row{sample.index, {}, {}, {}};
  for (std::int64_t c = 0; c < of_photo.classes(); ++c) {
    row.hits.push_back(of_photo.at(c, c));
    row.predicted.push_back(of_photo.predicted_count(c));
    row.truth.push_back(of_photo.true_count(c));
  }
  rows_.push_back(std::move(row));
}

double ParsingOutcomes::error(std::size_t place) const {
  std::int64_t hits = 0, pixels = 0;
  for (std::size_t c = 0; c < names_.size(); ++c) hits += rows_.at(place).hits[c], pixels += rows_.at(place).truth[c];
  return pixels > 0 ? 1 - static_cast<double>(hits) / static_cast<double>(pixels) : 0;
}

ParsingRow ParsingOutcomes::sum(std::span<const std::size_t> chosen) const {
  const std::vector<std::int64_t> none(names_.size());
  ParsingRow total{0, none, none, none};
  for (const auto place : chosen) {
    const auto& row = rows_.at(place);
    for (std::size_t c = 0; c < names_.size(); ++c) {
      total.hits[c] += row.hits[c];
      total.predicted[c] += row.predicted[c];
      total.truth[c] += row.truth[c];
    }
  }
  return total;
}

std::vector<Figure> ParsingOutcomes::figures(std::span<const std::size_t> chosen) const {
  const auto total = sum(chosen);
  const auto f1 = class_means(
      names_.size(), [&](std::size_t c) { return metrics::share(2 * double(total.hits[c]), double(total.predicted[c] + total.truth[c])); });
  const auto iou = class_means(names_.size(), [&](std::size_t c) {
    return metrics::share(double(total.hits[c]), double(total.predicted[c] + total.truth[c] - total.hits[c]));
  });
  std::int64_t hits = 0, pixels = 0;
  for (std::size_t c = 0; c < names_.size(); ++c) hits += total.hits[c], pixels += total.truth[c];
  return {{"mean F1", Unit::share, false, f1.foreground},
          {"mean F1 with background", Unit::share, false, f1.with_background},
          {"mean IoU", Unit::share, false, iou.foreground},
          {"mean IoU with background", Unit::share, false, iou.with_background},
          {"pixel accuracy", Unit::share, false, metrics::share(double(hits), double(pixels))}};
}

nlohmann::json ParsingOutcomes::details() const {
  auto classes = nlohmann::json::array();
  for (std::int64_t c = 0; c < confusion_.classes(); ++c) {
    classes.push_back({{"name", names_[static_cast<std::size_t>(c)]},
                       {"true_pixels", confusion_.true_count(c)},
                       {"predicted_pixels", confusion_.predicted_count(c)},
                       {"f1", metrics::number_or_null(confusion_.f1(c))},
                       {"iou", metrics::number_or_null(confusion_.iou(c))}});
  }
  return {{"by_class", classes}, {"classes", names_}, {"confusion", confusion_}};
}

nlohmann::json ParsingOutcomes::state() const { return {{"rows", RowOutcomes::state()}, {"confusion", confusion_}}; }

void ParsingOutcomes::merge(const nlohmann::json& state) {
  if (!state.is_object() || !state.contains("rows") || !state.contains("confusion")) {
    throw Error(ErrorCode::format, "evaluate: not the state of outcomes of parsing");
  }
  const auto confusion = state["confusion"].get<metrics::ConfusionMatrix>();
  RowOutcomes::merge(state["rows"]);
  confusion_.merge(confusion);
}

std::vector<std::string> ParsingOutcomes::protocol() const {
  return {"Logits are brought back to the photo's resolution (bilinear; 0 outside the crop), the largest wins.",
          "One confusion matrix over all pixels of all photos; F1 = 2 hits / (predicted + true), IoU = hits / union, by class.",
          "Means are over the classes that are in truth or prediction; the published score leaves out the background."};
}

std::vector<Plot> ParsingOutcomes::plots(const nlohmann::json& details) const {
  return {detail::bars_of("F1 by class", details.at("by_class"), "f1"), detail::confusion_of(details)};
}

}  // namespace faceptor::evaluate
