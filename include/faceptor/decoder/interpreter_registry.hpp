#pragma once

#include <torch/torch.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/decoder/interpreter.hpp>

/// Interpreters by name.
namespace faceptor::decoder {

/// What is known of an interpreter by its name.
struct InterpreterType {
  std::string kind;  ///< the output kind it gives
  /// How many query tokens a task of that many outputs has; 0 for one that reads the backbone.
  std::function<std::int64_t(std::int64_t outputs)> queries;
  /// An `Interpreter`, or a `heads::Head` where there are no queries.
  std::function<std::shared_ptr<torch::nn::Module>(const InterpreterContext& context)> make;
};

/// All interpreters: "value", "map_v2", "map", "feature_v2", "feature", and those made known.
Registry<InterpreterType>& interpreter_registry();

namespace detail {

/// The queries of a type that may say how many it wants: one an output where it doesn't.
template <class T>
std::int64_t queries_of(std::int64_t outputs) {
  if constexpr (requires { T::queries(outputs); }) {
    return T::queries(outputs);
  } else {
    return outputs;
  }
}

/// Fails to compile with a sentence that says what the interpreter lacks.
template <class I>
consteval bool check_interpreter() {
  static_assert(std::derived_from<I, torch::nn::Module> && (std::derived_from<I, Interpreter> || std::derived_from<I, heads::Head>),
                "faceptor: an interpreter derives from torch::nn::Cloneable and from faceptor::decoder::Interpreter");
  static_assert(!std::is_abstract_v<I>, "faceptor: an interpreter needs `interpret(tokens, memory, wanted)` and `reset()`");
  static_assert(
      requires { I::kName; }, "faceptor: an interpreter needs `static constexpr const char* kName`: its name in weights files");
  static_assert(
      requires { typename I::Kind; }, "faceptor: an interpreter needs `using Kind = ...`: the output kind it gives, such as AttributeVector");
  static_assert(std::constructible_from<I, const InterpreterContext&>,
                "faceptor: an interpreter needs a constructor from `const decoder::InterpreterContext&`");
  return true;
}

}  // namespace detail

/// Makes an interpreter for an existing output kind known: a module class with `kName`, `using Kind = ...`, a constructor from an
/// `InterpreterContext` and, unless it wants one query an output, `static std::int64_t queries(std::int64_t outputs)`. Tasks ask for it
/// by `.interpreter<I>()`, which makes it known too. @throws Error(argument) when another type has the name
template <class I>
void register_interpreter() {
  static_assert(detail::check_interpreter<I>());
  interpreter_registry().add(I::kName,
                             {I::Kind::kName, detail::queries_of<I>,
                              [](const InterpreterContext& context) -> std::shared_ptr<torch::nn::Module> {
                                return std::make_shared<I>(context);
                              }},
                             &typeid(I));
}

}  // namespace faceptor::decoder

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/decoder/impl/interpreter_registry_inl.hpp>
#endif
