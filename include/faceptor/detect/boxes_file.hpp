#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/detect/face_detector.hpp>

/// Faces that another program found, for many photos, in one file. Three ways to write it, told apart by the first character:
///
///     {"photo": "a.jpg", "boxes": [[10, 20, 90, 110]]}         one JSON object a line
///     [{"photo": "a.jpg", "boxes": [...]}, ...]                 one JSON array
///     a.jpg,10,20,90,110                                        CSV, a face a line; a first line photo,x0,y0,x1,y1 is skipped
///
/// In JSON, "points" may hold five [x, y] a box, or null. In CSV a sixth field is the face's score, and four empty ones say that no face
/// is there. A photo may occur several times: its faces are put together.
namespace faceptor {

/// The faces of each photo, by its name in the file in normal form: "a/b.jpg" of "./a/b.jpg", "a//b.jpg" and "a\\b.jpg", and letters with
/// their marks as single characters (`text::composed`).
using BoxesByPhoto = std::map<std::string, std::vector<Detection>, std::less<>>;

/// What is wrong with photos' entries, such as a box without an area: the first error of each, by the photo's name in `BoxesByPhoto`.
using BadBoxes = std::map<std::string, Error, std::less<>>;

/// Reads a boxes file. Faces without a score have 1.
/// @param bad  takes what is wrong with entries whose photo is known, and the others are read; without it the first one is thrown
/// @throws Error(io)      it can't be opened
/// @throws Error(limit)   it is larger than 256 MiB
/// @throws Error(format)  says the line or entry and the field that is wrong
BoxesByPhoto read_boxes_file(const std::filesystem::path& path, BadBoxes* bad = nullptr);

/// The same for a file's text. @param name  what to call it in errors
BoxesByPhoto parse_boxes(std::string_view text, std::string_view name = "boxes", BadBoxes* bad = nullptr);

/// Finds the faces of photos, however the file and its user spell their paths: relative or absolute, with or without "./". Looking up one
/// photo takes the same time in a file of ten as in one of a million.
class BoxesLookup {
 public:
  struct Match {
    const std::vector<Detection>* faces = nullptr;  ///< null if the file says nothing of the photo; an empty list: no face is there
    bool by_name = false;                           ///< only the file's name fits, not its folders
  };

  /// @param boxes   outlives this
  /// @param folder  where relative names may begin besides the current folder: that of the boxes file
  explicit BoxesLookup(const BoxesByPhoto& boxes, const std::filesystem::path& folder = {});

  /// By the path, else by the file's name alone; of several of that name the one that has more folders in common with `photo`.
  /// @throws Error(argument) when several have equally many
  Match find(const std::filesystem::path& photo) const;

 private:
  using Entry = BoxesByPhoto::value_type;
  std::unordered_map<std::string, const Entry*> paths_;
  std::vector<std::pair<std::string, const Entry*>> ends_;  ///< by their names from the last to the first, sorted
};

/// The faces of one photo, as `BoxesLookup` finds them. Null if the file says nothing of it.
const std::vector<Detection>* find_boxes(const BoxesByPhoto& boxes, const std::filesystem::path& photo);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/detect/impl/boxes_file_inl.hpp>
#endif
