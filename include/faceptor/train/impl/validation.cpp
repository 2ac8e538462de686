#pragma once

#include <vector>

#include <faceptor/loading/collate.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/train/validation.hpp>

namespace faceptor::train {

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
  const auto& task = model.tasks()[place];
  const auto metric = task.make_metric();
  if (!metric) return numbers;
  const Runner runner(model);
  const auto raw_of = [&](const data::EvaluationBatch& batch) { return runner.run_for_scores(batch.images, place, "train"); };
  std::int64_t seen = 0;
  if (task.compares_faces()) {
    std::vector<torch::Tensor> embeddings;
    std::vector<data::Annotation> faces;
    seen = detail::run_through(loader, samples, [&](const data::EvaluationBatch& batch) {
      embeddings.push_back(task.predictions(raw_of(batch)));
      for (const auto& sample : batch.samples) faces.push_back(sample.annotation);
    });
    if (seen > 0) detail::add_pairs(*metric, torch::cat(embeddings), faces);
  } else {
    const data::LabelCollator collator(task.spec(), task.label_needs(), set);
    seen = detail::run_through(loader, samples, [&](const data::EvaluationBatch& batch) {
      std::vector<data::Prepared> prepared;
      for (const auto& sample : batch.samples) prepared.push_back(sample.prepared);
      metric->add(task.predictions(raw_of(batch)), task.truth(collator.collate(prepared)));
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
