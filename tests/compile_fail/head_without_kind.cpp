// expect: a head needs `using Kind
// A head says which output kind it gives.
#include <faceptor/heads/head.hpp>
#include <faceptor/heads/output_kinds.hpp>

struct Mine : torch::nn::Module, faceptor::heads::Head {
  static constexpr const char* kName = "mine";
  explicit Mine(const faceptor::heads::HeadContext&) {}
  const std::vector<std::int64_t>& levels() const override { return read; }
  std::vector<torch::Tensor> forward(const faceptor::FeaturePyramid&, std::span<const std::size_t>) override { return {}; }
  std::vector<std::int64_t> read;
};

void make() { faceptor::heads::register_head<Mine>(); }
