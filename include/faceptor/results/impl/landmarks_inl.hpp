#pragma once

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/results/impl/json_fields_inl.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/photo_pen.hpp>

namespace faceptor::results {
namespace detail {

template <std::uint8_t... kIndices>
inline constexpr std::array<std::uint8_t, sizeof...(kIndices)> kPointList = {kIndices...};

template <std::uint8_t kFirst, std::uint8_t kLast>
consteval auto point_range() {
  std::array<std::uint8_t, kLast - kFirst + 1> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(kFirst + i);
  return out;
}
/// Both ends included.
template <std::uint8_t kFirst, std::uint8_t kLast>
inline constexpr auto kPointRange = point_range<kFirst, kLast>();

struct PointPair {
  std::uint8_t left, right;
};

/// `kFirst`..`kLast` swaps with `kMirror`, counted down; then the single pairs.
struct PointRun {
  std::uint8_t first, last, mirror;
};

template <std::size_t kSize, std::size_t kRuns, std::size_t kPairs>
consteval std::array<std::uint8_t, kSize> mirror_map(const std::array<PointRun, kRuns>& runs, const std::array<PointPair, kPairs>& pairs) {
  std::array<std::uint8_t, kSize> map{};
  for (std::size_t i = 0; i < kSize; ++i) map[i] = static_cast<std::uint8_t>(i);
  const auto swap = [&map](std::size_t left, std::size_t right) {
    map[left] = static_cast<std::uint8_t>(right);
    map[right] = static_cast<std::uint8_t>(left);
  };
  for (const auto& run : runs) {
    for (std::size_t i = run.first; i <= run.last; ++i) swap(i, run.mirror - (i - run.first));
  }
  for (const auto& pair : pairs) swap(pair.left, pair.right);
  return map;
}

// 300W.
inline constexpr auto kMirror68 = mirror_map<68>(
    std::array<PointRun, 8>{{{0, 7, 16}, {17, 21, 26}, {31, 32, 35}, {36, 39, 45}, {48, 50, 54}, {55, 56, 59}, {60, 61, 64}, {65, 65, 67}}},
    std::array<PointPair, 2>{{{40, 47}, {41, 46}}});
inline constexpr std::array<LandmarkRegion, 9> kRegions68 = {{
    {"jaw", kPointRange<0, 16>},
    {"left brow", kPointRange<17, 21>},
    {"right brow", kPointRange<22, 26>},
    {"nose bridge", kPointRange<27, 30>},
    {"nose base", kPointRange<31, 35>},
    {"left eye", kPointRange<36, 41>},
    {"right eye", kPointRange<42, 47>},
    {"outer lips", kPointRange<48, 59>},
    {"inner lips", kPointRange<60, 67>},
}};
inline constexpr std::array<LandmarkContour, 9> kContours68 = {{
    {kPointRange<0, 16>, false},
    {kPointRange<17, 21>, false},
    {kPointRange<22, 26>, false},
    {kPointRange<27, 30>, false},
    {kPointRange<31, 35>, false},
    {kPointRange<36, 41>, true},
    {kPointRange<42, 47>, true},
    {kPointRange<48, 59>, true},
    {kPointRange<60, 67>, true},
}};

// WFLW. Its brows are closed: along the upper edge and back along the lower one.
inline constexpr auto kMirror98 = mirror_map<98>(
    std::array<PointRun, 9>{
        {{0, 15, 32}, {33, 37, 46}, {55, 56, 59}, {60, 64, 72}, {76, 78, 82}, {83, 84, 87}, {88, 89, 92}, {93, 93, 95}, {65, 67, 75}}},
    std::array<PointPair, 5>{{{38, 50}, {39, 49}, {40, 48}, {41, 47}, {96, 97}}});
inline constexpr std::array<LandmarkRegion, 11> kRegions98 = {{
    {"jaw", kPointRange<0, 32>},
    {"left brow", kPointRange<33, 41>},
    {"right brow", kPointRange<42, 50>},
    {"nose bridge", kPointRange<51, 54>},
    {"nose base", kPointRange<55, 59>},
    {"left eye", kPointRange<60, 67>},
    {"right eye", kPointRange<68, 75>},
    {"outer lips", kPointRange<76, 87>},
    {"inner lips", kPointRange<88, 95>},
    {"left pupil", kPointList<96>},
    {"right pupil", kPointList<97>},
}};
inline constexpr std::array<LandmarkContour, 9> kContours98 = {{
    {kPointRange<0, 32>, false},
    {kPointRange<33, 41>, true},
    {kPointRange<42, 50>, true},
    {kPointRange<51, 54>, false},
    {kPointRange<55, 59>, false},
    {kPointRange<60, 67>, true},
    {kPointRange<68, 75>, true},
    {kPointRange<76, 87>, true},
    {kPointRange<88, 95>, true},
}};

// COFW. Brows and eyes have the order left end, right end of the part's own pair, then the upper and the lower edge.
inline constexpr auto kMirror29 = mirror_map<29>(
    std::array<PointRun, 0>{},
    std::array<PointPair, 11>{{{0, 1}, {2, 3}, {4, 6}, {5, 7}, {8, 9}, {10, 11}, {12, 14}, {13, 15}, {16, 17}, {18, 19}, {22, 23}}});
inline constexpr std::array<LandmarkRegion, 10> kRegions29 = {{
    {"left brow", kPointList<0, 2, 4, 5>},
    {"right brow", kPointList<1, 3, 6, 7>},
    {"left eye", kPointList<8, 10, 12, 13>},
    {"right eye", kPointList<9, 11, 14, 15>},
    {"left pupil", kPointList<16>},
    {"right pupil", kPointList<17>},
    {"nose", kPointRange<18, 21>},
    {"outer lips", kPointList<22, 23, 24, 27>},
    {"inner lips", kPointList<25, 26>},
    {"chin", kPointList<28>},
}};
inline constexpr std::array<LandmarkContour, 7> kContours29 = {{
    {kPointList<0, 4, 2, 5>, true},
    {kPointList<1, 6, 3, 7>, true},
    {kPointList<8, 12, 10, 13>, true},
    {kPointList<9, 14, 11, 15>, true},
    {kPointList<18, 21, 19>, false},
    {kPointList<22, 24, 23, 27>, true},
    {kPointList<22, 25, 23, 26>, true},
}};

// AFLW without the ears: left end, middle, right end of each part.
inline constexpr auto kMirror19 =
    mirror_map<19>(std::array<PointRun, 2>{{{0, 2, 5}, {6, 8, 11}}}, std::array<PointPair, 2>{{{12, 14}, {15, 17}}});
inline constexpr std::array<LandmarkRegion, 7> kRegions19 = {{
    {"left brow", kPointRange<0, 2>},
    {"right brow", kPointRange<3, 5>},
    {"left eye", kPointRange<6, 8>},
    {"right eye", kPointRange<9, 11>},
    {"nose", kPointRange<12, 14>},
    {"mouth", kPointRange<15, 17>},
    {"chin", kPointList<18>},
}};
inline constexpr std::array<LandmarkContour, 6> kContours19 = {{
    {kPointRange<0, 2>, false},
    {kPointRange<3, 5>, false},
    {kPointRange<6, 8>, false},
    {kPointRange<9, 11>, false},
    {kPointRange<12, 14>, false},
    {kPointRange<15, 17>, false},
}};

inline constexpr std::array<LandmarkScheme, 4> kLandmarkSchemes = {{
    {"68", 68, kRegions68, kContours68, kMirror68, kPointList<36, 45>, kPointRange<36, 41>, kPointRange<42, 47>, kPointList<30, 48, 54>},
    {"98", 98, kRegions98, kContours98, kMirror98, kPointList<60, 72>, kPointList<96>, kPointList<97>, kPointList<54, 76, 82>},
    {"29", 29, kRegions29, kContours29, kMirror29, kPointList<8, 9>, kPointList<16>, kPointList<17>, kPointList<20, 22, 23>},
    {"19", 19, kRegions19, kContours19, kMirror19, kPointList<6, 11>, kPointList<7>, kPointList<10>, kPointList<13, 15, 17>},
}};

FACEPTOR_INLINE void check_scheme_points(const LandmarkScheme& scheme, std::span<const Point> points) {
  if (points.size() == scheme.size) return;
  throw Error(ErrorCode::argument, "results: the points are not those of scheme \"" + std::string(scheme.name) + "\"")
      .expected(std::to_string(scheme.size))
      .found(std::to_string(points.size()));
}

FACEPTOR_INLINE Point mean_point(PointIndices indices, std::span<const Point> points) {
  Point sum;
  for (const auto i : indices) {
    sum.x += points[i].x;
    sum.y += points[i].y;
  }
  const auto count = static_cast<float>(indices.size());
  return {sum.x / count, sum.y / count};
}

}  // namespace detail

FACEPTOR_INLINE std::span<const LandmarkScheme> landmark_schemes() { return detail::kLandmarkSchemes; }

FACEPTOR_INLINE const LandmarkScheme* find_landmark_scheme(std::string_view name) noexcept {
  for (const auto& scheme : detail::kLandmarkSchemes) {
    if (scheme.name == name) return &scheme;
  }
  return nullptr;
}

FACEPTOR_INLINE const LandmarkScheme& landmark_scheme(std::string_view name) {
  if (const auto* scheme = find_landmark_scheme(name)) return *scheme;
  throw Error(ErrorCode::argument, "results: there is no landmark scheme \"" + std::string(name) + "\"").hint("known: 68, 98, 29, 19");
}

FACEPTOR_INLINE const LandmarkRegion& LandmarkScheme::region(std::string_view region_name) const {
  std::vector<std::string> known;
  for (const auto& one : regions) {
    if (one.name == region_name) return one;
    known.emplace_back(one.name);
  }
  throw Error(ErrorCode::argument,
              "results: landmark scheme \"" + std::string(name) + "\" has no region \"" + std::string(region_name) + "\"")
      .hint(text::suggestion(region_name, known));
}

FACEPTOR_INLINE FivePoints five_points(const LandmarkScheme& scheme, std::span<const Point> points) {
  detail::check_scheme_points(scheme, points);
  const auto& rest = scheme.nose_and_mouth;
  return {detail::mean_point(scheme.left_eye_center, points), detail::mean_point(scheme.right_eye_center, points), points[rest[0]],
          points[rest[1]], points[rest[2]]};
}

FACEPTOR_INLINE float inter_ocular(const LandmarkScheme& scheme, std::span<const Point> points) {
  detail::check_scheme_points(scheme, points);
  const auto left = points[scheme.outer_eye_corners[0]];
  const auto right = points[scheme.outer_eye_corners[1]];
  return std::hypot(right.x - left.x, right.y - left.y);
}

FACEPTOR_INLINE float inter_pupil(const LandmarkScheme& scheme, std::span<const Point> points) {
  detail::check_scheme_points(scheme, points);
  const auto left = detail::mean_point(scheme.left_eye_center, points);
  const auto right = detail::mean_point(scheme.right_eye_center, points);
  return std::hypot(right.x - left.x, right.y - left.y);
}

FACEPTOR_INLINE Points mirror_landmarks(const LandmarkScheme& scheme, std::span<const Point> points, int width) {
  detail::check_scheme_points(scheme, points);
  Points out(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& source = points[scheme.mirror[i]];
    out[i] = {static_cast<float>(width - 1) - source.x, source.y};
  }
  return out;
}

FACEPTOR_INLINE Landmarks::Landmarks(std::string scheme, Points points, std::vector<float> confidence)
    : scheme(std::move(scheme)), points(std::move(points)), confidence(std::move(confidence)) {
  check();
}

FACEPTOR_INLINE Landmarks::Landmarks(std::string scheme, Points points) : scheme(std::move(scheme)), points(std::move(points)) {
  confidence.assign(this->points.size(), 1.0F);
  check();
}

FACEPTOR_INLINE void Landmarks::check() const {
  if (scheme.empty()) throw Error(ErrorCode::argument, "results: the scheme of Landmarks has no name");
  const auto* known = find_landmark_scheme(scheme);
  if (known != nullptr && known->size != points.size()) {
    throw Error(ErrorCode::argument, "results: the points of Landmarks are not those of scheme \"" + scheme + "\"")
        .expected(std::to_string(known->size))
        .found(std::to_string(points.size()));
  }
  if (confidence.size() != points.size()) {
    throw Error(ErrorCode::argument, "results: the confidences of Landmarks are not as many as its points")
        .expected(std::to_string(points.size()))
        .found(std::to_string(confidence.size()));
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!std::isfinite(points[i].x) || !std::isfinite(points[i].y)) {
      throw Error(ErrorCode::argument, fmt::format("results: point {} of Landmarks is not finite", i));
    }
  }
  detail::check_unit_range(kTypeName, "confidence", confidence);
}

