#pragma once

#include <fmt/format.h>

#include <cmath>
#include <faceptor/core/error.hpp>
#include <faceptor/core/fields.hpp>
#include <faceptor/geometry/view.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace faceptor {
namespace detail {

inline constexpr int kLargestViewSide = 8192;

}  // namespace detail

FACEPTOR_INLINE std::string_view to_string(CropRule value) {
  switch (value) {
    case CropRule::whole: return "whole";
    case CropRule::box: return "box";
    case CropRule::aligned: return "aligned";
  }
  return "whole";
}

FACEPTOR_INLINE std::string View::name() const {
  auto out = std::string(to_string(crop_));
  if (needs_points() || align_template_ != AlignTemplate::arcface) out += fmt::format("({})", to_string(align_template_));
  out += fmt::format(" {}x{}", width_, height_);
  if (scale_ != 1) out += fmt::format(" scale {}", scale_);
  if (warp_ != 0) out += fmt::format(" warp {}", warp_);
  constexpr std::array<float, 3> kHalf = {0.5F, 0.5F, 0.5F};
  if (mean_ == views::kClipMean && std_ == views::kClipStd) {
    out += " clip";
  } else if (mean_ != kHalf || std_ != kHalf) {
    out += fmt::format(" mean {}/{}/{} std {}/{}/{}", mean_[0], mean_[1], mean_[2], std_[0], std_[1], std_[2]);
  }
  if (interpolation_ != Interpolation::bilinear) out += fmt::format(" {}", to_string(interpolation_));
  return out;
}

FACEPTOR_INLINE void View::check() const {
  const auto refuse = [this](const char* what, const char* expected) {
    throw Error(ErrorCode::argument, std::string("view: ") + what).expected(expected).found(name());
  };
  const auto side_fits = [](int side) { return side >= 1 && side <= detail::kLargestViewSide; };
  if (!side_fits(width_) || !side_fits(height_)) refuse("a side is out of range", "1 to 8192 pixels");
  if (!std::isfinite(scale_) || !(scale_ > 0)) refuse("the scale is out of range", "a number above 0");
  if (!(warp_ >= 0 && warp_ <= 1)) refuse("the warp factor is out of range", "0 to 1");
  for (std::size_t c = 0; c < 3; ++c) {
    if (!std::isfinite(mean_[c])) refuse("a mean is not finite", "three numbers");
    if (!std::isfinite(std_[c]) || !(std_[c] > 0)) refuse("a standard deviation is out of range", "three numbers above 0");
  }
}

template <class Visitor>
void View::each_field(Visitor&& visit) {
  const auto side = within(1, detail::kLargestViewSide).needed();
  visit("crop", crop_, FieldRule{}.needed());
  visit("width", width_, side);
  visit("height", height_, side);
  visit("scale", scale_);
  visit("warp", warp_);
  visit("mean", mean_, FieldRule{}.needed());
  visit("std", std_, FieldRule{}.needed());
  visit("interpolation", interpolation_);
  visit("template", align_template_);
}

FACEPTOR_INLINE void to_json(nlohmann::json& json, const View& view) {
  json = write_fields(view);
  if (!view.needs_points() && view.align_template() == AlignTemplate::arcface) json.erase("template");
}

FACEPTOR_INLINE void from_json(const nlohmann::json& json, View& view) {
  View read;
  read_fields(json, read, {.who = "view", .code = ErrorCode::format});
  read.check();
  view = read;
}

namespace views {

FACEPTOR_INLINE View whole(int side) { return View(CropRule::whole, side, side); }
FACEPTOR_INLINE View box(int side, float scale) { return View(CropRule::box, side, side).scale(scale); }
FACEPTOR_INLINE View aligned(int side) { return View(CropRule::aligned, side, side); }

namespace published {

FACEPTOR_INLINE View landmarks(float m) { return box(512, m).mean(kClipMean).std(kClipStd).interpolation(Interpolation::bilinear_q32); }

FACEPTOR_INLINE View parsing_lapa() {
  return aligned(512)
      .align_template(AlignTemplate::farl)
      .warp(0.8F)
      .mean(kClipMean)
      .std(kClipStd)
      .interpolation(Interpolation::bilinear_q32);
}

// OpenCV's resize, by which the reference brings these images to 512 pixels, has no 1/32 pixels, unlike its remap.
FACEPTOR_INLINE View parsing_celebam() { return whole(512).mean(kClipMean).std(kClipStd); }

FACEPTOR_INLINE View aligned112() { return aligned(112); }

}  // namespace published
}  // namespace views
}  // namespace faceptor
