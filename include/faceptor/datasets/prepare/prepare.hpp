#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/detect/face_detector.hpp>
#include <nlohmann/json_fwd.hpp>

/// What was downloaded, into what the readers take: for the published sets that can't be read as they come.
///
///     auto report = datasets::prepare_dataset("morph2", "downloads/MORPH", "data/morph2", {.seed = 7, .faces = find_faces});
///     auto set = datasets::open_dataset("morph2", "data/morph2", {.split = "train"});
///
/// Pictures are written below OUT/data, lists of splits where the format has them, and beside them
///
///     prepared.json    how it was made (seed, where faces come from), how many pictures each split has, whether all went well
///     left_out.csv     a line for each picture that is not there: file,why
///
/// A run that was stopped is gone on with: pictures that are there are kept, all others are tried again, lists are written anew.
namespace faceptor::datasets {

/// A format that has to be prepared.
struct DownloadForm {
  std::string_view format;   ///< as `open_dataset` knows it
  std::string_view holds;    ///< what is looked for in the download, at any depth
  std::string_view becomes;  ///< what is done to its pictures, and where the split is from
};

/// All of them, in the order of the published tasks.
std::span<const DownloadForm> download_forms();

/// The faces of a photo with their five points, for pictures whose set doesn't give these. Called by several threads at once.
using FaceFinder = std::function<std::vector<Detection>(const Image& photo)>;

struct PrepareOptions {
  std::uint64_t seed = 0;  ///< of the split, where the set has no published one
  int threads = 0;         ///< that work side by side; 0: as many as the machine has cores
  FaceFinder faces = {};
  std::string finder = {};  ///< what `faces` is called in prepared.json
  bool dry_run = false;     ///< write nothing, look into no picture
  bool force = false;       ///< empty a folder that was prepared otherwise; write among files of others
  /// Told after each picture how many are done, and of how many. Called by any thread, but by one at a time.
  std::function<void(std::size_t done, std::size_t total)> progress = {};
};

/// What became of a picture.
enum class PictureFate {
  written,   ///< by this run
  kept,      ///< it was there already
  due,       ///< a dry run: it would be written, unless it can't be read or shows no face
  left_out,  ///< it doesn't belong to the set, or shows no face
  failed,    ///< it is not there, or can't be read
};

struct PictureReport {
  std::string name;   ///< below OUT/data; of one that has no place there, its file
  std::string split;  ///< "train", ...; empty if it has none
  PictureFate fate = PictureFate::due;
  std::string why = {};  ///< of one that was left out, a few words; of one that failed, the error's line
};

struct PrepareReport {
  std::string format;
  std::uint64_t seed = 0;
  bool split_drawn = false;  ///< by the seed; else the set's own
  std::string faces = {};    ///< how pictures were cut, in words
  std::vector<PictureReport> pictures = {};

  std::size_t count(PictureFate fate) const noexcept;
  /// Pictures that are (or would be) in OUT, by split: train, val, test, as far as there are any.
  std::vector<std::pair<std::string, std::size_t>> splits() const;
  bool complete() const noexcept { return count(PictureFate::failed) == 0 && count(PictureFate::due) == 0; }
};

/// Prepares a set. A picture that can't be read is told in the report and fails alone; a label file that is malformed ends the run.
///
/// Aligned pictures are 112 x 112 JPEGs: the face's five points brought next to ArcFace's template. The points are the set's own where it
/// gives them (CelebA, AffectNet), else those of the largest face found. Others are taken over as they are.
/// @param download  the folder into which the archives were unpacked; it is only read
/// @throws Error(unsupported)  for a format that isn't prepared
/// @throws Error(argument)     if `out` holds something else or lies in `download`, or faces have to be found and nobody does
/// @throws Error(io, format)   for label files that are absent or malformed, a full disk, and the like
PrepareReport prepare_dataset(std::string_view format, const std::filesystem::path& download, const std::filesystem::path& out,
                              const PrepareOptions& options = {});

/// What prepared.json holds: {"made_by", "format", "split", "seed" (of a drawn split), "faces", "complete", "pictures": {"train": n, ...},
/// "left_out": {"why": n, ...}, "failed": n}.
nlohmann::ordered_json to_json(const PrepareReport& report);

/// The same in lines for people. @param shown  the most names of pictures for one reason
std::vector<std::string> to_lines(const PrepareReport& report, std::size_t shown = 3);

}  // namespace faceptor::datasets
