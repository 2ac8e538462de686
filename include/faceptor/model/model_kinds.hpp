#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/model/face_model.hpp>

namespace faceptor {

/// A model of either kind. Copies share the model.
using FaceModelPtr = std::shared_ptr<FaceModel>;

/// Makes a model of one kind from its `FaceModel::config()`, of which `backbone` is the part "backbone".
using ModelMaker = std::function<FaceModelPtr(const nlohmann::json& config, const BackboneFactory& backbone, const TaskList& tasks)>;

/// The kinds of models by the "kind" in their configuration: "faceptor", "naive_faceptor", and those made known.
Registry<ModelMaker>& model_kinds();

/// Makes a kind of model of one's own known, so that its weights files load and configurations can name it.
inline void register_model_kind(const std::string& kind, ModelMaker make) { model_kinds().add(kind, std::move(make)); }

/// The model that a `FaceModel::config()` and a task list stand for, freshly initialised.
/// @throws Error(format, unsupported) when the configuration won't do, Error(argument) when tasks and architecture don't fit
FaceModelPtr make_model(const nlohmann::json& config, const TaskList& tasks);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/model/impl/model_kinds_inl.hpp>
#endif
