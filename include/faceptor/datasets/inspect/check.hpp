#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <nlohmann/json_fwd.hpp>

/// Reading a whole data set to see what is in it, and what is wrong with it.
///
///     auto set = datasets::open_dataset("lapa", "data/LaPa");
///     auto report = datasets::check_dataset(*set);
///     if (!report.sound()) fmt::print("{}\n", report.findings.front().message);
namespace faceptor::datasets {

/// What can be found about a sample. Faults make a sample useless or its label wrong; remarks are normal in many sets, if they are few.
enum class FindingKind {
  unreadable,      ///< fault: its picture or mask can't be read
  wrong_label,     ///< fault: a label of another kind than the set's, a class out of range, a wrong count, a number that is none
  invalid_box,     ///< fault: a box with a side of 0 or less, or a coordinate that is no number
  duplicate_name,  ///< fault: another sample has the same name
  points_outside,  ///< remark: landmarks outside the picture
  box_outside,     ///< remark: a box that reaches out of the picture
  tiny_face,       ///< remark: a box with a side shorter than CheckOptions::tiny_face
};

/// "unreadable", "wrong_label", ...
std::string_view to_string(FindingKind kind);
/// Whether it is a fault, not a remark.
bool is_fault(FindingKind kind) noexcept;

struct Finding {
  FindingKind kind = FindingKind::unreadable;
  std::size_t index = 0;  ///< of the sample
  std::string name;       ///< the sample's
  std::string message;    ///< one line

  friend bool operator==(const Finding&, const Finding&) = default;
};

/// How a set is read.
struct CheckOptions {
  int threads = 0;        ///< that read side by side; 0: as many as the machine has cores
  std::size_t limit = 0;  ///< the most samples to read, spread evenly over the set; 0: all
  float tiny_face = 16;   ///< pixels
  /// Told after each sample how many have been read, and of how many. Called by any thread, but by one at a time.
  std::function<void(std::size_t done, std::size_t total)> progress = {};
};

/// How often each value came.
class Tally {
 public:
  void add(std::int64_t value, std::int64_t times = 1) { counts_[value] += times; }
  const std::map<std::int64_t, std::int64_t>& counts() const noexcept { return counts_; }
  bool empty() const noexcept { return counts_.empty(); }
  std::int64_t total() const noexcept;
  std::int64_t smallest() const noexcept { return counts_.empty() ? 0 : counts_.begin()->first; }
  std::int64_t largest() const noexcept { return counts_.empty() ? 0 : counts_.rbegin()->first; }
  /// The lower one of the two in the middle; 0 without values.
  std::int64_t median() const noexcept;

  friend bool operator==(const Tally&, const Tally&) = default;

 private:
  std::map<std::int64_t, std::int64_t> counts_;
};

/// What was found in a set. It doesn't depend on the number of threads.
struct DatasetReport {
  DatasetInfo info;
  std::size_t samples = 0;   ///< in the set
  std::size_t examined = 0;  ///< of these; fewer with a limit
  std::size_t readable = 0;  ///< of the examined ones

  Tally widths, heights;  ///< of the pictures, in pixels
  Tally faces;            ///< the shorter sides of boxes, rounded to pixels

  Tally classes;                                        ///< sets of classes: samples by class
  Tally ages;                                           ///< of ages: samples by whole years
  std::vector<std::array<std::int64_t, 3>> attributes;  ///< of attributes: for each, how many no, yes, unknown
  std::vector<std::int64_t> parsing_pixels;             ///< of parsing: pixels by class
  std::vector<std::int64_t> parsing_samples;            ///< of parsing: samples that have any pixel of a class
  Tally points;                                         ///< of landmarks: samples by the number of points
  std::int64_t points_total = 0, points_hidden = 0, points_outside = 0;
  std::vector<std::array<double, 3>> values;  ///< of numbers and soft maps: smallest, mean, largest, for each

  std::vector<Finding> findings;  ///< by sample

  std::int64_t count(FindingKind kind) const noexcept;
  /// Whether there is no fault.
  bool sound() const noexcept;
};

/// Reads every sample and adds up what is in it. A sample that can't be read is a finding, not an error.
/// @throws Error(argument)  when the set is empty or an option is negative
DatasetReport check_dataset(const Dataset& dataset, const CheckOptions& options = {});

/// All of it as JSON: {"format": ..., "samples": ..., "picture": {"width": {"min", "median", "max"}, ...}, "classes": {...},
/// "counts": {"unreadable": 0, ...}, "sound": true, "findings": [{"kind", "index", "name", "message"}, ...]}.
nlohmann::ordered_json to_json(const DatasetReport& report);

/// The same in lines for people, the first findings of each kind only.
/// @param shown  the most findings of a kind
std::vector<std::string> to_lines(const DatasetReport& report, std::size_t shown = 20);

namespace detail {

/// The indices of samples to look at: all, or `limit` of them, spread evenly.
std::vector<std::size_t> spread_indices(std::size_t size, std::size_t limit);

/// The name of a class, attribute or value, or its number where the set has no names.
std::string label_name(const DatasetInfo& info, std::int64_t index);

}  // namespace detail
}  // namespace faceptor::datasets
