#pragma once

#include <torch/torch.h>

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/heads/output_kinds.hpp>
#include <faceptor/losses/labels.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/maps.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/task_result.hpp>
#include <faceptor/results/values.hpp>
#include <faceptor/tasks/task_spec.hpp>

/// How a raw output is read: what it says about the photo, and what it predicts.
namespace faceptor {

namespace datasets {
struct DatasetInfo;
}
namespace evaluate {
class Outcomes;
}

/// What is known when one face's raw output is read.
struct ReadoutContext {
  const TaskSpec& spec;
  /// Between the photo and the view that the network saw.
  const ViewTransform& transform;
  /// Which weights made the output; embeddings carry it.
  const std::string& model_hash;
};

/// Tensors by name.
using NamedParts = std::vector<std::pair<std::string, torch::Tensor>>;

/// How a raw output becomes a result of type R. To give a result type of your own a meaning, specialise this, or pass a class with the
/// same members (and `using Result = R;`; a result type may be that class itself) to `Task` in its place.
///
/// Needed:
///
///     static constexpr const char* kName    the name in weights files
///     using Kind = ...;                     the output kind that it reads
///     static R read(const torch::Tensor& raw, const ReadoutContext& context);
///
/// `raw` is one face's output on the CPU in float32: outputs, or outputs x h x w for maps. Where there is more to say:
///
///     static torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec& spec);   a batch as metric and protocol take it;
///                                                                                         the raw outputs without it
///     static losses::Labels truth(losses::Labels labels, const TaskSpec& spec);           a loss's labels as the metric takes them;
///                                                                                         as they are without it
///     static NamedParts parts(const torch::Tensor& raw, Size crop);     what `faceptor forward` shows of a batch besides its raw output:
///                                                                       the steps towards results, for crops of that size
///     static constexpr bool kComparesFaces = true;    it says nothing of a face alone: evaluated on pairs, each face's raw output and
///                                                     that of its mirror image added
///     using Outcomes = ...;                 its protocol (evaluate/outcomes.hpp), constructed from a `TaskSpec` and a `DatasetInfo`;
///                                           without it the task's metric is what is evaluated
template <class R>
struct Readout;

namespace detail {

/// What readouts of probabilities share: of things that are there or not, each on its own (sigmoid), ...
struct SigmoidReadout {
  using Kind = AttributeVector;
  /// @return  probabilities B x Q
  static torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec& spec);
  static NamedParts parts(const torch::Tensor& raw, Size crop);
};

/// ... and of classes of which exactly one holds (softmax).
struct SoftmaxReadout {
  using Kind = AttributeVector;
  /// @return  probabilities B x Q
  static torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec& spec);
  static NamedParts parts(const torch::Tensor& raw, Size crop);
};

}  // namespace detail

/// The 68 (or 98, 29, 19, any) points: centre of mass of each sigmoid heatmap, in photo pixels; confidence is its highest value.
template <>
struct Readout<results::Landmarks> {
  static constexpr const char* kName = "landmarks";
  using Kind = DenseMap;
  static results::Landmarks read(const torch::Tensor& raw, const ReadoutContext& context);
  /// @return  B x N x 2, pixels of the crop
  static torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec& spec);
  /// From normalised points to pixels of the crop.
  static losses::Labels truth(losses::Labels labels, const TaskSpec& spec);
  static NamedParts parts(const torch::Tensor& raw, Size crop);
};

/// The class of each photo pixel: logits brought to the photo, the largest wins; label 0 is the background.
template <>
struct Readout<results::ParsingMap> {
  static constexpr const char* kName = "parsing";
  using Kind = DenseMap;
  static results::ParsingMap read(const torch::Tensor& raw, const ReadoutContext& context);
  static NamedParts parts(const torch::Tensor& raw, Size crop);
};

/// Years from a distribution over the ages 0 .. outputs - 1: sigmoid, divided by the sum; the expected value counts.
template <>
struct Readout<results::AgeEstimate> {
  static constexpr const char* kName = "age";
  using Kind = AttributeVector;
  static results::AgeEstimate read(const torch::Tensor& raw, const ReadoutContext& context);
  /// @return  B years
  static torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec& spec);
  static NamedParts parts(const torch::Tensor& raw, Size crop);
};

