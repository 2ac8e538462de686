#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/decoder/interpreter.hpp>
#include <faceptor/heads/head.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/frozen_model.hpp>
#include <faceptor/nn/guard.hpp>

namespace faceptor {

FACEPTOR_INLINE FaceptorImpl::FaceptorImpl(FaceptorOptions o) : options(std::move(o)) {
  if (options.tasks().empty()) {
    throw Error(ErrorCode::argument, "faceptor: a model needs at least one task")
        .hint("give .tasks(published::base()) or a list of your own");
  }
  reset();
}

FACEPTOR_INLINE void FaceptorImpl::reset() {
  backbone_ = options.backbone()();
  register_module("backbone", detail::module_of(backbone_));

  std::vector<decoder::QuerySet> sets;
  routes_.assign(tasks().size(), {0, 0, {}, 0});
  set_tasks_.clear();
  for (std::size_t i = 0; i < tasks().size(); ++i) {
    const auto& spec = tasks()[i].spec();
    if (spec.interpreter.empty()) {
      throw Error(ErrorCode::argument, "faceptor: the output kind \"" + spec.kind + "\" has no interpreter")
          .where("task \"" + spec.name + "\"")
          .hint("give the kind make_interpreter, the task an interpreter of its own, or use NaiveFaceptor");
    }
    routes_[i].queries = spec.queries();
    if (routes_[i].queries == 0) continue;
    routes_[i].query_set = sets.size();
    set_tasks_.push_back(i);
    sets.push_back({spec.name, routes_[i].queries});
  }
  if (!sets.empty()) {
    auto chosen = options.decoder();
    std::vector<int64_t> widths;
    for (const auto& levels : {chosen.levels(), chosen.new_levels()}) {
      for (const auto level : levels) {
        if (level < 0 || level >= backbone_->levels()) {
          throw Error(ErrorCode::argument, "faceptor: the decoder reads a level that the backbone doesn't have")
              .expected("0 to " + std::to_string(backbone_->levels() - 1))
              .found(std::to_string(level))
              .hint("give .decoder(QueryDecoderOptions().levels({" + std::to_string(backbone_->levels() - 1) + "}))");
        }
        widths.push_back(backbone_->width(level));
      }
    }
    decoder = register_module("decoder", decoder::QueryDecoder(chosen, widths, sets));
  }
  make_interpreters();
}

FACEPTOR_INLINE void FaceptorImpl::make_interpreters() {
  interpreters = register_module("interpreters", torch::nn::ModuleDict());
  std::map<std::string, std::vector<heads::HeadOutput>> outputs;
  for (std::size_t i = 0; i < tasks().size(); ++i) {
    const auto& spec = tasks()[i].spec();
    auto& own = outputs[spec.interpreter_group];
    routes_[i].group = spec.interpreter_group;
    routes_[i].output = own.size();
    own.push_back({spec.name, spec.outputs});
  }
  for (std::size_t i = 0; i < tasks().size(); ++i) {
    const auto& spec = tasks()[i].spec();
    const auto& group = spec.interpreter_group;
    if (interpreters->contains(group)) continue;
    auto made = decoder::interpreter_registry().get(spec.interpreter).make({*backbone_, options.decoder().hidden(), outputs[group]});
    const bool right = routes_[i].queries > 0 ? dynamic_cast<decoder::Interpreter*>(made.get()) != nullptr
                                              : dynamic_cast<heads::Head*>(made.get()) != nullptr;
    if (!right) {
      throw Error(ErrorCode::argument, "faceptor: the interpreter \"" + spec.interpreter + "\" can't be used")
          .where("task \"" + spec.name + "\"")
          .expected(routes_[i].queries > 0 ? "a decoder::Interpreter, as it asks for queries" : "a heads::Head, as it asks for no queries");
    }
    interpreters->update({{group, std::move(made)}});
  }
}

FACEPTOR_INLINE nlohmann::json FaceptorImpl::config() const {
  return {{"kind", "faceptor"}, {"backbone", backbone_->config()}, {"decoder", options.decoder().to_json()}};
}

FACEPTOR_INLINE detail::FaceptorParts FaceptorImpl::parts() const {
  detail::FaceptorParts parts;
  parts.backbone = backbone_;
  parts.decoder = decoder.is_empty() ? nullptr : decoder.ptr();
  for (const auto& [group, module] : interpreters->items()) {
    if (auto interpreter = std::dynamic_pointer_cast<decoder::Interpreter>(module)) parts.interpreters[group] = std::move(interpreter);
    if (auto head = std::dynamic_pointer_cast<heads::Head>(module)) parts.heads[group] = std::move(head);
  }
  parts.routes = routes_;
  parts.set_tasks = set_tasks_;
  return parts;
}

FACEPTOR_INLINE TaskOutputs FaceptorImpl::forward(std::span<const ViewBatch> batches, ForwardTrace* trace) {
  detail::check_batches(batches, tasks().size());
  std::vector<ViewBatch> typed(batches.begin(), batches.end());
  for (auto& batch : typed) batch.images = detail::images_for(*this, batch.images);
  return parts().forward(typed, trace);
}

FACEPTOR_INLINE std::shared_ptr<FaceModel> FaceptorImpl::frozen(const nn::FreezeOptions& chosen) {
  return detail::frozen_model(*this, parts(), chosen, "faceptor");
}

namespace detail {

FACEPTOR_INLINE void FaceptorParts::freeze(nn::Precision precision) {
  backbone = frozen_or_plain(backbone, precision);
  if (decoder) decoder = frozen_or_plain(decoder, precision);
  for (auto& [group, interpreter] : interpreters) interpreter = frozen_or_plain(interpreter, precision);
  for (auto& [group, head] : heads) head = frozen_or_plain(head, precision);
}

FACEPTOR_INLINE TaskOutputs FaceptorParts::forward(std::span<const ViewBatch> batches, ForwardTrace* trace) const {
  TaskOutputs outputs(routes.size());
  guarded("faceptor: the forward", [&] {
    for (const auto& batch : batches) {
      bool queries = false;
      bool direct = false;
      std::vector<int64_t> levels;
      for (const auto& rows : batch.tasks) {
        const auto& route = routes[rows.task];
        (route.queries > 0 ? queries : direct) = true;
        if (route.queries == 0) levels = union_of_levels(levels, heads.at(route.group)->levels());
      }
      if (queries) levels = union_of_levels(levels, decoder->levels());
      const auto pyramid = backbone->forward(batch.images, levels);
      if (trace != nullptr) trace->features.push_back(pyramid);
      if (queries) decode(batch, pyramid, outputs, trace);
      if (direct) read_backbone(batch, pyramid, outputs);
    }
  });
  return outputs;
}

FACEPTOR_INLINE void FaceptorParts::read_backbone(const ViewBatch& batch, const FeaturePyramid& pyramid, TaskOutputs& outputs) const {
  for (const auto& [task, begin, end] : batch.tasks) {
    if (routes[task].queries > 0) continue;
    const std::size_t output = routes[task].output;
    outputs[task] = heads.at(routes[task].group)->forward(pyramid.rows(begin, end), std::span<const std::size_t>(&output, 1)).front();
  }
}

FACEPTOR_INLINE std::vector<decoder::QueryRows> FaceptorParts::group(const ViewBatch& batch) const {
  std::map<std::pair<int64_t, int64_t>, std::vector<std::size_t>> by_rows;
  for (const auto& [task, begin, end] : batch.tasks) {
    if (routes[task].queries > 0) by_rows[{begin, end}].push_back(routes[task].query_set);
  }
  std::vector<decoder::QueryRows> groups;
  for (auto& [rows, sets] : by_rows) {
    std::sort(sets.begin(), sets.end());
    groups.push_back({rows.first, rows.second, std::move(sets)});
  }
  return groups;
}

FACEPTOR_INLINE void FaceptorParts::decode(const ViewBatch& batch, const FeaturePyramid& pyramid, TaskOutputs& outputs,
                                           ForwardTrace* trace) const {
  auto groups = group(batch);
  // The memory covers only rows that some task with queries wants.
  int64_t first = batch.images.size(0);
  int64_t last = 0;
  for (const auto& rows : groups) {
    first = std::min(first, rows.begin);
    last = std::max(last, rows.end);
  }
  for (auto& rows : groups) {
    rows.begin -= first;
    rows.end -= first;
  }
  const auto memory = decoder->make_memory(pyramid.rows(first, last));
  std::vector<decoder::Trace> traces(trace != nullptr ? groups.size() : 0);
  const auto tokens = decoder->forward(memory, groups, traces);

  for (std::size_t g = 0; g < groups.size(); ++g) {
    // Tasks of one interpreter share what it makes of the memory, such as the pixels of maps.
    std::map<std::string, std::vector<std::size_t>> by_interpreter;  // places within the group
    for (std::size_t s = 0; s < groups[g].sets.size(); ++s) {
      by_interpreter[routes[set_tasks[groups[g].sets[s]]].group].push_back(s);
    }
    const auto own_memory = memory.slice(groups[g].begin, groups[g].end);
    for (const auto& [name, places] : by_interpreter) {
      std::vector<torch::Tensor> own_tokens;
      std::vector<std::size_t> wanted;
      for (const auto s : places) {
        own_tokens.push_back(tokens[g][s]);
        wanted.push_back(routes[set_tasks[groups[g].sets[s]]].output);
      }
      const auto made = interpreters.at(name)->interpret(own_tokens, own_memory, wanted);
      for (std::size_t i = 0; i < places.size(); ++i) outputs[set_tasks[groups[g].sets[places[i]]]] = made.at(i);
    }
  }
  if (trace != nullptr) {
    trace->memories.push_back(memory);
    trace->query_groups.push_back(std::move(groups));
    trace->decoder.push_back(std::move(traces));
  }
}

}  // namespace detail
}  // namespace faceptor
