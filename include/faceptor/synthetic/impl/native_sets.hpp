#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include <faceptor/datasets/aflw19.hpp>
#include <faceptor/datasets/cofw.hpp>
#include <faceptor/datasets/ms1mv3.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/pickle_writer.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/geometry/label_png.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/synthetic/impl/label_lines.hpp>
#include <faceptor/synthetic/set_writer.hpp>

namespace faceptor::synthetic::detail {

/// The same picture in grey, as cameras without colour see it.
inline Image grey_of(Image image) {
  const auto pixels = image.pixels();
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    const auto luma = static_cast<std::uint8_t>((19595U * pixels[i] + 38470U * pixels[i + 1] + 7471U * pixels[i + 2] + 32768U) >> 16);
    std::fill_n(pixels.begin() + static_cast<std::ptrdiff_t>(i), 3, luma);
  }
  return image;
}

/// Pictures, CelebA's own two lists, and the pickle the published training reads. What the painter can't tell is no.
class CelebaSet final : public PictureFiles {
 public:
  CelebaSet(const SetPlan& plan, const std::filesystem::path& folder) : PictureFiles(plan, folder, &lines, headers(plan)) {}

  void add(const SetPicture& picture, Entry entry) override {
    names_.push_back(below(picture, "data"));
    values_.push_back(entry.face.attributes);
    parts_[picture.split].push_back(static_cast<std::int64_t>(names_.size()) - 1);
    PictureFiles::add(picture, std::move(entry));
  }

  void finish() override {
    PictureFiles::finish();
    files::pickle::Writer out;
    out.begin_dict();
    out.text("image_name");
    out.begin_list();
    for (const auto& name : names_) out.text(name);
    out.end();
    out.text("attr");
    out.begin_list();
    for (const auto& values : values_) {
      out.begin_list();
      for (const auto value : values) out.integer(value == 1 ? 1 : 0);
      out.end();
    }
    out.end();
    out.text("attr_name");
    out.begin_list();
    for (const auto name : results::kCelebaAttributeNames) out.text(name);
    out.end();
    out.text("partition");
    out.begin_dict();
    auto& both = parts_["trainval"] = parts_["train"];
    both.insert(both.end(), parts_["val"].begin(), parts_["val"].end());
    for (const auto& [split, indices] : parts_) {
      out.text(split);
      out.begin_list();
      for (const auto index : indices) out.integer(index);
      out.end();
    }
    out.end();
    out.end();
    write_text("label.pkl", out.finish());
  }

 private:
  static std::map<std::string, std::string> headers(const SetPlan& plan) { return {{"list_attr_celeba.txt", celeba_header(plan)}}; }
  static std::vector<Line> lines(const SetPicture& picture, const SyntheticFace& face) {
    const auto name = below(picture, "data");
    return {{"list_attr_celeba.txt", celeba_line(name, face)},
            {"list_eval_partition.txt", fmt::format("{} {}", name, partition_number(picture.split))}};
  }

  std::vector<std::string> names_;
  std::vector<std::array<std::int8_t, 40>> values_;
  std::map<std::string, std::vector<std::int64_t>> parts_;
};

/// Pictures, and one MATLAB file with what is known of them.
class Aflw19Set final : public PictureFiles {
 public:
  Aflw19Set(const SetPlan& plan, const std::filesystem::path& folder) : PictureFiles(plan, folder, nullptr) {}

  void add(const SetPicture& picture, Entry entry) override {
    const auto& [points, visible] = entry.face.landmarks.p19;
    faces_.push_back({below(picture, "data/flickr"), entry.face.box, points, visible});
  }
  void finish() override { datasets::write_aflw19(folder(), faces_); }

 private:
  std::vector<datasets::Aflw19Face> faces_;
};

/// A MATLAB file a split, with pixels and points; photos without colour have one channel.
class CofwSet final : public SetWriter {
 public:
  CofwSet(const SetPlan& plan, const std::filesystem::path& folder) {
    for (const auto& [split, share] : plan.format().splits) writers_.try_emplace(split, folder, split);
  }

