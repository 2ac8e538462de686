#pragma once

/// A photo in, every task's results out. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/analyze/face_analyzer.hpp>  // a photo in, every task's results out
#include <faceptor/analyze/pass_memory.hpp>    // how much memory faces take on their way, and how much there is
// clang-format on
