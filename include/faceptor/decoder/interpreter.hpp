#pragma once

#include <torch/torch.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/heads/head.hpp>

/// What every interpreter is.
namespace faceptor::decoder {

/// Turns the decoded tokens of tasks into their raw outputs. Tasks of one group share an interpreter.
///
/// An interpreter is a LibTorch module as well: a class of its own derives from `torch::nn::Cloneable` and from this. One that reads the
/// backbone instead of tokens, as the reference's `feature_v2` does, is a `heads::Head` and asks for no queries.
class Interpreter {
 public:
  virtual ~Interpreter() = default;

  /// @param tokens  of each wanted task: B x Q x hidden, Q its number of queries
  /// @param memory  what the queries attended to, of the same rows
  /// @param wanted  indices into the interpreter's outputs, one a tensor of tokens
  /// @return        one tensor a wanted output: B x outputs, or B x outputs x h x w for maps
  virtual std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const Memory& memory,
                                               std::span<const std::size_t> wanted) = 0;

  /// A faster form for inference alone, as `Backbone::frozen`. Null where there is none.
  virtual std::shared_ptr<Interpreter> frozen(nn::Precision precision) const {
    static_cast<void>(precision);
    return nullptr;
  }
};

/// What an interpreter is made from.
struct InterpreterContext {
  const Backbone& backbone;
  std::int64_t hidden = 0;                 ///< width of a token
  std::vector<heads::HeadOutput> outputs;  ///< of the tasks that share it
};

// Interpreters by name.

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
      requires { typename I::Kind; },
      "faceptor: an interpreter needs `using Kind = ...`: the output kind it gives, such as AttributeVector");
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
  interpreter_registry().add(
      I::kName,
      {I::Kind::kName, detail::queries_of<I>,
       [](const InterpreterContext& context) -> std::shared_ptr<torch::nn::Module> { return std::make_shared<I>(context); }},
      &typeid(I));
}

}  // namespace faceptor::decoder

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/decoder/impl/interpreter_inl.hpp>
#endif
