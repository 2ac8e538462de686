#pragma once

#include <algorithm>
#include <cmath>
#include <mutex>
#include <new>
#include <numbers>
#include <utility>

#include <fmt/format.h>

#include <faceptor/detect/dlib_frontal_detector.hpp>
#include <faceptor/image/resize.hpp>

#ifdef FACEPTOR_WITH_DLIB
#ifndef DLIB_NO_GUI_SUPPORT
#define DLIB_NO_GUI_SUPPORT
#endif
#include <dlib/array2d.h>
#include <dlib/image_processing/frontal_face_detector.h>
#endif

namespace faceptor {
namespace detail {

FACEPTOR_INLINE void check_dlib_options(const DlibFrontalOptions& options) {
  if (!(options.min_face >= 20 && options.min_face <= 1000)) {
    throw Error(ErrorCode::argument, "detect: min_face is out of range")
        .expected("20 to 1000 pixels")
        .found(fmt::format("{}", options.min_face));
  }
  if (options.max_pixels < 10'000) {
    throw Error(ErrorCode::argument, "detect: max_pixels is out of range")
        .expected("at least 10000")
        .found(std::to_string(options.max_pixels));
  }
  if (!std::isfinite(options.threshold)) throw Error(ErrorCode::argument, "detect: the threshold is not a number");
}

}  // namespace detail

#ifdef FACEPTOR_WITH_DLIB
namespace detail {

using GreyImage = dlib::array2d<unsigned char>;

/// The photo at the size that is searched.
FACEPTOR_INLINE Image search_size(const Image& photo, const DlibFrontalOptions& options) {
  constexpr double kSmallestFaceSeen = 80.0;
  const double pixels = static_cast<double>(photo.width()) * photo.height();
  const double scale = std::min(std::max(1.0, kSmallestFaceSeen / options.min_face), std::sqrt(options.max_pixels / pixels));
  const int width = std::max(1, static_cast<int>(std::lround(photo.width() * scale)));
  const int height = std::max(1, static_cast<int>(std::lround(photo.height() * scale)));
  return resize(photo, width, height, Filter::bilinear);
}

/// Rec. 601 luma.
FACEPTOR_INLINE GreyImage to_grey(const Image& image) {
  GreyImage grey(image.height(), image.width());
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const auto* pixel = image.at(x, y);
      grey[y][x] = static_cast<unsigned char>((299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2] + 500) / 1000);
    }
  }
  return grey;
}

/// A turn around the centre of a picture that keeps its size.
struct Turn {
  double cosine = 1, sine = 0;
  double centre_x = 0, centre_y = 0;

  /// Where a point of the turned picture lies in the picture itself.
  std::pair<double, double> back(double x, double y) const {
    const double dx = x - centre_x, dy = y - centre_y;
    return {centre_x + cosine * dx - sine * dy, centre_y + sine * dx + cosine * dy};
  }
};

FACEPTOR_INLINE Turn turn_about_centre(const GreyImage& grey, double degrees) {
  const double angle = degrees * std::numbers::pi / 180.0;
  return {std::cos(angle), std::sin(angle), 0.5 * (static_cast<double>(grey.nc()) - 1), 0.5 * (static_cast<double>(grey.nr()) - 1)};
}

/// Corners that leave the picture are lost: a face there is not worth a canvas twice as large. What comes in is black.
FACEPTOR_INLINE GreyImage turned(const GreyImage& grey, const Turn& turn) {
  GreyImage out(grey.nr(), grey.nc());
  for (long y = 0; y < out.nr(); ++y) {
    for (long x = 0; x < out.nc(); ++x) {
      const auto [u, v] = turn.back(static_cast<double>(x), static_cast<double>(y));
      const auto left = static_cast<long>(std::floor(u)), top = static_cast<long>(std::floor(v));
      if (left < 0 || top < 0 || left + 1 >= grey.nc() || top + 1 >= grey.nr()) {
        out[y][x] = 0;
        continue;
      }
      const double a = u - static_cast<double>(left), b = v - static_cast<double>(top);
      const double upper = (1 - a) * grey[top][left] + a * grey[top][left + 1];
      const double lower = (1 - a) * grey[top + 1][left] + a * grey[top + 1][left + 1];
      out[y][x] = static_cast<unsigned char>((1 - b) * upper + b * lower + 0.5);
    }
  }
  return out;
}

/// The detector unpacked, which takes a third of a second: once a process.
FACEPTOR_INLINE const dlib::frontal_face_detector& dlib_prototype() {
  static const dlib::frontal_face_detector prototype = dlib::get_frontal_face_detector();
  return prototype;
}

