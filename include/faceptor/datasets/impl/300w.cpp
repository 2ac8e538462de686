#pragma once

#include <array>
#include <string>
#include <string_view>
#include <system_error>

#include <faceptor/datasets/300w.hpp>
#include <faceptor/datasets/landmark_csv.hpp>

namespace faceptor::data {
namespace detail {

/// The one picture that lists and disks call differently, by the name that is there; empty for all others, and where none is there.
FACEPTOR_INLINE std::string renamed_300w(const std::filesystem::path& root, const std::string& name) {
  static constexpr std::array<std::string_view, 2> kNames = {"ibug/image_092 _01.jpg", "ibug/image_092_01.jpg"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (!name.ends_with(kNames[i])) continue;
    const auto other = name.substr(0, name.size() - kNames[i].size()).append(kNames[1 - i]);
    std::error_code status;
    if (!std::filesystem::exists(root / name, status) && std::filesystem::exists(root / other, status)) return other;
  }
  return {};
}

}  // namespace detail

FACEPTOR_INLINE std::unique_ptr<Dataset> open_300w(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split =
      detail::chosen_split(options, "300w", std::array<std::string, 5>{"train", "valid", "valid_common", "valid_challenge", "test"});
  PictureList list("300w", root, options);
  const auto file = detail::label_file(root, options, "face_landmarks_300w_" + split + ".csv");
  detail::add_landmark_csv(file, {.scheme = "68", .shift = 2}, list);
  for (auto& [annotation, picture] : list.pictures()) {
    const auto found = detail::renamed_300w(root, picture.empty() ? annotation.name : picture);
    if (!found.empty()) picture = found;
  }
  return list.finish(detail::landmark_info(split, "68", "align_300w"), upright_reading(), file.string());
}

}  // namespace faceptor::data
