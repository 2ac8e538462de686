#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include <faceptor/core/text.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/tasks/task_list.hpp>
#include <faceptor/weights/model_file.hpp>

#include "analyze.hpp"
#include "mac_counter.hpp"

namespace faceptor::program {
namespace {

/// Of one face, counted while a grey crop goes through.
double gmac_of(const Runner& runner, const PlannedPass& pass) {
  const auto tasks = runner.model().tasks().select(pass.tasks);
  const std::vector<ViewBatch> batch = {
      ViewBatch::all(torch::zeros({1, 3, pass.view.height(), pass.view.width()}).to(runner.device()), tasks)};
  const MacCounter counter;
  runner.pass(batch, "explain");
  return counter.total() / 1e9;
}

}  // namespace

void explain(const Common& common, const AnalyzeOptions& chosen) {
  constexpr double kMegabyte = 1048576.0;
  const auto loaded = load_weights(common, chosen.weights, chosen.step);
  std::int64_t weights = 0;
  for (const auto& parameter : loaded.model->module().parameters()) weights += static_cast<std::int64_t>(parameter.nbytes());
  const FaceAnalyzer analyzer(loaded, analyzer_options(common, chosen));
  const auto ready = ready_model(loaded, chosen.precision, device_named(chosen.device));
  const Runner runner(*ready.model);
  const bool with_points = chosen.boxes.empty() && analyzer.detector().gives_points();

  print_out("faces: detector {}\n", analyzer.detector().name());
  print_out("{:<6} {:<40} {:>9} {:>11} {:>12}  {}\n", "stage", "view", "max batch", "GMAC a face", "MB a face", "tasks");
  double gmac = 0;
  std::int64_t largest = 0;
  for (const auto& pass : analyzer.plan(with_points)) {
    const auto cost = gmac_of(runner, pass);
    gmac += cost;
    largest = std::max(largest, pass.max_batch * pass.face_memory);
    print_out("{:<6} {:<40} {:>9} {:>11.3f} {:>12.1f}  {}{}\n", pass.stage, pass.view.name(), pass.max_batch, cost,
              static_cast<double>(pass.face_memory) / kMegabyte, text::join(pass.tasks),
              pass.only_points ? " (for the five points alone)" : "");
  }
  print_out("in all: {:.3f} GMAC a face; estimated memory {:.0f} MB: {:.0f} of weights, {:.0f} of the largest full pass\n", gmac,
            static_cast<double>(weights + largest) / kMegabyte, static_cast<double>(weights) / kMegabyte,
            static_cast<double>(largest) / kMegabyte);
}

}  // namespace faceptor::program
