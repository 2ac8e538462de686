#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/geometry/impl/sampling_inl.hpp>
#include <faceptor/geometry/impl/warp_inl.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <string>
#include <utility>
#include <vector>

namespace faceptor {
namespace detail {

/// One axis of maps that are enlarged to the view, then read between the view's pixels, without the enlarged maps ever being there:
/// the two view pixels about a place draw on at most three neighbouring map pixels.
class EnlargedAxis {
 public:
  struct Taps {
    int first = 0;
    int count = 0;
    float weights[3] = {0, 0, 0};
  };

  EnlargedAxis(int maps, int view) : view_(view), first_(static_cast<std::size_t>(view)), share_(first_.size()) {
    const double ratio = static_cast<double>(maps) / view;
    for (int i = 0; i < view; ++i) {
      const double place = maps == view ? i : std::max(0.0, (i + 0.5) * ratio - 0.5);
      const int below = std::min(static_cast<int>(place), maps - 1);
      first_[static_cast<std::size_t>(i)] = below;
      share_[static_cast<std::size_t>(i)] = below + 1 < maps ? static_cast<float>(place - below) : 0.0F;
    }
  }

  /// @param pixel   the view pixel at or before the place, -1 to view - 1
  /// @param beyond  how far beyond it the place lies, 0 to 1
  Taps at(int pixel, float beyond) const {
    Taps taps;
    taps.first = first_[static_cast<std::size_t>(std::clamp(pixel, 0, view_ - 1))];
    if (pixel >= 0 && pixel < view_) add(pixel, 1 - beyond, taps);
    if (pixel + 1 < view_) add(pixel + 1, beyond, taps);
    taps.count = taps.weights[2] != 0 ? 3 : taps.weights[1] != 0 ? 2 : 1;
    return taps;
  }

  /// The first and the last map pixel that places between two view pixels draw on.
  std::pair<int, int> reach(int first, int last) const {
    const auto i = static_cast<std::size_t>(std::clamp(first, 0, view_ - 1)), j = static_cast<std::size_t>(std::clamp(last, 0, view_ - 1));
    return {first_[i], first_[j] + (share_[j] > 0 ? 1 : 0)};
  }

 private:
  void add(int pixel, float weight, Taps& taps) const {
    const auto i = static_cast<std::size_t>(pixel);
    const int slot = first_[i] - taps.first;
    taps.weights[slot] += weight * (1 - share_[i]);
    if (share_[i] > 0) taps.weights[slot + 1] += weight * share_[i];
  }

  int view_;
  std::vector<int> first_;
  std::vector<float> share_;
};

/// Channels are summed in blocks of this many, whose sums stay in registers.
inline constexpr std::size_t kChannelBlock = 8;

/// Planes to one row of channels a pixel, filled up to whole blocks with zeros, so that the innermost loop of sampling runs over a
/// fixed number of neighbouring values.
FACEPTOR_INLINE std::vector<float> interleaved(const DenseMaps& maps, std::size_t stride) {
  const auto plane = static_cast<std::size_t>(maps.height) * static_cast<std::size_t>(maps.width);
  const auto channels = static_cast<std::size_t>(maps.channels);
  std::vector<float> out(plane * stride);
  for (std::size_t c = 0; c < channels; ++c) {
    const float* source = maps.values.data() + c * plane;
    for (std::size_t i = 0; i < plane; ++i) out[i * stride + c] = source[i];
  }
  return out;
}

FACEPTOR_INLINE void check_map_back(const DenseMaps& maps, const ViewTransform& transform, const Region& region,
                                    Interpolation interpolation) {
  const Size view = transform.view_size(), photo = transform.photo_size();
  const std::int64_t shape[] = {maps.channels, maps.height, maps.width};
  if (maps.channels < 1 || maps.height < 1 || maps.width < 1 || maps.height > view.height || maps.width > view.width ||
      maps.values.size() !=
          static_cast<std::size_t>(maps.channels) * static_cast<std::size_t>(maps.height) * static_cast<std::size_t>(maps.width)) {
    throw Error(ErrorCode::shape, "view: dense maps don't fit the view they are of")
        .expected("C x h x w numbers, h x w at most " + std::to_string(view.height) + "x" + std::to_string(view.width))
        .found(text::shape(shape) + " with " + std::to_string(maps.values.size()) + " numbers");
  }
  if (region.x < 0 || region.y < 0 || region.width < 0 || region.height < 0 || region.width > photo.width - region.x ||
      region.height > photo.height - region.y) {
    throw Error(ErrorCode::argument, "view: a region to map back to leaves the photo");
  }
  if (interpolation != Interpolation::bilinear && interpolation != Interpolation::bilinear_q32) {
    throw Error(ErrorCode::argument, "view: dense maps are mapped back bilinearly").found(std::string(to_string(interpolation)));
  }
}

/// Dense maps read at pixels of the photo.
template <bool Q32>
class MapSampler {
 public:
  MapSampler(const DenseMaps& maps, const ViewTransform& transform)
      : stride_((static_cast<std::size_t>(maps.channels) + kChannelBlock - 1) / kChannelBlock * kChannelBlock),
        values_(interleaved(maps, stride_)),
        map_width_(static_cast<std::size_t>(maps.width)),
        matrix_(transform.matrix()),
        view_(transform.view_size()),
        warp_(transform.warp()),
        columns_(maps.width, view_.width),
        rows_(maps.height, view_.height),
        sum_(stride_) {}

