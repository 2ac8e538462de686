#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <faceptor/core/config.hpp>

/// The numbers of a report, and how sure one may be of them.
namespace faceptor::evaluate {

/// How a number is printed. In JSON every number stands as it is: shares from 0 to 1.
enum class Unit {
  share,   ///< 0 to 1, printed in per cent
  years,   ///< printed with two decimals
  number,  ///< anything else
};

/// "share", "years", "number".
std::string_view to_string(Unit unit);

/// Where a number lies with some certainty, had other samples of the same kind been drawn.
struct Interval {
  double low = 0;
  double high = 0;
};

/// One number of a report.
struct Figure {
  std::string name;  ///< "NME inter_ocular", "mean F1"
  Unit unit = Unit::share;
  bool less_is_better = false;  ///< an error rather than a score
  std::optional<double> value;  ///< empty where it is not defined, such as the recall of a class that never occurred
  std::optional<Interval> interval = {};
  std::string of = {};  ///< of a number, what it counts, printed behind it: "degrees"
};

/// {"name", "unit", "less_is_better", "value": number or null, "interval": [low, high] or null}
void to_json(nlohmann::json& json, const Figure& figure);

/// The value as people read it: "3.16 %", "4.10 years", "not defined".
std::string printed(const Figure& figure);
/// With its interval, in the same unit: "3.16 %  [3.02, 3.31]".
std::string printed_with_interval(const Figure& figure);

/// How intervals are found.
struct BootstrapOptions {
  int resamples = 1000;  ///< 0: no intervals
  double level = 0.95;
  std::uint64_t seed = 0;
};

/// Fills in the intervals of figures that are computed from samples: percentile bootstrap (Efron, "Bootstrap methods: another look at
/// the jackknife", 1979). Samples are drawn with replacement, as many as there are; the interval holds the middle `level` of the
/// figures that came out. A figure that isn't defined in more than half of the resamples gets none.
/// @param chosen   the samples a figure is computed from, by place
/// @param compute  the figures of any choice of samples, always the same ones in the same order
std::vector<Figure> with_intervals(std::span<const std::size_t> chosen,
                                   const std::function<std::vector<Figure>(std::span<const std::size_t>)>& compute,
                                   const BootstrapOptions& options = {});

// What a report shows besides numbers, as plain data: the evaluation says what is to be seen, the page's writer draws it.

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

/// A table of shares from 0 to 1, shaded, each printed in per cent; a cell without one is a dash.
struct Shares {
  std::string title;
  std::vector<std::string> rows, columns;
  std::vector<std::optional<double>> values;  ///< row by row
};

using Plot = std::variant<LineChart, Scatter, Bars, Confusion, Shares>;

}  // namespace faceptor::evaluate
