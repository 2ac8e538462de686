#include "support/torch_catch.hpp"

#include <faceptor/core/error.hpp>
#include <faceptor/nn/tensors.hpp>

#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::files;
using namespace faceptor::nn;

TEST_CASE("tensors are saved and loaded, also as halves", "[weights][tensors]") {
  const TemporaryFolder folder;
  const NamedTensors tensors{
      {"a", torch::linspace(-1, 1, 12).view({3, 4}).t()}, {"n", torch::tensor(7, torch::kInt64)}, {"e", torch::empty({0, 2})}};
  for (const auto as : {std::optional<DType>(), std::optional(DType::f16), std::optional(DType::bf16)}) {
    save_tensors(folder / "saved.safetensors", tensors, {{"k", "v"}}, as);
    const auto read = load_tensors(folder / "saved.safetensors");
    REQUIRE(read.size() == tensors.size());
    for (const auto& [name, tensor] : tensors) {
      CAPTURE(name);
      const auto expected = as && tensor.is_floating_point() ? tensor.to(*as == DType::f16 ? torch::kHalf : torch::kBFloat16) : tensor;
      CHECK(read.at(name).scalar_type() == expected.scalar_type());
      CHECK(torch::equal(read.at(name), expected));
    }
    if (!as) CHECK(content_hash(read) == content_hash(tensors));
  }
  std::filesystem::remove(folder / "saved.safetensors");
  CHECK_THROWS_AS(save_tensors(folder / "x.safetensors", tensors, {}, DType::i64), Error);
  CHECK_THROWS_AS(load_tensors(folder.write("text", "<html>")), Error);
}
