#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include <faceptor/backbone/feature_pyramid.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>

namespace faceptor {

FACEPTOR_INLINE void FeaturePyramid::add(int64_t level, torch::Tensor feature) {
  if (!levels_.empty() && level <= levels_.back()) {
    throw Error(ErrorCode::argument, "feature pyramid: levels must come in ascending order")
        .found(std::to_string(level) + " after " + std::to_string(levels_.back()));
  }
  levels_.push_back(level);
  features_.push_back(std::move(feature));
}

FACEPTOR_INLINE bool FeaturePyramid::contains(int64_t level) const noexcept {
  return std::binary_search(levels_.begin(), levels_.end(), level);
}

FACEPTOR_INLINE const torch::Tensor& FeaturePyramid::at(int64_t level) const {
  const auto it = std::lower_bound(levels_.begin(), levels_.end(), level);
  if (it == levels_.end() || *it != level) {
    throw Error(ErrorCode::argument, "feature pyramid: the feature of level " + std::to_string(level) + " was not asked for")
        .expected("one of " + text::shape(levels_));
  }
  return features_[static_cast<std::size_t>(it - levels_.begin())];
}

FACEPTOR_INLINE FeaturePyramid FeaturePyramid::rows(int64_t begin, int64_t end) const {
  FeaturePyramid part = *this;
  for (auto& feature : part.features_) feature = feature.slice(0, begin, end);
  return part;
}

FACEPTOR_INLINE std::vector<int64_t> union_of_levels(std::span<const int64_t> a, std::span<const int64_t> b) {
  std::vector<int64_t> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace faceptor
