#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/detect/boxes_file.hpp>
#include <faceptor/detectors/detectors.hpp>
#include <faceptor/detectors/mtcnn_detector.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/results/draw.hpp>
#include <map>
#include <set>

#include "common.hpp"
#include "outputs.hpp"
#include "photos.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

struct AnalyzeOptions {
  std::vector<std::string> photos;
  std::string weights, tasks, json, draw, boxes, detector, device = "cpu", precision = "fp32";
  Step step;
  bool full_json = false;
  std::optional<float> min_face;
  bool upright_only = false;
  faceptor::ReadOptions reading;
};

/// The detector that was asked for. @throws CLI::ValidationError for options that it doesn't have
std::shared_ptr<const faceptor::FaceDetector> detector_of(const Common& common, const AnalyzeOptions& chosen) {
  if (chosen.detector != faceptor::MtcnnDetector::kName) {
    const char* alone = chosen.min_face ? "--min-face" : chosen.upright_only ? "--upright-only" : nullptr;
    if (alone != nullptr) throw CLI::ValidationError(alone, "belongs to --detector mtcnn");
    return faceptor::make_detector(chosen.detector);
  }
  faceptor::MtcnnOptions options{.upright_only = chosen.upright_only};
  if (chosen.min_face) options.min_face = *chosen.min_face;
  auto detector = std::make_shared<faceptor::MtcnnDetector>(std::move(options));
  if (chosen.boxes.empty()) {
    say(common, fmt::format("detector: mtcnn (licence: {}; source: {})", detector->licence(), detector->source()));
  }
  return detector;
}

faceptor::Image read_photo(const std::string& photo, const faceptor::ReadOptions& reading) {
  if (photo != "-") return faceptor::read_image(photo, reading);
  std::vector<std::byte> bytes;
  std::array<std::byte, 1 << 16> part{};
  for (std::size_t n; bytes.size() <= reading.max_bytes && (n = std::fread(part.data(), 1, part.size(), stdin)) > 0;) {
    bytes.insert(bytes.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n));
  }
  return faceptor::decode_image(bytes, reading, "standard input");
}

/// Where each photo is drawn: in the folder, under its own name, numbered where names repeat. Nothing without a folder.
std::vector<fs::path> drawings(const fs::path& folder, const std::vector<std::string>& photos) {
  std::vector<fs::path> paths;
  std::set<fs::path> taken;
  for (const auto& photo : photos) {
    if (folder.empty()) break;
    const auto stem = photo == "-" ? std::string("stdin") : fs::path(photo).stem().string();
    auto path = folder / (stem + ".png");
    for (int i = 2; !taken.insert(path).second; ++i) path = folder / fmt::format("{}-{}.png", stem, i);
    paths.push_back(std::move(path));
  }
  return paths;
}

/// The faces that a boxes file gives each photo of the run.
class GivenFaces {
 public:
  GivenFaces(const std::string& path, const std::vector<std::string>& photos)
      : boxes_(faceptor::read_boxes_file(path)), lookup_(boxes_, fs::path(path).parent_path()) {
    for (const auto& photo : photos) {
      try {
        if (const auto match = lookup_.find(photo); match.faces != nullptr) takers_[match.faces].insert(photo);
      } catch (const faceptor::Error&) {  // told when it is the photo's turn
      }
    }
  }

  /// @throws Error(argument) if the file says nothing of the photo, or what it says may be of another photo of this run
  std::vector<faceptor::Detection> of(const std::string& photo, const faceptor::Image& image) const {
    const auto match = lookup_.find(photo);
    if (match.faces == nullptr) throw faceptor::Error(faceptor::ErrorCode::argument, "analyze: the boxes file says nothing of the photo");
    if (match.by_name && takers_.at(match.faces).size() > 1) {
      throw faceptor::Error(faceptor::ErrorCode::argument, "analyze: the boxes file has this photo's name once, and several photos have it")
          .hint("write the photos' folders into the boxes file");
    }
    return faceptor::FixedBoxes(*match.faces).detect(image);
  }

 private:
  faceptor::BoxesByPhoto boxes_;
  faceptor::BoxesLookup lookup_;
  std::map<const std::vector<faceptor::Detection>*, std::set<std::string>> takers_;
};

/// An error's line, which names the photo.
std::string about(const std::string& photo, const faceptor::Error& error) {
  const std::string message = error.what();
  return photo == "-" || message.find(photo) != std::string::npos ? message : photo + ": " + message;
}

/// What is printed where no file was asked for.
std::string summary(const faceptor::PhotoResult& result) {
  auto text = fmt::format("{}: {} face{}", faceptor::text::printable(result.photo), result.size(), result.size() == 1 ? "" : "s");
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto& face = result[i];
    text += fmt::format("\n  {}. box {:.0f},{:.0f} to {:.0f},{:.0f}", i + 1, face.box.x0, face.box.y0, face.box.x1, face.box.y1);
    for (const auto& task : face) text += fmt::format("\n     {}: {}", task.task(), task.text());
  }
  return text;
}

