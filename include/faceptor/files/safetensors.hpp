#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/files/tensor_view.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

/// The safetensors format (https://github.com/huggingface/safetensors): eight bytes with the length of a JSON header, the
/// header, and the tensors' bytes without gaps.
namespace faceptor::files {

/// What a header's `__metadata__` holds: text by name.
using Metadata = std::map<std::string, std::string>;

/// A safetensors file, checked whole when opened and mapped rather than read.
///
///     auto file = SafetensorsFile::open("model.safetensors");
///     std::span<const float> weight = file.at("blocks.0.mlp.fc1.weight").as<float>();
///
/// Copies are cheap and share the mapping; views live as long as one of them, or the `owner()`.
class SafetensorsFile {
 public:
  /// @throws Error(io, format, limit, unsupported)  naming the file, and the tensor and byte where one is to blame
  static SafetensorsFile open(const std::filesystem::path& path);
  /// The same over a file's bytes in memory. @param name  what errors call it @param owner  keeps the bytes alive; null: they always are
  static SafetensorsFile over(std::span<const std::byte> bytes, const std::filesystem::path& name, std::shared_ptr<const void> owner = {});

  const Metadata& metadata() const;
  /// All tensors, by name in byte order. Each one is aligned for its type.
  std::span<const TensorView> tensors() const;
  bool contains(std::string_view name) const;
  /// @throws Error(argument)  if there is none of that name
  const TensorView& at(std::string_view name) const;

  /// Keeps the views' bytes alive.
  std::shared_ptr<const void> owner() const { return contents_; }
  const std::filesystem::path& path() const;

 private:
  struct Contents;
  explicit SafetensorsFile(std::shared_ptr<const Contents> contents) : contents_(std::move(contents)) {}

  std::shared_ptr<const Contents> contents_;
};

/// Writes tensors and metadata, sorted by falling element size and then by name, so that each tensor is aligned.
///
/// The file appears whole or not at all: it is written beside `path`, flushed to the disk, and renamed.
/// @throws Error(argument)  for a name that occurs twice, is "__metadata__" or is not UTF-8, or bytes that don't fit a shape
/// @throws Error(io)        if it can't be written; nothing is left behind then
void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors, const Metadata& metadata = {});

}  // namespace faceptor::files

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/safetensors_inl.hpp>
#endif
