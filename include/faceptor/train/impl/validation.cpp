#include <algorithm>
#include <vector>

#include <faceptor/datasets/verification.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/train/validation.hpp>

namespace faceptor::train {
namespace {

/// Side by side, on black.
Image in_a_row(const std::vector<Image>& pictures) {
  int width = 0;
  int height = 0;
  for (const auto& picture : pictures) {
    width += picture.width();
    height = std::max(height, picture.height());
  }
  Image row(width, height);
  int left = 0;
  for (const auto& picture : pictures) {
    for (int y = 0; y < picture.height(); ++y) std::copy_n(picture.at(0, y), 3 * picture.width(), row.at(left, y));
    left += picture.width();
  }
  return row;
}

/// One sample's crop with the task's result on it.
Image drawn_sample(const AnyTask& task, const torch::Tensor& image, const torch::Tensor& raw, const std::string& name) {
  const auto& spec = task.spec();
  const auto crop = denormalized(image, spec.view);
  // The crop is all there is to draw on: it takes the photo's place.
  const ViewTransform same(Matrix::Identity(), {crop.width(), crop.height()}, {crop.width(), crop.height()}, 0);
  const std::string no_hash;
  PhotoResult result;
  result.photo = name;
  result.width = crop.width();
  result.height = crop.height();
  result.faces.emplace_back(Box::whole(crop.width(), crop.height()));
  result.faces.back().add(task.read(raw, {spec, same, no_hash}));
  DrawOptions options;
  options.boxes = false;
  options.min_side = 256;
  return draw(crop, result, options);
}

}  // namespace

Image denormalized(const torch::Tensor& chw, const View& view) {
  return guarded("train: making a picture of a sample", [&] {
    const auto mean = torch::tensor({view.mean()[0], view.mean()[1], view.mean()[2]}).view({3, 1, 1});
    const auto std = torch::tensor({view.std()[0], view.std()[1], view.std()[2]}).view({3, 1, 1});
    const auto colours = (chw.detach().to(torch::kCPU, torch::kFloat32) * std + mean) * 255;
    const auto bytes = colours.round().clamp(0, 255).to(torch::kUInt8).permute({1, 2, 0}).contiguous();
    const auto* first = bytes.const_data_ptr<std::uint8_t>();
    return Image(static_cast<int>(chw.size(2)), static_cast<int>(chw.size(1)), std::vector<std::uint8_t>(first, first + bytes.numel()));
  });
}

std::vector<std::pair<std::string, Image>> sample_pictures(FaceModel& model, const loading::StepBatch& batch, std::size_t count) {
  const torch::NoGradGuard no_grad;
  std::vector<std::pair<std::string, Image>> pictures;
  for (const auto& view : batch.views) {
    for (const auto& [place, begin, end] : view.tasks) {
      const auto rows = std::min(end - begin, static_cast<std::int64_t>(count));
      if (rows < 1) continue;
      const auto& task = model.tasks()[place];
      const auto images = view.images.narrow(0, begin, rows);
      const std::size_t wanted[] = {place};
      const auto device = guarded("train: sample pictures", [&] { return model.module().parameters().front().device(); });
      const auto raw = model.run(images.to(device), wanted)[place].to(torch::kCPU, torch::kFloat32).contiguous();
      std::vector<Image> drawn;
      for (std::int64_t i = 0; i < rows; ++i) {
        const auto name = place < batch.names.size() && static_cast<std::size_t>(i) < batch.names[place].size()
                              ? batch.names[place][static_cast<std::size_t>(i)]
                              : std::string();
        drawn.push_back(drawn_sample(task, images[i], raw[i], name));
      }
      pictures.emplace_back(task.name(), in_a_row(drawn));
    }
  }
  return pictures;
}

namespace {

/// Gives what a metric needs to `take`, batch by batch. @return how many samples there were
template <class Take>
std::int64_t run_through(loading::EvaluationLoader& loader, std::int64_t samples, Take&& take) {
  std::int64_t seen = 0;
  while (samples == 0 || seen < samples) {
    const auto batch = loader.next();
    if (!batch) break;
    take(*batch);
    seen += static_cast<std::int64_t>(batch->samples.size());
  }
  return seen;
}

void add_pairs(metrics::Metric& metric, const torch::Tensor& embeddings, const std::vector<datasets::Annotation>& faces) {
  std::vector<std::int64_t> first, same;
  const auto pair_of = [&](std::size_t i) -> const std::string& { return faces[i].columns.at("pair"); };
  for (const auto i : datasets::pairs_among(faces.size(), pair_of)) {
    first.push_back(static_cast<std::int64_t>(i));
    same.push_back(faces[i].columns.at("same") == "1" ? 1 : 0);
  }
  if (first.empty()) return;
  const auto places = torch::tensor(first, torch::kLong);
  metric.add(embeddings.index_select(0, places), {torch::tensor(same, torch::kLong), {{"other", embeddings.index_select(0, places + 1)}}});
}

}  // namespace

nlohmann::ordered_json validate(FaceModel& model, std::size_t place, loading::EvaluationLoader& loader, const datasets::DatasetInfo& set,
                                std::int64_t samples) {
  auto numbers = nlohmann::ordered_json::object();
  const auto& task = model.tasks()[place];
  const auto metric = task.make_metric();
  if (!metric) return numbers;
  const Runner runner(model);
  const auto raw_of = [&](const loading::EvaluationBatch& batch) { return runner.run_for_scores(batch.images, place, "train"); };
  std::int64_t seen = 0;
  if (task.compares_faces()) {
    std::vector<torch::Tensor> embeddings;
    std::vector<datasets::Annotation> faces;
    seen = run_through(loader, samples, [&](const loading::EvaluationBatch& batch) {
      embeddings.push_back(task.predictions(raw_of(batch)));
      for (const auto& sample : batch.samples) faces.push_back(sample.annotation);
    });
    if (seen > 0) add_pairs(*metric, torch::cat(embeddings), faces);
  } else {
    const loading::LabelCollator collator(task.spec(), task.label_needs(), set);
    seen = run_through(loader, samples, [&](const loading::EvaluationBatch& batch) {
      std::vector<transforms::Prepared> prepared;
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