/// Keeps the surest of detections that overlap by more than a third: one face is often found at several turns.
FACEPTOR_INLINE std::vector<Detection> without_overlaps(std::vector<Detection> faces) {
  constexpr float kSameFace = 1.0F / 3.0F;
  std::stable_sort(faces.begin(), faces.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<Detection> kept;
  for (const auto& face : faces) {
    const auto same = [&](const Detection& other) { return intersection_over_union(face.box, other.box) > kSameFace; };
    if (std::none_of(kept.begin(), kept.end(), same)) kept.push_back(face);
  }
  return kept;
}

}  // namespace detail

struct DlibFrontalDetector::Impl {
  explicit Impl(DlibFrontalOptions chosen) : options(chosen) { detail::dlib_prototype(); }

  /// dlib's detector changes while it works: each call borrows one for itself.
  std::vector<dlib::rect_detection> search(const detail::GreyImage& grey) {
    std::unique_ptr<dlib::frontal_face_detector> detector;
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        detector = std::move(idle.back());
        idle.pop_back();
      }
    }
    if (!detector) detector = std::make_unique<dlib::frontal_face_detector>(detail::dlib_prototype());
    std::vector<dlib::rect_detection> found;
    (*detector)(grey, found, options.threshold);
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(detector));
    return found;
  }

  DlibFrontalOptions options;
  std::mutex mutex;
  std::vector<std::unique_ptr<dlib::frontal_face_detector>> idle;
};

FACEPTOR_INLINE bool DlibFrontalDetector::available() noexcept { return true; }

FACEPTOR_INLINE DlibFrontalDetector::DlibFrontalDetector(DlibFrontalOptions options) {
  detail::check_dlib_options(options);
  impl_ = std::make_unique<Impl>(options);
}

FACEPTOR_INLINE std::vector<Detection> DlibFrontalDetector::detect(const Image& photo) const {
  if (photo.empty()) return {};
  const auto searched = detail::search_size(photo, impl_->options);
  const double scale_x = static_cast<double>(searched.width()) / photo.width();
  const double scale_y = static_cast<double>(searched.height()) / photo.height();
  const auto grey = detail::to_grey(searched);
  // Edges coincide when a picture is resized, so it is the edges, half a pixel beside the centres, that scale.
  const auto to_photo = [](double edge, double scale) { return static_cast<float>((edge + 0.5) / scale - 0.5); };

  std::vector<Detection> faces;
  const auto look = [&](const detail::GreyImage& picture, const detail::Turn& turn) {
    for (const auto& found : impl_->search(picture)) {
      const auto& rect = found.rect;
      const auto [x, y] =
          turn.back(0.5 * static_cast<double>(rect.left() + rect.right()), 0.5 * static_cast<double>(rect.top() + rect.bottom()));
      const double half_width = 0.5 * static_cast<double>(rect.width()), half_height = 0.5 * static_cast<double>(rect.height());
      const Box box{to_photo(x - half_width, scale_x), to_photo(y - half_height, scale_y), to_photo(x + half_width, scale_x),
                    to_photo(y + half_height, scale_y)};
      faces.push_back({box, static_cast<float>(found.detection_confidence), std::nullopt});
    }
  };
  look(grey, detail::Turn{});
  if (faces.empty() && impl_->options.try_rotations) {
    for (const double degrees : {-15.0, 15.0, -30.0, 30.0}) {
      const auto turn = detail::turn_about_centre(grey, degrees);
      look(detail::turned(grey, turn), turn);
    }
  }
  return detail::without_overlaps(std::move(faces));
}

#else

struct DlibFrontalDetector::Impl {};

FACEPTOR_INLINE bool DlibFrontalDetector::available() noexcept { return false; }

FACEPTOR_INLINE DlibFrontalDetector::DlibFrontalDetector(DlibFrontalOptions options) {
  detail::check_dlib_options(options);
  throw Error(ErrorCode::unsupported, "detect: this library was built without dlib's face detector")
      .hint("configure with -DFACEPTOR_WITH_DLIB=ON, pass boxes, or use the detector \"whole\" for cropped faces");
}

FACEPTOR_INLINE std::vector<Detection> DlibFrontalDetector::detect(const Image&) const { return {}; }

#endif

FACEPTOR_INLINE DlibFrontalDetector::~DlibFrontalDetector() = default;
FACEPTOR_INLINE DlibFrontalDetector::DlibFrontalDetector(DlibFrontalDetector&&) noexcept = default;
FACEPTOR_INLINE DlibFrontalDetector& DlibFrontalDetector::operator=(DlibFrontalDetector&&) noexcept = default;

}  // namespace faceptor
