#pragma once

#include <algorithm>
#include <faceptor/core/error.hpp>
#include <faceptor/geometry/impl/sampling_inl.hpp>
#include <faceptor/geometry/remap.hpp>
#include <string>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE void check_map(const SamplingMap& map) {
  if (map.width >= 0 && map.height >= 0 &&
      map.xy.size() == static_cast<std::size_t>(map.width) * static_cast<std::size_t>(map.height) * 2) {
    return;
  }
  throw Error(ErrorCode::argument, "geometry: a sampling map's buffer doesn't fit its size")
      .expected(std::to_string(map.height) + "x" + std::to_string(map.width) + "x2")
      .found(std::to_string(map.xy.size()) + " numbers");
}

FACEPTOR_INLINE void check_raster(int width, int height, int channels, std::size_t length) {
  if (width >= 0 && height >= 0 && channels > 0 &&
      length == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * static_cast<std::size_t>(channels)) {
    return;
  }
  throw Error(ErrorCode::argument, "geometry: a picture's buffer doesn't fit its size")
      .expected(std::to_string(height) + "x" + std::to_string(width) + "x" + std::to_string(channels))
      .found(std::to_string(length) + " values");
}

template <int Channels, bool Q32, typename T, typename Emit>
void remap_bilinear(const Raster<T>& source, const SamplingMap& map, std::vector<float>& pixel, const Emit& emit) {
  const std::size_t count = map.xy.size() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    sample_bilinear<Channels, Q32>(source, map.xy[2 * i], map.xy[2 * i + 1], pixel.data());
    emit(i, pixel.data());
  }
}

template <int Channels, typename T, typename Out, typename Convert>
void remap_raster(const Raster<T>& source, const SamplingMap& map, Interpolation interpolation, Out* out, const Convert& convert) {
  const auto channels = static_cast<std::size_t>(source.channels);
  if (interpolation == Interpolation::nearest) {
    const std::size_t count = map.xy.size() / 2;
    for (std::size_t i = 0; i < count; ++i) {
      if (const T* pixel = sample_nearest(source, map.xy[2 * i], map.xy[2 * i + 1])) std::copy_n(pixel, channels, out + i * channels);
    }
    return;
  }
  if (interpolation == Interpolation::antialiased) {
    throw Error(ErrorCode::argument, "geometry: a remap can't be antialiased")
        .hint("a map doesn't say how far it shrinks; ask a View for it, or average the picture before");
  }
  std::vector<float> buffer(channels);
  const auto emit = [&](std::size_t i, const float* pixel) {
    for (std::size_t c = 0; c < channels; ++c) out[i * channels + c] = convert(pixel[c]);
  };
  if (interpolation == Interpolation::bilinear_q32) {
    remap_bilinear<Channels, true>(source, map, buffer, emit);
  } else {
    remap_bilinear<Channels, false>(source, map, buffer, emit);
  }
}

}  // namespace detail

FACEPTOR_INLINE std::string_view to_string(Interpolation value) {
  switch (value) {
    case Interpolation::bilinear: return "bilinear";
    case Interpolation::bilinear_q32: return "bilinear_q32";
    case Interpolation::antialiased: return "antialiased";
    case Interpolation::nearest: return "nearest";
  }
  return "bilinear";
}

FACEPTOR_INLINE Image remap(const Image& image, const SamplingMap& map, Interpolation interpolation) {
  detail::check_map(map);
  Image out(map.width, map.height);
  detail::remap_raster<3>(detail::Raster<std::uint8_t>{image.pixels().data(), image.width(), image.height(), 3}, map, interpolation,
                          out.pixels().data(), [](float v) { return static_cast<std::uint8_t>(detail::round_half_even(v)); });
  return out;
}

FACEPTOR_INLINE FloatImage remap(const FloatImage& image, const SamplingMap& map, Interpolation interpolation) {
  detail::check_map(map);
  detail::check_raster(image.width, image.height, image.channels, image.values.size());
  FloatImage out{map.width, map.height, image.channels, {}};
  out.values.resize(map.xy.size() / 2 * static_cast<std::size_t>(image.channels));
  const detail::Raster<float> source{image.values.data(), image.width, image.height, image.channels};
  const auto keep = [](float v) { return v; };
  if (image.channels == 3) {
    detail::remap_raster<3>(source, map, interpolation, out.values.data(), keep);
  } else {
    detail::remap_raster<0>(source, map, interpolation, out.values.data(), keep);
  }
  return out;
}

FACEPTOR_INLINE std::vector<float> remap(const DenseMaps& maps, const SamplingMap& map) {
  detail::check_map(map);
  detail::check_raster(maps.width, maps.height, maps.channels, maps.values.size());
  const auto plane = static_cast<std::size_t>(maps.width) * static_cast<std::size_t>(maps.height), pixels = map.xy.size() / 2;
  std::vector<float> out(pixels * static_cast<std::size_t>(maps.channels));
  for (std::size_t c = 0; c < static_cast<std::size_t>(maps.channels); ++c) {
    const detail::Raster<float> source{maps.values.data() + c * plane, maps.width, maps.height, 1};
    detail::remap_raster<1>(source, map, Interpolation::bilinear, out.data() + c * pixels, [](float v) { return v; });
  }
  return out;
}

FACEPTOR_INLINE LabelImage remap(const LabelImage& labels, const SamplingMap& map) {
  detail::check_map(map);
  detail::check_raster(labels.width, labels.height, 1, labels.labels.size());
  LabelImage out{map.width, map.height, std::vector<std::uint8_t>(map.xy.size() / 2)};
  detail::remap_raster<1>(detail::Raster<std::uint8_t>{labels.labels.data(), labels.width, labels.height, 1}, map, Interpolation::nearest,
                          out.labels.data(), [](float) { return std::uint8_t{0}; });
  return out;
}

}  // namespace faceptor
