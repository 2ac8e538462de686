#include <faceptor/core/error.hpp>
#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/nn/layers.hpp>
#include <set>

#include "support/golden_comparison.hpp"
#include "support/torch_catch.hpp"

namespace decoder = faceptor::decoder;

TEST_CASE("each interpreter computes what the reference computes", "[decoder][golden]") {
  const auto folder = golden::find("model/interpreters");
  if (!folder) FACEPTOR_SKIP("model/interpreters is not in the golden folder");
  const auto io = faceptor::nn::load_tensors(*folder / "io.safetensors");
  std::set<std::string> names;
  for (const auto& [name, difference, tolerance] : golden::compare(golden::interpreter_outputs(*folder), io)) {
    INFO(name);
    CHECK(difference < tolerance);
    names.insert(name.substr(0, name.find('.')));
  }
  CHECK(names == std::set<std::string>{"feature", "map", "map_v2", "position", "value"});
}

TEST_CASE("maps through the moved convolution equal maps through both convolutions", "[decoder]") {
  torch::manual_seed(2);
  const int64_t hidden = 12;
  decoder::PixelDecoder pixels(hidden);
  const auto source = torch::randn({2, 4 * 3, hidden});  // a grid of 4 x 3
  const auto tokens = torch::randn({2, 5, hidden});
  const auto maps = pixels->maps(tokens, pixels->forward(source), 4, 3);

  auto x = source.transpose(1, 2).reshape({2, hidden, 4, 3});
  x = pixels->upsample1->forward(x);
  x = torch::gelu(pixels->norm->forward(x.permute({0, 2, 3, 1})).permute({0, 3, 1, 2}));
  const auto expected = torch::einsum("bqc,bchw->bqhw", {tokens, pixels->upsample2->forward(x)});
  CHECK(maps.sizes() == torch::IntArrayRef({2, 5, 16, 12}));
  CHECK(maps.allclose(expected, 1e-4, 1e-5));

  maps.square().sum().backward();
  for (const auto& parameter : pixels->named_parameters()) {
    INFO(parameter.key());
    CHECK(parameter.value().grad().defined());
  }
}

TEST_CASE("the feature interpreter takes exactly two tokens", "[decoder]") {
  decoder::FeatureInterpreter feature(8, std::vector<faceptor::heads::HeadOutput>{{"a", 4}});
  feature->eval();
  CHECK(feature->forward(torch::randn({3, 2, 8}), 0).sizes() == torch::IntArrayRef({3, 4}));
  CHECK_THROWS_AS(feature->forward(torch::randn({3, 3, 8}), 0), faceptor::Error);
}
