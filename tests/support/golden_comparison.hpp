#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/model/face_model.hpp>
#include <faceptor/nn/layers.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/published/name_map.hpp>
#include <faceptor/weights/load_report.hpp>

#include "support/close.hpp"
#include "support/golden_model.hpp"

/// What golden networks give, computed by this library under the names of their `io.safetensors`, and how near that is. For the tests and
/// for `benchmarks/compare_golden.cpp`.
namespace golden {

/// One reference output and what was computed for it.
struct Comparison {
  std::string name;
  double difference;  ///< `scaled_difference`; of labels the share of pixels that have another one. Infinite for what wasn't computed
  double tolerance;

  bool ok() const { return difference < tolerance; }
};

/// Whether a tensor of `io.safetensors` is an output: neither an image, nor an interpreter's input or weights.
inline bool is_output(const std::string& name) {
  return !name.starts_with("image.") && !name.ends_with(".image") && name.find(".weights.") == std::string::npos &&
         !(name.ends_with(".src") || name == "value.tokens" || name == "map.tokens" || name == "map_v2.tokens" || name == "feature.tokens");
}

/// Measured on the reference: float32 against float64 of one network differ by at most 8e-6, saturated outputs by 5e-5.
inline double tolerance_of(const std::string& name) {
  for (const char* loose : {".heatmap_acted", ".probability", ".label"}) {
    if (name.ends_with(loose)) return 1e-4;
  }
  return 1e-5;
}

/// Compares every reference output.
inline std::vector<Comparison> compare(const faceptor::nn::NamedTensors& computed, const faceptor::nn::NamedTensors& reference) {
  std::vector<Comparison> comparisons;
  for (const auto& [name, expected] : reference) {
    if (!is_output(name)) continue;
    auto difference = std::numeric_limits<double>::infinity();
    if (const auto found = computed.find(name); found != computed.end()) {
      const auto value = found->second.to(torch::kCPU);
      difference = scaled_difference(value, expected);
      if (name.ends_with(".label") && value.sizes() == expected.sizes()) {
        difference = value.ne(expected).to(torch::kFloat64).mean().item<double>();
      }
    }
    comparisons.push_back({name, difference, tolerance_of(name)});
  }
  return comparisons;
}

/// All outputs of a model, and what its decoder computes on the way to them. Runs where the model lies.
inline faceptor::nn::NamedTensors model_outputs(Model& golden) {
  const torch::NoGradGuard no_grad;
  auto& model = golden.model();
  const auto& tasks = model.tasks();
  const auto device = model.module().parameters().front().device();
  const auto shown = golden.config.at("parsing_out_size").get<std::vector<int>>();
  faceptor::nn::NamedTensors computed;
  std::map<std::string, std::vector<torch::Tensor>> by_head;  // the reference gives the maps of all tasks of a head side by side
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto& spec = tasks[i].spec();
    const char* side = spec.maps() ? "image_large" : "image_small";
    // One task at a time, so that a trace holds that task's queries alone.
    const auto batch = faceptor::ViewBatch::all(golden.image(side).to(device), std::span<const std::size_t>(&i, 1));
    faceptor::ForwardTrace trace;
    const auto raw = model.forward(std::span(&batch, 1), &trace)[i];
    computed[spec.name + (spec.maps() ? ".raw" : ".output")] = raw;
    for (const auto& [name, value] : tasks[i].parts(raw, {shown.at(1), shown.at(0)})) computed[spec.name + "." + name] = value;
    if (trace.decoder.empty()) {
      if (spec.maps()) by_head[spec.head_group].push_back(raw);
      continue;
    }
    computed["src." + std::to_string(golden.config.at(side).get<int>())] = trace.memories.front().source;
    const auto& decoded = trace.decoder.front().front();
    for (std::size_t layer = 0; layer < decoded.after_ffn.size(); ++layer) {
      computed[spec.name + ".cross" + std::to_string(layer)] = decoded.after_cross[layer];
      computed[spec.name + ".ffn" + std::to_string(layer)] = decoded.after_ffn[layer];
    }
    computed[spec.name + ".tokens"] = decoded.after_ffn.back();
    computed[spec.name + ".attention_last"] = decoded.last_attention;
  }
  for (const auto& task : tasks) {
    if (const auto found = by_head.find(task.spec().head_group); found != by_head.end() && task.spec().maps()) {
      computed[task.name() + ".raw"] = torch::cat(found->second, 1);
    }
  }
  return computed;
}

/// Weights from a golden file, of a part and under this library's names without the part's prefix. @throws std::runtime_error
template <class Module>
void load_part(Module& module, const faceptor::nn::NamedTensors& ours, const std::string& prefix) {
  faceptor::nn::NamedTensors stripped;
  for (const auto& [name, tensor] : ours) stripped[name.substr(prefix.size())] = tensor;
  if (!faceptor::weights::load_into(module, stripped).complete()) throw std::runtime_error("golden weights don't fit: " + prefix);
  module.eval();
}

