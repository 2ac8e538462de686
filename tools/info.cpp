#include <fmt/format.h>
#include <torch/torch.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/detectors/mtcnn_detector.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/tasks/task_registry.hpp>
#include <faceptor/weights/run_files.hpp>
#include <nlohmann/json.hpp>

#include "common.hpp"
#include "outputs.hpp"

namespace faceptor::program {
namespace {

struct InfoOptions {
  std::string file, architecture, json;
  Step step;
};

nlohmann::ordered_json parameters(const FaceModel& model) {
  const auto count = count_parameters(model.module());
  nlohmann::ordered_json json = {{"total", count.total}, {"parts", nlohmann::ordered_json::object()}};
  for (const auto& [name, part] : count.parts) json["parts"][name] = part;
  return json;
}

nlohmann::ordered_json describe(const FaceModel& model) {
  nlohmann::ordered_json json;
  json["architecture"] = model.config();
  json["parameters"] = parameters(model);
  auto tasks = nlohmann::ordered_json::array();
  for (const auto& task : model.tasks()) {
    nlohmann::ordered_json entry = nlohmann::json(task.spec());
    entry["result"] = task.result_type_name();
    tasks.push_back(entry);
  }
  json["tasks"] = tasks;
  return json;
}

std::string millions(int64_t count) { return fmt::format("{:.1f} M", static_cast<double>(count) / 1e6); }

void print(const nlohmann::ordered_json& json) {
  for (const char* key : {"name", "summary", "file", "licence", "source", "description", "hash"}) {
    if (json.contains(key)) print_out("{:<14}{}\n", key, text::printable(json[key].get<std::string>()));
  }
  if (json.contains("step") && !json["step"].is_null()) print_out("{:<14}{}\n", "step", json["step"].get<std::int64_t>());
  if (json.value("untrained", false)) print_out("{:<14}these weights were never trained\n", "untrained");
  const bool detector = json.contains("detector");
  print_out("{:<14}{}\n", detector ? "detector" : "kind", (detector ? json["detector"] : json["architecture"]["kind"]).get<std::string>());
  if (!detector) print_out("{:<14}{}\n", "backbone", json["architecture"]["backbone"].dump());
  if (!detector && json["architecture"].contains("decoder")) print_out("{:<14}{}\n", "decoder", json["architecture"]["decoder"].dump());
  const auto& counted = json["parameters"];
  print_out("{:<14}{} ({})\n", "parameters", millions(counted["total"]), counted["total"].get<int64_t>());
  for (const auto& [name, part] : counted["parts"].items()) print_out("  {:<14}{}\n", name, millions(part));
  if (detector) return;
  print_out("tasks\n");
  for (const auto& task : json["tasks"]) {
    const auto view = task["view"].get<View>();
    print_out("  {:<18}{:>4} {:<17} {:<12} {}\n", task["name"].get<std::string>(), task["outputs"].get<int64_t>(),
              task["kind"].get<std::string>(), task["result"].get<std::string>(), view.name());
  }
}

/// What the weights of the bundled detector say of themselves; nothing for those of a model.
std::optional<nlohmann::ordered_json> describe_detector(const std::filesystem::path& path) {
  if (!nn::is_safetensors(path)) return std::nullopt;
  const auto file = files::SafetensorsFile::open(path);
  const auto said = [&](const char* field) {
    const auto found = file.metadata().find(field);
    return found == file.metadata().end() ? std::string() : found->second;
  };
  if (said("kind") != MtcnnDetector::kName) return std::nullopt;
  nlohmann::ordered_json json;
  json["file"] = path.string();
  json["detector"] = said("kind");
  for (const char* field : {"licence", "source", "description"}) json[field] = said(field);
  auto parts = nlohmann::ordered_json::object();
  std::int64_t total = 0;
  for (const auto& tensor : file.tensors()) {
    const auto part = std::string(tensor.name.substr(0, tensor.name.find('.')));
    parts[part] = parts.value(part, std::int64_t{0}) + static_cast<std::int64_t>(tensor.size());
    total += static_cast<std::int64_t>(tensor.size());
  }
  json["parameters"] = {{"total", total}, {"parts", parts}};
  return json;
}

int info(const Common& common, const InfoOptions& chosen) {
  if (chosen.file.empty() == chosen.architecture.empty()) {
    throw CLI::ValidationError("info", "give either a file or --architecture NAME");
  }
  Outputs outputs(common.force);
  outputs.reads(chosen.file);
  outputs.writes("--json", chosen.json, OutputKind::json);
  outputs.check();
  nlohmann::ordered_json json;
  if (!chosen.architecture.empty()) {
    const auto architecture = faceptor::architecture(chosen.architecture);
    const auto model = make_model(architecture.config, architecture.tasks);
    json["name"] = architecture.name;
    json["summary"] = architecture.summary;
    json.update(describe(*model));
  } else {
    const auto file = weights::weights_file(chosen.file, chosen.step);
    if (const auto detector = describe_detector(file)) {
      json = *detector;
    } else {
      const auto loaded = weights::load_model(file);
      json["file"] = file.string();
      json["licence"] = loaded.info.licence;
      json["source"] = loaded.info.source;
      json["description"] = loaded.info.description;
      json["hash"] = loaded.info.hash;
      json["step"] = loaded.info.step ? nlohmann::ordered_json(*loaded.info.step) : nlohmann::ordered_json();
      json["untrained"] = loaded.info.untrained;
      json.update(describe(*loaded.model));
    }
  }
  if (chosen.json.empty()) {
    print(json);
  } else {
    WholeText(chosen.json).write(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
  return kDone;
}

}  // namespace

void add_info(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<InfoOptions>();
  auto* verb = add_verb(app, "info", "what is in a weights file or a named architecture", "faceptor info --architecture faceptor-base",
                        common, [chosen, &common] { return info(common, *chosen); });
  verb->add_option("file", chosen->file, "weights file, run or published checkpoint");
  add_step_option(*verb, chosen->step);
  verb->add_option("--architecture", chosen->architecture, "a named one: " + text::join(architecture_names()));
  verb->add_option("--json", chosen->json, "write JSON to this file; - for standard output");
}

}  // namespace faceptor::program
