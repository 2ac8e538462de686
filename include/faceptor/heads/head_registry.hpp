#pragma once

#include <torch/torch.h>

#include <concepts>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/heads/head.hpp>

/// What a head is made from, and heads by name.
namespace faceptor::heads {

/// Sizes of the standard heads; a head of one's own may follow them too.
struct HeadSizes {
  std::vector<std::int64_t> dense_levels{};      ///< that dense heads read; empty for `dense_levels`
  std::vector<std::int64_t> attribute_levels{};  ///< that attribute heads read; empty for `attribute_levels`
  std::int64_t dense_channels = 512;             ///< within a dense head
  std::int64_t attribute_hidden = 512;           ///< of the vector before an attribute head's last layer
};

/// Levels of a backbone and what it says of them.
struct LevelShapes {
  std::vector<std::int64_t> levels, widths, strides;
};

/// What a head is made from.
struct HeadContext {
  const Backbone& backbone;
  std::vector<HeadOutput> outputs;  ///< of the tasks that share it
  HeadSizes sizes{};

  /// @param chosen  levels, or none for `otherwise(number of levels)`. @throws Error(argument) for a level the backbone doesn't have
  LevelShapes levels(std::vector<std::int64_t> chosen, std::vector<std::int64_t> (*otherwise)(std::int64_t)) const;
};

/// What is known of a head by its name.
struct HeadType {
  std::string kind;  ///< the output kind it gives
  std::function<std::shared_ptr<Head>(const HeadContext& context)> make;
};

/// All heads: one an output kind, under its name, and others.
Registry<HeadType>& head_registry();

namespace detail {

/// Fails to compile with a sentence that says what the head lacks.
template <class H>
consteval bool check_head() {
  static_assert(std::derived_from<H, torch::nn::Module> && std::derived_from<H, Head>,
                "faceptor: a head derives from torch::nn::Cloneable and from faceptor::heads::Head");
  static_assert(!std::is_abstract_v<H>, "faceptor: a head needs `levels() const`, `forward(pyramid, wanted)` and `reset()`");
  static_assert(
      requires { H::kName; }, "faceptor: a head needs `static constexpr const char* kName`: its name in weights files");
  static_assert(
      requires { typename H::Kind; }, "faceptor: a head needs `using Kind = ...`: the output kind it gives, such as AttributeVector");
  static_assert(std::constructible_from<H, const HeadContext&>, "faceptor: a head needs a constructor from `const heads::HeadContext&`");
  return true;
}

}  // namespace detail

/// Makes a head for an existing output kind known: a module class with `kName`, `using Kind = ...` and a constructor from a
/// `HeadContext`. Tasks ask for it by `.head<H>()`, which makes it known too. @throws Error(argument) when another type has the name
template <class H>
void register_head() {
  static_assert(detail::check_head<H>());
  head_registry().add(H::kName, {H::Kind::kName, [](const HeadContext& context) { return std::make_shared<H>(context); }}, &typeid(H));
}

}  // namespace faceptor::heads

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/heads/impl/head_registry_inl.hpp>
#endif
