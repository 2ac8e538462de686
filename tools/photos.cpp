#include "photos.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
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

  void unfitting(const std::string& pattern) { unfitting_.names.push_back(pattern); }

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
    for (; entries != fs::directory_iterator(); entries.increment(failed)) sorted.push_back(*entries);
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
    const bool nowhere = status.type() == fs::file_type::not_found || failed == std::errc::too_many_symbolic_link_levels;
    if (failed || nowhere) return (link && nowhere ? dangling_ : closed_).names.push_back(path);
    if (fs::is_directory(status)) return link ? linked_.names.push_back(path) : walk(entry.path());
    if (has_unread_picture_name(entry.path())) return unread_.names.push_back(path);
    if (!has_picture_name(entry.path())) {
      if (fs::is_regular_file(status) && holds_picture(entry.path())) misnamed_.names.push_back(path);
      return;
    }
    fs::is_regular_file(status) ? found.push_back(path) : special_.names.push_back(path);
  }

  /// By its first bytes. Drawn videos, and the small picture that cameras put beside a video, begin as JPEGs do.
  static bool holds_picture(const fs::path& file) {
    const auto end = name_end(file);
    if (end == ".mjpeg" || end == ".mjpg" || end == ".thm") return false;
    std::array<char, 16> start{};
    std::ifstream bytes(file, std::ios::binary);
    bytes.read(start.data(), start.size());
    return sniff_format(std::as_bytes(std::span(start).first(static_cast<std::size_t>(bytes.gcount())))).has_value();
  }

  std::array<const Group*, 8> groups() const {
    return {&unread_, &misnamed_, &closed_, &linked_, &dangling_, &special_, &empty_, &unfitting_};
  }

  Group unread_{"picture of a format that isn't read", "pictures of formats that aren't read"};
  Group misnamed_{"picture whose name doesn't end as a picture's", "pictures whose names don't end as pictures' do"};
  Group closed_{"place that can't be looked into", "places that can't be looked into"};
  Group linked_{"link to a folder, which isn't followed", "links to folders, which aren't followed"};
  Group dangling_{"link that leads nowhere", "links that lead nowhere"};
  Group special_{"device or pipe", "devices or pipes"};
  Group empty_{"folder without pictures", "folders without pictures"};
  Group unfitting_{"pattern that no file fits", "patterns that no file fits"};
};

/// What a pattern stands for, sorted; nothing where no file fits.
std::vector<std::string> files_fitting(const std::string& pattern) {
  glob_t found{};
  const int code = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> names;
  if (code == 0) names.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  return names;
}

/// The lines of a list of photos, without empty ones. @param list  "-" for standard input
std::vector<std::string> lines_of(const std::string& list) {
  std::ifstream file;
  if (list != "-") file.open(list, std::ios::binary);
  std::istream& lines = list == "-" ? std::cin : file;
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    if (names.empty() && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (line.find('\0') != std::string::npos) {
      throw Error(ErrorCode::format, "photos: the list holds zeros, so it is no text of single bytes")
          .where(list)
          .expected("UTF-8, a photo a line")
          .hint("save it as UTF-8");
    }
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  if (lines.bad() || (list != "-" && !file.is_open())) {
    std::error_code failed;
    const auto reason = fs::is_directory(list, failed) ? std::string("a folder") : std::string(std::strerror(errno));
    throw Error(ErrorCode::io, "photos: the list can't be read").where(list).found(reason);
  }
  return names;
}

}  // namespace

FoundPhotos find_photos(const std::vector<std::string>& arguments) {
  PhotoSearch search;
  std::vector<std::string> lists;
  const auto take_path = [&](const std::string& path) {
    std::error_code failed;
    if (path != "-" && fs::is_directory(path, failed)) {
      search.look_into(path);
    } else {
      search.found.push_back(path);
    }
  };
  const auto take = [&](const std::string& argument) {
    std::error_code failed;
    if (argument.find_first_of("*?[") == std::string::npos || fs::exists(argument, failed)) return take_path(argument);
    const auto fitting = files_fitting(argument);
    if (fitting.empty()) search.unfitting(argument);
    std::ranges::for_each(fitting, take_path);
  };
  for (const auto& argument : arguments) {
    std::error_code failed;
    if (argument.size() < 2 || argument.front() != '@' || fs::exists(argument, failed)) {
      take(argument);
      continue;
    }
    const auto list = argument.substr(1);
    if (list != "-") lists.push_back(list);
    for (const auto& line : lines_of(list)) take(line);
  }
  return {std::move(search.found), std::move(lists), search.text()};
}

}  // namespace faceptor::program
