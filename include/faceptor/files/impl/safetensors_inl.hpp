#pragma once

#include <algorithm>
#include <cstring>
#include <faceptor/core/text.hpp>
#include <faceptor/files/impl/atomic_file_inl.hpp>
#include <faceptor/files/impl/mapped_file_inl.hpp>
#include <faceptor/files/impl/safetensors_header_inl.hpp>
#include <faceptor/files/impl/tensor_view_inl.hpp>
#include <faceptor/files/mapped_file.hpp>
#include <faceptor/files/safetensors.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <vector>

namespace faceptor::files {

struct SafetensorsFile::Contents {
  std::shared_ptr<const void> owner;
  std::filesystem::path path;
  Metadata metadata;
  std::vector<detail::HeaderEntry> entries;
  std::vector<TensorView> views;
  /// Tensors that lie at odd addresses, as some writers leave them, copied to where their type may be read.
  std::vector<std::unique_ptr<std::byte[]>> aligned;
};

namespace detail {

/// Every byte of the data belongs to exactly one tensor, and to as many as its shape and type say.
FACEPTOR_INLINE void check_extents(const std::vector<HeaderEntry>& entries, std::uint64_t data_begin, std::uint64_t file_size,
                                   const std::string& path) {
  const auto fail = [&](const HeaderEntry& entry, std::uint64_t byte, const std::string& what) {
    return Error(ErrorCode::format, "weights: tensor " + text::in_quotes(entry.name) + " " + what)
        .where(path + ", byte " + std::to_string(byte));
  };
  const auto data_size = file_size - data_begin;
  std::vector<const HeaderEntry*> order;
  for (const auto& entry : entries) {
    if (entry.end < entry.begin) throw fail(entry, data_begin, "ends before it begins");
    if (entry.end > data_size) {
      throw fail(entry, file_size, "is cut off").expected(std::to_string(entry.end) + " bytes of data").found(std::to_string(data_size));
    }
    const auto expected = byte_count(entry.dtype, entry.shape);
    if (!expected) throw fail(entry, data_begin + entry.begin, "has more elements than can be counted").found(text::shape(entry.shape));
    if (*expected != entry.end - entry.begin) {
      throw fail(entry, data_begin + entry.begin, "has a number of bytes that doesn't fit its shape " + text::shape(entry.shape))
          .expected(std::to_string(*expected))
          .found(std::to_string(entry.end - entry.begin));
    }
    order.push_back(&entry);
  }
  std::sort(order.begin(), order.end(),
            [](const HeaderEntry* a, const HeaderEntry* b) { return std::pair(a->begin, a->end) < std::pair(b->begin, b->end); });
  std::uint64_t next = 0;
  for (const auto* entry : order) {
    if (entry->begin < next) throw fail(*entry, data_begin + entry->begin, "overlaps the tensor before it");
    if (entry->begin > next) throw fail(*entry, data_begin + next, "leaves unused bytes before it");
    next = entry->end;
  }
  if (next != data_size) {
    throw Error(ErrorCode::format, "weights: there are bytes behind the last tensor")
        .where(path + ", byte " + std::to_string(data_begin + next))
        .expected(std::to_string(data_begin + next) + " bytes")
        .found(std::to_string(file_size));
  }
}

}  // namespace detail

FACEPTOR_INLINE SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  return over(file->bytes(), path, file);
}

FACEPTOR_INLINE SafetensorsFile SafetensorsFile::over(std::span<const std::byte> bytes, const std::filesystem::path& path,
                                                      std::shared_ptr<const void> owner) {
  auto contents = std::make_shared<Contents>();
  contents->owner = std::move(owner);
  contents->path = path;
  auto header = detail::read_safetensors_header(bytes, path.string());
  const auto data_begin = header.data_begin;
  detail::check_extents(header.entries, data_begin, bytes.size(), path.string());
  contents->metadata = std::move(header.metadata);
  contents->entries = std::move(header.entries);
  std::sort(contents->entries.begin(), contents->entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& entry : contents->entries) {
    auto data = bytes.subspan(data_begin + entry.begin, entry.end - entry.begin);
    if (reinterpret_cast<std::uintptr_t>(data.data()) % size_of(entry.dtype) != 0 && !data.empty()) {
      auto& copy = contents->aligned.emplace_back(new std::byte[data.size()]);
      std::memcpy(copy.get(), data.data(), data.size());
      data = {copy.get(), data.size()};
    }
    contents->views.push_back({entry.name, entry.dtype, entry.shape, data});
  }
  return SafetensorsFile(std::move(contents));
}

FACEPTOR_INLINE const Metadata& SafetensorsFile::metadata() const { return contents_->metadata; }
FACEPTOR_INLINE std::span<const TensorView> SafetensorsFile::tensors() const { return contents_->views; }
FACEPTOR_INLINE const std::filesystem::path& SafetensorsFile::path() const { return contents_->path; }

namespace detail {

FACEPTOR_INLINE const TensorView* find_view(std::span<const TensorView> views, std::string_view name) {
  const auto found = std::lower_bound(views.begin(), views.end(), name, [](const TensorView& a, std::string_view b) { return a.name < b; });
  return found != views.end() && found->name == name ? &*found : nullptr;
}

}  // namespace detail

FACEPTOR_INLINE bool SafetensorsFile::contains(std::string_view name) const { return detail::find_view(tensors(), name) != nullptr; }

FACEPTOR_INLINE const TensorView& SafetensorsFile::at(std::string_view name) const {
  if (const auto* view = detail::find_view(tensors(), name)) return *view;
  std::vector<std::string> names;
  for (const auto& view : tensors()) names.emplace_back(view.name);
  const auto near = text::closest(name, names);
  auto error = Error(ErrorCode::argument, "weights: there is no tensor " + text::in_quotes(name)).where(path().string());
  throw near.empty() ? error : error.hint("did you mean " + text::in_quotes(near) + "?");
}

}  // namespace faceptor::files

#include <faceptor/files/impl/safetensors_writer_inl.hpp>
