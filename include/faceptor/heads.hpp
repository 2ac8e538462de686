#pragma once

/// Kinds of raw output and the heads of Naive Faceptor that make them. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/heads/head.hpp>            // one head for a group of tasks, what it is made from, and heads by name
#include <faceptor/heads/heatmap.hpp>         // landmarks as heatmaps, both ways
#include <faceptor/heads/output_kinds.hpp>    // the three kinds of raw output that come with the library
#include <faceptor/heads/standard_heads.hpp>  // the dense, attribute and embedding heads of Naive Faceptor
// clang-format on
