#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <faceptor/datasets/prepare/prepare.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/geometry/points.hpp>

/// How each format is prepared: what is read of its download, and which lists are written.
namespace faceptor::datasets::detail {

/// All files of a download, found by name however deep they were unpacked.
class Download {
 public:
  /// Doesn't follow links to folders. @param holds  what it should hold, for errors
  /// @throws Error(io) when it is no folder, or can't be read
  Download(std::filesystem::path root, std::string_view holds);

  /// Files that have names of pictures, from the root on, sorted.
  std::vector<std::string> pictures() const;
  /// The file whose path ends in these parts: "103/a.jpg". Of several, the first one; empty if there is none.
  std::filesystem::path find(std::string_view tail) const;
  /// The first of these that is there. @throws Error(io) if none is
  std::filesystem::path need(std::initializer_list<std::string_view> tails) const;
  std::filesystem::path at(const std::string& path) const { return root_ / path; }

 private:
  std::filesystem::path root_;
  std::string_view holds_;
  std::vector<std::pair<std::string, std::string>> files_;  // name, path from the root on; sorted
};

/// A picture of a download and what its set says of it.
struct DownloadedPicture {
  std::string name;                       ///< below OUT/data, as the lists have it
  std::filesystem::path file;             ///< where it lies; empty if it isn't there
  std::string label = {};                 ///< what follows its name in the list
  std::string split = {};                 ///< empty where it is to be drawn
  std::optional<FivePoints> points = {};  ///< where the set gives them, in pixels of the picture
  std::vector<std::uint8_t> grey = {};    ///< of FER2013: 48 x 48, in place of a file
  std::string left_out = {};              ///< why it isn't prepared
  std::string error = {};                 ///< what is wrong with it

  bool usable() const noexcept { return left_out.empty() && error.empty(); }
};

using DownloadedPictures = std::vector<DownloadedPicture>;

/// Files below OUT, with their text.
using PreparedLists = std::map<std::string, std::string>;

/// One format's.
struct Preparation {
  DownloadForm form;
  bool aligned = false;  ///< faces are cut; else pictures stay as they are
  DownloadedPictures (*read)(const Download& download) = nullptr;
  /// @param pictures  those that are there, each with its split
  PreparedLists (*lists)(std::span<const DownloadedPicture* const> pictures) = nullptr;
};

/// @throws Error(unsupported) for a format that isn't prepared
const Preparation& preparation_of(std::string_view format);

DownloadedPictures read_morph2_download(const Download& download);
DownloadedPictures read_utkface_download(const Download& download);
DownloadedPictures read_celeba_download(const Download& download);
DownloadedPictures read_affectnet_download(const Download& download);
DownloadedPictures read_rafdb_download(const Download& download);
DownloadedPictures read_ferplus_download(const Download& download);

/// CelebA's own two lists.
PreparedLists celeba_lists(std::span<const DownloadedPicture* const> pictures);

/// A line a picture, "name label". @param pattern  the file's path, with the split in place of "*"
PreparedLists split_lists(std::span<const DownloadedPicture* const> pictures, std::string_view pattern, char separator,
                          std::string_view header = {});

/// 48 x 48: how large FER2013's pictures are.
inline constexpr int kFerSide = 48;

}  // namespace faceptor::datasets::detail
