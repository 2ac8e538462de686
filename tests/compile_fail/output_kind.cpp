// expect: compiles
// The control of the other output kinds.
#include <faceptor/tasks/output_kind.hpp>

struct Six {
  static constexpr const char* kName = "six";
  static constexpr bool kMaps = false;
  static std::shared_ptr<faceptor::heads::Head> make_head(const faceptor::heads::HeadContext&) { return nullptr; }
};

void make() { faceptor::register_output_kind<Six>(); }
