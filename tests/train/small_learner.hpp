#pragma once

#include "support/torch_catch.hpp"

#include <memory>
#include <string>

#include <faceptor/model/faceptor.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/tasks/task_registry.hpp>
#include <faceptor/train/learner.hpp>

/// A small Faceptor with a task of every kind, and batches for it.
namespace small {

using namespace faceptor;

constexpr int kIdentities = 5;

inline TaskList tasks() {
  TaskList list;
  auto recog = published::recog_ms1mv3().outputs(16).spec();
  recog.loss_options["classes"] = kIdentities;
  recog.loss_options["width"] = 16;
  list.append(task_from_spec(recog));
  list.add(published::age_morph2());
  list.add(published::biattr_celeba());
  list.add(published::affect_rafdb());
  list.add(published::parsing_lapa());
  list.add(published::align_cofw());
  return list;
}

inline VitOptions vit(double drop_path = 0.0) { return VitOptions(32, 4, 2, 8).image_side(32).projection(4).drop_path(drop_path); }

inline decoder::QueryDecoderOptions decoder_options() {
  return decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(24).layers(2).levels({3});
}

inline FaceModelPtr model(const TaskList& list = tasks(), const VitOptions& options = vit(),
                          const decoder::QueryDecoderOptions& decoder = decoder_options()) {
  const SeedGuard guard(1);
  return std::make_shared<FaceptorImpl>(FaceptorOptions(options).tasks(list).decoder(decoder));
}

inline losses::Labels labels(const TaskSpec& spec, int64_t rows) {
  if (spec.readout == "embedding") return torch::randint(kIdentities, {rows});
  if (spec.readout == "age") return torch::randint(100, {rows}).to(torch::kFloat32);
  if (spec.readout == "attributes") return torch::randint(-1, 2, {rows, spec.outputs});
  if (spec.readout == "expression") return torch::randint(spec.outputs, {rows});
  if (spec.readout == "parsing") return torch::randint(spec.outputs, {rows, 32, 32});
  return torch::rand({rows, spec.outputs, 2});
}

/// Pictures and labels that follow from the step.
inline loading::StepBatch batch(const TaskList& list, std::uint64_t step, int64_t rows = 4) {
  const SeedGuard guard(100 + step);
  loading::StepBatch made;
  made.step = step;
  ViewBatch view;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto begin = static_cast<int64_t>(i) * rows;
    view.tasks.push_back({i, begin, begin + rows});
    made.labels.push_back(labels(list[i].spec(), rows));
  }
  view.images = torch::randn({static_cast<int64_t>(list.size()) * rows, 3, 32, 32});
  made.views.push_back(view);
  return made;
}

/// Copies of all that a learner has, to compare with later.
inline nn::NamedTensors snapshot(const train::Learner& learner) {
  nn::NamedTensors copies;
  for (const auto& [name, tensor] : learner.state()) copies.emplace(name, tensor.detach().clone());
  return copies;
}

/// The names of tensors that differ in any bit.
inline std::vector<std::string> differing(const nn::NamedTensors& a, const nn::NamedTensors& b) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : a) {
    if (!b.contains(name) || !torch::equal(b.at(name), tensor)) names.push_back(name);
  }
  for (const auto& [name, tensor] : b) {
    if (!a.contains(name)) names.push_back(name);
  }
  return names;
}

inline void train_steps(train::Learner& learner, std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t step = first; step < first + count; ++step) {
    const auto result = learner.forward_backward(batch(learner.model().tasks(), step));
    REQUIRE(result.finite);
    REQUIRE(learner.apply().applied);
  }
}

}  // namespace small
