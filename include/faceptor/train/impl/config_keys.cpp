#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/train/impl/config_keys.hpp>
#include <faceptor/transforms/chains.hpp>

namespace faceptor::train::detail {

/// What a value must lie within.
struct ConfigRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool without_ends = false;
  std::vector<std::string> choices{};
  std::vector<std::string> unlisted{};  ///< taken as well: what this program has made known

  std::string str() const {
    if (!choices.empty()) return text::join(choices, " | ");
    if (std::isfinite(low) && std::isfinite(high)) return fmt::format("{} to {}{}", low, high, without_ends ? ", ends excluded" : "");
    if (std::isfinite(low)) return fmt::format("{} {}", without_ends ? "over" : "at least", low);
    return {};
  }
  bool holds(double value) const { return without_ends ? value > low && value < high : value >= low && value <= high; }
};

Error bad_value(const ConfigKey& key, const nlohmann::json& found) {
  auto expected = key.type;
  if (!key.range.empty()) expected += ", " + key.range;
  if (!key.unit.empty()) expected += " (" + key.unit + ")";
  auto shown = found.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (shown.size() > 80) shown = shown.substr(0, 77) + "...";
  return Error(ErrorCode::argument, "train: the value of \"" + key.name + "\" won't do").where(key.name).expected(expected).found(shown);
}

template <class T>
constexpr const char* config_type() {
  if constexpr (std::same_as<T, bool>) return "yes or no";
  if constexpr (std::integral<T>) return "whole number";
  if constexpr (std::floating_point<T>) return "number";
  if constexpr (std::same_as<T, std::string>) return "text";
  if constexpr (std::same_as<T, std::vector<std::string>>) return "list of texts";
  if constexpr (std::same_as<T, std::map<std::string, double>>) return "table of numbers";
  return "table";
}

/// @throws Error(argument)  when the JSON isn't a T within the range
template <class T>
void read_value(const ConfigKey& key, const ConfigRange& range, const nlohmann::json& json, T& value) {
  const auto require = [&](bool fine) {
    if (!fine) throw bad_value(key, json);
  };
  if constexpr (std::same_as<T, bool>) {
    require(json.is_boolean());
    value = json.get<bool>();
  } else if constexpr (std::integral<T>) {
    // 1e3 is as good a whole number as 1000.
    const bool whole = json.is_number_integer() || (json.is_number_float() && std::floor(json.get<double>()) == json.get<double>() &&
                                                    std::abs(json.get<double>()) < 9e15);
    require(whole && range.holds(json.get<double>()) && (!std::is_unsigned_v<T> || json.get<double>() >= 0));
    value = json.get<T>();
  } else if constexpr (std::floating_point<T>) {
    require(json.is_number() && std::isfinite(json.get<double>()) && range.holds(json.get<double>()));
    value = json.get<T>();
  } else if constexpr (std::same_as<T, std::string>) {
    require(json.is_string());
    const auto& chosen = json.get_ref<const std::string&>();
    auto known = range.choices;
    known.insert(known.end(), range.unlisted.begin(), range.unlisted.end());
    if (!known.empty() && std::find(known.begin(), known.end(), chosen) == known.end()) {
      throw bad_value(key, json).hint(text::suggestion(chosen, known));
    }
    value = chosen;
  } else if constexpr (std::same_as<T, std::vector<std::string>>) {
    value.clear();
    if (json.is_string()) {  // as it comes from a command line: "a,b"
      for (const auto& name : text::split(json.get_ref<const std::string&>(), ',')) {
        if (!name.empty()) value.push_back(name);
      }
      return;
    }
    require(json.is_array() && std::all_of(json.begin(), json.end(), [](const auto& item) { return item.is_string(); }));
    value = json.get<std::vector<std::string>>();
  } else if constexpr (std::same_as<T, std::map<std::string, double>>) {
    require(json.is_object());
    value.clear();
    for (const auto& [name, item] : json.items()) {
      if (!item.is_number() || !range.holds(item.template get<double>())) throw bad_value(key, item).where(key.name + "." + name);
      value[name] = item.template get<double>();
    }
  } else {
    require(json.type() == value.type());
    value = json;
  }
}

