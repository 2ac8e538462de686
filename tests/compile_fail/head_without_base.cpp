// expect: a head derives from torch::nn::Cloneable and from faceptor::heads::Head
// A module alone is no head.
#include <faceptor/heads/head.hpp>
#include <faceptor/heads/output_kinds.hpp>

struct Mine : torch::nn::Module {
  static constexpr const char* kName = "mine";
  using Kind = faceptor::AttributeVector;
  explicit Mine(const faceptor::heads::HeadContext&) {}
  const std::vector<std::int64_t>& levels() const { return read; }
  std::vector<torch::Tensor> forward(const faceptor::FeaturePyramid&, std::span<const std::size_t>) { return {}; }
  std::vector<std::int64_t> read;
};

void make() { faceptor::heads::register_head<Mine>(); }
