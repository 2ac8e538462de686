#pragma once

#include <torch/torch.h>

#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/maps.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/probabilities.hpp>
#include <faceptor/results/values.hpp>
#include <faceptor/tasks/task_spec.hpp>

/// From a raw output to a result that says something about the photo.
namespace faceptor {

/// What is known when one face's raw output is read.
struct InterpretContext {
  const TaskSpec& spec;
  /// Between the photo and the view that the network saw.
  const ViewTransform& transform;
  /// Which weights made the output; embeddings carry it.
  const std::string& model_hash;
};

/// How a raw output becomes a result of type R. To give a result type of your own a meaning, specialise this, or pass a class
/// with the same three members (and `using Result = R;`) to `Task` in its place.
///
///     static constexpr const char* kName    the name in weights files
///     static constexpr OutputKind kKind     what it reads
///     static R read(const torch::Tensor& raw, const InterpretContext& context)
///
/// `raw` is one face's output on the CPU in float32: outputs, or outputs x h x w for dense maps.
template <class R>
struct Interpretation;

/// The 68 (or 98, 29, 19, any) points: centre of mass of each sigmoid heatmap, in photo pixels; confidence is its highest value.
template <>
struct Interpretation<results::Landmarks> {
  static constexpr const char* kName = "landmarks";
  static constexpr OutputKind kKind = OutputKind::dense_map;
  static results::Landmarks read(const torch::Tensor& raw, const InterpretContext& context);
};

/// The class of each photo pixel: logits brought to the photo, the largest wins; label 0 is the background.
template <>
struct Interpretation<results::ParsingMap> {
  static constexpr const char* kName = "parsing";
  static constexpr OutputKind kKind = OutputKind::dense_map;
  static results::ParsingMap read(const torch::Tensor& raw, const InterpretContext& context);
};

/// Years from a distribution over the ages 0 .. outputs - 1: sigmoid, divided by the sum; the expected value counts.
template <>
struct Interpretation<results::AgeEstimate> {
  static constexpr const char* kName = "age";
  static constexpr OutputKind kKind = OutputKind::attribute_vector;
  static results::AgeEstimate read(const torch::Tensor& raw, const InterpretContext& context);
};

/// One of several expressions: softmax.
template <>
struct Interpretation<results::Expression> {
  static constexpr const char* kName = "expression";
  static constexpr OutputKind kKind = OutputKind::attribute_vector;
  static results::Expression read(const torch::Tensor& raw, const InterpretContext& context);
};

/// Attributes that are there or not, each on its own: sigmoid, with the task's thresholds.
template <>
struct Interpretation<results::Attributes> {
  static constexpr const char* kName = "attributes";
  static constexpr OutputKind kKind = OutputKind::attribute_vector;
  static results::Attributes read(const torch::Tensor& raw, const InterpretContext& context);
};

/// Who it is: the vector at length 1, with the hash of the weights.
template <>
struct Interpretation<results::Embedding> {
  static constexpr const char* kName = "embedding";
  static constexpr OutputKind kKind = OutputKind::embedding;
  static results::Embedding read(const torch::Tensor& raw, const InterpretContext& context);
};

/// Probabilities by label, each on its own: sigmoid.
template <>
struct Interpretation<results::Probabilities> {
  static constexpr const char* kName = "probabilities";
  static constexpr OutputKind kKind = OutputKind::attribute_vector;
  static results::Probabilities read(const torch::Tensor& raw, const InterpretContext& context);
};

/// Numbers by label, as they are.
template <>
struct Interpretation<results::Values> {
  static constexpr const char* kName = "values";
  static constexpr OutputKind kKind = OutputKind::attribute_vector;
  static results::Values read(const torch::Tensor& raw, const InterpretContext& context);
};

/// Maps by label over the part of the photo that the view covers, as they are.
template <>
struct Interpretation<results::Maps> {
  static constexpr const char* kName = "maps";
  static constexpr OutputKind kKind = OutputKind::dense_map;
  static results::Maps read(const torch::Tensor& raw, const InterpretContext& context);
};

/// For `Task` in place of a result type: `Probabilities` of classes of which exactly one holds (softmax).
struct ClassProbabilities {
  using Result = results::Probabilities;
  static constexpr const char* kName = "class_probabilities";
  static constexpr OutputKind kKind = OutputKind::attribute_vector;
  static Result read(const torch::Tensor& raw, const InterpretContext& context);
};

/// For `Task` in place of a result type: `Maps` between 0 and 1 (sigmoid), such as the share of hair in each pixel.
struct SoftMasks {
  using Result = results::Maps;
  static constexpr const char* kName = "soft_masks";
  static constexpr OutputKind kKind = OutputKind::dense_map;
  static Result read(const torch::Tensor& raw, const InterpretContext& context);
};

/// The distribution over ages that age outputs stand for: sigmoid, divided by its sum. @param raw  ... x ages @return the same shape
torch::Tensor age_distribution(const torch::Tensor& raw);

/// The expected age in years of such a distribution. @param distribution  ... x ages @return ...
torch::Tensor expected_age(const torch::Tensor& distribution);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/tasks/interpretation_inl.hpp>
#endif