/// One of several expressions: softmax.
template <>
struct Readout<results::Expression> : detail::SoftmaxReadout {
  static constexpr const char* kName = "expression";
  static results::Expression read(const torch::Tensor& raw, const ReadoutContext& context);
};

/// Attributes that are there or not, each on its own: sigmoid, with the task's thresholds.
template <>
struct Readout<results::Attributes> : detail::SigmoidReadout {
  static constexpr const char* kName = "attributes";
  static results::Attributes read(const torch::Tensor& raw, const ReadoutContext& context);
};

/// Who it is: the vector at length 1, with the hash of the weights.
template <>
struct Readout<results::Embedding> {
  static constexpr const char* kName = "embedding";
  static constexpr bool kComparesFaces = true;
  using Kind = Embedding;
  static results::Embedding read(const torch::Tensor& raw, const ReadoutContext& context);
  static NamedParts parts(const torch::Tensor& raw, Size crop);
};

/// Probabilities by label, each on its own: sigmoid.
template <>
struct Readout<results::Probabilities> : detail::SigmoidReadout {
  static constexpr const char* kName = "probabilities";
  static results::Probabilities read(const torch::Tensor& raw, const ReadoutContext& context);
};

/// Numbers by label, as they are.
template <>
struct Readout<results::Values> {
  static constexpr const char* kName = "values";
  using Kind = AttributeVector;
  static results::Values read(const torch::Tensor& raw, const ReadoutContext& context);
};

/// Maps by label over the part of the photo that the view covers, as they are.
template <>
struct Readout<results::Maps> {
  static constexpr const char* kName = "maps";
  using Kind = DenseMap;
  static results::Maps read(const torch::Tensor& raw, const ReadoutContext& context);
  static NamedParts parts(const torch::Tensor& raw, Size crop);
};

/// For `Task` in place of a result type: `Probabilities` of classes of which exactly one holds (softmax).
struct ClassProbabilities : detail::SoftmaxReadout {
  using Result = results::Probabilities;
  static constexpr const char* kName = "class_probabilities";
  static Result read(const torch::Tensor& raw, const ReadoutContext& context);
};

/// For `Task` in place of a result type: `Maps` between 0 and 1 (sigmoid), such as the share of hair in each pixel.
struct SoftMasks {
  using Result = results::Maps;
  static constexpr const char* kName = "soft_masks";
  using Kind = DenseMap;
  static Result read(const torch::Tensor& raw, const ReadoutContext& context);
  /// @return  0 to 1, B x Q x h x w
  static torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec& spec);
  static NamedParts parts(const torch::Tensor& raw, Size crop);
};

/// The distribution over ages that raw outputs stand for: sigmoid, divided by the sum. @param raw  ... x outputs
torch::Tensor age_distribution(const torch::Tensor& raw);
/// Its expected value in years, ages being 0, 1, 2, ... @param distribution  ... x ages @return ...
torch::Tensor expected_age(const torch::Tensor& distribution);

/// One face's output as plain memory, for a readout of one's own: contiguous float32 on the CPU.
/// @throws Error(shape) unless it has the task's outputs, and as many dimensions (1, or 3 for maps)
torch::Tensor plain_output(const torch::Tensor& raw, int64_t dimensions, const ReadoutContext& context);

