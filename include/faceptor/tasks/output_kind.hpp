#pragma once

#include <torch/torch.h>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/decoder/interpreter.hpp>
#include <faceptor/heads/head.hpp>
#include <faceptor/heads/output_kinds.hpp>

/// Output kinds by name, as task declarations name them.
namespace faceptor {

/// What is known of an output kind by its name.
struct OutputKind {
  std::string name;
  bool maps = false;        ///< raw outputs are B x outputs x h x w; else B x outputs
  std::string head;         ///< Naive Faceptor's head for it, unless a task asks for another; empty: it doesn't serve the kind
  std::string interpreter;  ///< Faceptor's interpreter, likewise
};

/// All kinds: "dense_map", "attribute_vector", "embedding", and those made known.
Registry<OutputKind>& output_kinds();

namespace detail {

template <class K>
concept MakesHead = requires(const heads::HeadContext& context) {
  { K::make_head(context) } -> std::convertible_to<std::shared_ptr<heads::Head>>;
};
template <class K>
concept MakesInterpreter = requires(const decoder::InterpreterContext& context) {
  { K::make_interpreter(context) } -> std::convertible_to<std::shared_ptr<torch::nn::Module>>;
};

/// Fails to compile with a sentence that says what the output kind lacks.
template <class K>
consteval bool check_output_kind() {
  static_assert(
      requires { std::string(K::kName); },
      "faceptor: an output kind needs `static constexpr const char* kName`: its name in weights files");
  static_assert(
      requires { bool(K::kMaps); },
      "faceptor: an output kind needs `static constexpr bool kMaps`: whether raw outputs are B x outputs x h x w, or B x outputs");
  static_assert(
      MakesHead<K> || MakesInterpreter<K>,
      "faceptor: an output kind needs `static std::shared_ptr<heads::Head> make_head(const heads::HeadContext&)` for Naive "
      "Faceptor, or `static std::shared_ptr<torch::nn::Module> make_interpreter(const decoder::InterpreterContext&)` for Faceptor");
  return true;
}

/// @param interpreter  the name of the kind's interpreter
template <class K>
void add_output_kind(Registry<OutputKind>& kinds, const char* interpreter) {
  static_assert(check_output_kind<K>());
  OutputKind kind{K::kName, K::kMaps, {}, {}};
  if constexpr (MakesHead<K>) {
    kind.head = K::kName;
    heads::head_registry().add(kind.head, {kind.name, [](const heads::HeadContext& context) { return K::make_head(context); }}, &typeid(K));
  }
  if constexpr (MakesInterpreter<K>) {
    kind.interpreter = interpreter;
    decoder::interpreter_registry().add(
        kind.interpreter,
        {kind.name, decoder::detail::queries_of<K>,
         [](const decoder::InterpreterContext& context) -> std::shared_ptr<torch::nn::Module> { return K::make_interpreter(context); }},
        &typeid(K));
  }
  kinds.add(kind.name, kind, &typeid(K));
}

}  // namespace detail

/// Makes an output kind of one's own known, with its head and its interpreter, which have the kind's name. A `Task` of that kind does so
/// by itself. @throws Error(argument) when another type has the name
template <class K>
void register_output_kind() {
  auto& kinds = output_kinds();
  if (!kinds.contains<K>()) detail::add_output_kind<K>(kinds, K::kName);
}

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/tasks/impl/output_kind_inl.hpp>
#endif
