#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <charconv>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/heads/heatmap.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/tasks/interpretation.hpp>
#include <faceptor/weights/tensors.hpp>
#include <map>

#include "common.hpp"

namespace faceptor::program {
namespace {

struct ForwardOptions {
  std::string weights, input, output, tasks, features;
};

using NamedTensors = std::map<std::string, torch::Tensor>;

/// The image of each wanted task: `image.TASK`; else `image.SIDE` of the view's side; else, where no side fits any view, the
/// largest image for dense maps and the smallest for the others.
std::map<std::string, std::vector<std::size_t>> assign(const NamedTensors& inputs, const faceptor::TaskList& tasks,
                                                       const std::vector<std::size_t>& wanted) {
  std::map<int64_t, std::string> by_side;
  for (const auto& [name, tensor] : inputs) {
    int64_t side = 0;
    if (!name.starts_with("image.")) continue;
    const auto* end = name.data() + name.size();
    if (const auto [stop, failed] = std::from_chars(name.data() + 6, end, side); failed == std::errc() && stop == end) by_side[side] = name;
  }
  std::map<std::string, std::vector<std::size_t>> assigned;
  for (const auto task : wanted) {
    const auto& spec = tasks[task].spec();
    std::string chosen = "image." + spec.name;
    if (!inputs.contains(chosen)) {
      if (by_side.empty()) {
        throw faceptor::Error(faceptor::ErrorCode::argument, "forward: there is no image for task \"" + spec.name + "\"")
            .expected("a tensor \"" + chosen + "\" or \"image." + std::to_string(spec.view.width()) + "\"");
      }
      const auto exact = by_side.find(spec.view.width());
      const bool dense = spec.kind == faceptor::OutputKind::dense_map;
      chosen = exact != by_side.end() ? exact->second : (dense ? by_side.rbegin()->second : by_side.begin()->second);
    }
    assigned[chosen].push_back(task);
  }
  return assigned;
}

/// The raw output and what the task's results are made of, before anything is mapped to a photo. Names as in docs/program.md.
void add_outputs(NamedTensors& outputs, const faceptor::TaskSpec& spec, const torch::Tensor& raw, const torch::Tensor& images) {
  const auto name = [&](const char* what) { return spec.name + "." + what; };
  const auto put = [&](const char* what, const torch::Tensor& value) { outputs[name(what)] = value.contiguous(); };
  const auto& meaning = spec.interpretation;
  if (spec.kind == faceptor::OutputKind::dense_map) {
    put("raw", raw);
    if (meaning == "landmarks") {
      const auto acted = raw.sigmoid();
      put("heatmap", raw);
      put("heatmap_acted", acted);
      put("landmark", faceptor::heads::points_from_heatmaps(acted));
    } else {
      const auto full = at::upsample_bilinear2d(raw, {images.size(2), images.size(3)}, false, std::nullopt, std::nullopt);
      put("output", full.permute({0, 2, 3, 1}));
      if (meaning == "parsing") put("label", full.argmax(1).to(torch::kUInt8));
    }
    return;
  }
  put("output", raw);
  if (meaning == "age") {
    const auto distribution = faceptor::age_distribution(raw);
    put("distribution", distribution);
    put("age", faceptor::expected_age(distribution));
  } else if (meaning == "expression" || meaning == "class_probabilities") {
    put("probability", raw.softmax(-1));
  } else if (meaning == "attributes" || meaning == "probabilities") {
    put("probability", raw.sigmoid());
  } else if (spec.kind == faceptor::OutputKind::embedding) {
    put("unit", torch::nn::functional::normalize(raw, torch::nn::functional::NormalizeFuncOptions().dim(1)));
  }
}

std::vector<int64_t> levels_of(const std::string& list, int64_t most) {
  std::vector<int64_t> levels;
  for (const auto& name : names_of(list)) {
    int64_t level = -1;
    const auto [stop, failed] = std::from_chars(name.data(), name.data() + name.size(), level);
    if (failed != std::errc() || stop != name.data() + name.size() || level < 0 || level >= most) {
      throw faceptor::Error(faceptor::ErrorCode::argument, "forward: there is no such feature")
          .expected("levels from 0 to " + std::to_string(most - 1))
          .found("\"" + name + "\"");
    }
    levels.push_back(level);
  }
  return faceptor::union_of_levels(levels, {});
}

int forward(const Common& common, const ForwardOptions& chosen) {
  auto loaded = load_weights(common, chosen.weights);
  auto& model = *loaded.model;
  model.module().eval();
  const auto inputs = faceptor::weights::load_tensors(chosen.input);
  const auto wanted = model.tasks().select(names_of(chosen.tasks));
  const auto levels = levels_of(chosen.features, model.backbone().levels());

  const torch::InferenceMode inference;
  NamedTensors outputs;
  const auto assigned = assign(inputs, model.tasks(), wanted);
  Progress progress(common, assigned.size());
  for (const auto& [name, tasks] : assigned) {
    const auto images = inputs.at(name).to(torch::kFloat32);
    const auto made = faceptor::guarded("forward: running the network", [&] { return model.run(images, tasks); });
    for (const auto task : tasks) add_outputs(outputs, model.tasks()[task].spec(), made[task], images);
    progress.step(name);
  }
  if (!levels.empty()) {
    for (const auto& [name, tensor] : inputs) {
      if (!name.starts_with("image.")) continue;
      const auto images = tensor.to(torch::kFloat32);
      const auto pyramid = faceptor::guarded("forward: running the backbone", [&] { return model.backbone().forward(images, levels); });
      for (const auto level : levels) outputs[fmt::format("{}.feature.{}", name.substr(6), level)] = pyramid.at(level).contiguous();
    }
  }
  faceptor::weights::save_tensors(chosen.output, outputs, {{"model", loaded.info.hash}});
  say(common, fmt::format("{} tensors in {}", outputs.size(), chosen.output));
  return kDone;
}

}  // namespace

void add_forward(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<ForwardOptions>();
  auto* verb = add_verb(app, "forward", "raw tensors in, raw outputs out, for checking equality",
                        "faceptor forward --weights F --input in.safetensors --output out.safetensors --features 3,11", common,
                        [&common, chosen] { return forward(common, *chosen); });
  verb->add_option("--weights", chosen->weights, "weights file or published checkpoint");
  verb->add_option("--input", chosen->input, "safetensors with images B x 3 x H x W, normalised, named image.SIDE or image.TASK")
      ->required();
  verb->add_option("--output", chosen->output, "safetensors to write")->required();
  verb->add_option("--tasks", chosen->tasks, "names of the tasks, separated by commas; default: all");
  verb->add_option("--features", chosen->features, "levels of the backbone whose features are wanted too, separated by commas");
  verb->add_option("--seed", common.seed, "of the untrained model that stands in where there are no weights")->capture_default_str();
}

}  // namespace faceptor::program
