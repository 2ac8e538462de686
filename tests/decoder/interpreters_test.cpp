#include <faceptor/core/error.hpp>
#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/nn/layers.hpp>
#include <faceptor/published/name_map.hpp>
#include <faceptor/weights/load_report.hpp>

#include "support/close.hpp"
#include "support/golden.hpp"
#include "support/torch_catch.hpp"

namespace decoder = faceptor::decoder;
using faceptor::nn::NamedTensors;

namespace {

/// The weights of one interpreter of the golden file, under our names and without their prefix.
NamedTensors weights_of(const NamedTensors& io, const std::string& kind) {
  NamedTensors published;
  const auto prefix = kind + ".weights.";
  for (const auto& [name, tensor] : io) {
    if (name.starts_with(prefix)) published["heads_module.interpreters." + kind + "." + name.substr(prefix.size())] = tensor;
  }
  const faceptor::published::PublishedTask identity{"recog_golden", faceptor::published::PublishedHeadKind::embedding, 0};
  NamedTensors ours;
  for (const auto& [name, tensor] : faceptor::published::from_published(published, {identity})) {
    ours[name.substr(("interpreters." + kind + ".").size())] = tensor;
  }
  return ours;
}

int64_t side_of(const torch::Tensor& source) { return std::llround(std::sqrt(static_cast<double>(source.size(1)))); }

}  // namespace

TEST_CASE("each interpreter computes what the reference computes", "[decoder][golden]") {
  const auto folder = golden::find("model/interpreters");
  if (!folder) FACEPTOR_SKIP("model/interpreters is not in the golden folder");
  const auto io = faceptor::nn::load_tensors(*folder / "io.safetensors");
  const auto hidden = golden::json(*folder / "config.json")["hidden"].get<int64_t>();
  const torch::NoGradGuard no_grad;

  SECTION("value") {
    decoder::ValueInterpreter value(hidden);
    REQUIRE(faceptor::weights::load_into(*value, weights_of(io, "value")).complete());
    CHECK(golden::scaled_difference(value->forward(io.at("value.tokens")), io.at("value.output")) < 1e-5);
  }
  for (const std::string kind : {"map", "map_v2"}) {
    SECTION(kind) {
      decoder::MapInterpreter map(hidden, kind == "map_v2");
      REQUIRE(faceptor::weights::load_into(*map, weights_of(io, kind)).complete());
      decoder::Memory memory;
      memory.source = io.at(kind + ".src");
      const auto side = side_of(memory.source);
      const auto pixels = map->pixels(memory);
      const auto maps = map->forward(io.at(kind + ".tokens"), pixels, side, side);
      CHECK(golden::scaled_difference(maps, io.at(kind + ".output")) < 1e-5);
    }
  }
  SECTION("feature") {
    const auto dimension = io.at("feature.output").size(1);
    decoder::FeatureInterpreter feature(hidden, std::vector<faceptor::heads::HeadOutput>{{"recog_golden", dimension}});
    REQUIRE(faceptor::weights::load_into(*feature, weights_of(io, "feature")).complete());
    feature->eval();
    CHECK(golden::scaled_difference(feature->forward(io.at("feature.tokens"), 0), io.at("feature.output")) < 1e-5);
  }
  SECTION("position map") {
    int found = 0;
    for (const auto& [name, tensor] : io) {
      if (!name.starts_with("position.")) continue;
      const auto side = std::stoll(name.substr(9));
      CHECK(golden::scaled_difference(faceptor::nn::sine_position_map(side, side, tensor.size(1)), tensor) < 1e-5);
      ++found;
    }
    CHECK(found > 0);
  }
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
