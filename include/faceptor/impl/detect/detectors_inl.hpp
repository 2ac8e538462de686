#pragma once

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/detect/detectors.hpp>
#include <faceptor/detect/dlib_frontal_detector.hpp>

namespace faceptor {

FACEPTOR_INLINE std::vector<std::string> detector_names() {
  if (DlibFrontalDetector::available()) return {"dlib", "whole"};
  return {"whole"};
}

FACEPTOR_INLINE std::unique_ptr<FaceDetector> make_detector(std::string_view name) {
  if (name == "dlib") return std::make_unique<DlibFrontalDetector>();
  if (name == "whole") return std::make_unique<WholeImageDetector>();
  const auto known = detector_names();
  throw Error(ErrorCode::argument, fmt::format("detect: no detector is called \"{}\"", name)).hint(text::suggestion(name, known));
}

}  // namespace faceptor
