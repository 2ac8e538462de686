#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <faceptor/report/svg.hpp>

namespace faceptor::report::svg {
namespace {

using namespace evaluate;

/// The plot's rectangle within its picture, in SVG units.
struct Frame {
  static constexpr double kWidth = 460, kHeight = 320, kLeft = 58, kTop = 34, kRight = 28, kBottom = 46;
  Axis x, y;

  static double share(const Axis& axis, double value) {
    if (axis.logarithmic) return std::log(std::max(value, axis.low) / axis.low) / std::log(axis.high / axis.low);
    return (value - axis.low) / (axis.high - axis.low);
  }
  double at_x(double value) const { return kLeft + share(x, value) * (kWidth - kLeft - kRight); }
  double at_y(double value) const { return kHeight - kBottom - share(y, value) * (kHeight - kTop - kBottom); }
};

/// Colours that colour-blind readers tell apart (Okabe and Ito, 2008).
inline constexpr std::array<const char*, 6> kLineColors = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};

std::vector<double> ticks(const Axis& axis) {
  std::vector<double> values;
  if (axis.logarithmic) {
    for (double v = std::pow(10, std::ceil(std::log10(axis.low) - 1e-9)); v <= axis.high * 1.0001; v *= 10) values.push_back(v);
    return values;
  }
  const double rough = (axis.high - axis.low) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double step = rough / power < 1.5 ? power : rough / power < 3.5 ? 2 * power : rough / power < 7.5 ? 5 * power : 10 * power;
  for (double v = std::ceil(axis.low / step - 1e-9) * step; v <= axis.high + step * 1e-6; v += step) values.push_back(v);
  return values;
}

std::string tick_text(const Axis& axis, double value) {
  if (axis.logarithmic) return fmt::format("1e{}", static_cast<int>(std::lround(std::log10(value))));
  const double shown = std::abs(value) < 1e-12 ? 0.0 : axis.percent ? value * 100 : value;  // no minus before zero
  return fmt::format("{:.4g}{}", shown, axis.percent ? " %" : "");
}

std::string opening(double width, double height, const std::string& title) {
  return fmt::format(
      "<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" role=\"img\" aria-label=\"{2}\">"
      "<text x=\"{3:.0f}\" y=\"18\" class=\"t\">{2}</text>",
      width, height, escaped(title), width / 2);
}

std::string axes(const Frame& frame, const std::string& title) {
  auto text = opening(Frame::kWidth, Frame::kHeight, title);
  const double bottom = Frame::kHeight - Frame::kBottom;
  for (const double v : ticks(frame.x)) {
    const double x = frame.at_x(v);
    text += fmt::format("<line class=\"g\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"/>", x, Frame::kTop, bottom);
    text += fmt::format("<text x=\"{:.1f}\" y=\"{}\" class=\"n\">{}</text>", x, bottom + 16, tick_text(frame.x, v));
  }
  for (const double v : ticks(frame.y)) {
    const double y = frame.at_y(v);
    text += fmt::format("<line class=\"g\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>", Frame::kLeft,
                        Frame::kWidth - Frame::kRight, y);
    text += fmt::format("<text x=\"{}\" y=\"{:.1f}\" class=\"n e\">{}</text>", Frame::kLeft - 6, y + 4, tick_text(frame.y, v));
  }
  text += fmt::format("<rect class=\"f\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", Frame::kLeft, Frame::kTop,
                      Frame::kWidth - Frame::kLeft - Frame::kRight, bottom - Frame::kTop);
  text += fmt::format("<text x=\"{}\" y=\"{}\" class=\"n\">{}</text>", (Frame::kLeft + Frame::kWidth) / 2, Frame::kHeight - 8,
                      escaped(frame.x.title));
  text += fmt::format("<text transform=\"translate(13 {}) rotate(-90)\" class=\"n\">{}</text>", (Frame::kTop + bottom) / 2,
                      escaped(frame.y.title));
  return text;
}

bool inside(const Axis& axis, double value) {
  const double slack = axis.logarithmic ? 0 : (axis.high - axis.low) * 1e-9;
  return std::isfinite(value) && value >= axis.low - slack && value <= axis.high + slack;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

namespace {

std::string draw(const LineChart& chart) {
  const auto& [title, x, y, lines] = chart;
  const Frame frame{x, y};
  auto text = axes(frame, title);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const char* color = kLineColors[i % kLineColors.size()];
    std::string path;
    bool drawing = false;
    for (const auto& [px, py] : lines[i].points) {
      const bool visible = inside(x, px) && inside(y, py);
      if (visible) path += fmt::format("{}{:.1f} {:.1f}", drawing ? "L" : "M", frame.at_x(px), frame.at_y(py));
      drawing = visible;
    }
    text += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>", path, color);
    if (lines.size() > 1 || !lines[i].name.empty()) {
      text +=
          fmt::format("<text x=\"{}\" y=\"{}\" class=\"n e\" fill=\"{}\">{}</text>", Frame::kWidth - Frame::kRight - 8,
                      Frame::kHeight - Frame::kBottom - 10 - 15 * static_cast<double>(lines.size() - 1 - i), color, escaped(lines[i].name));
    }
  }
  return text + "</svg>";
}

std::string draw(const Scatter& plot) {
  const auto& [title, x, y, points] = plot;
  const Frame frame{x, y};
  auto text = axes(frame, title);
  const double low = std::max(x.low, y.low), high = std::min(x.high, y.high);
  text += fmt::format("<line class=\"d\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>", frame.at_x(low), frame.at_y(low),
                      frame.at_x(high), frame.at_y(high));
  for (const auto& [px, py] : points.points) {
    if (!inside(x, px) || !inside(y, py)) continue;
    text += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.2\" fill=\"{}\" fill-opacity=\"0.45\"/>", frame.at_x(px), frame.at_y(py),
                        kLineColors[0]);
  }
  return text + "</svg>";
}

std::string draw(const Bars& plot) {
  const auto& [title, values] = plot;
  constexpr double kLabel = 170, kBar = 220, kRow = 18, kTop = 34;
  auto text = opening(kLabel + kBar + 70, kTop + kRow * static_cast<double>(values.size()) + 8, title);
  double y = kTop;
  for (const auto& [name, value] : values) {
    text += fmt::format("<text x=\"{}\" y=\"{:.0f}\" class=\"n e\">{}</text>", kLabel - 8, y + 13, escaped(name));
    text += fmt::format("<rect class=\"b\" x=\"{}\" y=\"{:.0f}\" width=\"{}\" height=\"12\"/>", kLabel, y + 3, kBar);
    if (value) {
      text += fmt::format("<rect x=\"{}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"12\" fill=\"{}\"/>", kLabel, y + 3,
                          kBar * std::clamp(*value, 0.0, 1.0), kLineColors[0]);
    }
    text += fmt::format("<text x=\"{}\" y=\"{:.0f}\" class=\"n s\">{}</text>", kLabel + kBar + 6, y + 13,
                        value ? fmt::format("{:.1f} %", *value * 100) : std::string("not defined"));
    y += kRow;
  }
  return text + "</svg>";
}

std::string draw(const Confusion& plot) {
  const auto& [title, names, counts] = plot;
  constexpr double kLabel = 110, kTop = 110;
  const auto n = names.size();
  const double cell = n > 12 ? 24 : 44;
  auto text = opening(kLabel + cell * static_cast<double>(n) + 10, kTop + cell * static_cast<double>(n) + 10, title);
  for (std::size_t row = 0; row < n; ++row) {
    const auto total = std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(row * n),
                                       counts.begin() + static_cast<std::ptrdiff_t>((row + 1) * n), std::int64_t{0});
    const double y = kTop + cell * static_cast<double>(row);
    text += fmt::format("<text x=\"{}\" y=\"{:.0f}\" class=\"n e\">{}</text>", kLabel - 6, y + cell / 2 + 4, escaped(names[row]));
    text += fmt::format("<text transform=\"translate({:.0f} {}) rotate(-60)\" class=\"n s\">{}</text>",
                        kLabel + cell * static_cast<double>(row) + cell / 2, kTop - 6, escaped(names[row]));
    for (std::size_t column = 0; column < n; ++column) {
      const auto count = counts[row * n + column];
      const double share = total > 0 ? static_cast<double>(count) / static_cast<double>(total) : 0;
      const double x = kLabel + cell * static_cast<double>(column);
      text += fmt::format(
          "<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" fill=\"{}\" fill-opacity=\"{:.3f}\" stroke=\"#ddd\">"
          "<title>{} taken for {}: {}</title></rect>",
          x, y, cell, cell, kLineColors[0], share, escaped(names[row]), escaped(names[column]), count);
      if (n <= 12) {
        text += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" class=\"n\"{}>{:.0f}</text>", x + cell / 2, y + cell / 2 + 4,
                            share > 0.5 ? " fill=\"#fff\"" : "", share * 100);
      }
    }
  }
  return text + "</svg>";
}

