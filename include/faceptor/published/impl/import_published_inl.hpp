#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/published/import_published.hpp>
#include <faceptor/published/table.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/tasks/task_registry.hpp>

namespace faceptor::published {
namespace detail {

/// A whole number of the user's configuration under any of these names, or `otherwise`.
FACEPTOR_INLINE int64_t number_of(const nlohmann::json& config, std::initializer_list<const char*> names, int64_t otherwise) {
  for (const auto* name : names) {
    if (!config.is_object() || !config.contains(name)) continue;
    if (config[name].is_number_integer()) return config[name].get<int64_t>();
    throw Error(ErrorCode::format, std::string("weights: \"") + name + "\" of the configuration is not a whole number")
        .found(config[name].dump());
  }
  return otherwise;
}

/// An object of the user's configuration, empty where it isn't given.
FACEPTOR_INLINE nlohmann::json part_of(const nlohmann::json& config, const char* name) {
  if (!config.is_object() || !config.contains(name)) return nlohmann::json::object();
  if (config[name].is_object()) return config[name];
  throw Error(ErrorCode::format, std::string("weights: \"") + name + "\" of the configuration is not an object")
      .found(config[name].type_name());
}

/// A list of levels of the user's configuration, or `otherwise`.
FACEPTOR_INLINE std::vector<int64_t> levels_of(const nlohmann::json& config, const char* name, std::vector<int64_t> otherwise) {
  try {
    return config.value(name, std::move(otherwise));
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::format, std::string("weights: \"") + name + "\" of the configuration is not a list of whole numbers")
        .found(e.what());
  }
}

FACEPTOR_INLINE VitOptions published_vit(const PublishedModel& found, const nlohmann::json& config) {
  const auto given = part_of(config, "backbone");
  const auto heads = number_of(given, {"heads"}, found.width / 64);
  if (heads < 1 || found.width % heads != 0) {
    throw Error(ErrorCode::mismatch, "weights: the checkpoint doesn't tell the backbone's attention heads")
        .expected("width / 64, a whole number, as in the published models")
        .found("width " + std::to_string(found.width))
        .hint("give a configuration with {\"backbone\": {\"heads\": N}}: faceptor convert --config");
  }
  return VitOptions(found.width, found.layers, heads, found.patch)
      .image_side(found.grid * found.patch)
      .mlp_ratio(found.mlp / found.width)
      .projection(found.projection);
}

FACEPTOR_INLINE decoder::QueryDecoderOptions published_decoder(const PublishedModel& found, const nlohmann::json& config) {
  const auto given = part_of(config, "decoder");
  auto options =
      decoder::QueryDecoderOptions()
          .hidden(found.hidden)
          .ffn(found.ffn)
          .layers(found.decoder_layers)
          .heads(number_of(given, {"heads"}, 8))
          .levels(levels_of(given, "levels", {11}))
          .new_levels(levels_of(given, "new_levels", found.new_levels > 0 ? std::vector<int64_t>{1, 3, 5, 7, 9} : std::vector<int64_t>{}));
  if (static_cast<int64_t>(options.levels().size()) != found.levels ||
      static_cast<int64_t>(options.new_levels().size()) != found.new_levels) {
    throw Error(ErrorCode::mismatch, "weights: the checkpoint has another number of levels than the configuration")
        .expected(std::to_string(found.levels) + " and " + std::to_string(found.new_levels) + " new ones")
        .found(std::to_string(options.levels().size()) + " and " + std::to_string(options.new_levels().size()))
        .hint("give a configuration with {\"decoder\": {\"levels\": [...], \"new_levels\": [...]}}: faceptor convert --config");
  }
  const auto& levels = options.levels();
  return options.map_level(std::find(levels.begin(), levels.end(), 11) != levels.end() ? 11 : levels.back());
}

struct NamedCount {
  std::string name;
  int64_t outputs;
  std::string interpreter;  // empty for the kind's own
};

/// The tasks as the user's configuration lists them.
FACEPTOR_INLINE std::vector<NamedCount> configured_tasks(const PublishedModel& found, const nlohmann::json& config) {
  std::vector<NamedCount> tasks;
  if (!config.is_object() || !config.contains("tasks")) return tasks;
  try {
    for (const auto& entry : config["tasks"]) {
      const auto interpreter = found.kind == PublishedKind::naive ? std::string() : entry.value("interpreter", std::string());
      const auto name = entry.at("name").get<std::string>();
      const bool embedding = name.starts_with("recog");
      tasks.push_back({name, embedding ? found.embedding : entry.at("queries").get<int64_t>(), interpreter});
    }
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::format, "weights: a task of the configuration is incomplete")
        .expected("\"name\" and \"queries\"")
        .found(e.what());
  }
  return tasks;
}

/// The identity task: the name that its class matrix carries, else the published one.
FACEPTOR_INLINE std::string identity_task(const PublishedModel& found) {
  for (const auto& [task, classes] : found.classes) {
    if (task.starts_with("recog")) return task;
  }
  return std::string(kTable.front().name);
}

