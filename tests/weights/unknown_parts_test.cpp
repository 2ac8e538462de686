#include <faceptor/files/safetensors.hpp>
#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/tasks/task.hpp>
#include <faceptor/train/learner.hpp>
#include <faceptor/weights/model_file.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

using ValueTask = Task<AttributeVector, losses::MeanAbsoluteError, results::Values, metrics::MeanAbsoluteError>;

struct Theirs : AttributeVector {
  static constexpr const char* kName = "test_theirs";
};

FaceModelPtr two_tasks(bool naive) {
  TaskList tasks;
  tasks.add(ValueTask("known").outputs(2).view(views::whole(32)));
  tasks.add(
      Task<Theirs, losses::MeanAbsoluteError, results::Values, metrics::MeanAbsoluteError>("theirs").outputs(3).view(views::whole(32)));
  const SeedGuard seed(3);
  const auto vit = VitOptions(32, 2, 2, 16).image_side(32);
  nlohmann::json config = {{"kind", naive ? "naive_faceptor" : "faceptor"}, {"backbone", vit.to_json()}};
  if (naive) {
    config["attribute_hidden"] = 32;
  } else {
    config["decoder"] = decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(16).layers(1).levels({1}).to_json();
  }
  auto model = make_model(config, tasks);
  model->module().eval();
  return model;
}

/// The file as another program would have written it: with a part that this one doesn't have.
void rename_part(const std::filesystem::path& path, const char* field, const char* from, const char* to) {
  const auto file = files::SafetensorsFile::open(path);
  auto metadata = file.metadata();
  auto tasks = nlohmann::json::parse(metadata["tasks"]);
  for (auto& task : tasks) {
    if (task["name"] == "theirs" && task[field] == from) task[field] = to;
  }
  metadata["tasks"] = tasks.dump();
  files::write_safetensors(path.string() + ".other", file.tensors(), metadata);
  std::filesystem::rename(path.string() + ".other", path);
}

}  // namespace

TEST_CASE("a task of a kind that this program lacks is left out; the others work", "[weights][unknown]") {
  const bool naive = GENERATE(false, true);
  const TemporaryFolder folder;
  const auto path = folder / "theirs.safetensors";
  const auto model = two_tasks(naive);
  weights::save_model(path, *model, {});
  rename_part(path, "kind", "test_theirs", "somebody_elses");
  const auto loaded = weights::load_model(path);
  loaded.model->module().eval();
  CHECK(loaded.model->tasks().names() == std::vector<std::string>{"known"});
  REQUIRE(loaded.absent.size() == 1);
  CHECK(loaded.absent[0].name == "theirs");
  CHECK(loaded.absent[0].reason.find("register_output_kind") != std::string::npos);
  const torch::NoGradGuard no_grad;
  const auto images = torch::rand({1, 3, 32, 32});
  // Without the other task's queries the same sums may be rounded in another order.
  CHECK(torch::allclose(loaded.model->run(images)[0], model->run(images)[0], 1e-5, 1e-6));
}

TEST_CASE("a task whose loss this program lacks can be there while others are trained", "[weights][unknown]") {
  const TemporaryFolder folder;
  const auto path = folder / "theirs.safetensors";
  weights::save_model(path, *two_tasks(false), {});
  rename_part(path, "loss", "mean_absolute_error", "somebody_elses");
  const auto loaded = weights::load_model(path);
  CHECK(loaded.absent.empty());
  CHECK(error_of([&] { loaded.model->tasks()[1].make_loss(); }).hint().find("register_loss") != std::string::npos);
  train::Learner learner(loaded.model, {.rules = train::GroupRules::published()});
  const auto batch = [](std::size_t task, std::int64_t outputs) {
    loading::StepBatch made;
    const std::size_t wanted[] = {task};
    made.views.push_back(ViewBatch::all(torch::rand({4, 3, 32, 32}), wanted));
    made.labels.resize(2);
    made.labels[task] = torch::rand({4, outputs});
    return made;
  };
  CHECK(learner.forward_backward(batch(0, 2)).finite);
  CHECK(learner.apply().applied);
  const auto error = error_of([&] { learner.forward_backward(batch(1, 3)); });
  CHECK(error.code() == ErrorCode::unsupported);
  CHECK(error.where().find("theirs") != std::string::npos);
}

namespace {

/// A backbone that is not registered.
class UnknownBackbone final : public torch::nn::Cloneable<UnknownBackbone>, public Backbone {
 public:
  UnknownBackbone() { reset(); }
  void reset() override { conv = register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 8, 16).stride(16))); }
  FeaturePyramid forward(const torch::Tensor& images, std::span<const int64_t>) override {
    FeaturePyramid pyramid;
    pyramid.add(0, conv->forward(images));
    return pyramid;
  }
  int64_t levels() const override { return 1; }
  int64_t width(int64_t) const override { return 8; }
  int64_t stride(int64_t) const override { return 16; }
  nlohmann::json config() const override { return {{"type", "test_unknown_backbone"}}; }
  torch::nn::Conv2d conv{nullptr};
};

}  // namespace

TEST_CASE("a file that nothing could load is not written", "[weights][unknown]") {
  const TemporaryFolder folder;
  TaskList tasks;
  tasks.add(ValueTask("known").outputs(2).view(views::whole(32)));
  Faceptor model(FaceptorOptions(BackboneFactory([] { return std::make_shared<UnknownBackbone>(); }))
                     .tasks(tasks)
                     .decoder(decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(16).layers(1).levels({0})));
  const auto path = folder / "nobody.safetensors";
  const auto error = error_of([&] { weights::save_model(path, *model, {}); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.found() == "\"test_unknown_backbone\"");
  CHECK(error.hint().find("register_backbone") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(path));
}
