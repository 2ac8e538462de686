// expect: compiles
// The control of the other readouts.
#include <faceptor/tasks/readout.hpp>

struct Mood {
  using Result = faceptor::results::Values;
  static constexpr const char* kName = "mood";
  using Kind = faceptor::AttributeVector;
  static Result read(const torch::Tensor&, const faceptor::ReadoutContext&) { return {}; }
};

void make() { faceptor::register_readout<Mood>(); }