namespace detail {

/// A result type stands for its `Readout`; a class with `Result` stands for itself.
template <class R>
struct ReadoutOf {
  using type = Readout<R>;
  using Result = R;
};
template <class R>
requires requires { typename R::Result; }
struct ReadoutOf<R> {
  using type = R;
  using Result = typename R::Result;
};

template <class T>
constexpr bool compares_faces() {
  if constexpr (requires { bool(T::kComparesFaces); }) {
    return T::kComparesFaces;
  } else {
    return false;
  }
}

template <class T>
torch::Tensor predictions_of(const torch::Tensor& raw, const TaskSpec& spec) {
  if constexpr (requires { T::predictions(raw, spec); }) {
    return T::predictions(raw, spec);
  } else {
    return raw;
  }
}

template <class T>
losses::Labels truth_of(losses::Labels labels, const TaskSpec& spec) {
  if constexpr (requires { T::truth(labels, spec); }) {
    return T::truth(std::move(labels), spec);
  } else {
    return labels;
  }
}

template <class T>
NamedParts parts_of(const torch::Tensor& raw, const TaskSpec& spec, Size crop) {
  if constexpr (requires { T::parts(raw, crop); }) {
    return T::parts(raw, crop);
  } else if constexpr (requires { T::predictions(raw, spec); }) {
    return {{"prediction", T::predictions(raw, spec)}};
  } else {
    return {};
  }
}

/// Null for a readout without a protocol of its own.
template <class T>
std::shared_ptr<evaluate::Outcomes> outcomes_of(const TaskSpec& spec, const datasets::DatasetInfo& set) {
  if constexpr (requires { typename T::Outcomes; }) {
    return std::make_shared<typename T::Outcomes>(spec, set);
  } else {
    return nullptr;
  }
}

/// Fails to compile with a sentence that says what a readout lacks.
/// @tparam R  what a `Task` was given: a result type, or a readout
template <class R>
consteval bool check_readout() {
  using Read = typename ReadoutOf<R>::type;
  using Result = typename ReadoutOf<R>::Result;
  static_assert(
      requires { sizeof(Read); },
      "faceptor: a task's result type needs a readout: specialise faceptor::Readout<R>, or pass a class with `using Result = R;`");
  if constexpr (requires { sizeof(Read); }) {
    static_assert(
        requires { std::string(Read::kName); },
        "faceptor: a readout needs `static constexpr const char* kName`: its name in weights files");
    static_assert(
        requires { typename Read::Kind; },
        "faceptor: a readout needs `using Kind = ...`: the output kind it reads, such as AttributeVector");
    static_assert(
        requires(const torch::Tensor& raw, const ReadoutContext& context) {
          { Read::read(raw, context) } -> std::convertible_to<Result>;
        },
        "faceptor: a readout needs `static Result read(const torch::Tensor& raw, const ReadoutContext& context)`");
    static_assert(ResultType<Result>,
                  "faceptor: a task's `Result` must be copyable and have a `to_json(nlohmann::json&, const Result&)` beside it");
  }
  return true;
}

}  // namespace detail

/// What is known of a readout by its name.
struct ReadoutType {
  std::string kind;  ///< the output kind that it reads
  bool compares_faces = false;
  const std::type_info* result_type = nullptr;
  std::string result_type_name{};
  std::function<TaskResult(const torch::Tensor& raw, const ReadoutContext& context)> read{};
  std::function<torch::Tensor(const torch::Tensor& raw, const TaskSpec& spec)> predictions{};
  std::function<losses::Labels(losses::Labels labels, const TaskSpec& spec)> truth{};
  std::function<NamedParts(const torch::Tensor& raw, const TaskSpec& spec, Size crop)> parts{};
  std::function<std::shared_ptr<evaluate::Outcomes>(const TaskSpec& spec, const datasets::DatasetInfo& set)> outcomes{};
};

/// All readouts: the library's, and those made known.
Registry<std::shared_ptr<const ReadoutType>>& readout_registry();

namespace detail {

template <class R>
void add_readout(Registry<std::shared_ptr<const ReadoutType>>& registry) {
  static_assert(check_readout<R>());
  using Read = typename ReadoutOf<R>::type;
  using Result = typename ReadoutOf<R>::Result;
  auto read = [](const torch::Tensor& raw, const ReadoutContext& context) {
    return TaskResult(context.spec.name, Result(Read::read(raw, context)));
  };
  const ReadoutType type{Read::Kind::kName,    compares_faces<Read>(), &typeid(Result), result_type_name<Result>(), std::move(read),
                         predictions_of<Read>, truth_of<Read>,         parts_of<Read>,  outcomes_of<Read>};
  registry.add(Read::kName, std::make_shared<const ReadoutType>(type), &typeid(Read));
}

}  // namespace detail

/// Makes a readout of one's own known by its `kName`, so that weights files with tasks of it load. A `Task` with it does so by itself.
/// @tparam R  a result type with a `Readout`, or a readout class. @throws Error(argument) when another type has the name
template <class R>
void register_readout() {
  detail::add_readout<R>(readout_registry());
}

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/tasks/impl/readout_inl.hpp>
#endif
