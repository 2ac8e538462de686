#pragma once

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/published/published_model.hpp>
#include <faceptor/tasks/task_list.hpp>

/// From a published checkpoint's shapes, and what a user adds to them, to an architecture and a task list.
namespace faceptor::published {

/// The declared tasks: the published ones with the checkpoint's numbers of outputs and the user's image sides.
/// @param config  see `weights::load_model`
/// @throws Error(format, unsupported) of the configuration
TaskList published_task_list(const PublishedModel& found, const nlohmann::json& config);

/// An architecture's configuration, as `make_model` takes it. @throws as above
nlohmann::json published_architecture(const PublishedModel& found, const nlohmann::json& config);

}  // namespace faceptor::published

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/published/impl/import_published_inl.hpp>
#endif
