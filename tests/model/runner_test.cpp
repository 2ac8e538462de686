#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/published/tasks.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

TEST_CASE("a runner gives the wanted tasks' outputs, as plain numbers, in the order asked for", "[model][runner]") {
  TaskList tasks;
  tasks.add(published::age_morph2().outputs(5).view(views::whole(32)));
  tasks.add(published::recog_ms1mv3().outputs(8).view(views::whole(32)).loss(losses::CosFaceOptions(3, 8)));
  tasks.add(published::affect_rafdb().view(views::whole(32)));
  Faceptor model(FaceptorOptions(VitOptions(32, 2, 2, 16).image_side(32))
                     .tasks(tasks)
                     .decoder(decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(16).layers(1).levels({1})));
  model->train();
  const Runner runner(*model);
  CHECK_FALSE(model->is_training());
  const auto images = torch::rand({2, 3, 32, 32});
  const std::vector<std::size_t> wanted = {2, 0};
  const auto raw = runner.run(images.to(torch::kFloat64), wanted, "test");
  REQUIRE(raw.size() == 2);
  const auto expected = model->run(images);
  CHECK(torch::equal(raw[0], expected[2]));
  CHECK(torch::equal(raw[1], expected[0]));
  CHECK_FALSE(raw[0].requires_grad());

  // Faces are compared by an image and its mirror image; nothing else is.
  const std::vector<std::size_t> identity = {1};
  CHECK(torch::allclose(runner.run_for_scores(images, 1, "test"),
                        runner.run(images, identity, "test")[0] + runner.run(images.flip(3), identity, "test")[0]));
  CHECK(torch::equal(runner.run_for_scores(images, 0, "test"), raw[1]));
  CHECK(error_of([&] { runner.run(torch::rand({2, 1, 32, 32}), wanted, "test"); }).code() == ErrorCode::shape);
}
