#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <faceptor/core/config.hpp>

/// What a report shows besides numbers, as plain data: whoever evaluates says what is to be seen, whoever writes the page draws it.
namespace faceptor::evaluate {

/// One line of a chart, or a cloud of points.
struct Series {
  std::string name{};
  std::vector<std::pair<double, double>> points{};
};

/// An axis from low to high; `logarithmic` needs low above 0.
struct Axis {
  std::string title{};
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  bool percent = false;  ///< numbers beside the axis in per cent
};

/// Lines over two axes; what lies outside is cut off. Points that aren't finite break a line.
struct LineChart {
  std::string title;
  Axis x, y;
  std::vector<Series> lines;
};

/// Points over two axes, and the diagonal.
struct Scatter {
  std::string title;
  Axis x, y;
  Series points;
};

/// Horizontal bars from 0 to 1, with the numbers beside them; a bar without a value says so.
struct Bars {
  std::string title;
  std::vector<std::pair<std::string, std::optional<double>>> values;
};

/// A square of counts: rows true, columns predicted; the shade is the share of the row.
struct Confusion {
  std::string title;
  std::vector<std::string> names;
  std::vector<std::int64_t> counts;  ///< row by row, names.size() squared
};

using Plot = std::variant<LineChart, Scatter, Bars, Confusion>;

}  // namespace faceptor::evaluate
