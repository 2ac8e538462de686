#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/geometry/crop_picture.hpp>

namespace faceptor {

FACEPTOR_INLINE View view_of_aligned_picture(std::string_view text) {
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  int side = 0;
  if (colon != std::string_view::npos) {
    const auto* end = text.data() + text.size();
    const auto [rest, failed] = std::from_chars(text.data() + colon + 1, end, side);
    if (failed != std::errc() || rest != end) side = 0;
  }
  if ((name != "aligned" && name != "farl") || side < 1 || side > 8192) {
    throw Error(ErrorCode::argument, "geometry: this names no crop")
        .expected("aligned:SIDE or farl:SIDE, with a side of 1 to 8192 pixels")
        .found("\"" + std::string(text) + "\"");
  }
  return View(CropRule::aligned, side, side)
      .align_template(name == "farl" ? AlignTemplate::farl : AlignTemplate::arcface)
      .mean({0, 0, 0})
      .std({1, 1, 1});
}

FACEPTOR_INLINE Image crop_picture(const Image& photo, const View& view, const ViewTransform& transform) {
  const auto plain = View(view).mean({0, 0, 0}).std({1, 1, 1});
  const auto pixels = static_cast<std::size_t>(view.width()) * static_cast<std::size_t>(view.height());
  std::vector<float> planes(3 * pixels);
  extract(photo, plain, transform, planes);
  std::vector<std::uint8_t> rgb(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t c = 0; c < 3; ++c) rgb[3 * i + c] = static_cast<std::uint8_t>(std::lround(255 * planes[c * pixels + i]));
  }
  return {view.width(), view.height(), std::move(rgb)};
}

FACEPTOR_INLINE Image aligned_picture(const Image& photo, const View& view, const FivePoints& points) {
  return crop_picture(photo, view, ViewTransform::of(view, photo.width(), photo.height(), nullptr, &points));
}

}  // namespace faceptor
