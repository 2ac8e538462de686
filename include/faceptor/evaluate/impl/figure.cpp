#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include <faceptor/core/error.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/evaluate/figure.hpp>

namespace faceptor::evaluate {

std::string_view to_string(Unit unit) {
  switch (unit) {
    case Unit::share: return "share";
    case Unit::years: return "years";
    default: return "number";
  }
}

void to_json(nlohmann::json& json, const Figure& figure) {
  json = {{"name", figure.name}, {"unit", to_string(figure.unit)}, {"less_is_better", figure.less_is_better}};
  json["value"] = figure.value ? nlohmann::json(*figure.value) : nlohmann::json(nullptr);
  json["interval"] = figure.interval ? nlohmann::json({figure.interval->low, figure.interval->high}) : nlohmann::json(nullptr);
}

std::string printed(const Figure& figure) {
  if (!figure.value) return "not defined";
  const double factor = figure.unit == Unit::share ? 100 : 1;
  const int decimals = figure.unit == Unit::number ? 4 : 2;
  const std::string unit = figure.unit == Unit::share   ? " %"
                           : figure.unit == Unit::years ? " years"
                           : figure.of.empty()          ? ""
                                                        : " " + figure.of;
  return fmt::format("{:.{}f}{}", *figure.value * factor, decimals, unit);
}

std::string printed_with_interval(const Figure& figure) {
  if (!figure.interval) return printed(figure);
  const double factor = figure.unit == Unit::share ? 100 : 1;
  const int decimals = figure.unit == Unit::number ? 4 : 2;
  return fmt::format("{}  [{:.{}f}, {:.{}f}]", printed(figure), figure.interval->low * factor, decimals, figure.interval->high * factor,
                     decimals);
}

std::vector<Figure> with_intervals(std::span<const std::size_t> chosen,
                                   const std::function<std::vector<Figure>(std::span<const std::size_t>)>& compute,
                                   const BootstrapOptions& options) {
  if (options.resamples < 0 || !(options.level > 0 && options.level < 1)) {
    throw Error(ErrorCode::argument, "evaluate: a bootstrap needs a number of resamples of at least 0 and a level between 0 and 1")
        .found(fmt::format("{} resamples, level {}", options.resamples, options.level));
  }
  auto figures = compute(chosen);
  if (chosen.size() < 2 || options.resamples == 0) return figures;
  std::vector<std::vector<double>> values(figures.size());
  std::vector<std::size_t> drawn(chosen.size());
  for (int i = 0; i < options.resamples; ++i) {
    Random random(options.seed, {static_cast<std::uint64_t>(i)});
    for (auto& place : drawn) place = chosen[random.integer(std::uint64_t{chosen.size()})];
    const auto resampled = compute(drawn);
    for (std::size_t k = 0; k < resampled.size(); ++k) {
      if (resampled[k].value) values[k].push_back(*resampled[k].value);
    }
  }
  for (std::size_t k = 0; k < figures.size(); ++k) {
    auto& of_figure = values[k];
    if (!figures[k].value || of_figure.size() * 2 <= static_cast<std::size_t>(options.resamples)) continue;
    std::sort(of_figure.begin(), of_figure.end());
    const auto at = [&](double share) {
      return of_figure[static_cast<std::size_t>(std::lround(share * static_cast<double>(of_figure.size() - 1)))];
    };
    figures[k].interval = Interval{at((1 - options.level) / 2), at((1 + options.level) / 2)};
  }
  return figures;
}

}  // namespace faceptor::evaluate
