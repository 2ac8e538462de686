#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <faceptor/results/impl/json_fields_inl.hpp>
#include <faceptor/results/impl/words_inl.hpp>
#include <faceptor/results/maps.hpp>

namespace faceptor::results {

FACEPTOR_INLINE void MapsSummary::check() const {
  detail::check_labels(kTypeName, labels, ranges.size());
  const bool finite = std::all_of(ranges.begin(), ranges.end(), [](const MapRange& range) {
    return std::isfinite(range.min) && std::isfinite(range.mean) && std::isfinite(range.max);
  });
  if (!finite) throw Error(ErrorCode::argument, "results: a range of MapsSummary is not finite");
  if (width < 0 || height < 0) throw Error(ErrorCode::argument, "results: a size of MapsSummary is negative");
}

FACEPTOR_INLINE MapRange MapsSummary::range(std::string_view label) const { return ranges[detail::label_index(kTypeName, labels, label)]; }

FACEPTOR_INLINE Maps::Maps(std::vector<std::string> labels, Box roi, int width, int height, std::vector<float> values)
    : labels(std::move(labels)), roi(roi), width(width), height(height), values(std::move(values)) {
  check();
}

FACEPTOR_INLINE void Maps::check() const {
  detail::check_labels(kTypeName, labels, labels.size());
  // Divided, since the product of three numbers of a file may be beyond every number.
  const auto area = static_cast<std::size_t>(std::max(width, 0)) * static_cast<std::size_t>(std::max(height, 0));
  const bool fits = labels.empty() ? values.empty() : values.size() % labels.size() == 0 && values.size() / labels.size() == area;
  if (width < 0 || height < 0 || !fits) {
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

FACEPTOR_INLINE std::span<const float> Maps::map(std::string_view label) const& {
  const auto area = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  return std::span(values).subspan(detail::label_index(kTypeName, labels, label) * area, area);
}

FACEPTOR_INLINE std::vector<float> Maps::map(std::string_view label) const&& {
  const auto one = map(label);
  return {one.begin(), one.end()};
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

FACEPTOR_INLINE MapsSummary Maps::summary() const {
  MapsSummary summary{labels, roi, width, height, {}};
  for (const auto& label : labels) {
    const auto one = map(label);
    auto& range = summary.ranges.emplace_back();
    if (one.empty()) continue;
    const auto [lowest, highest] = std::minmax_element(one.begin(), one.end());
    const double sum = std::accumulate(one.begin(), one.end(), 0.0);
    range = {*lowest, static_cast<float>(sum / static_cast<double>(one.size())), *highest};
  }
  return summary;
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const MapsSummary& value) {
  auto summary = nlohmann::json::object();
  for (std::size_t i = 0; i < value.labels.size(); ++i) {
    const auto& range = value.ranges[i];
    summary[value.labels[i]] = {
        {"min", detail::json_number(range.min)}, {"mean", detail::json_number(range.mean)}, {"max", detail::json_number(range.max)}};
  }
  out = {{"labels", value.labels},
         {"roi", detail::json_box(value.roi)},
         {"width", value.width},
         {"height", value.height},
         {"summary", std::move(summary)}};
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const Maps& value) { to_json(out, value.summary()); }

FACEPTOR_INLINE void to_full_json(nlohmann::json& out, const Maps& value) {
  to_json(out, value);
  out["values"] = detail::json_numbers(value.values);
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, Maps& value) {
  constexpr auto type = Maps::kTypeName;
  if (in.is_object() && !in.contains("values")) {
    throw Error(ErrorCode::format, "results: these Maps were written without their values").hint("write them with JsonOptions::full");
  }
  Maps read;
  read.labels = detail::strings_field(in, type, "labels");
  read.roi = detail::box_field(in, type, "roi");
  read.width = static_cast<int>(detail::integer_field(in, type, "width", 0, 1 << 24));
  read.height = static_cast<int>(detail::integer_field(in, type, "height", 0, 1 << 24));
  read.values = detail::floats_field(in, type, "values");
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, MapsSummary& value) {
  constexpr auto type = MapsSummary::kTypeName;
  MapsSummary read;
  read.labels = detail::strings_field(in, type, "labels");
  read.roi = detail::box_field(in, type, "roi");
  read.width = static_cast<int>(detail::integer_field(in, type, "width", 0, 1 << 24));
  read.height = static_cast<int>(detail::integer_field(in, type, "height", 0, 1 << 24));
  const auto& summary = detail::json_member(in, type, "summary");
  for (const auto& label : read.labels) {
    const auto& range = detail::json_member(summary, type, label);
    read.ranges.push_back(
        {detail::float_field(range, type, "min"), detail::float_field(range, type, "mean"), detail::float_field(range, type, "max")});
  }
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE std::string to_text(const MapsSummary& value) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < value.labels.size(); ++i) {
    parts.push_back(fmt::format("{}: mean {:.2g}, max {:.2g}", detail::spaced(value.labels[i]), value.ranges[i].mean, value.ranges[i].max));
  }
  return parts.empty() ? "no maps" : text::join(parts, "; ");
}

FACEPTOR_INLINE std::string to_text(const Maps& value) { return to_text(value.summary()); }

}  // namespace faceptor::results