/// Collects the keys of a configuration.
class KeyTable {
 public:
  explicit KeyTable(std::string prefix = {}) : prefix_(std::move(prefix)) {}

  template <class T>
  void add(const std::string& name, T& value, const char* unit, ConfigRange range, const char* meaning,
           const char* type = config_type<T>()) {
    ConfigKey key{prefix_ + name, type, unit, range.str(), nlohmann::json(value), meaning};
    keys_.push_back({key, [key, range, &value](const nlohmann::json& json) { read_value(key, range, json, value); },
                     [&value] { return nlohmann::json(value); }});
  }
  /// A value that is one of a few, each with a name.
  template <class T>
  void add_choice(const std::string& name, T& value, std::vector<std::pair<std::string, T>> choices, const char* meaning) {
    ConfigRange range;
    for (const auto& [choice, stands_for] : choices) range.choices.push_back(choice);
    const auto write = [choices, &value] {
      return nlohmann::json(std::find_if(choices.begin(), choices.end(), [&](const auto& c) { return c.second == value; })->first);
    };
    const ConfigKey key{prefix_ + name, config_type<std::string>(), "", range.str(), write(), meaning};
    const auto read = [key, range, choices, &value](const nlohmann::json& json) {
      std::string chosen;
      read_value(key, range, json, chosen);
      value = std::find_if(choices.begin(), choices.end(), [&](const auto& c) { return c.first == chosen; })->second;
    };
    keys_.push_back({key, read, write});
  }
  std::vector<BoundKey> take() { return std::move(keys_); }

 private:
  std::string prefix_;
  std::vector<BoundKey> keys_;
};

/// The keys of one task's data. @param prefix  "data.TASK."
std::vector<BoundKey> data_keys(DataConfig& data, const std::string& prefix) {
  KeyTable keys(prefix);
  keys.add("format", data.format, "", {}, "the data set's format, as `faceptor dataset check` takes it");
  keys.add("root", data.root, "", {}, "the data set's folder; below `data_root` unless absolute");
  keys.add("split", data.split, "", {}, "which part to train on; empty: the one that the reference trains on");
  keys.add("labels", data.labels, "", {}, "a file or folder of labels where the format keeps them apart from the pictures");
  keys.add("within", data.within, "", {}, "the folder that no path in a label file may leave, where labels point beside the root");
  keys.add("settings", data.settings, "", {}, "settings of the format's own, as texts by name");
  keys.add("batch", data.batch, "samples a step and process", {0, 65536}, "how many; 0 leaves the task's data out, unless `along` is set");
  keys.add("along", data.along, "", {},
           "a task of the same view whose pictures this one's labels are of too, by the names of files: one pass serves both; where this "
           "data set hasn't a picture, its task isn't trained on it");
  keys.add("weight", data.weight, "", {0}, "the task's share among those of its type; 0: its batch");
  keys.add("chain", data.chain, "", {.choices = {"auto", "published", "view", "plain"}, .unlisted = transforms::chain_names()},
           "how samples are prepared: as the published task's, with strong changes of the task's view, its view as it is, or a chain of "
           "your own by its name; `auto`: published where the task looks at the published view, else view");
  keys.add("without", data.without, "", {}, "steps of the chain to leave out, by name (`--dry-run` shows them)");
  keys.add("evaluation_format", data.evaluation_format, "", {},
           "format of the data to evaluate on, where it is another one: an identity is evaluated on `verification`, pairs of faces; empty: "
           "`format`, with its `labels`, `within` and `settings`, of which another format takes none");
  keys.add("evaluation_root", data.evaluation_root, "", {}, "folder of the data to evaluate on; empty: `root`");
  keys.add("evaluation_split", data.evaluation_split, "", {},
           "which parts to evaluate on, each by itself; none: the task is not evaluated in the run");
  keys.add("evaluation_points", data.evaluation_points, "", {.choices = {"set", "model"}},
           "whose five points faces are aligned by when they are evaluated: the data set's, or the model's own landmarks, as in use");
  return keys.take();
}

