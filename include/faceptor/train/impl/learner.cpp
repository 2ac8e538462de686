#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include <faceptor/core/error.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/losses/task_weights.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/train/impl/learner_setup.hpp>
#include <faceptor/train/learner.hpp>
#include <faceptor/train/moving_average.hpp>

namespace faceptor::train {

/// What a forward gives before anything of it is read: the tasks, their numbers' names, and all numbers of the step in a row.
struct Learner::Forward {
  torch::Tensor total;
  std::vector<TaskStep> tasks;         // without their numbers yet
  std::vector<torch::Tensor> numbers;  // the total; then of each task its loss, its parts and its accuracy, where it has one
};

Learner::Learner(FaceModelPtr model, LearnerOptions options)
    : model_(std::move(model)), options_(std::move(options)), scaler_(options_.scaler) {
  if (!model_) throw Error(ErrorCode::argument, "train: there is no model");
  if (!(options_.clip >= 0) || !std::isfinite(options_.clip)) {
    throw Error(ErrorCode::argument, "train: the limit of the gradients' norm is out of range")
        .expected("over 0, or 0 for no limit")
        .found(fmt::format("{:g}", options_.clip));
  }
  if (options_.precision == Precision::fp16 && !device().is_cuda()) {
    throw Error(ErrorCode::unsupported, "train: fp16 needs a GPU").hint("bf16 works on the CPU too, without scaling of the loss");
  }
  if (options_.recompute && !model_->backbone().set_recompute(true)) {
    throw Error(ErrorCode::unsupported, "train: the backbone can't recompute what it doesn't keep")
        .found(model_->backbone().config().dump())
        .hint("override Backbone::set_recompute");
  }

  auto parameters = group_parameters(model_->module(), options_.rules);
  for (const auto& task : model_->tasks()) {
    const SeedGuard start_values(Random(options_.seed, {losses_.size()}).bits64());
    // A task whose loss this program doesn't have can be there all the same, as long as it isn't trained.
    std::shared_ptr<losses::LossImpl> loss;
    try {
      loss = task.make_loss();
    } catch (const Error& e) {
      if (e.code() != ErrorCode::unsupported) throw;
      missing_losses_.emplace(losses_.size(), e);
    }
    if (loss) {
      loss->to(device());
      for (auto& parameter : group_parameters(*loss, options_.rules, "losses." + task.name() + ".")) parameters.push_back(parameter);
    }
    losses_.push_back(std::move(loss));
  }
  expect_rules_used(options_.rules, parameters);
  if (std::all_of(parameters.begin(), parameters.end(), [](const auto& parameter) { return parameter.frozen; })) {
    throw Error(ErrorCode::argument, "train: every parameter is frozen").hint("which rule was meant to leave some to be trained?");
  }
  weights_ = detail::step_weights(model_->tasks(), losses_, options_.task_weights, options_.raw_weights);
  frozen_modules_ = detail::frozen_statistics(model_->module());
  optimizer_ = std::make_unique<AdamW>(std::move(parameters), options_.adamw);
  if (options_.average != 0) average_ = std::make_unique<MovingAverage>(model_->module(), options_.average);
}

Learner::~Learner() = default;

torch::Device Learner::device() const { return model_->module().parameters().front().device(); }

void Learner::set_rate(double base) { optimizer_->set_rate(base); }

std::vector<torch::Tensor> Learner::gradients() const { return optimizer_->gradients(); }

void Learner::join(std::shared_ptr<Communicator> processes) {
  if (micro_batches_ > 0) throw Error(ErrorCode::argument, "train: processes are joined between steps");
  processes_ = nullptr;
  buckets_ = nullptr;
  statistics_ = nullptr;
  if (!processes || processes->size() < 2) return;
  std::vector<torch::Tensor> tensors;
  for (const auto& [name, tensor] : state()) tensors.push_back(tensor.detach());
  processes->broadcast(tensors, 0);
  processes_ = std::move(processes);
  const auto sum = [all = processes_](const torch::Tensor& tensor) { all->sum(std::span(&tensor, 1)); };
  statistics_ = std::make_shared<nn::StatisticsGroup>(nn::StatisticsGroup{processes_->rank(), processes_->size(), sum});
  std::vector<torch::Tensor> parameters;
  for (const auto& parameter : optimizer_->parameters()) parameters.push_back(parameter.value);
  buckets_ = std::make_unique<GradientBuckets>(parameters, processes_);
}

void Learner::average_gradients() {
  if (!buckets_ || averaged_) return;
  guarded("train: averaging gradients", [&] { buckets_->finish(); });
  averaging_ = false;
  averaged_ = true;
}

void Learner::begin_step() {
  kept_buffers_.clear();
  for (const auto& item : model_->module().named_buffers()) kept_buffers_.emplace(item.key(), item.value().detach().clone());
}

void Learner::set_training() {
  model_->module().train();
  for (auto* module : frozen_modules_) module->eval();
  for (const auto& loss : losses_) {
    if (loss) loss->train();
  }
}

Learner::Forward Learner::run_tasks(const loading::StepBatch& batch) {
  const auto where = device();
  std::vector<ViewBatch> views = batch.views;
  for (auto& view : views) {
    if (view.images.defined()) view.images = view.images.to(where, /*non_blocking=*/true);
  }
  TaskOutputs outputs(model_->tasks().size());
  {
    const AutocastGuard autocast(options_.precision, where.type());
    outputs = model_->forward(views);
  }

  Forward forward;
  std::vector<torch::Tensor> totals;
  std::vector<double> weights;
  forward.numbers.emplace_back();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].defined()) continue;
    const auto& task = model_->tasks()[i];
    if (const auto missing = missing_losses_.find(i); missing != missing_losses_.end()) {
      throw Error(missing->second).where("task \"" + task.name() + "\"");
    }
    if (!losses_[i]) throw faceptor::detail::no_loss(task.spec());
    if (i >= batch.labels.size() || !batch.labels[i].primary.defined()) {
      throw Error(ErrorCode::argument, "train: the batch has no labels for a task").where(task.name());
    }
    const auto labels = detail::labels_on(batch.labels[i], where);
    // Losses are computed in fp32, or in the model's own type where that is finer.
    auto output = options_.precision == Precision::fp32 ? outputs[i] : outputs[i].to(torch::kFloat32);
    bool counts = true;
    if (i < batch.rows.size() && batch.rows[i]) {
      const auto& rows = *batch.rows[i];
      counts = !rows.empty();
      output = counts ? output.index_select(0, torch::tensor(rows, torch::kLong).to(where)) : output.narrow(0, 0, 1);
    }
    auto loss = losses_[i]->forward(output, labels);
    if (!counts) loss.total = loss.total * 0;
    TaskStep step{.task = i, .name = task.name(), .samples = counts ? output.size(0) : 0, .weight = weights_[i]};
    forward.numbers.push_back(loss.total);
    for (const auto& [name, part] : loss.parts) {
      step.parts.emplace_back(name, 0.0);
      forward.numbers.push_back(part);
    }
    if (loss.accuracy.defined()) {
      step.accuracy = 0.0;
      forward.numbers.push_back(loss.accuracy);
    }
    totals.push_back(loss.total);
    weights.push_back(weights_[i]);
    forward.tasks.push_back(std::move(step));
  }
  forward.total = losses::weighted_total(totals, weights);
  forward.numbers.front() = forward.total;
  if (!forward.total.requires_grad()) {
    throw Error(ErrorCode::argument, "train: nothing that is trained takes part in this batch")
        .hint("its tasks use frozen parameters alone");
  }
  return forward;
}

