#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/foreign_file.hpp>
#include <faceptor/files/mapped_file.hpp>
#include <faceptor/files/sha256.hpp>
#include <faceptor/nn/tensors.hpp>

namespace faceptor::nn {
namespace detail {

struct TorchType {
  files::DType dtype;
  torch::ScalarType scalar;
};

inline constexpr TorchType kTorchTypes[] = {{files::DType::boolean, torch::kBool}, {files::DType::u8, torch::kUInt8},
                                            {files::DType::i8, torch::kInt8},      {files::DType::i16, torch::kInt16},
                                            {files::DType::i32, torch::kInt32},    {files::DType::i64, torch::kInt64},
                                            {files::DType::f16, torch::kFloat16},  {files::DType::bf16, torch::kBFloat16},
                                            {files::DType::f32, torch::kFloat32},  {files::DType::f64, torch::kFloat64}};

FACEPTOR_INLINE torch::ScalarType torch_type(files::DType dtype, const std::string& name) {
  for (const auto& type : kTorchTypes) {
    if (type.dtype == dtype) return type.scalar;
  }
  throw Error(ErrorCode::unsupported, "weights: tensor \"" + name + "\" has a type that is not read").found(std::string(to_string(dtype)));
}

/// Contiguous tensors on the CPU and views of them, the latter valid as long as the former.
struct ViewedTensors {
  std::vector<torch::Tensor> kept;
  std::vector<files::TensorView> views;
};

FACEPTOR_INLINE ViewedTensors views_of(const NamedTensors& tensors, std::optional<files::DType> as) {
  ViewedTensors viewed;
  for (const auto& [name, tensor] : tensors) {
    auto kept = tensor.detach().to(torch::kCPU);
    if (as && kept.is_floating_point()) kept = kept.to(torch_type(*as, name));
    kept = kept.contiguous();
    viewed.kept.push_back(kept);
    const auto sizes = kept.sizes();
    viewed.views.push_back({name, dtype_of(kept), std::span(sizes.data(), sizes.size()),
                            std::span(static_cast<const std::byte*>(kept.const_data_ptr()), static_cast<std::size_t>(kept.nbytes()))});
  }
  return viewed;
}

}  // namespace detail

FACEPTOR_INLINE torch::Tensor to_tensor(const files::TensorView& view, std::shared_ptr<const void> owner) {
  const auto options = torch::TensorOptions().dtype(detail::torch_type(view.dtype, std::string(view.name)));
  const at::IntArrayRef shape(view.shape.data(), view.shape.size());
  if (view.bytes.empty()) return torch::empty(shape, options);
  // LibTorch has no tensor of constant memory; the documentation of this function asks not to write.
  auto* data = const_cast<std::byte*>(view.bytes.data());
  return torch::from_blob(
      data, shape, [owner = std::move(owner)](void*) {}, options);
}

FACEPTOR_INLINE files::DType dtype_of(const torch::Tensor& tensor) {
  for (const auto& type : detail::kTorchTypes) {
    if (type.scalar == tensor.scalar_type()) return type.dtype;
  }
  throw Error(ErrorCode::unsupported, "weights: a tensor has a type that weights files don't hold")
      .found(torch::toString(tensor.scalar_type()));
}

FACEPTOR_INLINE bool is_safetensors(const std::filesystem::path& path) {
  const auto file = files::MappedFile::open(path);
  const auto bytes = file->bytes();
  // A zip archive begins with "PK", a pickle with 0x80: neither has '{' behind eight bytes, nor zeros in front of it.
  return bytes.size() > 8 && bytes[8] == std::byte{'{'} && bytes[7] == std::byte{0};
}

FACEPTOR_INLINE bool is_checkpoint(const std::filesystem::path& path) {
  const auto first = std::to_integer<unsigned>(files::MappedFile::open(path)->bytes()[0]);
  return (first == 0x80 || first == 'P') && !is_safetensors(path);
}

FACEPTOR_INLINE NamedTensors tensors_of(const files::Checkpoint& checkpoint) {
  NamedTensors tensors;
  for (const auto& view : checkpoint.tensors()) tensors.emplace(view.name, to_tensor(view, checkpoint.owner()));
  return tensors;
}

FACEPTOR_INLINE NamedTensors load_tensors(const std::filesystem::path& path) {
  if (is_checkpoint(path)) return tensors_of(files::Checkpoint::open(path));
  if (!is_safetensors(path)) {
    const auto file = files::MappedFile::open(path);
    const auto bytes = file->bytes();
    if (const auto foreign = files::foreign_file(bytes, path)) throw *foreign;
    // No file is as long as most eight bytes say that a header is.
    const auto length = files::number_at<std::uint64_t>(bytes, 0);
    if (!length || *length == 0 || *length > bytes.size()) {
      throw Error(ErrorCode::format, "weights: this is no weights file")
          .where(path.string())
          .expected("a safetensors file, or a checkpoint of torch.save")
          .found(length && *length == 0 ? "zeros" : "bytes of an unknown kind")
          .hint("give the file of the weights; is its download complete?");
    }
  }
  NamedTensors tensors;
  const auto safetensors = files::SafetensorsFile::open(path);
  for (const auto& view : safetensors.tensors()) tensors.emplace(view.name, to_tensor(view, safetensors.owner()));
  return tensors;
}

FACEPTOR_INLINE void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors, const files::Metadata& metadata,
                                  std::optional<files::DType> as) {
  if (as && *as != files::DType::f32 && *as != files::DType::f16 && *as != files::DType::bf16) {
    throw Error(ErrorCode::argument, "weights: floating-point tensors are written as F32, F16 or BF16").found(std::string(to_string(*as)));
  }
  const auto viewed = detail::views_of(tensors, as);
  files::write_safetensors(path, viewed.views, metadata);
}

FACEPTOR_INLINE std::string content_hash(const NamedTensors& tensors) { return content_hash(detail::views_of(tensors, {}).views); }

}  // namespace faceptor::nn
