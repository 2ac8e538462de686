#pragma once

/// Errors, log, text, randomness, registries; nothing of faces yet. Part of `faceptor::vision`.
// clang-format off: in the order data flows
#include <faceptor/core/config.hpp>      // where the bodies come from: compiled once, or inline
#include <faceptor/core/error.hpp>       // the one exception type
#include <faceptor/core/fields.hpp>      // options as JSON, both ways, from one list of their fields
#include <faceptor/core/json.hpp>        // JSON that somebody else wrote
#include <faceptor/core/label_kind.hpp>  // what a data set says of a face and a loss takes
#include <faceptor/core/log.hpp>         // where the library's lines go
#include <faceptor/core/parallel.hpp>    // loops over indices on several threads
#include <faceptor/core/random.hpp>      // randomness without state of its own
#include <faceptor/core/registry.hpp>    // parts by name: one registry a plug-in point
#include <faceptor/core/text.hpp>        // small helpers for messages
#include <faceptor/core/unicode.hpp>     // names that come from file systems
#include <faceptor/core/version.hpp>     // the version of these headers
// clang-format on
