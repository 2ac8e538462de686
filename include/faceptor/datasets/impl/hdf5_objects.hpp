#pragma once

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/hdf5.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/tensor_view.hpp>

namespace faceptor::datasets::detail {

inline constexpr std::string_view kHdf5Subject = "data: the HDF5 file";
inline constexpr std::uint64_t kHdf5Nowhere = ~std::uint64_t{0};
inline constexpr std::size_t kHdf5MostSides = 32;
inline constexpr std::size_t kHdf5MostMessages = 4096;
inline constexpr std::size_t kHdf5MostBlocks = 256;
inline constexpr std::size_t kHdf5MostLinks = std::size_t{1} << 16;

/// Types of an object's messages.
enum Hdf5MessageType : std::uint16_t {
  kHdf5Dataspace = 0x01,
  kHdf5LinkInfo = 0x02,
  kHdf5Datatype = 0x03,
  kHdf5Link = 0x06,
  kHdf5DataLayout = 0x08,
  kHdf5Filters = 0x0b,
  kHdf5Continuation = 0x10,
  kHdf5SymbolTable = 0x11,
};

/// A file's bytes from the superblock on, and what to call it.
struct Hdf5Bytes {
  std::span<const std::byte> bytes;
  std::uint64_t base = 0;
  const std::string& name;

