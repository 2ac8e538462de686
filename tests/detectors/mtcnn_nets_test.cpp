#include "support/torch_catch.hpp"

#include <filesystem>

#include <faceptor/detectors/mtcnn_nets.hpp>

#include "support/error_of.hpp"
#include "support/golden.hpp"
#include "support/golden_tensors.hpp"
#include "support/tests_folder.hpp"

using namespace faceptor;
using detectors::MtcnnNets;
using detectors::MtcnnWeights;

namespace {

/// Those of the golden set where it has some, else the library's.
MtcnnWeights golden_weights() {
  const auto path = golden::find("detector/mtcnn.safetensors");
  return path ? MtcnnWeights::read(*path) : MtcnnWeights::bundled();
}

double apart(const torch::Tensor& found, const torch::Tensor& expected) {
  REQUIRE(found.sizes() == expected.sizes());
  return (found - expected).abs().max().item<double>();
}

}  // namespace

TEST_CASE("MTCNN's networks give the reference's values", "[detectors][golden]") {
  const auto path = golden::find("detector/nets.safetensors");
  if (!path) FACEPTOR_SKIP("no golden values of the detector");
  const golden::Tensors values(*path);
  const MtcnnNets nets(golden_weights().tensors);
  constexpr double kClose = 2e-5;

  const auto proposed = nets.propose(values["pnet.input"]);
  CHECK(apart(proposed.offsets, values["pnet.output.0"]) < kClose);
  CHECK(apart(proposed.scores, values["pnet.output.1"]) < kClose);
  CHECK_FALSE(proposed.points.defined());
  const auto refined = nets.refine(values["rnet.input"]);
  CHECK(apart(refined.offsets, values["rnet.output.0"]) < kClose);
  CHECK(apart(refined.scores, values["rnet.output.1"]) < kClose);
  const auto finished = nets.finish(values["onet.input"]);
  CHECK(apart(finished.offsets, values["onet.output.0"]) < kClose);
  CHECK(apart(finished.points, values["onet.output.1"]) < kClose);
  CHECK(apart(finished.scores, values["onet.output.2"]) < kClose);
}

TEST_CASE("P-Net's output has a cell for every two pixels", "[detectors]") {
  const MtcnnNets nets(MtcnnWeights::bundled().tensors);
  for (const int side : {12, 13, 14, 15, 31}) {
    CAPTURE(side);
    const auto found = nets.propose(torch::zeros({1, 3, side, 40}));
    CHECK(found.scores.sizes() == at::IntArrayRef({1, 2, (side - 1) / 2 - 4, 15}));
    CHECK((found.scores.sum(1) - 1).abs().max().item<float>() < 1e-5F);
  }
}

TEST_CASE("the sure cells of P-Net are those of its whole output", "[detectors]") {
  const MtcnnNets nets(MtcnnWeights::bundled().tensors);
  const auto generator = at::detail::createCPUGenerator(5);
  const auto image = torch::rand({1, 3, 43, 61}, generator) * 2 - 1;
  const auto whole = nets.propose(image);
  const auto scores = whole.scores[0][1].flatten(), offsets = whole.offsets[0].flatten(1).t();
  for (const float threshold : {0.0F, 0.02F, 1.0F}) {
    const auto sure = nets.propose(image, threshold);
    const auto cells = (scores >= threshold).nonzero().flatten();
    CAPTURE(threshold, cells.numel());
    CHECK(sure.columns == whole.scores.size(3));
    REQUIRE(static_cast<std::int64_t>(sure.cells.size()) == cells.numel());
    for (std::size_t i = 0; i < sure.cells.size(); ++i) {
      const auto row = static_cast<std::int64_t>(i);
      CHECK(sure.cells[i] == cells[row].item<std::int64_t>());
      CHECK(std::abs(sure.scores[i] - scores[sure.cells[i]].item<float>()) < 1e-5F);
      CHECK((sure.offsets[row] - offsets[sure.cells[i]]).abs().max().item<float>() < 1e-5F);
    }
    if (threshold == 0.02F) CHECK((cells.numel() > 0 && cells.numel() < scores.numel()));
  }
}

TEST_CASE("MTCNN's weights say whose they are, and others are refused", "[detectors]") {
  const auto weights = MtcnnWeights::bundled();
  CHECK(weights.licence == "MIT");
  CHECK(weights.source.starts_with("facenet-pytorch 2.6.0"));
  const auto file = MtcnnWeights::read(tests_folder() / ".." / "assets" / "models" / "mtcnn.safetensors");
  REQUIRE(file.tensors.size() == weights.tensors.size());
  for (const auto& [name, tensor] : file.tensors) CHECK(torch::equal(tensor, weights.tensors.at(name)));

  auto lacking = weights.tensors;
  lacking.erase("onet.dense6_3.bias");
  const auto absent = error_of([&] { MtcnnNets{lacking}; });
  CHECK(absent.code() == ErrorCode::format);
  CHECK(absent.summary().find("onet.dense6_3.bias") != std::string::npos);
  auto bent = weights.tensors;
  bent["rnet.conv3.weight"] = torch::zeros({64, 48, 3, 3});
  CHECK(error_of([&] { MtcnnNets{bent}; }).found() == "[64, 48, 3, 3]");
  auto halved = weights.tensors;
  halved["pnet.conv1.bias"] = torch::zeros({10}, torch::kFloat16);
  CHECK(error_of([&] { MtcnnNets{halved}; }).code() == ErrorCode::unsupported);
}
