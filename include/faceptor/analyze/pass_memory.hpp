#pragma once

#include <cstdint>
#include <span>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/view.hpp>

/// How much memory faces take on their way through the network, so that as many share a pass as fit.
namespace faceptor {

class FaceModel;

/// About how many bytes each face of a pass takes beside the weights: its crop, what the widest part of the backbone computes with, the
/// features that are kept, and the maps of tasks that give some. An estimate from the sizes of the model's parts, in float32, 0.9 to
/// 4 times what tensors take.
/// @param tasks  of the model's list, that the pass is for
std::int64_t pass_memory_of_face(FaceModel& model, const View& view, std::span<const std::size_t> tasks);

/// The memory that this process may have in bytes: the machine's, or less where its control group (a container, say) has a limit. 0 where
/// that can't be told.
std::int64_t machine_memory();

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/analyze/impl/pass_memory_inl.hpp>
#endif
