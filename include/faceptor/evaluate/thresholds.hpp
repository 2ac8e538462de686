#pragma once

#include <filesystem>

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/report.hpp>

namespace faceptor::evaluate {

/// The metadata entry that holds thresholds of identity.
inline constexpr const char* kThresholdsKey = "verification_thresholds";

/// Writes the thresholds that an evaluation of identity found into the metadata of the weights it was made with:
/// `verification_thresholds`: {"task": name, "set": "verification lfw", "thresholds": [{"far", "squared_distance", "cosine", "tar"}, ...]}.
/// Tensors stay as they are, bit for bit; the file is replaced whole.
/// @throws Error(mismatch)     when the report is of other weights, or not of identity
/// @throws Error(unsupported)  for a published checkpoint: convert it first
/// @throws Error(io, format)
void save_thresholds(const std::filesystem::path& weights_file, const Report& report);

}  // namespace faceptor::evaluate

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/evaluate/impl/thresholds.cpp>
#endif