StepResult Learner::step_result(const Forward& forward) const {
  std::vector<torch::Tensor> numbers;
  for (const auto& number : forward.numbers) numbers.push_back(number.detach().to(torch::kFloat64));
  const auto read = torch::stack(numbers).to(torch::kCPU).contiguous();  // one wait for the device, not one a number
  if (processes_) {
    processes_->sum(std::span(&read, 1));
    read.div_(static_cast<double>(processes_->size()));
  }
  const auto* next = read.const_data_ptr<double>();
  StepResult result;
  result.total = *next++;
  result.tasks = forward.tasks;
  for (auto& task : result.tasks) {
    task.loss = *next++;
    for (auto& part : task.parts) part.second = *next++;
    if (task.accuracy) task.accuracy = *next++;
    if (std::isfinite(task.loss) || !result.finite) continue;
    result.finite = false;
    result.problem = fmt::format("the loss of task \"{}\" is {}", task.name, task.loss);
  }
  if (result.finite && !std::isfinite(result.total)) {
    result.finite = false;
    result.problem = fmt::format("the total loss is {}", result.total);
  }
  return result;
}

StepResult Learner::forward_backward(const loading::StepBatch& batch, double scale, bool last) {
  if (average_ && average_->swapped()) throw Error(ErrorCode::argument, "train: the model has its averaged weights just now");
  if (averaging_ || averaged_) throw Error(ErrorCode::argument, "train: a batch comes after the one that was its step's last");
  if (micro_batches_ == 0) begin_step();
  try {
    return guarded("train: a step", [&] {
      const auto draw = Random(options_.seed, {batch.step, options_.rank, micro_batches_}).bits64();
      const SeedGuard seeded(draw, device());
      for (const auto& loss : losses_) {
        if (loss) loss->set_counter(draw);
      }
      set_training();
      const nn::SharedStatistics shared(statistics_);
      const auto forward = run_tasks(batch);
      auto result = step_result(forward);
      if (!result.finite) {
        discard();
        return result;
      }
      const double factor = options_.precision == Precision::fp16 ? scale * scaler_.scale() : scale;
      if (buckets_ && last) {
        buckets_->begin();
        averaging_ = true;
      }
      (factor == 1.0 ? forward.total : forward.total * factor).backward();
      ++micro_batches_;
      return result;
    });
  } catch (...) {
    discard();
    throw;
  }
}

