#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/train/config.hpp>

/// The one table of what can be set, and how each type of value is read.
namespace faceptor::train::detail {

/// A key and the way to its value in a configuration.
struct BoundKey {
  ConfigKey key;
  std::function<void(const nlohmann::json&)> read;
  std::function<nlohmann::json()> write;
};

Error bad_value(const ConfigKey& key, const nlohmann::json& found);

/// The keys of one task's data; `prefix` stands before their names.
std::vector<BoundKey> data_keys(DataConfig& data, const std::string& prefix);

/// The keys of one task's declaration; `prefix` stands before their names.
std::vector<BoundKey> task_keys(TaskConfig& task, const std::string& prefix);

/// The keys of a run besides.
std::vector<BoundKey> run_keys(TrainConfig& c);

}  // namespace faceptor::train::detail
