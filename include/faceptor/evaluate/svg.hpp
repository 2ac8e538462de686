#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>

/// Plots as SVG text, for pages that must stand alone.
namespace faceptor::evaluate::svg {

/// Text that stands for itself in HTML and SVG.
std::string escaped(std::string_view text);

/// One line of a chart, or a cloud of points.
struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;
};

/// An axis from low to high; `logarithmic` needs low above 0.
struct Axis {
  std::string title;
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  bool percent = false;  ///< numbers beside the axis in per cent
};

/// Lines over two axes; what lies outside is cut off. Points that aren't finite break a line.
std::string line_chart(const std::string& title, const Axis& x, const Axis& y, std::span<const Series> lines);

/// Points over two axes, and the diagonal.
std::string scatter(const std::string& title, const Axis& x, const Axis& y, const Series& points);

/// Horizontal bars from 0 to 1, with the numbers beside them; a bar without a value says so.
std::string bars(const std::string& title, std::span<const std::pair<std::string, std::optional<double>>> values);

/// A square of counts: rows true, columns predicted; the shade is the share of the row.
/// @param counts  row by row, names.size() squared
std::string confusion(const std::string& title, std::span<const std::string> names, std::span<const std::int64_t> counts);

}  // namespace faceptor::evaluate::svg

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/evaluate/svg_inl.hpp>
#endif
