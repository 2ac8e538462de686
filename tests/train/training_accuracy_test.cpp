#include <faceptor/tasks/published.hpp>
#include <faceptor/train/training_accuracy.hpp>

#include "support/golden.hpp"
#include "support/golden_tensors.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using namespace faceptor::train;

TEST_CASE("Training accuracies are the reference's, with unknown attributes as wrong", "[train][accuracy][golden]") {
  const auto folder = golden::find("model/losses");
  if (!folder) FACEPTOR_SKIP("no golden losses");
  const golden::Tensors tensors(*folder / "losses.safetensors");
  const auto cases = golden::json(*folder / "losses.json");
  std::size_t compared = 0;
  for (const auto& [name, settings] : cases.items()) {
    const bool attributes = name.starts_with("attributes");
    if (!attributes && name != "expression") continue;
    INFO(name);
    const auto spec = attributes ? published::biattr_celeba().spec() : published::affect_rafdb().spec();
    const auto accuracy = training_accuracy(spec, tensors[name + ".input"], tensors[name + ".label"]);
    REQUIRE(accuracy);
    CHECK(accuracy->item<double>() * 100 == Approx(settings.at("top1").get<double>()).epsilon(1e-6));
    ++compared;
  }
  CHECK(compared >= 5);
}

TEST_CASE("Other tasks have no training accuracy", "[train][accuracy]") {
  const auto maps = torch::rand({2, 11, 4, 4});
  CHECK_FALSE(training_accuracy(published::parsing_lapa().spec(), maps, torch::zeros({2, 4, 4}, torch::kLong)));
  CHECK_FALSE(training_accuracy(published::age_morph2().spec(), torch::rand({2, 101}), torch::ones({2})));
  CHECK_FALSE(training_accuracy(published::recog_ms1mv3().spec(), torch::rand({2, 512}), torch::zeros({2}, torch::kLong)));
}
