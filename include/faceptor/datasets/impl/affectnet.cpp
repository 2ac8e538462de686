#pragma once

#include <array>

#include <fmt/format.h>

#include <faceptor/datasets/affectnet.hpp>
#include <faceptor/datasets/expressions.hpp>
#include <faceptor/datasets/picture_list.hpp>

namespace faceptor::data {

FACEPTOR_INLINE std::unique_ptr<Dataset> open_affectnet(const std::filesystem::path& root, const DatasetOptions& options) {
  constexpr std::int64_t kContempt = 7, kLast = 10;
  const auto split = detail::chosen_split(options, "affectnet", std::array<std::string, 3>{"train", "test", "val"});
  PictureList list("affectnet", root, options, "data", std::array<std::string, 1>{"contempt"});
  const bool contempt = detail::keeps_contempt(options, "affectnet");
  LabelFile file(detail::label_file(root, options, "label/" + split + ".txt"));
  std::size_t dropped = 0;
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    record.expect_at_least(2, "name class");
    const auto index = record.integer(1, "class", 0, kLast);
    if (index > kContempt || (index == kContempt && !contempt)) {
      ++dropped;
    } else {
      list.add(record.text(0, "name"), record.place(), ClassLabel{index});
    }
  }
  auto info = detail::expression_info(split, "affect_affectnet", contempt);
  if (dropped > 0) {
    info.notes.push_back(fmt::format("{} of {} records left out: class {} or above", dropped, dropped + list.pictures().size(),
                                     contempt ? kContempt + 1 : kContempt));
  }
  return list.finish(std::move(info), as_stored(), file.place().file);
}

}  // namespace faceptor::data
