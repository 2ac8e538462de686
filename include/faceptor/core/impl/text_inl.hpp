#pragma once

#include <algorithm>
#include <numeric>

#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>

namespace faceptor::text {
namespace detail {

FACEPTOR_INLINE std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace detail

FACEPTOR_INLINE std::string closest(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const auto distance = detail::edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

FACEPTOR_INLINE std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
  const auto near = closest(word, candidates);
  return near.empty() ? "known: " + join(candidates) : "did you mean \"" + near + "\"?";
}

FACEPTOR_INLINE std::string in_quotes(std::string_view name) {
  constexpr std::size_t kLongest = 120;
  std::string out = "\"";
  out += printable(name.substr(0, kLongest));
  if (name.size() > kLongest) {
    // A cut inside a multi-byte character would make the message invalid UTF-8.
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0x80) != 0) out.pop_back();
    out += "...";
  }
  return out + "\"";
}

FACEPTOR_INLINE std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

FACEPTOR_INLINE std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    const auto end = line.find(separator, begin);
    parts.emplace_back(line.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

FACEPTOR_INLINE std::string shape(std::span<const std::int64_t> sizes) {
  std::string out = "[";
  for (std::size_t i = 0; i < sizes.size(); ++i) out += (i > 0 ? ", " : "") + std::to_string(sizes[i]);
  return out + "]";
}

}  // namespace faceptor::text
