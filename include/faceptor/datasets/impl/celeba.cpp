#pragma once

#include <array>
#include <system_error>
#include <utility>

#include <faceptor/datasets/celeba.hpp>
#include <faceptor/datasets/celeba_labels.hpp>
#include <faceptor/datasets/picture_list.hpp>
#include <faceptor/results/attribute_names.hpp>

namespace faceptor::data {
namespace detail {

FACEPTOR_INLINE void read_celeba_labels(const std::filesystem::path& root, const DatasetOptions& options, const std::string& split,
                                        CelebaLabels& out) {
  std::error_code status;
  const auto chosen = options.labels.empty() ? root : root / options.labels;
  const bool folder = std::filesystem::is_directory(chosen, status);
  const auto pickle = folder ? chosen / "label.pkl" : chosen;
  const auto attributes = folder ? chosen / "list_attr_celeba.txt" : chosen;
  if (pickle.extension() == ".pkl" && std::filesystem::exists(pickle, status)) return read_celeba_pickle(pickle, split, out);
  if (!std::filesystem::exists(attributes, status)) {
    throw Error(ErrorCode::io, "data: there are no labels of CelebA")
        .where(chosen.string())
        .expected("label.pkl, or list_attr_celeba.txt and list_eval_partition.txt");
  }
  read_celeba_lists(attributes, attributes.parent_path() / "list_eval_partition.txt", split, out);
}

}  // namespace detail

FACEPTOR_INLINE std::unique_ptr<Dataset> open_celeba(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split = detail::chosen_split(options, "celeba", std::array<std::string, 4>{"trainval", "train", "val", "test"});
  PictureList list("celeba", root, options);
  detail::CelebaLabels labels;
  detail::read_celeba_labels(root, options, split, labels);
  for (auto& row : labels.rows) list.add(row.name, row.place, AttributeLabels{std::move(row.values)});
  DatasetInfo info{.split = split, .kind = LabelKind::attributes, .task = "biattr_celeba"};
  info.label_names.assign(results::kCelebaAttributeNames.begin(), results::kCelebaAttributeNames.end());
  info.classes = static_cast<std::int64_t>(info.label_names.size());
  return list.finish(std::move(info), as_stored(), labels.source);
}

}  // namespace faceptor::data
