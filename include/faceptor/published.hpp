#pragma once

/// All that knows the reference: its tasks, architectures, names of tensors. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/published/architectures.hpp>     // architectures by name
#include <faceptor/published/import_published.hpp>  // from a published checkpoint's shapes to an architecture and its tasks
#include <faceptor/published/name_map.hpp>          // whole published checkpoints to and from our names
#include <faceptor/published/paper_results.hpp>     // the paper's numbers as plain data, once
#include <faceptor/published/published_model.hpp>   // a published model's sizes from its tensors' shapes
#include <faceptor/published/published_names.hpp>   // published names of tensors and ours, one table both ways
#include <faceptor/published/table.hpp>             // the thirteen published tasks as plain data, once
#include <faceptor/published/tasks.hpp>             // the thirteen tasks of the published models
// clang-format on
