#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <faceptor/datasets/landmark_sets.hpp>
#include <faceptor/results/landmarks.hpp>

namespace faceptor::datasets::detail {

void add_landmark_csv(const std::filesystem::path& path, const LandmarkCsv& csv, PictureList& list) {
  constexpr std::size_t kBefore = 4;  // path, scale and centre
  constexpr double kSmallest = 1e-6, kLargest = 1e6;
  const auto& scheme = results::landmark_scheme(csv.scheme);
  const auto form = fmt::format("path,scale,center_w,center_h and {} points x,y", scheme.size);
  LabelFile file(path);
  if (!file.next()) throw file.place().error("the label file has no header line").expected(form);
  const auto header = file.fields(Separator::comma);
  header.expect_fields(kBefore + 2 * scheme.size, form);
  if (parse_number(header.fields()[1])) throw header.place().error("the header line is missing").expected("names of columns");
  while (file.next()) {
    const auto record = file.fields(Separator::comma);
    record.expect_fields(kBefore + 2 * scheme.size, form);
    const auto half = 100 * record.number(1, "scale", kSmallest, kLargest);
    const auto x = record.number(2, "center_w") - csv.shift, y = record.number(3, "center_h") - csv.shift;
    LandmarkLabels label;
    label.points.reserve(scheme.size);
    for (std::size_t i = 0; i < scheme.size; ++i) {
      const auto column = kBefore + 2 * i;
      label.points.push_back({static_cast<float>(record.number(column, fmt::format("x{}", i)) - csv.shift),
                              static_cast<float>(record.number(column + 1, fmt::format("y{}", i)) - csv.shift)});
    }
    const auto five = results::five_points(scheme, label.points);
    auto& annotation =
        list.add(record.text(0, "image_path"), record.place(), std::move(label), csv.several_faces ? file.line() : "").annotation;
    annotation.points = five;
    annotation.box =
        Box{static_cast<float>(x - half), static_cast<float>(y - half), static_cast<float>(x + half), static_cast<float>(y + half)};
    if (!annotation.box->valid()) throw record.place().error("a face's box has no extent", "scale");
  }
}

DatasetInfo landmark_info(std::string split, std::string_view scheme) {
  return {.split = std::move(split),
          .kind = LabelKind::landmarks,
          .classes = static_cast<std::int64_t>(results::landmark_scheme(scheme).size),
          .scheme = std::string(scheme)};
}

}  // namespace faceptor::datasets::detail

namespace faceptor::datasets {
namespace {

/// The one picture that lists and disks call differently, by the name that is there; empty for all others, and where none is there.
std::string renamed_300w(const std::filesystem::path& root, const std::string& name) {
  static constexpr std::array<std::string_view, 2> kNames = {"ibug/image_092 _01.jpg", "ibug/image_092_01.jpg"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (!name.ends_with(kNames[i])) continue;
    const auto other = name.substr(0, name.size() - kNames[i].size()).append(kNames[1 - i]);
    std::error_code status;
    if (!std::filesystem::exists(root / name, status) && std::filesystem::exists(root / other, status)) return other;
  }
  return {};
}

}  // namespace

std::unique_ptr<Dataset> open_300w(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split =
      detail::chosen_split(options, "300w", std::array<std::string, 5>{"train", "valid", "valid_common", "valid_challenge", "test"});
  PictureList list("300w", root, options);
  const auto file = detail::label_file(root, options, "face_landmarks_300w_" + split + ".csv");
  detail::add_landmark_csv(file, {.scheme = "68", .shift = 2}, list);
  for (auto& [annotation, picture] : list.pictures()) {
    const auto found = renamed_300w(root, picture.empty() ? annotation.name : picture);
    if (!found.empty()) picture = found;
  }
  return list.finish(detail::landmark_info(split, "68"), upright_reading(), file.string());
}

std::unique_ptr<Dataset> open_wflw(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split = detail::chosen_split(options, "wflw",
                                          std::array<std::string, 8>{"train", "test", "test_blur", "test_expression", "test_illumination",
                                                                     "test_largepose", "test_makeup", "test_occlusion"});
  PictureList list("wflw", root, options);
  const auto file = detail::label_file(root, options, "face_landmarks_wflw_" + split + ".csv");
  detail::add_landmark_csv(file, {.scheme = "98", .several_faces = true}, list);
  return list.finish(detail::landmark_info(split, "98"), upright_reading(), file.string());
}

}  // namespace faceptor::datasets
