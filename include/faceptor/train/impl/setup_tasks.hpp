#pragma once

#include <algorithm>
#include <map>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/losses/age_distribution.hpp>
#include <faceptor/losses/classification.hpp>
#include <faceptor/losses/dense.hpp>
#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/tasks/task.hpp>
#include <faceptor/tasks/task_registry.hpp>
#include <faceptor/train/config.hpp>
#include <faceptor/weights/model_file.hpp>

/// Which architecture and which tasks a configuration stands for.
namespace faceptor::train::detail {

/// Runs `f`; what it throws says which key of the configuration is to blame.
template <class F>
decltype(auto) for_key(const std::string& key, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (Error& e) {
    throw std::move(e).where(e.where().empty() ? key : key + ": " + e.where());
  }
}

/// The data sets by task; null for one that isn't opened.
using OpenedSets = std::map<std::string, std::shared_ptr<const datasets::Dataset>>;

/// Where a data set lets a task look: at aligned faces where it has their five points, at boxes where it has those, else at whole pictures.
inline View view_for_data(const datasets::Dataset& set) {
  const auto first = set.size() > 0 ? set.annotation(0) : datasets::Annotation{};
  if (first.points) return views::aligned(112);
  return first.box ? views::box(112, 0.8F) : views::whole(112);
}

/// The declaration that suits a data set: what its labels are says what the task is.
inline TaskSpec spec_for_data(const std::string& name, const datasets::Dataset& data) {
  const auto& set = data.info();
  const auto of_set = [&](auto task) {
    task.outputs(set.classes).view(view_for_data(data));
    if (!set.label_names.empty()) task.labels(set.label_names);
    return task;
  };
  const auto whole = views::whole(512).mean(views::kClipMean).std(views::kClipStd);
  if (set.kind == LabelKind::class_index) {
    return of_set(Task<AttributeVector, losses::CrossEntropy, ClassProbabilities, metrics::Classification>(name)).spec();
  }
  if (set.kind == LabelKind::attributes) {
    return of_set(Task<AttributeVector, losses::BinaryCrossEntropy, results::Probabilities, metrics::Accuracy>(name)).spec();
  }
  if (set.kind == LabelKind::values) {
    return of_set(Task<AttributeVector, losses::MeanAbsoluteError, results::Values, metrics::MeanAbsoluteError>(name)).spec();
  }
  if (set.kind == LabelKind::age) {
    return Task<AttributeVector, losses::AgeDistribution, results::AgeEstimate, metrics::AgeError>(name)
        .outputs(101)
        .view(view_for_data(data))
        .spec();
  }
  if (set.kind == LabelKind::landmarks) {
    return of_set(Task<DenseMap, losses::Landmark, results::Landmarks, metrics::LandmarkError>(name))
        .view(views::box(512, 0.8F).mean(views::kClipMean).std(views::kClipStd))
        .scheme(set.scheme)
        .spec();
  }
  if (set.kind == LabelKind::parsing) {
    return of_set(Task<DenseMap, losses::ParsingCrossEntropy, results::ParsingMap, metrics::ParsingScore>(name)).view(whole).spec();
  }
  if (set.kind == LabelKind::soft_maps) {
    return of_set(Task<DenseMap, losses::BinaryCrossEntropy, SoftMasks, metrics::MeanAbsoluteError>(name)).view(whole).spec();
  }
  if (set.kind == LabelKind::none) {
    throw Error(ErrorCode::argument, "train: the data of task \"" + name + "\" have no labels to learn").where("data." + name);
  }
  throw Error(ErrorCode::argument, "train: nothing says what task \"" + name + "\" is")
      .where("data." + name)
      .found("labels of the kind \"" + std::string(set.kind.name()) + "\"")
      .hint("declare it in model.custom, with its kind, loss, interpretation and metric");
}

/// A task of the user's: what the entry says, laid over what it is like, or over what its data are.
inline TaskSpec custom_spec(const nlohmann::json& entry, const OpenedSets& sets) {
  const auto text_of = [&](const char* field) {
    if (!entry.is_object() || !entry.contains(field)) return std::string();
    if (!entry[field].is_string())
      throw Error(ErrorCode::argument, "train: a task's entry is not a text").where(field).found(entry[field].dump());
    return entry[field].get<std::string>();
  };
  const auto name = text_of("name");
  const auto like = text_of("like");
  if (name.empty())
    throw Error(ErrorCode::argument, "train: a task of your own has no name").expected("a table with \"name\"").found(entry.dump());
  const auto found = sets.find(name);
  const auto* set = found == sets.end() ? nullptr : found->second.get();
  if (like.empty() && set == nullptr) {
    throw Error(ErrorCode::argument, "train: nothing says what task \"" + name + "\" is")
        .hint("give it data, or \"like\" with a published task's name");
  }
  nlohmann::json json;
  if (like.empty()) {
    json = spec_for_data(name, *set);
  } else {
    const auto* info = set == nullptr ? nullptr : &set->info();
    const bool from_data = info != nullptr && info->classes > 0 && !entry.contains("outputs") && !entry.contains("labels");
    const auto published = published::by_name(like);
    // Where a label has a number for each output, the data say how many there are.
    const bool counted = published.label_needs().count == published.spec().outputs;
    const auto wanted = entry.contains("outputs") && entry["outputs"].is_number_integer() ? entry["outputs"].get<std::int64_t>()
                        : entry.contains("labels") ? static_cast<std::int64_t>(entry["labels"].size())
                        : from_data && counted     ? info->classes
                                                   : published.spec().outputs;
    json = published::by_name(like, wanted).spec();
    json["name"] = name;
    if (wanted != published.spec().outputs && from_data && !info->label_names.empty()) json["labels"] = info->label_names;
  }
  auto given = entry;
  given.erase("like");
  if (given.contains("loss") && given["loss"] != json["loss"]) json.erase("loss_options");  // they are the other loss's
  json.merge_patch(given);
  auto spec = json.get<TaskSpec>();
  spec.complete();
  return spec;
}

/// A declaration with what the configuration says of this task laid over it.
/// @throws Error(argument) for an interpreter of another kind, a view that is not valid, an option that the loss doesn't have
inline TaskSpec varied_spec(const TaskSpec& declared, const TaskConfig& own) {
  nlohmann::json json = declared;
  if (!own.interpreter.empty()) {
    // Tasks that share an interpreter have one: by its own name it is a group by itself.
    if (own.interpreter != declared.interpreter) json["interpreter_group"] = own.interpreter;
    json["interpreter"] = own.interpreter;
  }
  if (!own.interpreter_group.empty()) json["interpreter_group"] = own.interpreter_group;
  json["view"].merge_patch(own.view);
  json["loss_options"].merge_patch(own.loss_options);
  auto spec = for_key("tasks." + declared.name, [&] { return json.get<TaskSpec>(); });
  if (!own.loss_options.empty()) {
    for_key("tasks." + declared.name + ".loss_options", [&] { losses::label_needs(spec.loss, spec.loss_options, spec.outputs); });
  }
  return spec;
}

/// @throws Error(io) when the weights to begin with are not there
inline void expect_weights(const TrainConfig& config) {
  if (std::filesystem::exists(config.init.from)) return;
  throw Error(ErrorCode::io, "train: the weights to begin with are not there")
      .where("init.from")
      .found(config.init.from)
      .hint("--set init.from=FILE says where they are; empty: random ones");
}

/// The architecture that a configuration names, or that of the weights it begins from ("init").
inline Architecture architecture_of(const TrainConfig& config) {
  return for_key("model.architecture", [&] {
    if (config.model.architecture != "init") return architecture(config.model.architecture);
    if (config.init.from.empty()) {
      throw Error(ErrorCode::argument, "train: the architecture is that of the weights to begin with, and there are none")
          .hint("give init.from, or name an architecture");
    }
    expect_weights(config);
    const auto loaded = weights::load_model(config.init.from, config.init.config.empty() ? nlohmann::json(nullptr) : config.init.config);
    return Architecture{"init", "as the weights it begins from", loaded.model->config(), loaded.model->tasks()};
  });
}

/// The step of a published checkpoint that is resumed. @throws Error(argument) for a file that is none
inline std::uint64_t published_step(const std::filesystem::path& path) {
  const auto step = nn::is_safetensors(path) ? std::nullopt : files::Checkpoint::open(path).step();
  if (!step || *step < 0) {
    throw Error(ErrorCode::argument, "train: only a published checkpoint can be resumed by init.resume")
        .where(path.string())
        .expected("a .pth.tar with \"step\" and \"optimizer\"")
        .hint("a run of this library is resumed by the same command");
  }
  return static_cast<std::uint64_t>(*step);
}

/// Whether only its data say what a task is, and they aren't opened since another task is the only one to be trained.
inline bool declared_by_absent_data(const nlohmann::json& entry, const TrainConfig& config) {
  if (!entry.is_object() || entry.contains("like") || !entry.contains("name") || !entry["name"].is_string()) return false;
  const auto name = entry["name"].get<std::string>();
  const auto own = config.data.find(name);
  return own != config.data.end() && own->second.used() && !config.trains(name);
}

/// The model's tasks: of the architecture those that are wanted, then the user's own.
inline TaskList tasks_of(const TrainConfig& config, const TaskList& known, const OpenedSets& sets) {
  std::vector<TaskSpec> custom;
  for (const auto& entry : config.model.custom) {
    if (!declared_by_absent_data(entry, config)) custom.push_back(for_key("model.custom", [&] { return custom_spec(entry, sets); }));
  }
  std::vector<std::string> names = known.names();
  for (const auto& spec : custom) names.push_back(spec.name);

  const auto& chosen = config.model.tasks;
  const auto expect_known = [&](const std::string& key, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    throw Error(ErrorCode::argument, "train: there is no task \"" + name + "\"")
        .where(key)
        .hint(text::suggestion(name, names) + "; tasks of your own are declared in model.custom");
  };
  std::set<std::string> wanted;
  for (const auto& name : chosen) {
    if (name == "*") {
      for (const auto& task : known) wanted.insert(task.name());
      continue;
    }
    expect_known("model.tasks", name);
    wanted.insert(name);
  }
  for (const auto& [name, own] : config.tasks) expect_known("tasks." + name, name);
  for (const auto& [name, set] : sets) {
    expect_known("data." + name, name);
    if (!chosen.empty() && !wanted.contains(name) && known.contains(name)) {
      throw Error(ErrorCode::argument, "train: the model doesn't have task \"" + name + "\", which has data")
          .where("model.tasks")
          .hint("add it, or set data." + name + ".batch to 0");
    }
    wanted.insert(name);
  }
  TaskList tasks;
  const auto append = [&](TaskSpec spec) {
    // An identity is a class of the loss: how many there are is the data's to say.
    const auto set = sets.find(spec.name);
    if (set != sets.end() && set->second && spec.loss_options.contains("classes") && set->second->info().classes > 0)
      spec.loss_options["classes"] = set->second->info().classes;
    const auto own = config.tasks.find(spec.name);
    tasks.append(task_from_spec(own == config.tasks.end() ? spec : varied_spec(spec, own->second)));
  };
  for (const auto& task : known) {
    if (wanted.contains(task.name())) append(task.spec());
  }
  for (const auto& spec : custom) {
    if (chosen.empty() ? wanted.contains(spec.name) : true) append(spec);
  }
  return tasks;
}

}  // namespace faceptor::train::detail
