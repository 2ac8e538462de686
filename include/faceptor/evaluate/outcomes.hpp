#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/evaluate/figure.hpp>
#include <faceptor/loading/evaluation_loader.hpp>
#include <faceptor/results/task_result.hpp>
#include <faceptor/tasks/task_list.hpp>

/// What came out for each sample of a set, kept so that figures can be computed of any choice of samples: all of them, a group, a
/// bootstrap's.
namespace faceptor::evaluate {

/// A batch as it came out of the network.
struct ScoredBatch {
  const AnyTask& task;
  torch::Tensor raw;  ///< one row a sample, on the CPU in float32
  std::span<const loading::EvaluationSample> samples{};
  const std::string& model_hash;

  /// What is said of a sample.
  TaskResult result(std::size_t place) const;
};

/// A protocol: what is kept of each sample, and what is made of it.
///
/// That of a readout is found by its name (`outcomes_registry`), or stands in the readout as `using Outcomes = ...;`, constructed from a
/// `TaskSpec` and a `datasets::DatasetInfo`.
class Outcomes {
 public:
  virtual ~Outcomes() = default;

  /// Adds a batch: sample by sample where it isn't overridden.
  virtual void add(const ScoredBatch& batch) {
    for (std::size_t i = 0; i < batch.samples.size(); ++i) add(batch.result(i), batch.samples[i]);
  }
  /// Adds one sample. @throws Error(format) for a label that can't be; it names the sample
  virtual void add(const TaskResult& result, const loading::EvaluationSample& sample) = 0;
  /// To be called once all samples are there, before anything else is asked for: puts them in the set's order.
  virtual void finish() = 0;

  /// What is scored: samples; for identity, pairs of them. Places go from 0 to below `size()`.
  virtual std::size_t size() const noexcept = 0;
  /// The sample that a place is about, as its index in the data set.
  virtual std::size_t sample(std::size_t place) const = 0;
  /// The other picture of a pair; nothing where a place is about one.
  virtual std::optional<std::size_t> other_sample(std::size_t) const { return std::nullopt; }
  /// How wrong a place came out: the greater the worse. Comparable within one set of outcomes.
  virtual double error(std::size_t place) const = 0;

  /// The headline numbers for a choice of places, the published score first; always the same names in the same order.
  virtual std::vector<Figure> figures(std::span<const std::size_t> chosen) const = 0;
  /// Whether `figures` holds for any choice of places; else there are no intervals and no groups.
  virtual bool any_choice() const { return true; }
  /// What is measured, and how, in sentences.
  virtual std::vector<std::string> protocol() const { return {}; }
  /// What is worth seeing of `details()`.
  virtual std::vector<Plot> plots(const nlohmann::json&) const { return {}; }
  /// What answers without looking at the pictures would reach, where that is easily computed.
  virtual std::vector<Figure> baselines() const { return {}; }
  /// Everything else: by class, point, threshold, for tables and plots. Numbers that are not defined are null.
  virtual nlohmann::json details() const = 0;

  /// All that was gathered, to be merged on another machine.
  virtual nlohmann::json state() const = 0;
  /// Adds what others gathered of other samples of the same set. @throws Error(format) for what no `state` has written
  virtual void merge(const nlohmann::json& state) = 0;
};

/// The part that is the same for most: one row a sample.
/// @tparam Row  has `std::size_t index` (in the data set), `to_json` and `from_json`
template <class Row>
class RowOutcomes : public Outcomes {
 public:
  using Outcomes::add;
  void finish() override {
    std::sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.index < b.index; });
  }
  std::size_t size() const noexcept override { return rows_.size(); }
  std::size_t sample(std::size_t place) const override { return rows_.at(place).index; }

  nlohmann::json state() const override { return rows_; }
  void merge(const nlohmann::json& state) override {
    try {
      auto rows = state.template get<std::vector<Row>>();
      rows_.insert(rows_.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    } catch (const nlohmann::json::exception& e) {
      throw Error(ErrorCode::format, "evaluate: not the state of such outcomes").found(e.what());
    }
  }

 protected:
  std::vector<Row> rows_;
};

namespace detail {

/// The label of a sample. @throws Error(mismatch) when it is of another kind
template <class L>
const L& label_of(const loading::EvaluationSample& sample) {
  const auto* label = std::get_if<L>(&sample.annotation.label);
  if (label == nullptr) {
    throw Error(ErrorCode::mismatch, "evaluate: a sample has another kind of label than the task is scored by")
        .where(sample.annotation.name)
        .found(std::string(datasets::kind_of(sample.annotation.label).name()));
  }
  return *label;
}

/// A number of a report's details; nothing for null.
std::optional<double> number_of(const nlohmann::json& json);

/// A bar for each entry of a table: its "name" and the number under `key`.
Bars bars_of(std::string title, const nlohmann::json& entries, const char* key);

/// The confusion matrix of a protocol with "classes" and "confusion".
Confusion confusion_of(const nlohmann::json& details);

/// A class index below `classes`. @throws Error(format) otherwise
void check_class(std::int64_t index, std::int64_t classes, const loading::EvaluationSample& sample);

/// The names of a task's outputs: its labels, else the set's, else their numbers.
std::vector<std::string> output_names(const TaskSpec& spec, const datasets::DatasetInfo& set);

}  // namespace detail
/// Places of outcomes that have one value of a column in common.
struct Group {
  std::string by;     ///< the column
  std::string value;  ///< "female", "20 to 40", "not stated"
  std::vector<std::size_t> places;
};

/// Sorts places into groups by columns of their samples (of pairs, of the first picture).
///
/// A column is named as it stands in the set. "NAME:20,40,60" makes bands of a column of numbers: below 20, 20 to 40, 40 to 60, 60 and
/// above. "age" is also the age label itself, and "age_band" stands for "age:10,20,30,40,50,60,70".
/// @param columns  as above
/// @return         in the order of the columns; words sorted, bands ascending, "not stated" last
/// @throws Error(argument)  for a column that no sample has, or edges that are no ascending numbers
std::vector<Group> group_places(const Outcomes& outcomes, const datasets::Dataset& set, std::span<const std::string> columns);

}  // namespace faceptor::evaluate
