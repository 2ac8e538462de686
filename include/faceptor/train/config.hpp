#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/loading/loader.hpp>
#include <faceptor/train/learner.hpp>
#include <faceptor/train/trainer.hpp>

/// A training run as plain values, read from JSON (the program reads TOML into it) and presets.
///
///     nlohmann::json tree = train::preset("tiny");
///     train::set_value(tree, "steps=500");
///     train::TrainConfig config = train::read_config(tree);
///
/// One table says what can be set, `config_keys`; reading, `--set`, the listing, the resolved configuration and the documentation come
/// from it.
namespace faceptor::train {

/// The data of one task.
struct DataConfig {
  std::string format;
  std::string root;
  std::string split;
  std::string labels;
  std::string within;
  nlohmann::json settings = nlohmann::json::object();
  std::int64_t batch = 0;
  double weight = 0;
  std::string chain = "auto";
  std::string along;
  std::vector<std::string> without;
  std::string evaluation_format;
  std::string evaluation_root;
  std::vector<std::string> evaluation_split;
  std::string evaluation_points = "set";

  /// Whether the task is trained at all.
  bool used() const noexcept { return batch > 0 || !along.empty(); }
};

/// What a task of the model's is to have instead of what it is declared with; empty values change nothing.
struct TaskConfig {
  std::string interpreter;
  std::string interpreter_group;
  nlohmann::json view = nlohmann::json::object();
  nlohmann::json loss_options = nlohmann::json::object();
};

/// All of a run but where it lies. What each value means is said by `config_keys`.
struct TrainConfig {
  std::string preset;  ///< that it was begun from; its values are in all the others
  struct Model {
    std::string architecture = "faceptor-base";
    nlohmann::json config = nlohmann::json::object();
    std::vector<std::string> tasks;
    nlohmann::json custom = nlohmann::json::array();
  } model;
  std::map<std::string, TaskConfig> tasks;  ///< by task
  struct Init {
    std::string from;
    nlohmann::json config = nlohmann::json::object();
    bool resume = false;
  } init;
  std::string data_root = ".";
  std::map<std::string, DataConfig> data;  ///< by task

  std::uint64_t seed = 0;
  /// How the parts of the run are to work; what follows from other values (a seed, a folder, weights of losses) is filled in by `Setup`.
  TrainerOptions trainer{.checkpoints = {.keep_every = 5000}};
  LearnerOptions learner;
  loading::LoaderOptions loader{.workers = 1, .ahead = 2};
  double weight_decay = 0.05;
  nlohmann::json parameters = {{"backbone", 1}, {"decoder", 10}, {"interpreters", 10}, {"heads", 10}, {"losses", 10}};
  std::string freeze = "auto";
  std::map<std::string, double> weights;  ///< by task type
  struct Auxiliary {
    std::string main;
    double factor = 0.1;
  } auxiliary;
  std::string device = "auto";
  std::int64_t evaluation_samples = 0;
  std::int64_t evaluation_batch = 32;
  std::size_t pictures_count = 4;

  /// Whether a task is trained: it has data, and isn't one of the others where a single task is all that counts.
  bool trains(const std::string& task) const;
};

/// One thing that can be set.
struct ConfigKey {
  std::string name;        ///< the dotted path: "schedule.peak"; "data.TASK.batch", "tasks.TASK.interpreter" for any task
  std::string type;        ///< "number", "whole number", "text", "yes or no", "list of texts", "table", "tables"
  std::string unit;        ///< "steps", "pixels", ...; empty where there is none
  std::string range;       ///< "at least 1", "fp32 | bf16", ...; empty for anything
  nlohmann::json initial;  ///< the default
  std::string meaning;
};

/// All keys, in the order in which they are best read.
std::vector<ConfigKey> config_keys();
/// The same as a table in Markdown, as it stands in docs/training.md.
std::string config_table();

/// The configuration that a tree of values stands for. What it leaves out keeps its default; a "preset" in it is begun from.
/// @throws Error(argument)  for an unknown key, with the nearest known one; a value of the wrong type or out of range, naming the key;
///                          values that don't go together
TrainConfig read_config(const nlohmann::json& tree);

/// All values, defaults included: `read_config` gives the same configuration back.
nlohmann::ordered_json write_config(const TrainConfig& config);

/// Puts "a.b.c=value" into a tree. The value is read as JSON where it is JSON (numbers, true, lists, tables), else as text.
/// @throws Error(argument)  without '=', with an empty part of the path, or where the path leads through a value
void set_value(nlohmann::json& tree, std::string_view assignment);

/// The paths at which two trees of values differ, such as those a run began with and those it is resumed with.
std::vector<std::string> changed_keys(const nlohmann::json& a, const nlohmann::json& b);

}  // namespace faceptor::train
