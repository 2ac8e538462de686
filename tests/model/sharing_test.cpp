#include <faceptor/core/error.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/weights/load_report.hpp>

#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

VitOptions small_vit() { return VitOptions(32, 4, 2, 8).image_side(32).projection(0).drop_path(0); }

TaskList small_tasks() {
  TaskList tasks;
  tasks.add(published::recog_ms1mv3().outputs(16));
  tasks.add(published::age_morph2());
  tasks.add(published::affect_rafdb());
  tasks.add(published::parsing_lapa());
  tasks.add(published::align_cofw());
  return tasks;
}

std::shared_ptr<FaceModel> small_model(bool naive, const TaskList& tasks, std::uint64_t seed = 1) {
  const SeedGuard guard(seed);
  std::shared_ptr<FaceModel> model;
  if (naive) {
    model = std::make_shared<NaiveFaceptorImpl>(NaiveFaceptorOptions(small_vit()).tasks(tasks).dense_channels(16).attribute_hidden(32));
  } else {
    const auto decoder = decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(24).layers(2).levels({3});
    model = std::make_shared<FaceptorImpl>(FaceptorOptions(small_vit()).tasks(tasks).decoder(decoder));
  }
  model->module().eval();
  return model;
}

torch::Tensor images(int64_t batch = 3) {
  const SeedGuard guard(7);
  return torch::randn({batch, 3, 32, 32});
}

}  // namespace

TEST_CASE("outputs have the documented shapes, and only tasks asked for have any", "[model]") {
  const bool naive = GENERATE(false, true);
  INFO(naive);
  const auto model = small_model(naive, small_tasks());
  const torch::NoGradGuard no_grad;
  const auto all = model->run(images());
  CHECK(all[0].sizes() == torch::IntArrayRef({3, 16}));
  CHECK(all[1].sizes() == torch::IntArrayRef({3, 101}));
  CHECK(all[2].sizes() == torch::IntArrayRef({3, 7}));
  CHECK(all[3].sizes() == torch::IntArrayRef({3, 11, 16, 16}));
  CHECK(all[4].sizes() == torch::IntArrayRef({3, 29, 16, 16}));

  const std::vector<std::size_t> some = {2, 4};
  const auto part = model->run(images(), some);
  for (std::size_t i = 0; i < part.size(); ++i) CHECK(part[i].defined() == (i == 2 || i == 4));
  CHECK(part[2].allclose(all[2], 1e-5, 1e-5));
  CHECK(part[4].allclose(all[4], 1e-5, 1e-5));
}

TEST_CASE("rows of their own give each task what a batch of its own gives", "[model]") {
  const bool naive = GENERATE(false, true);
  INFO(naive);
  const auto model = small_model(naive, small_tasks());
  const torch::NoGradGuard no_grad;
  const auto batch = images(6);
  const std::vector<ViewBatch> training = {{batch, {{0, 0, 2}, {1, 2, 3}, {2, 3, 5}, {3, 5, 6}}}};
  const auto joined = model->forward(training);
  for (const auto& [task, begin, end] : training[0].tasks) {
    const std::vector<std::size_t> only = {task};
    const auto own = model->run(batch.slice(0, begin, end), only);
    CHECK(joined[task].allclose(own[task], 1e-4, 1e-5));
  }
  CHECK_FALSE(joined[4].defined());
}

TEST_CASE("features that are not needed are not kept", "[model]") {
  const auto tasks = small_tasks();
  const std::vector<std::size_t> identity = {0}, parsing = {3};
  const auto levels = [&](bool naive, const std::vector<std::size_t>& wanted) {
    const auto model = small_model(naive, tasks);
    const auto batch = ViewBatch::all(images(), wanted);
    ForwardTrace trace;
    model->forward(std::span(&batch, 1), &trace);
    return trace.features.front().levels();
  };
  CHECK(levels(false, identity) == std::vector<int64_t>{3});
  CHECK(levels(false, parsing) == std::vector<int64_t>{3});
  CHECK(levels(true, identity) == std::vector<int64_t>{3});
  CHECK(levels(true, parsing) == heads::dense_levels(4));
}

