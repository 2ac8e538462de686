// expect: a readout needs `static Result read
// A readout reads.
#include <faceptor/tasks/readout.hpp>

struct Mood {
  using Result = faceptor::results::Values;
  static constexpr const char* kName = "mood";
  using Kind = faceptor::AttributeVector;
};

void make() { faceptor::register_readout<Mood>(); }
