#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/detect/boxes_file.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/report/photo_report.hpp>

#include "common.hpp"
#include "outputs.hpp"

/// What the parts of `analyze` share: its options, what it reads (analyze_inputs.cpp), and what it writes of a photo beside its line of
/// results (analyze_files.cpp).
namespace faceptor::program {

struct AnalyzeOptions {
  std::vector<std::string> photos;
  std::string weights, tasks, json, draw, masks, crops, crop = "aligned:112", report, boxes, detector, shard, device = "cpu",
                                                        precision = "fp32", views = "exact";
  Step step;
  bool full_json = false, explain = false, resume = false;
  std::int64_t max_batch = 0;
  int workers = 1;
  std::optional<float> min_face;
  bool upright_only = false;
  ReadOptions reading;

  /// Whether something is written of each photo beside its line of results.
  bool writes_files() const { return !draw.empty() || !masks.empty() || !crops.empty() || !report.empty(); }
};

/// The analyzer that was asked for. @throws CLI::ValidationError for options that its detector doesn't have
AnalyzerOptions analyzer_options(const Common& common, const AnalyzeOptions& chosen);

/// A photo of a run, and how files that are written of it are called.
struct NamedPhoto {
  std::string path;  ///< "-" for standard input
  std::string stem;  ///< its own name without the extension, numbered where names repeat
};
std::vector<NamedPhoto> with_stems(std::vector<std::string> photos);

/// The part of the photos that this process is for: every n-th from the i-th on.
struct Shard {
  std::size_t index = 1, count = 1;
  std::vector<NamedPhoto> of(std::vector<NamedPhoto> photos) const;
};
/// That of `--shard I/N`, else that of a launcher's RANK and WORLD_SIZE, if there are any: then "{rank}" in the options' files becomes the
/// process's number, and it is said. @throws CLI::ValidationError for an option that is no shard; Error(argument) for RANK and WORLD_SIZE
/// that are none, or for a file that all processes would write
Shard shard_of(const Common& common, AnalyzeOptions& chosen);

/// @throws Error as `read_image`
Image read_photo(const std::string& photo, const ReadOptions& reading);

/// A photo's name as it stands in JSON.
std::string name_in_json(const std::string& photo);

/// What an earlier run wrote: its whole lines by photo, and where the last of these ends.
struct EarlierRun {
  struct Line {
    std::string text;
    bool failed = false;
  };
  std::map<std::string, std::vector<Line>> lines{};  ///< a photo that was given twice has two; so may two whose names aren't UTF-8
  std::set<std::string> tasks{};                     ///< those of the first face; none where there is no face
  std::uintmax_t bytes = 0;
};
/// @param keep_text  else only the photos' names are kept. @throws Error(format) for a line that is no result of this program's
EarlierRun read_earlier_run(const std::string& path, bool keep_text);

/// The faces that a boxes file gives each photo of the run.
class GivenFaces {
 public:
  GivenFaces(const std::string& path, const std::vector<NamedPhoto>& photos);
  /// @throws Error(argument) if the file says nothing of the photo, or what it says may be of another photo of this run; Error(format) if
  /// what it says of the photo is wrong
  std::vector<Detection> of(const std::string& photo, const Image& image) const;
  /// Photos that the file tells of, and this run is not about.
  std::vector<std::string> others() const;

 private:
  BadBoxes bad_;
  BoxesByPhoto boxes_;
  BoxesLookup lookup_;
  std::map<const std::vector<Detection>*, const Error*> wrong_;
  std::map<const std::vector<Detection>*, std::set<std::string>> takers_;
};

/// The pictures that a run writes of each photo: drawings, masks of classes, aligned crops, and the small ones of a report.
class PhotoFiles {
 public:
  /// @throws Error(argument) for a crop that is none
  explicit PhotoFiles(const AnalyzeOptions& chosen);

  /// All files that will be written, as far as they are known: crops only where one of that name is there already. Masks follow once the
  /// analyzer is there.
  void declare(Outputs& outputs, const std::vector<NamedPhoto>& photos) const;
  /// Which tasks masks are made of. @throws CLI::ValidationError if there are none
  void find_mask_tasks(const FaceAnalyzer& analyzer);
  void declare_masks(Outputs& outputs, const std::vector<NamedPhoto>& photos) const;
  void make_folders() const;

  /// Writes them. @return what to say of it. @throws Error(io)
  std::string write(const FaceAnalyzer& analyzer, const Image& image, const PhotoResult& result, const NamedPhoto& photo) const;

  /// A photo for the report, if there is one.
  void report(const PhotoResult& result, const NamedPhoto& photo);
  /// The report's page. @throws Error(io)
  void write_report() const;

 private:
  const AnalyzeOptions& chosen_;
  std::optional<View> crop_;
  std::optional<report::PhotoReport> report_;
  std::vector<std::string> mask_tasks_;
};

/// Says which passes through the network a face takes, what they cost and how much memory they need.
void explain(const Common& common, const AnalyzeOptions& chosen);

}  // namespace faceptor::program
