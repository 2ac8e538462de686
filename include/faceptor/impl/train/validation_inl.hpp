#pragma once

#include <vector>

#include <faceptor/data/collate.hpp>
#include <faceptor/data/datasets/verification.hpp>
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

namespace detail {

/// Gives what a metric needs to `take`, batch by batch. @return how many samples there were
template <class Take>
std::int64_t run_through(data::EvaluationLoader& loader, std::int64_t samples, Take&& take) {
  std::int64_t seen = 0;
  while (samples == 0 || seen < samples) {
    const auto batch = loader.next();
    if (!batch) break;
    take(*batch);
    seen += static_cast<std::int64_t>(batch->samples.size());
  }
  return seen;
}

FACEPTOR_INLINE void add_pairs(metrics::Metric& metric, const torch::Tensor& embeddings, const std::vector<data::Annotation>& faces) {
  std::vector<std::int64_t> first, same;
  const auto pair_of = [&](std::size_t i) -> const std::string& { return faces[i].columns.at("pair"); };
  for (const auto i : data::pairs_among(faces.size(), pair_of)) {
    first.push_back(static_cast<std::int64_t>(i));
    same.push_back(faces[i].columns.at("same") == "1" ? 1 : 0);
  }
  if (first.empty()) return;
  const auto places = torch::tensor(first, torch::kLong);
  metric.add(embeddings.index_select(0, places), {torch::tensor(same, torch::kLong), {{"other", embeddings.index_select(0, places + 1)}}});
}

}  // namespace detail

FACEPTOR_INLINE nlohmann::ordered_json validate(FaceModel& model, std::size_t place, data::EvaluationLoader& loader,
                                                const data::DatasetInfo& set, std::int64_t samples) {
  auto numbers = nlohmann::ordered_json::object();
  const auto& spec = model.tasks()[place].spec();
  const auto metric = model.tasks()[place].make_metric();
  if (!metric) return numbers;
  const torch::NoGradGuard no_grad;
  const auto device = model.module().parameters().front().device();
  const auto forward = [&](const torch::Tensor& images) {
    const std::size_t wanted[] = {place};
    return model.run(images.to(device), wanted)[place].to(torch::kCPU, torch::kFloat32);
  };
  std::int64_t seen = 0;
  if (spec.kind == OutputKind::embedding) {
    std::vector<torch::Tensor> embeddings;
    std::vector<data::Annotation> faces;
    seen = detail::run_through(loader, samples, [&](const data::EvaluationBatch& batch) {
      embeddings.push_back(forward(batch.images) + forward(batch.images.flip(3)));
      for (const auto& sample : batch.samples) faces.push_back(sample.annotation);
    });
    if (seen > 0) detail::add_pairs(*metric, torch::cat(embeddings), faces);
  } else {
    const data::LabelCollator collator(spec, model.tasks()[place].label_needs(), set);
    seen = detail::run_through(loader, samples, [&](const data::EvaluationBatch& batch) {
      std::vector<data::Prepared> prepared;
      for (const auto& sample : batch.samples) prepared.push_back(sample.prepared);
      auto labels = collator.collate(prepared);
      // Metrics compare points in pixels.
      if (spec.interpretation == "landmarks") {
        labels.primary = heads::pixel_points(labels.primary, spec.view.height(), spec.view.width());
      }
      metric->add(predictions_of(spec, forward(batch.images)), labels);
    });
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