  /// Where a pixel of the photo lies in the view.
  float view_x(int x, int y) const {
    return static_cast<float>(warp_position(matrix_(0, 0) * x + (matrix_(0, 1) * y + matrix_(0, 2)), view_.width, warp_));
  }
  float view_y(int x, int y) const {
    return static_cast<float>(warp_position(matrix_(1, 0) * x + (matrix_(1, 1) * y + matrix_(1, 2)), view_.height, warp_));
  }

  /// All maps at a pixel of the photo, valid until the next call; null beside the crop.
  const float* at(int x, int y) {
    BilinearTaps place;
    if (!bilinear_taps<Q32>(view_x(x, y), view_y(x, y), view_.width, view_.height, place)) return nullptr;
    const auto across = columns_.at(place.x, place.fx), down = rows_.at(place.y, place.fy);
    const float* corner = pixel(across.first, down.first);
    for (std::size_t block = 0; block < stride_; block += kChannelBlock) {
      float block_sum[kChannelBlock] = {};
      for (int j = 0; j < down.count; ++j) {
        const float* value = corner + static_cast<std::size_t>(j) * map_width_ * stride_ + block;
        for (int i = 0; i < across.count; ++i, value += stride_) {
          const float weight = down.weights[j] * across.weights[i];
          for (std::size_t c = 0; c < kChannelBlock; ++c) block_sum[c] += weight * value[c];
        }
      }
      std::copy_n(block_sum, kChannelBlock, sum_.data() + block);
    }
    return sum_.data();
  }

  /// All maps at one of their own pixels.
  const float* pixel(int x, int y) const {
    return values_.data() + (static_cast<std::size_t>(y) * map_width_ + static_cast<std::size_t>(x)) * stride_;
  }
  Size view() const noexcept { return view_; }
  const Matrix& matrix() const noexcept { return matrix_; }
  const EnlargedAxis& columns() const noexcept { return columns_; }
  const EnlargedAxis& rows() const noexcept { return rows_; }

 private:
  std::size_t stride_;
  std::vector<float> values_;
  std::size_t map_width_;
  Matrix matrix_;
  Size view_;
  double warp_;
  EnlargedAxis columns_, rows_;
  std::vector<float> sum_;
};

/// The class of each pixel of a region, a square of pixels at a time: where all map pixels that a square draws on clearly have one class,
/// each blend of them has it too, and nothing needs to be blended. The labels are those of blending everywhere.
template <bool Q32>
class LabelPainter {
 public:
  LabelPainter(const DenseMaps& maps, const ViewTransform& transform, RegionLabels& out)
      : sampler_(maps, transform), channels_(maps.channels), map_width_(maps.width), out_(out) {
    float largest = 0;
    for (const float v : maps.values) largest = std::max(largest, std::abs(v));
    // Blends of up to nine values are off by a few units of the last place (6e-8).
    const float margin = std::max(1e-5F * largest, 1e-12F);
    clear_.reserve(static_cast<std::size_t>(maps.width) * static_cast<std::size_t>(maps.height));
    for (int y = 0; y < maps.height; ++y) {
      for (int x = 0; x < maps.width; ++x) clear_.push_back(clear_class(sampler_.pixel(x, y), margin));
    }
  }

  void paint() {
    constexpr int kSide = 64;
    const auto& region = out_.region;
    for (int y = 0; y < region.height; y += kSide) {
      for (int x = 0; x < region.width; x += kSide) {
        paint({region.x + x, region.y + y, std::min(kSide, region.width - x), std::min(kSide, region.height - y)});
      }
    }
  }

 private:
  static constexpr int kUnclear = -1, kBeside = -2;

  /// The places of a view's axis that a square's pixels have.
  struct Span {
    float low, high;
  };

  int clear_class(const float* values, float margin) const {
    const auto best = std::max_element(values, values + channels_);
    for (int c = 0; c < channels_; ++c) {
      if (values + c != best && !(*best - values[c] > margin)) return kUnclear;
    }
    return static_cast<int>(best - values);
  }

  void paint(const Region& square) {
    constexpr int kSmallest = 8;
    const int label = class_of(square);
    if (label == kBeside) return;  // all labels start as 0
    if (label >= 0) {
      for (int y = square.y; y < square.y + square.height; ++y)
        std::fill_n(place(square.x, y), square.width, static_cast<std::uint8_t>(label));
    } else if (std::max(square.width, square.height) <= kSmallest) {
      for (int y = square.y; y < square.y + square.height; ++y) {
        auto* labels = place(square.x, y);
        for (int x = square.x; x < square.x + square.width; ++x, ++labels) {
          if (const float* values = sampler_.at(x, y))
            *labels = static_cast<std::uint8_t>(std::max_element(values, values + channels_) - values);
        }
      }
    } else {
      const int left = (square.width + 1) / 2, top = (square.height + 1) / 2;
      paint({square.x, square.y, left, top});
      if (square.width > left) paint({square.x + left, square.y, square.width - left, top});
      if (square.height > top) paint({square.x, square.y + top, left, square.height - top});
      if (square.width > left && square.height > top) paint({square.x + left, square.y + top, square.width - left, square.height - top});
    }
  }

