// expect: a readout needs `static constexpr const char\* kName`
// Weights files name the readout.
#include <faceptor/tasks/readout.hpp>

struct Mood {
  using Result = faceptor::results::Values;
  using Kind = faceptor::AttributeVector;
  static Result read(const torch::Tensor&, const faceptor::ReadoutContext&) { return {}; }
};

void make() { faceptor::register_readout<Mood>(); }
