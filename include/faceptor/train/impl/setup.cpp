#include <fmt/format.h>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/detectors/detectors.hpp>
#include <faceptor/loading/detected_boxes.hpp>
#include <faceptor/loading/evaluation_loader.hpp>
#include <faceptor/losses/task_weights.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/train/impl/setup_data.hpp>
#include <faceptor/train/presets.hpp>
#include <faceptor/train/published_optimizer.hpp>
#include <faceptor/train/setup.hpp>
#include <faceptor/train/validation.hpp>
#include <faceptor/weights/model_file.hpp>

namespace faceptor::train {
namespace {

/// What is drawn from the run's seed, beside what the learner and the loader draw.
enum class SeedUse : std::uint64_t { model = 1, losses = 2 };

std::uint64_t seed_for(const TrainConfig& config, SeedUse use) {
  return Random(config.seed, {0x7365747570, static_cast<std::uint64_t>(use)}).bits64();
}

/// The rules of `parameters` and `freeze`.
GroupRules rules_of(const TrainConfig& config, const FaceModel& model, const std::vector<TaskData>& data) {
  GroupRules rules;
  rules.set("*", {.weight_decay = config.weight_decay});
  if (config.freeze != "nothing") rules.set("backbone", {.frozen = true});
  if (config.freeze == "shared") {
    std::set<std::string> present, own;
    const auto alone = [&](const std::string& task, std::string TaskSpec::*group) {  // no other task of the model shares it
      return std::none_of(model.tasks().begin(), model.tasks().end(), [&](const AnyTask& other) {
        return other.name() != task && other.spec().*group == model.tasks().at(task).spec().*group;
      });
    };
    for (const auto& item : model.module().named_parameters()) {
      const auto& name = item.key();
      present.insert(name.substr(0, name.find('.')));
      for (const auto& task : data) {
        const auto& spec = model.tasks().at(task.task).spec();
        const auto head = "heads." + spec.head_group, interpreter = "interpreters." + spec.interpreter_group;
        if (name.starts_with(head + ".") && alone(task.task, &TaskSpec::head_group)) own.insert(head);
        if (name.starts_with(interpreter + ".") && alone(task.task, &TaskSpec::interpreter_group)) own.insert(interpreter);
        for (const char* part : {".queries.", ".outputs."}) {
          const auto at = name.find(part + task.task + ".");
          if (at != std::string::npos) own.insert(name.substr(0, at) + part + task.task);
        }
      }
    }
    for (const char* group : {"decoder", "interpreters", "heads"}) {
      if (present.contains(group)) rules.set(group, {.frozen = true});
    }
    for (const auto& pattern : own) rules.set(pattern, {.frozen = false});
  }
  detail::for_key("parameters", [&] { from_json(config.parameters, rules); });
  return rules;
}

/// Five points as photos are aligned by in use: by the model's own landmarks.
loading::PointFinder points_by(const FaceModelPtr& model) {
  weights::LoadedModel loaded;
  loaded.model = model;
  const auto analyzer =
      std::make_shared<FaceAnalyzer>(std::move(loaded), AnalyzerOptions{.detector = std::make_shared<WholeImageDetector>()});
  return [analyzer](const Image& picture, const Detection& face) { return *analyzer->with_five_points(picture, {face}).front().points; };
}

/// The first process's buffers in all processes, for a scope.
class FirstBuffers {
 public:
  FirstBuffers(torch::nn::Module& module, Communicator* processes) {
    if (processes == nullptr || processes->size() == 1) return;
    for (const auto& buffer : module.buffers()) {
      buffers_.push_back(buffer.detach());
      own_.push_back(buffer.detach().clone());
    }
    processes->broadcast(buffers_, 0);
  }
  ~FirstBuffers() {
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < own_.size(); ++i) buffers_[i].copy_(own_[i]);
  }
  FirstBuffers(const FirstBuffers&) = delete;
  FirstBuffers& operator=(const FirstBuffers&) = delete;

 private:
  std::vector<torch::Tensor> buffers_, own_;
};

/// A published run begins from trained weights. To leave them out is a choice that should be seen.
void warn_of_random_start(const TrainConfig& config) {
  if (config.preset.empty() || !config.init.from.empty()) return;
  const auto usual = preset(config.preset).value("/init/from"_json_pointer, std::string());
  if (usual.empty()) return;
  log(LogLevel::warning,
      fmt::format("train: the preset {} begins with {}, this run with random weights (init.from is empty)", config.preset, usual));
}

std::string result_source(const TrainConfig& config) {
  if (!config.trainer.about.source.empty()) return config.trainer.about.source;
  std::vector<std::string> parts;
  for (const auto& [task, data] : config.data) {
    if (config.trains(task)) parts.push_back(task + " on " + data.format);
  }
  return "trained with faceptor: " + text::join(parts) +
         (config.init.from.empty() ? "" : "; from " + std::filesystem::path(config.init.from).filename().string());
}

}  // namespace

