#pragma once

#define FACEPTOR_VERSION_MAJOR 0
#define FACEPTOR_VERSION_MINOR 1
#define FACEPTOR_VERSION_PATCH 0

namespace faceptor {

/// The version of the headers, as "major.minor.patch".
inline constexpr const char* kVersion = "0.1.0";

}  // namespace faceptor
