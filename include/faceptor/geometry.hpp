#pragma once

/// Boxes, points, crops of photos (views) and the way back. Part of `faceptor::vision`.
// clang-format off: in the order data flows
#include <faceptor/geometry/box.hpp>             // a rectangle in a photo, and where the five points usually lie in a face's
#include <faceptor/geometry/crop_picture.hpp>    // aligned crops as pictures, for files
#include <faceptor/geometry/label_png.hpp>       // label images as PNG files, the way parsing data sets store them
#include <faceptor/geometry/points.hpp>          // places in a picture, the five points of a face
#include <faceptor/geometry/rasters.hpp>         // label maps, pictures of floats, dense maps
#include <faceptor/geometry/remap.hpp>           // how a picture is read between its pixels
#include <faceptor/geometry/similarity.hpp>      // the linear maps between a photo and a crop
#include <faceptor/geometry/view.hpp>            // what a crop is cut by: the view a task looks at
#include <faceptor/geometry/view_transform.hpp>  // between one photo and one face's crop of it, both ways
#include <faceptor/geometry/warp.hpp>            // the tanh warp: the surroundings squeezed into a crop's margin
// clang-format on
