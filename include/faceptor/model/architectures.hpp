#pragma once

#include <torch/torch.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/model/face_model.hpp>

namespace faceptor {

/// A model of either kind. Copies share the model.
using FaceModelPtr = std::shared_ptr<FaceModel>;

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

/// "faceptor-base", "faceptor-full", "naive-base", "faceptor-large", "faceptor-huge", "faceptor-tiny", "naive-tiny".
///
/// The tiny ones are for trying things out: a ViT of width 192 on views of 224 and 112 pixels, with the tasks of the base.
std::vector<std::string> architecture_names();
/// @throws Error(argument) for an unknown name, with the nearest known one
Architecture architecture(std::string_view name);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/model/architectures_inl.hpp>
#endif