int analyze(const Common& common, const AnalyzeOptions& chosen) {
  const auto [photos, left_out] = find_photos(chosen.photos);
  const auto drawn = drawings(chosen.draw, photos);
  Outputs outputs(common.force);
  for (const auto& argument : chosen.photos) outputs.reads(argument);
  for (const auto& photo : photos) outputs.reads(photo);
  outputs.reads(chosen.boxes);
  outputs.reads(weights_path(chosen.weights));
  outputs.writes("--json", chosen.json, OutputKind::json);
  for (const auto& path : drawn) outputs.writes("--draw", path, OutputKind::picture);
  outputs.check();
  if (!left_out.empty()) complain(common, left_out);
  if (photos.empty()) return kFailed;
  files::make_folder(chosen.draw);
  std::optional<GivenFaces> given;
  if (!chosen.boxes.empty()) given.emplace(chosen.boxes, photos);

  const faceptor::FaceAnalyzer analyzer(
      load_weights(common, chosen.weights, chosen.step),
      {.tasks = names_of(chosen.tasks), .detector = detector_of(common, chosen), .device = chosen.device, .precision = chosen.precision});

  std::optional<LineWriter> json;
  if (!chosen.json.empty()) json.emplace(chosen.json);
  std::vector<std::string> errors;
  Progress progress(common, photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const auto& photo = photos[i];
    faceptor::PhotoResult result;
    result.photo = photo;
    std::string note;
    try {
      const auto image = read_photo(photo, chosen.reading);
      result = given ? analyzer.analyze(image, given->of(photo, image), photo) : analyzer.analyze(image, photo);
      note = fmt::format("{}: {} face{}", photo, result.size(), result.size() == 1 ? "" : "s");
      if (!drawn.empty()) {
        write_picture(drawn[i], faceptor::draw(image, result));
        note += ", drawn in " + drawn[i].string();
      }
    } catch (const faceptor::Error& e) {
      result.error = about(photo, e);
      note = photo + ": failed";
      errors.push_back(*result.error);
    }
    if (json) {
      json->write(faceptor::json_line(result, {.full = chosen.full_json}));
    } else if (!result.error && chosen.draw.empty()) {
      print_out("{}\n", summary(result));
    }
    progress.step(note);
  }
  for (const auto& error : errors) complain(common, error);
  return errors.empty() && left_out.empty() ? kDone : kFailed;
}

}  // namespace

void add_analyze(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<AnalyzeOptions>();
  chosen->detector = faceptor::detector_names().front();
  auto* verb = add_verb(app, "analyze", "photos to results", "faceptor analyze photo.jpg --json - --draw out", common,
                        [&common, chosen] { return analyze(common, *chosen); });
  verb->add_option("photos", chosen->photos, "photos, folders of photos, or - for one on standard input")->required();
  verb->add_option("--weights", chosen->weights,
                   "weights file, run or published checkpoint; default: $FACEPTOR_WEIGHTS, else the bundled ones");
  add_step_option(*verb, chosen->step);
  add_device_option(*verb, chosen->device);
  add_precision_option(*verb, chosen->precision);
  verb->add_option("--tasks", chosen->tasks, "names of the tasks to run, separated by commas; default: all");
  verb->add_option("--json", chosen->json, "write one JSON object a photo and line to this file; - for standard output");
  verb->add_flag("--full", chosen->full_json,
                 "with the vectors of embeddings, which tell who somebody is, the values of maps, and five points, in the JSON");
  verb->add_option("--draw", chosen->draw, "write an annotated PNG of each photo into this folder");
  verb->add_option("--boxes", chosen->boxes, "take the faces from this file (JSON or CSV, see docs/program.md) and detect none");
  verb->add_flag("--lenient", chosen->reading.lenient,
                 "read damaged and cut-off photos as far as they go; what is missing is grey or black");
  verb->add_option("--max-pixels", chosen->reading.max_pixels, "the most pixels that a photo may have")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
      ->capture_default_str();
  verb->add_option("--detector", chosen->detector, "how faces are found: " + faceptor::text::join(faceptor::detector_names()))
      ->capture_default_str();
  verb->add_option(
          "--min-face", chosen->min_face,
          fmt::format("the side of the smallest faces that mtcnn looks for, in pixels; half of it takes four times as long; default: {}",
                      faceptor::MtcnnOptions{}.min_face))
      ->check(CLI::Range(12.0, 1e6));
  verb->add_flag("--upright-only", chosen->upright_only,
                 "don't look for faces that lie sideways or upside down where no upright one was found");
  verb->add_option("--seed", common.seed, "of the untrained model that stands in where there are no weights")->capture_default_str();
}

}  // namespace faceptor::program
