#include <faceptor/train/moving_average.hpp>

#include "support/error_of.hpp"
#include "train/small_learner.hpp"

using namespace faceptor;
using namespace faceptor::train;

TEST_CASE("The moving average is what its formula says; buffers are the model's", "[train][average]") {
  Learner learner(small::model(), {.average = 0.8});
  learner.set_rate(1e-2);
  auto expected = learner.state().at("backbone.class_token").detach().to(torch::kFloat64).clone();
  for (std::uint64_t step = 0; step < 3; ++step) {
    small::train_steps(learner, step, 1);
    expected = 0.8 * expected + 0.2 * learner.state().at("backbone.class_token").detach();
  }
  const auto state = learner.state();
  CHECK(state.at("average.backbone.class_token").to(torch::kFloat64).allclose(expected, 1e-6, 1e-7));
  const std::string buffer = "interpreters.feature_v2.batch_norm.running_var";
  CHECK(torch::equal(state.at("average." + buffer), state.at(buffer)));
}

TEST_CASE("Averaged weights are swapped in for a scope, and out bit for bit", "[train][average]") {
  Learner learner(small::model(), {.average = 0.5});
  learner.set_rate(1e-2);
  small::train_steps(learner, 0, 2);
  const auto before = small::snapshot(learner);
  {
    const MovingAverage::Applied applied(*learner.average());
    const auto now = weights::state_of(learner.model().module());
    CHECK(torch::equal(now.at("backbone.class_token"), before.at("average.backbone.class_token")));
    CHECK_FALSE(torch::equal(now.at("backbone.class_token"), before.at("backbone.class_token")));
    CHECK(error_of([&] { learner.state(); }).code() == ErrorCode::argument);
    CHECK(error_of([&] { learner.forward_backward(small::batch(learner.model().tasks(), 0)); }).code() == ErrorCode::argument);
    CHECK(error_of([&] { learner.average()->update(); }).code() == ErrorCode::argument);
  }
  CHECK(small::differing(small::snapshot(learner), before).empty());
}
