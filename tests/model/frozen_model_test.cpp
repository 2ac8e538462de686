#include <faceptor/core/error.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/frozen_model.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/weights/model_file.hpp>
#include <thread>

#include "support/close.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

TaskList small_tasks() {
  TaskList tasks;
  tasks.add(published::recog_ms1mv3().outputs(16));
  tasks.add(published::age_morph2());
  tasks.add(published::affect_rafdb());
  tasks.add(published::parsing_lapa());
  tasks.add(published::align_cofw());
  return tasks;
}

/// Statistics and scales as a trained model has them: at their start values, much could be left out unseen.
void shake(torch::nn::Module& module) {
  const torch::NoGradGuard no_grad;
  for (auto& buffer : module.named_buffers()) {
    if (buffer.key().ends_with("running_mean")) buffer.value().uniform_(-0.5, 0.5);
    if (buffer.key().ends_with("running_var")) buffer.value().uniform_(0.5, 2);
  }
  for (auto& parameter : module.named_parameters()) {
    if (parameter.value().dim() == 1) parameter.value().add_(torch::rand_like(parameter.value()) * 0.4 - 0.2);
  }
}

FaceModelPtr shaken(FaceModelPtr model) {
  shake(model->module());
  model->module().eval();
  return model;
}

FaceModelPtr small_model(bool naive, bool stage2 = false) {
  const SeedGuard seed(1);
  const auto vit = VitOptions(32, 4, 2, 8).image_side(32).projection(0);
  if (naive) {
    return shaken(
        std::make_shared<NaiveFaceptorImpl>(NaiveFaceptorOptions(vit).tasks(small_tasks()).dense_channels(16).attribute_hidden(32)));
  }
  auto decoder = decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(24).layers(3).levels({3});
  if (stage2) decoder.new_levels({0, 2});
  return shaken(std::make_shared<FaceptorImpl>(FaceptorOptions(vit).tasks(small_tasks()).decoder(decoder)));
}

torch::Tensor images(int64_t batch, int64_t height = 32, int64_t width = 32) {
  const SeedGuard seed(7);
  return torch::randn({batch, 3, height, width});
}

void check_same(const TaskOutputs& frozen, const TaskOutputs& plain, double tolerance) {
  REQUIRE(frozen.size() == plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    INFO("task " << i);
    REQUIRE(frozen[i].defined() == plain[i].defined());
    if (!plain[i].defined()) continue;
    CHECK(frozen[i].scalar_type() == torch::kFloat32);
    CHECK(golden::scaled_difference(frozen[i], plain[i]) < tolerance);
    CHECK_FALSE(frozen[i].requires_grad());
  }
}

/// A backbone without a frozen form.
class MeanBackbone : public torch::nn::Cloneable<MeanBackbone>, public Backbone {
 public:
  MeanBackbone() { reset(); }
  void reset() override {
    conv_ = register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 16, 8).stride(8)));
    drop_ = register_module("drop", torch::nn::Dropout(0.5));
  }
  FeaturePyramid forward(const torch::Tensor& images, std::span<const int64_t>) override {
    FeaturePyramid pyramid;
    pyramid.add(0, drop_(conv_(images)));
    return pyramid;
  }
  int64_t levels() const override { return 1; }
  int64_t width(int64_t) const override { return 16; }
  int64_t stride(int64_t) const override { return 8; }
  nlohmann::json config() const override { return {{"type", "mean"}}; }

 private:
  torch::nn::Conv2d conv_{nullptr};
  torch::nn::Dropout drop_{nullptr};
};

/// An interpreter that brings a frozen form of its own, which can be told from the plain one.
struct MarkedInterpreter : torch::nn::Cloneable<MarkedInterpreter>, decoder::Interpreter {
  static constexpr const char* kName = "frozen_test_marked";
  using Kind = AttributeVector;
  explicit MarkedInterpreter(const decoder::InterpreterContext&) { reset(); }
  void reset() override {}
  struct Frozen : decoder::Interpreter {
    std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const decoder::Memory& memory,
                                         std::span<const std::size_t>) override {
      CHECK(memory.keyed.sizes() == memory.tokens.sizes());
      std::vector<torch::Tensor> made;
      for (const auto& own : tokens) made.push_back(own.sum(-1) + 1000);
      return made;
    }
  };
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const decoder::Memory&,
                                       std::span<const std::size_t>) override {
    std::vector<torch::Tensor> made;
    for (const auto& own : tokens) made.push_back(own.sum(-1));
    return made;
  }
  std::shared_ptr<Interpreter> frozen(nn::Precision) const override { return std::make_shared<Frozen>(); }
};

