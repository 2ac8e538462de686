#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/analyze/pass_memory.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/detect/known_faces.hpp>
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

/// A photo on its way through the passes.
struct AnalyzedPhoto {
  const Image* image = nullptr;
  std::string name{};
  std::optional<Error> error{};
};

/// A face on its way, and what is said of it so far.
struct AnalyzedFace {
  std::size_t photo = 0;
  std::size_t index = 0;  ///< within its photo
  Detection found{};
  std::vector<TaskResult> results{};

  const TaskResult* result(const std::string& task) const {
    const auto made = std::find_if(results.begin(), results.end(), [&](const TaskResult& r) { return r.task() == task; });
    return made == results.end() ? nullptr : &*made;
  }
};

/// The photo and the face, in front of what an error says already.
FACEPTOR_INLINE Error at_face(Error error, const std::string& photo, std::size_t face) {
  auto place = photo.empty() ? "" : photo + ", ";
  if (!error.where().starts_with("box ") && !error.where().starts_with("points of box ")) place += fmt::format("face {}", face);
  if (!error.where().empty()) place += (place.ends_with(", ") || place.empty() ? "" : ", ") + error.where();
  return std::move(error.where(place));
}

/// Faces that a user gives. @throws Error(argument) for one that can't be a face of the photo
FACEPTOR_INLINE std::vector<Detection> checked_faces(const Image& photo, std::span<const Detection> faces, const std::string& name) {
  std::size_t face = 0;
  try {
    const auto checked = FixedBoxes(std::vector<Detection>(faces.begin(), faces.end())).detect(photo);
    for (; face < checked.size(); ++face) {
      if (checked[face].points) face_by_points(*checked[face].points);
    }
    return checked;
  } catch (const Error& error) {
    throw at_face(error, name, face);
  }
}

/// What each task looks at.
FACEPTOR_INLINE std::vector<View> chosen_views(const TaskList& tasks, ViewChoice choice) {
  std::vector<View> views;
  for (const auto& task : tasks) views.push_back(task.spec().view);
  if (choice == ViewChoice::exact) return views;
  const auto most_common = [exact = views](const Size& size) {
    std::vector<View> of_size;
    std::ranges::copy_if(exact, std::back_inserter(of_size), [&](const View& view) { return view.size() == size; });
    return *std::ranges::max_element(of_size, {}, [&](const View& view) { return std::ranges::count(of_size, view); });
  };
  for (auto& view : views) view = most_common(view.size());
  return views;
}

}  // namespace detail

struct FaceAnalyzer::State {
  struct Pass {
    View view;
    std::vector<std::size_t> tasks;
  };
  using Photos = std::vector<detail::AnalyzedPhoto>;
  using Faces = std::vector<detail::AnalyzedFace>;

  State(weights::LoadedModel model, AnalyzerOptions chosen);

  const TaskList& tasks() const { return loaded.model->tasks(); }
  bool wants_points() const {
    return std::any_of(wanted.begin(), wanted.end(), [&](auto task) { return views[task].needs_points(); });
  }
  std::int64_t batch_of(const Pass& pass) const;
  std::vector<Pass> passes(std::span<const std::size_t> tasks) const;
  Pass point_pass() const;

  std::vector<PhotoResult> analyze(Photos& photos, Faces& faces) const;
  void add_points(Photos& photos, Faces& faces) const;
  void run(Photos& photos, std::span<detail::AnalyzedFace* const> faces, const Pass& pass) const;