  std::uint8_t* place(int x, int y) {
    return out_.labels.labels.data() + static_cast<std::size_t>(y - out_.region.y) * static_cast<std::size_t>(out_.region.width) +
           static_cast<std::size_t>(x - out_.region.x);
  }

  /// The class that all pixels of a square have as far as the map pixels tell, else `kUnclear`; or `kBeside`.
  int class_of(const Region& square) const {
    // Matrix and warp are monotonic in x and in y, so that the extremes lie at corners.
    const auto span = [&](int axis, auto view_place) {
      const auto& m = sampler_.matrix();
      const int last_x = square.x + square.width - 1, last_y = square.y + square.height - 1;
      const bool right = m(axis, 0) > 0, down = m(axis, 1) > 0;
      return Span{view_place(right ? square.x : last_x, down ? square.y : last_y),
                  view_place(right ? last_x : square.x, down ? last_y : square.y)};
    };
    const auto across = span(0, [&](int x, int y) { return sampler_.view_x(x, y); });
    const auto down = span(1, [&](int x, int y) { return sampler_.view_y(x, y); });
    const auto view = sampler_.view();
    const auto beside = [](const Span& s, int size) { return s.high <= -1 || s.low >= static_cast<float>(size); };
    if (beside(across, view.width) || beside(down, view.height)) return kBeside;
    // Near an edge what lies beyond counts 0, which takes from all classes alike; a place rounded to 1/32 may be left with nothing.
    const auto within = [](const Span& s, int size) {
      return Q32 ? s.low >= 0 && s.high <= static_cast<float>(size - 1) : s.low > -1 && s.high < static_cast<float>(size);
    };
    if (!within(across, view.width) || !within(down, view.height)) return kUnclear;
    const auto [x0, x1] = sampler_.columns().reach(floor_to_int(across.low), floor_to_int(across.high) + 1);
    const auto [y0, y1] = sampler_.rows().reach(floor_to_int(down.low), floor_to_int(down.high) + 1);
    const int label = clear_at(x0, y0);
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        if (clear_at(x, y) != label) return kUnclear;
      }
    }
    return label;
  }

  int clear_at(int x, int y) const {
    return clear_[static_cast<std::size_t>(y) * static_cast<std::size_t>(map_width_) + static_cast<std::size_t>(x)];
  }

  MapSampler<Q32> sampler_;
  int channels_, map_width_;
  RegionLabels& out_;
  std::vector<std::int16_t> clear_;
};

template <bool Q32>
void map_back_all(const DenseMaps& maps, const ViewTransform& transform, const Region& region, float* target) {
  MapSampler<Q32> sampler(maps, transform);
  const auto channels = static_cast<std::size_t>(maps.channels);
  for (int y = region.y; y < region.y + region.height; ++y) {
    for (int x = region.x; x < region.x + region.width; ++x, target += channels) {
      if (const float* values = sampler.at(x, y)) std::copy_n(values, channels, target);
    }
  }
}

}  // namespace detail

FACEPTOR_INLINE RegionLabels map_back_argmax(const DenseMaps& maps, const ViewTransform& transform, Interpolation interpolation) {
  return map_back_argmax(maps, transform, transform.footprint(), interpolation);
}

FACEPTOR_INLINE RegionLabels map_back_argmax(const DenseMaps& maps, const ViewTransform& transform, Region region,
                                             Interpolation interpolation) {
  detail::check_map_back(maps, transform, region, interpolation);
  if (maps.channels > 256) {
    throw Error(ErrorCode::shape, "view: too many classes for a label image").expected("at most 256").found(std::to_string(maps.channels));
  }
  RegionLabels out{region, {region.width, region.height, {}}};
  out.labels.labels.resize(static_cast<std::size_t>(region.width) * static_cast<std::size_t>(region.height));
  if (interpolation == Interpolation::bilinear_q32) {
    detail::LabelPainter<true>(maps, transform, out).paint();
  } else {
    detail::LabelPainter<false>(maps, transform, out).paint();
  }
  return out;
}

FACEPTOR_INLINE FloatImage map_back(const DenseMaps& maps, const ViewTransform& transform, Region region, Interpolation interpolation) {
  detail::check_map_back(maps, transform, region, interpolation);
  FloatImage out{region.width, region.height, maps.channels, {}};
  out.values.resize(static_cast<std::size_t>(region.width) * static_cast<std::size_t>(region.height) *
                    static_cast<std::size_t>(maps.channels));
  if (interpolation == Interpolation::bilinear_q32) {
    detail::map_back_all<true>(maps, transform, region, out.values.data());
  } else {
    detail::map_back_all<false>(maps, transform, region, out.values.data());
  }
  return out;
}

}  // namespace faceptor
