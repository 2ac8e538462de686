#pragma once

#include <cstdint>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/label_kind.hpp>

namespace faceptor::losses {

/// Which labels a loss takes: what a data set is held against before anything is read of it.
struct LabelNeeds {
  std::vector<LabelKind> kinds = {};  ///< any of these, the reference's first; none: labels that no data set gives
  std::int64_t count = 0;    ///< numbers, points, attributes or maps a label has; of classes the number that they lie below; 0: any
  std::int64_t ignored = -1;  ///< a class that may lie beyond
};

}  // namespace faceptor::losses
