#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include <faceptor/core/error.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/geometry/crop_picture.hpp>
#include <faceptor/geometry/label_png.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/tasks/task_list.hpp>

#include "analyze.hpp"

namespace faceptor::program {
namespace fs = std::filesystem;
namespace {

constexpr const char* kThumbnails = "thumbnails";

fs::path drawing_path(const AnalyzeOptions& chosen, const NamedPhoto& photo) { return fs::path(chosen.draw) / (photo.stem + ".png"); }

fs::path mask_path(const AnalyzeOptions& chosen, const NamedPhoto& photo, const std::string& task) {
  return fs::path(chosen.masks) / fmt::format("{}.{}.png", photo.stem, task);
}

/// @param face  counted from 1
fs::path crop_path(const AnalyzeOptions& chosen, const NamedPhoto& photo, std::size_t face) {
  return fs::path(chosen.crops) / fmt::format("{}.{}.png", photo.stem, face);
}

fs::path thumbnail_path(const AnalyzeOptions& chosen, const NamedPhoto& photo) {
  return fs::path(chosen.report) / kThumbnails / (photo.stem + ".jpg");
}

/// The classes of all faces of a photo, as a label image of the photo's size. Of faces that overlap, the first one's.
LabelImage mask_of(const PhotoResult& result, const std::string& task) {
  LabelImage mask{result.width, result.height, {}};
  mask.labels.resize(static_cast<std::size_t>(mask.width) * static_cast<std::size_t>(mask.height));
  for (const auto& face : result) {
    const auto& map = face.get<ParsingMap>(task);
    for (int y = std::max(0, map.y); y < std::min(mask.height, map.y + map.height); ++y) {
      for (int x = std::max(0, map.x); x < std::min(mask.width, map.x + map.width); ++x) {
        auto& label = mask.labels[static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.width) + static_cast<std::size_t>(x)];
        if (label == 0) label = map.at(x, y);
      }
    }
  }
  return mask;
}

/// What a file in the folder of crops is a crop of: "a.jpg" of "a.jpg.12.png". Nothing for another name.
std::optional<std::string> stem_of_crop(const fs::path& file) {
  if (file.extension() != ".png") return std::nullopt;
  const auto name = file.stem().string();
  const auto dot = name.rfind('.');
  if (dot == std::string::npos || dot + 1 == name.size()) return std::nullopt;
  const bool number =
      std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dot) + 1, name.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number ? std::optional(name.substr(0, dot)) : std::nullopt;
}

}  // namespace

PhotoFiles::PhotoFiles(const AnalyzeOptions& chosen) : chosen_(chosen) {
  if (!chosen.crops.empty()) crop_ = view_of_aligned_picture(chosen.crop);
  if (!chosen.report.empty()) report_.emplace("Faces");
}

void PhotoFiles::declare(Outputs& outputs, const std::vector<NamedPhoto>& photos) const {
  std::set<std::string> stems;
  for (const auto& photo : photos) {
    if (!chosen_.draw.empty()) outputs.writes("--draw", drawing_path(chosen_, photo), OutputKind::picture);
    if (report_) outputs.writes("--report", thumbnail_path(chosen_, photo), OutputKind::picture);
    stems.insert(photo.stem);
  }
  if (report_) outputs.writes("--report", fs::path(chosen_.report) / "index.html", OutputKind::page);
  if (!crop_) return;
  std::set<fs::path> crops;
  // What else is called so in this run, such as the drawing of "a.1.jpg" beside the crop of a.jpg's first face.
  for (const auto& stem : stems) {
    const auto path = fs::path(chosen_.crops) / (stem + ".png");
    if (const auto of = stem_of_crop(path); of && stems.contains(*of)) crops.insert(path);
  }
  std::error_code absent;
  for (fs::directory_iterator entry(chosen_.crops, absent), end; entry != end && !absent; entry.increment(absent)) {
    const auto stem = stem_of_crop(entry->path());
    if (stem && stems.contains(*stem)) crops.insert(fs::path(chosen_.crops) / entry->path().filename());
  }
  for (const auto& crop : crops) outputs.writes("--crops", crop, OutputKind::picture);
}

void PhotoFiles::find_mask_tasks(const FaceAnalyzer& analyzer) {
  const auto wanted = names_of(chosen_.tasks);
  for (const auto& task : analyzer.tasks()) {
    if (!wanted.empty() && std::ranges::find(wanted, task.name()) == wanted.end()) continue;
    if (task.result_type() == typeid(ParsingMap)) mask_tasks_.push_back(task.name());
  }
  if (mask_tasks_.empty()) throw CLI::ValidationError("--masks", "none of the tasks gives maps of classes");
}

void PhotoFiles::declare_masks(Outputs& outputs, const std::vector<NamedPhoto>& photos) const {
  for (const auto& photo : photos) {
    for (const auto& task : mask_tasks_) outputs.writes("--masks", mask_path(chosen_, photo, task), OutputKind::picture);
  }
}

void PhotoFiles::make_folders() const {
  files::make_folder(chosen_.draw);
  files::make_folder(chosen_.masks);
  files::make_folder(chosen_.crops);
  if (report_) files::make_folder(fs::path(chosen_.report) / kThumbnails);
}

std::string PhotoFiles::write(const FaceAnalyzer& analyzer, const Image& image, const PhotoResult& result, const NamedPhoto& photo) const {
  std::string note;
  if (!chosen_.draw.empty()) {
    const auto path = drawing_path(chosen_, photo);
    write_picture(path, draw(image, result));
    note = ", drawn in " + path.string();
  }
  for (const auto& task : mask_tasks_) write_picture(mask_path(chosen_, photo, task), mask_of(result, task));
  if (report_) write_picture(thumbnail_path(chosen_, photo), report::thumbnail(image, result));
  if (!crop_) return note;
  for (std::size_t i = 0; i < result.size(); ++i) {
    auto points = result[i].points;
    if (!points) points = analyzer.with_five_points(image, {Detection{.box = result[i].box, .score = 1, .points = {}}}).front().points;
    write_picture(crop_path(chosen_, photo, i + 1), aligned_picture(image, *crop_, points ? *points : five_points_from_box(result[i].box)));
  }
  return note;
}

void PhotoFiles::report(const PhotoResult& result, const NamedPhoto& photo) {
  if (!report_) return;
  std::error_code failed;
  const bool shown = fs::is_regular_file(thumbnail_path(chosen_, photo), failed);
  report_->add(result, shown ? fmt::format("{}/{}.jpg", kThumbnails, photo.stem) : "");
}

void PhotoFiles::write_report() const {
  if (report_) files::write_file(fs::path(chosen_.report) / "index.html", report_->html());
}

}  // namespace faceptor::program
