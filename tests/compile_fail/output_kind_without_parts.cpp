// expect: an output kind needs `static std::shared_ptr<heads::Head> make_head
// A kind that neither architecture can make would be of no use.
#include <faceptor/tasks/output_kind.hpp>

struct Six {
  static constexpr const char* kName = "six";
  static constexpr bool kMaps = false;
};

void make() { faceptor::register_output_kind<Six>(); }
