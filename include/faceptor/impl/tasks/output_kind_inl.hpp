#pragma once

#include <faceptor/tasks/output_kind.hpp>

namespace faceptor {

FACEPTOR_INLINE Registry<OutputKind>& output_kinds() {
  static Registry<OutputKind> kinds("output kind", "register_output_kind<Kind>()");
  static const bool filled = [] {
    detail::add_output_kind<DenseMap>(kinds, "map_v2");
    detail::add_output_kind<AttributeVector>(kinds, "value");
    detail::add_output_kind<Embedding>(kinds, "feature_v2");
    return true;
  }();
  static_cast<void>(filled);
  return kinds;
}

}  // namespace faceptor
