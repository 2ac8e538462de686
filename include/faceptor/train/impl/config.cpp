#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/train/impl/config_keys.hpp>
#include <faceptor/train/presets.hpp>

namespace faceptor::train {
namespace {

/// Hands the values of a tree to the keys that they belong to.
/// @param prefix  where the tree stands: "" or "schedule."
void read_tree(const nlohmann::json& tree, const std::string& prefix, const std::vector<detail::BoundKey>& keys) {
  for (const auto& [name, value] : tree.items()) {
    const auto path = prefix + name;
    const auto known = std::find_if(keys.begin(), keys.end(), [&](const detail::BoundKey& k) { return k.key.name == path; });
    const bool section =
        std::any_of(keys.begin(), keys.end(), [&](const detail::BoundKey& k) { return k.key.name.starts_with(path + "."); });
    if (known != keys.end()) {
      known->read(value);
    } else if (section && value.is_object()) {
      read_tree(value, path + ".", keys);
    } else if (section) {
      throw Error(ErrorCode::argument, "train: \"" + path + "\" is a table, and has a value")
          .where(path)
          .expected("a table")
          .found(value.dump());
    } else {
      std::vector<std::string> names;
      for (const auto& k : keys) {
        if (k.key.name.starts_with(prefix)) names.push_back(k.key.name.substr(prefix.size()));
      }
      const auto near = text::closest(name, names);
      throw Error(ErrorCode::argument, "train: there is no key \"" + path + "\"")
          .where(path)
          .hint(prefix.empty() && near.empty() ? "`faceptor train --list-keys` shows them all" : text::suggestion(name, names));
    }
  }
}

/// Takes a table of tables, one a task, out of the tree and reads it.
/// @param keys_of  the keys of a task; they begin with a prefix
template <class KeysOf>
void read_tasks(nlohmann::json& tree, const std::string& name, const char* expected, KeysOf keys_of) {
  const auto tables = tree.find(name);
  if (tables == tree.end()) return;
  if (!tables->is_object()) {
    throw Error(ErrorCode::argument, "train: \"" + name + "\" is a table of tasks").where(name).found(tables->dump());
  }
  for (const auto& [task, values] : tables->items()) {
    const auto where = name + "." + task;
    if (!values.is_object()) {
      throw Error(ErrorCode::argument, "train: what is said of a task is a table").where(where).expected(expected).found(values.dump());
    }
    read_tree(values, where + ".", keys_of(task, where + "."));
  }
  tree.erase(name);
}

/// What each value allows, but not all of them together.
void check_config(const TrainConfig& config) {
  if (config.trainer.schedule.warmup > config.trainer.schedule.steps) {
    throw Error(ErrorCode::argument, "train: the warm-up is longer than the run")
        .where("schedule.warmup")
        .expected(fmt::format("at most {} steps", config.trainer.schedule.steps))
        .found(std::to_string(config.trainer.schedule.warmup));
  }
  std::vector<std::string> with_data;
  for (const auto& [task, data] : config.data) {
    if (!data.used()) continue;
    with_data.push_back(task);
    if (data.format.empty()) {
      throw Error(ErrorCode::argument, "train: the data of task \"" + task + "\" have no format").where("data." + task + ".format");
    }
  }
  if (with_data.empty()) {
    throw Error(ErrorCode::argument, "train: no task has data to train on")
        .where("data")
        .hint("begin with a preset, or give data.TASK.format, data.TASK.root and data.TASK.batch");
  }
  if (config.init.resume && config.init.from.empty()) {
    throw Error(ErrorCode::argument, "train: there is no published checkpoint to go on with")
        .where("init.resume")
        .hint("name it in init.from");
  }
  if (const auto& best = config.trainer.keep_best; !best.empty()) {
    const auto task = config.data.find(best.substr(0, best.find('.')));
    const bool evaluated = task != config.data.end() && task->second.used() && !task->second.evaluation_split.empty();
    if (!evaluated || config.trainer.evaluate_every == 0) {
      throw Error(ErrorCode::argument, "train: the number whose best step is to stay is in no evaluation")
          .where("checkpoints.keep_best")
          .expected("TASK.NAME of a task with data.TASK.evaluation_split, and evaluation.every above 0")
          .found(best);
    }
  }
  const auto& main = config.auxiliary.main;
  if (!main.empty() && std::find(with_data.begin(), with_data.end(), main) == with_data.end()) {
    throw Error(ErrorCode::argument, "train: the main task has no data")
        .where("auxiliary.main")
        .found(main)
        .hint(text::suggestion(main, with_data));
  }
}

/// Tasks declared by name, `model.custom.NAME = {...}`, as the list of tables that they stand for.
nlohmann::json custom_tasks(const nlohmann::json& given) {
  if (!given.is_object()) return given;
  auto list = nlohmann::json::array();
  for (const auto& [name, declaration] : given.items()) {
    const auto where = "model.custom." + name;
    if (!declaration.is_object()) {
      throw Error(ErrorCode::argument, "train: a task's declaration is a table")
          .where(where)
          .expected("like, view, ...")
          .found(declaration.dump());
    }
    auto entry = declaration;
    if (entry.emplace("name", name).first.value() != name) {
      throw Error(ErrorCode::argument, "train: a task is declared under another name than its own")
          .where(where)
          .found(entry.at("name").dump());
    }
    list.push_back(std::move(entry));
  }
  return list;
}

void put(nlohmann::ordered_json& tree, const std::string& path, const nlohmann::json& value) {
  auto* place = &tree;
  for (const auto& part : text::split(path, '.')) place = &(*place)[part];
  *place = value;
}

}  // namespace

bool TrainConfig::trains(const std::string& task) const {
  const auto own = data.find(task);
  if (own == data.end() || !own->second.used()) return false;
  return auxiliary.main.empty() || auxiliary.factor > 0 || task == auxiliary.main;
}

std::vector<ConfigKey> config_keys() {
  TrainConfig config;
  TaskConfig task;
  DataConfig data;
  std::vector<ConfigKey> keys;
  for (const auto& bound : detail::run_keys(config)) {
    keys.push_back(bound.key);
    if (bound.key.name == "model.custom") {
      for (const auto& of_task : detail::task_keys(task, "tasks.TASK.")) keys.push_back(of_task.key);
    }
    if (bound.key.name == "data_root") {
      for (const auto& of_task : detail::data_keys(data, "data.TASK.")) keys.push_back(of_task.key);
    }
  }
  return keys;
}

std::string config_table() {
  std::string table = "| key | default | what | meaning |\n|---|---|---|---|\n";
  for (const auto& key : config_keys()) {
    auto what = key.type;
    for (const auto& more : {key.range, key.unit}) {
      if (!more.empty()) what += ", " + more;
    }
    // A bar would end the cell.
    for (auto bar = what.find('|'); bar != std::string::npos; bar = what.find('|', bar + 2)) what.replace(bar, 1, "\\|");
    table += fmt::format("| `{}` | `{}` | {} | {} |\n", key.name, key.initial.dump(), what, key.meaning);
  }
  return table;
}

TrainConfig read_config(const nlohmann::json& given) {
  if (!given.is_object()) {
    throw Error(ErrorCode::argument, "train: a configuration is a table of keys and values").found(given.type_name());
  }
  auto tree = given;
  if (const auto name = tree.find("preset"); name != tree.end()) {
    if (!name->is_string()) throw Error(ErrorCode::argument, "train: a preset is named by a text").where("preset").found(name->dump());
    auto base = name->get<std::string>().empty() ? nlohmann::json::object() : preset(name->get<std::string>());
    base.merge_patch(tree);
    tree = std::move(base);
  }
  TrainConfig config;
  read_tasks(tree, "data", "format, root, ...",
             [&](const std::string& task, const std::string& prefix) { return detail::data_keys(config.data[task], prefix); });
  read_tasks(tree, "tasks", "interpreter, loss_options, ...",
             [&](const std::string& task, const std::string& prefix) { return detail::task_keys(config.tasks[task], prefix); });
  if (const auto model = tree.find("model"); model != tree.end() && model->is_object() && model->contains("custom")) {
    model->at("custom") = custom_tasks(model->at("custom"));
  }
  read_tree(tree, "", detail::run_keys(config));
  check_config(config);
  return config;
}

nlohmann::ordered_json write_config(const TrainConfig& config) {
  auto copy = config;
  nlohmann::ordered_json tree;
  for (const auto& bound : detail::run_keys(copy)) put(tree, bound.key.name, bound.write());
  for (auto& [task, own] : copy.tasks) {
    for (const auto& bound : detail::task_keys(own, "tasks." + task + ".")) put(tree, bound.key.name, bound.write());
  }
  for (auto& [task, data] : copy.data) {
    for (const auto& bound : detail::data_keys(data, "data." + task + ".")) put(tree, bound.key.name, bound.write());
  }
  return tree;
}

void set_value(nlohmann::json& tree, std::string_view assignment) {
  const auto equals = assignment.find('=');
  const auto wrong = [&](const char* what) {
    return Error(ErrorCode::argument, std::string("train: ") + what)
        .expected("key=value, such as schedule.peak=1e-4")
        .found(std::string(assignment));
  };
  if (equals == std::string_view::npos) throw wrong("what is to be set has no '='");
  const std::string text(assignment.substr(equals + 1));
  auto value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded()) value = text;
  auto* place = &tree;
  for (const auto& part : text::split(assignment.substr(0, equals), '.')) {
    if (part.empty()) throw wrong("what is to be set has an empty name");
    if (!place->is_object() && !place->is_null()) throw wrong("what is to be set lies within a value that is no table");
    place = &(*place)[part];
  }
  *place = std::move(value);
}

std::vector<std::string> changed_keys(const nlohmann::json& a, const nlohmann::json& b) {
  const auto left = a.flatten();
  const auto right = b.flatten();
  std::set<std::string> changed;
  const auto compare = [&](const nlohmann::json& one, const nlohmann::json& other) {
    for (const auto& [pointer, value] : one.items()) {
      if (other.contains(pointer) && other.at(pointer) == value) continue;
      auto name = pointer.substr(1);
      std::replace(name.begin(), name.end(), '/', '.');
      changed.insert(name);
    }
  };
  compare(left, right);
  compare(right, left);
  return {changed.begin(), changed.end()};
}

}  // namespace faceptor::train
