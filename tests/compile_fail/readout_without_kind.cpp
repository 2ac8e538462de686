// expect: a readout needs `using Kind
// A readout says what it reads.
#include <faceptor/tasks/readout.hpp>

struct Mood {
  using Result = faceptor::results::Values;
  static constexpr const char* kName = "mood";
  static Result read(const torch::Tensor&, const faceptor::ReadoutContext&) { return {}; }
};

void make() { faceptor::register_readout<Mood>(); }
