#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

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

/// A named architecture: its configuration and its tasks.
struct Architecture {
  std::string name;
  std::string summary;
  nlohmann::json config;
  TaskList tasks;
};

/// Makes an architecture of one's own known by its name, for `--architecture` and `model.architecture`.
/// @param make  is called each time the architecture is asked for
void register_architecture(const std::string& name, std::function<Architecture()> make);

/// "faceptor-base", "faceptor-full", "naive-base", "faceptor-large", "faceptor-huge", "faceptor-tiny", "naive-tiny", and those made known.
///
/// The tiny ones are for trying things out: a ViT of width 192 on views of 224 and 112 pixels, with the tasks of the base.
std::vector<std::string> architecture_names();
/// @throws Error(unsupported) for an unknown name, with the nearest known one
Architecture architecture(std::string_view name);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/model/impl/architectures_inl.hpp>
#endif
