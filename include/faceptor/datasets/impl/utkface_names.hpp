#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>

namespace faceptor::datasets::detail {

/// "26" of "26_0_2_20170104023102422.jpg.chip.jpg": age, sex 0 or 1, race 0 to 4, and when it was found.
inline std::optional<std::int64_t> age_in_utkface_name(const std::string& name) {
  const auto parts = text::split(name.substr(0, name.find('.')), '_');
  if (parts.size() != 4) return std::nullopt;
  constexpr std::array<std::int64_t, 3> kLast = {kOldestAge, 1, 4};
  for (std::size_t i = 0; i < kLast.size(); ++i) {
    const auto number = parse_integer(parts[i]);
    if (!number || *number < 0 || *number > kLast[i]) return std::nullopt;
  }
  return parse_integer(parts[0]);
}

}  // namespace faceptor::datasets::detail