/// The keys of one task's declaration. @param prefix  "tasks.TASK."
std::vector<BoundKey> task_keys(TaskConfig& task, const std::string& prefix) {
  KeyTable keys(prefix);
  keys.add("interpreter", task.interpreter, "", {},
           "Faceptor: how the task's tokens become its output, instead of as declared: `map` or `map_v2` for maps, `feature` or "
           "`feature_v2` for "
           "embeddings, `value`, or one of your own");
  keys.add("interpreter_group", task.interpreter_group, "", {},
           "Faceptor: tasks of one group share an interpreter; empty: as declared, and that of a changed interpreter its name");
  keys.add("view", task.view, "", {}, "laid over the task's view: `width`, `height`, `scale`, ...");
  keys.add(
      "loss_options", task.loss_options, "", {},
      "laid over the options of its loss: `radius` and `heatmap_size` (landmarks, pixels of the map), `margin`, `scale` and `sample_rate` "
      "(identities), `deviation` (ages, years), ...");
  return keys.take();
}

/// All other keys.
std::vector<BoundKey> run_keys(TrainConfig& c) {
  KeyTable keys;
  const ConfigRange any, positive{0, std::numeric_limits<double>::infinity(), true}, count{0}, one_or_more{1}, decay{0, 1};
  keys.add("preset", c.preset, "", any, "a run that is ready to start, which all other values are laid over");
  keys.add("steps", c.trainer.schedule.steps, "steps", one_or_more, "length of the run");
  keys.add("seed", c.seed, "", count, "of everything random");
  keys.add("model.architecture", c.model.architecture, "", any,
           "a named one (`faceptor info --architecture`): configuration and tasks; `init`: those of the weights in `init.from`");
  keys.add("model.config", c.model.config, "", any,
           "laid over the architecture's configuration: `backbone.drop_path`, `decoder.layers`, ...");
  keys.add("model.tasks", c.model.tasks, "", any, "the model's tasks by name; empty: those with data; `*`: all of the architecture");
  keys.add("model.custom", c.model.custom, "", any,
           "further tasks by name (or a list of tables with `name`): declarations as in weights files, or `like` with a published task's "
           "name and what differs from it; what neither says comes from the data",
           "tables");
  keys.add("init.from", c.init.from, "", any, "weights to begin with: a weights file, a published checkpoint, FaRL's; empty: random ones");
  keys.add("init.config", c.init.config, "", any, "what a published checkpoint can't tell (docs/weights.md)");
  keys.add("init.resume", c.init.resume, "", any,
           "go on with what a published checkpoint in `init.from` left: its optimizer's state and rates, at its step");
  keys.add("data_root", c.data_root, "", any, "the folder that the data sets' own lie in");
  keys.add("schedule.start", c.trainer.schedule.start, "learning rate", count, "at step 0");
  keys.add("schedule.peak", c.trainer.schedule.peak, "learning rate", count,
           "at the end of the warm-up; from there along half a cosine to 0");
  keys.add("schedule.warmup", c.trainer.schedule.warmup, "steps", count, "of linear rise");
  keys.add("optimizer.beta1", c.learner.adamw.beta1, "", decay, "AdamW's decay of the mean of gradients");
  keys.add("optimizer.beta2", c.learner.adamw.beta2, "", decay, "and of the mean of their squares");
  keys.add("optimizer.eps", c.learner.adamw.eps, "", positive, "added to the root of the latter");
  keys.add("optimizer.weight_decay", c.weight_decay, "", count, "of parameters for which `parameters` says nothing else");
  keys.add("optimizer.clip", c.learner.clip, "", count, "largest length of all gradients as one vector; 0: any");
  keys.add(
      "parameters", c.parameters, "", any,
      "by pattern of names: a multiple of the learning rate, `frozen`, `trained`, or a table of `multiplier`, `weight_decay`, `frozen`");
  keys.add("freeze", c.freeze, "", {.choices = {"auto", "nothing", "backbone", "shared"}},
           "what keeps its values, besides what `parameters` says; `shared`: all but what the tasks with data have for themselves; `auto`: "
           "`shared` where all of these are new to the weights in `init.from` (`model.architecture` is `init`), else `nothing`");
  keys.add("weights", c.weights, "", positive, "by task type (a name's part before its first `_`): its share of the loss; absent: 1");
  keys.add("auxiliary.main", c.auxiliary.main, "", any, "auxiliary supervised learning: the task that counts; empty: all do");
  keys.add("auxiliary.factor", c.auxiliary.factor, "", {0, 1},
           "what the weights of the other tasks are multiplied by then; 0: the main task alone, the others' data aren't opened");
  keys.add_choice<Precision>("precision", c.learner.precision,
                             {{"fp32", Precision::fp32}, {"bf16", Precision::bf16}, {"fp16", Precision::fp16}},
                             "of the forward pass; weights stay fp32");
  keys.add("device", c.device, "", any, "`cpu`, `cuda`, `cuda:1`; `auto`: a GPU where there is one");
  keys.add("accumulation", c.trainer.accumulation, "batches", {1, 65536}, "whose gradients are added up for a step");
  keys.add("checkpoint_activations", c.learner.recompute, "", any, "compute the backbone's activations twice rather than keep them");
  keys.add("ema", c.learner.average, "", {0, 1},
           "decay of a running mean of the weights, which is then what is evaluated and written; 0: none");
  keys.add("workers", c.loader.workers, "threads", {0, 256}, "that read and prepare samples");
  keys.add("ahead", c.loader.ahead, "batches", {1, 1024}, "prepared ahead");
  keys.add("log.every", c.trainer.log_every, "steps", one_or_more, "between lines of the log and points of TensorBoard's curves");
  keys.add("log.tensorboard", c.trainer.tensorboard, "", any, "write TensorBoard files");
  keys.add("evaluation.every", c.trainer.evaluate_every, "steps", count, "between evaluations; 0: none");
  keys.add("evaluation.samples", c.evaluation_samples, "samples a task", count, "at most; 0: all of the split");
  keys.add("evaluation.batch", c.evaluation_batch, "samples", {1, 65536}, "at a time");
  keys.add("pictures.every", c.trainer.pictures_every, "steps", count,
           "between pictures of training samples with what the model says of them; 0: none");
  keys.add("pictures.count", c.pictures_count, "samples a task", {1, 64}, "in a picture");
  keys.add("checkpoints.every", c.trainer.checkpoint_every, "steps", one_or_more, "between checkpoints");
  keys.add("checkpoints.keep_every", c.trainer.checkpoints.keep_every, "steps", count, "between checkpoints that stay; 0: none does");
  keys.add("checkpoints.newest", c.trainer.checkpoints.newest, "checkpoints", {1, 1000}, "the newest ones, which are there besides");
  keys.add("checkpoints.keep_best", c.trainer.keep_best, "", any,
           "a number of the evaluations, such as `affect_rafdb.accuracy`: the checkpoint of its best step stays; empty: none does");
  keys.add_choice<bool>("checkpoints.on_disk_full", c.trainer.stop_on_disk_full, {{"stop", true}, {"continue", false}},
                        "when a checkpoint can't be written: the old ones stay, and the run ends or continues without");
  keys.add("result.licence", c.trainer.about.licence, "", any, "written into the final weights: what your data allow");
  keys.add("result.source", c.trainer.about.source, "", any, "likewise: who trained on what; empty: the configuration's data");
  keys.add("result.description", c.trainer.about.description, "", any, "likewise: anything else");
  return keys.take();
}

}  // namespace faceptor::train::detail
