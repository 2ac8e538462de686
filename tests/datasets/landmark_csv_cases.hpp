#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "datasets/spoilt_sets.hpp"

/// Sets of landmarks in CSV files, as 300W and WFLW have them.
namespace sets {

inline std::string landmark_header(std::size_t points) {
  std::string header = "image_path,scale,center_w,center_h";
  for (std::size_t i = 0; i < points; ++i) header += fmt::format(",original_{}_x,original_{}_y", i, i);
  return header + "\n";
}

/// Point i lies at (10 + i + shift, 20 + 2 i + shift).
inline std::string landmark_line(const std::string& picture, std::size_t points, double shift = 0, std::string_view scale = "0.5") {
  auto line = fmt::format("{},{},{},{}", picture, scale, 60.5 + shift, 70.25 + shift);
  for (std::size_t i = 0; i < points; ++i) {
    line += fmt::format(",{},{}", 10 + static_cast<double>(i) + shift, 20 + 2 * static_cast<double>(i) + shift);
  }
  return line + "\n";
}

/// @param picture  the first record's, @param points  of the scheme
inline std::vector<Case> faults_of_landmark_files(const std::string& file, const std::string& picture, std::size_t points, double shift) {
  const auto line = landmark_line(picture, points, shift);
  const auto record = line.substr(picture.size(), line.size() - picture.size() - 1);
  const auto center = fmt::format(",0.5,{},", 60.5 + shift);
  const auto first = fmt::format(",{},{},", 10 + shift, 20 + shift);
  const auto last = fmt::format(",{}\n", 20 + 2 * static_cast<double>(points - 1) + shift);
  const auto scale = [&](std::string text) { return replace(file, center, fmt::format(",{},{},", text, 60.5 + shift)); };
  return faults_of_label_files(file, picture, record) + faults_of_options() +
         std::vector<Case>{
             {"only a header", write(file, landmark_header(points)), {file, "no records"}},
             {"no header", write(file, line), {file + ", line 1", "header"}},
             {"a header of another scheme", write(file, landmark_header(points + 1) + line), {file + ", line 1", "too many fields"}},
             {"a record too short", replace(file, last, "\n"), {file + ", line 2", "too few fields", std::to_string(points)}},
             {"a record too long", replace(file, last, ",1" + last), {file + ", line 2", "too many fields"}},
             {"a point that is no number", replace(file, first, ",left,20,"), {file + ", line 2", "field x0", "\"left\""}},
             {"a point that is NaN", replace(file, first, fmt::format(",{},nan,", 10 + shift)), {file + ", line 2", "field y0", "\"nan\""}},
             {"a point that is infinite", replace(file, first, ",-inf,20,"), {file + ", line 2", "field x0"}},
             {"a point far away", replace(file, first, ",1e300,20,"), {file + ", line 2", "field x0", "out of range"}},
             {"a point that is empty", replace(file, first, ",,20,"), {file + ", line 2", "field x0", "empty"}},
             {"the last point that is wrong", replace(file, last, ",?\n"), {file + ", line 2", fmt::format("field y{}", points - 1)}},
             {"a scale of 0", scale("0"), {file + ", line 2", "field scale", "out of range"}},
             {"a scale below 0", scale("-0.5"), {file + ", line 2", "field scale", "out of range"}},
             {"a scale that is NaN", scale("NaN"), {file + ", line 2", "field scale"}},
             {"a scale beyond reason", scale("1e7"), {file + ", line 2", "field scale"}},
             {"a scale too small for single precision", replace(file, center, ",0.000001,9999999,"), {file + ", line 2", "extent"}},
             {"a centre that is no number", replace(file, center, ",0.5,middle,"), {file + ", line 2", "field center_w"}},
             {"tabs for commas", write(file, "a\tb\tc\td\n"), {file + ", line 1", "too few fields"}},
         };
}

}  // namespace sets
