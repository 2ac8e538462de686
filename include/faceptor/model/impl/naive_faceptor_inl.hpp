#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/fields.hpp>
#include <faceptor/model/frozen_model.hpp>
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
    places_.push_back({task.spec().head_group, own.size()});
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

FACEPTOR_INLINE detail::NaiveFaceptorParts NaiveFaceptorImpl::parts() const {
  detail::NaiveFaceptorParts parts{backbone_, {}, places_};
  for (const auto& [group, module] : heads->items()) parts.heads[group] = std::dynamic_pointer_cast<heads::Head>(module);
  return parts;
}

FACEPTOR_INLINE std::int64_t NaiveFaceptorImpl::map_channels(std::size_t task) const {
  // A head that says nothing is taken for as wide as any.
  return std::max(FaceModel::map_channels(task), parts().heads.at(places_.at(task).group)->map_channels());
}

FACEPTOR_INLINE TaskOutputs NaiveFaceptorImpl::forward(std::span<const ViewBatch> batches, ForwardTrace* trace) {
  detail::check_batches(batches, tasks().size());
  std::vector<ViewBatch> typed(batches.begin(), batches.end());
  for (auto& batch : typed) batch.images = detail::images_for(*this, batch.images);
  return parts().forward(typed, trace);
}

FACEPTOR_INLINE std::shared_ptr<FaceModel> NaiveFaceptorImpl::frozen(const nn::FreezeOptions& chosen) {
  return detail::frozen_model(*this, parts(), chosen, "naive faceptor");
}

namespace detail {

FACEPTOR_INLINE void NaiveFaceptorParts::freeze(nn::Precision precision) {
  backbone = frozen_or_plain(backbone, precision);
  for (auto& [group, head] : heads) head = frozen_or_plain(head, precision);
}

FACEPTOR_INLINE TaskOutputs NaiveFaceptorParts::forward(std::span<const ViewBatch> batches, ForwardTrace* trace) const {
  TaskOutputs outputs(places.size());
  guarded("naive faceptor: the forward", [&] {
    for (const auto& batch : batches) {
      // Tasks of one head that are wanted in the same rows share all of it but its last layers.
      std::map<std::tuple<std::string, int64_t, int64_t>, std::vector<std::size_t>> jobs;
      std::vector<int64_t> levels;
      for (const auto& [task, begin, end] : batch.tasks) {
        jobs[{places[task].group, begin, end}].push_back(task);
        levels = union_of_levels(levels, heads.at(places[task].group)->levels());
      }
      const auto pyramid = backbone->forward(batch.images, levels);
      if (trace != nullptr) trace->features.push_back(pyramid);
      for (const auto& [key, wanted] : jobs) {
        const auto& [group, begin, end] = key;
        std::vector<std::size_t> own;
        for (const auto task : wanted) own.push_back(places[task].output);
        const auto made = heads.at(group)->forward(pyramid.rows(begin, end), own);
        for (std::size_t i = 0; i < wanted.size(); ++i) outputs[wanted[i]] = made[i];
      }
    }
  });
  return outputs;
}

}  // namespace detail
}  // namespace faceptor