FACEPTOR_INLINE Points Landmarks::region(std::string_view name) const {
  const auto& known = landmark_scheme(scheme);
  Points out;
  for (const auto i : known.region(name).points) out.push_back(points.at(i));
  return out;
}

FACEPTOR_INLINE FivePoints Landmarks::five_points() const { return results::five_points(landmark_scheme(scheme), points); }
FACEPTOR_INLINE float Landmarks::inter_ocular() const { return results::inter_ocular(landmark_scheme(scheme), points); }
FACEPTOR_INLINE float Landmarks::inter_pupil() const { return results::inter_pupil(landmark_scheme(scheme), points); }

FACEPTOR_INLINE void to_json(nlohmann::json& out, const Landmarks& value) {
  auto points = nlohmann::json::array();
  for (const auto& point : value.points) {
    points.push_back(nlohmann::json::array({detail::json_number(point.x), detail::json_number(point.y)}));
  }
  out = {{"scheme", value.scheme}, {"points", std::move(points)}, {"confidence", detail::json_numbers(value.confidence)}};
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, Landmarks& value) {
  constexpr auto type = Landmarks::kTypeName;
  Landmarks read;
  read.scheme = detail::string_field(in, type, "scheme");
  for (const auto& point : detail::array_field(in, type, "points")) {
    if (!point.is_array() || point.size() != 2) throw detail::wrong_field(type, "points").expected("pairs [x, y]");
    read.points.push_back({detail::float_of(point[0], type, "points"), detail::float_of(point[1], type, "points")});
  }
  read.confidence = detail::floats_field(in, type, "confidence");
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE std::string to_text(const Landmarks& value) { return fmt::format("{} points", value.size()); }

FACEPTOR_INLINE void draw_on(PhotoPen& pen, const Landmarks& value) {
  const float width = 0.9F * pen.stroke();
  if (const auto* scheme = find_landmark_scheme(value.scheme)) {
    for (const auto& contour : scheme->contours) {
      std::vector<CanvasPoint> path;
      for (const auto i : contour.points) path.push_back(pen.at(value.points.at(i)));
      pen.canvas().polyline(path, contour.closed, width + 1.6F, Color{0, 0, 0}.with_alpha(0.28F));
      pen.canvas().polyline(path, contour.closed, width, Color{255, 255, 255}.with_alpha(0.78F));
    }
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    const float sure = i < value.confidence.size() ? value.confidence[i] : 1.0F;
    pen.dot(value.points[i], 1.15F, 0.3F + 0.7F * sure);
  }
}

}  // namespace faceptor::results
