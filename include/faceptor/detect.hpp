#pragma once

/// Finding faces. Part of `faceptor::vision`.
// clang-format off: in the order data flows
#include <faceptor/detect/boxes_file.hpp>             // faces that another program found, for many photos, in one file
#include <faceptor/detect/detectors.hpp>              // the detectors that come with the library, by name
#include <faceptor/detect/dlib_frontal_detector.hpp>  // dlib's frontal face detector
#include <faceptor/detect/face_detector.hpp>          // finding faces in a photo
// clang-format on
