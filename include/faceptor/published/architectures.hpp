#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/model/model_kinds.hpp>

namespace faceptor {

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

/// "faceptor-base", "faceptor-full", "naive-base", "naive-full", "faceptor-large", "faceptor-huge", "faceptor-tiny", "naive-tiny", and those made known.
///
/// The tiny ones are for trying things out: a ViT of width 192 on views of 224 and 112 pixels, with the tasks of the base.
std::vector<std::string> architecture_names();
/// @throws Error(unsupported) for an unknown name, with the nearest known one
Architecture architecture(std::string_view name);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/published/impl/architectures_inl.hpp>
#endif