TEST_CASE("adding a task leaves the others' weights and outputs as they are, to the bit", "[model]") {
  const bool naive = GENERATE(false, true);
  INFO(naive);
  const auto before = small_model(naive, small_tasks());
  auto tasks = small_tasks();
  tasks.add(
      Task<AttributeVector, losses::BinaryCrossEntropy, results::Probabilities, metrics::AttributeScore>("glasses").labels({"on", "off"}));
  const auto after = small_model(naive, tasks, /*seed=*/2);
  const auto report = weights::load_into(after->module(), weights::state_of(before->module()), weights::Strictness::lenient);
  CHECK(report.unexpected.empty());
  CHECK(report.mismatched.empty());
  CHECK_FALSE(report.missing.empty());
  for (const auto& name : report.missing) CHECK(name.find("glasses") != std::string::npos);

  const torch::NoGradGuard no_grad;
  const std::vector<std::size_t> old = {0, 1, 2, 3, 4};
  const auto a = before->run(images(), old);
  const auto b = after->run(images(), old);
  for (const auto i : old) CHECK(a[i].equal(b[i]));
  CHECK(after->run(images())[5].sizes() == torch::IntArrayRef({3, 2}));
}

TEST_CASE("a group of its own gives a task an interpreter or head of its own", "[model]") {
  auto tasks = small_tasks();
  tasks.add(published::affect_ferplus().interpreter_group("own").head_group("own"));
  const auto faceptor = small_model(false, tasks);
  CHECK(weights::state_of(faceptor->module()).contains("interpreters.own.fc.weight"));
  const auto naive = small_model(true, tasks);
  CHECK(weights::state_of(naive->module()).contains("heads.own.outputs.affect_ferplus.weight"));
}

TEST_CASE("a clone of a model computes the same and shares nothing", "[model]") {
  const bool naive = GENERATE(false, true);
  const auto model = small_model(naive, small_tasks());
  const auto copy = std::dynamic_pointer_cast<FaceModel>(model->module().clone());
  REQUIRE(copy);
  const torch::NoGradGuard no_grad;
  const auto before = model->run(images());
  const auto same = copy->run(images());
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(same[i].equal(before[i]));
  for (auto& parameter : copy->module().parameters()) parameter.zero_();
  CHECK(model->run(images())[4].equal(before[4]));
}

TEST_CASE("every parameter takes part in training", "[model]") {
  const bool naive = GENERATE(false, true);
  const auto model = small_model(naive, small_tasks());
  model->module().train();
  const auto outputs = model->run(images(4));
  auto total = torch::zeros({});
  for (std::size_t i = 0; i < outputs.size(); ++i) total = total + outputs[i].square().sum();
  total.backward();
  for (const auto& parameter : model->module().named_parameters()) {
    INFO(parameter.key());
    CHECK(parameter.value().grad().defined());
  }
}

TEST_CASE("a forward that can't be is refused before anything is computed", "[model]") {
  const auto model = small_model(false, small_tasks());
  const auto refused = [&](ViewBatch batch) {
    try {
      model->forward(std::span<const ViewBatch>(&batch, 1));
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(refused({images(), {{9, 0, 1}}}).find("there is no such task") != std::string::npos);
  CHECK(refused({images(), {{0, 0, 1}, {0, 1, 2}}}).find("asked for twice") != std::string::npos);
  CHECK(refused({images(), {{0, 0, 4}}}).find("rows are not in the batch") != std::string::npos);
  CHECK(refused({images(), {{0, 2, 2}}}).find("rows are not in the batch") != std::string::npos);
  CHECK(refused({torch::zeros({3, 32, 32}), {{0, 0, 1}}}).find("images of a batch") != std::string::npos);
  CHECK(refused({torch::zeros({1, 3, 32, 32}, torch::kInt32), {{0, 0, 1}}}).find("images of a batch") != std::string::npos);
  CHECK_THROWS_AS(Faceptor(FaceptorOptions(small_vit())), Error);
  CHECK_THROWS_AS(Faceptor(FaceptorOptions(small_vit()).tasks(small_tasks())), Error);  // level 11 of a ViT of four
}

TEST_CASE("the published architectures have the published numbers of parameters", "[model]") {
  // In millions, without losses.
  const auto millions = [](const char* name) {
    const auto chosen = architecture(name);
    return static_cast<double>(count_parameters(make_model(chosen.config, chosen.tasks)->module()).total) / 1e6;
  };
  CHECK(millions("faceptor-base") == Approx(103.2).margin(0.05));
  CHECK(millions("naive-base") == Approx(178.9).margin(0.05));
}
