#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/detectors/mtcnn_detector.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/weights/model_file.hpp>

namespace faceptor {

namespace detail {

/// Points that a face can be aligned by, or the box's own where they have all but fallen together.
FACEPTOR_INLINE FivePoints usable_points(const FivePoints& points, const Box& box) {
  float extent = 0;
  for (const auto& point : points) extent = std::max(extent, std::hypot(point.x - points[0].x, point.y - points[0].y));
  return extent > 0.05F * std::max(box.width(), box.height()) ? points : five_points_from_box(box);
}

/// Where a view lies in the photo. One cut by a box is turned with a face that lies sideways or upside down.
FACEPTOR_INLINE ViewTransform transform_of(const View& view, const Image& photo, const Detection& face) {
  const auto* points = face.points ? &*face.points : nullptr;
  const auto& box = face.box_for_views();
  if (!view.needs_box() || face.quarter_turns == 0) return ViewTransform::of(view, photo.width(), photo.height(), &box, points);
  const Size whole{photo.width(), photo.height()}, turned = turned_size(whole, face.quarter_turns);
  const Matrix turn = quarter_turn_matrix(whole, face.quarter_turns);
  const auto corners = transformed(turn, std::array{Point{box.x0, box.y0}, Point{box.x1, box.y1}});
  const Box turned_box = Box::around(corners);
  const auto upright = ViewTransform::of(view, turned.width, turned.height, &turned_box);
  return {upright.matrix() * turn, whole, view.size(), view.warp()};
}

}  // namespace detail

struct FaceAnalyzer::State {
  struct Pass {
    View view;
    std::vector<std::size_t> tasks;
  };

  State(weights::LoadedModel model, AnalyzerOptions chosen);

  const TaskList& tasks() const { return loaded.model->tasks(); }
  PhotoResult analyze(const Image& photo, std::span<const Detection> detections, std::string name) const;
  void run(const Image& photo, std::span<const Detection> faces, std::span<const Pass> passes,
           std::vector<std::vector<TaskResult>>& results) const;
  void add_points(const Image& photo, std::vector<Detection>& faces, std::vector<std::vector<TaskResult>>& results) const;
  std::vector<Pass> passes(std::span<const std::size_t> tasks) const;

