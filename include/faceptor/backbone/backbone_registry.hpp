#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/config.hpp>

/// Backbones by the name of their type, so that weights files can be rebuilt.
namespace faceptor {

/// Makes known how the backbones of a type are rebuilt from their `config()`, so that weights files of that type load.
/// The library's own are known. Thread-safe; a type made known twice is replaced.
void register_backbone(const std::string& type, std::function<BackboneFactory(const nlohmann::json& config)> from_config);

/// The factory for a `config()`. @throws Error(unsupported) when its type is not known
BackboneFactory backbone_from_config(const nlohmann::json& config);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/backbone/backbone_registry_inl.hpp>
#endif
