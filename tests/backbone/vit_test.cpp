#include <faceptor/backbone/backbone.hpp>
#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/nn/tensors.hpp>

#include "support/golden_comparison.hpp"
#include "support/torch_catch.hpp"

using faceptor::Vit;
using faceptor::VitOptions;

namespace {

VitOptions small() { return VitOptions(24, 3, 2, 8).image_side(32).projection(8); }

}  // namespace

TEST_CASE("the backbone gives the reference's features at every size", "[backbone][golden]") {
  const auto folder = golden::find("model/backbone_tiny");
  if (!folder) FACEPTOR_SKIP("model/backbone_tiny is not in the golden folder");
  const auto io = faceptor::nn::load_tensors(*folder / "io.safetensors");
  const auto comparisons = golden::compare(golden::backbone_outputs(*folder), io);
  REQUIRE_FALSE(comparisons.empty());
  for (const auto& [name, difference, tolerance] : comparisons) {
    INFO(name);
    CHECK(difference < tolerance);
  }
}

TEST_CASE("features have the grid's shape, for rectangles too", "[backbone]") {
  Vit vit(small());
  vit->eval();
  const auto pyramid = vit->forward(torch::randn({2, 3, 40, 24}), std::vector<int64_t>{0, 2});
  CHECK(pyramid.levels() == std::vector<int64_t>{0, 2});
  CHECK(pyramid.at(2).sizes() == torch::IntArrayRef({2, 24, 5, 3}));
  CHECK(pyramid.tokens(0).sizes() == torch::IntArrayRef({2, 15, 24}));
  CHECK_THROWS_AS(pyramid.at(1), faceptor::Error);
}

TEST_CASE("a square image of the stored size takes the position embedding as it is", "[backbone]") {
  torch::manual_seed(1);
  Vit vit(small());
  vit->eval();
  const torch::NoGradGuard no_grad;
  const auto images = torch::randn({1, 3, 32, 32});
  const auto before = vit->forward(images, std::vector<int64_t>{2}).at(2).clone();
  Vit larger(small().image_side(64));
  for (const auto& parameter : vit->named_parameters()) {
    if (parameter.key() != "position_embedding") larger->named_parameters()[parameter.key()].copy_(parameter.value());
  }
  // The same embedding on a grid that it was not stored for differs, the stored one doesn't.
  CHECK(vit->forward(images, std::vector<int64_t>{2}).at(2).equal(before));
  CHECK_FALSE(larger->forward(images, std::vector<int64_t>{2}).at(2).equal(before));
}

TEST_CASE("blocks beyond the last wanted level are not run", "[backbone]") {
  Vit vit(small());
  vit->eval();
  // A poisoned last block shows only in its own feature.
  const torch::NoGradGuard no_grad;
  vit->blocks->named_parameters()["2.norm1.weight"].fill_(std::numeric_limits<float>::quiet_NaN());
  const auto images = torch::randn({1, 3, 32, 32});
  CHECK(vit->forward(images, std::vector<int64_t>{1}).at(1).isfinite().all().item<bool>());
  CHECK(vit->forward(images, std::vector<int64_t>{2}).at(2).isnan().any().item<bool>());
  CHECK(vit->forward(images, std::vector<int64_t>{}).levels().empty());
}

TEST_CASE("a clone computes the same and shares nothing", "[backbone]") {
  Vit vit(small());
  vit->eval();
  const auto copy = std::dynamic_pointer_cast<faceptor::VitImpl>(vit->clone());
  REQUIRE(copy);
  const torch::NoGradGuard no_grad;
  const auto images = torch::randn({1, 3, 32, 32});
  const std::vector<int64_t> last = {2};
  CHECK(copy->forward(images, last).at(2).equal(vit->forward(images, last).at(2)));
  copy->blocks->named_parameters()["0.attention.in_proj.weight"].zero_();
  CHECK_FALSE(copy->forward(images, last).at(2).equal(vit->forward(images, last).at(2)));
}

TEST_CASE("training drops paths of token positions in all samples, or of samples where asked to, evaluation none", "[backbone]") {
  torch::manual_seed(3);
  const bool samples = GENERATE(false, true);
  Vit vit(samples ? small().drop_path(0.9).drop_path_of(faceptor::nn::DropPath::samples) : small().drop_path(0.9));
  const auto images = torch::randn({1, 3, 32, 32}).expand({16, 3, 32, 32});
  const std::vector<int64_t> last = {2};
  vit->train();
  const auto training = vit->forward(images, last).at(2);
  // The pictures are alike: what is dropped in all of them leaves them so.
  CHECK(training[0].allclose(training[15], 1e-4, 1e-5) == !samples);
  vit->eval();
  const auto evaluation = vit->forward(images, last).at(2);
  CHECK(evaluation[0].allclose(evaluation[15]));
  CHECK_FALSE(training[0].allclose(evaluation[0], 1e-3, 1e-3));
}

TEST_CASE("every parameter of the features gets a gradient", "[backbone]") {
  Vit vit(small().drop_path(0));
  vit->forward(torch::randn({2, 3, 32, 32}), std::vector<int64_t>{2}).at(2).square().sum().backward();
  for (const auto& parameter : vit->named_parameters()) {
    INFO(parameter.key());
    const bool unused = parameter.key().starts_with("norm_post") || parameter.key() == "projection";
    CHECK(parameter.value().grad().defined() != unused);
  }
}

TEST_CASE("what a ViT can't be or take is said", "[backbone]") {
  CHECK_THROWS_AS(Vit(VitOptions(25, 3, 2, 8)), faceptor::Error);
  CHECK_THROWS_AS(Vit(VitOptions(24, 0, 2, 8)), faceptor::Error);
  Vit vit(small());
  CHECK_THROWS_AS(vit->forward(torch::zeros({3, 32, 32}), std::vector<int64_t>{0}), faceptor::Error);
  CHECK_THROWS_AS(vit->forward(torch::zeros({1, 3, 4, 32}), std::vector<int64_t>{0}), faceptor::Error);
  CHECK_THROWS_AS(vit->forward(torch::zeros({1, 3, 32, 32}), std::vector<int64_t>{3}), faceptor::Error);
}

TEST_CASE("a ViT is rebuilt from its configuration", "[backbone]") {
  const auto config = Vit(small())->config();
  const auto rebuilt = faceptor::backbone_from_config(config)();
  CHECK(rebuilt->config() == config);
  CHECK(config["drop_path_of"] == "positions");
  const auto by_samples = Vit(small().drop_path_of(faceptor::nn::DropPath::samples))->config();
  CHECK(faceptor::backbone_from_config(by_samples)()->config() == by_samples);
  auto older = config;  // a file from before there was a choice
  older.erase("drop_path_of");
  CHECK(faceptor::backbone_from_config(older)()->config() == config);
  auto wrong = config;
  wrong["drop_path_of"] = "patches";
  CHECK_THROWS_AS(faceptor::backbone_from_config(wrong), faceptor::Error);
  wrong = config;
  wrong["width"] = "wide";
  CHECK_THROWS_AS(faceptor::backbone_from_config(wrong), faceptor::Error);
  wrong = config;
  wrong["type"] = "vitt";
  try {
    faceptor::backbone_from_config(wrong);
    FAIL("an unknown type was taken");
  } catch (const faceptor::Error& e) {
    CHECK(e.hint().find("did you mean \"vit\"?") != std::string::npos);
  }
}
