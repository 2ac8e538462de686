#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/make_loss.hpp>
#include <faceptor/metrics/make_metric.hpp>
#include <faceptor/tasks/readout.hpp>
#include <faceptor/tasks/task_list.hpp>

/// Tasks from their declarations, as weights files and configurations hold them: each name leads to a part through its registry.
namespace faceptor {

/// A task rebuilt from its declaration: everything comes from the spec, by name.
class DeclaredTask {
 public:
  using Result = TaskResult;

  DeclaredTask(TaskSpec spec, std::shared_ptr<const ReadoutType> readout) : spec_(std::move(spec)), readout_(std::move(readout)) {}

  TaskSpec spec() const { return spec_; }
  TaskResult read(const torch::Tensor& raw, const ReadoutContext& context) const { return readout_->read(raw, context); }
  torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec& spec) const { return readout_->predictions(raw, spec); }
  losses::Labels truth(losses::Labels labels, const TaskSpec& spec) const { return readout_->truth(std::move(labels), spec); }
  NamedParts parts(const torch::Tensor& raw, const TaskSpec& spec, Size crop) const { return readout_->parts(raw, spec, crop); }
  bool compares_faces() const { return readout_->compares_faces; }
  std::shared_ptr<evaluate::Outcomes> make_outcomes(const TaskSpec& spec, const datasets::DatasetInfo& set) const {
    return readout_->outcomes(spec, set);
  }
  std::shared_ptr<losses::LossImpl> make_loss() const {
    return spec_.loss.empty() ? nullptr : losses::make_loss(spec_.loss, spec_.loss_options, spec_.outputs);
  }
  losses::LabelNeeds label_needs() const {
    if (spec_.loss.empty()) throw detail::no_loss(spec_);
    return losses::label_needs(spec_.loss, spec_.loss_options, spec_.outputs);
  }
  std::unique_ptr<metrics::Metric> make_metric() const { return spec_.metric.empty() ? nullptr : metrics::make_metric(spec_.metric); }
  const std::type_info& result_type() const noexcept { return *readout_->result_type; }
  std::string result_type_name() const { return readout_->result_type_name; }

 private:
  TaskSpec spec_;
  std::shared_ptr<const ReadoutType> readout_;
};

/// Task types written by hand (tasks/face_task.hpp) by the name of their readout.
Registry<std::function<AnyTask(const TaskSpec&)>>& task_types();

/// Lets declarations with that readout be rebuilt as tasks of a type written by hand.
template <class T>
void register_task_type(const std::string& readout) {
  task_types().add(
      readout, [](const TaskSpec& spec) { return AnyTask(T(spec)); }, &typeid(T));
}

/// The task that a declaration stands for. A readout that is not known here (a user's own, in a program that doesn't have it) is read as
/// plain values, maps or an embedding, and a warning says so.
/// @throws Error(argument) when the declaration won't do, Error(unsupported) for an output kind, head or interpreter that this program
///         doesn't have
AnyTask task_from_spec(const TaskSpec& spec);

/// A task of a file that can't be built here, since the program lacks a part of it.
struct AbsentTask {
  std::string name;
  nlohmann::json declaration;  ///< as it stands in the file
  std::string reason;          ///< what is missing, and how it is made known
};

/// The tasks of an array of declarations, in order.
/// @param absent  takes those that this program lacks a part of; without it they are errors
/// @throws Error(format) when it isn't an array of declarations, Error(argument, unsupported) as above
TaskList task_list_from_json(const nlohmann::json& declarations, std::vector<AbsentTask>* absent = nullptr);
nlohmann::json task_list_to_json(const TaskList& tasks);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/tasks/impl/task_registry_inl.hpp>
#endif