/// The tasks of a Naive head: its own layers tell, but for the dense ones, whose last layers are joined.
FACEPTOR_INLINE void add_naive_tasks(const std::string& type, const PublishedHead& head, std::vector<NamedCount>& tasks) {
  if (head.kind != PublishedHeadKind::dense) {
    for (const auto& [task, outputs] : head.outputs) tasks.push_back({task, outputs, {}});
    return;
  }
  int64_t joined = 0;
  for (const auto& [task, outputs] : head.outputs) joined += outputs;
  for (const auto& list : {published::base(), full()}) {
    std::vector<NamedCount> candidates;
    int64_t sum = 0;
    for (const auto& task : list) {
      if (task.spec().head_group != type) continue;
      candidates.push_back({task.name(), task.spec().outputs, {}});
      sum += task.spec().outputs;
    }
    if (sum != joined) continue;
    tasks.insert(tasks.end(), candidates.begin(), candidates.end());
    return;
  }
  throw Error(ErrorCode::mismatch, "weights: the checkpoint doesn't tell the tasks of its dense head \"" + type + "\"")
      .found(std::to_string(joined) + " maps in all")
      .hint("give a configuration with {\"tasks\": [{\"name\": ..., \"queries\": ...}, ...]}: faceptor convert --config");
}

/// All tasks, in the published order.
FACEPTOR_INLINE std::vector<NamedCount> published_tasks(const PublishedModel& found, const nlohmann::json& config) {
  if (auto tasks = configured_tasks(found, config); !tasks.empty()) return tasks;
  std::vector<NamedCount> tasks;
  if (found.embedding > 0) tasks.push_back({identity_task(found), found.embedding, {}});
  for (const auto& [task, queries] : found.queries) tasks.push_back({task, queries, {}});
  for (const auto& [type, head] : found.naive_heads) {
    if (head.kind != PublishedHeadKind::embedding) add_naive_tasks(type, head, tasks);
  }
  const auto order = full().names();
  const auto place = [&](const NamedCount& task) { return std::find(order.begin(), order.end(), task.name) - order.begin(); };
  std::stable_sort(tasks.begin(), tasks.end(), [&](const NamedCount& a, const NamedCount& b) { return place(a) < place(b); });
  return tasks;
}

/// The levels that a kind of Naive head reads, where the user's configuration says so: {"heads": {TYPE: {"kwargs": {"indices": [...]}}}}.
/// @throws Error(unsupported) when heads of that kind read different ones
FACEPTOR_INLINE std::vector<int64_t> configured_levels(const PublishedModel& found, PublishedHeadKind kind, const nlohmann::json& config) {
  const auto given = part_of(config, "heads");
  std::vector<int64_t> levels;
  for (const auto& [type, head] : found.naive_heads) {
    if (head.kind != kind) continue;
    const auto own = levels_of(part_of(part_of(given, type.c_str()), "kwargs"), "indices", levels);
    if (!levels.empty() && own != levels) {
      throw Error(ErrorCode::unsupported, "weights: heads of one kind that read different levels are not supported")
          .where("head \"" + type + "\"");
    }
    levels = own;
  }
  return levels;
}

}  // namespace detail

FACEPTOR_INLINE TaskList published_task_list(const PublishedModel& found, const nlohmann::json& config) {
  const auto small = static_cast<int>(detail::number_of(config, {"image_small"}, 112));
  const auto large = static_cast<int>(detail::number_of(config, {"image_large"}, 512));
  TaskList tasks;
  for (const auto& [name, outputs, interpreter] : detail::published_tasks(found, config)) {
    auto spec = by_name(name, outputs).spec();
    const int side = spec.maps() ? large : small;
    spec.view.width(side).height(side);
    if (!interpreter.empty() && interpreter != spec.interpreter) {
      spec.interpreter = interpreter;
      spec.interpreter_group = interpreter;
    }
    if (const auto classes = found.classes.find(name); classes != found.classes.end()) spec.loss_options["classes"] = classes->second;
    tasks.append(task_from_spec(spec));
  }
  return tasks;
}

FACEPTOR_INLINE nlohmann::json published_architecture(const PublishedModel& found, const nlohmann::json& config) {
  nlohmann::json architecture = {{"backbone", detail::published_vit(found, config).to_json()}};
  if (found.kind == PublishedKind::faceptor) {
    architecture["kind"] = "faceptor";
    architecture["decoder"] = detail::published_decoder(found, config).to_json();
    return architecture;
  }
  architecture["kind"] = "naive_faceptor";
  for (const auto& [type, head] : found.naive_heads) {
    if (head.kind == PublishedHeadKind::embedding) continue;
    const bool dense = head.kind == PublishedHeadKind::dense;
    architecture[dense ? "dense_channels" : "attribute_hidden"] = head.width;
    architecture[dense ? "dense_levels" : "attribute_levels"] = detail::configured_levels(found, head.kind, config);
  }
  return architecture;
}

}  // namespace faceptor::published
