#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>

/// The names of tensors in the published checkpoints and in this library, as one table that is read both ways.
namespace faceptor::published {

/// The library's name of a published tensor, or nothing if no one tensor of ours stands for it.
/// @param published       with or without the prefix "module."; FaRL's "visual." and the trained "backbone_module.visual." both work
/// @param embedding_task  the task that an embedding's output layers belong to, such as "recog_ms1mv3": published names don't say
///
/// Not in the table, because they are no single tensors: `head.conv_seg` of a dense head, which joins its tasks (see name_map.hpp).
std::optional<std::string> name_from_published(std::string_view published, std::string_view embedding_task = {});

/// The published name, without "module.", of one of the library's tensors, or nothing if the checkpoints have no such tensor.
std::optional<std::string> name_to_published(std::string_view ours, std::string_view embedding_task = {});

/// The second name under which the checkpoints repeat a tensor ("mask_map.1.ln.weight" beside "mask_map.1.weight"), if they do.
std::optional<std::string> repeated_name(std::string_view published);

/// A name without the prefix "module." that distributed training adds.
std::string_view without_module(std::string_view published);

/// Whether a tensor belongs to what FaRL's file holds besides the picture tower: the text tower and the temperature.
bool is_text_tower(std::string_view published);

}  // namespace faceptor::published

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/published/impl/published_names_inl.hpp>
#endif
