#pragma once

#include <cstdint>
#include <memory>

#include <faceptor/core/config.hpp>

/// The output kinds that come with the library. A task is declared with one of these types, or with one of your own:
///
///     struct RotationKind {
///       static constexpr const char* kName = "rotation";      // in weights files
///       static constexpr bool kMaps = false;                  // raw outputs are B x outputs; maps are B x outputs x h x w
///       static std::shared_ptr<heads::Head> make_head(const heads::HeadContext& context);              // Naive Faceptor's head
///       static std::shared_ptr<torch::nn::Module> make_interpreter(const decoder::InterpreterContext&);  // Faceptor's interpreter
///     };
///
/// It may make either or both; the architecture that it doesn't serve refuses its tasks. A kind whose raw outputs are like those of
/// another derives from it: `struct Mine : AttributeVector` can be read by whatever reads attribute vectors.
namespace torch::nn {
class Module;
}
namespace faceptor {
namespace heads {
class Head;
struct HeadContext;
}  // namespace heads
namespace decoder {
struct InterpreterContext;
}  // namespace decoder

/// One map per output, at a quarter of a ViT's stride: parsing, landmarks (as heatmaps), any soft map. Raw: B x outputs x h x w.
struct DenseMap {
  static constexpr const char* kName = "dense_map";
  static constexpr bool kMaps = true;
  static std::shared_ptr<heads::Head> make_head(const heads::HeadContext& context);
  static std::shared_ptr<torch::nn::Module> make_interpreter(const decoder::InterpreterContext& context);
};

/// One number per output: age, expression, attributes. Raw: B x outputs.
struct AttributeVector {
  static constexpr const char* kName = "attribute_vector";
  static constexpr bool kMaps = false;
  static std::shared_ptr<heads::Head> make_head(const heads::HeadContext& context);
  static std::shared_ptr<torch::nn::Module> make_interpreter(const decoder::InterpreterContext& context);
};

/// One vector, to be compared with others by its direction: identity. Raw: B x outputs, where `outputs` is its dimension.
struct Embedding {
  static constexpr const char* kName = "embedding";
  static constexpr bool kMaps = false;
  /// It reads the backbone, not the decoder.
  static std::int64_t queries(std::int64_t) { return 0; }
  static std::shared_ptr<heads::Head> make_head(const heads::HeadContext& context);
  static std::shared_ptr<torch::nn::Module> make_interpreter(const decoder::InterpreterContext& context);
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/heads/impl/output_kinds_inl.hpp>
#endif
