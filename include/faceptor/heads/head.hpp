#pragma once

#include <torch/torch.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>

namespace faceptor::heads {

/// One task's share of a head: its name, which is the name of its parameters, and how many values it gives.
struct HeadOutput {
  std::string task;
  int64_t outputs;  ///< values, map channels or embedding dimensions
};

/// Features in, raw outputs of a group of tasks out. The tasks share all but their last layer.
///
/// A head is a LibTorch module as well: a class of its own derives from `torch::nn::Cloneable` and from this.
class Head {
 public:
  virtual ~Head() = default;

  /// The backbone's levels it reads, ascending.
  virtual const std::vector<int64_t>& levels() const = 0;

  /// @param pyramid  at least the levels above
  /// @param wanted   indices into the head's outputs; the shared part runs once for all of them
  /// @return         one tensor per wanted output: B x outputs, or B x outputs x h x w for dense maps
  virtual std::vector<torch::Tensor> forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) = 0;

  /// About how many channels it holds at once at the size of its maps, for estimates of memory; 0 for little beside the backbone.
  virtual std::int64_t map_channels() const { return 0; }

  /// A faster form for inference alone, as `Backbone::frozen`. Null where there is none.
  virtual std::shared_ptr<Head> frozen(nn::Precision precision) const {
    static_cast<void>(precision);
    return nullptr;
  }
};

/// Four levels spread over a backbone's depth, the last included, as the dense heads of the reference read them:
/// 3, 5, 7, 11 of 12 levels; 7, 11, 15, 23 of 24; 8, 14, 20, 31 of 32; the nearest of a like spread of any other number.
std::vector<int64_t> dense_levels(int64_t levels);

/// Four levels from the middle on, as the attribute heads of the reference read them: 5, 7, 9, 11 of 12.
std::vector<int64_t> attribute_levels(int64_t levels);

// What a head is made from, and heads by name.

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
#include <faceptor/heads/impl/head_inl.hpp>
#endif