  Entry store(const SetPicture&, const SyntheticSample& sample) const override {
    return {.encoded = {}, .image = sample.image, .face = sample.face};
  }
  void add(const SetPicture& picture, Entry entry) override {
    const auto& [points, visible] = entry.face.landmarks.p29;
    writers_.at(picture.split).add(entry.image, points, visible, entry.face.appearance.grey);
  }
  void finish() override {
    for (auto& [split, writer] : writers_) writer.finish();
  }

 private:
  std::map<std::string, datasets::CofwWriter> writers_;
};

/// Pictures, masks and files of 106 points.
class LapaSet final : public PictureFiles {
 public:
  LapaSet(const SetPlan& plan, const std::filesystem::path& folder) : PictureFiles(plan, folder, nullptr) {
    for (const auto& [split, share] : plan.format().splits) {
      for (const char* part : {"labels", "landmarks"}) files::make_folder(folder / split / part);
    }
  }

  Entry store(const SetPicture& picture, const SyntheticSample& sample) const override {
    const auto stem = std::filesystem::path(picture.name).stem().string();
    write_labels(folder() / picture.split / "labels" / (stem + ".png"),
                 {sample.labels.size.width, sample.labels.size.height, sample.labels.lapa});
    std::string text = "106\n";
    for (const Point& p : sample.face.landmarks.p106.points) text += fmt::format("{:.3f} {:.3f}\n", p.x, p.y);
    files::write_file(folder() / picture.split / "landmarks" / (stem + ".txt"), text);
    return PictureFiles::store(picture, sample);
  }
};

/// Pictures, and a mask of 512 x 512 for every part that a face has.
class CelebaMaskHqSet final : public PictureFiles {
 public:
  CelebaMaskHqSet(const SetPlan& plan, const std::filesystem::path& folder) : PictureFiles(plan, folder, &lines, headers()) {
    for (std::size_t i = 0; i < plan.pictures().size(); i += 2000) files::make_folder(masks(i));
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

/// Keeps a picture's file for a place among others.
inline SetWriter::Entry encoded_entry(const SyntheticSample& sample) {
  return {.encoded = encode_jpeg(sample.image, SetWriter::kQuality), .image = {}, .face = sample.face};
}

/// Persons as records of one file.
class Ms1mv3Set final : public SetWriter {
 public:
  explicit Ms1mv3Set(const std::filesystem::path& folder) : writer_(folder) {}

  Entry store(const SetPicture&, const SyntheticSample& sample) const override { return encoded_entry(sample); }
  void add(const SetPicture&, Entry entry) override { writer_.add(static_cast<std::int64_t>(entry.face.identity), entry.encoded); }
  void finish() override { writer_.finish(); }

 private:
  datasets::Ms1mv3Writer writer_;
};

/// Pairs, a file for each protocol.
class VerificationSet final : public SetWriter {
 public:
  explicit VerificationSet(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Entry store(const SetPicture&, const SyntheticSample& sample) const override { return encoded_entry(sample); }

  void add(const SetPicture& picture, Entry entry) override {
    if (!pictures_.empty() && picture.split != split_) write();
    split_ = picture.split;
    if (pictures_.size() % 2 == 1) same_.push_back(entry.face.identity == identity_);
    identity_ = entry.face.identity;
    pictures_.push_back(std::move(entry.encoded));
  }
  void finish() override { write(); }

 private:
  void write() {
    datasets::write_verification_bin(folder_ / (split_ + ".bin"), pictures_, same_);
    pictures_.clear();
    same_.clear();
  }

  std::filesystem::path folder_;
  std::string split_;
  std::uint64_t identity_ = 0;
  std::vector<std::vector<std::byte>> pictures_;
  std::vector<bool> same_;
};

}  // namespace faceptor::synthetic::detail