/// A kind of model without a frozen form.
struct PlainKind : FaceModel {
  explicit PlainKind(FaceModelPtr model) : inner(std::move(model)) {}
  TaskOutputs forward(std::span<const ViewBatch> batches, ForwardTrace* trace) override { return inner->forward(batches, trace); }
  const TaskList& tasks() const override { return inner->tasks(); }
  Backbone& backbone() override { return inner->backbone(); }
  nlohmann::json config() const override { return {{"kind", "plain_kind"}}; }
  torch::nn::Module& module() override { return inner->module(); }
  FaceModelPtr inner;
};

}  // namespace

TEST_CASE("a frozen model gives the plain one's outputs at any size and batch, with any threads", "[model][frozen]") {
  const auto [naive, stage2] = GENERATE(std::pair(false, false), std::pair(false, true), std::pair(true, false));
  const auto [batch, height, width] = GENERATE(std::tuple(1, 32, 32), std::tuple(3, 32, 32), std::tuple(2, 44, 64), std::tuple(40, 32, 32));
  INFO(naive << stage2 << ", " << batch << " of " << height << " x " << width);
  const auto model = small_model(naive, stage2);
  const auto frozen = model->frozen({});
  REQUIRE(frozen);
  const torch::NoGradGuard no_grad;
  const auto input = images(batch, height, width);
  const auto expected = model->run(input);
  const auto threads = torch::get_num_threads();
  for (const int number : {1, 2}) {
    torch::set_num_threads(number);
    check_same(frozen->run(input), expected, 1e-5);
    check_same(frozen->run(input.to(torch::kFloat64)), expected, 1e-5);
  }
  torch::set_num_threads(threads);
}

TEST_CASE("a frozen model gives subsets of tasks, rows of their own and traces as the plain one does", "[model][frozen]") {
  const bool naive = GENERATE(false, true);
  const auto model = small_model(naive);
  const auto frozen = model->frozen({});
  const torch::NoGradGuard no_grad;
  for (const auto& wanted : {std::vector<std::size_t>{0}, {4, 1}, {3}, {0, 2, 4}}) {
    check_same(frozen->run(images(2), wanted), model->run(images(2), wanted), 1e-5);
  }
  const std::vector<ViewBatch> batches = {{images(6), {{1, 0, 2}, {3, 2, 6}, {0, 1, 3}}}, {images(1, 64, 64), {{4, 0, 1}}}};
  ForwardTrace plain_trace, frozen_trace;
  const auto expected = model->forward(batches, &plain_trace);
  check_same(frozen->forward(batches, &frozen_trace), expected, 1e-5);
  REQUIRE(frozen_trace.features.size() == 2);
  CHECK(frozen_trace.features[0].levels() == plain_trace.features[0].levels());
  REQUIRE(frozen_trace.decoder.size() == plain_trace.decoder.size());
  for (std::size_t b = 0; b < plain_trace.decoder.size(); ++b) {
    REQUIRE(frozen_trace.decoder[b].size() == plain_trace.decoder[b].size());
    for (std::size_t g = 0; g < plain_trace.decoder[b].size(); ++g) {
      const auto &found = frozen_trace.decoder[b][g], &wanted = plain_trace.decoder[b][g];
      CHECK(golden::scaled_difference(found.last_attention, wanted.last_attention) < 1e-5);
      REQUIRE(found.after_cross.size() == wanted.after_cross.size());
      for (std::size_t i = 0; i < wanted.after_cross.size(); ++i) {
        CHECK(golden::scaled_difference(found.after_cross[i], wanted.after_cross[i]) < 1e-5);
        CHECK(golden::scaled_difference(found.after_ffn[i], wanted.after_ffn[i]) < 1e-5);
      }
    }
  }
  CHECK(error_of([&] { frozen->run(torch::rand({2, 1, 32, 32})); }).code() == ErrorCode::shape);
  CHECK(error_of([&] { frozen->run(torch::rand({2, 3, 4, 4})); }).code() == ErrorCode::shape);
}

