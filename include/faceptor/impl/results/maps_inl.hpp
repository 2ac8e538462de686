#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include <faceptor/impl/results/json_fields_inl.hpp>
#include <faceptor/results/maps.hpp>

namespace faceptor::results {

FACEPTOR_INLINE Maps::Maps(std::vector<std::string> labels, Box roi, int width, int height, std::vector<float> values)
    : labels(std::move(labels)), roi(roi), width(width), height(height), values(std::move(values)) {
  check();
}

FACEPTOR_INLINE void Maps::check() const {
  detail::check_labels(kTypeName, labels, labels.size());
  if (width < 0 || height < 0 || values.size() != labels.size() * static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    throw Error(ErrorCode::argument, "results: the values of Maps don't fit its sizes")
        .expected(fmt::format("{}x{}x{}", labels.size(), height, width))
        .found(fmt::format("{} values", values.size()));
  }
  if (!values.empty() && !roi.valid()) {
    throw Error(ErrorCode::argument, "results: the rectangle of Maps is empty or not finite")
        .found(fmt::format("[{}, {}, {}, {}]", roi.x0, roi.y0, roi.x1, roi.y1));
  }
  detail::check_finite(kTypeName, "value", values);
}

FACEPTOR_INLINE std::span<const float> Maps::map(std::string_view label) const {
  const auto area = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  return std::span(values).subspan(detail::label_index(kTypeName, labels, label) * area, area);
}

FACEPTOR_INLINE float Maps::at(std::string_view label, Point photo) const {
  const auto one = map(label);
  const bool inside = photo.x >= roi.x0 && photo.x <= roi.x1 && photo.y >= roi.y0 && photo.y <= roi.y1;
  if (one.empty() || !inside) return 0;
  const float column = std::clamp((photo.x - roi.x0) / roi.width() * static_cast<float>(width) - 0.5F, 0.0F, static_cast<float>(width - 1));
  const float row = std::clamp((photo.y - roi.y0) / roi.height() * static_cast<float>(height) - 0.5F, 0.0F, static_cast<float>(height - 1));
  const int x0 = static_cast<int>(column);
  const int y0 = static_cast<int>(row);
  const int x1 = std::min(x0 + 1, width - 1);
  const int y1 = std::min(y0 + 1, height - 1);
  const auto value = [&](int x, int y) {
    return one[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  };
  const float fx = column - static_cast<float>(x0);
  const float fy = row - static_cast<float>(y0);
  return (1 - fy) * ((1 - fx) * value(x0, y0) + fx * value(x1, y0)) + fy * ((1 - fx) * value(x0, y1) + fx * value(x1, y1));
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const Maps& value) {
  out = {{"labels", value.labels},
         {"roi", detail::json_box(value.roi)},
         {"width", value.width},
         {"height", value.height},
         {"values", detail::json_numbers(value.values)}};
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, Maps& value) {
  constexpr auto type = Maps::kTypeName;
  Maps read;
  read.labels = detail::strings_field(in, type, "labels");
  read.roi = detail::box_field(in, type, "roi");
  read.width = static_cast<int>(detail::integer_field(in, type, "width", 0, 1 << 24));
  read.height = static_cast<int>(detail::integer_field(in, type, "height", 0, 1 << 24));
  read.values = detail::floats_field(in, type, "values");
  detail::check_read(read);
  value = std::move(read);
}

}  // namespace faceptor::results
