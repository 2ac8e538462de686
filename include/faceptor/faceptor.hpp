#pragma once

/// Everything, in the order data flows through it.
///
/// core/config.hpp   where the bodies come from: compiled once, or inline
/// core/version.hpp  the version of these headers
/// core/error.hpp    the one exception type
/// core/log.hpp      where the library's lines go
/// core/text.hpp     small helpers for messages
/// image/image.hpp   rows of RGB pixels
/// image/bytes.hpp   looking into the bytes of a file that may end anywhere
/// image/codecs.hpp  the decoders behind `read_image`, one a format family
/// image/exif.hpp    the one thing of EXIF that changes a picture
/// image/format.hpp  the picture formats that are read
/// image/read.hpp    reading pictures that nobody vouches for
// clang-format off: the order of the rooms, not of the alphabet
#include <faceptor/core/config.hpp>
#include <faceptor/core/version.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/image/bytes.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/exif.hpp>
#include <faceptor/image/format.hpp>
#include <faceptor/image/read.hpp>
// clang-format on
