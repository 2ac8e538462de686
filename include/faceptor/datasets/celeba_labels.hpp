#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/table.hpp>

/// The two forms of CelebA's labels, as one.
namespace faceptor::data::detail {

/// The pictures of one split.
struct CelebaLabels {
  struct Row {
    std::string name;
    std::vector<std::int8_t> values;  ///< 1 yes, 0 no, -1 unknown, in the order of results::kCelebaAttributeNames
    LinePlace place;                  ///< its `file` is `source` below
  };
  std::string source;  ///< the file of the attributes
  std::vector<Row> rows;
};

/// Where each of CelebA's attributes stands among the names that a file gives, in the order of results::kCelebaAttributeNames.
/// @throws Error(format)  unless the names are CelebA's, each once
std::vector<std::size_t> celeba_columns(const std::vector<std::string>& names, const LinePlace& place);

/// Of label.pkl. @param split  train, val, trainval or test
void read_celeba_pickle(const std::filesystem::path& path, const std::string& split, CelebaLabels& out);

/// Of CelebA's own lists.
void read_celeba_lists(const std::filesystem::path& attributes, const std::filesystem::path& partition, const std::string& split,
                       CelebaLabels& out);

}  // namespace faceptor::data::detail

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/celeba_labels.cpp>
#include <faceptor/datasets/impl/celeba_pickle.cpp>
#endif
