#pragma once

/// Pixels: reading, resizing, drawing, writing. Part of `faceptor::vision`.
// clang-format off: in the order data flows
#include <faceptor/image/codecs.hpp>        // the picture formats that are read, EXIF's turn, and the decoder of each
#include <faceptor/image/draw.hpp>          // colours, and drawing antialiased and blended
#include <faceptor/image/image.hpp>         // rows of RGB pixels
#include <faceptor/image/picture_grid.hpp>  // pictures side by side on one sheet
#include <faceptor/image/pixel_buffer.hpp>  // pictures in somebody else's memory: RGB, BGR, RGBA, BGRA, grey, with a stride
#include <faceptor/image/read.hpp>          // reading pictures that may be malformed
#include <faceptor/image/resize.hpp>        // how pixels of a resized picture are computed
#include <faceptor/image/write.hpp>         // writing pictures
// clang-format on
