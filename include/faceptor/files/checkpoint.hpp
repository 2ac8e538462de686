#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/files/pickle.hpp>
#include <faceptor/files/tensor_view.hpp>

/// Files of torch.save: `.pth`, `.pt`, `.pth.tar`, read without running what they hold.
namespace faceptor::files {

/// A checkpoint, mapped and checked: tensors that lie within their storages, and a pickle that calls nothing. Objects of unknown classes
/// beside the weights, such as a run's arguments, are passed over; names that pickles run programs by are refused.
///
///     auto checkpoint = Checkpoint::open("checkpoint_rank0_iter_50000.pth.tar");
///     for (const auto& tensor : checkpoint.tensors()) fmt::print("{}\n", tensor.name);      // module.backbone_module...
///
/// Both containers are read: the zip archive of torch 1.6 and newer, and the pickles in a row of older ones.
class Checkpoint {
 public:
  /// @throws Error(io, format, limit, unsupported)  naming the file, and the tensor or byte to blame
  static Checkpoint open(const std::filesystem::path& path);

  /// The tensors of the dict under "state_dict", "model", "model_state_dict", "net" or "weights", the first that has any, else of the
  /// file's own dict, in its order. Names are as they stand there, prefixes included; what is no tensor is left out. All are contiguous:
  /// views of the mapped file where they can be, copies otherwise.
  std::span<const TensorView> tensors() const;
  bool contains(std::string_view name) const;
  /// @throws Error(argument)  if there is none of that name
  const TensorView& at(std::string_view name) const;

  /// The training step saved beside the state dict.
  std::optional<std::int64_t> step() const;

  /// Everything that the file holds, such as `root().find("optimizer")`.
  pickle::Value root() const;
  static bool is_tensor(const pickle::Value& value);
  /// Any tensor of that tree, without a name. It lives as long as the checkpoint, and as what `owner()` gives. Thread-safe.
  /// @throws Error(format, limit)  if it is none, or lies outside its storage
  TensorView tensor(const pickle::Value& value) const;

  /// Keeps tensors and values alive.
  std::shared_ptr<const void> owner() const;
  const std::filesystem::path& path() const;

 private:
  struct Contents;
  explicit Checkpoint(std::shared_ptr<const Contents> contents) : contents_(std::move(contents)) {}

  std::shared_ptr<const Contents> contents_;
};

/// The globals that torch.save writes for state dicts, optimizers, and the numpy scalars people put beside them.
std::span<const pickle::AllowedGlobal> torch_globals();

/// A whole number as Python, or numpy, wrote it.
std::optional<std::int64_t> integer_of(const pickle::Value& value);

/// Writes {"step": step, "state_dict": tensors} as torch.save does; `torch.load(path, weights_only=True)` reads it.
/// @throws Error(argument)     for a name that occurs twice or is not UTF-8, or bytes that don't fit a shape
/// @throws Error(unsupported)  for types that have no storage in torch, @throws Error(io)
void write_checkpoint(const std::filesystem::path& path, std::span<const TensorView> tensors, std::optional<std::int64_t> step = {});

}  // namespace faceptor::files

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/checkpoint_inl.hpp>
#endif
