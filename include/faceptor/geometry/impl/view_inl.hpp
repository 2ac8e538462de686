#pragma once

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/geometry/view.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace faceptor {
namespace detail {

inline constexpr int kLargestViewSide = 8192;

/// The shortest decimal that reads back as the same float, so that 0.8F is written as 0.8.
FACEPTOR_INLINE double shortest_decimal(float value) {
  const auto written = fmt::format("{}", value);
  double read = value;
  std::from_chars(written.data(), written.data() + written.size(), read);
  return read;
}

FACEPTOR_INLINE Error view_error(std::string what) { return Error(ErrorCode::format, "view: " + std::move(what)); }

/// The value whose name stands in a field.
template <typename Enum, std::size_t N>
Enum named_value(const nlohmann::json& json, const char* field, const Enum (&values)[N]) {
  if (!json.is_string()) throw view_error(std::string("the field \"") + field + "\" is not a string");
  const auto& name = json.get_ref<const std::string&>();
  std::vector<std::string> names;
  for (const auto value : values) {
    if (to_string(value) == name) return value;
    names.emplace_back(to_string(value));
  }
  throw view_error(std::string("unknown ") + field + " \"" + name + "\"").hint(text::suggestion(name, names));
}

FACEPTOR_INLINE float view_number(const nlohmann::json& json, const char* field) {
  if (!json.is_number()) throw view_error(std::string("the field \"") + field + "\" is not a number");
  return static_cast<float>(json.get<double>());
}

FACEPTOR_INLINE int view_side(const nlohmann::json& json, const char* field) {
  if (!json.is_number_integer()) throw view_error(std::string("the field \"") + field + "\" is not a whole number");
  const double value = json.get<double>();
  if (value < 1 || value > kLargestViewSide) {
    throw view_error(std::string("the field \"") + field + "\" is out of range")
        .expected(fmt::format("1 to {}", kLargestViewSide))
        .found(json.dump());
  }
  return static_cast<int>(value);
}

FACEPTOR_INLINE std::array<float, 3> view_triple(const nlohmann::json& json, const char* field) {
  if (!json.is_array() || json.size() != 3) throw view_error(std::string("the field \"") + field + "\" is not a list of three numbers");
  return {view_number(json[0], field), view_number(json[1], field), view_number(json[2], field)};
}

FACEPTOR_INLINE nlohmann::json triple_json(const std::array<float, 3>& value) {
  return {shortest_decimal(value[0]), shortest_decimal(value[1]), shortest_decimal(value[2])};
}

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

FACEPTOR_INLINE void to_json(nlohmann::json& json, const View& view) {
  json = {{"crop", std::string(to_string(view.crop()))},
          {"width", view.width()},
          {"height", view.height()},
          {"scale", detail::shortest_decimal(view.scale())},
          {"warp", detail::shortest_decimal(view.warp())},
          {"mean", detail::triple_json(view.mean())},
          {"std", detail::triple_json(view.std())},
          {"interpolation", std::string(to_string(view.interpolation()))}};
  if (view.needs_points() || view.align_template() != AlignTemplate::arcface) {
    json["template"] = std::string(to_string(view.align_template()));
  }
}

FACEPTOR_INLINE void from_json(const nlohmann::json& json, View& view) {
  if (!json.is_object()) throw detail::view_error("a view is written as a JSON object").found(json.type_name());
  static const std::vector<std::string> kFields = {"crop", "width", "height", "scale", "warp", "mean", "std", "interpolation", "template"};
  for (const auto* required : {"crop", "width", "height", "mean", "std"}) {
    if (!json.contains(required)) throw detail::view_error(std::string("the field \"") + required + "\" is absent");
  }
  View read;
  for (const auto& [field, value] : json.items()) {
    if (field == "crop") {
      read.crop(detail::named_value(value, "crop", {CropRule::whole, CropRule::box, CropRule::aligned}));
    } else if (field == "width") {
      read.width(detail::view_side(value, "width"));
    } else if (field == "height") {
      read.height(detail::view_side(value, "height"));
    } else if (field == "scale") {
      read.scale(detail::view_number(value, "scale"));
    } else if (field == "warp") {
      read.warp(detail::view_number(value, "warp"));
    } else if (field == "mean") {
      read.mean(detail::view_triple(value, "mean"));
    } else if (field == "std") {
      read.std(detail::view_triple(value, "std"));
    } else if (field == "interpolation") {
      read.interpolation(
          detail::named_value(value, "interpolation",
                              {Interpolation::bilinear, Interpolation::bilinear_q32, Interpolation::antialiased, Interpolation::nearest}));
    } else if (field == "template") {
      read.align_template(detail::named_value(value, "template", {AlignTemplate::farl, AlignTemplate::arcface}));
    } else {
      throw detail::view_error("unknown field \"" + field + "\"").hint(text::suggestion(field, kFields));
    }
  }
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
