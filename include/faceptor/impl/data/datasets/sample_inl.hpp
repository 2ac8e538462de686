#pragma once

#include <array>

#include <faceptor/data/datasets/sample.hpp>

namespace faceptor::data {

FACEPTOR_INLINE std::string_view to_string(LabelKind kind) {
  static constexpr std::array<std::string_view, 7> kNames = {"none", "class", "age", "attributes", "landmarks", "parsing", "values"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace faceptor::data
