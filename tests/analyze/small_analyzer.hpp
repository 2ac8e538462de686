#pragma once

#include "support/torch_catch.hpp"

#include <array>
#include <cmath>
#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/backbone/vit.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/weights/model_file.hpp>
#include <limits>
#include <optional>

/// Small models and a painted photo of three faces, for tests of the analyzer.
namespace analyze_test {

using namespace faceptor;

using Names = std::vector<std::string>;

inline VitOptions small_vit() { return VitOptions(32, 4, 2, 8).image_side(32).projection(0); }
inline decoder::QueryDecoderOptions small_decoder() {
  return decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(32).layers(2).levels({3});
}

/// Five tasks on three views, two of them cut by five points.
inline TaskList small_tasks() {
  TaskList tasks;
  tasks.append(published::by_name("recog_ms1mv3", 8));
  tasks.add(published::age_morph2().view(views::aligned(32)));
  tasks.add(published::affect_rafdb().view(views::box(32)));
  tasks.add(published::align_300w().view(views::box(32, 0.8F)));
  tasks.add(published::parsing_lapa().view(views::box(32, 0.8F)));
  return tasks;
}

/// @param config  as `make_model` takes it
inline weights::LoadedModel made(const nlohmann::json& config, const TaskList& tasks) {
  const SeedGuard seed(3);
  weights::LoadedModel loaded;
  loaded.model = make_model(config, tasks);
  loaded.info.hash = "the hash";
  return loaded;
}

inline weights::LoadedModel small_model(bool naive = false, const TaskList& tasks = small_tasks()) {
  if (!naive) return made({{"kind", "faceptor"}, {"backbone", small_vit().to_json()}, {"decoder", small_decoder().to_json()}}, tasks);
  return made({{"kind", "naive_faceptor"},
               {"backbone", small_vit().to_json()},
               {"dense_levels", {0, 1, 2, 3}},
               {"attribute_levels", {1, 2, 3}},
               {"dense_channels", 16},
               {"attribute_hidden", 48}},
              tasks);
}

inline const synthetic::SyntheticPhoto& three_faces() {
  static const auto photo = synthetic::SyntheticFaces(4, synthetic::SyntheticOptions{.size = {240, 120}}).photo(0, 3);
  return photo;
}

/// The faces of the photo by their boxes alone, or with five points.
inline std::vector<Detection> detections(bool with_points) {
  std::vector<Detection> found;
  for (const auto& face : three_faces().faces) {
    found.push_back({face.box, 0.5F, with_points ? std::optional(face.five_points) : std::nullopt});
  }
  return found;
}

inline AnalyzerOptions with_boxes(bool with_points = true, AnalyzerOptions options = {}) {
  options.detector = std::make_shared<FixedBoxes>(detections(with_points));
  return options;
}

inline Names tasks_of(const Face& face) {
  Names names;
  for (const auto& result : face) names.push_back(result.task());
  return names;
}

/// The largest difference of any number in two results of one type; infinite where anything else differs.
inline double difference(const TaskResult& a, const TaskResult& b) {
  nlohmann::json left, right;
  a.write(left, /*full=*/true);
  b.write(right, /*full=*/true);
  left = left.flatten();
  right = right.flatten();
  if (left.size() != right.size()) return std::numeric_limits<double>::infinity();
  double largest = 0;
  for (const auto& [key, value] : left.items()) {
    if (!right.contains(key)) return std::numeric_limits<double>::infinity();
    if (value.is_number()) {
      largest = std::max(largest, std::abs(value.get<double>() - right[key].get<double>()));
    } else if (value != right[key]) {
      return std::numeric_limits<double>::infinity();
    }
  }
  return largest;
}

/// A model whose landmarks are where a face has them: at fixed cells of the view, whatever the photo shows.
class FixedLandmarks : public FaceModel {
 public:
  explicit FixedLandmarks(FaceModelPtr inner) : inner_(std::move(inner)), task_(inner_->tasks().index("align_300w")) {}

  /// Row and column of a point's cell: the points around the eyes in one each, nose tip, corners of the mouth; the rest between.
  static std::pair<int64_t, int64_t> cell(int64_t point) {
    if (point >= 36 && point < 42) return {5, 4};
    if (point >= 42 && point < 48) return {6, 11};
    return point == 48   ? std::pair<int64_t, int64_t>{12, 5}
           : point == 54 ? std::pair<int64_t, int64_t>{12, 10}
                         : std::pair<int64_t, int64_t>{8, 8};
  }
  /// The five points in the photo, if the maps cover `seen`.
  static FivePoints five_points(const Box& seen, int64_t side) {
    FivePoints points;
    const std::array<int64_t, 5> of = {36, 42, 30, 48, 54};
    for (std::size_t i = 0; i < 5; ++i) {
      const auto [row, column] = cell(of[i]);
      const auto share = [&](int64_t c) { return (static_cast<float>(c) + 0.5F) / static_cast<float>(side); };
      points[i] = {seen.x0 + share(column) * seen.width(), seen.y0 + share(row) * seen.height()};
    }
    return points;
  }

  TaskOutputs forward(std::span<const ViewBatch> batches, ForwardTrace* trace) override {
    auto outputs = inner_->forward(batches, trace);
    if (!outputs[task_].defined()) return outputs;
    outputs[task_] = torch::full_like(outputs[task_], -40);
    for (int64_t i = 0; i < 68; ++i) outputs[task_].select(1, i).select(1, cell(i).first).select(1, cell(i).second).fill_(12);
    return outputs;
  }
  const TaskList& tasks() const override { return inner_->tasks(); }
  Backbone& backbone() override { return inner_->backbone(); }
  nlohmann::json config() const override { return inner_->config(); }
  torch::nn::Module& module() override { return inner_->module(); }

 private:
  FaceModelPtr inner_;
  std::size_t task_;
};

inline weights::LoadedModel with_fixed_landmarks(bool naive = false) {
  auto loaded = small_model(naive);
  loaded.model = std::make_shared<FixedLandmarks>(loaded.model);
  return loaded;
}

}  // namespace analyze_test
