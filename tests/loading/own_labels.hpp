#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <faceptor/datasets/own_label.hpp>

/// Labels as users would write them.
namespace own_labels {

using faceptor::LabelKind;

/// Has a mirror, and doesn't care where the picture goes.
struct Rotation {
  static constexpr LabelKind kKind{"rotation"};
  static std::vector<std::int64_t> shape(std::int64_t) { return {3, 3}; }
  void write(std::span<float> row) const { std::ranges::copy(matrix, row.begin()); }
  void mirror() {
    for (const std::size_t i : {1U, 2U, 3U, 6U}) matrix[i] = -matrix[i];
  }
  std::array<float, 9> matrix = {};
  friend bool operator==(const Rotation&, const Rotation&) = default;
};

/// No mirror, no move, nothing to compare by.
struct Weight {
  static constexpr LabelKind kKind{"weight"};
  static std::vector<std::int64_t> shape(std::int64_t outputs) { return {outputs}; }
  void write(std::span<float> row) const { std::fill_n(row.begin(), row.size() - (leaves_one_out ? 1 : 0), kilograms); }
  float kilograms = 0;
  bool leaves_one_out = false;
};

/// A place that goes with the picture.
struct Gaze {
  static constexpr LabelKind kKind{"gaze"};
  static std::vector<std::int64_t> shape(std::int64_t) { return {2}; }
  void write(std::span<float> row) const {
    row[0] = point.x;
    row[1] = point.y;
  }
  void mirror() {}
  void move(const faceptor::datasets::LabelMove& move) { point = move(std::span(&point, 1)).front(); }
  faceptor::Point point;
};

}  // namespace own_labels
