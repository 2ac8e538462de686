#include <faceptor/heads/head.hpp>

#include <cmath>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/heads/output_kinds.hpp>
#include <faceptor/heads/standard_heads.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

namespace heads = faceptor::heads;
using Levels = std::vector<int64_t>;

namespace {

/// Gives zeros.
struct Zeros : torch::nn::Module, heads::Head {
  static constexpr const char* kName = "test_zeros";
  using Kind = faceptor::AttributeVector;
  explicit Zeros(const heads::HeadContext& context) : outputs(context.outputs), read(context.levels({}, heads::attribute_levels).levels) {}
  const std::vector<int64_t>& levels() const override { return read; }
  std::vector<torch::Tensor> forward(const faceptor::FeaturePyramid& pyramid, std::span<const std::size_t> wanted) override {
    std::vector<torch::Tensor> made;
    for (const auto index : wanted) made.push_back(torch::zeros({pyramid.at(read.back()).size(0), outputs[index].outputs}));
    return made;
  }
  std::vector<heads::HeadOutput> outputs;
  Levels read;
};

namespace other {
struct Zeros : torch::nn::Module, heads::Head {
  static constexpr const char* kName = "test_zeros";
  using Kind = faceptor::AttributeVector;
  explicit Zeros(const heads::HeadContext&) {}
  const std::vector<int64_t>& levels() const override { return read; }
  std::vector<torch::Tensor> forward(const faceptor::FeaturePyramid&, std::span<const std::size_t>) override { return {}; }
  Levels read;
};
}  // namespace other

}  // namespace

TEST_CASE("a head of one's own is made by its name, and takes nobody else's", "[heads]") {
  heads::register_head<Zeros>();
  heads::register_head<Zeros>();  // twice does no harm
  const auto type = heads::head_registry().get("test_zeros");
  CHECK(type.kind == "attribute_vector");
  const faceptor::Vit vit(faceptor::VitOptions(16, 12, 2, 16).image_side(32));
  const auto head = type.make({*vit, {{"a", 3}, {"b", 5}}});
  CHECK(head->levels() == Levels{5, 7, 9, 11});
  faceptor::FeaturePyramid pyramid;
  pyramid.add(11, torch::randn({2, 16, 2, 2}));
  const std::vector<std::size_t> second = {1};
  CHECK(head->forward(pyramid, second).at(0).sizes() == torch::IntArrayRef({2, 5}));
  CHECK(error_of([] { heads::register_head<other::Zeros>(); }).code() == faceptor::ErrorCode::argument);
}

TEST_CASE("levels of a backbone come with their widths and strides", "[heads]") {
  const faceptor::Vit vit(faceptor::VitOptions(16, 4, 2, 8).image_side(32).projection(0));
  const heads::HeadContext context{*vit, {{"a", 3}}};
  const auto chosen = context.levels({1, 3}, heads::dense_levels);
  CHECK(chosen.levels == Levels{1, 3});
  CHECK(chosen.widths == Levels{16, 16});
  CHECK(chosen.strides == Levels{8, 8});
  CHECK(context.levels({}, heads::dense_levels).levels == Levels{0, 1, 2, 3});
  CHECK(error_of([&] { context.levels({-1}, heads::dense_levels); }).found() == "-1");
}

TEST_CASE("heads read the reference's levels, and as many of any backbone", "[heads]") {
  CHECK(heads::dense_levels(12) == Levels{3, 5, 7, 11});
  CHECK(heads::dense_levels(24) == Levels{7, 11, 15, 23});
  CHECK(heads::dense_levels(32) == Levels{8, 14, 20, 31});
  CHECK(heads::attribute_levels(12) == Levels{5, 7, 9, 11});
  for (int64_t levels = 4; levels <= 40; ++levels) {
    for (const auto& chosen : {heads::dense_levels(levels), heads::attribute_levels(levels)}) {
      INFO(levels);
      CHECK(chosen.size() == 4);
      CHECK(std::is_sorted(chosen.begin(), chosen.end(), std::less_equal<>()));
      CHECK(chosen.front() >= 0);
      CHECK(chosen.back() == levels - 1);
    }
  }
  CHECK(heads::attribute_levels(3) == Levels{1, 2});
  CHECK(heads::attribute_levels(1) == Levels{0});
}