  /// From an address to the end. @param what  lies there, for messages
  files::ByteCursor at(std::uint64_t address, std::string_view what) const {
    if (address >= bytes.size()) {
      throw Error(ErrorCode::format, fmt::format("data: an address of an HDF5 file leads nowhere: {}", what))
          .where(name)
          .expected(fmt::format("less than {}", bytes.size()))
          .found(address == kHdf5Nowhere ? "none" : std::to_string(address))
          .hint("is the file whole?");
    }
    return {bytes.subspan(address), name, kHdf5Subject, base + address};
  }
  files::ByteCursor at(std::uint64_t address, std::uint64_t size, std::string_view what) const {
    return at(address, what).part(size, what);
  }
};

inline void expect_signature(files::ByteCursor& cursor, std::string_view signature, std::string_view what) {
  const auto found = files::text_of(cursor.skip(signature.size(), what));
  if (found == signature) return;
  throw cursor.error(ErrorCode::format, fmt::format("data: an HDF5 file has no {} where it should be", what), what)
      .expected(std::string(signature))
      .found(text::in_quotes(found));
}

struct Hdf5Message {
  std::uint16_t type = 0;
  std::span<const std::byte> bytes;
  std::uint64_t address = 0;
};

/// Messages of one block of an object, into `out`; blocks that continue it, into `more`.
inline void take_messages(files::ByteCursor cursor, std::uint64_t address, bool second_version, bool with_order,
                          std::vector<Hdf5Message>& out, std::vector<std::pair<std::uint64_t, std::uint64_t>>& more) {
  const std::size_t head = second_version ? (with_order ? 6 : 4) : 8;
  while (cursor.remaining() >= head) {
    Hdf5Message message;
    message.type = second_version ? cursor.take<std::uint8_t>("message type") : cursor.take<std::uint16_t>("message type");
    const auto size = cursor.take<std::uint16_t>("message size");
    const auto flags = cursor.take<std::uint8_t>("message flags");
    cursor.skip(head - (second_version ? 4 : 5), "message");
    message.address = address + cursor.position();
    message.bytes = cursor.skip(size, "message");
    if (out.size() >= kHdf5MostMessages) throw cursor.error(ErrorCode::limit, "data: an object of an HDF5 file has too many messages", "");
    if (message.type == kHdf5Continuation) {
      files::ByteCursor place(message.bytes, "", kHdf5Subject);
      const auto to = place.take<std::uint64_t>("continuation");
      more.emplace_back(to, place.take<std::uint64_t>("continuation"));
    } else if (message.type != 0) {
      if ((flags & 2) != 0 && (message.type == kHdf5Datatype || message.type == kHdf5Dataspace)) {
        throw cursor.error(ErrorCode::unsupported, "data: an HDF5 file shares types between objects, which is not read", "message");
      }
      out.push_back(message);
    }
  }
}

/// All messages of the object at an address.
inline std::vector<Hdf5Message> object_messages(const Hdf5Bytes& file, std::uint64_t address) {
  auto cursor = file.at(address, "object");
  std::vector<Hdf5Message> messages;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> blocks;
  const bool second = files::text_of(cursor.skip(std::min<std::size_t>(cursor.remaining(), 4), "object")) == "OHDR";
  bool with_order = false;
  if (second) {
    if (cursor.take<std::uint8_t>("object version") != 2)
      throw cursor.error(ErrorCode::unsupported, "data: an object of an HDF5 file has a version that is not read", "object version");
    const auto flags = cursor.take<std::uint8_t>("object flags");
    with_order = (flags & 4) != 0;
    if ((flags & 0x20) != 0) cursor.skip(16, "object times");
    if ((flags & 0x10) != 0) cursor.skip(4, "object phases");
    const auto width = 1U << (flags & 3);
    std::uint64_t size = 0;
    for (unsigned i = 0; i < width; ++i) size |= std::uint64_t{cursor.take<std::uint8_t>("object size")} << 8 * i;
    const auto begin = address + cursor.position();
    take_messages(file.at(begin, size, "object"), begin, true, with_order, messages, blocks);
  } else {
    cursor = file.at(address, "object");
    if (cursor.take<std::uint8_t>("object version") != 1)
      throw cursor.error(ErrorCode::format, "data: no object of an HDF5 file begins here", "object version");
    cursor.skip(7, "object");
    const auto size = cursor.take<std::uint32_t>("object size");
    take_messages(file.at(address + 16, size, "object"), address + 16, false, false, messages, blocks);
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (i >= kHdf5MostBlocks)
      throw cursor.error(ErrorCode::limit, "data: an object of an HDF5 file has too many continuations", "continuation");
    auto [begin, size] = blocks[i];
    if (second) {
      auto head = file.at(begin, size, "continuation");
      expect_signature(head, "OCHK", "continuation");
      if (size < 8) throw head.error(ErrorCode::format, "data: a continuation of an HDF5 object is too short", "continuation");
      begin += 4;
      size -= 8;
    }
    take_messages(file.at(begin, size, "continuation"), begin, second, with_order, messages, blocks);
  }
  return messages;
}

/// A message's fields. Refers to the file's name, as all cursors do.
inline files::ByteCursor fields_of(const Hdf5Bytes& file, const Hdf5Message& message) {
  return {message.bytes, file.name, kHdf5Subject, file.base + message.address};
}

inline std::vector<std::uint64_t> dataspace_of(files::ByteCursor cursor) {
  const auto version = cursor.take<std::uint8_t>("dataspace");
  const auto rank = cursor.take<std::uint8_t>("dataspace rank");
  cursor.skip(1, "dataspace");
  const auto kind = cursor.take<std::uint8_t>("dataspace");
  if (version != 1 && version != 2) {
    throw cursor.error(ErrorCode::unsupported, "data: a dataspace of an HDF5 file has a version that is not read", "dataspace")
        .found(std::to_string(version));
  }
  if (version == 1) cursor.skip(4, "dataspace");
  if (version == 2 && kind == 2) return {0};
  if (rank > kHdf5MostSides)
    throw cursor.error(ErrorCode::format, "data: an HDF5 dataset has too many sides", "dataspace rank").found(std::to_string(rank));
  std::vector<std::uint64_t> shape;
  for (unsigned i = 0; i < rank; ++i) shape.push_back(cursor.take<std::uint64_t>("dataspace sides"));
  return shape;
}

inline void set_datatype(Hdf5Dataset& out, files::ByteCursor cursor) {
  const auto kind = cursor.take<std::uint8_t>("datatype");
  const auto bits = cursor.take<std::uint8_t>("datatype"), sign = cursor.take<std::uint8_t>("datatype");
  cursor.skip(1, "datatype");
  out.element_size = cursor.take<std::uint32_t>("datatype size");
  const auto size = out.element_size;
  out.order = (bits & 1) != 0 ? std::endian::big : std::endian::little;
  switch (kind & 0xf) {
    case 0: {
      const auto offset = cursor.take<std::uint16_t>("datatype"), precision = cursor.take<std::uint16_t>("datatype");
      const bool whole = (size == 1 || size == 2 || size == 4 || size == 8) && offset == 0 && precision == 8 * size;
      if (whole) out.kind = Hdf5Kind::integer;
      out.is_signed = (bits & 8) != 0;
      return;
    }
    case 1: {
      cursor.skip(2, "datatype");
      const auto precision = cursor.take<std::uint16_t>("datatype");
      const auto exponent_at = cursor.take<std::uint8_t>("datatype"), exponent = cursor.take<std::uint8_t>("datatype");
      const bool single = size == 4 && precision == 32 && exponent_at == 23 && exponent == 8 && sign == 31;
      const bool twice = size == 8 && precision == 64 && exponent_at == 52 && exponent == 11 && sign == 63;
      if (single || twice) out.kind = Hdf5Kind::real;
      return;
    }
    case 7:
      out.order = std::endian::little;
      if ((bits & 0xf) == 0 && size == 8) out.kind = Hdf5Kind::reference;
      return;
    default: return;
  }
}

inline void set_layout(Hdf5Dataset& out, files::ByteCursor cursor) {
  const auto version = cursor.take<std::uint8_t>("layout");
  const auto layout = cursor.take<std::uint8_t>("layout");
  auto& storage = out.storage;
  if ((version != 3 && version != 4) || layout > 2 || (version == 4 && layout == 2)) {
    throw cursor.error(ErrorCode::unsupported, "data: an HDF5 dataset is stored in a way that is not read", "layout")
        .found(fmt::format("version {}, class {}", version, layout))
        .hint("h5repack --high=0 -l CONTI rewrites the file");
  }
  storage.layout = static_cast<Hdf5Layout>(layout);
  switch (storage.layout) {
    case Hdf5Layout::compact: storage.inside = cursor.skip(cursor.take<std::uint16_t>("layout size"), "layout"); return;
    case Hdf5Layout::contiguous:
      storage.address = cursor.take<std::uint64_t>("layout address");
      storage.size = cursor.take<std::uint64_t>("layout size");
      return;
    case Hdf5Layout::chunked: {
      const auto sides = cursor.take<std::uint8_t>("layout rank");
      storage.address = cursor.take<std::uint64_t>("layout address");
      // The last side is an element's size.
      if (sides != out.shape.size() + 1)
        throw cursor.error(ErrorCode::format, "data: an HDF5 dataset's chunks have other sides than it", "layout rank")
            .found(std::to_string(sides));
      for (std::size_t i = 0; i + 1 < sides; ++i) storage.chunk.push_back(cursor.take<std::uint32_t>("chunk sides"));
      if (cursor.take<std::uint32_t>("chunk sides") != out.element_size || std::ranges::count(storage.chunk, 0U) != 0) {
        throw cursor.error(ErrorCode::format, "data: an HDF5 dataset's chunks have sides that they can't have", "chunk sides");
      }
      return;
    }
  }
}

inline void set_filters(Hdf5Dataset& out, files::ByteCursor cursor) {
  const auto version = cursor.take<std::uint8_t>("filters");
  const auto count = cursor.take<std::uint8_t>("filters");
  if (version != 1 && version != 2)
    throw cursor.error(ErrorCode::unsupported, "data: filters of an HDF5 file have a version that is not read", "filters");
  if (version == 1) cursor.skip(6, "filters");
  for (unsigned i = 0; i < count; ++i) {
    const auto id = cursor.take<std::uint16_t>("filter");
    const auto name = version == 1 || id >= 256 ? cursor.take<std::uint16_t>("filter name") : std::uint16_t{0};
    cursor.skip(2, "filter");
    const auto values = cursor.take<std::uint16_t>("filter values");
    cursor.skip(version == 1 ? (name + 7U) / 8 * 8 : name, "filter name");
    cursor.skip(4U * values + (version == 1 && values % 2 != 0 ? 4U : 0U), "filter values");
    if (id != 1 && id != 2) {
      throw cursor.error(ErrorCode::unsupported, "data: an HDF5 dataset went through a filter that is not read", "filter")
          .expected("1 (deflate) or 2 (shuffle)")
          .found(std::to_string(id))
          .hint("h5repack -f GZIP=3 rewrites the file");
    }
    out.storage.filters.push_back(id);
  }
}

}  // namespace faceptor::datasets::detail
