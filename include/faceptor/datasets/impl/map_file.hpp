#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/files/mapped_file.hpp>

namespace faceptor::datasets::detail {

/// An error of a lower room, told as one of this: what was being read, and what stood in the way.
inline Error restated(const Error& error, std::string what) {
  auto reason = error.summary();
  if (const auto room = reason.find(": "); room != std::string::npos) reason.erase(0, room + 2);
  if (!error.found().empty()) reason += " (" + error.found() + ")";
  Error out(error.code(), std::move(what));
  out.where(error.where()).found(reason);
  if (!error.expected().empty()) out.expected(error.expected());
  if (!error.hint().empty()) out.hint(error.hint());
  return out;
}

/// A file of a data set, mapped. @param what  the sentence if that fails
inline std::shared_ptr<const files::MappedFile> map_file(const std::filesystem::path& path, const std::string& what,
                                                         const std::string& hint = "") {
  try {
    return files::MappedFile::open(path);
  } catch (const Error& error) {
    auto out = restated(error, what);
    throw hint.empty() ? out : out.hint(hint);
  }
}

}  // namespace faceptor::datasets::detail