Architecture declared_model(const TrainConfig& config) {
  detail::OpenedSets unopened;
  for (const auto& [task, own] : config.data) {
    if (config.trains(task)) unopened[task] = nullptr;
  }
  auto model = detail::architecture_of(config);
  model.tasks = detail::tasks_of(config, model.tasks, unopened);
  model.config.merge_patch(config.model.config);
  return model;
}

Setup::Setup(TrainConfig config, ProcessPlace place) : config_(std::move(config)), place_(place) {
  detail::OpenedSets opened;
  for (const auto& [task, own] : config_.data) {
    if (!config_.trains(task)) continue;
    opened[task] = detail::for_key("data." + task, [&] { return detail::open_task_data(config_, own); });
  }
  const auto chosen = detail::architecture_of(config_);
  const auto tasks = detail::tasks_of(config_, chosen.tasks, opened);
  for (const auto& task : tasks) {
    if (!opened.contains(task.name())) continue;
    const auto& own = config_.data.at(task.name());
    TaskData data{.task = task.name(),
                  .training = opened[task.name()],
                  .along = own.along,
                  .chain = {},
                  .batch = own.batch,
                  .evaluation = {},
                  .evaluation_points = {},
                  .evaluation_chain = {}};
    if (own.along.empty()) {
      data.chain = detail::task_chain(own, task.spec(), data.training->info(), true);
      detail::mirror_further_labels(data.chain, task.name(), config_, opened);
    }
    if (!own.evaluation_split.empty() && config_.trainer.evaluate_every > 0) {
      detail::add_evaluation(data, config_, own, task);
    }
    data_.push_back(std::move(data));
  }
  detail::put_behind_their_pictures(data_);
  const auto weights = detail::loss_weights(config_, data_, tasks);
  for (std::size_t i = 0; i < data_.size(); ++i) data_[i].weight = weights[i];

  if (config_.freeze == "auto") {
    // New tasks on weights that were trained for others: those keep what they can do.
    const bool all_new = std::none_of(data_.begin(), data_.end(), [&](const TaskData& task) { return chosen.tasks.contains(task.task); });
    config_.freeze = config_.model.architecture == "init" && all_new ? "shared" : "nothing";
    if (config_.freeze == "shared") {
      log(LogLevel::warning,
          "train: everything but the new tasks is frozen (freeze = \"shared\"), so that the others stay as they are; "
          "freeze = \"nothing\" trains all of it");
    }
  }
  auto architecture_config = chosen.config;
  architecture_config.merge_patch(config_.model.config);
  if (place_.rank == 0) warn_of_random_start(config_);
  const SeedGuard seeded(seed_for(config_, SeedUse::model));
  model_ = detail::for_key("model.config", [&] { return make_model(architecture_config, tasks); });
  if (!config_.init.from.empty()) {
    detail::expect_weights(config_);
    detail::for_key("init.from", [&] {
      const auto config = config_.init.config.empty() ? nlohmann::json(nullptr) : config_.init.config;
      const auto transferred = weights::transfer_into(*model_, config_.init.from, config);
      initial_ = transferred.summary();
      for (const auto& tensor : transferred.tensors.mismatched) {
        if (!tensor.name.starts_with("backbone.")) continue;
        throw Error(ErrorCode::mismatch, "train: the weights to begin with are of another backbone")
            .where(tensor.name)
            .expected(text::shape(tensor.expected))
            .found(text::shape(tensor.found))
            .hint("model.architecture = \"init\" takes the architecture from the weights");
      }
      for (const auto& [name, tensor] : transferred.losses) losses_.emplace(name, tensor.clone());
      if (config_.init.resume) steps_before_ = detail::published_step(config_.init.from);
    });
  }
  detail::for_key("device", [&] {
    guarded("train: moving the model to its device", [&] { model_->module().to(device_of_process(config_.device, place_)); });
  });
}

torch::Device Setup::device() const { return model_->module().parameters().front().device(); }

std::unique_ptr<Learner> Setup::make_learner() {
  auto options = config_.learner;
  options.rules = rules_of(config_, *model_, data_);
  for (const auto& task : tasks()) options.task_weights[task.name()] = 1;
  for (const auto& task : data_) options.task_weights[task.task] = task.weight;
  options.seed = config_.seed;
  options.rank = static_cast<std::uint64_t>(place_.rank);
  const SeedGuard seeded(seed_for(config_, SeedUse::losses));
  auto learner = std::make_unique<Learner>(model_, options);
  if (!losses_.empty()) {
    for (const auto& tensor : learner->load_losses(losses_).mismatched) {
      log(LogLevel::warning, fmt::format("train: {} of init.from is {}, and {} here: it begins anew", tensor.name,
                                         text::shape(tensor.found), text::shape(tensor.expected)));
    }
  }
  if (config_.init.resume) {
    detail::for_key("init.resume", [&] {
      const auto checkpoint = files::Checkpoint::open(config_.init.from);
      const auto state = published_optimizer_state(checkpoint, tasks(), learner->optimizer().parameters());
      if (state.empty()) throw Error(ErrorCode::mismatch, "train: the checkpoint holds no optimizer").where(config_.init.from);
      learner->optimizer().load_state(state);
    });
  }
  return learner;
}

