#include <faceptor/published/published_model.hpp>
#include <faceptor/published/published_names.hpp>

#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/files/checkpoint.hpp>

#include "support/catch.hpp"
#include "support/golden.hpp"

using namespace faceptor;
using namespace faceptor::files;
using namespace faceptor::published;

TEST_CASE("each published name has one of ours, and back again", "[weights][published]") {
  for (const auto* file : {"faceptor_tiny/stage1", "faceptor_tiny/stage2", "naive_tiny"}) {
    const auto folder = golden::find(std::string("model/") + file);
    if (!folder) FACEPTOR_SKIP(std::string("model/") + file + " is absent");
    std::string embedding;
    const auto config = golden::json(file == std::string("faceptor_tiny/stage1") ? *folder / "config.json" : *folder / "config.json");
    for (const auto& task : config["tasks"]) {
      if (task["interpreter"].get<std::string>().starts_with("feature")) embedding = task["name"];
    }
    const auto checkpoint = Checkpoint::open(*folder / "checkpoint_rank0_iter_100.pth.tar");
    std::set<std::string> repeated, ours;
    for (const auto& tensor : checkpoint.tensors()) {
      if (const auto name = repeated_name(without_module(tensor.name))) repeated.insert(*name);
    }
    for (const auto& tensor : checkpoint.tensors()) {
      CAPTURE(tensor.name);
      const std::string plain(without_module(tensor.name));
      if (repeated.count(plain) != 0 || plain.find(".conv_seg.") != plain.npos) continue;
      const auto name = name_from_published(tensor.name, embedding);
      REQUIRE(name);
      CHECK(ours.insert(*name).second);
      CHECK(name_to_published(*name, embedding) == plain);
    }
  }
}

TEST_CASE("names outside the table have no counterpart", "[weights][published]") {
  CHECK(name_from_published("visual.proj") == "backbone.projection");
  CHECK_FALSE(name_from_published("transformer.resblocks.0.ln_1.weight"));
  CHECK(is_text_tower("transformer.resblocks.0.ln_1.weight"));
  CHECK(is_text_tower("logit_scale"));
  CHECK_FALSE(is_text_tower("visual.proj"));
  CHECK_FALSE(name_from_published("heads_module.heads.recog.head.2.weight"));
  CHECK_FALSE(name_from_published("backbone_module.visual.transformer.resblocks.x.ln_1.weight"));
  CHECK_FALSE(name_from_published(""));
  CHECK_FALSE(name_to_published("backbone.blocks.0.norm1.weight.more"));
  CHECK_FALSE(name_to_published("backbone"));
}

TEST_CASE("sizes of published models follow from their tensors", "[weights][published]") {
  for (const auto* file : {"faceptor_tiny/stage1", "faceptor_tiny/stage2", "naive_tiny"}) {
    CAPTURE(file);
    const auto folder = golden::find(std::string("model/") + file);
    if (!folder) FACEPTOR_SKIP(std::string("model/") + file + " is absent");
    const auto config = golden::json(*folder / "config.json");
    const auto checkpoint = Checkpoint::open(*folder / "checkpoint_rank0_iter_100.pth.tar");
    const auto model = infer_published(checkpoint.tensors());
    const auto& backbone = config["backbone"];
    CHECK(model.width == backbone["width"].get<std::int64_t>());
    CHECK(model.layers == backbone["layers"].get<std::int64_t>());
    CHECK(model.patch == backbone["patch"].get<std::int64_t>());
    CHECK(model.projection == backbone["output_dim"].get<std::int64_t>());
    CHECK(model.grid * model.patch == backbone["forced_input_resolution"].get<std::int64_t>());
    CHECK(model.embedding == config["embedding"].get<std::int64_t>());
    if (config.contains("decoder")) {
      const auto& decoder = config["decoder"];
      CHECK(model.kind == PublishedKind::faceptor);
      CHECK(model.hidden == decoder["hidden"].get<std::int64_t>());
      CHECK(model.ffn == decoder["ffn"].get<std::int64_t>());
      CHECK(model.decoder_layers == decoder["layers"].get<std::int64_t>());
      CHECK(model.levels == static_cast<std::int64_t>(decoder["levels"].size()));
      const auto new_levels = decoder.value("new_levels", nlohmann::json());
      CHECK(model.new_levels == (new_levels.is_array() ? static_cast<std::int64_t>(new_levels.size()) : 0));
      for (const auto& task : config["tasks"]) {
        const auto found = model.queries.find(task["name"].get<std::string>());
        if (found != model.queries.end())
          CHECK(found->second == task["queries"].get<std::int64_t>());
        else
          CHECK(task["interpreter"] == "feature_v2");
      }
    } else {
      CHECK(model.kind == PublishedKind::naive);
      REQUIRE(model.naive_heads.size() == config["heads"].size());
      for (const auto& [type, head] : config["heads"].items()) {
        const auto& read = model.naive_heads.at(type);
        if (!head["kwargs"].contains("outputs")) {
          CHECK(read.kind == PublishedHeadKind::embedding);
          continue;
        }
        std::int64_t expected = 0, found = 0;
        for (const auto& outputs : head["kwargs"]["outputs"]) expected += outputs.get<std::int64_t>();
        for (const auto& [task, outputs] : read.outputs) found += outputs;
        CHECK(found == expected);
        const bool dense = head["kwargs"].contains("channels");
        CHECK((read.kind == PublishedHeadKind::dense) == dense);
        CHECK(read.width == head["kwargs"][dense ? "channels" : "out_features"].get<std::int64_t>());
      }
    }
  }
}

TEST_CASE("FaRL's file is distinguished from trained ones, and other files refused", "[weights][published]") {
  const auto path = golden::find("model/backbone_tiny/farl_tiny.pth");
  if (!path) FACEPTOR_SKIP("model/backbone_tiny is absent");
  const auto checkpoint = Checkpoint::open(*path);
  CHECK(infer_published(checkpoint.tensors()).kind == PublishedKind::farl);
  for (const auto& tensor : checkpoint.tensors()) {
    CAPTURE(tensor.name);
    CHECK(name_from_published(tensor.name).has_value() != is_text_tower(tensor.name));
  }
  CHECK_THROWS_AS(infer_published(std::span<const TensorView>()), Error);
}

TEST_CASE("prefixes of wrapped models don't count", "[weights][published]") {
  for (const auto* name :
       {"visual.proj", "module.visual.proj", "module.module.visual.proj", "_orig_mod.module.visual.proj", "model.visual.proj"}) {
    CAPTURE(name);
    CHECK(name_from_published(name) == "backbone.projection");
  }
}
