#pragma once

/// The detectors that come with the library. Part of `faceptor::faceptor`; what a detector is stands in faceptor/detect.hpp.
// clang-format off: in the order data flows
#include <faceptor/detectors/area_resample.hpp>   // shrinking a picture by the mean of what each pixel covers
#include <faceptor/detectors/mtcnn_nets.hpp>      // MTCNN's three networks
#include <faceptor/detectors/mtcnn_detector.hpp>  // MTCNN: boxes and five points
#include <faceptor/detectors/detectors.hpp>       // detectors by name: the library's, and your own
// clang-format on
