#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/loading/step_batch.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/model/face_model.hpp>

namespace faceptor::train {

/// What a model says of a training batch's samples, to be looked at: for each task the first of its samples, as the network sees them,
/// side by side, with the task's result drawn on them.
/// @param count  samples a task, at most
/// @return       by the task's name; a task without rows in the batch has no picture
std::vector<std::pair<std::string, Image>> sample_pictures(FaceModel& model, const data::StepBatch& batch, std::size_t count);

/// A picture as it was before it was normalised. @param chw  3 x H x W
Image denormalized(const torch::Tensor& chw, const View& view);

}  // namespace faceptor::train

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/train/impl/sample_pictures.cpp>
#endif
