#include <algorithm>
#include <cmath>

#include <faceptor/transforms/impl/parameters.hpp>
#include <faceptor/transforms/planar_image.hpp>
#include <faceptor/transforms/rand_augment.hpp>

namespace faceptor::transforms {
namespace {

/// Where a moving operation samples from, in edge coordinates; identity for the others.
Matrix augment_source(AugmentOp op, double argument, Size size) {
  switch (op) {
    case AugmentOp::rotate: return rotation_source(argument, size);
    case AugmentOp::shear_x: return shear_source(argument, 0);
    case AugmentOp::shear_y: return shear_source(0, argument);
    case AugmentOp::translate_x: return translation_source(argument * size.width, 0);
    case AugmentOp::translate_y: return translation_source(0, argument * size.height);
    default: return Matrix::Identity();
  }
}

bool moves_pixels(AugmentOp op) { return op == AugmentOp::rotate || op >= AugmentOp::shear_x; }

void augment_colors(Image& image, AugmentOp op, double argument) {
  switch (op) {
    case AugmentOp::autocontrast: return autocontrast(image);
    case AugmentOp::equalize: return equalize(image);
    case AugmentOp::invert: return invert(image);
    case AugmentOp::posterize: return posterize(image, static_cast<int>(argument));
    case AugmentOp::solarize: return solarize(image, static_cast<int>(argument));
    case AugmentOp::solarize_add: return solarize_add(image, static_cast<int>(argument));
    case AugmentOp::color: return enhance_color(image, argument);
    case AugmentOp::contrast: return enhance_contrast(image, argument);
    case AugmentOp::brightness: return enhance_brightness(image, argument);
    case AugmentOp::sharpness: return enhance_sharpness(image, argument);
    default: return;
  }
}

}  // namespace

std::string_view to_string(AugmentOp op) {
  static constexpr std::array<std::string_view, 15> kNames = {"autocontrast", "equalize",     "invert",  "rotate",      "posterize",
                                                              "solarize",     "solarize_add", "color",   "contrast",    "brightness",
                                                              "sharpness",    "shear_x",      "shear_y", "translate_x", "translate_y"};
  return kNames[static_cast<std::size_t>(op)];
}

double augment_argument(AugmentOp op, double magnitude, bool negative) {
  const double level = magnitude / 10, sign = negative ? -1 : 1;
  switch (op) {
    case AugmentOp::autocontrast:
    case AugmentOp::equalize:
    case AugmentOp::invert: return 0;
    case AugmentOp::rotate: return sign * 30 * level;
    case AugmentOp::posterize: return 4 - std::floor(level * 4);
    case AugmentOp::solarize: return 256 - std::floor(level * 256);
    case AugmentOp::solarize_add: return std::floor(level * 110);
    case AugmentOp::color:
    case AugmentOp::contrast:
    case AugmentOp::brightness:
    case AugmentOp::sharpness: return std::max(0.1, 1 + sign * 0.9 * level);
    case AugmentOp::shear_x:
    case AugmentOp::shear_y: return sign * 0.3 * level;
    case AugmentOp::translate_x:
    case AugmentOp::translate_y: return sign * 0.45 * level;
  }
  return 0;
}

Image augmented(const Image& image, AugmentOp op, double argument, std::uint8_t fill) {
  if (moves_pixels(op)) {
    return affine_bicubic(image, augment_source(op, argument, {image.width(), image.height()}), fill);
  }
  Image out = image;
  augment_colors(out, op, argument);
  return out;
}

Matrix augment_move(AugmentOp op, double argument, Size size) {
  if (!moves_pixels(op)) return Matrix::Identity();
  // From edge coordinates to pixel centres: half a pixel off before and after.
  Matrix to_edges = Matrix::Identity(), to_centers = Matrix::Identity();
  to_edges(0, 2) = to_edges(1, 2) = 0.5;
  to_centers(0, 2) = to_centers(1, 2) = -0.5;
  return to_centers * inverted(augment_source(op, argument, size)) * to_edges;
}

void RandAugment::check() const {
  detail::check_parameter(kName, "ops", ops, 0, 100);
  detail::check_probability(kName, probability);
  detail::check_parameter(kName, "magnitude", magnitude, 0, 10);
  detail::check_parameter(kName, "deviation", deviation, 0, 100);
  detail::check_parameter(kName, "fill", fill, 0, 255);
}

nlohmann::json RandAugment::describe() const {
  return {{"ops", ops}, {"probability", probability}, {"magnitude", magnitude}, {"deviation", deviation}, {"fill", fill}};
}

void RandAugment::apply(TransformState& state) const {
  for (int i = 0; i < ops; ++i) {
    const AugmentOp op = kAugmentOps[state.random.integer(kAugmentOps.size())];
    if (!state.random.chance(probability)) continue;
    const double drawn = std::clamp(magnitude + deviation * state.random.normal(), 0.0, 10.0);
    const double argument = augment_argument(op, drawn, state.random.chance(0.5));
    if (moves_pixels(op)) {
      state.replace(augmented(state.bytes(), op, argument, static_cast<std::uint8_t>(fill)), augment_move(op, argument, state.size()));
    } else {
      augment_colors(state.edit_bytes(), op, argument);
    }
  }
}

std::optional<Size> erasing_rectangle(double area, double log_aspect, Size picture) {
  const double target = area * picture.width * picture.height, aspect = std::exp(log_aspect);
  const double height = std::nearbyint(std::sqrt(target * aspect)), width = std::nearbyint(std::sqrt(target / aspect));
  if (!(height < picture.height && width < picture.width)) return std::nullopt;
  return Size{static_cast<int>(width), static_cast<int>(height)};
}

void RandomErasing::check() const {
  detail::check_probability(kName, probability);
  detail::check_range(kName, "smallest and largest", smallest, largest, 0, 1);
  detail::check_parameter(kName, "least_aspect", least_aspect, 1e-3, 1);
  detail::check_parameter(kName, "attempts", attempts, 1, 1000);
}

nlohmann::json RandomErasing::describe() const {
  return {
      {"probability", probability}, {"smallest", smallest}, {"largest", largest}, {"least_aspect", least_aspect}, {"attempts", attempts}};
}

void RandomErasing::apply(TransformState& state) const {
  auto& planes = state.normalised_planes();
  auto& random = state.random;
  if (!random.chance(probability)) return;
  const double widest = -std::log(least_aspect);
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const double area = smallest + (largest - smallest) * random.uniform();
    const double log_aspect = widest * (2 * random.uniform() - 1);
    const auto rectangle = erasing_rectangle(area, log_aspect, planes.size);
    if (!rectangle) continue;
    const auto top = random.integer(0, planes.size.height - rectangle->height);
    const auto left = random.integer(0, planes.size.width - rectangle->width);
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::int64_t y = top; y < top + rectangle->height; ++y) {
        float* row = planes.plane(c).data() + y * planes.size.width + left;
        for (int x = 0; x < rectangle->width; ++x) row[x] = static_cast<float>(random.normal());
      }
    }
    return;
  }
}

}  // namespace faceptor::transforms