  weights::LoadedModel loaded;
  AnalyzerOptions options;
  Runner runner;
  std::vector<std::size_t> wanted;
  std::int64_t point_task = -1;  ///< whose landmarks give the five points; -1 for the box
};

FACEPTOR_INLINE FaceAnalyzer FaceAnalyzer::load(const std::filesystem::path& path, AnalyzerOptions options) {
  return FaceAnalyzer(weights::load_model(path), std::move(options));
}

FACEPTOR_INLINE FaceAnalyzer::FaceAnalyzer(weights::LoadedModel loaded, AnalyzerOptions options)
    : state_(std::make_shared<const State>(std::move(loaded), std::move(options))) {}

FACEPTOR_INLINE const TaskList& FaceAnalyzer::tasks() const { return state_->tasks(); }
FACEPTOR_INLINE const weights::ModelInfo& FaceAnalyzer::info() const { return state_->loaded.info; }
FACEPTOR_INLINE const FaceDetector& FaceAnalyzer::detector() const { return *state_->options.detector; }

FACEPTOR_INLINE FaceAnalyzer::State::State(weights::LoadedModel model, AnalyzerOptions chosen)
    : loaded(chosen.precision == "plain"
                 ? std::move(model)
                 : model.freeze(nn::FreezeOptions().precision(nn::precision_named(chosen.precision)), device_named(chosen.device))),
      options(std::move(chosen)),
      runner(*loaded.model, device_named(options.device)),
      wanted(tasks().select(options.tasks)) {
  if (options.batch < 1) {
    throw Error(ErrorCode::argument, "analyze: the batch must hold at least one face").found(std::to_string(options.batch));
  }
  if (!options.detector) options.detector = std::make_shared<MtcnnDetector>();
  // Landmarks that are not cut by five points themselves, of a scheme that says where eyes, nose and mouth are.
  for (std::size_t i = 0; i < tasks().size() && point_task < 0; ++i) {
    const auto& spec = tasks()[i].spec();
    const bool landmarks = tasks()[i].result_type() == typeid(Landmarks) && results::find_landmark_scheme(spec.scheme) != nullptr;
    if (landmarks && !spec.view.needs_points()) point_task = static_cast<std::int64_t>(i);
  }
  const auto source = options.five_points;
  if (source == FivePointSource::landmarks && point_task < 0) {
    throw Error(ErrorCode::argument, "analyze: the model has no landmarks that could give five points")
        .hint("use FivePointSource::box, or a detector that gives points");
  }
  if (source == FivePointSource::box || (source == FivePointSource::automatic && loaded.info.untrained)) point_task = -1;
}

FACEPTOR_INLINE std::vector<FaceAnalyzer::State::Pass> FaceAnalyzer::State::passes(std::span<const std::size_t> wanted) const {
  std::map<View, std::vector<std::size_t>> by_view;
  for (const auto task : wanted) by_view[tasks()[task].spec().view].push_back(task);
  std::vector<Pass> passes;
  for (auto& [view, tasks_of_view] : by_view) passes.push_back({view, std::move(tasks_of_view)});
  return passes;
}

FACEPTOR_INLINE PhotoResult FaceAnalyzer::analyze(const Image& photo, std::string name) const {
  if (photo.empty()) throw Error(ErrorCode::argument, "analyze: the photo is empty").where(name);
  return analyze(photo, detector().detect(photo), std::move(name));
}

FACEPTOR_INLINE PhotoResult FaceAnalyzer::analyze(const Image& photo, std::span<const Detection> detections, std::string name) const {
  return state_->analyze(photo, detections, std::move(name));
}

FACEPTOR_INLINE PhotoResult FaceAnalyzer::State::analyze(const Image& photo, std::span<const Detection> detections,
                                                         std::string name) const {
  if (photo.empty()) throw Error(ErrorCode::argument, "analyze: the photo is empty").where(name);
  PhotoResult result;
  result.photo = std::move(name);
  result.width = photo.width();
  result.height = photo.height();
  result.untrained = loaded.info.untrained;

  std::vector<Detection> found(detections.begin(), detections.end());
  std::vector<std::vector<TaskResult>> results(found.size());
  add_points(photo, found, results);
  std::vector<std::size_t> rest;
  for (const auto task : wanted) {
    const auto made = [&](const TaskResult& r) { return r.task() == tasks()[task].name(); };
    if (results.empty() || std::none_of(results.front().begin(), results.front().end(), made)) rest.push_back(task);
  }
  run(photo, found, passes(rest), results);

  for (std::size_t i = 0; i < found.size(); ++i) {
    Face face(found[i].box, found[i].score, found[i].points);
    face.task_list = tasks().id();
    for (const auto task : wanted) {
      const auto made = [&](const TaskResult& r) { return r.task() == tasks()[task].name(); };
      face.add(*std::find_if(results[i].begin(), results[i].end(), made));
    }
    result.faces.push_back(std::move(face));
  }
  return result;
}

FACEPTOR_INLINE std::vector<Detection> FaceAnalyzer::with_five_points(const Image& photo, std::vector<Detection> faces) const {
  if (photo.empty()) throw Error(ErrorCode::argument, "analyze: the photo is empty");
  std::vector<std::vector<TaskResult>> results(faces.size());
  state_->add_points(photo, faces, results);
  return faces;
}

/// Gives every face five points if any wanted view is cut by them, running the landmark task ahead of the others where it does that.
FACEPTOR_INLINE void FaceAnalyzer::State::add_points(const Image& photo, std::vector<Detection>& faces,
                                                     std::vector<std::vector<TaskResult>>& results) const {
  const auto needs_points = [&](std::size_t task) { return tasks()[task].spec().view.needs_points(); };
  const auto has_points = [](const Detection& face) { return face.points.has_value(); };
  if (std::none_of(wanted.begin(), wanted.end(), needs_points) || std::all_of(faces.begin(), faces.end(), has_points)) return;
  if (point_task < 0) {
    for (auto& face : faces) {
      if (!face.points) face.points = five_points_from_box(face.box_for_views());
    }
    return;
  }
  // Tasks that look at the same view come along: it is one pass.
  const auto lead = static_cast<std::size_t>(point_task);
  std::vector<std::size_t> together = {lead};
  for (const auto task : wanted) {
    if (task != lead && tasks()[task].spec().view == tasks()[lead].spec().view) together.push_back(task);
  }
  run(photo, faces, passes(together), results);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const auto made = [&](const TaskResult& r) { return r.task() == tasks()[lead].name(); };
    const auto& points = std::find_if(results[i].begin(), results[i].end(), made)->get<Landmarks>();
    if (!faces[i].points) faces[i].points = detail::usable_points(points.five_points(), faces[i].box_for_views());
  }
}

FACEPTOR_INLINE void FaceAnalyzer::State::run(const Image& photo, std::span<const Detection> faces, std::span<const Pass> passes,
                                              std::vector<std::vector<TaskResult>>& results) const {
  const torch::InferenceMode inference;
  for (const auto& pass : passes) {
    const auto& view = pass.view;
    const auto pixels = static_cast<std::size_t>(3) * static_cast<std::size_t>(view.width()) * static_cast<std::size_t>(view.height());
    for (std::size_t begin = 0; begin < faces.size(); begin += static_cast<std::size_t>(options.batch)) {
      const auto end = std::min(faces.size(), begin + static_cast<std::size_t>(options.batch));
      auto images = torch::empty({static_cast<int64_t>(end - begin), 3, view.height(), view.width()});
      std::vector<ViewTransform> transforms;
      for (std::size_t i = begin; i < end; ++i) {
        transforms.push_back(detail::transform_of(view, photo, faces[i]));
        extract(photo, view, transforms.back(), {images.data_ptr<float>() + (i - begin) * pixels, pixels});
      }
      const auto outputs = runner.run(images, pass.tasks, "analyze");
      for (std::size_t k = 0; k < pass.tasks.size(); ++k) {
        const auto& task = tasks()[pass.tasks[k]];
        for (std::size_t i = begin; i < end; ++i) {
          const ReadoutContext context{task.spec(), transforms[i - begin], loaded.info.hash};
          results[i].push_back(guarded("analyze: reading the result of task \"" + task.name() + "\"",
                                       [&] { return task.read(outputs[k][static_cast<int64_t>(i - begin)], context); }));
        }
      }
    }
  }
}

}  // namespace faceptor
