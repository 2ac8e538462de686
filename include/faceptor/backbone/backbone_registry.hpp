#pragma once

#include <concepts>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <type_traits>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>

/// Backbones by the name of their type, so that weights files can be rebuilt.
namespace faceptor {

/// Makes the factory of a type's backbones from their `config()`.
using BackboneMaker = std::function<BackboneFactory(const nlohmann::json& config)>;

/// All types of backbones: the library's, and those made known.
Registry<BackboneMaker>& backbone_registry();

/// Makes known how the backbones of a type are rebuilt from their `config()`, so that weights files of that type load.
void register_backbone(const std::string& type, BackboneMaker from_config);

/// The same for a class with `static constexpr const char* kName`, which is its "type", and `static BackboneFactory from_config(json)`.
template <class B>
void register_backbone() {
  static_assert(
      requires { std::string(B::kName); },
      "faceptor: a backbone needs `static constexpr const char* kName`: the \"type\" in its config()");
  static_assert(
      requires(const nlohmann::json& config) {
        { B::from_config(config) } -> std::convertible_to<BackboneFactory>;
      },
      "faceptor: a backbone needs `static BackboneFactory from_config(const nlohmann::json& config)`, the inverse of its config()");
  static_assert(std::derived_from<B, Backbone>, "faceptor: a backbone derives from torch::nn::Cloneable and from faceptor::Backbone");
  static_assert(!std::is_abstract_v<B>, "faceptor: a backbone needs forward, levels, width, stride, config and reset");
  backbone_registry().add(B::kName, B::from_config, &typeid(B));
}

/// The factory for a `config()`. @throws Error(unsupported) when its type is not known
BackboneFactory backbone_from_config(const nlohmann::json& config);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/backbone/impl/backbone_registry_inl.hpp>
#endif
