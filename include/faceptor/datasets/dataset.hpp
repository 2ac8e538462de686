#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/sample.hpp>

namespace faceptor::data {

/// What a data set is, as a whole.
struct DatasetInfo {
  std::string format = {};          ///< the format's name for `open_dataset`: "300w", "celeba", ...
  std::string split = {};           ///< "train", "test", ...; what the set calls it
  std::filesystem::path root = {};  ///< the folder it was opened in
  LabelKind kind = LabelKind::none;
  std::vector<std::string> label_names = {};  ///< of classes, attributes or values, by index; may be empty (persons have no names)
  std::int64_t classes = 0;                   ///< classes, parsing classes, attributes, values or points; 0 where it has no meaning
  std::string scheme = {};                    ///< landmarks: the name of the scheme in results/landmark_schemes.hpp
  std::string task = {};                      ///< the published task it is for: "align_300w", ...; empty for sets of one's own
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

}  // namespace faceptor::data