  weights::LoadedModel loaded;
  AnalyzerOptions options;
  Runner runner;
  std::vector<std::size_t> wanted;
  std::vector<View> views;  ///< of all of the model's tasks
  std::int64_t memory = machine_memory();
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
      wanted(tasks().select(options.tasks)),
      views(detail::chosen_views(tasks(), options.views)) {
  if (options.max_batch < 0) {
    throw Error(ErrorCode::argument, "analyze: the batch must hold at least one face").found(std::to_string(options.max_batch));
  }
  if (!options.detector) options.detector = std::make_shared<MtcnnDetector>();
  // Landmarks that are not cut by five points themselves, of a scheme that says where eyes, nose and mouth are.
  for (std::size_t i = 0; i < tasks().size() && point_task < 0; ++i) {
    const auto& spec = tasks()[i].spec();
    const bool landmarks = tasks()[i].result_type() == typeid(Landmarks) && results::find_landmark_scheme(spec.scheme) != nullptr;
    if (landmarks && !views[i].needs_points()) point_task = static_cast<std::int64_t>(i);
  }
  const auto source = options.five_points;
  if (source == FivePointSource::landmarks && point_task < 0) {
    throw Error(ErrorCode::argument, "analyze: the model has no landmarks that could give five points")
        .hint("use FivePointSource::box, or a detector that gives points");
  }
  if (source == FivePointSource::box || (source == FivePointSource::automatic && loaded.info.untrained)) point_task = -1;
}

FACEPTOR_INLINE std::int64_t FaceAnalyzer::State::batch_of(const Pass& pass) const {
  constexpr std::int64_t kPixels = 8 * 512 * 512, kMost = 64, kShareOfMemory = 4;
  if (options.max_batch > 0) return options.max_batch;
  auto most = std::min(kMost, kPixels / (std::int64_t{pass.view.width()} * pass.view.height()));
  if (memory > 0 && runner.device().is_cpu()) {
    most = std::min(most, memory / kShareOfMemory / pass_memory_of_face(*loaded.model, pass.view, pass.tasks));
  }
  return std::max(std::int64_t{1}, most);
}

FACEPTOR_INLINE std::vector<FaceAnalyzer::State::Pass> FaceAnalyzer::State::passes(std::span<const std::size_t> wanted) const {
  std::map<View, std::vector<std::size_t>> by_view;
  for (const auto task : wanted) by_view[views[task]].push_back(task);
  std::vector<Pass> passes;
  for (auto& [view, tasks_of_view] : by_view) passes.push_back({view, std::move(tasks_of_view)});
  return passes;
}

/// The pass that gives five points. Tasks that look at the same view come along.
FACEPTOR_INLINE FaceAnalyzer::State::Pass FaceAnalyzer::State::point_pass() const {
  const auto lead = static_cast<std::size_t>(point_task);
  Pass pass{views[lead], {lead}};
  for (const auto task : wanted) {
    if (task != lead && views[task] == pass.view) pass.tasks.push_back(task);
  }
  return pass;
}

FACEPTOR_INLINE std::vector<PlannedPass> FaceAnalyzer::plan(bool with_points) const {
  const auto& state = *state_;
  std::vector<PlannedPass> plan;
  const auto add = [&](int stage, const State::Pass& pass, bool only_points) {
    PlannedPass planned{
        stage, pass.view, {}, state.batch_of(pass), only_points, pass_memory_of_face(*state.loaded.model, pass.view, pass.tasks)};
    for (const auto task : pass.tasks) planned.tasks.push_back(tasks()[task].name());
    plan.push_back(std::move(planned));
  };
  const bool two_stages = !with_points && state.wants_points() && state.point_task >= 0;
  std::vector<std::size_t> rest = state.wanted;
  if (two_stages) {
    const auto first = state.point_pass();
    const auto asked = std::count(state.wanted.begin(), state.wanted.end(), first.tasks.front());
    add(1, first, asked == 0 && first.tasks.size() == 1);
    std::erase_if(rest, [&](auto task) { return std::count(first.tasks.begin(), first.tasks.end(), task) > 0; });
  }
  for (const auto& pass : state.passes(rest)) add(two_stages && pass.view.needs_points() ? 2 : 1, pass, false);
  std::stable_sort(plan.begin(), plan.end(), [](const auto& a, const auto& b) { return a.stage < b.stage; });
  return plan;
}

FACEPTOR_INLINE PhotoResult FaceAnalyzer::analyze(const Image& photo, std::string name) const {
  if (photo.empty()) throw Error(ErrorCode::argument, "analyze: the photo is empty").where(name);
  State::Photos photos{{&photo, std::move(name)}};
  State::Faces faces;
  for (auto& found : detector().detect(photo)) faces.push_back({0, faces.size(), std::move(found)});
  auto results = state_->analyze(photos, faces);
  if (photos.front().error) throw Error(*photos.front().error);
  return std::move(results.front());
}

FACEPTOR_INLINE PhotoResult FaceAnalyzer::analyze(const Image& photo, std::span<const Detection> known, std::string name) const {
  if (photo.empty()) throw Error(ErrorCode::argument, "analyze: the photo is empty").where(name);
  State::Faces faces;
  for (auto& face : detail::checked_faces(photo, known, name)) faces.push_back({0, faces.size(), std::move(face)});
  State::Photos photos{{&photo, std::move(name)}};
  auto results = state_->analyze(photos, faces);
  if (photos.front().error) throw Error(*photos.front().error);
  return std::move(results.front());
}

FACEPTOR_INLINE std::vector<PhotoResult> FaceAnalyzer::analyze(std::span<const PhotoInput> inputs) const {
  State::Photos photos;
  for (const auto& input : inputs) photos.push_back({&input.photo, input.name});
  // Photo by photo on several threads, where LibTorch has some; the networks themselves then take one each.
  std::vector<std::vector<Detection>> found(inputs.size());
  at::parallel_for(0, static_cast<std::int64_t>(inputs.size()), 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      try {
        const auto& [photo, name, known] = inputs[i];
        if (photo.empty()) throw Error(ErrorCode::argument, "analyze: the photo is empty").where(name);
        found[i] = known ? detail::checked_faces(photo, *known, name) : detector().detect(photo);
      } catch (const Error& error) {
        photos[i].error = error;
      }
    }
  });
  State::Faces faces;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (std::size_t k = 0; k < found[i].size(); ++k) faces.push_back({i, k, std::move(found[i][k])});
  }
  return state_->analyze(photos, faces);
}

