#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <faceptor/detect/face_detector.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE std::vector<Detection> with_full_score(const std::vector<Box>& boxes) {
  std::vector<Detection> faces;
  faces.reserve(boxes.size());
  for (const auto& box : boxes) faces.push_back({box, 1.0F, std::nullopt});
  return faces;
}

FACEPTOR_INLINE std::string box_text(const Box& box) { return fmt::format("[{}, {}, {}, {}]", box.x0, box.y0, box.x1, box.y1); }

/// Points far from their box are another face's, or no pixels. @throws Error(argument)
FACEPTOR_INLINE void check_points(const FivePoints& points, const Box& box, const Image& photo, const std::string& place) {
  float x = 0, y = 0;
  bool shares = true;
  for (const auto& point : points) {
    x += point.x / 5.0F;
    y += point.y / 5.0F;
    shares = shares && point.x >= 0 && point.y >= 0 && point.x <= 1 && point.y <= 1;
  }
  const float wide = 0.5F * box.width(), high = 0.5F * box.height();
  if (x >= box.x0 - wide && x <= box.x1 + wide && y >= box.y0 - high && y <= box.y1 + high) return;
  throw Error(ErrorCode::argument, "detect: the points of a face lie beside its box")
      .where(place)
      .expected("around " + box_text(box))
      .found(fmt::format("around [{}, {}]", x, y))
      .hint(shares ? fmt::format("these look like shares of the photo: multiply x by {} and y by {}", photo.width(), photo.height())
                   : "are these pixels of this photo, and of this face?");
}

}  // namespace detail

FACEPTOR_INLINE std::vector<Detection> WholeImageDetector::detect(const Image& photo) const {
  if (photo.empty()) return {};
  return {{Box::whole(photo.width(), photo.height()), 1.0F, std::nullopt}};
}

FACEPTOR_INLINE FixedBoxes::FixedBoxes(std::vector<Detection> faces) : faces_(std::move(faces)) {
  for (std::size_t i = 0; i < faces_.size(); ++i) {
    if (!faces_[i].box.valid()) {
      throw Error(ErrorCode::argument, "detect: a box has no area")
          .where(fmt::format("box {}", i))
          .expected("[x0, y0, x1, y1] with x0 < x1 and y0 < y1")
          .found(detail::box_text(faces_[i].box));
    }
    if (faces_[i].points && !all_finite(*faces_[i].points)) {
      throw Error(ErrorCode::argument, "detect: a point is not a number").where(fmt::format("points of box {}", i));
    }
  }
}

FACEPTOR_INLINE bool FixedBoxes::gives_points() const {
  return std::all_of(faces_.begin(), faces_.end(), [](const Detection& face) { return face.points.has_value(); });
}

FACEPTOR_INLINE FixedBoxes::FixedBoxes(const std::vector<Box>& boxes) : FixedBoxes(detail::with_full_score(boxes)) {}

FACEPTOR_INLINE std::vector<Detection> FixedBoxes::detect(const Image& photo) const {
  constexpr float kSmallest = 2, kMostPhotos = 10;
  const auto whole = Box::whole(photo.width(), photo.height());
  const auto largest = kMostPhotos * static_cast<float>(std::max(photo.width(), photo.height()));
  for (std::size_t i = 0; i < faces_.size(); ++i) {
    const auto& box = faces_[i].box;
    const auto refuse = [&](const char* what, const std::string& expected) {
      return Error(ErrorCode::argument, std::string("detect: ") + what)
          .where(fmt::format("box {}", i))
          .expected(expected)
          .found(detail::box_text(box));
    };
    if (std::min(box.width(), box.height()) < kSmallest) {
      const bool shares = box.x0 >= 0 && box.y0 >= 0 && box.x1 <= 1 && box.y1 <= 1;
      throw refuse("a box is too small for a face", fmt::format("sides of {} pixels or more", kSmallest))
          .hint(shares ? fmt::format("these look like shares of the photo: multiply x by {} and y by {}", photo.width(), photo.height())
                       : "are these pixels of the photo?");
    }
    if (std::max(box.width(), box.height()) > largest) {
      throw refuse("a box is far larger than the photo", fmt::format("sides of at most {} pixels", largest))
          .hint("are these pixels of this photo?");
    }
    if (box.x1 <= whole.x0 || box.y1 <= whole.y0 || box.x0 >= whole.x1 || box.y0 >= whole.y1) {
      throw refuse("a box lies outside the photo", fmt::format("a box that touches {}x{} pixels", photo.width(), photo.height()))
          .hint("does it belong to another photo, or to this one at another size?");
    }
    if (faces_[i].points) detail::check_points(*faces_[i].points, box, photo, fmt::format("points of box {}", i));
  }
  return faces_;
}

}  // namespace faceptor
