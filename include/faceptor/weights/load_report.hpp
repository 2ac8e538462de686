#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/torch.h>
#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/nn/tensors.hpp>

namespace faceptor::weights {

/// A tensor whose shape is not the one that the model has.
struct ShapeMismatch {
  std::string name;
  std::vector<std::int64_t> expected, found;
};

/// What became of each tensor when weights were loaded.
struct LoadReport {
  std::vector<std::string> loaded;
  std::vector<std::string> missing;     ///< in the model, not in the weights
  std::vector<std::string> unexpected;  ///< in the weights, not in the model
  std::vector<ShapeMismatch> mismatched;

  /// Whether everything was loaded and nothing was left over.
  bool complete() const { return missing.empty() && unexpected.empty() && mismatched.empty(); }
  /// Counts, and the first few names of each kind: one line.
  std::string to_string() const;
  nlohmann::json to_json() const;
};

enum class Strictness {
  strict,   ///< anything missing, unexpected or of another shape is an error, and nothing is changed
  lenient,  ///< what fits is loaded, the report says what didn't
};

/// Copies weights into a module's parameters and buffers of the same names, converting their types and devices.
/// @throws Error(mismatch)     if strict and not complete; the module is as it was then
/// @throws Error(unsupported)  for whole numbers where the module has floating-point ones, as quantized weights have them
LoadReport load_into(torch::nn::Module& module, const nn::NamedTensors& tensors, Strictness strictness = Strictness::strict);

/// A module's parameters and buffers by name, sharing their memory.
nn::NamedTensors state_of(const torch::nn::Module& module);

}  // namespace faceptor::weights

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/weights/impl/load_report_inl.hpp>
#endif
