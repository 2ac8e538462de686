#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/files/safetensors.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/geometry/warp.hpp>
#include <faceptor/image/image.hpp>

#include "support/golden.hpp"

/// The geometry set, in the types of this room. All sizes come from the names and shapes in the files.
namespace golden {

class Geometry {
 public:
  /// @param name  such as "align"; nothing if the set has no such file
  static std::optional<Geometry> open(const std::string& name) {
    const auto path = find("geometry/" + name + ".safetensors");
    if (!path) return std::nullopt;
    return Geometry(faceptor::files::SafetensorsFile::open(*path));
  }

  std::span<const float> floats(const std::string& name) const { return file_.at(name).as<float>(); }
  std::span<const std::uint8_t> bytes(const std::string& name) const { return file_.at(name).as<std::uint8_t>(); }
  int size(const std::string& name, std::size_t axis) const { return static_cast<int>(file_.at(name).shape[axis]); }
  bool contains(const std::string& name) const { return file_.contains(name); }
  std::span<const std::int32_t> ints(const std::string& name) const { return file_.at(name).as<std::int32_t>(); }

  /// The tensors "prefix.rest": the rests.
  std::vector<std::string> variants(const std::string& prefix) const {
    std::vector<std::string> rests;
    for (const auto& tensor : file_.tensors()) {
      if (tensor.name.starts_with(prefix + ".")) rests.emplace_back(tensor.name.substr(prefix.size() + 1));
    }
    if (rests.empty()) throw std::runtime_error("the golden file has no tensors " + prefix + ".*");
    return rests;
  }

  faceptor::Matrix matrix(const std::string& name, std::size_t index = 0) const {
    const auto v = floats(name).subspan(index * 9, 9);
    faceptor::Matrix m;
    for (int i = 0; i < 9; ++i) m(i / 3, i % 3) = v[static_cast<std::size_t>(i)];
    return m;
  }

  faceptor::Points points(const std::string& name) const {
    const auto v = floats(name);
    faceptor::Points points;
    for (std::size_t i = 0; i + 1 < v.size(); i += 2) points.push_back({v[i], v[i + 1]});
    return points;
  }

  faceptor::FivePoints five(const std::string& name, std::size_t index = 0) const {
    const auto v = floats(name).subspan(index * 10, 10);
    faceptor::FivePoints five;
    for (std::size_t i = 0; i < 5; ++i) five[i] = {v[2 * i], v[2 * i + 1]};
    return five;
  }

  /// Stored (y1, x1, y2, x2).
  faceptor::Box box(const std::string& name, std::size_t index = 0) const {
    const auto v = floats(name).subspan(index * 4, 4);
    return {v[1], v[0], v[3], v[2]};
  }

  faceptor::Image image(const std::string& name) const {
    const auto v = bytes(name);
    return {size(name, 1), size(name, 0), {v.begin(), v.end()}};
  }

  faceptor::FloatImage float_image(const std::string& name) const {
    const auto v = floats(name);
    return {size(name, 1), size(name, 0), size(name, 2), {v.begin(), v.end()}};
  }

  faceptor::LabelImage labels(const std::string& name) const {
    const auto v = bytes(name);
    return {size(name, 1), size(name, 0), {v.begin(), v.end()}};
  }

  faceptor::SamplingMap map(const std::string& name) const {
    const auto v = floats(name);
    return {size(name, 1), size(name, 0), {v.begin(), v.end()}};
  }

 private:
  explicit Geometry(faceptor::files::SafetensorsFile file) : file_(std::move(file)) {}

  faceptor::files::SafetensorsFile file_;
};

/// "h64w48" is 48 wide and 64 high; "512" is a square.
inline faceptor::Size parse_size(std::string_view text) {
  if (!text.starts_with('h')) return {std::stoi(std::string(text)), std::stoi(std::string(text))};
  const auto w = text.find('w');
  return {std::stoi(std::string(text.substr(w + 1))), std::stoi(std::string(text.substr(1, w - 1)))};
}

/// "f08" is 0.8.
inline double parse_factor(std::string_view text) { return std::stod(std::string(text.substr(1))) / 10; }

inline double largest_difference(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) throw std::runtime_error("compared arrays differ in length");
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a[i]) - b[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

inline double largest_difference(const faceptor::Points& a, const faceptor::Points& b) {
  if (a.size() != b.size()) throw std::runtime_error("compared points differ in number");
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::max(std::abs(a[i].x - b[i].x), std::abs(a[i].y - b[i].y));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/// What a picture sampled by a map of one's own may differ by: a place on a rounding edge may fall on the other side.
struct Nearness {
  double mean = 0;
  double share_off = 0;  ///< of the values that differ by more than 0.02
};

inline Nearness nearness(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size() || a.empty()) throw std::runtime_error("compared pictures differ in size");
  Nearness out;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a[i]) - b[i]);
    out.mean += difference / static_cast<double>(a.size());
    if (!(difference <= 0.02)) out.share_off += 1.0 / static_cast<double>(a.size());
  }
  return out;
}

/// Planes (3 x h x w) to pixels (h x w x 3), and back.
inline std::vector<float> planar(const faceptor::FloatImage& image) {
  const auto channels = static_cast<std::size_t>(image.channels), plane = image.values.size() / channels;
  std::vector<float> out(image.values.size());
  for (std::size_t i = 0; i < plane; ++i) {
    for (std::size_t c = 0; c < channels; ++c) out[c * plane + i] = image.values[i * channels + c];
  }
  return out;
}

}  // namespace golden
