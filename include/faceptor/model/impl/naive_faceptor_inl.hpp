#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/fields.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/nn/guard.hpp>

namespace faceptor {

FACEPTOR_INLINE NaiveFaceptorImpl::NaiveFaceptorImpl(NaiveFaceptorOptions o) : options(std::move(o)) {
  if (options.tasks().empty()) {
    throw Error(ErrorCode::argument, "naive faceptor: a model needs at least one task")
        .hint("give .tasks(published::base()) or a list of your own");
  }
  reset();
}

FACEPTOR_INLINE void NaiveFaceptorImpl::reset() {
  backbone_ = options.backbone()();
  register_module("backbone", detail::module_of(backbone_));
  std::map<std::string, std::vector<heads::HeadOutput>> outputs;
  places_.clear();
  for (const auto& task : tasks()) {
    if (task.spec().head.empty()) {
      throw Error(ErrorCode::argument, "naive faceptor: the output kind \"" + task.spec().kind + "\" has no head")
          .where("task \"" + task.name() + "\"")
          .hint("give the kind make_head, the task a head of its own, or use Faceptor");
    }
    auto& own = outputs[task.spec().head_group];
    places_.push_back(own.size());
    own.push_back({task.name(), task.spec().outputs});
  }
  const heads::HeadSizes sizes{options.dense_levels(), options.attribute_levels(), options.dense_channels(), options.attribute_hidden()};
  heads = register_module("heads", torch::nn::ModuleDict());
  for (const auto& task : tasks()) {
    const auto& group = task.spec().head_group;
    if (heads->contains(group)) continue;
    const auto head = heads::head_registry().get(task.spec().head).make({*backbone_, outputs[group], sizes});
    const auto module = std::dynamic_pointer_cast<torch::nn::Module>(head);
    if (!module) {
      throw Error(ErrorCode::argument, "naive faceptor: the head \"" + task.spec().head + "\" is not a LibTorch module")
          .where("task \"" + task.name() + "\"")
          .expected("a class that derives from torch::nn::Cloneable and from faceptor::heads::Head");
    }
    heads->update({{group, module}});
  }
}

FACEPTOR_INLINE nlohmann::json NaiveFaceptorImpl::config() const {
  auto config = write_fields(options);
  config["kind"] = "naive_faceptor";
  config["backbone"] = backbone_->config();
  return config;
}

FACEPTOR_INLINE heads::Head& NaiveFaceptorImpl::head_of(std::size_t task) {
  return dynamic_cast<heads::Head&>(*(*heads)[tasks()[task].spec().head_group]);
}

FACEPTOR_INLINE TaskOutputs NaiveFaceptorImpl::forward(std::span<const ViewBatch> batches, ForwardTrace* trace) {
  detail::check_batches(batches, tasks().size());
  TaskOutputs outputs(tasks().size());
  guarded("naive faceptor: the forward", [&] {
    for (const auto& batch : batches) {
      // Tasks of one head that are wanted in the same rows share all of it but its last layers.
      std::map<std::tuple<std::string, int64_t, int64_t>, std::vector<std::size_t>> jobs;
      std::vector<int64_t> levels;
      for (const auto& [task, begin, end] : batch.tasks) {
        jobs[{tasks()[task].spec().head_group, begin, end}].push_back(task);
        levels = union_of_levels(levels, head_of(task).levels());
      }
      const auto pyramid = backbone_->forward(detail::images_for(*this, batch.images), levels);
      if (trace != nullptr) trace->features.push_back(pyramid);
      for (const auto& [key, wanted] : jobs) {
        std::vector<std::size_t> places;
        for (const auto task : wanted) places.push_back(places_[task]);
        const auto made = head_of(wanted.front()).forward(pyramid.rows(std::get<1>(key), std::get<2>(key)), places);
        for (std::size_t i = 0; i < wanted.size(); ++i) outputs[wanted[i]] = made[i];
      }
    }
  });
  return outputs;
}

}  // namespace faceptor
