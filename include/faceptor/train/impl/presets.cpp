#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/train/presets.hpp>

namespace faceptor::train {
namespace {

/// The published data of a task, in the folder of the format's name.
nlohmann::json published_data(const char* format, std::int64_t batch) { return {{"format", format}, {"root", format}, {"batch", batch}}; }

/// What is the same for all: the seven data sets of Faceptor-Base, its weights of types, 50,000 steps.
nlohmann::json base_preset() {
  return {{"model", {{"architecture", "faceptor-base"}}},
          {"data",
           {{"recog_ms1mv3", published_data("ms1mv3", 128)},
            {"age_morph2", published_data("morph2", 32)},
            {"biattr_celeba", published_data("celeba", 32)},
            {"affect_affectnet", published_data("affectnet", 32)},
            {"affect_rafdb", published_data("rafdb", 8)},
            {"parsing_celebam", published_data("celebamask_hq", 2)},
            {"align_300w", published_data("300w", 2)}}},
          {"weights", {{"recog", 5}, {"age", 6}, {"biattr", 2}, {"affect", 5}, {"parsing", 100}, {"align", 1000}}},
          {"steps", 50000},
          {"schedule", {{"start", 1e-6}, {"peak", 5e-5}, {"warmup", 2000}}},
          {"parameters", {{"backbone", 1}, {"decoder", 10}, {"interpreters", 10}, {"losses", 10}}},
          {"evaluation", {{"every", 2500}}},
          {"pictures", {{"every", 1000}}},
          {"checkpoints", {{"every", 1000}, {"keep_every", 5000}}}};
}

nlohmann::json naive_preset() {
  auto tree = base_preset();
  tree["model"]["architecture"] = "naive-base";
  tree["schedule"] = {{"start", 1e-5}, {"peak", 5e-4}, {"warmup", 2000}};
  tree["parameters"] = {{"backbone", 0.1}, {"heads", 1}, {"losses", 1}};
  return tree;
}

nlohmann::json full_preset() {
  auto tree = base_preset();
  tree["model"]["architecture"] = "faceptor-full";
  tree["data"] = {{"recog_ms1mv3", published_data("ms1mv3", 64)},
                  {"age_morph2", published_data("morph2", 16)},
                  {"age_utkface", published_data("utkface", 4)},
                  {"biattr_celeba", published_data("celeba", 16)},
                  {"affect_affectnet", published_data("affectnet", 16)},
                  {"affect_rafdb", published_data("rafdb", 4)},
                  {"affect_ferplus", published_data("ferplus", 4)},
                  {"parsing_celebam", published_data("celebamask_hq", 1)},
                  {"parsing_lapa", published_data("lapa", 1)},
                  {"align_300w", published_data("300w", 1)},
                  {"align_cofw", published_data("cofw", 1)},
                  {"align_wflw", published_data("wflw", 1)},
                  {"align_aflw", published_data("aflw19", 1)}};
  tree["weights"] = {{"recog", 5}, {"age", 5}, {"biattr", 2}, {"affect", 10}, {"parsing", 200}, {"align", 1000}};
  return tree;
}

nlohmann::json stage2_preset() {
  auto tree = base_preset();
  tree["model"]["config"] = {{"decoder", {{"new_levels", {1, 3, 5, 7, 9}}}}};
  tree["model"]["tasks"] = {"*"};
  tree["init"] = {{"from", "stage1.safetensors"}};
  tree["data"] = {{"affect_rafdb", published_data("rafdb", 64)}};
  tree["steps"] = 20000;
  tree["parameters"] = {{"backbone", "frozen"},
                        {"decoder", "frozen"},
                        {"interpreters", "frozen"},
                        {"decoder.new_level_embed", {{"multiplier", 10}, {"frozen", false}}},
                        {"decoder.new_input_projections", {{"multiplier", 10}, {"frozen", false}}},
                        {"losses", 1}};
  return tree;
}

nlohmann::json auxiliary_preset() {
  auto tree = base_preset();
  tree["auxiliary"] = {{"main", "affect_rafdb"}, {"factor", 0.1}};
  return tree;
}

/// A small model on what `faceptor synthesize` writes: minutes on two cores. Painted faces are little changed in training: there is
/// hardly anything by chance in them that a model could learn by heart.
nlohmann::json tiny_preset(bool naive) {
  const auto data = [](const char* format) {
    auto entry = published_data(format, 16);
    entry["without"] = {"randaugment", "erasing"};
    entry["evaluation_split"] = "test";
    return entry;
  };
  nlohmann::json config = {{"backbone", {{"width", 96}, {"layers", 6}, {"heads", 4}, {"image_side", 112}, {"drop_path", 0.0}}}};
  if (!naive) config["decoder"] = {{"hidden", 64}, {"heads", 4}, {"ffn", 128}, {"layers", 2}, {"levels", {5}}, {"map_level", 5}};
  return {{"model", {{"architecture", naive ? "naive-tiny" : "faceptor-tiny"}, {"config", config}}},
          {"data_root", "synthetic"},
          {"data", {{"age_morph2", data("morph2")}, {"biattr_celeba", data("celeba")}, {"affect_rafdb", data("rafdb")}}},
          {"weights", {{"age", 1}, {"biattr", 1}, {"affect", 10}}},
          {"steps", 800},
          {"schedule", {{"start", 1e-5}, {"peak", 1e-3}, {"warmup", 50}}},
          {"parameters", {{"backbone", 1}, {"decoder", 1}, {"interpreters", 1}, {"heads", 1}, {"losses", 1}}},
          {"log", {{"every", 10}}},
          {"evaluation", {{"every", 400}}},
          {"pictures", {{"every", 200}}},
          {"checkpoints", {{"every", 100}, {"keep_every", 0}}},
          {"result",
           {{"licence", "CC0: trained on synthetic faces only"},
            {"source", naive ? "faceptor train --preset tiny-naive, on painted faces" : "faceptor train --preset tiny, on painted faces"},
            {"description", "for trying things out: it knows painted faces, not photographs"}}}};
}

struct Preset {
  const char* name;
  const char* summary;
  nlohmann::json (*tree)();
};

inline constexpr Preset kPresets[] = {
    {"naive-base", "Naive Faceptor as published: seven data sets, 50,000 steps; batches are those of each of 2 processes", naive_preset},
    {"faceptor-base", "Faceptor-Base as published: seven data sets, 50,000 steps; batches are those of each of 2 processes", base_preset},
    {"faceptor-full", "Faceptor-Full as published: thirteen data sets, 50,000 steps; batches are those of each of 4 processes",
     full_preset},
    {"stage2", "Layer-Attention, the second stage: from a first stage's weights (init.from), 20,000 steps on RAF-DB", stage2_preset},
    {"auxiliary", "auxiliary supervised learning: Faceptor-Base for the sake of one task, RAF-DB", auxiliary_preset},
    {"tiny", "a small Faceptor on synthetic faces, in minutes on two cores", [] { return tiny_preset(false); }},
    {"tiny-naive", "a small Naive Faceptor on synthetic faces, in minutes on two cores", [] { return tiny_preset(true); }},
};

const Preset& find_preset(std::string_view name) {
  for (const auto& preset : kPresets) {
    if (name == preset.name) return preset;
  }
  throw Error(ErrorCode::argument, "train: there is no preset \"" + std::string(name) + "\"")
      .where("preset")
      .hint(text::suggestion(name, preset_names()));
}

}  // namespace

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const auto& preset : kPresets) names.emplace_back(preset.name);
  return names;
}

std::string preset_summary(std::string_view name) { return find_preset(name).summary; }

nlohmann::json preset(std::string_view name) { return find_preset(name).tree(); }

}  // namespace faceptor::train
