#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include <fmt/format.h>

#include <faceptor/datasets/celeba.hpp>
#include <faceptor/datasets/prepare/impl/preparation.hpp>
#include <faceptor/results/attributes.hpp>

namespace faceptor::datasets::detail {
namespace {

constexpr std::array<const char*, 3> kSplits = {"train", "val", "test"};  // as list_eval_partition.txt counts them

/// "list_landmarks_align_celeba.txt": the number of pictures; names of columns; a line a picture, x and y of the five points.
std::unordered_map<std::string, FivePoints> celeba_points(const std::filesystem::path& path) {
  std::unordered_map<std::string, FivePoints> points;
  LabelFile file(path);
  for (int i = 0; i < 2; ++i) {
    if (!file.next()) throw file.place().error("the list of landmarks has no head");
  }
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    FivePoints five;
    record.expect_fields(1 + 2 * five.size(), "name and 10 coordinates");
    for (std::size_t i = 0; i < five.size(); ++i) {
      five[i] = {static_cast<float>(record.number(1 + 2 * i, "x")), static_cast<float>(record.number(2 + 2 * i, "y"))};
    }
    points.emplace(record.text(0, "name"), five);
  }
  return points;
}

}  // namespace

DownloadedPictures read_celeba_download(const Download& download) {
  const auto attributes = download.need({"list_attr_celeba.txt"});
  const auto partition = download.need({"list_eval_partition.txt"});
  const auto points = celeba_points(download.need({"list_landmarks_align_celeba.txt"}));
  DownloadedPictures pictures;
  for (const auto* split : kSplits) {
    CelebaLabels labels;
    read_celeba_lists(attributes, partition, split, labels);
    for (const auto& row : labels.rows) {
      DownloadedPicture picture{.name = row.name, .file = download.find("img_align_celeba/" + row.name), .split = split};
      for (const auto value : row.values) picture.label += value == 1 ? " 1" : value == 0 ? " -1" : " 0";
      if (const auto found = points.find(row.name); found != points.end()) {
        picture.points = found->second;
      } else {
        picture.error = row.place.error("a picture is missing in the list of landmarks", "name").found(quoted_start(row.name)).what();
      }
      pictures.push_back(std::move(picture));
    }
  }
  return pictures;
}

PreparedLists celeba_lists(std::span<const DownloadedPicture* const> pictures) {
  std::string attributes = fmt::format("{}\n{}\n", pictures.size(), fmt::join(results::kCelebaAttributeNames, " ")), partition;
  for (const auto* picture : pictures) {
    attributes += fmt::format("{}{}\n", picture->name, picture->label);
    const auto part = std::find(kSplits.begin(), kSplits.end(), picture->split) - kSplits.begin();
    partition += fmt::format("{} {}\n", picture->name, part);
  }
  return {{"list_attr_celeba.txt", std::move(attributes)}, {"list_eval_partition.txt", std::move(partition)}};
}

}  // namespace faceptor::datasets::detail
