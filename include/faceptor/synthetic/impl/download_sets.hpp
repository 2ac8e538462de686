#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <faceptor/files/whole_file.hpp>
#include <faceptor/synthetic/impl/label_lines.hpp>
#include <faceptor/synthetic/impl/native_sets.hpp>
#include <faceptor/synthetic/set_writer.hpp>

/// The sets that have to be prepared, as their publishers give them out.
namespace faceptor::synthetic::detail {

/// What a picture of a download is called. @param number  counted from 0 over the set  @param in_split  over its split
inline std::string download_name(std::string_view format, std::string_view split, std::uint64_t number, std::uint64_t in_split,
                                 const Person& person) {
  const int years = static_cast<int>(person.age);
  if (format == "morph2") return fmt::format("Album2/{:06}_0{}{:02}.JPG", number + 1, person.male ? 'M' : 'F', years);
  // The painter's people are of no race; 4 is "others".
  if (format == "utkface") return fmt::format("UTKFace/{}_{}_4_2017{:013}.jpg.chip.jpg", years, person.male ? 0 : 1, number + 1);
  if (format == "celeba") return fmt::format("Img/img_align_celeba/{:06}.jpg", number + 1);
  if (format == "affectnet") return fmt::format("Manually_Annotated_Images/{}/{:032x}.jpg", number / 100 + 1, number + 1);
  if (format == "rafdb") return fmt::format("Image/aligned/{}_{:0{}}_aligned.jpg", split, in_split + 1, split == "train" ? 5 : 4);
  return fmt::format("fer{:07}.png", number);  // named in a list alone
}

inline std::map<std::string, std::string> affectnet_download_headers() {
  constexpr const char* kColumns = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal";
  return {{"Manually_Annotated_file_lists/training.csv", kColumns}, {"Manually_Annotated_file_lists/validation.csv", kColumns}};
}

inline LabelLines affectnet_download_lines(const SetPicture& picture, const SyntheticFace& face) {
  std::string points;
  for (const Point& p : face.landmarks.p68.points) points += fmt::format("{}{:.2f};{:.2f}", points.empty() ? "" : ";", p.x, p.y);
  const auto& box = face.box;
  return {{fmt::format("Manually_Annotated_file_lists/{}.csv", picture.split == "train" ? "training" : "validation"),
           fmt::format("{},{:.0f},{:.0f},{:.0f},{:.0f},{},{},-2,-2", below(picture, "Manually_Annotated_Images"), box.x0, box.y0,
                       box.width(), box.height(), points, face.expression)}};
}

inline LabelLines rafdb_download_lines(const SetPicture& picture, const SyntheticFace& face) {
  // The list names the pictures before they were aligned.
  const auto stem = std::filesystem::path(picture.name).stem().string();
  return {{"EmoLabel/list_patition_label.txt", fmt::format("{}.jpg {}", stem.substr(0, stem.rfind('_')), rafdb_number(face.expression))}};
}

inline std::map<std::string, std::string> celeba_download_headers(const SetPlan& plan) {
  return {{"Anno/list_attr_celeba.txt", celeba_header(plan)},
          {"Anno/list_landmarks_align_celeba.txt",
           fmt::format("{}\nlefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y rightmouth_x rightmouth_y",
                       plan.pictures().size())}};
}

inline LabelLines celeba_download_lines(const SetPicture& picture, const SyntheticFace& face) {
  const auto name = std::filesystem::path(picture.name).filename().string();
  auto points = name;
  for (const Point& p : face.five_points) points += fmt::format(" {:.0f} {:.0f}", p.x, p.y);
  return {{"Anno/list_attr_celeba.txt", celeba_line(name, face)},
          {"Anno/list_landmarks_align_celeba.txt", points},
          {"Eval/list_eval_partition.txt", fmt::format("{} {}", name, partition_number(picture.split))}};
}

/// FER2013's pictures as numbers in a list, and FERPlus's ten votes a picture in another one.
class FerplusDownload final : public SetWriter {
 public:
  explicit FerplusDownload(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Entry store(const SetPicture&, const SyntheticSample& sample) const override {
    return {.encoded = {}, .image = grey_of(sample.image), .face = sample.face};
  }

  void add(const SetPicture& picture, Entry entry) override {
    const char* usage = picture.split == "train" ? "Training" : picture.split == "val" ? "PublicTest" : "PrivateTest";
    // FER2013's own class is not what FERPlus is about.
    pictures_ += "0,";
    const auto pixels = entry.image.pixels();
    for (std::size_t i = 0; i < pixels.size(); i += 3) pictures_ += fmt::format("{}{}", i == 0 ? "" : " ", pixels[i]);
    pictures_ += fmt::format(",{}\n", usage);
    // Eight votes for what is painted, two for a neighbour.
    std::array<int, 10> votes{};
    const auto winner = static_cast<std::size_t>(ferplus_number(entry.face.expression));
    votes[winner] = 8;
    votes[(winner + 1) % 7] = 2;
    votes_ += fmt::format("{},{},{}\n", usage, picture.name, fmt::join(votes, ","));
  }

  void finish() override {
    files::write_file(folder_ / "fer2013.csv", pictures_);
    files::write_file(folder_ / "fer2013new.csv", votes_);
  }

 private:
  std::filesystem::path folder_;
  std::string pictures_ = "emotion,pixels,Usage\n";
  std::string votes_ = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n";
};

}  // namespace faceptor::synthetic::detail
