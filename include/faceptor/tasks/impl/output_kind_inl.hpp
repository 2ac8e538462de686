#pragma once

#include <faceptor/tasks/output_kind.hpp>

namespace faceptor {

FACEPTOR_INLINE Registry<OutputKind>& output_kinds() {
  static Registry<OutputKind> kinds("output kind", "register_output_kind<Kind>()", [](auto& parts) {
    detail::add_output_kind<DenseMap>(parts, "map_v2");
    detail::add_output_kind<AttributeVector>(parts, "value");
    detail::add_output_kind<Embedding>(parts, "feature_v2");
  });
  return kinds;
}

}  // namespace faceptor
