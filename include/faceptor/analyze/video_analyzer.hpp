#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/results/photo_result.hpp>
#include <faceptor/video/face_tracker.hpp>
#include <faceptor/video/frame_source.hpp>
#include <faceptor/video/one_euro_filter.hpp>

namespace faceptor {

/// Options of `VideoAnalyzer`.
struct VideoOptions {
  /// Faces are looked for in every so many frames. In those between, the faces of the frame before are followed; where one is gone, they
  /// are looked for at once, and again in the 2nd, 4th, 8th ... frame that a track waits for its face.
  int detect_every = 10;
  video::TrackerOptions tracker{};
  /// A face is also known again by its embedding, wherever it is, when one of the tasks asked for gives that.
  bool by_embedding = false;
  /// Takes the trembling out of landmarks and five points; off if not given.
  std::optional<video::OneEuroOptions> smoothing{};
};

/// What is said of a frame.
struct FrameResult {
  std::int64_t index = 0;               ///< of the frame
  double time = 0;                      ///< seconds
  PhotoResult result{};                 ///< its faces, or its error
  std::vector<std::uint64_t> tracks{};  ///< whose track each face is on: the same number is the same face
};

/// One line without its newline: that of the `PhotoResult` with "frame" and "time" in place of "photo", and "track" first in each face.
/// @throws Error as that of the photo
std::string json_line(const FrameResult& frame, const JsonOptions& options = {});

/// Seconds that went into the parts of a video's analysis.
struct VideoTimes {
  double detecting = 0;  ///< looking for faces
  double tracking = 0;   ///< following them, and telling which is which
  double networks = 0;   ///< crops, networks and results
};

/// A video's frames in, one after the other, every task's results out, with faces that keep their numbers.
///
///     VideoAnalyzer analyzer(FaceAnalyzer::load("faceptor-demo.safetensors"));
///     auto source = video::open_frames("frames/");
///     while (auto frame = source->next()) fmt::print("{}\n", json_line(analyzer.analyze(*frame)));
///
/// Takes as much memory after a day as after a second. For one video and one thread; several may share the weights (`FaceAnalyzer` is
/// copied for nothing).
class VideoAnalyzer {
 public:
  /// @throws Error(argument) for options out of range, or tracks by embeddings without a task that gives any
  explicit VideoAnalyzer(FaceAnalyzer analyzer, VideoOptions options = {});

  /// The next frame. One that can't be read or analyzed has the error in its result, and the next one goes on.
  FrameResult analyze(const video::Frame& frame);

  const FaceAnalyzer& analyzer() const noexcept { return analyzer_; }
  /// So far.
  const VideoTimes& times() const noexcept { return times_; }

 private:
  std::vector<Detection> find_faces(const Image& image);
  std::vector<Detection> follow_faces(const Image& image, std::span<const Detection> faces);
  void move_by_landmarks(std::vector<Detection>& faces, const PhotoResult& result) const;
  void smooth(FrameResult& frame);

  FaceAnalyzer analyzer_;
  VideoOptions options_;
  video::FaceTracker tracker_;
  std::int64_t until_search_ = 0;  ///< frames
  bool detector_follows_ = true;
  std::map<std::uint64_t, std::map<std::string, video::OneEuroFilter>> filters_{};  ///< of each track, by task; "" for the five points
  VideoTimes times_{};
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/analyze/impl/video_analyzer_inl.hpp>
#endif
