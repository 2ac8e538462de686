#pragma once

#include <faceptor/decoder/interpreter.hpp>
#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/heads/output_kinds.hpp>
#include <faceptor/heads/standard_heads.hpp>

namespace faceptor {

FACEPTOR_INLINE std::shared_ptr<torch::nn::Module> DenseMap::make_interpreter(const decoder::InterpreterContext& context) {
  return std::make_shared<decoder::MapInterpreterImpl>(context.hidden, /*with_token_mlp=*/true);
}

FACEPTOR_INLINE std::shared_ptr<torch::nn::Module> AttributeVector::make_interpreter(const decoder::InterpreterContext& context) {
  return std::make_shared<decoder::ValueInterpreterImpl>(context.hidden);
}

FACEPTOR_INLINE std::shared_ptr<torch::nn::Module> Embedding::make_interpreter(const decoder::InterpreterContext& context) {
  const auto last = context.backbone.levels() - 1;
  return std::make_shared<heads::EmbeddingHeadImpl>(heads::EmbeddingHeadOptions(context.backbone.width(last), last, context.outputs));
}

namespace decoder {

FACEPTOR_INLINE Registry<InterpreterType>& interpreter_registry() {
  static Registry<InterpreterType> interpreters(
      "interpreter", "decoder::register_interpreter<Interpreter>(), or by the output kind that makes it", [](auto& parts) {
        // Those of the kinds themselves come with the kinds; these are the paper's ablations.
        parts.add("map", {DenseMap::kName, detail::queries_of<DenseMap>,
                          [](const InterpreterContext& context) -> std::shared_ptr<torch::nn::Module> {
                            return std::make_shared<MapInterpreterImpl>(context.hidden, /*with_token_mlp=*/false);
                          }});
        parts.add("feature", {Embedding::kName, [](std::int64_t) { return FeatureInterpreterImpl::kQueries; },
                              [](const InterpreterContext& context) -> std::shared_ptr<torch::nn::Module> {
                                return std::make_shared<FeatureInterpreterImpl>(context.hidden, context.outputs);
                              }});
      });
  return interpreters;
}

}  // namespace decoder
}  // namespace faceptor
