#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <torch/torch.h>

#include <faceptor/core/config.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/files/tensor_view.hpp>

namespace faceptor::nn {

/// Tensors by name, in the names' order.
using NamedTensors = std::map<std::string, torch::Tensor>;

/// A tensor over the view's own bytes, which the owner keeps alive as long as the tensor or a view of it lives.
///
/// The bytes may be mapped read-only: copy or clone the tensor before writing to it.
/// @throws Error(unsupported)  for unsigned types of more than 8 bits
torch::Tensor to_tensor(const files::TensorView& view, std::shared_ptr<const void> owner);

/// The type of elements as weights files name it. @throws Error(unsupported) if they can't hold it
files::DType dtype_of(const torch::Tensor& tensor);

/// All tensors of a checkpoint's state dict, as `load_tensors` gives them.
NamedTensors tensors_of(const files::Checkpoint& checkpoint);

/// All tensors of a safetensors file, or of a checkpoint's state dict, told apart by their first bytes. They are views of the
/// mapped file: see `to_tensor`.
/// @throws Error  as `SafetensorsFile::open` and `Checkpoint::open`
NamedTensors load_tensors(const std::filesystem::path& path);

/// Writes a safetensors file.
/// @param as  the type that floating-point tensors are written in (f32, f16 or bf16); as they are if not given
/// @throws Error(argument, io, unsupported)  as `write_safetensors`
void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors, const files::Metadata& metadata = {},
                  std::optional<files::DType> as = {});

/// As `content_hash` of views: identifies a model.
std::string content_hash(const NamedTensors& tensors);

/// Whether a file begins as a safetensors file does: with the length of a header, and '{'.
bool is_safetensors(const std::filesystem::path& path);
/// Whether it begins as a checkpoint of torch.save does: as a zip archive or a pickle.
bool is_checkpoint(const std::filesystem::path& path);

}  // namespace faceptor::nn

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/nn/impl/tensors_inl.hpp>
#endif
