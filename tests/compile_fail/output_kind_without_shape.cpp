// expect: an output kind needs `static constexpr bool kMaps`
// Vectors or maps: every kind says which.
#include <faceptor/tasks/output_kind.hpp>

struct Six {
  static constexpr const char* kName = "six";
  static std::shared_ptr<faceptor::heads::Head> make_head(const faceptor::heads::HeadContext&) { return nullptr; }
};

void make() { faceptor::register_output_kind<Six>(); }
