#include "photos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include <faceptor/core/text.hpp>
#include <faceptor/image/codecs.hpp>

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

/// Paths of one kind, of which a few are named.
struct Group {
  const char* one;
  const char* several;
  std::vector<std::string> names = {};

  std::string text() const {
    constexpr std::size_t kNamed = 3;
    std::vector<std::string> named;
    for (const auto& name : names) {
      if (named.size() < kNamed) named.push_back(text::in_quotes(name));
    }
    if (names.size() > kNamed) named.emplace_back("...");
    return fmt::format("{} {} ({})", names.size(), names.size() == 1 ? one : several, text::join(named));
  }
};

class PhotoSearch {
 public:
  void look_into(const fs::path& folder) {
    const auto before = found.size() + left_out();
    walk(folder);
    if (found.size() + left_out() == before) empty_.names.push_back(folder.string());
  }

  std::size_t left_out() const {
    std::size_t count = 0;
    for (const auto* group : groups()) count += group->names.size();
    return count;
  }

  std::string text() const {
    std::vector<std::string> parts;
    for (const auto* group : groups()) {
      if (!group->names.empty()) parts.push_back(group->text());
    }
    if (parts.empty()) return {};
    auto text = "photos: left out: " + text::join(parts);
    if (!unread_.names.empty()) text += fmt::format("; convert pictures of other formats first: {}", faceptor::detail::kConvertCommand);
    return text;
  }

  std::vector<std::string> found;

 private:
  void walk(const fs::path& folder) {
    std::error_code failed;
    fs::directory_iterator entries(folder, failed);
    if (failed) return closed_.names.push_back(folder.string());
    std::vector<fs::directory_entry> sorted;
    for (; entries != fs::directory_iterator(); entries.increment(failed)) {
      if (failed) break;
      sorted.push_back(*entries);
    }
    if (failed) closed_.names.push_back(folder.string());
    std::ranges::sort(sorted, {}, [](const fs::directory_entry& entry) { return entry.path().native(); });
    for (const auto& entry : sorted) add(entry);
  }

  void add(const fs::directory_entry& entry) {
    const auto name = entry.path().filename().string();
    if (is_hidden_name(name)) return;
    std::error_code failed;
    const bool link = entry.is_symlink(failed);
    const auto status = entry.status(failed);
    const auto path = entry.path().string();
    if (failed || !fs::exists(status)) return dangling_.names.push_back(path);
    if (fs::is_directory(status)) return link ? linked_.names.push_back(path) : walk(entry.path());
    if (has_unread_picture_name(entry.path())) return unread_.names.push_back(path);
    if (!has_picture_name(entry.path())) return;
    fs::is_regular_file(status) ? found.push_back(path) : special_.names.push_back(path);
  }

  std::array<const Group*, 6> groups() const { return {&unread_, &closed_, &linked_, &dangling_, &special_, &empty_}; }

  Group unread_{"picture of a format that isn't read", "pictures of formats that aren't read"};
  Group closed_{"folder that can't be read", "folders that can't be read"};
  Group linked_{"link to a folder, which isn't followed", "links to folders, which aren't followed"};
  Group dangling_{"link that leads nowhere", "links that lead nowhere"};
  Group special_{"device or pipe", "devices or pipes"};
  Group empty_{"folder without pictures", "folders without pictures"};
};

}  // namespace

FoundPhotos find_photos(const std::vector<std::string>& arguments) {
  PhotoSearch search;
  for (const auto& argument : arguments) {
    std::error_code failed;
    if (argument != "-" && fs::is_directory(argument, failed)) {
      search.look_into(argument);
    } else {
      search.found.push_back(argument);
    }
  }
  return {std::move(search.found), search.text()};
}

}  // namespace faceptor::program
