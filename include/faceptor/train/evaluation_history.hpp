#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor::train {

/// What a run's evaluations came to so far: of each number the best value with its step, and the mean of the last ten, as the
/// published trainer logs them.
///
/// A number is named by its task and itself, "affect_rafdb.accuracy"; where a task has several parts, "recog_ms1mv3.lfw.accuracy". Whole
/// numbers are counts, and left out.
class EvaluationHistory {
 public:
  static constexpr std::size_t kLast = 10;

  struct Best {
    std::string number;
    double value = 0;
    std::uint64_t step = 0;
  };

  /// @param errors  the tasks whose numbers are better the lower they are
  explicit EvaluationHistory(std::set<std::string> errors = {}) : errors_(std::move(errors)) {}

  /// @param numbers  by task, then by name, or by part and name; what is not finite is left out
  void add(std::uint64_t step, const nlohmann::ordered_json& numbers);

  /// The best so far; of equal ones the first. Nothing for a number that never came.
  std::optional<Best> best(const std::string& number) const;
  /// The names of all numbers that came.
  std::vector<std::string> numbers() const;

  /// {"best": {TASK: {NAME: value}}, "mean_of_last_10": the same}; empty before any number came
  nlohmann::ordered_json summary() const;

  /// For a checkpoint, and back: what doesn't fit is forgotten.
  nlohmann::json state() const;
  void load_state(const nlohmann::json& state);

 private:
  void add(std::uint64_t step, const std::string& task, const std::string& name, const nlohmann::ordered_json& json);

  struct Number {
    std::string task, name;
    std::vector<double> last;  // ten at most, in order
    double best = 0;
    std::uint64_t step = 0;
  };
  std::set<std::string> errors_;
  std::map<std::string, Number> numbers_;
};

}  // namespace faceptor::train
