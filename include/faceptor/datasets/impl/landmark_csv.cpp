#pragma once

#include <utility>

#include <fmt/format.h>

#include <faceptor/datasets/landmark_csv.hpp>
#include <faceptor/results/landmark_schemes.hpp>

namespace faceptor::data::detail {

FACEPTOR_INLINE void add_landmark_csv(const std::filesystem::path& path, const LandmarkCsv& csv, PictureList& list) {
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

FACEPTOR_INLINE DatasetInfo landmark_info(std::string split, std::string_view scheme, std::string task) {
  return {.split = std::move(split),
          .kind = LabelKind::landmarks,
          .classes = static_cast<std::int64_t>(results::landmark_scheme(scheme).size),
          .scheme = std::string(scheme),
          .task = std::move(task)};
}

}  // namespace faceptor::data::detail
