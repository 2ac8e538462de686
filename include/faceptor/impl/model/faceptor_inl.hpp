#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/heads/embedding_head.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/nn/children.hpp>
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
  routes_.assign(tasks().size(), Route{0, 0});
  set_tasks_.clear();
  for (std::size_t i = 0; i < tasks().size(); ++i) {
    const auto& spec = tasks()[i].spec();
    if (spec.queries() == 0) continue;
    routes_[i].query_set = sets.size();
    set_tasks_.push_back(i);
    sets.push_back({spec.name, spec.queries()});
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
  const auto last = backbone_->levels() - 1;
  const auto hidden = options.decoder().hidden();
  std::map<std::string, std::vector<heads::HeadOutput>> embeddings;  // an embedding interpreter has a layer of its own for each task
  for (std::size_t i = 0; i < tasks().size(); ++i) {
    const auto& spec = tasks()[i].spec();
    if (spec.kind != OutputKind::embedding) continue;
    routes_[i].output = embeddings[spec.interpreter_group].size();
    embeddings[spec.interpreter_group].push_back({spec.name, spec.outputs});
  }
  for (const auto& task : tasks()) {
    const auto& spec = task.spec();
    const auto& group = spec.interpreter_group;
    if (interpreters->contains(group)) continue;
    std::shared_ptr<torch::nn::Module> made;
    if (spec.interpreter == "value") {
      made = decoder::ValueInterpreter(hidden).ptr();
    } else if (spec.kind == OutputKind::dense_map) {
      made = decoder::MapInterpreter(hidden, /*with_token_mlp=*/spec.interpreter == "map_v2").ptr();
    } else if (spec.interpreter == "feature") {
      made = decoder::FeatureInterpreter(hidden, embeddings[group]).ptr();
    } else {
      made = heads::EmbeddingHead(heads::EmbeddingHeadOptions(backbone_->width(last), last, embeddings[group])).ptr();
    }
    interpreters->update({{group, made}});
  }
}

FACEPTOR_INLINE nlohmann::json FaceptorImpl::config() const {
  return {{"kind", "faceptor"}, {"backbone", backbone_->config()}, {"decoder", options.decoder().to_json()}};
}

FACEPTOR_INLINE TaskOutputs FaceptorImpl::forward(std::span<const ViewBatch> batches, ForwardTrace* trace) {
  detail::check_batches(batches, tasks().size());
  TaskOutputs outputs(tasks().size());
  guarded("faceptor: the forward", [&] {
    for (const auto& batch : batches) {
      bool queries = false;
      bool embeddings = false;
      for (const auto& rows : batch.tasks) (tasks()[rows.task].spec().queries() > 0 ? queries : embeddings) = true;
      std::vector<int64_t> levels;
      if (queries) levels = decoder->levels();
      if (embeddings) levels = union_of_levels(levels, std::vector<int64_t>{backbone_->levels() - 1});
      const auto pyramid = backbone_->forward(batch.images, levels);
      if (trace != nullptr) trace->features.push_back(pyramid);
      if (queries) decode(batch, pyramid, outputs, trace);
      if (embeddings) embed(batch, pyramid, outputs);
    }
  });
  return outputs;
}

FACEPTOR_INLINE void FaceptorImpl::embed(const ViewBatch& batch, const FeaturePyramid& pyramid, TaskOutputs& outputs) {
  for (const auto& [task, begin, end] : batch.tasks) {
    const auto& spec = tasks()[task].spec();
    if (spec.queries() > 0) continue;
    auto& head = nn::child<heads::EmbeddingHeadImpl>(interpreters, spec.interpreter_group);
    const std::size_t output = routes_[task].output;
    outputs[task] = head.forward(pyramid.rows(begin, end), std::span<const std::size_t>(&output, 1)).front();
  }
}

FACEPTOR_INLINE std::vector<decoder::QueryRows> FaceptorImpl::group(const ViewBatch& batch) const {
  std::map<std::pair<int64_t, int64_t>, std::vector<std::size_t>> by_rows;
  for (const auto& [task, begin, end] : batch.tasks) {
    if (tasks()[task].spec().queries() > 0) by_rows[{begin, end}].push_back(routes_[task].query_set);
  }
  std::vector<decoder::QueryRows> groups;
  for (auto& [rows, sets] : by_rows) {
    std::sort(sets.begin(), sets.end());
    groups.push_back({rows.first, rows.second, std::move(sets)});
  }
  return groups;
}

FACEPTOR_INLINE void FaceptorImpl::decode(const ViewBatch& batch, const FeaturePyramid& pyramid, TaskOutputs& outputs,
                                          ForwardTrace* trace) {
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
  const auto memory = decoder->remember(pyramid.rows(first, last));
  std::vector<decoder::Trace> traces(trace != nullptr ? groups.size() : 0);
  const auto tokens = decoder->forward(memory, groups, traces);

  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::map<std::string, torch::Tensor> pixels;  // made once per map interpreter and group of rows
    for (std::size_t s = 0; s < groups[g].sets.size(); ++s) {
      const auto task = set_tasks_[groups[g].sets[s]];
      const auto& spec = tasks()[task].spec();
      const auto& own = tokens[g][s];
      if (spec.kind == OutputKind::attribute_vector) {
        outputs[task] = nn::child<decoder::ValueInterpreterImpl>(interpreters, spec.interpreter_group).forward(own);
      } else if (spec.kind == OutputKind::embedding) {
        auto& interpreter = nn::child<decoder::FeatureInterpreterImpl>(interpreters, spec.interpreter_group);
        outputs[task] = interpreter.forward(own, routes_[task].output);
      } else {
        auto& interpreter = nn::child<decoder::MapInterpreterImpl>(interpreters, spec.interpreter_group);
        auto& made = pixels[spec.interpreter_group];
        if (!made.defined()) made = interpreter.pixels(memory, groups[g].begin, groups[g].end);
        outputs[task] = interpreter.forward(own, made, memory.rows, memory.columns);
      }
    }
  }
  if (trace != nullptr) {
    trace->memories.push_back(memory);
    trace->query_groups.push_back(std::move(groups));
    trace->decoder.push_back(std::move(traces));
  }
}

}  // namespace faceptor
