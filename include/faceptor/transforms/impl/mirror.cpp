#include <algorithm>
#include <array>
#include <numeric>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/transforms/impl/parameters.hpp>
#include <faceptor/transforms/mirror.hpp>

namespace faceptor::transforms {
namespace {

template <class T>
std::vector<T> in_order(const std::vector<T>& values, const std::vector<std::size_t>& order) {
  std::vector<T> out;
  out.reserve(order.size());
  for (const auto index : order) out.push_back(values[index]);
  return out;
}

void expect_mirror(const datasets::Label& label) {
  if (const auto* own = std::get_if<datasets::OwnLabel>(&label)) own->expect_mirror();
}

}  // namespace

Sides Sides::of_scheme(std::string_view scheme) {
  const auto mirror = results::landmark_scheme(scheme).mirror;
  return {.points = {mirror.begin(), mirror.end()}, .classes = {}};
}

Sides Sides::of_classes(const results::ParsingClasses& classes) {
  return {.points = {}, .classes = {classes.mirrored.begin(), classes.mirrored.end()}};
}

Sides Sides::of_dataset(const datasets::DatasetInfo& info) {
  if (info.kind == LabelKind::landmarks && results::find_landmark_scheme(info.scheme) != nullptr) return of_scheme(info.scheme);
  if (info.kind == LabelKind::parsing) {
    for (const auto* known : {&results::kCelebaMaskHqClasses, &results::kLapaClasses}) {
      if (info.label_names == known->names()) return of_classes(*known);
    }
  }
  Sides sides;
  if (info.kind != LabelKind::soft_maps) return sides;
  const auto& names = info.label_names;
  for (const auto* known : {&results::kCelebaMaskHqClasses, &results::kLapaClasses}) {
    for (const auto& [left, right] : known->mirrored) {
      const auto one = std::ranges::find(names, known->classes[left].name), other = std::ranges::find(names, known->classes[right].name);
      if (one == names.end() || other == names.end()) continue;
      const std::pair<std::size_t, std::size_t> pair(one - names.begin(), other - names.begin());
      if (std::ranges::find(sides.maps, pair) == sides.maps.end()) sides.maps.push_back(pair);
    }
  }
  return sides;
}

Sides Sides::with(const Sides& other) const {
  const auto merged = [](const auto& one, const auto& two, const char* what) {
    if (one.empty() || two.empty() || one == two) return one.empty() ? two : one;
    throw Error(ErrorCode::argument, "data: two labels of one picture change sides in different ways").where(what);
  };
  return {.points = merged(points, other.points, "landmarks"),
          .classes = merged(classes, other.classes, "parsing classes"),
          .maps = merged(maps, other.maps, "soft maps")};
}

void Sides::swap(datasets::Label& label) const {
  if (auto* landmarks = std::get_if<datasets::LandmarkLabels>(&label)) {
    if (points.size() != landmarks->points.size()) {
      throw Error(ErrorCode::argument, "data: a mirror doesn't know which landmarks change sides")
          .expected("an index for each of " + std::to_string(landmarks->points.size()) + " points")
          .found(std::to_string(points.size()))
          .hint("Mirror{.sides = Sides::of_scheme(...)}, or a probability of 0");
    }
    landmarks->points = in_order(landmarks->points, points);
    if (landmarks->visible.size() == points.size()) landmarks->visible = in_order(landmarks->visible, points);
  }
  if (auto* parsing = std::get_if<datasets::ParsingLabels>(&label); parsing != nullptr && !classes.empty()) {
    std::array<std::uint8_t, 256> swapped;
    std::iota(swapped.begin(), swapped.end(), std::uint8_t{0});
    for (const auto& [left, right] : classes) std::swap(swapped[left], swapped[right]);
    for (auto& value : parsing->classes.labels) value = swapped[value];
  }
  if (auto* soft = std::get_if<datasets::SoftMapLabels>(&label)) {
    const auto plane = static_cast<std::ptrdiff_t>(soft->width) * soft->height;
    const auto at = [&](std::size_t map) { return soft->values.begin() + static_cast<std::ptrdiff_t>(map) * plane; };
    for (const auto& [left, right] : maps) {
      if (std::max(left, right) >= static_cast<std::size_t>(soft->maps())) {
        throw Error(ErrorCode::argument, "data: a mirror swaps more soft maps than there are")
            .expected("maps below " + std::to_string(soft->maps()))
            .found(std::to_string(std::max(left, right)));
      }
      if (left != right) std::swap_ranges(at(left), at(left) + plane, at(right));
    }
  }
  if (auto* own = std::get_if<datasets::OwnLabel>(&label)) *own = own->mirrored();
}

Image mirrored(const Image& image) {
  Image out(image.width(), image.height());
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* source = image.at(0, y);
    std::uint8_t* target = out.at(0, y) + static_cast<std::ptrdiff_t>(image.width()) * 3;
    for (int x = 0; x < image.width(); ++x, source += 3) {
      target -= 3;
      std::copy_n(source, 3, target);
    }
  }
  return out;
}

void Mirror::check() const {
  detail::check_probability(kName, probability);
  for (std::size_t i = 0; i < sides.points.size(); ++i) {
    if (sides.points[i] < sides.points.size() && sides.points[sides.points[i]] == i) continue;
    throw Error(ErrorCode::argument, "data: mirrored twice, each landmark must come back to itself").where("point " + std::to_string(i));
  }
}

nlohmann::json Mirror::describe() const {
  nlohmann::json out = {{"probability", probability}};
  if (!sides.points.empty()) out["points"] = sides.points;
  if (!sides.classes.empty()) out["classes"] = sides.classes;
  if (!sides.maps.empty()) out["maps"] = sides.maps;
  return out;
}

void Mirror::apply(TransformState& state) const {
  if (probability > 0) {
    expect_mirror(state.label);
    for (const auto& other : state.further) expect_mirror(other);
  }
  if (!state.random.chance(probability)) return;
  const Size size = state.target();
  sides.swap(state.label);
  for (auto& other : state.further) sides.swap(other);
  if (state.aiming()) {
    state.aim_further(flip_matrix(size, size), size);
  } else {
    state.replace(mirrored(state.bytes()), flip_matrix(size, size));
  }
}

}  // namespace faceptor::transforms