FACEPTOR_INLINE std::vector<PhotoResult> FaceAnalyzer::State::analyze(Photos& photos, Faces& faces) const {
  add_points(photos, faces);
  for (const auto& pass : passes(wanted)) {
    std::vector<detail::AnalyzedFace*> lacking;
    for (auto& face : faces) {
      if (face.result(tasks()[pass.tasks.front()].name()) == nullptr) lacking.push_back(&face);
    }
    run(photos, lacking, pass);
  }

  std::vector<PhotoResult> results(photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    results[i].photo = photos[i].name;
    results[i].width = photos[i].image->width();
    results[i].height = photos[i].image->height();
    results[i].untrained = loaded.info.untrained;
    if (photos[i].error) results[i].error = photos[i].error->what();
  }
  for (auto& face : faces) {
    if (photos[face.photo].error) continue;
    Face told(face.found.box, face.found.score, face.found.points);
    told.task_list = tasks().id();
    for (const auto task : wanted) told.add(*face.result(tasks()[task].name()));
    results[face.photo].faces.push_back(std::move(told));
  }
  return results;
}

FACEPTOR_INLINE std::vector<Detection> FaceAnalyzer::with_five_points(const Image& photo, std::vector<Detection> known) const {
  if (photo.empty()) throw Error(ErrorCode::argument, "analyze: the photo is empty");
  State::Photos photos{{&photo}};
  State::Faces faces;
  for (auto& face : known) faces.push_back({0, faces.size(), std::move(face)});
  state_->add_points(photos, faces);
  if (photos.front().error) throw Error(*photos.front().error);
  for (auto& face : faces) known[face.index] = std::move(face.found);
  return known;
}

/// Gives every face five points if any wanted view is cut by them, running the landmark task ahead of the others where it does that.
FACEPTOR_INLINE void FaceAnalyzer::State::add_points(Photos& photos, Faces& faces) const {
  if (!wants_points()) return;
  std::vector<detail::AnalyzedFace*> lacking;
  for (auto& face : faces) {
    if (!face.found.points) lacking.push_back(&face);
  }
  const bool by_landmarks = point_task >= 0 && !lacking.empty();
  if (by_landmarks) run(photos, lacking, point_pass());
  for (auto* face : lacking) {
    const auto& box = face->found.box_for_views();
    if (photos[face->photo].error) continue;
    if (!by_landmarks) {
      face->found.points = five_points_from_box(box);
    } else {
      const auto& landmarks = face->result(tasks()[static_cast<std::size_t>(point_task)].name())->get<Landmarks>();
      face->found.points = detail::usable_points(landmarks.five_points(), box);
    }
  }
}

/// Cuts the view out of each face's photo and runs the network over them. A photo whose face can't be cut gets the error, and its other
/// faces are left out.
FACEPTOR_INLINE void FaceAnalyzer::State::run(Photos& photos, std::span<detail::AnalyzedFace* const> faces, const Pass& pass) const {
  const torch::InferenceMode inference;
  const auto& view = pass.view;
  std::vector<std::pair<detail::AnalyzedFace*, ViewTransform>> cut;
  for (auto* face : faces) {
    auto& photo = photos[face->photo];
    if (photo.error) continue;
    try {
      cut.emplace_back(face, detail::transform_of(view, *photo.image, face->found));
    } catch (const Error& error) {
      photo.error = detail::at_face(error, photo.name, face->index);
    }
  }
  std::erase_if(cut, [&](const auto& one) { return photos[one.first->photo].error.has_value(); });

  const auto pixels = static_cast<std::size_t>(3) * static_cast<std::size_t>(view.width()) * static_cast<std::size_t>(view.height());
  const auto batch = static_cast<std::size_t>(batch_of(pass));
  const auto name = view.name();
  for (std::size_t begin = 0; begin < cut.size(); begin += batch) {
    const auto part = std::span(cut).subspan(begin, std::min(batch, cut.size() - begin));
    auto images = torch::empty({static_cast<std::int64_t>(part.size()), 3, view.height(), view.width()});
    float* planes = images.data_ptr<float>();
    at::parallel_for(0, static_cast<std::int64_t>(part.size()), 1, [&](std::int64_t first, std::int64_t end) {
      for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(end); ++i) {
        const auto& [face, transform] = part[i];
        extract(*photos[face->photo].image, view, transform, {planes + i * pixels, pixels});
      }
    });
    const auto outputs = runner.run(images, pass.tasks, "analyze");
    for (std::size_t k = 0; k < pass.tasks.size(); ++k) {
      const auto& task = tasks()[pass.tasks[k]];
      for (std::size_t i = 0; i < part.size(); ++i) {
        const auto& [face, transform] = part[i];
        const ReadoutContext context{task.spec(), transform, loaded.info.hash};
        face->results.push_back(guarded("analyze: reading the result of task \"" + task.name() + "\"",
                                        [&] { return task.read(outputs[k][static_cast<std::int64_t>(i)], context).of_view(name); }));
      }
    }
  }
}

}  // namespace faceptor
