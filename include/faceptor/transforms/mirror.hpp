#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/transforms/chain.hpp>

/// Left to right, with the labels that have sides.
namespace faceptor::transforms {

/// What changes places when a picture is mirrored.
struct Sides {
  std::vector<std::size_t> points;  ///< for each landmark the index of the same one in the mirrored picture; empty: unknown
  std::vector<std::pair<std::uint8_t, std::uint8_t>> classes;  ///< parsing classes that swap; the others stay
  std::vector<std::pair<std::size_t, std::size_t>> maps = {};  ///< soft maps that swap; the others stay

  /// Of a scheme of results/landmarks.hpp. @throws Error(argument) for an unknown name
  static Sides of_scheme(std::string_view scheme);
  /// Of classes of results/parsing_map.hpp.
  static Sides of_classes(const results::ParsingClasses& classes);
  /// Of a data set: by its landmark scheme, by its parsing classes' names where they are published ones, or by the names of its soft
  /// maps, as far as they are those of published parsing classes; otherwise empty.
  static Sides of_dataset(const datasets::DatasetInfo& info);

  /// What either of two labels of a picture needs.
  /// @throws Error(argument) where both have landmarks, parsing classes or soft maps that differ
  Sides with(const Sides& other) const;

  /// A label of the mirrored picture, its points and pixels still where they were: only what they are called changes. Labels of your
  /// own are mirrored as they say.
  /// @throws Error(argument) for landmarks, unless `points` says where each of them goes; for labels of your own without `mirror()`
  void swap(datasets::Label& label) const;
};

/// The picture mirrored left to right.
Image mirrored(const Image& image);

/// Mirrors picture and label, or the crop aimed at. Labels of your own that can't be mirrored are refused with their first sample,
/// whatever is drawn for it.
struct Mirror {
  static constexpr std::string_view kName = "mirror";
  double probability = 0.5;
  Sides sides = {};  ///< needed for landmarks

  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

}  // namespace faceptor::transforms
