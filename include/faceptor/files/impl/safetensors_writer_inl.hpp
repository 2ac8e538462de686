#pragma once

#include <algorithm>
#include <faceptor/core/text.hpp>
#include <faceptor/files/impl/atomic_file_inl.hpp>
#include <faceptor/files/impl/safetensors_inl.hpp>
#include <faceptor/files/safetensors.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace faceptor::files {
namespace detail {

/// Text as JSON, in quotes.
FACEPTOR_INLINE std::string json_text(std::string_view value) {
  try {
    return nlohmann::json(std::string(value)).dump();
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::argument, "weights: a name or metadata to be written is not UTF-8").found(text::in_quotes(value));
  }
}

FACEPTOR_INLINE void check_writable(std::span<const TensorView> tensors) {
  std::set<std::string_view> names;
  for (const auto& tensor : tensors) {
    const auto fail = [&](const char* what) {
      return Error(ErrorCode::argument, "weights: tensor " + text::in_quotes(tensor.name) + " " + what);
    };
    if (tensor.name == "__metadata__") throw fail("has the name that safetensors keeps for its metadata");
    if (!names.insert(tensor.name).second) throw fail("is to be written twice");
    if (tensor.shape.size() > kHighestRank) throw fail("has too many dimensions");
    const auto bytes = byte_count(tensor.dtype, tensor.shape);
    if (!bytes || *bytes != tensor.bytes.size()) {
      throw fail("has a number of bytes that doesn't fit its shape")
          .expected(text::shape(tensor.shape) + " of " + std::string(to_string(tensor.dtype)))
          .found(std::to_string(tensor.bytes.size()) + " bytes");
    }
  }
}

}  // namespace detail

FACEPTOR_INLINE void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors, const Metadata& metadata) {
  detail::check_writable(tensors);
  std::vector<const TensorView*> order;
  for (const auto& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const TensorView* a, const TensorView* b) {
    const auto size_a = size_of(a->dtype), size_b = size_of(b->dtype);
    return size_a != size_b ? size_a > size_b : a->name < b->name;
  });

  std::string header = "{";
  if (!metadata.empty()) {
    header += "\"__metadata__\":{";
    for (const auto& [key, value] : metadata) header += detail::json_text(key) + ":" + detail::json_text(value) + ",";
    header.back() = '}';
    header += ",";
  }
  std::uint64_t offset = 0;
  for (const auto* tensor : order) {
    header += detail::json_text(tensor->name) + ":{\"dtype\":\"" + std::string(to_string(tensor->dtype)) + "\",\"shape\":[";
    for (std::size_t i = 0; i < tensor->shape.size(); ++i) {
      if (i > 0) header += ',';
      header += std::to_string(tensor->shape[i]);
    }
    header += "],\"data_offsets\":[" + std::to_string(offset) + "," + std::to_string(offset + tensor->bytes.size()) + "]},";
    offset += tensor->bytes.size();
  }
  if (header.back() == ',') header.pop_back();
  header += "}";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  if (header.size() > detail::kLongestHeader) throw Error(ErrorCode::limit, "weights: names and metadata are too long for safetensors");

  AtomicFile file(path);
  const std::uint64_t length = header.size();
  file.write(std::as_bytes(std::span(&length, 1)));
  file.write(header);
  for (const auto* tensor : order) file.write(tensor->bytes);
  file.commit();
}

}  // namespace faceptor::files
