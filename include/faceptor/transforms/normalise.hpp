#pragma once

#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/transforms/transform_state.hpp>
#include <faceptor/geometry/view.hpp>

namespace faceptor::data::transforms {

/// Colours c in 0..1 become (c - mean) / std, for red, green, blue: the last step of most chains.
struct Normalise {
  static constexpr std::string_view kName = "normalise";
  std::array<float, 3> mean = {0.5F, 0.5F, 0.5F};
  std::array<float, 3> std = {0.5F, 0.5F, 0.5F};

  /// A view's.
  static Normalise of(const View& view) { return {view.mean(), view.std()}; }
  /// CLIP's and FaRL's: the published dense tasks'.
  static Normalise clip() { return {views::kClipMean, views::kClipStd}; }

  void check() const;
  nlohmann::json describe() const;
  /// @throws Error(argument) when the picture is normalised already
  void apply(TransformState& state) const;
};

}  // namespace faceptor::data::transforms

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/transforms/impl/normalise.cpp>
#endif
