#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/files/tensor_view.hpp>

namespace faceptor::published {

/// What a published file holds.
enum class PublishedKind {
  farl,      ///< FaRL's pretraining: a picture tower, and a text tower that is ignored
  naive,     ///< Naive Faceptor: a head for each kind of task
  faceptor,  ///< Faceptor: queries and a decoder for all
};

/// "farl", "naive", "faceptor".
std::string_view to_string(PublishedKind kind);

/// The kinds of Naive Faceptor's heads.
enum class PublishedHeadKind { embedding, attributes, dense };

/// One of Naive Faceptor's heads.
struct PublishedHead {
  PublishedHeadKind kind = PublishedHeadKind::attributes;
  std::int64_t width = 0;                       ///< features of an attribute or embedding head, channels of a dense one
  std::map<std::string, std::int64_t> outputs;  ///< by task; a dense head's tasks are joined, their sum stands under ""
};

/// The sizes of a published model: its checkpoints carry no configuration, but most of it can be told from the tensors' shapes.
struct PublishedModel {
  PublishedKind kind = PublishedKind::faceptor;
  std::int64_t width = 0, layers = 0, patch = 0, mlp = 0;  ///< of the backbone
  std::int64_t grid = 0;                                   ///< side of the position embedding, in patches
  std::int64_t projection = 0;                             ///< columns of the backbone's projection
  std::int64_t heads = 0;                                  ///< not in the shapes: width / 64 as published, at least 1; overwrite it

  std::int64_t hidden = 0, ffn = 0, decoder_layers = 0, levels = 0, new_levels = 0;  ///< of the decoder; 0 without one
  std::map<std::string, std::int64_t> queries;                                       ///< rows of query_feat by task
  std::vector<std::string> interpreters;                                             ///< "feature_v2", "map_v2", "value", ...
  std::int64_t embedding = 0;                                                        ///< size of an identity's embedding; 0 without one

  std::map<std::string, PublishedHead> naive_heads;  ///< by type, such as "age"
  std::map<std::string, std::int64_t> classes;       ///< rows of the losses' class matrices by task
};

/// @param tensors  with their published names, prefix "module." or not
/// @throws Error(mismatch)  if the tensors are no published model's
PublishedModel infer_published(std::span<const files::TensorView> tensors);

}  // namespace faceptor::published

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/published/impl/published_model_inl.hpp>
#endif
