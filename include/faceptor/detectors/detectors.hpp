#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/detect/face_detector.hpp>

/// Detectors by name, for programs and their options: the library's, and your own.
namespace faceptor {

using DetectorFactory = std::function<std::unique_ptr<FaceDetector>()>;

/// The detectors that `make_detector` finds: those of this library, and those made known by `register_detector`.
Registry<DetectorFactory>& detector_registry();

/// Makes a detector of your own known by name. A factory given later under the same name replaces it.
/// @throws Error(argument)  without a name or factory, or when the name is that of a detector of this library
void register_detector(const std::string& name, DetectorFactory factory);

/// The same for a type with a `kName`, made by its default constructor. More than once does no harm.
/// @throws Error(argument)  when the name stands for something else
template <class D>
void register_detector() {
  static_assert(
      requires { std::string(D::kName); }, "faceptor: a detector needs `static constexpr const char* kName`: its name for --detector");
  static_assert(std::is_base_of_v<FaceDetector, D>, "faceptor: a detector derives from faceptor::FaceDetector");
  static_assert(!std::is_abstract_v<D>, "faceptor: a detector needs `detect(photo) const` and `name() const`");
  static_assert(std::is_default_constructible_v<D>, "faceptor: a detector needs a constructor without arguments");
  detector_registry().add(
      D::kName, [] { return std::make_unique<D>(); }, &typeid(D));
}

/// The names that `make_detector` knows, the default one first: "mtcnn", "whole", "aligned", then registered ones.
std::vector<std::string> detector_names();

/// A detector by its name; this library's with their default options.
/// @throws Error(unsupported)  for an unknown name, with the nearest known one
std::unique_ptr<FaceDetector> make_detector(std::string_view name);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/detectors/impl/detectors_inl.hpp>
#endif
