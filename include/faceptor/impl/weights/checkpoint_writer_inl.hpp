#pragma once

#include <faceptor/impl/weights/checkpoint_inl.hpp>
#include <faceptor/impl/weights/safetensors_writer_inl.hpp>
#include <faceptor/impl/weights/zip_writer_inl.hpp>
#include <faceptor/weights/checkpoint.hpp>

namespace faceptor::weights {
namespace detail {

/// Writes the few opcodes of pickle protocol 2 that a state dict needs.
class PickleWriter {
 public:
  PickleWriter() : bytes_("\x80\x02") {}

  void op(std::string_view opcode) { bytes_ += opcode; }

  void text(std::string_view value) {
    const auto length = static_cast<std::uint32_t>(value.size());
    op("X");
    bytes_.append(reinterpret_cast<const char*>(&length), 4);
    bytes_ += value;
  }

  void integer(std::int64_t value) {
    if (value >= INT32_MIN && value <= INT32_MAX) {
      const auto narrow = static_cast<std::int32_t>(value);
      op("J");
      bytes_.append(reinterpret_cast<const char*>(&narrow), 4);
    } else {
      op("\x8a\x08");
      bytes_.append(reinterpret_cast<const char*>(&value), 8);
    }
  }

  void tuple(std::span<const std::int64_t> values) {
    op("(");
    for (const auto value : values) integer(value);
    op("t");
  }

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

FACEPTOR_INLINE void pickle_tensor(PickleWriter& pickle, const TensorView& tensor, std::size_t key) {
  std::string_view type;
  for (const auto& storage : kStorages) {
    if (storage.dtype == tensor.dtype) type = storage.name;
  }
  if (type.empty()) {
    throw Error(ErrorCode::unsupported, "weights: tensor " + in_quotes(tensor.name) + " has a type that torch has no storage for")
        .found(std::string(to_string(tensor.dtype)));
  }
  std::vector<std::int64_t> strides(tensor.shape.size(), 1);
  for (std::size_t i = strides.size(); i-- > 1;) strides[i - 1] = strides[i] * std::max<std::int64_t>(tensor.shape[i], 1);
  pickle.op("ctorch._utils\n_rebuild_tensor_v2\n((");
  pickle.text("storage");
  pickle.op("ctorch\n" + std::string(type) + "\n");
  pickle.text(std::to_string(key));
  pickle.text("cpu");
  pickle.integer(static_cast<std::int64_t>(tensor.size()));
  pickle.op("tQ");
  pickle.integer(0);
  pickle.tuple(tensor.shape);
  pickle.tuple(strides);
  pickle.op(
      "\x89"
      "ccollections\nOrderedDict\n)RtR");
}

}  // namespace detail

FACEPTOR_INLINE void write_checkpoint(const std::filesystem::path& path, std::span<const TensorView> tensors,
                                      std::optional<std::int64_t> step) {
  detail::check_writable(tensors);
  detail::PickleWriter pickle;
  pickle.op("}(");
  if (step) {
    pickle.text("step");
    pickle.integer(*step);
  }
  pickle.text("state_dict");
  pickle.op("ccollections\nOrderedDict\n)R(");
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!pickle::detail::is_utf8(tensors[i].name)) throw Error(ErrorCode::argument, "weights: a tensor's name is not UTF-8");
    // In batches, as Python's own pickler does it: readers limit their stacks.
    if (i > 0 && i % 1000 == 0) pickle.op("u(");
    pickle.text(tensors[i].name);
    detail::pickle_tensor(pickle, tensors[i], i);
  }
  pickle.op("uu.");

  ZipWriter zip(path);
  zip.add("archive/data.pkl", std::as_bytes(std::span(pickle.bytes())), 64);
  zip.add("archive/byteorder", "little");
  for (std::size_t i = 0; i < tensors.size(); ++i) zip.add("archive/data/" + std::to_string(i), tensors[i].bytes, 64);
  zip.add("archive/version", "3\n");
  zip.finish();
}

}  // namespace faceptor::weights
