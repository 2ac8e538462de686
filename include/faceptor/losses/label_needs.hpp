#pragma once

#include <cstdint>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/label_kind.hpp>

namespace faceptor::losses {

/// The labels that a loss takes of a data set, for one task. Every set is held to it before training, and every label when it is read.
struct LabelNeeds {
  std::vector<LabelKind> kinds{};  ///< any of these, the reference's first; empty for labels that no data set holds
  /// Values, attributes, points or maps of a label; of a class, and of a class a pixel, how many there are. 0 for any number.
  std::int64_t count = 0;
  std::int64_t ignored = -1;  ///< a class a pixel beyond those that may occur
};

}  // namespace faceptor::losses
