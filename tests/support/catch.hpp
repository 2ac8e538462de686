#pragma once

/// Catch2, version 2 or 3, under one include. Where LibTorch is needed too, include `support/torch_catch.hpp`.
#include <string>
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
inline auto Contains(const std::string& part) { return Catch::Matchers::ContainsSubstring(part); }
#else
#include <catch2/catch.hpp>
using Catch::Matchers::Contains;
#endif

#include <cstdio>

/// Ends a test case that has nothing to test here. `scripts/test` counts these lines.
#define FACEPTOR_SKIP(reason)                                     \
  do {                                                            \
    std::printf("[skipped] %s\n", (std::string(reason)).c_str()); \
    SUCCEED("skipped");                                           \
    return;                                                       \
  } while (false)
