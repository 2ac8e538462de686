#include <cmath>
#include <numeric>

#include <faceptor/train/evaluation_history.hpp>

namespace faceptor::train {

void EvaluationHistory::add(std::uint64_t step, const nlohmann::ordered_json& numbers) {
  for (const auto& [task, values] : numbers.items()) {
    if (!values.is_object()) continue;
    for (const auto& [name, value] : values.items()) {
      add(step, task, name, value);
      if (!value.is_object()) continue;
      for (const auto& [part_name, part_value] : value.items()) add(step, task, name + "." + part_name, part_value);
    }
  }
}

void EvaluationHistory::add(std::uint64_t step, const std::string& task, const std::string& name, const nlohmann::ordered_json& json) {
  if (!json.is_number_float() || !std::isfinite(json.get<double>())) return;
  const auto value = json.get<double>();
  auto& number = numbers_[task + "." + name];
  const bool better = errors_.contains(task) ? value < number.best : value > number.best;
  if (number.last.empty() || better) {
    number.best = value;
    number.step = step;
  }
  number.task = task;
  number.name = name;
  number.last.push_back(value);
  if (number.last.size() > kLast) number.last.erase(number.last.begin());
}

std::optional<EvaluationHistory::Best> EvaluationHistory::best(const std::string& number) const {
  const auto found = numbers_.find(number);
  if (found == numbers_.end()) return std::nullopt;
  return Best{number, found->second.best, found->second.step};
}

std::vector<std::string> EvaluationHistory::numbers() const {
  std::vector<std::string> names;
  for (const auto& [name, number] : numbers_) names.push_back(name);
  return names;
}

nlohmann::ordered_json EvaluationHistory::summary() const {
  if (numbers_.empty()) return nlohmann::ordered_json::object();
  nlohmann::ordered_json best, mean;
  for (const auto& [path, number] : numbers_) {
    best[number.task][number.name] = number.best;
    mean[number.task][number.name] = std::accumulate(number.last.begin(), number.last.end(), 0.0) / static_cast<double>(number.last.size());
  }
  return {{"best", best}, {"mean_of_last_10", mean}};
}

nlohmann::json EvaluationHistory::state() const {
  auto state = nlohmann::json::array();
  for (const auto& [path, number] : numbers_) {
    state.push_back({{"task", number.task}, {"name", number.name}, {"last", number.last}, {"best", number.best}, {"step", number.step}});
  }
  return state;
}

void EvaluationHistory::load_state(const nlohmann::json& state) {
  numbers_.clear();
  try {
    for (const auto& entry : state) {
      Number number{entry.at("task"), entry.at("name"), entry.at("last"), entry.at("best"), entry.at("step")};
      if (number.last.empty() || number.last.size() > kLast) continue;
      auto path = number.task + "." + number.name;
      numbers_.emplace(std::move(path), std::move(number));
    }
  } catch (const nlohmann::json::exception&) {
    numbers_.clear();
  }
}

}  // namespace faceptor::train
