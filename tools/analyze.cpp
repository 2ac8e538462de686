#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/detect/boxes_file.hpp>
#include <faceptor/detect/detectors.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/results/draw.hpp>
#include <set>

#include "common.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

struct AnalyzeOptions {
  std::vector<std::string> photos;
  std::string weights, tasks, json, draw, boxes, detector;
  bool full_json = false;
};

/// The photos that the arguments stand for: files as they are, folders by the pictures in them, "-" for standard input.
std::vector<std::string> photos_of(const std::vector<std::string>& arguments) {
  static const std::set<std::string> kPictures = {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".ppm", ".pgm", ".psd"};
  std::vector<std::string> photos;
  for (const auto& argument : arguments) {
    if (!fs::is_directory(argument)) {
      photos.push_back(argument);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(argument, fs::directory_options::skip_permission_denied)) {
      auto extension = entry.path().extension().string();
      std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) { return std::tolower(c); });
      if (entry.is_regular_file() && kPictures.contains(extension)) found.push_back(entry.path().string());
    }
    if (found.empty()) throw faceptor::Error(faceptor::ErrorCode::argument, "analyze: there are no pictures in the folder").where(argument);
    std::sort(found.begin(), found.end());
    photos.insert(photos.end(), found.begin(), found.end());
  }
  return photos;
}

faceptor::Image read_photo(const std::string& photo) {
  if (photo != "-") return faceptor::read_image(photo);
  std::vector<std::byte> bytes;
  std::array<std::byte, 1 << 16> part{};
  const auto most = faceptor::ReadOptions().max_bytes;
  for (std::size_t n; bytes.size() <= most && (n = std::fread(part.data(), 1, part.size(), stdin)) > 0;) {
    bytes.insert(bytes.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n));
  }
  return faceptor::decode_image(bytes, {}, "standard input");
}

/// A name in the folder that no other photo of this run has.
fs::path picture_path(const fs::path& folder, const std::string& photo, std::set<fs::path>& taken) {
  const auto stem = photo == "-" ? std::string("stdin") : fs::path(photo).stem().string();
  auto path = folder / (stem + ".png");
  for (int i = 2; !taken.insert(path).second; ++i) path = folder / fmt::format("{}-{}.png", stem, i);
  return path;
}

/// What is printed where no file was asked for.
std::string summary(const faceptor::PhotoResult& result) {
  auto text = fmt::format("{}: {} face{}", result.photo, result.size(), result.size() == 1 ? "" : "s");
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto& face = result[i];
    text += fmt::format("\n  {}. box {:.0f},{:.0f} to {:.0f},{:.0f}", i + 1, face.box.x0, face.box.y0, face.box.x1, face.box.y1);
    for (const auto& task : face) text += fmt::format("\n     {}: {}", task.task(), task.text());
  }
  return text;
}

int analyze(const Common& common, const AnalyzeOptions& chosen) {
  const auto photos = photos_of(chosen.photos);
  files::make_folder(chosen.draw);
  std::optional<faceptor::BoxesByPhoto> boxes;
  if (!chosen.boxes.empty()) boxes = faceptor::read_boxes_file(chosen.boxes);

  const faceptor::FaceAnalyzer analyzer(load_weights(common, chosen.weights),
                                        {.tasks = names_of(chosen.tasks), .detector = faceptor::make_detector(chosen.detector)});

  std::optional<LineWriter> json;
  if (!chosen.json.empty()) json.emplace(chosen.json);
  std::set<fs::path> pictures;
  std::vector<std::string> errors;
  Progress progress(common, photos.size());
  for (const auto& photo : photos) {
    faceptor::PhotoResult result;
    result.photo = photo;
    std::string note;
    try {
      const auto image = read_photo(photo);
      const auto* known = boxes ? faceptor::find_boxes(*boxes, photo) : nullptr;
      if (boxes && known == nullptr) {
        throw faceptor::Error(faceptor::ErrorCode::argument, "analyze: the boxes file says nothing of the photo").where(photo);
      }
      result = known != nullptr ? analyzer.analyze(image, *known, photo) : analyzer.analyze(image, photo);
      note = fmt::format("{}: {} face{}", photo, result.size(), result.size() == 1 ? "" : "s");
      if (!chosen.draw.empty()) {
        const auto path = picture_path(chosen.draw, photo, pictures);
        faceptor::write_png(path, faceptor::draw(image, result));
        note += ", drawn in " + path.string();
      }
    } catch (const faceptor::Error& e) {
      result.error = e.what();
      note = photo + ": failed";
      errors.emplace_back(e.what());
    }
    if (json) {
      json->write(faceptor::json_line(result, {.full = chosen.full_json}));
    } else if (!result.error && chosen.draw.empty()) {
      fmt::print("{}\n", summary(result));
    }
    progress.step(note);
  }
  for (const auto& error : errors) fmt::print(stderr, "{}: {}\n", common.program, error);
  return errors.empty() ? kDone : kFailed;
}

}  // namespace

void add_analyze(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<AnalyzeOptions>();
  chosen->detector = faceptor::detector_names().front();
  auto* verb = add_verb(app, "analyze", "photos to results", "faceptor analyze photo.jpg --json - --draw out", common,
                        [&common, chosen] { return analyze(common, *chosen); });
  verb->add_option("photos", chosen->photos, "photos, folders of photos, or - for one on standard input")->required();
  verb->add_option("--weights", chosen->weights, "weights file or published checkpoint; default: $FACEPTOR_WEIGHTS, else the bundled ones");
  verb->add_option("--tasks", chosen->tasks, "names of the tasks to run, separated by commas; default: all");
  verb->add_option("--json", chosen->json, "write one JSON object a photo and line to this file; - for standard output");
  verb->add_flag("--full", chosen->full_json,
                 "with the vectors of embeddings, which tell who somebody is, the values of maps, and five points, in the JSON");
  verb->add_option("--draw", chosen->draw, "write an annotated PNG of each photo into this folder");
  verb->add_option("--boxes", chosen->boxes, "take the faces from this file (JSON or CSV, see docs/program.md) and detect none");
  verb->add_option("--detector", chosen->detector, "how faces are found: " + faceptor::text::join(faceptor::detector_names()))
      ->capture_default_str();
  verb->add_option("--seed", common.seed, "of the untrained model that stands in where there are no weights")->capture_default_str();
}

}  // namespace faceptor::program
