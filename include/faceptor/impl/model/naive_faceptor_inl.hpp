#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/heads/attribute_head.hpp>
#include <faceptor/heads/dense_head.hpp>
#include <faceptor/heads/embedding_head.hpp>
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

FACEPTOR_INLINE std::shared_ptr<torch::nn::Module> NaiveFaceptorImpl::make_head(OutputKind kind,
                                                                                const std::vector<heads::HeadOutput>& outputs) const {
  const auto count = backbone_->levels();
  if (kind == OutputKind::embedding) {
    return heads::EmbeddingHead(heads::EmbeddingHeadOptions(backbone_->width(count - 1), count - 1, outputs)).ptr();
  }
  const bool dense = kind == OutputKind::dense_map;
  auto levels = dense ? options.dense_levels() : options.attribute_levels();
  if (levels.empty()) levels = dense ? heads::dense_levels(count) : heads::attribute_levels(count);
  std::vector<int64_t> widths, strides;
  for (const auto level : levels) {
    if (level < 0 || level >= count) {
      throw Error(ErrorCode::argument, "naive faceptor: a head reads a level that the backbone doesn't have")
          .expected("0 to " + std::to_string(count - 1))
          .found(std::to_string(level));
    }
    widths.push_back(backbone_->width(level));
    strides.push_back(backbone_->stride(level));
  }
  if (dense) {
    return heads::DenseHead(heads::DenseHeadOptions(levels, widths, strides, outputs).channels(options.dense_channels())).ptr();
  }
  return heads::AttributeHead(heads::AttributeHeadOptions(levels, widths, outputs).hidden(options.attribute_hidden())).ptr();
}

FACEPTOR_INLINE void NaiveFaceptorImpl::reset() {
  backbone_ = options.backbone()();
  register_module("backbone", detail::module_of(backbone_));
  std::map<std::string, std::vector<heads::HeadOutput>> outputs;
  places_.clear();
  for (const auto& task : tasks()) {
    auto& own = outputs[task.spec().head_group];
    places_.push_back(own.size());
    own.push_back({task.name(), task.spec().outputs});
  }
  heads = register_module("heads", torch::nn::ModuleDict());
  for (const auto& task : tasks()) {
    const auto& group = task.spec().head_group;
    if (!heads->contains(group)) heads->update({{group, make_head(task.spec().kind, outputs[group])}});
  }
}

FACEPTOR_INLINE nlohmann::json NaiveFaceptorImpl::config() const {
  return {{"kind", "naive_faceptor"},
          {"backbone", backbone_->config()},
          {"dense_levels", options.dense_levels()},
          {"attribute_levels", options.attribute_levels()},
          {"dense_channels", options.dense_channels()},
          {"attribute_hidden", options.attribute_hidden()}};
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
      const auto pyramid = backbone_->forward(batch.images, levels);
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
