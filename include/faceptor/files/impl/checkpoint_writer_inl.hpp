#pragma once

#include <faceptor/core/text.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/impl/checkpoint_inl.hpp>
#include <faceptor/files/impl/safetensors_writer_inl.hpp>
#include <faceptor/files/impl/zip_writer_inl.hpp>
#include <faceptor/files/pickle_writer.hpp>

namespace faceptor::files {
namespace detail {

FACEPTOR_INLINE void pickle_sizes(pickle::Writer& out, std::span<const std::int64_t> sizes) {
  out.begin_tuple();
  for (const auto size : sizes) out.integer(size);
  out.end();
}

FACEPTOR_INLINE void pickle_tensor(pickle::Writer& out, const TensorView& tensor, std::size_t key) {
  std::string_view type;
  for (const auto& storage : kStorages) {
    if (storage.dtype == tensor.dtype) type = storage.name;
  }
  if (type.empty()) {
    throw Error(ErrorCode::unsupported, "weights: tensor " + text::in_quotes(tensor.name) + " has a type that torch has no storage for")
        .found(std::string(to_string(tensor.dtype)));
  }
  std::vector<std::int64_t> strides(tensor.shape.size(), 1);
  for (std::size_t i = strides.size(); i-- > 1;) strides[i - 1] = strides[i] * std::max<std::int64_t>(tensor.shape[i], 1);
  out.begin_call("torch._utils", "_rebuild_tensor_v2");
  out.begin_persistent();
  out.text("storage");
  out.global("torch", type);
  out.text(std::to_string(key));
  out.text("cpu");
  out.integer(static_cast<std::int64_t>(tensor.size()));
  out.end();
  out.integer(0);
  pickle_sizes(out, tensor.shape);
  pickle_sizes(out, strides);
  out.boolean(false);
  out.begin_ordered_dict();
  out.end();
  out.end();
}

}  // namespace detail

FACEPTOR_INLINE void write_checkpoint(const std::filesystem::path& path, std::span<const TensorView> tensors,
                                      std::optional<std::int64_t> step) {
  detail::check_writable(tensors);
  pickle::Writer out;
  out.begin_dict();
  if (step) {
    out.text("step");
    out.integer(*step);
  }
  out.text("state_dict");
  out.begin_ordered_dict();
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!pickle::detail::is_utf8(tensors[i].name)) throw Error(ErrorCode::argument, "weights: a tensor's name is not UTF-8");
    out.text(tensors[i].name);
    detail::pickle_tensor(out, tensors[i], i);
  }
  out.end();
  out.end();
  const std::string pickle = out.finish();

  ZipWriter zip(path);
  zip.add("archive/data.pkl", std::as_bytes(std::span(pickle)), 64);
  zip.add("archive/byteorder", "little");
  for (std::size_t i = 0; i < tensors.size(); ++i) zip.add("archive/data/" + std::to_string(i), tensors[i].bytes, 64);
  zip.add("archive/version", "3\n");
  zip.finish();
}

}  // namespace faceptor::files