std::unique_ptr<loading::Loader> Setup::make_loader() const {
  std::vector<loading::TaskSource> sources;
  for (const auto& task : data_) sources.push_back({task.task, task.training, task.chain, task.batch, task.along});
  auto options = config_.loader;
  options.steps = config_.trainer.schedule.steps * config_.trainer.accumulation;
  options.seed = config_.seed;
  options.rank = place_.rank;
  options.ranks = place_.ranks;
  return std::make_unique<loading::Loader>(tasks(), std::move(sources), options);
}

std::unique_ptr<Trainer> Setup::make_trainer(Learner& learner, loading::StepSource& loader, const std::filesystem::path& folder,
                                             bool resume, std::shared_ptr<Communicator> processes) const {
  auto options = config_.trainer;
  options.folder = folder;
  options.resume = resume;
  for (const auto& task : data_) {
    const auto metric = !task.evaluation.empty() ? this->tasks().at(task.task).make_metric() : nullptr;
    if (metric && metric->score().less_is_better) options.errors.insert(task.task);
  }
  options.about = about();
  options.steps_before = steps_before_;
  options.config = nlohmann::json(write_config(config_));
  auto trainer = std::make_unique<Trainer>(learner, loader, std::move(options), processes);
  trainer->draw_with(
      [count = config_.pictures_count](FaceModel& model, const loading::StepBatch& batch) { return sample_pictures(model, batch, count); });
  const bool evaluated = std::any_of(data_.begin(), data_.end(), [](const TaskData& task) { return !task.evaluation.empty(); });
  if (evaluated) trainer->evaluate_with([this, processes](FaceModel& model) { return evaluate(model, processes.get()); });
  return trainer;
}

weights::ModelInfo Setup::about() const {
  auto info = config_.trainer.about;
  info.source = result_source(config_);
  return info;
}

nlohmann::ordered_json Setup::evaluate(FaceModel& model, Communicator* processes) const {
  // Statistics that each process has for itself differ: what is measured is what is saved.
  const FirstBuffers buffers(model.module(), processes);
  auto measured = nlohmann::ordered_json::array();  // a set each: of this process, then of all
  std::size_t sets = 0;
  const auto ranks = processes == nullptr ? std::size_t{1} : static_cast<std::size_t>(processes->size());
  for (const auto& task : data_) {
    for (const auto& opened : task.evaluation) {
      if (processes != nullptr && sets++ % ranks != static_cast<std::size_t>(processes->rank())) continue;
      loading::EvaluationOptions options{
          .batch = config_.evaluation_batch, .workers = config_.loader.workers, .ahead = config_.loader.ahead};
      const auto place = model.tasks().index(task.task);
      auto set = opened;
      if (task.evaluation_points == "model") {
        set = loading::with_detected_boxes(set, nullptr, points_by(model_));
        options.workers = 0;  // the model is asked while samples are prepared
      }
      loading::EvaluationLoader loader(set, task.evaluation_chain, model.tasks()[place].spec().view.size(), options);
      measured.push_back(validate(model, place, loader, opened->info(), config_.evaluation_samples));
    }
  }
  if (ranks > 1) {
    std::vector<nlohmann::ordered_json> shares;
    for (const auto& text : gather_texts(*processes, measured.dump())) shares.push_back(nlohmann::ordered_json::parse(text));
    measured.clear();
    for (std::size_t i = 0; i < sets; ++i) measured.push_back(shares[i % ranks].at(i / ranks));  // back in order
  }
  auto numbers = nlohmann::ordered_json::object();
  auto next = measured.begin();
  for (const auto& task : data_) {
    for (const auto& set : task.evaluation) {
      auto& place = task.evaluation.size() == 1 ? numbers[task.task] : numbers[task.task][set->info().split];
      place = std::move(*next++);
    }
  }
  return numbers;
}

std::string Setup::write_weights(const std::filesystem::path& path, Learner& learner) const {
  auto info = about();
  info.step = static_cast<std::int64_t>(config_.trainer.schedule.steps);
  std::optional<MovingAverage::Applied> averaged;
  if (learner.average() != nullptr) averaged.emplace(*learner.average());
  return weights::save_model(path, learner.model(), info, {}, learner.losses_state());
}

}  // namespace faceptor::train