std::string draw(const Shares& plot) {
  const auto& [title, rows, columns, values] = plot;
  constexpr double kLabel = 200, kTop = 50, kCell = 48, kRow = 22;
  const double width = std::max(kLabel + kCell * static_cast<double>(columns.size()) + 10, 9.0 * static_cast<double>(title.size()));
  auto text = opening(width, kTop + kRow * static_cast<double>(rows.size()) + 10, title);
  for (std::size_t column = 0; column < columns.size(); ++column) {
    text += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" class=\"n\">{}</text>", kLabel + kCell * (static_cast<double>(column) + 0.5),
                        kTop - 8, escaped(columns[column]));
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const double y = kTop + kRow * static_cast<double>(row);
    text += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" class=\"n e\">{}</text>", kLabel - 8, y + 15, escaped(rows[row]));
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const auto share = values[row * columns.size() + column];
      const double x = kLabel + kCell * static_cast<double>(column);
      text += fmt::format(
          "<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" fill=\"{}\" fill-opacity=\"{:.3f}\" stroke=\"#ddd\"/>"
          "<text x=\"{:.0f}\" y=\"{:.0f}\" class=\"n\"{}>{}</text>",
          x, y, kCell, kRow, kLineColors[0], std::clamp(share.value_or(0), 0.0, 1.0), x + kCell / 2, y + 15,
          share > 0.5 ? " fill=\"#fff\"" : "", share ? fmt::format("{:.1f}", *share * 100) : std::string("-"));
    }
  }
  return text + "</svg>";
}

}  // namespace

std::string drawn(const evaluate::Plot& plot) {
  return std::visit([](const auto& one) { return draw(one); }, plot);
}

}  // namespace faceptor::report::svg
