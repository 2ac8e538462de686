#pragma once

#include <nlohmann/json.hpp>

#include <utility>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/error.hpp>

namespace faceptor {

FACEPTOR_INLINE Registry<BackboneMaker>& backbone_registry() {
  static Registry<BackboneMaker> backbones("backbone", "register_backbone(type, from_config)", [](auto& parts) {
    const auto vit = [](const nlohmann::json& config) -> BackboneFactory {
      return [options = VitOptions::from_json(config)] { return std::make_shared<VitImpl>(options); };
    };
    parts.add("vit", vit, &typeid(VitImpl));
  });
  return backbones;
}

FACEPTOR_INLINE void register_backbone(const std::string& type, BackboneMaker from_config) {
  backbone_registry().add(type, std::move(from_config));
}

FACEPTOR_INLINE BackboneFactory backbone_from_config(const nlohmann::json& config) {
  if (!config.is_object() || !config.contains("type") || !config["type"].is_string()) {
    throw Error(ErrorCode::format, "backbone: the configuration has no \"type\"");
  }
  return backbone_registry().get(config["type"].get<std::string>())(config);
}

}  // namespace faceptor
