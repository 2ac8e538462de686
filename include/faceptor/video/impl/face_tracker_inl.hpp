#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/video/face_tracker.hpp>

namespace faceptor::video {

namespace detail {

/// -1 where either says nothing.
FACEPTOR_INLINE float similarity(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.empty() || a.size() != b.size()) return -1;
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

/// Moves the mean a little towards a new vector.
FACEPTOR_INLINE void add_to_mean(std::vector<float>& mean, const std::vector<float>& embedding) {
  constexpr float kShare = 0.1F;
  if (embedding.empty()) return;
  if (mean.size() != embedding.size()) {
    mean = embedding;
    return;
  }
  float square = 0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    mean[i] += kShare * (embedding[i] - mean[i]);
    square += mean[i] * mean[i];
  }
  if (!(square > 0)) return;
  for (auto& value : mean) value /= std::sqrt(square);
}

}  // namespace detail

FACEPTOR_INLINE FaceTracker::FaceTracker(TrackerOptions options) : options_(options) {
  const bool overlap = options.min_overlap > 0 && options.min_overlap <= 1;
  const bool similarity = options.min_similarity >= -1 && options.min_similarity <= 1;
  if (!overlap || !similarity || options.keep_lost < 0) {
    throw Error(ErrorCode::argument, "video: the tracker's options are out of range")
        .expected("an overlap above 0 up to 1, a similarity from -1 to 1, and 0 frames or more")
        .found(fmt::format("{}, {}, {}", options.min_overlap, options.min_similarity, options.keep_lost));
  }
}

FACEPTOR_INLINE const Track* FaceTracker::find(std::uint64_t id) const noexcept {
  const auto found = std::find_if(tracks_.begin(), tracks_.end(), [&](const Track& track) { return track.id == id; });
  return found == tracks_.end() ? nullptr : &*found;
}

FACEPTOR_INLINE std::vector<std::uint64_t> FaceTracker::update(std::span<const Detection> faces,
                                                               std::span<const std::vector<float>> embeddings) {
  if (!embeddings.empty() && embeddings.size() != faces.size()) {
    throw Error(ErrorCode::argument, "video: there must be an embedding a face, or none at all")
        .expected(std::to_string(faces.size()))
        .found(std::to_string(embeddings.size()));
  }
  struct Pair {
    float score;
    std::size_t face, track;
  };
  std::vector<Pair> pairs;
  for (std::size_t face = 0; face < faces.size(); ++face) {
    for (std::size_t track = 0; track < tracks_.size(); ++track) {
      const float overlap = intersection_over_union(faces[face].box, tracks_[track].face.box);
      const float alike = embeddings.empty() ? -1 : detail::similarity(embeddings[face], tracks_[track].embedding);
      if (overlap >= options_.min_overlap || alike >= options_.min_similarity) pairs.push_back({overlap + alike, face, track});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.score > b.score; });
  std::vector<std::uint64_t> ids(faces.size(), 0);
  for (auto& track : tracks_) ++track.lost;
  const auto give = [&](std::size_t face, Track& track) {
    ids[face] = track.id;
    track.face = faces[face];
    track.lost = 0;
    if (!embeddings.empty()) detail::add_to_mean(track.embedding, embeddings[face]);
  };
  for (const auto& pair : pairs) {
    if (ids[pair.face] == 0 && tracks_[pair.track].lost > 0) give(pair.face, tracks_[pair.track]);
  }
  std::erase_if(tracks_, [&](const Track& track) { return track.lost > options_.keep_lost; });
  for (std::size_t face = 0; face < faces.size(); ++face) {
    if (ids[face] == 0) give(face, tracks_.emplace_back(Track{.id = next_id_++}));
  }
  return ids;
}

}  // namespace faceptor::video
