#include "photos.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include <faceptor/core/error.hpp>
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

/// What a pattern stands for, sorted.
std::vector<std::string> files_fitting(const std::string& pattern) {
  glob_t found{};
  const int code = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> names;
  if (code == 0) names.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (names.empty()) throw Error(ErrorCode::argument, "photos: no file fits the pattern").where(pattern);
  return names;
}

/// The lines of a list of photos, without empty ones. @param list  "-" for standard input
std::vector<std::string> lines_of(const std::string& list) {
  std::ifstream file;
  if (list != "-") file.open(list, std::ios::binary);
  std::istream& lines = list == "-" ? std::cin : file;
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  if (lines.bad() || (list != "-" && !file.is_open())) {
    throw Error(ErrorCode::io, "photos: the list can't be read").where(list);
  }
  return names;
}

}  // namespace

FoundPhotos find_photos(const std::vector<std::string>& arguments) {
  PhotoSearch search;
  const auto take = [&](const std::string& argument) {
    std::error_code failed;
    if (argument != "-" && fs::is_directory(argument, failed)) {
      search.look_into(argument);
    } else if (const bool there = fs::exists(argument, failed); !there && argument.find_first_of("*?[") != std::string::npos) {
      const auto fitting = files_fitting(argument);
      search.found.insert(search.found.end(), fitting.begin(), fitting.end());
    } else {
      search.found.push_back(argument);
    }
  };
  for (const auto& argument : arguments) {
    std::error_code failed;
    if (argument.size() < 2 || argument.front() != '@' || fs::exists(argument, failed)) {
      take(argument);
      continue;
    }
    for (const auto& line : lines_of(argument.substr(1))) take(line);
  }
  return {std::move(search.found), search.text()};
}

}  // namespace faceptor::program
