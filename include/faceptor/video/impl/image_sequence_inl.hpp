#pragma once

#include <glob.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/video/image_sequence.hpp>

namespace faceptor::video {

namespace detail {

/// Whether a name comes before another, a run of digits being one number.
FACEPTOR_INLINE bool before(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  std::size_t i = 0, k = 0;
  while (i < a.size() && k < b.size()) {
    if (!digit(a[i]) || !digit(b[k])) {
      if (a[i] != b[k]) return a[i] < b[k];
      ++i, ++k;
      continue;
    }
    while (i < a.size() && a[i] == '0') ++i;
    while (k < b.size() && b[k] == '0') ++k;
    const auto end_a = static_cast<std::size_t>(std::find_if_not(a.begin() + static_cast<std::ptrdiff_t>(i), a.end(), digit) - a.begin());
    const auto end_b = static_cast<std::size_t>(std::find_if_not(b.begin() + static_cast<std::ptrdiff_t>(k), b.end(), digit) - b.begin());
    if (end_a - i != end_b - k) return end_a - i < end_b - k;
    const int order = a.compare(i, end_a - i, b, k, end_b - k);
    if (order != 0) return order < 0;
    i = end_a, k = end_b;
  }
  if (a.size() - i != b.size() - k) return a.size() - i < b.size() - k;
  return a < b;
}

/// ffmpeg's "%04d" as the shell writes it; npos where there is none.
FACEPTOR_INLINE std::pair<std::size_t, std::size_t> number_place(const std::string& name) {
  for (auto at = name.find('%'); at != std::string::npos; at = name.find('%', at + 1)) {
    auto end = at + 1;
    while (end < name.size() && std::isdigit(static_cast<unsigned char>(name[end])) != 0) ++end;
    if (end < name.size() && name[end] == 'd') return {at, end + 1};
  }
  return {std::string::npos, std::string::npos};
}

}  // namespace detail

FACEPTOR_INLINE bool names_sequence(const std::string& name) {
  std::error_code failed;
  if (std::filesystem::exists(name, failed)) return std::filesystem::is_directory(name, failed);
  // An address may hold a question mark.
  if (name.find("://") != std::string::npos) return false;
  return name.find_first_of("*?[") != std::string::npos || detail::number_place(name).first != std::string::npos;
}

FACEPTOR_INLINE std::vector<std::filesystem::path> sequence_files(const std::string& folder_or_pattern) {
  std::vector<std::string> names;
  std::error_code failed;
  if (std::filesystem::is_directory(folder_or_pattern, failed)) {
    std::filesystem::directory_iterator entries(folder_or_pattern, failed);
    for (; !failed && entries != std::filesystem::directory_iterator(); entries.increment(failed)) {
      const auto& path = entries->path();
      if (has_picture_name(path) && !is_hidden_name(path.filename().string())) names.push_back(path.string());
    }
    if (failed) throw Error(ErrorCode::io, "video: the folder can't be read").where(folder_or_pattern).found(failed.message());
  } else {
    auto pattern = folder_or_pattern;
    if (const auto [begin, end] = detail::number_place(pattern); begin != std::string::npos) pattern.replace(begin, end - begin, "[0-9]*");
    glob_t found{};
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) names.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
  }
  if (names.empty()) throw Error(ErrorCode::argument, "video: there is no picture").where(folder_or_pattern);
  std::sort(names.begin(), names.end(), detail::before);
  return {names.begin(), names.end()};
}

FACEPTOR_INLINE ImageSequence::ImageSequence(std::vector<std::filesystem::path> files, double rate, ReadOptions options, std::string name)
    : files_(std::move(files)), rate_(rate), options_(std::move(options)), name_(std::move(name)) {
  if (!(rate > 0)) throw Error(ErrorCode::argument, "video: frames a second must be more than 0").found(fmt::format("{}", rate));
  if (name_.empty()) name_ = files_.empty() ? "no pictures" : files_.front().parent_path().string();
}

FACEPTOR_INLINE std::optional<Frame> ImageSequence::next() {
  if (index_ == files_.size()) return std::nullopt;
  Frame frame{.index = static_cast<std::int64_t>(index_), .time = static_cast<double>(index_) / rate_};
  try {
    frame.image = read_image(files_[index_], options_);
  } catch (const Error& error) {
    frame.error = error;
  }
  ++index_;
  return frame;
}

}  // namespace faceptor::video
