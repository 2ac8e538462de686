#include "support/torch_catch.hpp"

#include <filesystem>

#include <faceptor/core/log.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/losses/make_loss.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/train/config.hpp>
#include <faceptor/train/setup.hpp>
#include <faceptor/weights/model_file.hpp>

#include "../../tools/toml.hpp"
#include "support/temporary_folder.hpp"
#include "support/tests_folder.hpp"

using namespace faceptor;

namespace {

/// As narrow as it can be: levels, tasks and interpreters are what they were.
void narrow(nlohmann::json& config) {
  config["backbone"].merge_patch({{"width", 16}, {"heads", 2}, {"image_side", 32}, {"projection", 0}});
  config["decoder"].merge_patch({{"hidden", 16}, {"heads", 2}, {"ffn", 16}, {"layers", 1}});
}

Architecture declared(const char* name, const std::string& from) {
  auto config = train::read_config(program::read_toml(tests_folder().parent_path() / "examples/ablations" / name));
  if (config.model.architecture == "init") config.init.from = from;
  auto model = train::declared_model(config);
  narrow(model.config);
  make_model(model.config, model.tasks);  // tasks and architecture fit
  return model;
}

std::vector<std::int64_t> levels(const Architecture& model, const char* which) { return model.config.at("decoder").at(which); }

}  // namespace

TEST_CASE("The ablations of the examples stand for the models that they say", "[program][ablations]") {
  const TemporaryFolder folder;
  const auto file = (folder / "full.safetensors").string();
  {
    auto full = architecture("faceptor-full");
    narrow(full.config);
    weights::save_model(file, *make_model(full.config, full.tasks), {"CC0", "a test", {}, true, {}, {}});
  }
  const std::vector<std::int64_t> none, last = {11}, added = {1, 3, 5, 7, 9}, all = {1, 3, 5, 7, 9, 11};

  const auto off = declared("layer_attention_off.toml", file);
  CHECK(levels(off, "levels") == last);
  CHECK(levels(off, "new_levels") == none);
  CHECK(off.tasks.size() == 7);

  const auto on = declared("layer_attention_on.toml", file);
  CHECK(levels(on, "levels") == last);
  CHECK(levels(on, "new_levels") == added);
  CHECK(on.tasks.size() == 13);  // all of the file are kept

  const auto start = declared("all_levels_from_the_start.toml", file);
  CHECK(levels(start, "levels") == all);
  CHECK(levels(start, "new_levels") == none);
  CHECK(start.config.at("decoder").at("map_level") == 11);

  const auto map = declared("map.toml", file);
  for (const char* task : {"parsing_celebam", "align_300w"}) {
    CHECK(off.tasks.at(task).spec().interpreter == "map_v2");
    CHECK(map.tasks.at(task).spec().interpreter == "map");
    CHECK(map.tasks.at(task).spec().interpreter_group == "map");
  }
  CHECK(map.tasks.at("age_morph2").spec().interpreter == "value");

  // Published values, written out, are the published tasks.
  const auto options = declared("task_options.toml", file);
  for (const auto& task : off.tasks) {
    INFO(task.name());
    CHECK(nlohmann::json(options.tasks.at(task.name()).spec()) == nlohmann::json(task.spec()));
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(tests_folder().parent_path() / "examples/ablations")) {
    files += entry.path().extension() == ".toml" ? 1 : 0;
  }
  CHECK(files == 5);  // each is looked at above
}