/// The features of a backbone's every level at every size.
inline faceptor::nn::NamedTensors backbone_outputs(const std::filesystem::path& folder, torch::Device device = torch::kCPU) {
  const auto config = json(folder / "config.json");
  const auto io = faceptor::nn::load_tensors(folder / "io.safetensors");
  const auto layers = config.at("layers").get<int64_t>();
  faceptor::Vit vit(faceptor::VitOptions(config.at("width"), layers, config.at("heads"), config.at("patch"))
                        .image_side(config.at("forced_input_resolution"))
                        .projection(config.at("output_dim")));
  load_part(*vit, faceptor::published::from_published(faceptor::nn::load_tensors(folder / "weights.safetensors"), {}), "backbone.");
  vit->to(device);
  std::vector<int64_t> levels(static_cast<std::size_t>(layers));
  std::iota(levels.begin(), levels.end(), int64_t{0});
  const torch::NoGradGuard no_grad;
  faceptor::nn::NamedTensors computed;
  for (const auto& size : config.at("image_sizes")) {
    const auto side = std::to_string(size.get<int>());
    const auto pyramid = vit->forward(io.at(side + ".image").to(device), levels);
    for (const auto level : levels) computed[side + ".feature." + std::to_string(level)] = pyramid.at(level);
  }
  return computed;
}

/// The outputs of each interpreter alone, and position maps. On the CPU.
inline faceptor::nn::NamedTensors interpreter_outputs(const std::filesystem::path& folder) {
  namespace decoder = faceptor::decoder;
  const auto io = faceptor::nn::load_tensors(folder / "io.safetensors");
  const auto hidden = json(folder / "config.json").at("hidden").get<int64_t>();
  const auto load = [&](auto& module, const std::string& kind) {
    faceptor::nn::NamedTensors published;
    const auto prefix = kind + ".weights.";
    for (const auto& [name, tensor] : io) {
      if (name.starts_with(prefix)) published["heads_module.interpreters." + kind + "." + name.substr(prefix.size())] = tensor;
    }
    const faceptor::published::PublishedTask identity{"recog_golden", faceptor::published::PublishedHeadKind::embedding, 0};
    load_part(module, faceptor::published::from_published(published, {identity}), "interpreters." + kind + ".");
  };
  const torch::NoGradGuard no_grad;
  faceptor::nn::NamedTensors computed;
  decoder::ValueInterpreter value(hidden);
  load(*value, "value");
  computed["value.output"] = value->forward(io.at("value.tokens"));
  for (const std::string kind : {"map", "map_v2"}) {
    decoder::MapInterpreter map(hidden, kind == "map_v2");
    load(*map, kind);
    decoder::Memory memory;
    memory.source = io.at(kind + ".src");
    const auto side = std::llround(std::sqrt(static_cast<double>(memory.source.size(1))));
    computed[kind + ".output"] = map->forward(io.at(kind + ".tokens"), map->pixels(memory), side, side);
  }
  decoder::FeatureInterpreter feature(hidden, std::vector<faceptor::heads::HeadOutput>{{"recog_golden", io.at("feature.output").size(1)}});
  load(*feature, "feature");
  computed["feature.output"] = feature->forward(io.at("feature.tokens"), 0);
  for (const auto& [name, tensor] : io) {
    if (!name.starts_with("position.")) continue;
    const auto side = std::stoll(name.substr(9));
    computed[name] = faceptor::nn::sine_position_map(side, side, tensor.size(1));
  }
  return computed;
}

/// A golden model by its folder: the checkpoint that its configuration names.
inline Model load(const std::filesystem::path& folder) {
  return load(folder, json(folder / "config.json").value("checkpoint", std::string("checkpoint_rank0_iter_100.pth.tar")));
}

/// Every output of the networks in a folder of golden sets, by their place in it: folders with `config.json` and `io.safetensors`.
/// @param device  where models and backbones run
inline std::vector<Comparison> compare_folder(const std::filesystem::path& root, torch::Device device = torch::kCPU) {
  namespace fs = std::filesystem;
  std::set<fs::path> folders;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().filename() == "io.safetensors" && fs::exists(entry.path().parent_path() / "config.json")) {
      folders.insert(entry.path().parent_path());
    }
  }
  std::vector<Comparison> all;
  for (const auto& folder : folders) {
    const auto config = json(folder / "config.json");
    faceptor::nn::NamedTensors computed;
    if (config.contains("tasks")) {
      auto golden = load(folder);
      golden.model().module().to(device);
      computed = model_outputs(golden);
    } else {
      computed = config.contains("image_sizes") ? backbone_outputs(folder, device) : interpreter_outputs(folder);
    }
    for (auto& one : compare(computed, faceptor::nn::load_tensors(folder / "io.safetensors"))) {
      one.name = (folder.lexically_relative(root) / one.name).generic_string();
      all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace golden
