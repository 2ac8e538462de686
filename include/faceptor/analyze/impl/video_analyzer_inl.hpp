#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include <faceptor/analyze/video_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/detect/known_faces.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/tasks/task_list.hpp>

namespace faceptor {

namespace detail {

/// Adds its life's seconds to a sum.
class Stopwatch {
 public:
  explicit Stopwatch(double& sum) : sum_(sum) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() { sum_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  double& sum_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Whether a followed face can still be analyzed: it may have left the picture, or shrunk to nothing.
FACEPTOR_INLINE bool can_be_analyzed(const Image& image, const Detection& face) {
  const auto center = face.box.center();
  if (center.x < 0 || center.y < 0 || center.x >= static_cast<float>(image.width()) || center.y >= static_cast<float>(image.height())) {
    return false;
  }
  try {
    FixedBoxes({face}).detect(image);
    if (face.points) face_by_points(*face.points);
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// Of faces that lie on one another the surest stay.
FACEPTOR_INLINE void drop_doubles(std::vector<Detection>& faces) {
  constexpr float kSameFace = 0.5F;
  std::vector<Detection> kept;
  for (const auto& face : faces) {
    const auto other = std::find_if(kept.begin(), kept.end(),
                                    [&](const Detection& one) { return intersection_over_union(one.box, face.box) > kSameFace; });
    if (other == kept.end()) {
      kept.push_back(face);
    } else if (face.score > other->score) {
      *other = face;
    }
  }
  faces = std::move(kept);
}

FACEPTOR_INLINE const Landmarks* landmarks_of(const Face& face) {
  for (const auto& result : face) {
    if (result.holds<Landmarks>() && results::find_landmark_scheme(result.get<Landmarks>().scheme) != nullptr)
      return &result.get<Landmarks>();
  }
  return nullptr;
}

}  // namespace detail

FACEPTOR_INLINE std::string json_line(const FrameResult& frame, const JsonOptions& options) {
  nlohmann::ordered_json photo, out;
  write_json(photo, frame.result, options);
  for (const auto& [key, value] : photo.items()) {
    if (key != "photo") {
      out[key] = value;
    } else {
      out["frame"] = frame.index;
      out["time"] = frame.time;
    }
  }
  for (std::size_t i = 0; i < frame.tracks.size(); ++i) {
    nlohmann::ordered_json face{{"track", frame.tracks[i]}};
    face.update(out["faces"][i]);
    out["faces"][i] = std::move(face);
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

FACEPTOR_INLINE VideoAnalyzer::VideoAnalyzer(FaceAnalyzer analyzer, VideoOptions options)
    : analyzer_(std::move(analyzer)), options_(std::move(options)), tracker_(options_.tracker) {
  if (options_.detect_every < 1) {
    throw Error(ErrorCode::argument, "analyze: faces must be looked for in every so many frames")
        .expected("1 or more")
        .found(std::to_string(options_.detect_every));
  }
  if (options_.smoothing) video::OneEuroFilter(*options_.smoothing);
  const auto plan = analyzer_.plan();
  const bool embeds = std::any_of(plan.begin(), plan.end(), [&](const PlannedPass& pass) {
    return std::any_of(pass.tasks.begin(), pass.tasks.end(), [&](const std::string& name) {
      return analyzer_.tasks()[analyzer_.tasks().index(name)].result_type() == typeid(results::Embedding);
    });
  });
  if (options_.by_embedding && !embeds) {
    throw Error(ErrorCode::argument, "analyze: tracks by embeddings need a task that gives them").hint("ask for it, or track by overlap");
  }
}

FACEPTOR_INLINE FrameResult VideoAnalyzer::analyze(const video::Frame& frame) {
  FrameResult out{.index = frame.index, .time = frame.time};
  out.result.width = frame.image.width();
  out.result.height = frame.image.height();
  if (frame.error) {
    out.result.error = frame.error->what();
    return out;
  }
  try {
    auto faces = find_faces(frame.image);
    {
      const detail::Stopwatch watch(times_.networks);
      out.result = analyzer_.analyze(frame.image, faces);
    }
    const detail::Stopwatch watch(times_.tracking);
    if (!detector_follows_) move_by_landmarks(faces, out.result);
    std::vector<std::vector<float>> embeddings;
    if (options_.by_embedding) {
      for (const auto& face : out.result) {
        const auto found = std::find_if(face.begin(), face.end(), [](const TaskResult& r) { return r.holds<results::Embedding>(); });
        embeddings.push_back(found == face.end() ? std::vector<float>() : found->get<results::Embedding>().values);
      }
    }
    out.tracks = tracker_.update(faces, embeddings);
    if (options_.smoothing) smooth(out);
  } catch (const Error& error) {
    out.result.error = error.what();
    out.result.faces.clear();
    out.tracks.clear();
  }
  return out;
}

FACEPTOR_INLINE std::vector<Detection> VideoAnalyzer::find_faces(const Image& image) {
  std::vector<Detection> known, faces;
  bool search = until_search_ == 0;
  const bool due = search;
  for (const auto& track : tracker_.tracks()) {
    if (track.lost == 0) known.push_back(track.face);
    // Less and less often: who has left a picture needs no search in every frame.
    search = search || std::has_single_bit(static_cast<unsigned>(track.lost));
  }
  until_search_ = due ? options_.detect_every - 1 : until_search_ - 1;
  if (!due) {
    faces = follow_faces(image, known);
    search = search || faces.size() < known.size();
  }
  if (!search) return faces;
  const detail::Stopwatch watch(times_.detecting);
  for (auto& face : analyzer_.detector().detect(image)) {
    if (detail::can_be_analyzed(image, face)) faces.push_back(std::move(face));
  }
  detail::drop_doubles(faces);
  // Whether it can follow decides whether this frame's landmarks are needed.
  if (due && !faces.empty()) detector_follows_ = !analyzer_.detector().follow(image, std::span(faces).first(1)).empty();
  return faces;
}

FACEPTOR_INLINE std::vector<Detection> VideoAnalyzer::follow_faces(const Image& image, std::span<const Detection> faces) {
  if (faces.empty()) return {};
  const detail::Stopwatch watch(times_.tracking);
  const auto found = analyzer_.detector().follow(image, faces);
  detector_follows_ = !found.empty();
  std::vector<Detection> followed;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const auto* face = !detector_follows_ ? &faces[i] : found[i] ? &*found[i] : nullptr;
    if (face != nullptr && detail::can_be_analyzed(image, *face)) followed.push_back(*face);
  }
  detail::drop_doubles(followed);
  return followed;
}

/// For detectors that can't follow: the next frame's boxes lie where this frame's landmarks say.
FACEPTOR_INLINE void VideoAnalyzer::move_by_landmarks(std::vector<Detection>& faces, const PhotoResult& result) const {
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const auto* landmarks = detail::landmarks_of(result[i]);
    if (landmarks == nullptr) continue;
    auto& face = faces[i];
    const auto points = landmarks->five_points();
    const auto before = face.points ? *face.points : five_points_from_box(face.box);
    const auto from = box_from_five_points(before), to = box_from_five_points(points);
    const float scale = to.width() / from.width();
    const auto moved = [&](const Box& box) {
      const auto center = box.center();
      const Point middle{to.center().x + scale * (center.x - from.center().x), to.center().y + scale * (center.y - from.center().y)};
      const float wide = 0.5F * scale * box.width(), high = 0.5F * scale * box.height();
      return Box{middle.x - wide, middle.y - high, middle.x + wide, middle.y + high};
    };
    face.box = moved(face.box);
    if (face.view_box) face.view_box = moved(*face.view_box);
    // Where the detector gives none, the analyzer finds them anew in each frame.
    if (face.points) face.points = points;
  }
}

FACEPTOR_INLINE void VideoAnalyzer::smooth(FrameResult& frame) {
  std::erase_if(filters_, [&](const auto& track) { return tracker_.find(track.first) == nullptr; });
  for (std::size_t i = 0; i < frame.tracks.size(); ++i) {
    auto& filters = filters_[frame.tracks[i]];
    auto& face = frame.result.faces[i];
    const double side = static_cast<double>(std::max(face.box.width(), face.box.height()));
    const auto smoothed = [&](const std::string& task, const Points& points) {
      return filters.try_emplace(task, *options_.smoothing).first->second(points, frame.time, side);
    };
    Face told(face.box, face.score, face.points);
    told.task_list = face.task_list;
    if (told.points) {
      const auto points = smoothed("", Points(told.points->begin(), told.points->end()));
      std::copy(points.begin(), points.end(), told.points->begin());
    }
    for (const auto& result : face) {
      if (!result.holds<Landmarks>()) {
        told.add(result);
        continue;
      }
      auto landmarks = result.get<Landmarks>();
      landmarks.points = smoothed(result.task(), landmarks.points);
      told.add(TaskResult(result.task(), std::move(landmarks)));
    }
    face = std::move(told);
  }
}

}  // namespace faceptor
