#pragma once

#include <algorithm>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/losses/task_weights.hpp>
#include <faceptor/metrics/identity.hpp>
#include <faceptor/published/table.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/train/impl/learner_setup.hpp>
#include <faceptor/train/impl/setup_tasks.hpp>
#include <faceptor/train/setup.hpp>
#include <faceptor/transforms/chains.hpp>

/// Which data sets and which chains a configuration stands for, and what each task's loss weighs.
namespace faceptor::train::detail {

/// @param evaluated  the part to evaluate on; null: the one to train on
inline std::shared_ptr<const datasets::Dataset> open_task_data(const TrainConfig& config, const DataConfig& data,
                                                               const std::string* evaluated = nullptr) {
  const bool training = evaluated == nullptr;
  const auto& format = training || data.evaluation_format.empty() ? data.format : data.evaluation_format;
  datasets::DatasetOptions options{.split = training ? data.split : *evaluated};
  if (format == data.format) {
    options.labels = data.labels;
    options.within = data.within;
    for (const auto& [name, value] : data.settings.items())
      options.settings[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  const std::filesystem::path root = training || data.evaluation_root.empty() ? data.root : data.evaluation_root;
  return datasets::open_dataset(format, std::filesystem::path(config.data_root) / root, options);
}

/// Whether the published chain gives what the task's view asks for: the data set's own task, square, in the same numbers.
inline bool fits_published(const TaskSpec& spec, const published::TaskRow& row) {
  const auto view = published::view(row);
  return spec.kind == published::by_name(row.name).spec().kind && spec.view.width() == spec.view.height() &&
         spec.view.mean() == view.mean() && spec.view.std() == view.std();
}

inline transforms::Chain task_chain(const DataConfig& config, const TaskSpec& spec, const datasets::DatasetInfo& set, bool training) {
  const auto* row = set.like.empty() ? published::find_by_format(set.format, set.classes)
                                     : &for_key(
                                           "data." + spec.name + ".settings.like", [&]() -> auto& { return published::row(set.like); });
  const bool fits = row != nullptr && fits_published(spec, *row);
  if (config.chain == "auto" && !set.like.empty() && !fits) {
    throw Error(ErrorCode::argument, "train: the chain of \"" + set.like + "\" doesn't give what task \"" + spec.name + "\" looks at")
        .where("data." + spec.name + ".settings.like")
        .hint("another view or output kind needs another chain");
  }
  const bool published = config.chain == "published" || (config.chain == "auto" && fits);
  if (published && row == nullptr) {
    throw Error(ErrorCode::argument, "train: the data set is not that of a published task")
        .where("data." + spec.name + ".chain")
        .found(set.format);
  }
  transforms::Chain chain;
  if (published) {
    chain = transforms::chain_named(row->chain, published::set_view(*row, spec.view.width()), training);
  } else if (training && (config.chain == "auto" || config.chain == "view")) {
    transforms::ViewTrainOptions options;
    options.mirror.sides = transforms::Sides::of_dataset(set);
    if (set.kind == LabelKind::landmarks && options.mirror.sides.points.empty()) options.mirror.probability = 0;
    chain = transforms::view_train(spec.view, options);
  } else {
    chain = transforms::chain_named(config.chain == "auto" ? "view" : config.chain, spec.view, training);
  }
  if (!training) return chain;
  for (const auto& step : config.without) for_key("data." + spec.name + ".without", [&] { chain.without(step); });
  return chain;
}

inline bool holds_pairs(const datasets::Dataset& set) {
  for (std::size_t i = 0; i < set.size(); ++i) {
    const auto& columns = set.annotation(i).columns;
    const auto same = columns.find("same");
    if (!columns.contains("pair") || same == columns.end() || (same->second != "0" && same->second != "1")) return false;
  }
  return set.size() > 0;
}

/// What a task is evaluated on in the run, and how its samples are cut.
/// @throws Error(argument) for embeddings without pairs of faces, whatever LabelCollator says for labels that don't fit
inline void add_evaluation(TaskData& data, const TrainConfig& config, const DataConfig& own, const AnyTask& task) {
  const auto& spec = task.spec();
  data.evaluation_points = own.evaluation_points;
  for (const auto& split : own.evaluation_split) {
    auto set = for_key("data." + spec.name, [&] { return open_task_data(config, own, &split); });
    const auto& info = set->info();
    if (!task.compares_faces()) {
      for_key("data." + spec.name, [&] { loading::LabelCollator(spec, task.label_needs(), info); });
      data.evaluation_chain = task_chain(own, spec, info, false);
    } else if (dynamic_cast<metrics::FaceVerification*>(task.make_metric().get()) == nullptr || !holds_pairs(*set)) {
      throw Error(ErrorCode::argument, "train: embeddings are evaluated on pairs of faces, by verification")
          .where("data." + spec.name + ".evaluation_format")
          .expected("verification")
          .found(fmt::format("{}, for the metric \"{}\"", info.format, spec.metric));
    } else {
      data.evaluation_chain = transforms::whole_test(spec.view);
    }
    data.evaluation.push_back(std::move(set));
  }
}

/// Mirrors the labels of tasks that learn along with this one, too.
inline void mirror_further_labels(transforms::Chain& chain, const std::string& task, const TrainConfig& config, const OpenedSets& sets) {
  for (const auto& [other, own] : config.data) {
    if (own.along != task || !sets.contains(other) || !chain.contains("mirror")) continue;
    const auto needed = transforms::Sides::of_dataset(sets.at(other)->info());
    auto mirror = for_key("data." + other + ".along", [&] { return chain.at("mirror").as<transforms::Mirror>(); });
    mirror.sides = mirror.sides.with(needed);
    if (sets.at(other)->info().kind == LabelKind::landmarks && needed.points.empty()) mirror.probability = 0;
    chain.replace("mirror", std::move(mirror));
  }
}

/// Tasks that learn along with another one come after it, and have its batch. @throws Error(argument) for one along nothing
inline void put_behind_their_pictures(std::vector<TaskData>& data) {
  std::stable_partition(data.begin(), data.end(), [](const TaskData& task) { return task.along.empty(); });
  for (auto& task : data) {
    if (task.along.empty()) continue;
    const auto leader = std::find_if(data.begin(), data.end(), [&](const TaskData& other) { return other.task == task.along; });
    if (leader == data.end() || !leader->along.empty()) {
      throw Error(ErrorCode::argument, "train: there are no pictures for a task to learn along with")
          .where("data." + task.task + ".along")
          .expected("a task with pictures of its own")
          .found(task.along);
    }
    task.batch = leader->batch;
  }
}

/// The weight of each task with data in the total loss.
inline std::vector<double> loss_weights(const TrainConfig& config, const std::vector<TaskData>& data, const TaskList& model) {
  std::vector<losses::TaskShare> shares;
  auto types = config.weights;
  for_key("weights", [&] { expect_names("type of tasks", types, types_of(model)); });
  for (const auto& task : data) {
    const auto& own = config.data.at(task.task);
    const std::string type(published::type_of(task.task));
    types.emplace(type, 1.0);
    shares.push_back({task.task, type, own.weight > 0 ? own.weight : static_cast<double>(task.batch)});
  }
  auto weights = losses::task_weights(shares, types);
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (!config.auxiliary.main.empty() && data[i].task != config.auxiliary.main) weights[i] *= config.auxiliary.factor;
  }
  return weights;
}

}  // namespace faceptor::train::detail
