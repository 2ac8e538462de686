#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/json.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/nn/layers.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/published/import_published.hpp>
#include <faceptor/weights/impl/load_report_inl.hpp>
#include <faceptor/weights/model_file.hpp>
#include <faceptor/weights/run_files.hpp>

namespace faceptor::weights {

FACEPTOR_INLINE std::vector<published::PublishedTask> published_tasks_of(const TaskList& tasks) {
  static const std::map<std::string, published::PublishedHeadKind> kKinds = {
      {DenseMap::kName, published::PublishedHeadKind::dense},
      {AttributeVector::kName, published::PublishedHeadKind::attributes},
      {Embedding::kName, published::PublishedHeadKind::embedding}};
  std::vector<published::PublishedTask> published;
  for (const auto& task : tasks) {
    const auto kind = kKinds.find(task.spec().kind);
    if (kind == kKinds.end()) {
      throw Error(ErrorCode::mismatch, "weights: the published checkpoints have no tasks of this output kind")
          .where("task \"" + task.name() + "\"")
          .found(task.spec().kind);
    }
    published.push_back({task.name(), kind->second, task.spec().outputs});
  }
  return published;
}

namespace detail {

inline constexpr const char* kFormat = "faceptor.format";
inline constexpr const char* kPublishedLicence = "research only: trained on data sets whose terms exclude other use";
inline constexpr const char* kPublishedSource = "a published checkpoint of Faceptor (ECCV 2024, arXiv 2403.09500)";

FACEPTOR_INLINE nlohmann::json json_entry(const files::Metadata& metadata, const std::string& key, const std::filesystem::path& path) {
  const auto it = metadata.find(key);
  auto value = it == metadata.end() ? nlohmann::json() : parse_json(it->second, "weights", path.string());
  if (value.is_null() || value.is_discarded()) {
    throw Error(ErrorCode::format, "weights: the metadata has no usable \"" + key + "\"").where(path.string());
  }
  return value;
}

/// Tensors of losses ("losses.TASK....") stand beside the model's and are not its own.
FACEPTOR_INLINE nn::NamedTensors take_losses(nn::NamedTensors& tensors) {
  nn::NamedTensors losses;
  for (auto it = tensors.lower_bound("losses."); it != tensors.end() && it->first.starts_with("losses.");) {
    losses.insert(*it);
    it = tensors.erase(it);
  }
  return losses;
}

/// A file's content under this library's names, and what is known of it.
struct OpenedFile {
  nn::NamedTensors tensors;
  nn::NamedTensors losses;
  nlohmann::json architecture;  // null for FaRL's, which is a backbone alone
  nlohmann::json tasks = nlohmann::json::array();
  ModelInfo info;
};

FACEPTOR_INLINE std::optional<std::int64_t> step_entry(const files::Metadata& metadata) {
  const auto it = metadata.find("step");
  if (it == metadata.end()) return std::nullopt;
  std::int64_t step = 0;
  const auto* end = it->second.data() + it->second.size();
  const auto [stop, error] = std::from_chars(it->second.data(), end, step);
  return error == std::errc() && stop == end ? std::optional(step) : std::nullopt;
}

/// A checkpoint of a run (train/checkpoints.hpp): its model with the averaged weights, without what only training needs.
FACEPTOR_INLINE OpenedFile open_checkpoint(const std::filesystem::path& path, const files::Metadata& metadata) {
  if (metadata.at(kCheckpointFormat) != "1") {
    throw Error(ErrorCode::unsupported, "weights: the checkpoint is of another version")
        .where(path.string())
        .expected("1")
        .found(metadata.at(kCheckpointFormat));
  }
  const auto info = json_entry(metadata, kCheckpointInfo, path);
  const auto model = info.is_object() ? info.value("model", nlohmann::json()) : nlohmann::json();
  if (!model.is_object() || !model.contains("architecture") || !model.contains("tasks")) {
    throw Error(ErrorCode::unsupported, "weights: the checkpoint doesn't say what model it is of")
        .where(path.string())
        .hint("those of version 0.1 do not; a run that is resumed writes new ones");
  }
  OpenedFile opened;
  opened.architecture = model.at("architecture");
  opened.tasks = model.at("tasks");
  const auto said = [&](const char* key) {
    return model.contains(key) && model[key].is_string() ? model[key].get<std::string>() : std::string();
  };
  opened.info.licence = said("licence");
  opened.info.source = said("source");
  opened.info.description = said("description");
  opened.info.step = step_entry(metadata);
  constexpr std::string_view kAverage = "average.";
  for (auto& [name, tensor] : nn::load_tensors(path)) {
    if (name.starts_with("optimizer.") || name.starts_with("scaler.")) continue;
    if (name.starts_with(kAverage)) {
      opened.tensors.insert_or_assign(name.substr(kAverage.size()), tensor);
    } else {
      opened.tensors.emplace(name, tensor);  // unless its average came before it
    }
  }
  opened.losses = take_losses(opened.tensors);
  return opened;
}

FACEPTOR_INLINE OpenedFile open_own(const std::filesystem::path& path) {
  const auto file = files::SafetensorsFile::open(path);
  OpenedFile opened;
  auto metadata = file.metadata();
  if (metadata.contains(kCheckpointFormat)) return open_checkpoint(path, metadata);
  if (!metadata.contains(kFormat)) {
    throw Error(ErrorCode::format, "weights: the safetensors file doesn't say what model it holds")
        .where(path.string())
        .expected("metadata as this library writes them")
        .hint("tensors of the published models are converted from their checkpoint: faceptor convert");
  }
  if (metadata[kFormat] != "1") {
    throw Error(ErrorCode::unsupported, "weights: the file is of a newer format")
        .where(path.string())
        .expected("1")
        .found(metadata[kFormat]);
  }
  opened.architecture = json_entry(metadata, "architecture", path);
  opened.tasks = json_entry(metadata, "tasks", path);
  opened.info = {metadata["licence"], metadata["source"], metadata["description"], metadata["untrained"] == "true", metadata["hash"], {}};
  opened.info.step = step_entry(metadata);
  for (const auto* known : {kFormat, "architecture", "tasks", "licence", "source", "description", "untrained", "hash", "step"})
    metadata.erase(known);
  opened.info.extra = std::move(metadata);
  opened.tensors = nn::load_tensors(path);
  opened.losses = take_losses(opened.tensors);
  return opened;
}

FACEPTOR_INLINE OpenedFile open_published(const std::filesystem::path& path, const nlohmann::json& config) {
  // Opening one checks all of its bytes: once will do.
  const auto checkpoint = nn::is_checkpoint(path) ? std::optional(files::Checkpoint::open(path)) : std::nullopt;
  const auto published = checkpoint ? nn::tensors_of(*checkpoint) : nn::load_tensors(path);
  const auto found = published::infer_published(published);
  OpenedFile opened;
  std::vector<published::PublishedTask> tasks;
  if (found.kind != published::PublishedKind::farl) {
    const auto list = published::published_task_list(found, config);
    opened.architecture = published::published_architecture(found, config);
    opened.tasks = task_list_to_json(list);
    tasks = published_tasks_of(list);
  }
  published::NameReport names;
  opened.tensors = published::from_published(published, tasks, &names);
  if (!names.unknown.empty()) {
    log(LogLevel::warning, fmt::format("weights: {}{}", path.string(),
                                       first_names("tensors are no part of a published model, and are left out", names.unknown)));
  }
  opened.losses = take_losses(opened.tensors);
  if (checkpoint) opened.info.step = checkpoint->step();
  opened.info.licence = kPublishedLicence;
  opened.info.source = kPublishedSource;
  return opened;
}

/// A run that has diverged leaves weights whose every result is no number. So do numbers that 32 bits can't hold, and negative variances.
FACEPTOR_INLINE void expect_finite(const nn::NamedTensors& tensors, const std::filesystem::path& path) {
  for (const auto& [name, tensor] : tensors) {
    if (!tensor.is_floating_point() || tensor.numel() == 0) continue;
    if (name.ends_with(".running_var") && tensor.lt(0).any().item<bool>()) {
      throw Error(ErrorCode::format, "weights: tensor " + text::in_quotes(name) + " holds negative variances")
          .where(path.string())
          .expected("0 or more")
          .found(fmt::format("{}", tensor.min().item<double>()))
          .hint("the file is damaged");
    }
    const auto wrong = tensor.numel() - torch::isfinite(tensor.to(torch::kFloat)).sum().item<std::int64_t>();
    if (wrong == 0) continue;
    throw Error(ErrorCode::format, "weights: tensor " + text::in_quotes(name) + " holds numbers that are not finite")
        .where(path.string())
        .expected("finite numbers of 32 bits")
        .found(fmt::format("{} of {} infinite or not a number", wrong, tensor.numel()))
        .hint("the training has diverged, or the file is damaged: take an earlier checkpoint");
  }
}

FACEPTOR_INLINE OpenedFile open_model_file(const std::filesystem::path& path, const nlohmann::json& config) {
  const auto file = weights_file(path);
  return guarded("weights: reading " + file.string(), [&] {
    try {
      auto opened = nn::is_safetensors(file) ? open_own(file) : open_published(file, config);
      expect_finite(opened.tensors, file);
      expect_finite(opened.losses, file);
      return opened;
    } catch (Error& e) {
      if (e.where().empty()) e.where(file.string());
      throw;
    }
  });
}

/// Whether a tensor belongs to one task alone, and to which: "decoder.queries.TASK.", "...outputs.TASK.".
FACEPTOR_INLINE bool belongs_to(const std::string& tensor, const std::string& task) {
  return tensor.find(".queries." + task + ".") != std::string::npos || tensor.find(".outputs." + task + ".") != std::string::npos;
}

/// The tasks of a file that this program can build. Tensors of the others alone are dropped, with a warning that says what is missing.
FACEPTOR_INLINE TaskList tasks_of_file(const nlohmann::json& declarations, nn::NamedTensors& tensors, std::vector<AbsentTask>& absent,
                                       const std::filesystem::path& path) {
  auto tasks = task_list_from_json(declarations, &absent);
  for (const auto& task : absent) {
    log(LogLevel::warning, fmt::format("weights: task \"{}\" of {} is left out: {}", task.name, path.string(), task.reason));
    const auto group = [&](const char* field) { return task.declaration.value(field, std::string()); };
    const auto shared = [&](const char* field, std::string TaskSpec::*own) {
      return std::any_of(tasks.begin(), tasks.end(), [&](const AnyTask& other) { return other.spec().*own == group(field); });
    };
    const bool interpreter = !shared("interpreter_group", &TaskSpec::interpreter_group);
    const bool head = !shared("head_group", &TaskSpec::head_group);
    std::erase_if(tensors, [&](const auto& tensor) {
      const auto& name = tensor.first;
      return belongs_to(name, task.name) || (interpreter && name.starts_with("interpreters." + group("interpreter_group") + ".")) ||
             (head && name.starts_with("heads." + group("head_group") + "."));
    });
  }
  if (tasks.empty() && !absent.empty()) {
    throw Error(ErrorCode::unsupported, "weights: this program can build none of the file's tasks")
        .where(path.string())
        .found(absent.front().name + ": " + absent.front().reason);
  }
  return tasks;
}

}  // namespace detail

FACEPTOR_INLINE LoadedModel LoadedModel::freeze(const nn::FreezeOptions& options, std::optional<torch::Device> device) const {
  const Runner ready(*model, device);
  auto frozen = model->frozen(options);
  if (!frozen && options.precision() != nn::Precision::fp32) {
    throw Error(ErrorCode::unsupported, "freeze: this kind of model has no frozen form, and none in another precision")
        .where(model->config().value("kind", "a model"))
        .expected("fp32")
        .found(std::string(nn::to_string(options.precision())));
  }
  LoadedModel made = *this;
  if (frozen) made.model = std::move(frozen);
  return made;
}

FACEPTOR_INLINE LoadedModel load_model(const std::filesystem::path& path, const nlohmann::json& config) {
  auto opened = detail::open_model_file(path, config);
  if (opened.architecture.is_null()) {
    throw Error(ErrorCode::mismatch, "weights: the file holds a backbone alone, without any task")
        .where(path.string())
        .hint("a training can begin with it: init.from in its configuration");
  }
  LoadedModel loaded;
  loaded.info = std::move(opened.info);
  loaded.losses = std::move(opened.losses);
  const SeedGuard unused_start_values(0);
  try {
    const auto tasks = detail::tasks_of_file(opened.tasks, opened.tensors, loaded.absent, path);
    loaded.model = guarded("weights: building the model", [&] { return make_model(opened.architecture, tasks); });
    loaded.report = load_into(loaded.model->module(), opened.tensors);
  } catch (Error& e) {
    // Whoever has the file can't change the C++ that a hint of a model's options names.
    if (e.code() == ErrorCode::argument) e.hint("what the file says of itself is damaged, or was changed by hand");
    if (!e.where().starts_with(path.string())) e.where(e.where().empty() ? path.string() : path.string() + ", " + e.where());
    throw;
  }
  // Files of this library carry their hash; what else there is has none yet.
  if (loaded.info.hash.empty()) loaded.info.hash = nn::content_hash(state_of(loaded.model->module()));
  return loaded;
}

FACEPTOR_INLINE LoadedModel untrained_model(std::string_view name, std::uint64_t seed) {
  const auto chosen = architecture(name);
  const SeedGuard guard(seed);
  LoadedModel made;
  made.model = make_model(chosen.config, chosen.tasks);
  made.info.licence = "none needed";
  made.info.source = "random start values of " + chosen.name + ", seed " + std::to_string(seed);
  made.info.untrained = true;
  made.info.hash = nn::content_hash(state_of(made.model->module()));
  return made;
}

namespace detail {

/// Refuses to write what nothing could load again.
FACEPTOR_INLINE void expect_loadable(const nlohmann::json& config, const std::filesystem::path& path) {
  const auto name_of = [](const nlohmann::json& json, const char* key) {
    return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
  };
  const auto kind = name_of(config, "kind");
  const auto backbone = name_of(config.is_object() ? config.value("backbone", nlohmann::json()) : nlohmann::json(), "type");
  if (model_kinds().contains(kind) && backbone_registry().contains(backbone)) return;
  const bool model = !model_kinds().contains(kind);
  throw Error(ErrorCode::argument,
              fmt::format("weights: a file with this {} could not be loaded again", model ? "kind of model" : "backbone"))
      .where(path.string())
      .found(model ? "\"" + kind + "\"" : "\"" + backbone + "\"")
      .hint(model ? model_kinds().unknown(kind).hint() : backbone_registry().unknown(backbone).hint());
}

}  // namespace detail

FACEPTOR_INLINE std::string save_model(const std::filesystem::path& path, const FaceModel& model, ModelInfo info,
                                       std::optional<files::DType> as, const nn::NamedTensors& losses) {
  detail::expect_loadable(model.config(), path);
  auto tensors = state_of(model.module());
  if (as) {
    // The hash is that of the numbers in the file, as they are when they are loaded.
    const auto type = *as == files::DType::f16 ? torch::kFloat16 : *as == files::DType::bf16 ? torch::kBFloat16 : torch::kFloat32;
    for (auto& [name, tensor] : tensors) {
      if (tensor.is_floating_point()) tensor = tensor.detach().to(type).to(torch::kFloat32);
    }
  }
  info.hash = nn::content_hash(tensors);
  tensors.insert(losses.begin(), losses.end());
  auto metadata = info.extra;
  metadata[detail::kFormat] = "1";
  metadata["architecture"] = model.config().dump();
  metadata["tasks"] = task_list_to_json(model.tasks()).dump();
  metadata["licence"] = info.licence;
  metadata["source"] = info.source;
  metadata["description"] = info.description;
  metadata["untrained"] = info.untrained ? "true" : "false";
  metadata["hash"] = info.hash;
  if (info.step) metadata["step"] = std::to_string(*info.step);
  nn::save_tensors(path, tensors, metadata, as);
  return info.hash;
}

FACEPTOR_INLINE void save_published(const std::filesystem::path& path, const FaceModel& model, const nn::NamedTensors& losses,
                                    std::optional<std::int64_t> step) {
  auto ours = state_of(model.module());
  ours.insert(losses.begin(), losses.end());
  const auto published = published::to_published(ours, published_tasks_of(model.tasks()));
  std::vector<torch::Tensor> kept;
  std::vector<std::vector<std::int64_t>> shapes;
  kept.reserve(published.size());
  shapes.reserve(published.size());
  std::vector<files::TensorView> views;
  for (const auto& [name, tensor] : published) {
    kept.push_back(tensor.detach().to(torch::kCPU).contiguous());
    shapes.push_back(kept.back().sizes().vec());
    const auto* bytes = static_cast<const std::byte*>(kept.back().const_data_ptr());
    views.push_back({name, nn::dtype_of(kept.back()), shapes.back(), {bytes, kept.back().nbytes()}});
  }
  files::write_checkpoint(path, views, step);
}

FACEPTOR_INLINE files::DType dtype_option(std::string_view name) {
  static const std::map<std::string, files::DType, std::less<>> kTypes = {
      {"fp32", files::DType::f32}, {"fp16", files::DType::f16}, {"bf16", files::DType::bf16}};
  const auto it = kTypes.find(name);
  if (it == kTypes.end()) {
    throw Error(ErrorCode::argument, "weights: there is no such type of numbers").expected("fp32, fp16 or bf16").found(std::string(name));
  }
  return it->second;
}

namespace detail {

FACEPTOR_INLINE TaskMatch match_task(const TaskSpec& wanted, const TaskList& declared) {
  if (declared.contains(wanted.name)) {
    const auto& there = declared.at(wanted.name).spec();
    if (there.kind == wanted.kind && there.outputs == wanted.outputs) return {wanted.name, TaskMatch::Kind::same, {}};
    return {wanted.name, TaskMatch::Kind::different,
            fmt::format("{} of {} in the file, {} of {} here", there.outputs, there.kind, wanted.outputs, wanted.kind)};
  }
  return {wanted.name, TaskMatch::Kind::fresh, {}};
}

}  // namespace detail

FACEPTOR_INLINE TransferReport transfer_into(FaceModel& model, const std::filesystem::path& path, const nlohmann::json& config) {
  auto opened = detail::open_model_file(path, config);
  std::vector<AbsentTask> absent;
  const auto declared = detail::tasks_of_file(opened.tasks, opened.tensors, absent, path);
  TransferReport report;
  for (const auto& task : model.tasks()) {
    report.tasks.push_back(detail::match_task(task.spec(), declared));
    if (report.tasks.back().kind != TaskMatch::Kind::different) continue;
    std::erase_if(opened.tensors, [&](const auto& tensor) { return detail::belongs_to(tensor.first, task.name()); });
  }
  for (const auto& task : declared) {
    if (!model.tasks().contains(task.name())) report.tasks.push_back({task.name(), TaskMatch::Kind::only_in_file, {}});
  }
  const std::string position = "backbone.position_embedding";
  const auto own = state_of(model.module());
  const auto there = opened.tensors.find(position);
  if (there != opened.tensors.end() && there->second.dim() == 2 && there->second.size(0) > 1 && own.contains(position)) {
    const auto side = [](const torch::Tensor& embedding) {
      return static_cast<int64_t>(std::llround(std::sqrt(static_cast<double>(embedding.size(0) - 1))));
    };
    const auto from = side(there->second);
    const auto to = side(own.at(position));
    const bool square = there->second.size(0) == 1 + from * from && own.at(position).size(0) == 1 + to * to;
    if (square && from != to && there->second.size(1) == own.at(position).size(1)) {
      const torch::NoGradGuard no_grad;
      there->second = nn::resize_position_embedding(there->second.to(torch::kFloat32), from, from, to, to);
    }
  }
  report.losses = std::move(opened.losses);
  report.tensors = load_into(model.module(), opened.tensors, Strictness::lenient);
  if (report.tensors.loaded.empty()) {
    throw Error(ErrorCode::mismatch, "weights: nothing in the file fits the model").where(path.string()).found(report.tensors.to_string());
  }
  return report;
}

FACEPTOR_INLINE std::string TransferReport::summary() const {
  static constexpr const char* kWords[] = {"the same", "new here", "different", "only in the file"};
  std::vector<std::string> parts;
  for (const auto& match : tasks) {
    parts.push_back(match.task + ": " + kWords[static_cast<int>(match.kind)] + (match.detail.empty() ? "" : " (" + match.detail + ")"));
  }
  return text::join(parts, "; ") + "; tensors: " + tensors.to_string();
}

}  // namespace faceptor::weights
