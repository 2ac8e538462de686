#pragma once

#include <faceptor/core/error.hpp>
#include <faceptor/evaluate/thresholds.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/nn/tensors.hpp>

namespace faceptor::evaluate {

FACEPTOR_INLINE void save_thresholds(const std::filesystem::path& weights_file, const Report& report) {
  if (!report.details.contains("thresholds")) {
    throw Error(ErrorCode::mismatch, "evaluate: only identity has thresholds of verification").found("a report of " + report.task);
  }
  if (!weights::is_safetensors(weights_file)) {
    throw Error(ErrorCode::unsupported, "evaluate: only weights files of this library carry thresholds")
        .where(weights_file.string())
        .hint("convert it first: faceptor convert IN OUT.safetensors");
  }
  const auto file = weights::SafetensorsFile::open(weights_file);
  auto metadata = file.metadata();
  if (metadata["hash"] != report.weights_hash) {
    throw Error(ErrorCode::mismatch, "evaluate: the report is of other weights")
        .where(weights_file.string())
        .expected(metadata["hash"])
        .found(report.weights_hash);
  }
  metadata[kThresholdsKey] = nlohmann::json({{"task", report.task},
                                             {"set", report.format + " " + report.split},
                                             {"thresholds", report.details.at("thresholds")}})
                                 .dump();
  weights::write_safetensors(weights_file, file.tensors(), metadata);
}

}  // namespace faceptor::evaluate
