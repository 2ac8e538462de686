#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/datasets/sample.hpp>

namespace faceptor::datasets {

/// What a data set is, as a whole.
struct DatasetInfo {
  std::string format = {};          ///< the format's name for `open_dataset`: "300w", "celeba", ...
  std::string split = {};           ///< "train", "test", ...; what the set calls it
  std::filesystem::path root = {};  ///< the folder it was opened in
  LabelKind kind = LabelKind::none;
  std::vector<std::string> label_names = {};  ///< of classes, attributes or values, by index; may be empty (persons have no names)
  std::int64_t classes = 0;                   ///< classes, parsing classes, attributes, values or points; 0 where it has no meaning
  std::string scheme = {};                    ///< landmarks: the name of the scheme in results/landmarks.hpp
  std::string like = {};                ///< the published task whose samples these are like, where somebody says so: its chain is theirs
  std::vector<std::string> notes = {};  ///< what was left out or is odd, in sentences: "3667 of 291650 records left out: class 7 or above"
};

/// Samples on disk: opened once, then read in any order, from any number of threads.
///
/// Opening reads and checks the annotations of all samples of a split; pictures and masks are opened when they are read. So a set in
/// the wrong layout fails at once, and a broken picture fails alone.
class Dataset {
 public:
  virtual ~Dataset() = default;

  virtual const DatasetInfo& info() const noexcept = 0;
  virtual std::size_t size() const noexcept = 0;

  /// What is known of a sample without decoding its picture. @pre index < size()
  virtual Annotation annotation(std::size_t index) const = 0;

  /// The picture and all that is known of it. Thread-safe.
  /// @pre index < size()
  /// @throws Error(io, format, limit, unsupported)  names the file, the record and the field that is wrong
  virtual Sample read(std::size_t index) const = 0;
};

/// How a data set is opened: what all formats have in common, and what only some have, by name.
///
///     auto set = datasets::open_morph2("data/MorphII", {.split = "test"});
///     auto mine = datasets::open_manifest("faces.csv", {.settings = {{"label", "smile"}, {"kind", "attributes"}}});
struct DatasetOptions {
  /// Which part: "train", "test", ...; empty for the one the published training uses. An unknown one is refused with a list.
  std::string split = {};
  /// Another label file, or the folder it lies in, than the format's usual one; counts from the root unless absolute.
  std::filesystem::path labels = {};
  /// The folder that no path in a label file may leave, for sets whose labels point beside their own folder. It counts from the root
  /// unless absolute; empty for the root. Symbolic links are the user's own, and are followed.
  std::filesystem::path within = {};
  /// What only some formats know, in the words of their headers: {"label", "age"}. An unknown one is refused with a list.
  std::map<std::string, std::string> settings = {};
};

namespace detail {

/// The error for a name that a format doesn't have. @param what  "split", "setting", ...
Error unknown_option(std::string_view format, std::string_view what, const std::string& value, std::span<const std::string> known);

/// The split asked for, or the first known one. @throws Error(argument) for one that the format doesn't have
std::string chosen_split(const DatasetOptions& options, std::string_view format, std::span<const std::string> known);

/// @throws Error(argument) for a setting that the format doesn't have
void check_settings(const DatasetOptions& options, std::string_view format, std::span<const std::string> known);

/// A setting's text, or `usual` if it wasn't given.
std::string setting(const DatasetOptions& options, const std::string& name, std::string_view usual = "");

/// The parts between the commas of a setting, without blanks around them; none if it wasn't given, or is empty.
std::vector<std::string> setting_list(const DatasetOptions& options, const std::string& name);

/// A setting that is one of a few words, the first of them if it wasn't given. @throws Error(argument) for another word
std::string chosen_setting(const DatasetOptions& options, std::string_view format, const std::string& name,
                           std::span<const std::string> choices);

/// A label file: `usual` below the root, or what `options.labels` says: a file, or a folder that holds one of the same name.
std::filesystem::path label_file(const std::filesystem::path& root, const DatasetOptions& options, const std::filesystem::path& usual);

}  // namespace detail
}  // namespace faceptor::datasets
