#pragma once

#include <torch/torch.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/loading/evaluation_loader.hpp>
#include <faceptor/model/face_model.hpp>

namespace faceptor::train {

/// What a model says of a training batch's samples, to be looked at: for each task the first of its samples, as the network sees them,
/// side by side, with the task's result drawn on them.
/// @param count  samples a task, at most
/// @return       by the task's name; a task without rows in the batch has no picture
std::vector<std::pair<std::string, Image>> sample_pictures(FaceModel& model, const loading::StepBatch& batch, std::size_t count);

/// A picture as it was before it was normalised. @param chw  3 x H x W
Image denormalized(const torch::Tensor& chw, const View& view);

// How well a model does on samples that it isn't trained on, while it is trained: for a curve, not for a table. What is published is
// measured in the photo and by each data set's own protocol; this is measured in the crop.

/// Runs through a loader and gives what the task's metric reports, its plain numbers alone; empty for tasks without a metric.
///
/// Embeddings are those of a picture and of its mirror image, added; samples stand in pairs (columns "pair" and "same", as
/// `datasets::VerificationPairs` has them).
/// @param task     its place in the model's list
/// @param samples  at most; 0: all
nlohmann::ordered_json validate(FaceModel& model, std::size_t task, loading::EvaluationLoader& loader, const datasets::DatasetInfo& set,
                                std::int64_t samples = 0);

}  // namespace faceptor::train
