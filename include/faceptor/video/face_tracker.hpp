#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/detect/face_detector.hpp>

namespace faceptor::video {

/// When a face is that of a track.
struct TrackerOptions {
  float min_overlap = 0.3F;     ///< intersection over union from which a box is that of a track, 0 to 1
  float min_similarity = 0.5F;  ///< cosine of embeddings from which a face is that of a track, wherever it is; -1 to 1
  int keep_lost = 30;           ///< frames that a track waits for its face before it ends
};

/// A face through a video.
struct Track {
  std::uint64_t id = 0;            ///< never given twice
  Detection face{};                ///< where it was last
  int lost = 0;                    ///< frames since then
  std::vector<float> embedding{};  ///< a running mean of unit length; empty where there were none
};

/// Says which faces of a frame are those of the frames before, by how much their boxes overlap, and by who they are where embeddings come
/// with them. Holds the tracks alone: as much memory after a day as after a second.
///
///     FaceTracker tracker;
///     while (auto frame = source.next()) {
///       auto faces = detector.detect(frame->image);
///       auto ids = tracker.update(faces);
///     }
class FaceTracker {
 public:
  /// @throws Error(argument) for options out of range
  explicit FaceTracker(TrackerOptions options = {});

  /// The next frame's faces. Pairs of a face and a track are taken in the order of overlap plus similarity, those that reach a threshold;
  /// what is left begins tracks.
  /// @param embeddings  unit vectors, one a face, or none at all; an empty one says nothing of its face
  /// @return            the track's id, a face each
  /// @throws Error(argument) for another number of embeddings than of faces
  std::vector<std::uint64_t> update(std::span<const Detection> faces, std::span<const std::vector<float>> embeddings = {});

  /// In the order in which they began, lost ones too.
  const std::vector<Track>& tracks() const noexcept { return tracks_; }
  const Track* find(std::uint64_t id) const noexcept;

 private:
  TrackerOptions options_;
  std::vector<Track> tracks_;
  std::uint64_t next_id_ = 1;
};

}  // namespace faceptor::video

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/video/impl/face_tracker_inl.hpp>
#endif
