// expect: a detector needs `static constexpr const char\* kName`
// `--detector` asks for it by name.
#include <faceptor/detectors/detectors.hpp>

struct Mine : faceptor::FaceDetector {
  std::string name() const override { return "mine"; }
  std::vector<faceptor::Detection> detect(const faceptor::Image&) const override { return {}; }
};

void make() { faceptor::register_detector<Mine>(); }
