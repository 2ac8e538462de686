#pragma once

#include <cstdint>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/model/face_model.hpp>
#include <faceptor/train/parameter_groups.hpp>

namespace faceptor::train {

/// About how much memory training takes, in bytes.
struct MemoryEstimate {
  std::int64_t weights = 0;      ///< of model and losses
  std::int64_t gradients = 0;    ///< of what is trained
  std::int64_t optimizer = 0;    ///< two moments of what is trained
  std::int64_t average = 0;      ///< the moving average of the weights
  std::int64_t activations = 0;  ///< what the forward pass keeps for the backward pass: the least exact of these
  std::int64_t total() const noexcept { return weights + gradients + optimizer + average + activations; }
};

/// The pictures that go through the backbone together in a step.
struct PassSize {
  std::int64_t rows = 0;
  std::int64_t width = 0;   ///< pixels
  std::int64_t height = 0;  ///< pixels
  std::int64_t dense = 0;   ///< how many of the rows are of tasks with maps
};

/// @param parameters  of model and losses, as the learner's optimizer has them
/// @param average     whether there is a moving average
/// @param recompute   whether the backbone's activations are computed twice rather than kept
MemoryEstimate estimate_memory(FaceModel& model, const std::vector<GroupedParameter>& parameters, const std::vector<PassSize>& passes,
                               bool average, bool recompute);

}  // namespace faceptor::train
