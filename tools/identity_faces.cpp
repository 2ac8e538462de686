#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/detectors/detectors.hpp>
#include <faceptor/evaluate/report.hpp>
#include <faceptor/tasks/task_list.hpp>
#include <faceptor/tasks/task_registry.hpp>

#include "identity.hpp"
#include "outputs.hpp"

namespace faceptor::program {

Threshold threshold_of(const IdentityOptions& chosen, const files::Metadata& metadata, const std::string& file) {
  if (chosen.threshold) return {*chosen.threshold, {}, {}};
  const auto entry = metadata.find(evaluate::kThresholdsKey);
  Threshold found;
  std::vector<std::string> measured;
  try {
    if (entry != metadata.end()) {
      const auto json = nlohmann::json::parse(entry->second);
      for (const auto& at : json.at("thresholds")) {
        const auto far = at.at("far").get<double>();
        measured.push_back(fmt::format("{:g}", far));
        const bool wanted = chosen.far ? std::abs(far / *chosen.far - 1) < 1e-6 : !found.far || far < *found.far;
        if (wanted) found = {at.at("cosine").get<double>(), far, json.at("set").get<std::string>()};
      }
    }
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::format, "the thresholds in the metadata can't be read")
        .where(fmt::format("{}: {}", file, evaluate::kThresholdsKey))
        .hint("--threshold COSINE gives one; `faceptor evaluate TASK --save-thresholds` measures and saves them anew");
  }
  if (chosen.far && !found.far) {
    throw Error(ErrorCode::argument, "no threshold was measured at this FAR")
        .where("--far")
        .expected(measured.empty() ? "weights with thresholds" : text::join(measured))
        .found(fmt::format("{:g}", *chosen.far))
        .hint("`faceptor evaluate TASK --save-thresholds` measures them; --threshold COSINE gives one");
  }
  return found;
}

Faces::Faces(const Common& common, const IdentityOptions& chosen) : chosen_(chosen), common_(common), analyzer_(load(common, chosen)) {}

FaceAnalyzer Faces::load(const Common& common, const IdentityOptions& chosen) {
  auto loaded = load_weights(common, chosen.weights, chosen.step);
  std::vector<std::string> comparing;
  for (const auto& task : loaded.model->tasks()) {
    if (task.compares_faces() && task.result_type_name() == results::Embedding::kTypeName) comparing.push_back(task.name());
  }
  if (chosen.task.empty() && comparing.size() != 1) {
    throw Error(ErrorCode::argument, comparing.empty() ? "these weights have no task that tells who somebody is"
                                                       : "these weights have several tasks that tell who somebody is")
        .hint(comparing.empty() ? "" : "choose one: --task " + text::join(comparing, " | "));
  }
  analyzer_task_ = chosen.task.empty() ? comparing.front() : chosen.task;
  if (std::find(comparing.begin(), comparing.end(), analyzer_task_) == comparing.end()) {
    throw Error(ErrorCode::argument, "this task doesn't tell who somebody is")
        .where("--task")
        .found(analyzer_task_)
        .hint(text::suggestion(analyzer_task_, comparing));
  }
  const std::shared_ptr<const FaceDetector> detector = make_detector(chosen.detector);
  say_licence(common, *detector);
  return FaceAnalyzer(std::move(loaded), {.tasks = {analyzer_task_}, .detector = detector, .device = chosen.device});
}

PhotoResult Faces::of(const std::string& photo) const {
  auto result = analyzer_.analyze(read_image(photo, chosen_.reading), photo);
  if (result.empty()) throw Error(ErrorCode::argument, "no face was found").where(photo);
  return result;
}
Face Faces::largest(const PhotoResult& result) const {
  const auto area = [](const Face& face) { return face.box.width() * face.box.height(); };
  if (result.size() > 1) say(common_, fmt::format("{}: {} faces; the largest is taken", result.photo, result.size()));
  return *std::max_element(result.begin(), result.end(), [&](const Face& a, const Face& b) { return area(a) < area(b); });
}

std::string shown(std::string_view name) { return text::printable(name); }

void write_json(const std::string& target, const nlohmann::ordered_json& json) {
  if (!target.empty()) WholeText(target).write(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void add_model_options(CLI::App& verb, IdentityOptions& chosen) {
  add_weights_option(verb, chosen.weights, chosen.step);
  add_device_option(verb, chosen.device);
  verb.add_option("--task", chosen.task, "the task that tells who somebody is; default: the only one that does");
  chosen.detector = detector_names().front();
  verb.add_option("--detector", chosen.detector, "how faces are found: " + text::join(detector_names()))->capture_default_str();
  verb.add_flag("--lenient", chosen.reading.lenient, "read damaged and cut-off photos as far as they go");
}

void add_json_option(CLI::App& verb, IdentityOptions& chosen) {
  verb.add_option("--json", chosen.json, "write the results as JSON to this file; - for standard output");
}

}  // namespace faceptor::program
