#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/parsing_sets.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/geometry/label_png.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/resize.hpp>
#include <faceptor/results/parsing_map.hpp>

namespace faceptor::datasets {
namespace {

inline constexpr int kCelebaMaskHqSide = 512;
/// More than CelebA has; numbers of pictures stay far from the end of an int.
inline constexpr std::int64_t kMostCelebaPictures = 10'000'000;

/// Paints one class wherever a part's mask isn't black.
void paint_part(LabelImage& classes, const std::filesystem::path& path, std::uint8_t label) {
  const Image mask = read_image(path, as_stored());
  if (mask.width() != classes.width || mask.height() != classes.height) {
    throw Error(ErrorCode::format, "data: a part's mask has another size")
        .where(path.string())
        .expected(fmt::format("{}x{}", classes.width, classes.height))
        .found(fmt::format("{}x{}", mask.width(), mask.height()));
  }
  const auto* pixel = mask.pixels().data();
  for (std::size_t i = 0; i < classes.labels.size(); ++i, pixel += 3) {
    if (pixel[0] != pixel[1] || pixel[1] != pixel[2]) {
      const auto width = static_cast<std::size_t>(classes.width);
      throw Error(ErrorCode::format, "data: a part's mask has colours")
          .where(fmt::format("{}, column {}, row {}", path.string(), i % width, i / width))
          .expected("black and white")
          .found(fmt::format("({}, {}, {})", pixel[0], pixel[1], pixel[2]));
    }
    if (pixel[0] != 0) classes.labels[i] = label;
  }
}

class CelebaMaskHq final : public AnnotatedPictures {
 public:
  /// @param numbers  of the pictures, in their order
  CelebaMaskHq(DatasetInfo info, std::vector<AnnotatedPicture> pictures, std::vector<int> numbers)
      : AnnotatedPictures(std::move(info), std::move(pictures), upright_reading()), numbers_(std::move(numbers)) {}

 private:
  void complete(Sample& sample, std::size_t index) const override {
    const int number = numbers_[index];
    const auto folder = info().root / "CelebAMask-HQ-mask-anno" / std::to_string(number / 2000);
    LabelImage classes{kCelebaMaskHqSide, kCelebaMaskHqSide, std::vector<std::uint8_t>(std::size_t{kCelebaMaskHqSide} * kCelebaMaskHqSide)};
    bool painted = false;
    for (std::size_t label = 1; label < results::kCelebaMaskHqClasses.size(); ++label) {
      const auto path = folder / fmt::format("{:05}_{}.png", number, results::kCelebaMaskHqClasses.classes[label].name);
      std::error_code status;
      if (!std::filesystem::exists(path, status)) continue;
      paint_part(classes, path, static_cast<std::uint8_t>(label));
      painted = true;
    }
    if (!painted) {
      throw Error(ErrorCode::io, "data: a picture has no mask of any part")
          .where((info().root / sample.name).string())
          .expected((folder / fmt::format("{:05}_skin.png", number)).string() + " and others");
    }
    sample.image = resize(sample.image, kCelebaMaskHqSide, kCelebaMaskHqSide, Filter::opencv_linear);
    sample.label = ParsingLabels{std::move(classes)};
  }

  std::vector<int> numbers_;
};

/// CelebA's pictures by name, and the part each belongs to: 0 training, 1 validation, 2 test.
std::unordered_map<std::string, int> read_celeba_partition(const std::filesystem::path& path) {
  std::unordered_map<std::string, int> parts;
  LabelFile file(path);
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    record.expect_fields(2, "picture part");
    const auto part = static_cast<int>(record.integer(1, "part", 0, 2));
    if (!parts.emplace(record.text(0, "picture"), part).second) {
      throw file.place().error("a picture stands in the partition twice", "picture").found(record.text(0, "picture"));
    }
  }
  return parts;
}

}  // namespace

