#pragma once

#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/transforms/transform_state.hpp>
#include <faceptor/geometry/remap.hpp>
#include <faceptor/geometry/warp.hpp>

namespace faceptor::data {
namespace detail {

FACEPTOR_INLINE Error step_order_error(std::string what, std::string hint) {
  return Error(ErrorCode::argument, "data: " + std::move(what)).hint(std::move(hint));
}

FACEPTOR_INLINE std::string size_text(Size size) { return std::to_string(size.width) + "x" + std::to_string(size.height); }

FACEPTOR_INLINE void expect_mask_fits(const Label& label, const Sample& sample) {
  const Size picture{sample.image.width(), sample.image.height()};
  const auto expect = [&](const char* what, Size size, std::size_t numbers, bool filled) {
    if (size == picture && filled) return;
    throw Error(ErrorCode::shape, "data: the " + std::string(what) + " don't fit the picture")
        .where(sample.name)
        .expected(size_text(picture))
        .found(size_text(size) + " with " + std::to_string(numbers) + " labels");
  };
  if (const auto* parsing = std::get_if<ParsingLabels>(&label)) {
    const auto& [width, height, labels] = parsing->classes;
    expect("parsing labels", {width, height}, labels.size(), labels.size() == sample.image.pixels().size() / 3);
  }
  if (const auto* maps = std::get_if<SoftMapLabels>(&label)) {
    expect("soft maps", {maps->width, maps->height}, maps->values.size(), maps->maps() > 0);
  }
}

/// Places in the outer half of a picture's outermost pixels become those pixels' centres. A resize repeats its edges, and so shall the
/// maps beside it; what lies farther out is outside.
FACEPTOR_INLINE void settle_at_edges(SamplingMap& places, int width, int height) {
  constexpr float kHalf = 0.5F + 1e-3F;
  const auto settled = [](float place, int side) {
    const auto last = static_cast<float>(side - 1);
    return place < 0 && place >= -kHalf ? 0 : place > last && place <= last + kHalf ? last : place;
  };
  for (std::size_t i = 0; i < places.xy.size(); i += 2) {
    places.xy[i] = settled(places.xy[i], width);
    places.xy[i + 1] = settled(places.xy[i + 1], height);
  }
}

/// @param whole  the picture is one that was resized, cut or mirrored, not sampled at places that may lie outside
FACEPTOR_INLINE void move_label(Label& label, const LabelMove& move, bool whole) {
  const auto& [matrix, size, warp] = move;
  if (auto* landmarks = std::get_if<LandmarkLabels>(&label)) landmarks->points = move(landmarks->points);
  if (auto* parsing = std::get_if<ParsingLabels>(&label)) {
    parsing->classes = remap(parsing->classes, crop_sampling_map(matrix, size, warp));
  }
  if (auto* maps = std::get_if<SoftMapLabels>(&label)) {
    auto places = crop_sampling_map(matrix, size, warp);
    if (whole) settle_at_edges(places, maps->width, maps->height);
    *maps = {size.width, size.height, remap(DenseMaps{static_cast<int>(maps->maps()), maps->height, maps->width, maps->values}, places)};
  }
  if (auto* own = std::get_if<OwnLabel>(&label)) *own = own->moved(move);
}

}  // namespace detail

FACEPTOR_INLINE TransformState::TransformState(const Sample& sample)
    : label(sample.label), further(sample.further), sample_(&sample), picture_(&sample.image) {
  if (sample.image.empty()) throw Error(ErrorCode::argument, "data: the sample's picture is empty").where(sample.name);
  detail::expect_mask_fits(label, sample);
  for (const auto& other : further) detail::expect_mask_fits(other, sample);
}

FACEPTOR_INLINE Size TransformState::size() const noexcept {
  if (const auto* planes = std::get_if<PlanarImage>(&picture_)) return planes->size;
  const auto* own = std::get_if<Image>(&picture_);
  const Image& image = own != nullptr ? *own : *std::get<const Image*>(picture_);
  return {image.width(), image.height()};
}

FACEPTOR_INLINE bool TransformState::in_bytes() const noexcept { return !std::holds_alternative<PlanarImage>(picture_); }

FACEPTOR_INLINE const Image& TransformState::bytes() const {
  if (const auto* own = std::get_if<Image>(&picture_)) return *own;
  if (const auto* borrowed = std::get_if<const Image*>(&picture_)) return **borrowed;
  throw detail::step_order_error("a step for 8-bit pictures comes after one that made floats of it", "put it before them");
}

FACEPTOR_INLINE Image& TransformState::edit_bytes() {
  const Image& image = bytes();
  if (!std::holds_alternative<Image>(picture_)) picture_ = Image(image);
  return std::get<Image>(picture_);
}

FACEPTOR_INLINE PlanarImage& TransformState::planes() {
  if (normalised_) throw detail::step_order_error("a step for colours in 0..1 comes after the normalisation", "put it before");
  if (in_bytes()) picture_ = to_planes(bytes());
  return std::get<PlanarImage>(picture_);
}

FACEPTOR_INLINE PlanarImage& TransformState::normalised_planes() {
  if (!normalised_) throw detail::step_order_error("a step for normalised pictures comes before the normalisation", "put it after");
  return std::get<PlanarImage>(picture_);
}

FACEPTOR_INLINE void TransformState::set_normalised(PlanarImage planes) {
  picture_ = std::move(planes);
  normalised_ = true;
}

FACEPTOR_INLINE void TransformState::check_geometry() const {
  if (warp_ > 0) throw detail::step_order_error("a step moves the picture after it was warped", "put it before the warp");
}

FACEPTOR_INLINE void TransformState::move_labels(const LabelMove& move, bool whole) {
  detail::move_label(label, move, whole);
  for (auto& other : further) detail::move_label(other, move, whole);
}

FACEPTOR_INLINE void TransformState::replace(Image picture, const Matrix& move) {
  check_geometry();
  if (aiming_) {
    throw detail::step_order_error("a step changes the picture while a crop is aimed at", "put it before the crop, or after the map");
  }
  move_labels({move, {picture.width(), picture.height()}, 0}, true);
  picture_ = std::move(picture);
  photo_to_picture_ = move * photo_to_picture_;
}

FACEPTOR_INLINE void TransformState::aim(const Matrix& to_crop, Size crop) {
  check_geometry();
  picture_to_crop_ = to_crop * inverted(photo_to_picture_);
  crop_ = crop;
  aiming_ = true;
}

FACEPTOR_INLINE void TransformState::aim_further(const Matrix& step, Size crop) {
  check_geometry();
  picture_to_crop_ = step * picture_to_crop_;
  crop_ = crop;
  aiming_ = true;
}

FACEPTOR_INLINE void TransformState::arrive(PlanarImage crop, float warp, bool already_normalised) {
  check_geometry();
  move_labels({picture_to_crop_, crop.size, warp}, false);
  photo_to_picture_ = picture_to_crop_ * photo_to_picture_;
  picture_to_crop_ = Matrix::Identity();
  aiming_ = false;
  warp_ = warp;
  picture_ = std::move(crop);
  normalised_ = already_normalised;
}

FACEPTOR_INLINE Prepared TransformState::finish() && {
  if (aiming_) throw detail::step_order_error("the chain ends with a crop that was never sampled", "add a map");
  if (!normalised_) throw detail::step_order_error("the chain ends before the picture is normalised", "add a normalisation");
  auto& planes = std::get<PlanarImage>(picture_);
  return {planes.size, std::move(planes.values), std::move(label), std::move(further), sample_->name, photo_to_picture_, warp_};
}

}  // namespace faceptor::data
