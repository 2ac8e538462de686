#pragma once

/// Everything, in the order data flows through it.
///
/// core/config.hpp      where the bodies come from: compiled once, or inline
/// core/version.hpp     the version of these headers
/// core/error.hpp       the one exception type
/// core/log.hpp         where the library's lines go
/// core/text.hpp        small helpers for messages
/// image/image.hpp      rows of RGB pixels
#include <faceptor/core/config.hpp>
#include <faceptor/core/version.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/image/image.hpp>
