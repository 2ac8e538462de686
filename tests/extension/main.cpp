// A program of one's own: all verbs of faceptor, with the parts of a third party in them. extension_test.py runs it.
#include <cstdio>
#include <faceptor/image/write.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/program/program.hpp>
#include <faceptor/weights/model_file.hpp>

#include "parts/head_pose.hpp"
#include "parts/others.hpp"
#include "parts/pose_set.hpp"
#include "parts/small_backbone.hpp"

namespace {

using namespace faceptor;

TaskList tasks() {
  TaskList list;
  list.add(extension::pose_task());
  list.add(extension::side_task());
  list.add(extension::mask_task());
  return list;
}

Architecture architecture_of(const char* kind) {
  nlohmann::json config = {{"kind", kind}, {"backbone", {{"type", extension::SmallBackboneImpl::kName}, {"width", 24}}}};
  if (std::string(kind) == "faceptor") {
    config["decoder"] = decoder::QueryDecoderOptions().hidden(24).heads(2).ffn(32).layers(2).levels({1}).to_json();
  } else {
    config["dense_channels"] = 16;
    config["dense_levels"] = {0, 0, 1, 1};
  }
  return {std::string("extension-") + kind, "parts of a third party", config, tasks()};
}

void register_all() {
  register_backbone<extension::SmallBackboneImpl>();
  tasks();  // a task makes its types known
  datasets::register_label<extension::Rotation>();
  extension::register_others();
  for (const char* kind : {"faceptor", "naive_faceptor"}) {
    register_architecture(std::string("extension-") + kind, [=] { return architecture_of(kind); });
  }
  datasets::register_dataset_format(
      {.name = "poses", .description = "painted heads that know how they are turned", .kind = extension::Rotation::kKind},
      [](const std::filesystem::path& root, const datasets::DatasetOptions& options) {
        return std::make_unique<extension::PoseSet>(root, options.split);
      });
}

/// A model of either architecture is written, read back and copied, and says the same.
int check(std::span<const std::string> arguments) {
  for (const char* kind : {"faceptor", "naive_faceptor"}) {
    const SeedGuard seed(1);
    const auto [name, summary, config, list] = architecture_of(kind);
    const auto model = make_model(config, list);
    model->module().eval();
    const auto path = std::filesystem::path(arguments[0]) / (name + ".safetensors");
    weights::save_model(path, *model, {"CC0", "a test", {}, true, {}, {}});
    const auto loaded = weights::load_model(path);
    loaded.model->module().eval();
    const auto copy = std::dynamic_pointer_cast<FaceModel>(model->module().clone());
    copy->module().eval();
    const torch::NoGradGuard no_grad;
    const auto images = torch::rand({2, 3, 64, 64});
    const auto expected = model->run(images), read = loaded.model->run(images), copied = copy->run(images);
    const auto frozen = loaded.freeze().model->run(images);  // some of these parts have a frozen form, others run as they are
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!torch::equal(expected[i], read[i]) || !torch::equal(expected[i], copied[i]) || !frozen[i].allclose(expected[i], 1e-4, 1e-5)) {
        std::printf("%s: %s differs\n", kind, list[i].name().c_str());
        return 1;
      }
    }
    std::printf("%s: %zu tasks come back\n", kind, list.size());
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  register_all();
  return program::Program()
      .add({"poses", "write a list of poses, and a painted head", "extended poses FOLDER COUNT SEED",
            [](auto arguments) {
              const std::filesystem::path folder = arguments[0];
              extension::write_poses(folder, std::stoul(arguments[1]), std::stoull(arguments[2]));
              write_png(folder / "head.png", extension::PoseSet::painted({25, -10, 5}));
              return 0;
            }})
      .add({"check", "models are written and read back", "extended check FOLDER", check})
      .remove("synthesize")
      .run(argc, argv);
}
