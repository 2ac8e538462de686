#pragma once

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/fields.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/model_kinds.hpp>
#include <faceptor/model/naive_faceptor.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE FaceModelPtr make_faceptor(const nlohmann::json& config, const BackboneFactory& backbone, const TaskList& tasks) {
  const auto decoder = decoder::QueryDecoderOptions::from_json(config.value("decoder", nlohmann::json::object()));
  return std::make_shared<FaceptorImpl>(FaceptorOptions(backbone).tasks(tasks).decoder(decoder));
}

FACEPTOR_INLINE FaceModelPtr make_naive_faceptor(const nlohmann::json& config, const BackboneFactory& backbone, const TaskList& tasks) {
  NaiveFaceptorOptions options(backbone);
  options.tasks(tasks);
  read_fields(config, options, {.who = "naive faceptor", .code = ErrorCode::format, .others = true});
  return std::make_shared<NaiveFaceptorImpl>(options);
}

}  // namespace detail

FACEPTOR_INLINE Registry<ModelMaker>& model_kinds() {
  static Registry<ModelMaker> kinds("kind of model", "register_model_kind(kind, make)", [](auto& parts) {
    parts.add("faceptor", detail::make_faceptor, &typeid(FaceptorImpl));
    parts.add("naive_faceptor", detail::make_naive_faceptor, &typeid(NaiveFaceptorImpl));
  });
  return kinds;
}

FACEPTOR_INLINE FaceModelPtr make_model(const nlohmann::json& config, const TaskList& tasks) {
  if (!config.is_object() || !config.contains("kind") || !config["kind"].is_string() || !config.contains("backbone")) {
    throw Error(ErrorCode::format, "model: the configuration has no \"kind\" or no \"backbone\"");
  }
  return model_kinds().get(config["kind"].get<std::string>())(config, backbone_from_config(config["backbone"]), tasks);
}

}  // namespace faceptor
