#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <charconv>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/nn/tensors.hpp>
#include <map>

#include "common.hpp"
#include "outputs.hpp"

namespace faceptor::program {
namespace {

struct ForwardOptions {
  std::string weights, input, output, tasks, features, device = "cpu", precision = "fp32";
  Step step;
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
      chosen = exact != by_side.end() ? exact->second : (spec.maps() ? by_side.rbegin()->second : by_side.begin()->second);
    }
    assigned[chosen].push_back(task);
  }
  return assigned;
}

/// The raw output and what the task's results are made of, before anything is mapped to a photo. Names as in docs/program.md.
void add_outputs(NamedTensors& outputs, const faceptor::AnyTask& task, const torch::Tensor& raw, const torch::Tensor& images) {
  const faceptor::Size crop{static_cast<int>(images.size(3)), static_cast<int>(images.size(2))};
  outputs[task.name() + (task.spec().maps() ? ".raw" : ".output")] = raw;
  for (const auto& [name, value] : task.parts(raw, crop)) outputs[task.name() + "." + name] = value.contiguous();
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
  Outputs files(common.force);
  files.reads(chosen.input);
  files.reads(weights_path(chosen.weights));
  files.writes("--output", chosen.output, OutputKind::tensors);
  files.check();
  const auto device = faceptor::device_named(chosen.device);
  const auto loaded = ready_model(load_weights(common, chosen.weights, chosen.step), chosen.precision, device);
  auto& model = *loaded.model;
  const faceptor::Runner runner(model);
  const auto inputs = faceptor::nn::load_tensors(chosen.input);
  const auto wanted = model.tasks().select(names_of(chosen.tasks));
  const auto levels = levels_of(chosen.features, model.backbone().levels());

  const torch::InferenceMode inference;
  NamedTensors outputs;
  const auto assigned = assign(inputs, model.tasks(), wanted);
  Progress progress(common, assigned.size());
  for (const auto& [name, tasks] : assigned) {
    const auto images = inputs.at(name).to(torch::kFloat32);
    const auto made = runner.run(images, tasks, "forward");
    for (std::size_t i = 0; i < tasks.size(); ++i) add_outputs(outputs, model.tasks()[tasks[i]], made[i], images);
    progress.step(name);
  }
  if (!levels.empty()) {
    for (const auto& [name, tensor] : inputs) {
      if (!name.starts_with("image.")) continue;
      const auto images = tensor.to(device, torch::kFloat32);
      const auto pyramid = faceptor::guarded("forward: running the backbone", [&] { return model.backbone().forward(images, levels); });
      for (const auto level : levels)
        outputs[fmt::format("{}.feature.{}", name.substr(6), level)] = pyramid.at(level).to(torch::kCPU).contiguous();
    }
  }
  faceptor::nn::save_tensors(chosen.output, outputs, {{"model", loaded.info.hash}});
  say(common, fmt::format("{} tensors in {}", outputs.size(), chosen.output));
  return kDone;
}

}  // namespace

void add_forward(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<ForwardOptions>();
  auto* verb = add_verb(app, "forward", "raw tensors in, raw outputs out, for checking equality",
                        "faceptor forward --weights F --input in.safetensors --output out.safetensors --features 3,11", common,
                        [&common, chosen] { return forward(common, *chosen); });
  verb->add_option("--weights", chosen->weights, "weights file, run or published checkpoint");
  add_step_option(*verb, chosen->step);
  add_device_option(*verb, chosen->device);
  add_precision_option(*verb, chosen->precision);
  verb->add_option("--input", chosen->input, "safetensors with images B x 3 x H x W, normalised, named image.SIDE or image.TASK")
      ->required();
  verb->add_option("--output", chosen->output, "safetensors to write")->required();
  verb->add_option("--tasks", chosen->tasks, "names of the tasks, separated by commas; default: all");
  verb->add_option("--features", chosen->features, "levels of the backbone whose features are wanted too, separated by commas");
  verb->add_option("--seed", common.seed, "of the untrained model that stands in where there are no weights")->capture_default_str();
}

}  // namespace faceptor::program