std::unique_ptr<Dataset> open_celebamask_hq(const std::filesystem::path& root, const DatasetOptions& options) {
  static const std::vector<std::string> kSplits = {"trainval", "train", "val", "test"};
  const auto split = detail::chosen_split(options, "celebamask_hq", kSplits);
  detail::check_settings(options, "celebamask_hq", {});
  for (const char* folder : {"CelebA-HQ-img", "CelebAMask-HQ-mask-anno"}) {
    std::error_code status;
    if (!std::filesystem::is_directory(root / folder, status)) {
      throw Error(ErrorCode::io, "data: a folder of CelebAMask-HQ is missing").where((root / folder).string());
    }
  }
  const auto partition_path = detail::label_file(root, options, "list_eval_partition.txt");
  const auto parts = read_celeba_partition(partition_path);

  std::vector<AnnotatedPicture> pictures;
  std::vector<int> numbers;
  SeenNames seen_numbers, seen_names;
  LabelFile mapping(root / "CelebA-HQ-to-CelebA-mapping.txt");
  if (!mapping.next() || !mapping.line().starts_with("idx")) {
    throw mapping.place().error("the mapping's header is missing").expected("\"idx orig_idx orig_file\"");
  }
  while (mapping.next()) {
    const auto record = mapping.fields(Separator::space);
    record.expect_fields(3, "idx orig_idx orig_file");
    const auto number = static_cast<int>(record.integer(0, "idx", 0, kMostCelebaPictures));
    record.integer(1, "orig_idx", 0, kMostCelebaPictures);
    const auto& celeba_name = record.text(2, "orig_file");
    auto name = fmt::format("CelebA-HQ-img/{}.jpg", number);
    seen_numbers.expect_new(name, mapping.place());
    seen_names.expect_new(celeba_name, mapping.place());
    const auto part = parts.find(celeba_name);
    if (part == parts.end()) {
      throw mapping.place()
          .error("the partition lacks a picture", "orig_file")
          .expected("one of " + partition_path.string())
          .found(celeba_name);
    }
    static constexpr std::array<const char*, 3> kParts = {"train", "val", "test"};
    const std::string own_split = kParts[static_cast<std::size_t>(part->second)];
    if (split != own_split && !(split == "trainval" && own_split != "test")) continue;
    AnnotatedPicture picture;
    picture.annotation.name = std::move(name);
    picture.annotation.label = ParsingLabels{};
    picture.annotation.columns = {{"celeba", celeba_name}};
    pictures.push_back(std::move(picture));
    numbers.push_back(number);
  }

  DatasetInfo info;
  info.format = "celebamask_hq";
  info.split = split;
  info.root = root;
  info.kind = LabelKind::parsing;
  info.label_names = results::kCelebaMaskHqClasses.names();
  info.classes = static_cast<std::int64_t>(info.label_names.size());
  return std::make_unique<CelebaMaskHq>(std::move(info), std::move(pictures), std::move(numbers));
}

namespace {

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
std::map<std::string, std::string> files_by_stem(const std::filesystem::path& folder, std::span<const std::string_view> extensions) {
  std::map<std::string, std::string> files;
  std::error_code status;
  std::filesystem::directory_iterator entries(folder, status);
  if (status) throw Error(ErrorCode::io, "data: a folder can't be read").where(folder.string()).found(status.message());
  for (const auto& entry : entries) {
    const auto name = entry.path().filename().string();
    const auto extension = name_end(entry.path());
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
FivePoints read_lapa_points(const std::filesystem::path& path) {
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
void add_lapa_part(const std::filesystem::path& root, const std::filesystem::path& masks, const std::string& part,
                   std::vector<AnnotatedPicture>& pictures) {
  static constexpr std::array<std::string_view, 3> kPictures = {".jpg", ".jpeg", ".png"};
  static constexpr std::array<std::string_view, 1> kMasks = {".png"}, kLandmarks = {".txt"};
  const auto images = files_by_stem(root / part / "images", kPictures);
  auto samples = files_by_stem(masks / part / "labels", kMasks);
  // A picture that has lost one of its files must be an error, not left out.
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

}  // namespace

std::unique_ptr<Dataset> open_lapa(const std::filesystem::path& root, const DatasetOptions& options) {
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
    if (split == part || (split == "trainval" && part != "test")) add_lapa_part(root, masks, part, pictures);
  }

  DatasetInfo info;
  info.format = "lapa";
  info.split = split;
  info.root = root;
  info.kind = LabelKind::parsing;
  info.label_names = classes.names();
  info.classes = static_cast<std::int64_t>(classes.size());
  return std::make_unique<Lapa>(std::move(info), std::move(pictures), masks);
}

}  // namespace faceptor::datasets
