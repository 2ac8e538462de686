#include <fmt/format.h>

#include <cmath>
#include <vector>

#include <faceptor/evaluate/class_outcomes.hpp>
#include <faceptor/evaluate/identity_outcomes.hpp>
#include <faceptor/evaluate/landmark_outcomes.hpp>
#include <faceptor/evaluate/make_outcomes.hpp>
#include <faceptor/evaluate/parsing_outcomes.hpp>
#include <faceptor/evaluate/value_outcomes.hpp>

namespace faceptor::evaluate {

MetricOutcomes::MetricOutcomes(const AnyTask& task, const datasets::DatasetInfo& set)
    : name_(task.name()), collator_(task.spec(), task.label_needs(), set), metric_(task.make_metric()) {
  if (!metric_) {
    throw Error(ErrorCode::argument, fmt::format("evaluate: the task \"{}\" has neither a protocol nor a metric", name_))
        .hint("give it a metric");
  }
  score_ = metric_->score();
}

void MetricOutcomes::add(const ScoredBatch& batch) {
  std::vector<transforms::Prepared> prepared;
  for (const auto& sample : batch.samples) prepared.push_back(sample.prepared);
  const auto truth = batch.task.truth(collator_.collate(prepared));
  const auto predictions = batch.task.predictions(batch.raw);
  metric_->add(predictions, truth);
  seen_ += batch.samples.size();
  auto scores = metric_->scores(predictions, truth);
  scored_ = scored_ && scores.defined();
  if (scores.defined()) scores = scores.to(torch::kCPU, torch::kFloat64).contiguous();
  for (std::size_t i = 0; i < batch.samples.size(); ++i) {
    const double score = scores.defined() ? scores.data_ptr<double>()[i] : NAN;
    rows_.push_back({batch.samples[i].index, std::isfinite(score) ? score : 0, std::isfinite(score)});
  }
}

void MetricOutcomes::add(const TaskResult&, const loading::EvaluationSample& sample) {
  throw Error(ErrorCode::internal, "evaluate: a metric scores raw outputs, not results").where(sample.annotation.name);
}

double MetricOutcomes::error(std::size_t place) const {
  const auto& row = rows_.at(place);
  if (!row.defined) return 0;
  return score_.less_is_better ? row.score : -row.score;
}

std::vector<Figure> MetricOutcomes::figures(std::span<const std::size_t> chosen) const {
  if (scored_) {
    double sum = 0, count = 0;
    for (const auto place : chosen) {
      if (rows_.at(place).defined) sum += rows_[place].score, count += 1;
    }
    return {{score_.name, score_.share ? Unit::share : Unit::number, score_.less_is_better, metrics::share(sum, count), {}, score_.unit}};
  }
  std::vector<Figure> figures;
  const auto report = metric_->report();
  for (const auto& [name, value] : report.items()) {
    if (value.is_number()) figures.push_back({name, Unit::number, score_.less_is_better, value.get<double>(), {}, score_.unit});
  }
  return figures;
}

std::vector<std::string> MetricOutcomes::protocol() const {
  return {fmt::format("The task's own metric, \"{}\", of predictions and labels in the crop.", metric_->name()),
          scored_ ? "Each sample has a score; the figure is their mean." : "Computed over all samples at once: no intervals, no groups."};
}

nlohmann::json MetricOutcomes::details() const {
  nlohmann::json json = {{"metric", metric_->name()}};
  if (seen_ == rows_.size()) json["report"] = metric_->report();  // else other processes saw the rest
  return json;
}

nlohmann::json MetricOutcomes::state() const {
  if (!scored_) {
    throw Error(ErrorCode::unsupported, "evaluate: the metric \"" + metric_->name() + "\" can't be shared among processes")
        .where("task \"" + name_ + "\"")
        .hint("evaluate in one process, or give the metric a score a sample (Metric::scores)");
  }
  return RowOutcomes::state();
}

namespace {

template <class R, class O>
void add_outcomes_of(Registry<OutcomesMaker>& registry) {
  detail::add_outcomes<O>(registry, std::string(faceptor::detail::ReadoutOf<R>::type::kName));
}

}  // namespace

Registry<OutcomesMaker>& outcomes_registry() {
  static Registry<OutcomesMaker> protocols("protocol", "evaluate::register_outcomes<Outcomes>(readout)", [](auto& parts) {
    add_outcomes_of<results::Landmarks, LandmarkOutcomes>(parts);
    add_outcomes_of<results::ParsingMap, ParsingOutcomes>(parts);
    add_outcomes_of<results::AgeEstimate, AgeOutcomes>(parts);
    add_outcomes_of<results::Expression, ClassOutcomes>(parts);
    add_outcomes_of<ClassProbabilities, ClassOutcomes>(parts);
    add_outcomes_of<results::Attributes, AttributeOutcomes>(parts);
    add_outcomes_of<results::Probabilities, AttributeOutcomes>(parts);
    add_outcomes_of<results::Embedding, IdentityOutcomes>(parts);
    add_outcomes_of<results::Values, ValueOutcomes>(parts);
  });
  return protocols;
}

std::shared_ptr<Outcomes> make_outcomes(const AnyTask& task, const datasets::DatasetInfo& set) {
  if (auto own = task.make_outcomes(set)) return own;
  if (const auto make = outcomes_registry().find(task.spec().readout)) return (*make)(task.spec(), set);
  return std::make_shared<MetricOutcomes>(task, set);
}

}  // namespace faceptor::evaluate
