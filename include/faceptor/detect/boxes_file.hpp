#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/detect/face_detector.hpp>

/// Faces that another program found, for many photos, in one file. Three ways to write it, told apart by the first character:
///
///     {"photo": "a.jpg", "boxes": [[10, 20, 90, 110]]}         one JSON object a line
///     [{"photo": "a.jpg", "boxes": [...]}, ...]                 one JSON array
///     a.jpg,10,20,90,110                                        CSV, a face a line; a first line photo,x0,y0,x1,y1 is skipped
///
/// In JSON, "points" may hold five [x, y] a box, or null. A photo may occur several times: its faces are put together.
namespace faceptor {

/// The faces of each photo, by its name as it stands in the file.
using BoxesByPhoto = std::map<std::string, std::vector<Detection>, std::less<>>;

/// Reads a boxes file. Every face has score 1.
/// @throws Error(io)      it can't be opened
/// @throws Error(limit)   it is larger than 256 MiB
/// @throws Error(format)  says the line or entry and the field that is wrong
BoxesByPhoto read_boxes_file(const std::filesystem::path& path);

/// The same for a file's text. @param name  what to call it in errors
BoxesByPhoto parse_boxes(std::string_view text, std::string_view name = "boxes");

/// The faces of a photo: by the path as given, else by the file name alone. Null if the file says nothing of it, which differs from
/// an empty list (looked at, and no face there).
/// @throws Error(argument) when only the file name fits and several paths in the file end in it
const std::vector<Detection>* find_boxes(const BoxesByPhoto& boxes, const std::filesystem::path& photo);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/detect/impl/boxes_file_inl.hpp>
#endif
