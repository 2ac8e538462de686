#include <faceptor/model/face_model.hpp>

#include <nlohmann/json.hpp>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/published/tasks.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

/// Outputs that tell what was asked for: each task's rows.
class Told : public FaceModel {
 public:
  Told() {
    list.add(published::age_morph2());
    list.add(published::affect_rafdb());
  }
  TaskOutputs forward(std::span<const ViewBatch> batches, ForwardTrace*) override {
    TaskOutputs outputs(list.size());
    for (const auto& batch : batches) {
      for (const auto& [task, begin, end] : batch.tasks) outputs[task] = torch::tensor({begin, end});
    }
    return outputs;
  }
  const TaskList& tasks() const override { return list; }
  Backbone& backbone() override { return *vit; }
  nlohmann::json config() const override { return {}; }
  torch::nn::Module& module() override { return *vit; }

  TaskList list;
  Vit vit{VitOptions(16, 1, 2, 16).image_side(32)};
};

/// A backbone that is no module.
struct Bare : Backbone {
  FeaturePyramid forward(const torch::Tensor&, std::span<const std::int64_t>) override { return {}; }
  std::int64_t levels() const override { return 1; }
  std::int64_t width(std::int64_t) const override { return 1; }
  std::int64_t stride(std::int64_t) const override { return 1; }
  nlohmann::json config() const override { return {}; }
};

}  // namespace

TEST_CASE("run asks for all rows of all tasks, or of those named", "[model][face_model]") {
  Told model;
  const auto all = model.run(torch::zeros({3, 3, 32, 32}));
  CHECK(all.size() == 2);
  for (std::size_t task = 0; task < 2; ++task) CHECK(torch::equal(all[task], torch::tensor({std::int64_t{0}, std::int64_t{3}})));
  const std::vector<std::size_t> second = {1};
  const auto one = model.run(torch::zeros({3, 3, 32, 32}), second);
  CHECK_FALSE(one[0].defined());
  CHECK(one[1].defined());
  const auto batch = ViewBatch::all(torch::zeros({5, 3, 8, 8}), second);
  REQUIRE(batch.tasks.size() == 1);
  CHECK(batch.tasks[0].task == 1);
  CHECK(batch.tasks[0].end == 5);
  CHECK_THROWS_AS(one[2], std::out_of_range);
}

TEST_CASE("parameters are counted in all and by part, buffers are not", "[model][face_model]") {
  torch::nn::Sequential module(torch::nn::Linear(3, 4), torch::nn::BatchNorm1d(4));
  const auto count = count_parameters(*module);
  CHECK(count.total == 3 * 4 + 4 + 2 * 4);
  REQUIRE(count.parts.size() == 2);
  CHECK(count.parts[0] == std::pair<std::string, std::int64_t>("0", 16));
  CHECK(count.parts[1].second == 8);
}

TEST_CASE("batches that can't be are refused before anything runs", "[model][face_model]") {
  const auto check = [](const torch::Tensor& images, std::vector<TaskRows> tasks) {
    const std::vector<ViewBatch> batches = {{images, std::move(tasks)}};
    return error_of([&] { faceptor::detail::check_batches(batches, 2); });
  };
  const auto images = torch::zeros({4, 3, 8, 8});
  CHECK(check(torch::zeros({4, 1, 8, 8}), {}).code() == ErrorCode::shape);
  CHECK(check(torch::zeros({4, 3, 8, 8}, torch::kByte), {}).code() == ErrorCode::shape);
  CHECK(check({}, {}).found() == "no tensor");
  CHECK(check(images, {{2, 0, 4}}).expected() == "a place below 2");
  CHECK(check(images, {{1, 0, 2}, {1, 2, 4}}).found() == "place 1");
  CHECK(check(images, {{1, 2, 2}}).code() == ErrorCode::argument);
  CHECK(check(images, {{1, -1, 2}}).code() == ErrorCode::argument);
  CHECK(check(images, {{1, 0, 5}}).found() == "0 to 5");
  const std::vector<ViewBatch> good = {{images, {{0, 0, 4}}}, {images, {{1, 3, 4}}}};
  CHECK_NOTHROW(faceptor::detail::check_batches(good, 2));
}

TEST_CASE("a model takes images in its own type, and a backbone that is a module", "[model][face_model]") {
  torch::nn::Linear half(2, 2);
  half->to(torch::kBFloat16);
  CHECK(faceptor::detail::images_for(*half, torch::zeros({1, 3, 4, 4}, torch::kDouble)).scalar_type() == torch::kBFloat16);
  const auto vit = std::make_shared<VitImpl>(VitOptions(16, 1, 2, 16).image_side(32));
  CHECK(faceptor::detail::module_of(vit) == std::static_pointer_cast<torch::nn::Module>(vit));
  CHECK(error_of([] { faceptor::detail::module_of(std::make_shared<Bare>()); }).code() == ErrorCode::argument);
}
