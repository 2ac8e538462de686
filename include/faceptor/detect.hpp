#pragma once

/// Finding faces: what a detector is; those that come with the library are in faceptor/detectors.hpp. Part of `faceptor::vision`.
// clang-format off: in the order data flows
#include <faceptor/detect/boxes_file.hpp>     // faces that another program found, for many photos, in one file
#include <faceptor/detect/face_detector.hpp>  // what a detector is, and what it finds
#include <faceptor/detect/known_faces.hpp>    // faces that need no looking for: by five points, aligned crops
// clang-format on
