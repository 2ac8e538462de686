#include "support/torch_catch.hpp"

#include <faceptor/nn/device_memory.hpp>

using namespace faceptor;

TEST_CASE("What tensors on a GPU took is told, of a CPU nothing", "[nn][cuda]") {
  CHECK_FALSE(nn::peak_device_memory(torch::kCPU));
  if (!torch::cuda::is_available()) FACEPTOR_SKIP("no GPU");
  const auto megabytes = torch::zeros({25, 1 << 20}, torch::device(torch::kCUDA).dtype(torch::kInt8));
  const auto peak = nn::peak_device_memory(torch::kCUDA);
  REQUIRE(peak);
  CHECK(*peak >= megabytes.numel());
}
