#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include <Eigen/LU>

#include <faceptor/image/read.hpp>
#include <faceptor/image/resize.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/transforms/degrade.hpp>
#include <faceptor/transforms/impl/parameters.hpp>

namespace faceptor::transforms {
namespace {

using Color3 = Eigen::Matrix3d;

/// A turn of the two chroma axes of YIQ, on RGB: luma stays, and greys stay as they are.
Color3 hue_matrix(double radians) {
  Color3 to_yiq, turn;
  to_yiq << 0.299, 0.587, 0.114, 0.596, -0.274, -0.322, 0.211, -0.523, 0.312;
  turn << 1, 0, 0, 0, std::cos(radians), -std::sin(radians), 0, std::sin(radians), std::cos(radians);
  return to_yiq.inverse() * turn * to_yiq;
}

Color3 saturation_matrix(double factor) {
  const Eigen::RowVector3d weights(0.299, 0.587, 0.114);
  return factor * Color3::Identity() + (1 - factor) * Eigen::Vector3d::Ones() * weights;
}

double mean_luma(const PlanarImage& planes) {
  const std::array<double, 3> weights = {0.299, 0.587, 0.114};
  double sum = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    double channel = 0;
    for (const float value : planes.plane(c)) channel += value;
    sum += weights[c] * channel;
  }
  return sum / static_cast<double>(planes.area());
}

double about_one(Random& random, double reach) { return 1 + reach * (2 * random.uniform() - 1); }

}  // namespace

void adjust_colors(PlanarImage& planes, const ColorDraws& draws) {
  // All four are affine, so that one matrix does for them; greys pass saturation and hue unchanged, which keeps the offset simple.
  const double gain = draws.brightness * draws.contrast;
  const double mean = draws.contrast == 1 ? 0 : mean_luma(planes);
  const auto offset = static_cast<float>((1 - draws.contrast) * draws.brightness * mean);
  const Eigen::Matrix3f m = (gain * hue_matrix(draws.hue) * saturation_matrix(draws.saturation)).cast<float>();
  float* red = planes.values.data();
  float* green = red + planes.area();
  float* blue = green + planes.area();
  for (std::size_t i = 0; i < planes.area(); ++i) {
    const float r = red[i], g = green[i], b = blue[i];
    red[i] = std::clamp(m(0, 0) * r + m(0, 1) * g + m(0, 2) * b + offset, 0.0F, 1.0F);
    green[i] = std::clamp(m(1, 0) * r + m(1, 1) * g + m(1, 2) * b + offset, 0.0F, 1.0F);
    blue[i] = std::clamp(m(2, 0) * r + m(2, 1) * g + m(2, 2) * b + offset, 0.0F, 1.0F);
  }
}

void apply_power(PlanarImage& planes, double exponent) {
  const auto power = static_cast<float>(exponent);
  for (auto& value : planes.values) value = std::pow(std::clamp(value, 0.0F, 1.0F), power);
}

void add_noise(PlanarImage& planes, double deviation, Random& random) {
  // Four bytes of one draw: their sum has the mean 510 and the variance 4 (256^2 - 1) / 12.
  const auto scale = static_cast<float>(deviation / std::sqrt((256.0 * 256.0 - 1) / 3));
  for (auto& value : planes.values) {
    const std::uint32_t bits = random.bits32();
    const auto sum = static_cast<int>((bits & 0xFF) + ((bits >> 8) & 0xFF) + ((bits >> 16) & 0xFF) + (bits >> 24));
    value = std::clamp(value + scale * static_cast<float>(sum - 510), 0.0F, 1.0F);
  }
}

void lower_resolution(PlanarImage& planes, double factor) {
  const auto smaller = [&](int side) { return std::clamp(static_cast<int>(std::lround(side * factor)), 1, side); };
  const Size size = planes.size, small{smaller(size.width), smaller(size.height)};
  if (small == size) return;
  planes = to_planes(resize(resize(to_bytes(planes), small.width, small.height), size.width, size.height));
}

void compress_as_jpeg(PlanarImage& planes, int quality) { planes = to_planes(decode_image(encode_jpeg(to_bytes(planes), quality))); }

void ColorJitter::check() const {
  detail::check_probability(kName, probability);
  detail::check_parameter(kName, "brightness", brightness, 0, 1);
  detail::check_parameter(kName, "contrast", contrast, 0, 1);
  detail::check_parameter(kName, "saturation", saturation, 0, 1);
  detail::check_parameter(kName, "hue", hue, 0, std::numbers::pi);
}
nlohmann::json ColorJitter::describe() const {
  return {{"probability", probability}, {"brightness", brightness}, {"contrast", contrast}, {"saturation", saturation}, {"hue", hue}};
}
void ColorJitter::apply(TransformState& state) const {
  if (!state.random.chance(probability)) return;
  ColorDraws draws;
  draws.brightness = about_one(state.random, brightness);
  draws.contrast = about_one(state.random, contrast);
  draws.saturation = about_one(state.random, saturation);
  draws.hue = hue * (2 * state.random.uniform() - 1);
  adjust_colors(state.planes(), draws);
}

void GammaJitter::check() const {
  detail::check_probability(kName, probability);
  detail::check_parameter(kName, "most", most, 1, 10);
}
nlohmann::json GammaJitter::describe() const { return {{"probability", probability}, {"most", most}}; }
void GammaJitter::apply(TransformState& state) const {
  if (!state.random.chance(probability)) return;
  apply_power(state.planes(), std::exp(std::log(most) * (2 * state.random.uniform() - 1)));
}

void SensorNoise::check() const {
  detail::check_probability(kName, probability);
  detail::check_parameter(kName, "most", most, 0, 1);
}
nlohmann::json SensorNoise::describe() const { return {{"probability", probability}, {"most", most}}; }
void SensorNoise::apply(TransformState& state) const {
  if (!state.random.chance(probability)) return;
  const double deviation = most * state.random.uniform();
  add_noise(state.planes(), deviation, state.random);
}

void LowResolution::check() const {
  detail::check_probability(kName, probability);
  detail::check_range(kName, "smallest and largest", smallest, largest, 0.01, 1);
}
nlohmann::json LowResolution::describe() const { return {{"probability", probability}, {"smallest", smallest}, {"largest", largest}}; }
void LowResolution::apply(TransformState& state) const {
  if (!state.random.chance(probability)) return;
  lower_resolution(state.planes(), smallest + (largest - smallest) * state.random.uniform());
}

void JpegBlocks::check() const {
  detail::check_probability(kName, probability);
  detail::check_range(kName, "lowest and highest", lowest, highest, 1, 100);
}
nlohmann::json JpegBlocks::describe() const { return {{"probability", probability}, {"lowest", lowest}, {"highest", highest}}; }
void JpegBlocks::apply(TransformState& state) const {
  if (!state.random.chance(probability)) return;
  compress_as_jpeg(state.planes(), static_cast<int>(state.random.integer(std::int64_t{lowest}, std::int64_t{highest})));
}

}  // namespace faceptor::transforms
