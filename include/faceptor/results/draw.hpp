#pragma once

#include <cstddef>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/results/photo_result.hpp>

namespace faceptor {

/// What a picture of results shows.
struct DrawOptions {
  int max_side = 1600;            ///< the photo's longer side is shrunk to this many pixels; the cards stand beside or below it
  int min_side = 800;             ///< and small photos are enlarged to this, at most fourfold, so that text can be read
  bool boxes = true;              ///< the faces' boxes
  bool landmarks = true;          ///< contours and points; the five points where there are no landmarks
  bool parsing = true;            ///< the class overlay and its legend
  bool others = true;             ///< what results of any other type draw (photo_pen.hpp)
  bool cards = true;              ///< age, expression, attributes and the rest, one card a face
  std::size_t max_cards = 12;     ///< more faces than this are only counted
  float parsing_opacity = 0.42F;  ///< 0 to 1
  std::string landmarks_task;     ///< which task's landmarks, if several: else those with the most points
  std::string parsing_task;       ///< which task's map, if several: else the first
};

/// A picture for people: the photo with what was found on it, and a card for each face.
///
/// Lines and points follow the size of each face. Results of untrained weights carry a banner that says so.
/// Without boxes and cards, only the photo comes out, with what the results themselves draw on it; at its own size where its longer side
/// is within `min_side` and `max_side`.
/// @param photo  the photo that the result belongs to; its size should be the result's
/// @throws Error(argument) when the photo is empty, an option is out of range, or the sizes differ
Image draw(const Image& photo, const PhotoResult& result, const DrawOptions& options = {});

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/draw_inl.hpp>
#endif
