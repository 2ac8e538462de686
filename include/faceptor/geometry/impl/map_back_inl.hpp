#pragma once

#include <algorithm>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/geometry/impl/sampling_inl.hpp>
#include <faceptor/geometry/impl/warp_inl.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <string>

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

/// Calls `emit(index, values)` for each pixel of the region, row by row; `values` is null for pixels beside the crop.
template <bool Q32, typename Emit>
void map_back_pixels(const DenseMaps& maps, const ViewTransform& transform, const Region& region, const Emit& emit) {
  const std::size_t stride = (static_cast<std::size_t>(maps.channels) + kChannelBlock - 1) / kChannelBlock * kChannelBlock;
  const std::vector<float> values = interleaved(maps, stride);
  const EnlargedAxis columns(maps.width, transform.view_size().width), rows(maps.height, transform.view_size().height);
  const Matrix& m = transform.matrix();
  const Size view = transform.view_size();
  const double warp = transform.warp();
  std::vector<float> sum(stride);
  std::size_t index = 0;
  for (int y = region.y; y < region.y + region.height; ++y) {
    const double row_x = m(0, 1) * y + m(0, 2), row_y = m(1, 1) * y + m(1, 2);
    for (int x = region.x; x < region.x + region.width; ++x, ++index) {
      const auto view_x = static_cast<float>(warp_position(m(0, 0) * x + row_x, view.width, warp));
      const auto view_y = static_cast<float>(warp_position(m(1, 0) * x + row_y, view.height, warp));
      BilinearTaps place;
      if (!bilinear_taps<Q32>(view_x, view_y, view.width, view.height, place)) {
        emit(index, nullptr);
        continue;
      }
      const auto across = columns.at(place.x, place.fx), down = rows.at(place.y, place.fy);
      const float* corner =
          values.data() +
          (static_cast<std::size_t>(down.first) * static_cast<std::size_t>(maps.width) + static_cast<std::size_t>(across.first)) * stride;
      for (std::size_t block = 0; block < stride; block += kChannelBlock) {
        float block_sum[kChannelBlock] = {};
        for (int j = 0; j < down.count; ++j) {
          const float* pixel = corner + static_cast<std::size_t>(j) * static_cast<std::size_t>(maps.width) * stride + block;
          for (int i = 0; i < across.count; ++i, pixel += stride) {
            const float weight = down.weights[j] * across.weights[i];
            for (std::size_t c = 0; c < kChannelBlock; ++c) block_sum[c] += weight * pixel[c];
          }
        }
        std::copy_n(block_sum, kChannelBlock, sum.data() + block);
      }
      emit(index, sum.data());
    }
  }
}

template <typename Emit>
void map_back_pixels(const DenseMaps& maps, const ViewTransform& transform, const Region& region, Interpolation interpolation,
                     const Emit& emit) {
  if (interpolation == Interpolation::bilinear_q32) {
    map_back_pixels<true>(maps, transform, region, emit);
  } else {
    map_back_pixels<false>(maps, transform, region, emit);
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
  std::uint8_t* labels = out.labels.labels.data();
  const int channels = maps.channels;
  detail::map_back_pixels(maps, transform, region, interpolation, [labels, channels](std::size_t i, const float* values) {
    if (values != nullptr) labels[i] = static_cast<std::uint8_t>(std::max_element(values, values + channels) - values);
  });
  return out;
}

FACEPTOR_INLINE FloatImage map_back(const DenseMaps& maps, const ViewTransform& transform, Region region, Interpolation interpolation) {
  detail::check_map_back(maps, transform, region, interpolation);
  FloatImage out{region.width, region.height, maps.channels, {}};
  const auto channels = static_cast<std::size_t>(maps.channels);
  out.values.resize(static_cast<std::size_t>(region.width) * static_cast<std::size_t>(region.height) * channels);
  float* target = out.values.data();
  detail::map_back_pixels(maps, transform, region, interpolation, [target, channels](std::size_t i, const float* values) {
    if (values != nullptr) std::copy_n(values, channels, target + i * channels);
  });
  return out;
}

}  // namespace faceptor
