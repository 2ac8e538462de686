#include <functional>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/published/table.hpp>
#include <faceptor/train/presets.hpp>

namespace faceptor::train {
namespace {

using published::TaskRow;

/// The picture encoder that every published first stage begins with.
constexpr const char* kFarl = "FaRL-Base-Patch16-LAIONFace20M-ep64.pth";

/// The published data of a task, in the folder of the format's name.
nlohmann::json published_data(const TaskRow& row, std::int64_t batch) {
  nlohmann::json data = {
      {"format", row.format}, {"root", row.format}, {"split", row.split}, {"batch", batch}, {"evaluation_split", row.evaluation_splits}};
  if (row.evaluation_format != row.format) {
    data["evaluation_format"] = row.evaluation_format;
    data["evaluation_root"] = row.evaluation_format;
  }
  return data;
}

/// What all published runs have in common, on these data.
/// @param batch  of each task: those that have one are in the run
nlohmann::json published_run(std::int64_t TaskRow::*batch) {
  constexpr std::int64_t kWorkersATask = 4;
  auto data = nlohmann::json::object();
  for (const auto& row : published::kTable) {
    if (row.*batch > 0) data[row.name] = published_data(row, row.*batch);
  }
  const auto workers = kWorkersATask * static_cast<std::int64_t>(data.size());
  return {{"data", std::move(data)},
          {"seed", 2048},
          {"device", "auto"},
          {"workers", workers},
          {"ahead", 6},
          {"steps", 50000},
          {"schedule", {{"start", 1e-6}, {"peak", 5e-5}, {"warmup", 2000}}},
          {"evaluation", {{"every", 2500}}},
          {"pictures", {{"every", 1000}}},
          {"checkpoints", {{"every", 1000}, {"keep_every", 5000}}}};
}

nlohmann::json type_weights(double published::TypeRow::*weight) {
  auto weights = nlohmann::json::object();
  for (const auto& row : published::kTypes) weights[row.type] = row.*weight;
  return weights;
}

nlohmann::json faceptor_preset(const char* architecture, std::int64_t TaskRow::*batch, double published::TypeRow::*weight) {
  auto tree = published_run(batch);
  tree["model"]["architecture"] = architecture;
  tree["init"]["from"] = kFarl;
  tree["weights"] = type_weights(weight);
  tree["parameters"] = {{"backbone", 1}, {"decoder", 10}, {"interpreters", 10}, {"losses", 10}};
  return tree;
}

nlohmann::json base_preset() { return faceptor_preset("faceptor-base", &TaskRow::base_batch, &published::TypeRow::base); }

nlohmann::json full_preset() { return faceptor_preset("faceptor-full", &TaskRow::full_batch, &published::TypeRow::full); }

nlohmann::json naive_preset(const char* architecture, std::int64_t TaskRow::*batch) {
  auto tree = published_run(batch);
  tree["model"]["architecture"] = architecture;
  tree["init"]["from"] = kFarl;
  for (const auto& row : published::kTypes) tree["weights"][row.type] = 1.0;
  tree["schedule"] = {{"start", 1e-5}, {"peak", 5e-4}, {"warmup", 2000}};
  tree["parameters"] = {{"backbone", 0.1}, {"heads", 1}, {"losses", 1}};
  return tree;
}

/// Layer-Attention for one task. The model keeps all tasks of the file, whose memory has the new levels too.
nlohmann::json stage2_preset(const TaskRow& row) {
  auto tree = published_run(&TaskRow::stage2_batch);
  tree["data"] = nlohmann::json::object();
  tree["data"][row.name] = published_data(row, row.stage2_batch);
  tree["workers"] = 4;
  tree["model"] = {
      {"architecture", "init"}, {"tasks", nlohmann::json::array({"*"})}, {"config", {{"decoder", {{"new_levels", {1, 3, 5, 7, 9}}}}}}};
  tree["init"]["from"] = "faceptor-full.safetensors";
  tree["steps"] = 20000;
  tree["evaluation"]["every"] = 500;
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
  auto data = nlohmann::json::object();
  for (const char* task : {"age_morph2", "biattr_celeba", "affect_rafdb"}) {
    data[task] = published_data(published::row(task), 16);
    data[task]["without"] = {"randaugment", "erasing"};
  }
  nlohmann::json config = {{"backbone", {{"width", 96}, {"layers", 6}, {"heads", 4}, {"image_side", 112}, {"drop_path", 0.0}}}};
  if (!naive) config["decoder"] = {{"hidden", 64}, {"heads", 4}, {"ffn", 128}, {"layers", 2}, {"levels", {5}}, {"map_level", 5}};
  return {{"model", {{"architecture", naive ? "naive-tiny" : "faceptor-tiny"}, {"config", config}}},
          {"data_root", "synthetic"},
          {"data", std::move(data)},
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
  std::string name, summary;
  std::function<nlohmann::json()> tree;
};

std::vector<Preset> make_presets() {
  std::vector<Preset> all = {
      {"naive-base", "Naive Faceptor as published: seven data sets, 50,000 steps; batches are those of each of 2 processes",
       [] { return naive_preset("naive-base", &TaskRow::base_batch); }},
      {"naive-full", "Naive Faceptor on the thirteen data sets of Faceptor-Full, which was not published; of each of 4 processes",
       [] { return naive_preset("naive-full", &TaskRow::full_batch); }},
      {"faceptor-base", "Faceptor-Base as published: seven data sets, 50,000 steps; batches are those of each of 2 processes", base_preset},
      {"faceptor-full", "Faceptor-Full as published: thirteen data sets, 50,000 steps; batches are those of each of 4 processes",
       full_preset},
  };
  for (const auto& row : published::kTable) {
    if (row.stage2_batch == 0) continue;
    all.push_back(
        {fmt::format("stage2-{}", published::type_of(row.name)),
         fmt::format("Layer-Attention as published, the second stage: from Faceptor-Full's weights (init.from), 20,000 steps for {}",
                     row.name),
         [&row] { return stage2_preset(row); }});
  }
  all.push_back({"auxiliary", "auxiliary supervised learning: Faceptor-Base for the sake of one task, RAF-DB", auxiliary_preset});
  all.push_back({"tiny", "a small Faceptor on synthetic faces, in minutes on two cores", [] { return tiny_preset(false); }});
  all.push_back({"tiny-naive", "a small Naive Faceptor on synthetic faces, in minutes on two cores", [] { return tiny_preset(true); }});
  return all;
}

const std::vector<Preset>& presets() {
  static const auto all = make_presets();
  return all;
}

const Preset& find_preset(std::string_view name) {
  for (const auto& preset : presets()) {
    if (name == preset.name) return preset;
  }
  throw Error(ErrorCode::argument, "train: there is no preset \"" + std::string(name) + "\"")
      .where("preset")
      .hint(text::suggestion(name, preset_names()));
}

}  // namespace

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const auto& preset : presets()) names.push_back(preset.name);
  return names;
}

std::string preset_summary(std::string_view name) { return find_preset(name).summary; }

nlohmann::json preset(std::string_view name) { return find_preset(name).tree(); }

}  // namespace faceptor::train
