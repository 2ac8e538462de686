#pragma once

#include <vector>

#include <faceptor/data/collate.hpp>
#include <faceptor/heads/heatmap.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/train/validation.hpp>

namespace faceptor::train {

FACEPTOR_INLINE torch::Tensor predictions_of(const TaskSpec& spec, const torch::Tensor& raw) {
  return guarded("train: reading the outputs of task \"" + spec.name + "\"", [&] {
    const auto& meaning = spec.interpretation;
    if (meaning == "age") {
      const auto shares = raw.sigmoid();
      const auto years = torch::arange(raw.size(1), raw.options());
      return (shares * years).sum(1) / shares.sum(1);
    }
    if (meaning == "attributes" || meaning == "probabilities") return raw.sigmoid();
    if (meaning == "landmarks") {
      return heads::pixel_points(heads::points_from_heatmaps(raw.sigmoid()), spec.view.height(), spec.view.width());
    }
    return raw;
  });
}

FACEPTOR_INLINE nlohmann::ordered_json validate(FaceModel& model, std::size_t place, data::EvaluationLoader& loader,
                                                const data::DatasetInfo& set, std::int64_t samples) {
  auto numbers = nlohmann::ordered_json::object();
  const auto& task = model.tasks()[place];
  const auto metric = task.make_metric();
  if (!metric || task.spec().kind == OutputKind::embedding) return numbers;
  const torch::NoGradGuard no_grad;
  const data::LabelCollator collator(task.spec(), set);
  const auto device = model.module().parameters().front().device();
  const std::size_t wanted[] = {place};
  std::int64_t seen = 0;
  while (samples == 0 || seen < samples) {
    const auto batch = loader.next();
    if (!batch) break;
    std::vector<data::Prepared> prepared;
    for (const auto& sample : batch->samples) prepared.push_back(sample.prepared);
    auto labels = collator.collate(prepared);
    // Metrics compare points in pixels.
    if (task.spec().interpretation == "landmarks") {
      labels.primary = heads::pixel_points(labels.primary, task.spec().view.height(), task.spec().view.width());
    }
    const auto raw = model.run(batch->images.to(device), wanted)[place].to(torch::kCPU, torch::kFloat32);
    metric->add(predictions_of(task.spec(), raw), labels);
    seen += static_cast<std::int64_t>(batch->samples.size());
  }
  const auto report = metric->report();
  for (const auto& [name, value] : report.items()) {
    if (value.is_number()) numbers[name] = value;
  }
  if (report.contains("normalized")) {  // landmarks: an error for each of the lengths that it is measured in
    for (const auto& [length, values] : report["normalized"].items()) {
      if (values["nme"].is_number()) numbers["nme_" + length] = values["nme"];
    }
  }
  numbers["samples"] = seen;
  return numbers;
}

}  // namespace faceptor::train
