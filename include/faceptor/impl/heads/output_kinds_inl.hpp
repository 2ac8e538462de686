#pragma once

#include <string>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/heads/output_kinds.hpp>

namespace faceptor {

FACEPTOR_INLINE std::string_view to_string(OutputKind kind) {
  switch (kind) {
    case OutputKind::dense_map: return "dense_map";
    case OutputKind::attribute_vector: return "attribute_vector";
    case OutputKind::embedding: return "embedding";
  }
  return "attribute_vector";
}

FACEPTOR_INLINE OutputKind output_kind(std::string_view name) {
  std::vector<std::string> known;
  for (const auto kind : {OutputKind::dense_map, OutputKind::attribute_vector, OutputKind::embedding}) {
    if (name == to_string(kind)) return kind;
    known.emplace_back(to_string(kind));
  }
  throw Error(ErrorCode::argument, "tasks: there is no output kind \"" + std::string(name) + "\"").hint(text::suggestion(name, known));
}

}  // namespace faceptor