TEST_CASE("reduced precision is near, or one clear error", "[model][frozen]") {
  const bool naive = GENERATE(false, true);
  const auto precision = GENERATE(nn::Precision::bf16, nn::Precision::int8, nn::Precision::automatic);
  const auto model = small_model(naive);
  const auto options = nn::FreezeOptions().precision(precision);
  try {
    nn::precision_on(precision, torch::kCPU);
  } catch (const Error&) {
    CHECK(error_of([&] { model->frozen(options); }).code() == ErrorCode::unsupported);
    return;
  }
  const torch::NoGradGuard no_grad;
  check_same(model->frozen(options)->run(images(3)), model->run(images(3)), 0.1);
}

TEST_CASE("many threads may use one frozen model", "[model][frozen]") {
  const auto frozen = small_model(false)->frozen({});
  const std::vector<torch::Tensor> pictures = {images(2, 32, 32), images(2, 32, 48)};
  std::vector<torch::Tensor> made(6);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < made.size(); ++i) threads.emplace_back([&, i] { made[i] = frozen->run(pictures[i % 2])[3]; });
  for (auto& thread : threads) thread.join();
  for (std::size_t i = 2; i < made.size(); ++i) CHECK(golden::scaled_difference(made[i], made[i % 2]) < 1e-5);
}

TEST_CASE("parts without a frozen form run as they are, and those of one's own bring theirs", "[model][frozen]") {
  const SeedGuard seed(3);
  TaskList tasks;
  tasks.add(published::affect_rafdb());
  tasks.add(published::age_utkface().interpreter<MarkedInterpreter>());
  const auto decoder = decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(24).layers(1).levels({0});
  const auto model = shaken(std::make_shared<FaceptorImpl>(
      FaceptorOptions(BackboneFactory([] { return std::make_shared<MeanBackbone>(); })).tasks(tasks).decoder(decoder)));
  auto frozen = model->frozen({});
  const torch::NoGradGuard no_grad;
  const auto expected = model->run(images(2));
  const auto found = frozen->run(images(2));
  CHECK(golden::scaled_difference(found[0], expected[0]) < 1e-5);
  CHECK(golden::scaled_difference(found[1] - 1000, expected[1]) < 1e-3);
  // What has no form of its own is shared.
  CHECK(&frozen->backbone() == &model->backbone());
}

TEST_CASE("what can't be frozen is refused in one sentence", "[model][frozen]") {
  const bool naive = GENERATE(false, true);
  const auto model = small_model(naive);
  model->module().train();
  CHECK(error_of([&] { model->frozen({}); }).code() == ErrorCode::argument);
  model->module().eval();
  const auto frozen = model->frozen({});
  CHECK(frozen->frozen({}) == frozen);
  CHECK(error_of([&] { frozen->frozen(nn::FreezeOptions().precision(nn::Precision::int8)); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { frozen->module(); }).code() == ErrorCode::unsupported);
  const TemporaryFolder folder;
  CHECK(error_of([&] { weights::save_model(folder.path() / "frozen.safetensors", *frozen, {}); }).code() == ErrorCode::unsupported);
  CHECK(frozen->config() == model->config());
  CHECK(frozen->tasks().names() == model->tasks().names());
}

TEST_CASE("a loaded model is frozen with all that is known of it, and runs", "[model][frozen]") {
  weights::LoadedModel loaded;
  loaded.model = small_model(false);
  loaded.info.licence = "CC0";
  loaded.model->module().train();  // as a model is that was just made
  const auto frozen = loaded.freeze();
  CHECK_FALSE(loaded.model->module().is_training());
  CHECK(frozen.info.licence == "CC0");
  const Runner runner(*frozen.model, torch::Device(torch::kCPU));
  const std::vector<std::size_t> wanted = {4, 0};
  const auto made = runner.run(images(2), wanted, "test");
  const auto expected = Runner(*loaded.model).run(images(2), wanted, "test");
  for (std::size_t i = 0; i < 2; ++i) CHECK(golden::scaled_difference(made[i], expected[i]) < 1e-5);
  CHECK(made[0].is_contiguous());
  CHECK(frozen.freeze().model == frozen.model);
  CHECK(error_of([&] { Runner(*frozen.model, torch::Device(torch::kCUDA)); }).code() == ErrorCode::argument);

  weights::LoadedModel other;
  other.model = std::make_shared<PlainKind>(small_model(true));
  CHECK(other.freeze().model == other.model);
  CHECK(error_of([&] { other.freeze(nn::FreezeOptions().precision(nn::Precision::int8)); }).code() == ErrorCode::unsupported);
}
