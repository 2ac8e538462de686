#pragma once

#include <cstdint>
#include <string_view>

#include <faceptor/core/config.hpp>

/// The three shapes a face task's raw output can have. A task is declared with one of these types.
namespace faceptor {

enum class OutputKind { dense_map, attribute_vector, embedding };

/// "dense_map", "attribute_vector", "embedding".
std::string_view to_string(OutputKind kind);

/// The kind of that name. @throws Error(argument) for any other
OutputKind output_kind(std::string_view name);

/// One map per output, at a quarter of a ViT's stride: parsing, landmarks (as heatmaps), any soft map. Raw: B x outputs x h x w.
struct DenseMap {
  static constexpr OutputKind kKind = OutputKind::dense_map;
  /// How Faceptor's decoder makes it.
  static constexpr const char* kInterpreter = "map_v2";
};

/// One number per output: age, expression, attributes. Raw: B x outputs.
struct AttributeVector {
  static constexpr OutputKind kKind = OutputKind::attribute_vector;
  static constexpr const char* kInterpreter = "value";
};

/// One vector, to be compared with others by its direction: identity. Raw: B x outputs, where `outputs` is its dimension.
struct Embedding {
  static constexpr OutputKind kKind = OutputKind::embedding;
  static constexpr const char* kInterpreter = "feature_v2";
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/heads/output_kinds_inl.hpp>
#endif
