#include "support/torch_catch.hpp"

#include <faceptor/core/error.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/published/name_map.hpp>
#include <faceptor/weights/load_report.hpp>

#include "support/golden.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::files;
using namespace faceptor::nn;
using namespace faceptor::published;
using namespace faceptor::weights;

namespace {

/// The tasks of a golden configuration, dense outputs included where its heads tell them.
std::vector<PublishedTask> tasks_of(const nlohmann::json& config) {
  std::vector<PublishedTask> tasks;
  for (const auto& task : config["tasks"]) {
    const std::string interpreter = task["interpreter"];
    const auto kind = interpreter.starts_with("feature") ? PublishedHeadKind::embedding
                      : interpreter.starts_with("map")   ? PublishedHeadKind::dense
                                                         : PublishedHeadKind::attributes;
    tasks.push_back({task["name"], kind, task["queries"]});
  }
  return tasks;
}

}  // namespace

TEST_CASE("published checkpoints are renamed, and back to the same tensors", "[weights][name_map]") {
  for (const auto* file : {"faceptor_tiny/stage1", "faceptor_tiny/stage2", "naive_tiny"}) {
    CAPTURE(file);
    const auto folder = golden::find(std::string("model/") + file);
    if (!folder) FACEPTOR_SKIP(std::string("model/") + file + " is absent");
    const auto published = load_tensors(*folder / "checkpoint_rank0_iter_100.pth.tar");
    const auto tasks = tasks_of(golden::json(*folder / "config.json"));
    NameReport report;
    const auto ours = from_published(published, tasks, &report);
    CHECK(report.ignored.empty());
    CHECK(report.unknown.empty());
    const auto back = to_published(ours, tasks);
    REQUIRE(back.size() == published.size());
    for (const auto& [name, tensor] : published) {
      CAPTURE(name);
      REQUIRE(back.count(name) == 1);
      CHECK(torch::equal(back.at(name), tensor));
    }
    CHECK(infer_published(published).kind == (file == std::string("naive_tiny") ? PublishedKind::naive : PublishedKind::faceptor));
    for (const auto& task : tasks) {
      if (file != std::string("naive_tiny") || task.kind != PublishedHeadKind::dense) continue;
      CHECK(ours.at("heads." + task.head() + ".outputs." + task.name + ".bias").size(0) == task.outputs);
    }
  }
}

TEST_CASE("copies that differ and outputs that don't add up are refused", "[weights][name_map]") {
  NamedTensors twice{{"heads_module.interpreters.map.mask_map.1.weight", torch::ones({2})},
                     {"heads_module.interpreters.map.mask_map.1.ln.weight", torch::ones({2})}};
  CHECK(from_published(twice, {}).size() == 1);
  twice.at("heads_module.interpreters.map.mask_map.1.ln.weight") = torch::zeros({2});
  CHECK_THROWS_AS(from_published(twice, {}), Error);
  const NamedTensors joined{{"heads_module.heads.parsing.head.conv_seg.bias", torch::ones({5})}};
  CHECK_THROWS_AS(from_published(joined, {{"parsing_lapa", PublishedHeadKind::dense, 4}}), Error);
  CHECK_THROWS_AS(from_published({{"visual.proj", torch::ones({1})}, {"module.backbone_module.visual.proj", torch::ones({1})}}, {}), Error);
  CHECK_THROWS_AS(to_published({{"nothing.known", torch::ones({1})}}, {}), Error);
}

TEST_CASE("FaRL's text tower is ignored and listed", "[weights][name_map]") {
  const auto path = golden::find("model/backbone_tiny/farl_tiny.pth");
  if (!path) FACEPTOR_SKIP("model/backbone_tiny is absent");
  const auto published = load_tensors(*path);
  NameReport report;
  const auto ours = from_published(published, {}, &report);
  CHECK(report.unknown.empty());
  CHECK_FALSE(report.ignored.empty());
  CHECK(ours.size() + report.ignored.size() == published.size());
  CHECK(ours.count("backbone.class_token") == 1);
}

TEST_CASE("tensors are saved and loaded, also as halves", "[weights][tensors]") {
  const TemporaryFolder folder;
  const NamedTensors tensors{
      {"a", torch::linspace(-1, 1, 12).view({3, 4}).t()}, {"n", torch::tensor(7, torch::kInt64)}, {"e", torch::empty({0, 2})}};
  for (const auto as : {std::optional<DType>(), std::optional(DType::f16), std::optional(DType::bf16)}) {
    save_tensors(folder / "saved.safetensors", tensors, {{"k", "v"}}, as);
    const auto read = load_tensors(folder / "saved.safetensors");
    REQUIRE(read.size() == tensors.size());
    for (const auto& [name, tensor] : tensors) {
      CAPTURE(name);
      const auto expected = as && tensor.is_floating_point() ? tensor.to(*as == DType::f16 ? torch::kHalf : torch::kBFloat16) : tensor;
      CHECK(read.at(name).scalar_type() == expected.scalar_type());
      CHECK(torch::equal(read.at(name), expected));
    }
    if (!as) CHECK(content_hash(read) == content_hash(tensors));
  }
  std::filesystem::remove(folder / "saved.safetensors");
  CHECK_THROWS_AS(save_tensors(folder / "x.safetensors", tensors, {}, DType::i64), Error);
  CHECK_THROWS_AS(load_tensors(folder.write("text", "<html>")), Error);
}

TEST_CASE("weights are loaded whole or not at all when strict", "[weights][load_report]") {
  torch::nn::Linear module(3, 2);
  const auto before = module->weight.clone();
  const NamedTensors good{{"weight", torch::ones({2, 3})}, {"bias", torch::zeros({2}, torch::kFloat64)}};
  for (const auto& wrong :
       {NamedTensors{{"weight", torch::ones({2, 3})}}, NamedTensors{{"weight", torch::ones({3, 2})}, {"bias", torch::zeros({2})}},
        NamedTensors{{"weight", torch::ones({2, 3})}, {"bias", torch::zeros({2})}, {"more", torch::zeros({2})}}}) {
    try {
      load_into(*module, wrong);
      FAIL_CHECK("it was loaded");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::mismatch);
    }
    CHECK(torch::equal(module->weight, before));
  }
  const auto report =
      load_into(*module, {{"weight", torch::ones({3, 2})}, {"bias", torch::ones({2})}, {"more", torch::ones({1})}}, Strictness::lenient);
  CHECK(report.loaded == std::vector<std::string>{"bias"});
  CHECK(report.unexpected == std::vector<std::string>{"more"});
  REQUIRE(report.mismatched.size() == 1);
  CHECK(report.mismatched[0].found == std::vector<std::int64_t>{3, 2});
  CHECK(report.to_json()["missing"].empty());
  CHECK(report.to_string().find("1 unexpected (more)") != std::string::npos);
  CHECK(torch::equal(module->weight, before));
  CHECK(load_into(*module, good).complete());
  CHECK(module->weight.sum().item<float>() == 6.0f);
  CHECK(module->bias.scalar_type() == torch::kFloat32);
  torch::nn::BatchNorm1d norm(2);
  CHECK(state_of(*norm).count("running_mean") == 1);
}
