#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/transforms/prepared.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/losses/label_needs.hpp>
#include <faceptor/losses/labels.hpp>
#include <faceptor/tasks/task_spec.hpp>

/// From prepared samples to the tensors that a network and a loss take.
namespace faceptor::data {

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
  /// @throws Error(unsupported)  for a kind of your own that nobody has made known: `register_label`
  LabelCollator(const TaskSpec& task, const losses::LabelNeeds& needs, const DatasetInfo& set);

  /// Room for the labels of so many samples.
  losses::Labels allocate(std::int64_t rows) const;

  /// Writes a sample's label into its row; different rows may be written at the same time.
  /// @throws Error(mismatch)  for a label of another kind, number or size than the set's
  /// @throws Error(format)    for a label that can't be: a class that the task doesn't have, an age beyond 0..150, a point more than
  ///                          16 crops away, anything not finite, a number that a label of your own leaves out
  void write(const Prepared& sample, std::int64_t row, const losses::Labels& labels) const { write(sample, sample.label, row, labels); }
  /// The same for one of its further labels.
  void write(const Prepared& sample, const Label& given, std::int64_t row, const losses::Labels& labels) const;

  /// All of it at once.
  losses::Labels collate(std::span<const Prepared> samples) const;

 private:
  std::string task_;
  LabelKind kind_;
  Size crop_;                  ///< of parsing labels and soft maps
  std::int64_t count_ = 0;     ///< attributes, landmarks, values, maps, or all numbers of a label of your own
  std::int64_t classes_ = 0;   ///< class indices and parsing classes lie below; 0 where nothing is known
  std::int64_t ignored_ = -1;  ///< a class that may lie beyond
  std::vector<std::int64_t> row_ = {};                ///< shape of one label
  torch::ScalarType type_ = torch::kFloat32;
};

/// Prepared pictures of one size as a batch: B x 3 x H x W. @throws Error(mismatch) for different sizes, Error(argument) for none
torch::Tensor collate_images(std::span<const Prepared> samples);

namespace detail {

/// Writes a prepared picture to its place in a batch. @throws Error(mismatch) for another size
void write_image(const Prepared& sample, Size crop, float* row);

}  // namespace detail
}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/loading/impl/collate.cpp>
#endif
