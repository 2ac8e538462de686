#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/labels.hpp>
#include <faceptor/model/face_model.hpp>

namespace faceptor::data {

/// What one training step takes: the pictures of all its tasks, joined by view, and each task's labels.
struct StepBatch {
  std::uint64_t step = 0;
  std::vector<ViewBatch> views;         ///< one for each distinct view; a task's rows lie next to each other
  std::vector<losses::Labels> labels;   ///< by the task's place in the model's list, as its loss takes them; undefined where it has none
  /// By the task's place: the rows, counted from the task's first, that its labels are of, where not all have one. Where none
  /// has, the labels are one row that doesn't count: all processes then compute the same losses.
  std::vector<std::optional<std::vector<std::int64_t>>> rows;
  std::vector<std::vector<std::string>> names;  ///< by the task's place: the samples' names, row by row
};

/// Where a trainer gets its batches from. Batch `n` is the same however one came to it.
class StepSource {
 public:
  virtual ~StepSource() = default;

  /// The batch of the step at hand, then one step on. @throws Error of a data set that can't be read any further
  virtual StepBatch next() = 0;
  /// Goes to a step: after it `next` gives that step's batch. Cheap: nothing in between is read.
  virtual void seek(std::uint64_t step) = 0;
};

}  // namespace faceptor::data
