#include <faceptor/published/name_map.hpp>

#include <faceptor/core/error.hpp>
#include <faceptor/nn/tensors.hpp>

#include "support/golden.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using namespace faceptor::nn;
using namespace faceptor::published;

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
