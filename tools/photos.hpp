#pragma once

#include <string>
#include <vector>

namespace faceptor::program {

/// The photos that a verb's arguments stand for, and what of them is none.
struct FoundPhotos {
  std::vector<std::string> photos;  ///< files as given, "-" for standard input, and those below folders, sorted folder by folder
  std::vector<std::string> lists;   ///< the files that photos were named in
  /// What was left out, all in one line: pictures of formats that aren't read, or under other names than pictures', folders, links that
  /// lead nowhere, patterns that nothing fits. Empty if nothing was. Hidden files and folders, and those that a Mac, a NAS or Windows puts
  /// beside photos, are no photos and are not told.
  std::string left_out;
};

/// Looks through folders, not through links to folders. What can't be looked into is told in `left_out`; nothing is thrown for it.
///
/// An argument that is no file's name may be a pattern of the shell, such as "a/*.jpg", which stands for the files it fits, sorted.
/// "@FILE" stands for the lines of a file, each an argument of its own, "@-" for those of standard input. UTF-8; its mark is skipped.
/// @throws Error(io) for a list that can't be read, Error(format) for one with zeros in it, such as UTF-16
FoundPhotos find_photos(const std::vector<std::string>& arguments);

}  // namespace faceptor::program
