#pragma once

#include <cstdint>

namespace faceptor::synthetic::detail {

/// Sub-streams of a seed; new ones go to the end, so that old pictures stay as they are.
enum Stream : std::uint64_t { kPersonStream = 1, kAppearanceStream = 2, kGrainStream = 3, kSceneStream = 4 };

}  // namespace faceptor::synthetic::detail
