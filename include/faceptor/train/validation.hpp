#pragma once

#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/loading/evaluation_loader.hpp>
#include <faceptor/model/face_model.hpp>

/// How well a model does on samples that it isn't trained on, while it is trained: for a curve, not for a table. What is published is
/// measured in the photo and by each data set's own protocol; this is measured in the crop.
namespace faceptor::train {

/// Runs through a loader and gives what the task's metric reports, its plain numbers alone; empty for tasks without a metric.
///
/// Embeddings are those of a picture and of its mirror image, added; samples stand in pairs (columns "pair" and "same", as
/// `data::VerificationPairs` has them).
/// @param task     its place in the model's list
/// @param samples  at most; 0: all
nlohmann::ordered_json validate(FaceModel& model, std::size_t task, data::EvaluationLoader& loader, const data::DatasetInfo& set,
                                std::int64_t samples = 0);

}  // namespace faceptor::train

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/train/impl/validation.cpp>
#endif
