#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/evaluate/groups.hpp>

namespace faceptor::evaluate {
namespace detail {

/// A column and, for bands, their edges.
struct Grouping {
  std::string column;
  std::vector<double> edges;
};

FACEPTOR_INLINE std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

FACEPTOR_INLINE Grouping parse_grouping(const std::string& text) {
  if (text == "age_band") return parse_grouping("age:10,20,30,40,50,60,70");
  const auto colon = text.find(':');
  Grouping grouping{text.substr(0, colon), {}};
  if (colon == std::string::npos) return grouping;
  for (const auto& part : text::split(text.substr(colon + 1), ',')) {
    const auto edge = number_in(part);
    if (!edge || (!grouping.edges.empty() && *edge <= grouping.edges.back())) {
      throw Error(ErrorCode::argument, "evaluate: the edges of bands are ascending numbers")
          .where("group " + text)
          .expected("such as age:20,40,60")
          .found(part);
    }
    grouping.edges.push_back(*edge);
  }
  return grouping;
}

/// What a sample says in a column; nothing where it doesn't.
FACEPTOR_INLINE std::optional<std::string> value_in(const data::Annotation& annotation, const std::string& column) {
  if (const auto found = annotation.columns.find(column); found != annotation.columns.end() && !found->second.empty()) return found->second;
  if (column == "age") {
    if (const auto* age = std::get_if<data::AgeLabel>(&annotation.label)) return fmt::format("{}", age->years);
  }
  return std::nullopt;
}

/// The band that a number lies in, from 0, and its name.
FACEPTOR_INLINE std::pair<std::size_t, std::string> band_of(double value, const std::vector<double>& edges) {
  const auto band = static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin());
  if (band == 0) return {band, fmt::format("below {}", edges.front())};
  if (band == edges.size()) return {band, fmt::format("{} and above", edges.back())};
  return {band, fmt::format("{} to {}", edges[band - 1], edges[band])};
}

inline constexpr const char* kNotStated = "not stated";

}  // namespace detail

FACEPTOR_INLINE std::vector<Group> group_places(const Outcomes& outcomes, const data::Dataset& set, std::span<const std::string> columns) {
  std::vector<Group> groups;
  for (const auto& text : columns) {
    const auto grouping = detail::parse_grouping(text);
    std::map<std::pair<std::size_t, std::string>, std::vector<std::size_t>> places;  // by band (0 without bands) and name
    const std::pair<std::size_t, std::string> unknown{grouping.edges.size() + 1, detail::kNotStated};
    for (std::size_t place = 0; place < outcomes.size(); ++place) {
      const auto value = detail::value_in(set.annotation(outcomes.sample(place)), grouping.column);
      auto key = unknown;
      if (value && grouping.edges.empty()) key = {0, *value};
      if (value && !grouping.edges.empty()) {
        if (const auto number = detail::number_in(*value)) key = detail::band_of(*number, grouping.edges);
      }
      places[key].push_back(place);
    }
    if (places.size() == 1 && places.begin()->first == unknown) {
      std::vector<std::string> known;
      for (const auto& [name, value] : set.annotation(outcomes.sample(0)).columns) known.push_back(name);
      throw Error(ErrorCode::argument, "evaluate: no sample says anything in this column")
          .where("group " + text)
          .hint(known.empty() ? "the set has no columns" : text::suggestion(grouping.column, known));
    }
    for (auto& [key, of_group] : places) groups.push_back({grouping.column, key.second, std::move(of_group)});
  }
  return groups;
}

}  // namespace faceptor::evaluate
