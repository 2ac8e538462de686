#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/detect/face_detector.hpp>

/// The detectors that come with the library, by name.
namespace faceptor {

/// The names that `make_detector` knows, the default one first: "dlib" if this library was built with it, "whole".
std::vector<std::string> detector_names();

/// A detector by its name, with its default options.
/// @throws Error(argument)     for an unknown name, with the nearest known one
/// @throws Error(unsupported)  for "dlib" in a library that was built without it
std::unique_ptr<FaceDetector> make_detector(std::string_view name);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/detect/detectors_inl.hpp>
#endif
