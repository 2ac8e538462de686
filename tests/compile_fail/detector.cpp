// expect: compiles
// The control of the other detectors.
#include <faceptor/detectors/detectors.hpp>

struct Mine : faceptor::FaceDetector {
  static constexpr const char* kName = "mine";
  std::string name() const override { return "mine"; }
  std::vector<faceptor::Detection> detect(const faceptor::Image&) const override { return {}; }
};

void make() { faceptor::register_detector<Mine>(); }
