#pragma once

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include <faceptor/results/attributes.hpp>
#include <faceptor/synthetic/set_writer.hpp>

/// The lines that a picture adds to the label files of its set, in the words of each format.
namespace faceptor::synthetic::detail {

using LabelLines = std::vector<PictureFiles::Line>;

/// The picture's path as it stands in label files, which begin at the folder of pictures.
inline std::string below(const SetPicture& picture, std::string_view folder) { return picture.name.substr(folder.size() + 1); }

/// CelebA's numbers of its splits.
inline int partition_number(std::string_view split) { return split == "train" ? 0 : split == "val" ? 1 : 2; }

inline LabelLines morph2_lines(const SetPicture& picture, const SyntheticFace& face) {
  return {{fmt::format("label/RANDOM_80_20/{}.txt", picture.split), fmt::format("{} {:.0f}", below(picture, "data"), face.age)}};
}

inline LabelLines utkface_lines(const SetPicture& picture, const SyntheticFace& face) {
  return {{fmt::format("label/{}.csv", picture.split), fmt::format("{},{:.0f}", below(picture, "data"), face.age)}};
}

inline LabelLines affectnet_lines(const SetPicture& picture, const SyntheticFace& face) {
  return {{fmt::format("label/{}.txt", picture.split), fmt::format("{} {}", below(picture, "data"), face.expression)}};
}

// The other sets count the expressions in other orders. Both tables are by our index: neutral, happy, sad, surprise, fear, disgust, anger.
inline int rafdb_number(int expression) { return std::array{7, 4, 5, 1, 2, 3, 6}.at(static_cast<std::size_t>(expression)); }
inline int ferplus_number(int expression) { return std::array{0, 1, 3, 2, 6, 5, 4}.at(static_cast<std::size_t>(expression)); }

inline LabelLines rafdb_lines(const SetPicture& picture, const SyntheticFace& face) {
  return {{"label.txt", fmt::format("{} {}", below(picture, "data"), rafdb_number(face.expression))}};
}

inline LabelLines ferplus_lines(const SetPicture& picture, const SyntheticFace& face) {
  return {{fmt::format("label/{}.txt", picture.split), fmt::format("{} {}", below(picture, "data"), ferplus_number(face.expression))}};
}

// CelebA's list of attributes. What the painter can't tell is no.
inline std::string celeba_header(const SetPlan& plan) {
  std::string names = std::to_string(plan.pictures().size()) + "\n";
  for (const auto name : results::kCelebaAttributeNames) (names += name) += ' ';
  return names;
}

inline std::string celeba_line(std::string name, const SyntheticFace& face) {
  for (const auto value : face.attributes) name += value == 1 ? "  1" : " -1";
  return name;
}

/// "path,scale,center_w,center_h,x0,y0,...": the box is the square around the points, `offset` what the set's coordinates begin at.
inline std::string landmark_line(const std::string& path, const Points& points, float offset) {
  const Box box = Box::around(points).squared();
  const Point center = box.center();
  std::string line = fmt::format("{},{:.6f},{:.3f},{:.3f}", path, box.width() / 200, center.x + offset, center.y + offset);
  for (const Point& p : points) line += fmt::format(",{:.3f},{:.3f}", p.x + offset, p.y + offset);
  return line;
}

inline std::string landmark_header(int points) {
  std::string header = "image_path,scale,center_w,center_h";
  for (int i = 0; i < points; ++i) header += fmt::format(",original_{0}_x,original_{0}_y", i);
  return header;
}

inline LabelLines lines_300w(const SetPicture& picture, const SyntheticFace& face) {
  auto path = below(picture, "data");
  // The lists say it without the blank that the file's name has.
  std::erase(path, ' ');
  // Its coordinates are two pixels more than those of the picture.
  const auto line = landmark_line(path, face.landmarks.p68.points, 2);
  const auto file = [](std::string_view split) { return fmt::format("face_landmarks_300w_{}.csv", split); };
  LabelLines lines = {{file(picture.split), line}};
  if (picture.split.starts_with("valid")) lines.emplace_back(file("valid"), line);
  return lines;
}

/// The subsets of WFLW's test pictures that a face belongs to.
inline std::vector<std::string_view> wflw_subsets(const SyntheticFace& face) {
  const Appearance& look = face.appearance;
  const auto& visible = face.landmarks.p98.visible;
  std::vector<std::string_view> subsets;
  if (look.blur > 0) subsets.emplace_back("blur");
  if (look.emotion == Emotion::happy || look.emotion == Emotion::surprise || look.emotion == Emotion::disgust)
    subsets.emplace_back("expression");
  if (look.light_softness < 0.35F || look.grey) subsets.emplace_back("illumination");
  if (std::abs(look.yaw) > 0.3F || std::abs(look.pitch) > 0.15F) subsets.emplace_back("largepose");
  if (look.makeup > 0) subsets.emplace_back("makeup");
  if (std::count(visible.begin(), visible.end(), 0) > 9) subsets.emplace_back("occlusion");
  return subsets;
}

inline LabelLines wflw_lines(const SetPicture& picture, const SyntheticFace& face) {
  const auto line = landmark_line(below(picture, "data"), face.landmarks.p98.points, 0);
  LabelLines lines = {{fmt::format("face_landmarks_wflw_{}.csv", picture.split), line}};
  if (picture.split == "test") {
    for (const auto subset : wflw_subsets(face)) lines.emplace_back(fmt::format("face_landmarks_wflw_test_{}.csv", subset), line);
  }
  return lines;
}

inline std::map<std::string, std::string> landmark_headers(std::string_view set, std::span<const std::string_view> lists, int points) {
  std::map<std::string, std::string> headers;
  for (const auto list : lists) headers[fmt::format("face_landmarks_{}_{}.csv", set, list)] = landmark_header(points);
  return headers;
}

// Everything that is known of a face, but its classes: which of it is the label is the reader's affair.
inline std::string manifest_header() {
  std::string header = "image,split,person,age,expression,x0,y0,x1,y1";
  for (const char* point : {"left_eye", "right_eye", "nose", "mouth_left", "mouth_right"}) header += fmt::format(",{0}_x,{0}_y", point);
  for (const auto name : results::kCelebaAttributeNames) (header += ',') += name;
  for (int i = 0; i < 68; ++i) header += fmt::format(",point{0}_x,point{0}_y", i);
  return header;
}

inline LabelLines manifest_lines(const SetPicture& picture, const SyntheticFace& face) {
  std::string line =
      fmt::format("{},{},{},{:.0f},{},{:.3f},{:.3f},{:.3f},{:.3f}", picture.name, picture.split, face.identity, face.age,
                  results::kExpressionNames[static_cast<std::size_t>(face.expression)], face.box.x0, face.box.y0, face.box.x1, face.box.y1);
  for (const Point& p : face.five_points) line += fmt::format(",{:.3f},{:.3f}", p.x, p.y);
  for (const auto value : face.attributes) line += fmt::format(",{}", value);
  for (const Point& p : face.landmarks.p68.points) line += fmt::format(",{:.3f},{:.3f}", p.x, p.y);
  return {{"manifest.csv", std::move(line)}};
}

}  // namespace faceptor::synthetic::detail
