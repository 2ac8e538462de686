#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/transforms/impl/parameters.hpp>
#include <faceptor/transforms/photometric.hpp>

namespace faceptor::transforms {

void Normalise::check() const { View().mean(mean).std(std).check(); }

nlohmann::json Normalise::describe() const {
  // As a view writes them: 0.1, not 0.10000000149.
  const nlohmann::json view = View().mean(mean).std(std);
  return {{"mean", view.at("mean")}, {"std", view.at("std")}};
}

void Normalise::apply(TransformState& state) const {
  auto planes = std::move(state.planes());
  normalise(planes, mean, std);
  state.set_normalised(std::move(planes));
}

namespace {

using detail::check_parameter;
using detail::check_probability;
using detail::check_range;

/// A position beyond 0..size - 1, mirrored about the outermost pixel as often as needed.
int reflected(int position, int size) {
  if (size == 1) return 0;
  const int period = 2 * (size - 1);
  const int within = ((position % period) + period) % period;
  return within < size ? within : period - within;
}

/// Sums of `side` neighbours along a row. @param padded  the row with what lies beyond its ends
void sum_along(const float* padded, int side, std::span<float> out) {
  std::copy_n(padded, out.size(), out.data());
  for (int k = 1; k < side; ++k) {
    const float* shifted = padded + k;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += shifted[i];
  }
}

void mean_filter_plane(std::span<float> plane, Size size, int side) {
  const auto width = static_cast<std::size_t>(size.width);
  const int before = side / 2;
  std::vector<float> padded(width + static_cast<std::size_t>(side) - 1), sums(plane.size());
  for (int y = 0; y < size.height; ++y) {
    const auto offset = static_cast<std::size_t>(y) * width;
    const float* row = plane.data() + offset;
    std::copy_n(row, width, padded.begin() + before);
    for (int i = 0; i < before; ++i) padded[static_cast<std::size_t>(i)] = row[reflected(i - before, size.width)];
    for (int i = before + size.width; i < static_cast<int>(padded.size()); ++i) {
      padded[static_cast<std::size_t>(i)] = row[reflected(i - before, size.width)];
    }
    sum_along(padded.data(), side, std::span(sums).subspan(offset, width));
  }
  const float share = 1.0F / static_cast<float>(side * side);
  for (int y = 0; y < size.height; ++y) {
    float* out = plane.data() + static_cast<std::size_t>(y) * width;
    std::fill_n(out, width, 0.0F);
    for (int k = 0; k < side; ++k) {
      const float* row = sums.data() + static_cast<std::size_t>(reflected(y - before + k, size.height)) * width;
      for (std::size_t x = 0; x < width; ++x) out[x] += row[x];
    }
    for (std::size_t x = 0; x < width; ++x) out[x] *= share;
  }
}

void clip(PlanarImage& planes) {
  for (auto& value : planes.values) value = std::clamp(value, 0.0F, 1.0F);
}

}  // namespace

Region occluded_region(Size size, const OcclusionDraws& draws, double least, double range) {
  const double tall = least + range * draws[0], wide = tall - 0.2 + 0.4 * draws[1];
  const int column = static_cast<int>((size.height - 1) * draws[2]), row = static_cast<int>((size.width - 1) * draws[3]);
  const int height = static_cast<int>(size.height / 2.0 * tall), width = static_cast<int>(size.width / 2.0 * wide);
  const int top = std::max(0, row - height / 2), bottom = std::min(size.height - 1, row + height / 2);
  const int left = std::max(0, column - width / 2), right = std::min(size.width - 1, column + width / 2);
  return {left, top, right - left + 1, bottom - top + 1};
}

void black_out(PlanarImage& planes, const Region& region) {
  for (std::size_t c = 0; c < 3; ++c) {
    float* plane = planes.plane(c).data();
    for (int y = region.y; y < region.y + region.height; ++y) {
      std::fill_n(plane + static_cast<std::ptrdiff_t>(y) * planes.size.width + region.x, std::max(0, region.width), 0.0F);
    }
  }
}

void fuse_noise(PlanarImage& planes, std::span<const float> noise, float alpha) {
  for (std::size_t i = 0; i < planes.values.size(); ++i) planes.values[i] = (1 - alpha) * planes.values[i] + alpha * noise[i];
}

void to_grey(PlanarImage& planes) {
  const auto red = planes.plane(0), green = planes.plane(1), blue = planes.plane(2);
  for (std::size_t i = 0; i < red.size(); ++i) {
    red[i] = green[i] = blue[i] = 0.299F * red[i] + 0.587F * green[i] + 0.114F * blue[i];
  }
}

void apply_gamma(PlanarImage& planes, GammaCurve curve) {
  clip(planes);
  if (curve == GammaCurve::root) {
    for (auto& value : planes.values) value = std::sqrt(value);
  } else if (curve == GammaCurve::square) {
    for (auto& value : planes.values) value *= value;
  }
}

void mean_filter(PlanarImage& planes, int side) {
  if (side < 2) return;
  clip(planes);
  for (std::size_t c = 0; c < 3; ++c) mean_filter_plane(planes.plane(c), planes.size, side);
}

void Occlusion::check() const {
  detail::check_probability(kName, probability);
  detail::check_parameter(kName, "least", least, 0.2, 2);
  detail::check_parameter(kName, "range", range, 0, 2);
}
nlohmann::json Occlusion::describe() const { return {{"probability", probability}, {"least", least}, {"range", range}}; }
void Occlusion::apply(TransformState& state) const {
  if (!state.random.chance(probability)) return;
  OcclusionDraws draws;
  for (auto& draw : draws) draw = state.random.uniform();
  auto& planes = state.planes();
  black_out(planes, occluded_region(planes.size, draws, least, range));
}

void NoiseFusion::check() const {
  detail::check_probability(kName, probability);
  detail::check_parameter(kName, "strength", strength, 0, 1);
}
nlohmann::json NoiseFusion::describe() const { return {{"probability", probability}, {"strength", strength}}; }
void NoiseFusion::apply(TransformState& state) const {
  if (!state.random.chance(probability)) return;
  const float alpha = static_cast<float>(strength * state.random.uniform());
  auto& planes = state.planes();
  // Two values of 16 bits a draw, mixed in as they come: this is the dearest step of its chain.
  const auto mix = [&](float& value, std::uint32_t bits) { value = (1 - alpha) * value + alpha * (static_cast<float>(bits) / 65536); };
  auto& values = planes.values;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    const std::uint32_t bits = state.random.bits32();
    mix(values[i], bits & 0xFFFF);
    if (i + 1 < values.size()) mix(values[i + 1], bits >> 16);
  }
}

void Grey::check() const { detail::check_probability(kName, probability); }
nlohmann::json Grey::describe() const { return {{"probability", probability}}; }
void Grey::apply(TransformState& state) const {
  if (state.random.chance(probability)) to_grey(state.planes());
}

nlohmann::json Gamma::describe() const { return nlohmann::json::object(); }
void Gamma::apply(TransformState& state) const {
  static constexpr std::array<GammaCurve, 3> kCurves = {GammaCurve::root, GammaCurve::none, GammaCurve::square};
  apply_gamma(state.planes(), kCurves[state.random.integer(std::uint64_t{3})]);
}

void Blur::check() const {
  detail::check_probability(kName, probability);
  detail::check_parameter(kName, "most", most, 0, 0.5);
}
nlohmann::json Blur::describe() const { return {{"probability", probability}, {"most", most}}; }
void Blur::apply(TransformState& state) const {
  if (!state.random.chance(probability)) return;
  auto& planes = state.planes();
  const int side = static_cast<int>((planes.size.width + planes.size.height) / 2.0 * most * state.random.uniform());
  if (side >= 2) mean_filter(planes, side);
}

}  // namespace faceptor::transforms
