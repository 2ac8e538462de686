#include <algorithm>
#include <array>
#include <system_error>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/prepare/impl/preparation.hpp>
#include <faceptor/image/codecs.hpp>

namespace faceptor::datasets::detail {
namespace {

bool is_archive(const std::string& name) {
  static constexpr std::array<std::string_view, 7> kEnds = {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".001"};
  return std::ranges::any_of(kEnds, [&](std::string_view end) { return name.ends_with(end); });
}

}  // namespace

Download::Download(std::filesystem::path root, std::string_view holds) : root_(std::move(root)), holds_(holds) {
  std::error_code failed;
  std::filesystem::recursive_directory_iterator entries(root_, failed);
  for (const std::filesystem::recursive_directory_iterator end; !failed && entries != end; entries.increment(failed)) {
    auto name = entries->path().filename().string();
    std::error_code status;
    const bool folder = entries->is_directory(status);
    if (is_hidden_name(name)) {
      if (folder) entries.disable_recursion_pending();
    } else if (!folder) {
      files_.emplace_back(std::move(name), entries->path().lexically_relative(root_).generic_string());
    }
  }
  if (failed) throw Error(ErrorCode::io, "data: the download can't be read").where(root_.string()).found(failed.message());
  std::ranges::sort(files_);
}

std::vector<std::string> Download::pictures() const {
  std::vector<std::string> paths;
  for (const auto& [name, path] : files_) {
    if (has_picture_name(name)) paths.push_back(path);
  }
  std::ranges::sort(paths);
  return paths;
}

std::filesystem::path Download::find(std::string_view tail) const {
  const auto name = tail.substr(tail.rfind('/') + 1);
  auto file = std::ranges::lower_bound(files_, name, {}, [](const auto& one) { return std::string_view(one.first); });
  for (; file != files_.end() && file->first == name; ++file) {
    const std::string_view path = file->second;
    if (path.ends_with(tail) && (path.size() == tail.size() || path[path.size() - tail.size() - 1] == '/')) return root_ / path;
  }
  return {};
}

std::filesystem::path Download::need(std::initializer_list<std::string_view> tails) const {
  for (const auto tail : tails) {
    if (auto path = find(tail); !path.empty()) return path;
  }
  auto error = Error(ErrorCode::io, fmt::format("data: the download lacks {}", *tails.begin()));
  error.where(root_.string()).expected(std::string(holds_));
  const auto archive = std::ranges::find_if(files_, [](const auto& file) { return is_archive(file.first); });
  if (archive != files_.end()) error.hint(fmt::format("unpack {} first", text::in_quotes(archive->second)));
  throw error;
}

PreparedLists split_lists(std::span<const DownloadedPicture* const> pictures, std::string_view pattern, char separator,
                          std::string_view header) {
  PreparedLists lists;
  for (const auto* picture : pictures) {
    std::string path(pattern);
    if (const auto star = path.find('*'); star != std::string::npos) path.replace(star, 1, picture->split);
    auto& text = lists[path];
    if (text.empty() && !header.empty()) text = fmt::format("{}\n", header);
    const bool quoted = picture->name.find(separator) != std::string::npos;
    text += fmt::format("{0}{1}{0}{2}{3}\n", quoted ? "\"" : "", picture->name, separator, picture->label);
  }
  return lists;
}

}  // namespace faceptor::datasets::detail
