#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/files/atomic_file.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/image/image.hpp>

/// What a run writes: that it replaces nothing of anybody's, and that it appears whole.
namespace faceptor::program {

/// What a file of results is. One may take the place of an older one of its own kind.
enum class OutputKind {
  json,     ///< of any verb, but for
  photos,   ///< lines of `analyze`,
  frames,   ///< lines of `video`,
  run_log,  ///< and a training run's lines
  picture,  ///< `write_picture`
  page,     ///< a report's index.html
  tensors,  ///< what `forward` writes
  weights,  ///< a weights file of this library
  gallery,  ///< an index of `enroll`
  video,    ///< of `video`: JPEGs one behind the other, or a container with `kVideoMark`
};

/// What a picture's and a video's comment says, by which the program knows its own again.
inline constexpr const char* kPictureMark = "faceptor";
inline constexpr const char* kVideoMark = "made by faceptor";

/// The one rule of all verbs, asked before anything is read: an output that is an input of the run, by whatever path, is refused; so is a
/// file that this program didn't write, or wrote as something else, unless `--force` is given.
///
///     Outputs outputs(common.force);
///     outputs.reads(chosen.weights);
///     outputs.writes("--json", chosen.json, OutputKind::json);
///     outputs.check();
class Outputs {
 public:
  explicit Outputs(bool force) : force_(force) {}

  /// A file, or a folder: what lies below it is read too. Nothing for an empty path and "-".
  void reads(const std::filesystem::path& path);
  /// A file that will be written. Nothing for an empty path and, of JSON, for "-". @param option  what it is called in errors
  void writes(std::string_view option, const std::filesystem::path& path, OutputKind kind);

  /// @throws Error(argument) for the first output that may not be written, or that is another one too
  void check() const;

 private:
  struct Output {
    std::string option;
    std::filesystem::path path;
    OutputKind kind;
  };
  class FileIds;
  void check(const Output& output, const FileIds& inputs) const;

  bool force_;
  std::vector<std::filesystem::path> inputs_;
  std::vector<Output> outputs_;
};

/// Whether this program wrote a file, and as what it is now asked for. An empty file has nothing to lose.
bool written_here(const std::filesystem::path& path, OutputKind kind);

/// Writes a PNG, or a JPEG by the name's extension, with a mark by which the program knows it again. @throws Error(io)
void write_picture(const std::filesystem::path& path, const Image& picture);
/// The same for classes, as a grey PNG.
void write_picture(const std::filesystem::path& path, const LabelImage& labels);

/// A text for standard output ("-") or a file that appears whole. Opened at once, so that what can't be written is told before hours of
/// work. @throws Error(io)
class WholeText {
 public:
  explicit WholeText(std::string target);
  /// The text and a line end. Once.
  void write(const std::string& text);

 private:
  std::string target_;
  std::optional<files::AtomicFile> file_;
};

}  // namespace faceptor::program
