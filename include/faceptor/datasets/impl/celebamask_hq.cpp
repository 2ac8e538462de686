#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/celebamask_hq.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/image/resize.hpp>
#include <faceptor/results/parsing_classes.hpp>

namespace faceptor::data {
namespace detail {

inline constexpr int kCelebaMaskHqSide = 512;
/// More than CelebA has; numbers of pictures stay far from the end of an int.
inline constexpr std::int64_t kMostCelebaPictures = 10'000'000;

/// Paints one class wherever a part's mask isn't black.
FACEPTOR_INLINE void paint_part(LabelImage& classes, const std::filesystem::path& path, std::uint8_t label) {
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
FACEPTOR_INLINE std::unordered_map<std::string, int> read_celeba_partition(const std::filesystem::path& path) {
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

}  // namespace detail

FACEPTOR_INLINE std::unique_ptr<Dataset> open_celebamask_hq(const std::filesystem::path& root, const DatasetOptions& options) {
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
  const auto parts = detail::read_celeba_partition(partition_path);

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
    const auto number = static_cast<int>(record.integer(0, "idx", 0, detail::kMostCelebaPictures));
    record.integer(1, "orig_idx", 0, detail::kMostCelebaPictures);
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
  info.task = "parsing_celebam";
  return std::make_unique<detail::CelebaMaskHq>(std::move(info), std::move(pictures), std::move(numbers));
}

}  // namespace faceptor::data
