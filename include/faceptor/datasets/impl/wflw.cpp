#pragma once

#include <array>

#include <faceptor/datasets/landmark_csv.hpp>
#include <faceptor/datasets/wflw.hpp>

namespace faceptor::data {

FACEPTOR_INLINE std::unique_ptr<Dataset> open_wflw(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split = detail::chosen_split(options, "wflw",
                                          std::array<std::string, 8>{"train", "test", "test_blur", "test_expression", "test_illumination",
                                                                     "test_largepose", "test_makeup", "test_occlusion"});
  PictureList list("wflw", root, options);
  const auto file = detail::label_file(root, options, "face_landmarks_wflw_" + split + ".csv");
  detail::add_landmark_csv(file, {.scheme = "98", .several_faces = true}, list);
  return list.finish(detail::landmark_info(split, "98", "align_wflw"), upright_reading(), file.string());
}

}  // namespace faceptor::data
