#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/published/published_model.hpp>
#include <faceptor/published/published_names.hpp>
#include <faceptor/published/table.hpp>

/// Published checkpoints to and from this library's names: published_names.hpp's table, and what is more than a name.
namespace faceptor::published {

/// What the names of a published checkpoint don't say about a task.
struct PublishedTask {
  std::string name;                                                ///< "parsing_lapa"
  PublishedHeadKind kind = PublishedHeadKind::attributes;          ///< what it gives
  std::int64_t outputs = 0;                                        ///< maps of a dense task, in the head that it shares; else unused
  std::string head() const { return std::string(type_of(name)); }  ///< Naive Faceptor's head: "parsing"
};

/// Tensors that a checkpoint holds and the library has no use for.
struct NameReport {
  std::vector<std::string> ignored;  ///< known, and not needed: FaRL's text tower
  std::vector<std::string> unknown;  ///< in no table
};

/// Published tensors under the library's names. Prefixes "module." are dropped, copies are merged, and the dense heads' last
/// layer is split into its tasks, in the order of `tasks`.
/// @throws Error(mismatch)  if copies differ, or the tasks' outputs don't add up to a head's, or two tensors get one name
nn::NamedTensors from_published(const nn::NamedTensors& published, const std::vector<PublishedTask>& tasks, NameReport* report = nullptr);

/// The other way, with the prefix given ("module." as the published trainer saves it).
/// @throws Error(mismatch)  for a tensor that the published checkpoints have no name for
nn::NamedTensors to_published(const nn::NamedTensors& ours, const std::vector<PublishedTask>& tasks, const std::string& prefix = "module.");

/// As `infer_published` of views.
PublishedModel infer_published(const nn::NamedTensors& published);

}  // namespace faceptor::published

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/published/impl/name_map_inl.hpp>
#endif
