#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/losses/labels.hpp>
#include <faceptor/model/face_model.hpp>
#include <faceptor/tasks/task_spec.hpp>
#include <faceptor/transforms/chain.hpp>

namespace faceptor::loading {

/// What one training step takes: the pictures of all its tasks, joined by view, and each task's labels.
struct StepBatch {
  std::uint64_t step = 0;
  std::vector<ViewBatch> views;        ///< one for each size of view; a task's rows lie next to each other
  std::vector<losses::Labels> labels;  ///< by the task's place in the model's list, as its loss takes them; undefined where it has none
  /// By the task's place: the rows, counted from the task's first, that its labels are of, where not all have one. Where none
  /// has, the labels are one row that doesn't count: all processes then compute the same losses.
  std::vector<std::optional<std::vector<std::int64_t>>> rows;
  std::vector<std::vector<std::string>> names;  ///< by the task's place: the samples' names, row by row
};

/// Where a trainer gets its batches from. Batch `n` is the same however one came to it.
class StepSource {
 public:
  virtual ~StepSource() = default;

  /// The batch of the current step, then one step on. @throws Error of a data set that can't be read any further
  virtual StepBatch next() = 0;
  /// Goes to a step: after it `next` gives that step's batch. Cheap: nothing in between is read.
  virtual void seek(std::uint64_t step) = 0;
};

// From prepared samples to the tensors that a network and a loss take.

/// The labels of one data set as one task's loss takes them:
///
///     class indices  int64 B                  ages        float B
///     attributes     float B x K, 1, 0 or -1  values      float B x Q
///     landmarks      float B x N x 2, (p + 0.5) / side of the crop
///     parsing        uint8 B x H x W          soft maps   float B x maps x H x W
///     of your own    float B x its shape      none        undefined
///
/// Whether the set fits the loss is checked when this is made, for every loss alike.
class LabelCollator {
 public:
  /// @param needs  what the task's loss takes: `AnyTask::label_needs()`
  /// @throws Error(mismatch)     when the set's labels are of another kind than the loss takes, of another number (classes: of more), or
  ///                             have the task's names in another order
  /// @throws Error(unsupported)  for a kind of your own that is not registered: `register_label`
  LabelCollator(const TaskSpec& task, const losses::LabelNeeds& needs, const datasets::DatasetInfo& set);

  /// Room for the labels of so many samples.
  losses::Labels allocate(std::int64_t rows) const;

  /// Writes a sample's label into its row; different rows may be written at the same time.
  /// @throws Error(mismatch)  for a label of another kind, number or size than the set's
  /// @throws Error(format)    for a label that can't be: a class that the task doesn't have, an age beyond 0..150, a point more than
  ///                          16 crops away, anything not finite, a number that a label of your own leaves out
  void write(const transforms::Prepared& sample, std::int64_t row, const losses::Labels& labels) const {
    write(sample, sample.label, row, labels);
  }
  /// The same for one of its further labels.
  void write(const transforms::Prepared& sample, const datasets::Label& given, std::int64_t row, const losses::Labels& labels) const;

  /// All of it at once.
  losses::Labels collate(std::span<const transforms::Prepared> samples) const;

 private:
  std::string task_;
  LabelKind kind_;
  Size crop_;                           ///< of parsing labels and soft maps
  std::int64_t count_ = 0;              ///< attributes, landmarks, values, maps, or all numbers of a label of your own
  std::int64_t classes_ = 0;            ///< class indices and parsing classes lie below; 0 where nothing is known
  std::int64_t ignored_ = -1;           ///< a class that may lie beyond
  std::vector<std::int64_t> row_ = {};  ///< shape of one label
  torch::ScalarType type_ = torch::kFloat32;
};

/// Prepared pictures of one size as a batch: B x 3 x H x W. @throws Error(mismatch) for different sizes, Error(argument) for none
torch::Tensor collate_images(std::span<const transforms::Prepared> samples);

namespace detail {

/// Writes a prepared picture to its place in a batch. @throws Error(mismatch) for another size
void write_image(const transforms::Prepared& sample, Size crop, float* row);

}  // namespace detail
}  // namespace faceptor::loading
