#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include <faceptor/backbone/backbone_registry.hpp>
#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>

namespace faceptor {
namespace detail {

struct BackboneTypes {
  std::mutex mutex;
  std::map<std::string, std::function<BackboneFactory(const nlohmann::json&)>> from_config = {
      {"vit",
       [](const nlohmann::json& config) -> BackboneFactory {
         return [options = VitOptions::from_json(config)] { return std::make_shared<VitImpl>(options); };
       }},
  };
};

FACEPTOR_INLINE BackboneTypes& backbone_types() {
  static BackboneTypes types;
  return types;
}

}  // namespace detail

FACEPTOR_INLINE void register_backbone(const std::string& type, std::function<BackboneFactory(const nlohmann::json& config)> from_config) {
  auto& types = detail::backbone_types();
  const std::lock_guard lock(types.mutex);
  types.from_config[type] = std::move(from_config);
}

FACEPTOR_INLINE BackboneFactory backbone_from_config(const nlohmann::json& config) {
  if (!config.is_object() || !config.contains("type") || !config["type"].is_string()) {
    throw Error(ErrorCode::format, "backbone: the configuration has no \"type\"");
  }
  const auto type = config["type"].get<std::string>();
  std::function<BackboneFactory(const nlohmann::json&)> from_config;
  std::vector<std::string> known;
  {
    auto& types = detail::backbone_types();
    const std::lock_guard lock(types.mutex);
    for (const auto& [name, function] : types.from_config) known.push_back(name);
    if (const auto it = types.from_config.find(type); it != types.from_config.end()) from_config = it->second;
  }
  if (!from_config) {
    throw Error(ErrorCode::unsupported, "backbone: type \"" + type + "\" is not known")
        .hint(text::suggestion(type, known) + " A type of your own is made known by register_backbone");
  }
  return from_config(config);
}

}  // namespace faceptor
