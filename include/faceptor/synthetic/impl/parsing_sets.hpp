#pragma once

#include <array>
#include <string>

#include <fmt/format.h>

#include <faceptor/geometry/label_png.hpp>
#include <faceptor/synthetic/impl/label_lines.hpp>
#include <faceptor/results/parsing_classes.hpp>

namespace faceptor::synthetic::detail {

/// Pictures, masks and files of 106 points.
class LapaSet final : public PictureFiles {
 public:
  LapaSet(const SetPlan& plan, const std::filesystem::path& folder) : PictureFiles(plan, folder, nullptr) {
    for (const auto& [split, share] : plan.format().splits) {
      for (const char* part : {"labels", "landmarks"}) make_folder(folder / split / part);
    }
  }

  Entry store(const SetPicture& picture, const SyntheticSample& sample) const override {
    const auto stem = std::filesystem::path(picture.name).stem().string();
    write_labels(folder() / picture.split / "labels" / (stem + ".png"),
                 {sample.labels.size.width, sample.labels.size.height, sample.labels.lapa});
    std::string text = "106\n";
    for (const Point& p : sample.face.landmarks.p106.points) text += fmt::format("{:.3f} {:.3f}\n", p.x, p.y);
    faceptor::detail::write_whole_file(folder() / picture.split / "landmarks" / (stem + ".txt"), std::as_bytes(std::span(text)));
    return PictureFiles::store(picture, sample);
  }
};

/// Pictures, and a mask of 512 x 512 for every part that a face has.
class CelebaMaskHqSet final : public PictureFiles {
 public:
  CelebaMaskHqSet(const SetPlan& plan, const std::filesystem::path& folder) : PictureFiles(plan, folder, &lines, headers()) {
    for (std::size_t i = 0; i < plan.pictures().size(); i += 2000) make_folder(masks(i));
  }

  Entry store(const SetPicture& picture, const SyntheticSample& sample) const override {
    constexpr Size kMask{512, 512};
    const LabelMaps labels = sample.labels.size == kMask ? sample.labels : plan().paint(picture, kMask).labels;
    const std::size_t number = std::stoull(std::filesystem::path(picture.name).stem().string());
    const auto& classes = results::kCelebaMaskHqClasses.classes;
    LabelImage part{kMask.width, kMask.height, std::vector<std::uint8_t>(labels.celebamask.size())};
    for (std::size_t value = 1; value < classes.size(); ++value) {
      bool found = false;
      for (std::size_t i = 0; i < part.labels.size(); ++i) {
        const bool here = labels.celebamask[i] == value;
        part.labels[i] = here ? 255 : 0;
        found = found || here;
      }
      if (found) write_labels(masks(number) / fmt::format("{:05}_{}.png", number, classes[value].name), part);
    }
    return PictureFiles::store(picture, sample);
  }

 private:
  std::filesystem::path masks(std::size_t number) const { return folder() / "CelebAMask-HQ-mask-anno" / std::to_string(number / 2000); }

  static std::map<std::string, std::string> headers() {
    return {{"CelebA-HQ-to-CelebA-mapping.txt", fmt::format("{:<8}{:<12}{}", "idx", "orig_idx", "orig_file")}};
  }
  // The split is that of the CelebA picture each was made of.
  static std::vector<Line> lines(const SetPicture& picture, const SyntheticFace&) {
    const std::size_t number = std::stoull(std::filesystem::path(picture.name).stem().string());
    const auto file = fmt::format("{:06}.jpg", number + 1);
    return {{"CelebA-HQ-to-CelebA-mapping.txt", fmt::format("{:<8}{:<12}{}", number, number, file)},
            {"list_eval_partition.txt", fmt::format("{} {}", file, partition_number(picture.split))}};
  }
};

}  // namespace faceptor::synthetic::detail
