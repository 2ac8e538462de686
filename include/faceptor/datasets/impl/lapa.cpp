#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/lapa.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/geometry/label_png.hpp>
#include <faceptor/results/parsing_classes.hpp>

namespace faceptor::data {
namespace detail {

class Lapa final : public AnnotatedPictures {
 public:
  /// @param masks  where SPLIT/labels lies
  Lapa(DatasetInfo info, std::vector<AnnotatedPicture> pictures, std::filesystem::path masks)
      : AnnotatedPictures(std::move(info), std::move(pictures), upright_reading()), masks_(std::move(masks)) {}

 private:
  void complete(Sample& sample, std::size_t) const override {
    const std::filesystem::path name(sample.name);  // SPLIT/images/STEM.jpg
    const auto path = masks_ / *name.begin() / "labels" / (name.stem().string() + ".png");
    auto classes = read_labels(path, static_cast<int>(info().classes));
    if (classes.width != sample.image.width() || classes.height != sample.image.height()) {
      throw Error(ErrorCode::format, "data: a mask has another size than its picture")
          .where(path.string())
          .expected(fmt::format("{}x{}", sample.image.width(), sample.image.height()))
          .found(fmt::format("{}x{}", classes.width, classes.height));
    }
    sample.label = ParsingLabels{std::move(classes)};
  }

  std::filesystem::path masks_;
};

/// The files of a folder that have one of these extensions, by their names without it. Hidden ones are left out: some systems leave them.
/// @throws Error(format) for two files of one name, Error(io) for a missing folder
FACEPTOR_INLINE std::map<std::string, std::string> files_by_stem(const std::filesystem::path& folder,
                                                                 std::span<const std::string_view> extensions) {
  std::map<std::string, std::string> files;
  std::error_code status;
  std::filesystem::directory_iterator entries(folder, status);
  if (status) throw Error(ErrorCode::io, "data: a folder can't be read").where(folder.string()).found(status.message());
  for (const auto& entry : entries) {
    const auto name = entry.path().filename().string();
    auto extension = entry.path().extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) { return std::tolower(c); });
    if (name.starts_with('.') || std::find(extensions.begin(), extensions.end(), extension) == extensions.end()) continue;
    const auto [other, is_new] = files.emplace(entry.path().stem().string(), name);
    if (!is_new) {
      throw Error(ErrorCode::format, "data: two files share a name, so it isn't clear which is meant")
          .where(folder.string())
          .found(other->second + " and " + name);
    }
  }
  return files;
}

/// The five points of a file of 106.
FACEPTOR_INLINE FivePoints read_lapa_points(const std::filesystem::path& path) {
  constexpr std::size_t kPoints = 106;
  constexpr std::array<std::size_t, 5> kRows = {104, 105, 54, 84, 90};
  constexpr LabelFileLimits kLimits{.bytes = std::uint64_t{1} << 20, .line = 4096};
  LabelFile file(path, kLimits);
  if (!file.next()) throw file.place().error("a landmark file is empty");
  const auto count = file.fields(Separator::space);
  count.expect_fields(1, "the number of points");
  count.integer(0, "number of points", kPoints, kPoints);
  Points points;
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    record.expect_fields(2, "x y");
    if (points.size() == kPoints) throw file.place().error("a landmark file has too many points").expected(std::to_string(kPoints));
    points.push_back({static_cast<float>(record.number(0, "x")), static_cast<float>(record.number(1, "y"))});
  }
  if (points.size() < kPoints) {
    throw file.place().error("a landmark file has too few points").expected(std::to_string(kPoints)).found(std::to_string(points.size()));
  }
  FivePoints five{};
  std::transform(kRows.begin(), kRows.end(), five.begin(), [&](std::size_t row) { return points[row]; });
  return five;
}

/// Adds the samples of one of train, val and test.
FACEPTOR_INLINE void add_lapa_part(const std::filesystem::path& root, const std::filesystem::path& masks, const std::string& part,
                                   std::vector<AnnotatedPicture>& pictures) {
  static constexpr std::array<std::string_view, 3> kPictures = {".jpg", ".jpeg", ".png"};
  static constexpr std::array<std::string_view, 1> kMasks = {".png"}, kLandmarks = {".txt"};
  const auto images = files_by_stem(root / part / "images", kPictures);
  auto samples = files_by_stem(masks / part / "labels", kMasks);
  // A picture that has lost one of its files shall be told of, not left out.
  if (masks == root) {
    samples.insert(images.begin(), images.end());
    samples.merge(files_by_stem(root / part / "landmarks", kLandmarks));
  }
  for (const auto& [stem, unused] : samples) {
    const auto image = images.find(stem);
    AnnotatedPicture picture;
    picture.annotation.name = fmt::format("{}/images/{}", part, image == images.end() ? stem + ".jpg" : image->second);
    picture.annotation.label = ParsingLabels{};
    picture.annotation.points = read_lapa_points(root / part / "landmarks" / (stem + ".txt"));
    pictures.push_back(std::move(picture));
  }
}

}  // namespace detail

FACEPTOR_INLINE std::unique_ptr<Dataset> open_lapa(const std::filesystem::path& root, const DatasetOptions& options) {
  static const std::vector<std::string> kSplits = {"trainval", "train", "val", "test"};
  static const std::vector<std::string> kSettings = {"classes"};
  static const std::vector<std::string> kClasses = {"lapa", "celebamask_hq"};
  const auto split = detail::chosen_split(options, "lapa", kSplits);
  detail::check_settings(options, "lapa", kSettings);
  const auto& classes =
      detail::chosen_setting(options, "lapa", "classes", kClasses) == "lapa" ? results::kLapaClasses : results::kCelebaMaskHqClasses;
  const auto masks = options.labels.empty() ? root : root / options.labels;
  std::vector<AnnotatedPicture> pictures;
  for (const std::string part : {"train", "val", "test"}) {
    if (split == part || (split == "trainval" && part != "test")) detail::add_lapa_part(root, masks, part, pictures);
  }

  DatasetInfo info;
  info.format = "lapa";
  info.split = split;
  info.root = root;
  info.kind = LabelKind::parsing;
  info.label_names = classes.names();
  info.classes = static_cast<std::int64_t>(classes.size());
  info.task = &classes == &results::kLapaClasses ? "parsing_lapa" : "parsing_celebam";
  return std::make_unique<detail::Lapa>(std::move(info), std::move(pictures), masks);
}

}  // namespace faceptor::data
