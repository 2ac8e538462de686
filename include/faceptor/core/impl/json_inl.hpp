#pragma once

#include <cstddef>

#include <fmt/format.h>

#include <faceptor/core/json.hpp>

namespace faceptor::detail {

FACEPTOR_INLINE void check_json_levels(std::string_view text, std::string_view who, std::string_view place) {
  int level = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (letter == '"') quoted = !quoted;
    if (quoted) {
      if (letter == '\\') ++i;
      continue;
    }
    if (letter == ']' || letter == '}') --level;
    if ((letter == '[' || letter == '{') && ++level > kMostJsonLevels) {
      throw Error(ErrorCode::limit, fmt::format("{}: the JSON is nested too deep", who))
          .where(std::string(place))
          .expected(fmt::format("at most {} levels", kMostJsonLevels));
    }
  }
}

}  // namespace faceptor::detail
