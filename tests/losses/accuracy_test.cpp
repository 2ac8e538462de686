#include <faceptor/losses/make_loss.hpp>

#include "support/golden.hpp"
#include "support/golden_tensors.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

TEST_CASE("Training accuracies are the reference's, with unknown attributes as wrong", "[losses][accuracy][golden]") {
  const auto folder = golden::find("model/losses");
  if (!folder) FACEPTOR_SKIP("no golden losses");
  const golden::Tensors tensors(*folder / "losses.safetensors");
  const auto cases = golden::json(*folder / "losses.json");
  std::size_t compared = 0;
  for (const auto& [name, settings] : cases.items()) {
    const bool attributes = name.starts_with("attributes");
    if (!attributes && name != "expression") continue;
    INFO(name);
    const auto loss = losses::make_loss(attributes ? "binary_cross_entropy" : "cross_entropy");
    const auto accuracy = loss->forward(tensors[name + ".input"], tensors[name + ".label"]).accuracy;
    REQUIRE(accuracy.defined());
    CHECK(accuracy.item<double>() * 100 == Approx(settings.at("top1").get<double>()).epsilon(1e-6));
    ++compared;
  }
  CHECK(compared >= 5);
}

TEST_CASE("Ages count as right within five years, identities by their margin logits", "[losses][accuracy]") {
  // Nearly all of each distribution lies at one age.
  auto ages = torch::full({3, 101}, -40.0);
  for (const int64_t i : {0, 1, 2}) ages[i][20 + 10 * i] = 40.0;  // 20, 30, 40
  const auto years = losses::make_loss("age_distribution")->forward(ages, torch::tensor({24.0, 24.5, 46.0}));
  CHECK(years.accuracy.item<double>() == Approx(1.0 / 3));

  // Less the margin, the first face is no nearer to its class than to the other one.
  auto loss = losses::make_loss("cosface", {{"classes", 2}, {"margin", 0.4}}, 2);
  {
    const torch::NoGradGuard no_grad;
    loss->parameters().at(0).copy_(torch::tensor({{1.0, 0.0}, {0.8, 0.6}}));
  }
  const auto faces = torch::tensor({{1.0, 0.0}, {0.0, 1.0}});
  const auto labels = torch::tensor({0, 1}, torch::kLong);
  CHECK(loss->forward(faces, labels).accuracy.item<double>() == Approx(0.5));  // 1 - 0.4 against 0.8; 0.6 - 0.4 against 0
}

TEST_CASE("Losses without right answers have no accuracy", "[losses][accuracy]") {
  CHECK_FALSE(losses::make_loss("parsing_cross_entropy")
                  ->forward(torch::rand({2, 11, 4, 4}), torch::zeros({2, 4, 4}, torch::kLong))
                  .accuracy.defined());
  CHECK_FALSE(losses::make_loss("mean_squared_error")->forward(torch::rand({2, 3}), torch::rand({2, 3})).accuracy.defined());
}
