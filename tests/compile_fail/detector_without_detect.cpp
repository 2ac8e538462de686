// expect: a detector needs `detect
// A detector finds faces.
#include <faceptor/detectors/detectors.hpp>

struct Mine : faceptor::FaceDetector {
  static constexpr const char* kName = "mine";
  std::string name() const override { return "mine"; }
};

void make() { faceptor::register_detector<Mine>(); }