TEST_CASE("a hierarchical backbone's levels fit the dense head as they are", "[heads]") {
  heads::DenseHead head(heads::DenseHeadOptions({0, 1, 2, 3}, {8, 12, 16, 20}, {4, 8, 16, 32}, {{"a", 3}}).channels(8));
  head->eval();
  faceptor::FeaturePyramid pyramid;
  for (int64_t i = 0; i < 4; ++i) pyramid.add(i, torch::randn({1, 8 + 4 * i, 32 >> i, 24 >> i}));
  const std::vector<std::size_t> first = {0};
  CHECK(head->forward(pyramid, first).front().sizes() == torch::IntArrayRef({1, 3, 32, 24}));
}

TEST_CASE("a patch of 14 pixels has quarter strides that are no whole pixels", "[heads]") {
  heads::DenseHead head(heads::DenseHeadOptions({0, 1, 2, 3}, {8, 8, 8, 8}, {14, 14, 14, 14}, {{"a", 2}}).channels(8));
  head->eval();
  faceptor::FeaturePyramid pyramid;
  for (int64_t i = 0; i < 4; ++i) pyramid.add(i, torch::randn({1, 8, 6, 6}));
  const std::vector<std::size_t> first = {0};
  CHECK(head->forward(pyramid, first).front().sizes() == torch::IntArrayRef({1, 2, 24, 24}));
}

TEST_CASE("a head that can't be is refused", "[heads]") {
  CHECK_THROWS_AS(heads::DenseHead(heads::DenseHeadOptions({0, 1, 2}, {8, 8, 8}, {16, 16, 16}, {{"a", 2}})), faceptor::Error);
  CHECK_THROWS_AS(heads::DenseHead(heads::DenseHeadOptions({0, 1, 2, 3}, {8, 8, 8, 8}, {4, 8, 16, 256}, {{"a", 2}})), faceptor::Error);
  CHECK_THROWS_AS(heads::AttributeHead(heads::AttributeHeadOptions({0, 1, 2}, {8, 8, 8}, {{"a", 2}})), faceptor::Error);
  CHECK_THROWS_AS(heads::AttributeHead(heads::AttributeHeadOptions({0}, {8}, {{"a", 2}}).hidden(8)), faceptor::Error);
}

TEST_CASE("each output of a shared head has a last layer of its own, by its task's name", "[heads]") {
  heads::EmbeddingHead head(heads::EmbeddingHeadOptions(8, 0, {{"a", 4}, {"b", 6}}));
  head->eval();
  faceptor::FeaturePyramid pyramid;
  pyramid.add(0, torch::randn({2, 8, 3, 3}));
  const std::vector<std::size_t> both = {0, 1}, second = {1};
  const auto made = head->forward(pyramid, both);
  CHECK(made[0].sizes() == torch::IntArrayRef({2, 4}));
  CHECK(head->forward(pyramid, second).front().equal(made[1]));
  CHECK(head->named_parameters().contains("outputs.b.fc.weight"));
}

TEST_CASE("the dense head's convolutions start Kaiming normal by fan out, its last layer as LibTorch's do", "[heads]") {
  torch::manual_seed(6);
  heads::DenseHead head(heads::DenseHeadOptions({0, 1, 2, 3}, {24, 24, 24, 24}, {16, 16, 16, 16}, {{"a", 40}}).channels(48));
  std::size_t seen = 0;
  for (const auto& module : head->modules()) {
    const auto* block = module->as<heads::ConvBnReluImpl>();
    if (block == nullptr) continue;
    ++seen;
    const auto weight = block->conv->weight.detach();
    const double expected = std::sqrt(2.0 / static_cast<double>(block->out * block->kernel * block->kernel));
    const auto n = static_cast<double>(weight.numel());
    // Four standard errors of the deviation, the mean and the fourth moment of a normal draw, which is 3; a uniform one's is 1.8.
    CHECK(weight.std().item<double>() == Approx(expected).epsilon(4 / std::sqrt(2 * n)));
    CHECK(std::abs(weight.mean().item<double>()) < 4 * expected / std::sqrt(n));
    CHECK((weight / expected).pow(4).mean().item<double>() == Approx(3).margin(4 * std::sqrt(96 / n)));
  }
  CHECK(seen == 12);  // 4 of the pyramid pooling, its bottleneck, 3 laterals, 3 that smooth, 1 that fuses
  const auto last = head->outputs->named_parameters()["a.weight"];
  CHECK(last.abs().max().item<double>() <= 1 / std::sqrt(48.0));
  CHECK(last.std().item<double>() == Approx(1 / std::sqrt(3 * 48.0)).epsilon(0.1));
}