void Learner::discard() {
  const torch::NoGradGuard no_grad;
  if (averaging_) buckets_->cancel();
  averaging_ = averaged_ = false;
  optimizer_->zero_gradients();
  for (auto& item : model_->module().named_buffers()) {
    if (const auto kept = kept_buffers_.find(item.key()); kept != kept_buffers_.end()) item.value().copy_(kept->second);
  }
  kept_buffers_.clear();
  micro_batches_ = 0;
}

Update Learner::apply() {
  if (micro_batches_ == 0) {
    throw Error(ErrorCode::argument, "train: there are no gradients to apply").hint("was the step discarded? see StepResult::finite");
  }
  const torch::NoGradGuard no_grad;
  average_gradients();
  averaged_ = false;
  auto gradients = optimizer_->gradients();
  Update update;
  if (options_.precision == Precision::fp16) {
    update.loss_scale = scaler_.scale();
    for (auto& gradient : gradients) gradient.div_(update.loss_scale);
  }
  const auto norms = gradient_norms(gradients);
  update.gradient_norm = total_norm(norms);
  update.module_norms = detail::norms_by_module(optimizer_->parameters(), norms);
  const bool finite = std::isfinite(update.gradient_norm);
  if (options_.precision == Precision::fp16) scaler_.update(finite);
  if (!finite) {
    discard();
    return update;
  }
  if (options_.clip > 0) clip_gradients(gradients, update.gradient_norm, options_.clip);
  optimizer_->step();
  optimizer_->zero_gradients();
  if (average_) average_->update();
  kept_buffers_.clear();
  micro_batches_ = 0;
  update.applied = true;
  return update;
}

}  // namespace faceptor::train
