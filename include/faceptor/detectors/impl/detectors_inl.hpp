#pragma once

#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/detect/known_faces.hpp>
#include <faceptor/detectors/detectors.hpp>
#include <faceptor/detectors/mtcnn_detector.hpp>

namespace faceptor {
namespace detail {

/// The registry with this library's detectors in it.
struct DetectorRegistry : Registry<DetectorFactory> {
  DetectorRegistry() : Registry("detector", "register_detector(name, factory)") {
    add_type<MtcnnDetector>(MtcnnDetector::kName);
    add_type<WholeImageDetector>("whole");
    add_type<AlignedCropDetector>("aligned");
  }

  template <class D>
  void add_type(const char* name) {
    add(
        name, [] { return std::make_unique<D>(); }, &typeid(D));
  }
};

}  // namespace detail

FACEPTOR_INLINE Registry<DetectorFactory>& detector_registry() {
  static detail::DetectorRegistry registry;
  return registry;
}

FACEPTOR_INLINE void register_detector(const std::string& name, DetectorFactory factory) {
  if (!factory) throw Error(ErrorCode::argument, "detect: a detector needs a function that makes it").found("\"" + name + "\"");
  detector_registry().add(name, std::move(factory));
}

FACEPTOR_INLINE std::vector<std::string> detector_names() { return detector_registry().names(); }

FACEPTOR_INLINE std::unique_ptr<FaceDetector> make_detector(std::string_view name) {
  if (const auto factory = detector_registry().find(name)) return (*factory)();
  throw detector_registry().unknown(name);
}

}  // namespace faceptor
