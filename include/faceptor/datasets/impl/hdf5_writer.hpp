#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <faceptor/datasets/impl/hdf5_objects.hpp>
#include <faceptor/datasets/impl/inflate.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/byte_cursor.hpp>

/// Pieces of an HDF5 file as MATLAB writes it: a user block of 512 bytes, a superblock of version 0, groups as symbol tables.
/// Addresses count from the superblock.
namespace faceptor::datasets::detail {

inline constexpr std::uint64_t kHdf5UserBlock = 512;
inline constexpr std::uint64_t kHdf5Superblock = 96;
/// Children of a group's node and of a chunks' node, halved, as the superblock says and leaves unsaid.
inline constexpr std::uint16_t kHdf5GroupNode = 16, kHdf5ChunkNode = 32;

inline void pad_to_eight(std::string& out) { out.append((8 - out.size() % 8) % 8, '\0'); }

/// A message of an object.
inline std::string hdf5_message(Hdf5MessageType type, std::string body) {
  pad_to_eight(body);
  std::string out;
  files::put_numbers(out, static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(body.size()));
  return out + std::string(4, '\0') + body;
}

inline std::string hdf5_object(std::initializer_list<std::string> messages) {
  std::string body;
  for (const auto& message : messages) body += message;
  std::string out("\1\0", 2);
  files::put_numbers(out, static_cast<std::uint16_t>(messages.size()), std::uint32_t{1}, static_cast<std::uint32_t>(body.size()));
  return out + std::string(4, '\0') + body;
}

inline std::string hdf5_dataspace(std::span<const std::uint64_t> shape) {
  std::string out("\1", 1);
  files::put_numbers(out, static_cast<std::uint8_t>(shape.size()));
  out.append(6, '\0');
  for (const auto side : shape) files::put_numbers(out, side);
  return out;
}

/// Datatypes: bytes, doubles, references to objects, texts of a length.
inline std::string hdf5_bytes_type() { return std::string("\x10\0\0\0\1\0\0\0\0\0\x08\0", 12); }
inline std::string hdf5_double_type() { return std::string("\x11\x20\x3f\0\x08\0\0\0\0\0\x40\0\x34\x0b\0\x34\xff\x03\0\0", 20); }
inline std::string hdf5_reference_type() { return std::string("\x17\0\0\0\x08\0\0\0", 8); }
inline std::string hdf5_text_type(std::size_t length) {
  std::string out("\x13\0\0\0", 4);
  files::put_numbers(out, static_cast<std::uint32_t>(length));
  return out;
}

/// MATLAB's name for a variable's class, as an attribute of its dataset.
inline std::string hdf5_matlab_class(std::string_view name) {
  constexpr auto kAttribute = static_cast<Hdf5MessageType>(0x0c);
  const std::string title("MATLAB_class\0", 13);
  const auto type = hdf5_text_type(name.size()), space = hdf5_dataspace({});
  std::string out("\1\0", 2);
  files::put_numbers(out, static_cast<std::uint16_t>(title.size()), static_cast<std::uint16_t>(type.size()),
                     static_cast<std::uint16_t>(space.size()));
  for (const auto& part : {title, type, space}) {
    out += part;
    pad_to_eight(out);
  }
  return hdf5_message(kAttribute, out.append(name));
}

/// Appends to the file at a multiple of 8, and says at which address.
inline std::uint64_t put_hdf5(files::AtomicFile& file, std::string_view bytes) {
  file.pad(8);
  const auto address = file.position() - kHdf5UserBlock;
  file.write(bytes);
  return address;
}

/// A dataset in one piece. Returns the address of its object.
inline std::uint64_t put_contiguous(files::AtomicFile& file, std::span<const std::byte> bytes, std::span<const std::uint64_t> shape,
                                    const std::string& type, std::string_view matlab_class) {
  std::string layout("\3\1", 2);
  files::put_numbers(layout, bytes.empty() ? kHdf5Nowhere : put_hdf5(file, files::text_of(bytes)), std::uint64_t{bytes.size()});
  return put_hdf5(file, hdf5_object({hdf5_message(kHdf5Dataspace, hdf5_dataspace(shape)), hdf5_message(kHdf5Datatype, type),
                                     hdf5_message(kHdf5DataLayout, layout), hdf5_matlab_class(matlab_class)}));
}

/// A dataset of bytes in one chunk, compressed. Returns the address of its object.
inline std::uint64_t put_deflated(files::AtomicFile& file, std::span<const std::byte> bytes, std::span<const std::uint64_t> shape,
                                  std::string_view matlab_class) {
  constexpr int kLevel = 3;
  const auto small = deflated(bytes, kLevel);
  const auto chunk = put_hdf5(file, files::text_of(small));
  std::string tree("TREE\1\0\1\0", 8);
  files::put_numbers(tree, kHdf5Nowhere, kHdf5Nowhere, static_cast<std::uint32_t>(small.size()));
  tree.append(4 + 8 * (shape.size() + 1), '\0');
  files::put_numbers(tree, chunk);
  tree.append(8, '\0');
  // The key behind the last chunk is where the next one would begin.
  for (const auto side : shape) files::put_numbers(tree, side);
  files::put_numbers(tree, std::uint64_t{1});
  const auto key = 8 + 8 * (shape.size() + 1);
  tree.resize(24 + (2 * kHdf5ChunkNode + 1) * key + 2 * kHdf5ChunkNode * 8);
  std::string layout("\3\2", 2);
  files::put_numbers(layout, static_cast<std::uint8_t>(shape.size() + 1), put_hdf5(file, tree));
  for (const auto side : shape) files::put_numbers(layout, static_cast<std::uint32_t>(side));
  files::put_numbers(layout, std::uint32_t{1});
  std::string filters(
      "\1\1\0\0\0\0\0\0"
      "\1\0\x08\0\1\0\1\0"
      "deflate\0",
      24);
  files::put_numbers(filters, std::uint32_t{kLevel});
  return put_hdf5(
      file, hdf5_object({hdf5_message(kHdf5Dataspace, hdf5_dataspace(shape)), hdf5_message(kHdf5Datatype, hdf5_bytes_type()),
                         hdf5_message(kHdf5DataLayout, layout), hdf5_message(kHdf5Filters, filters), hdf5_matlab_class(matlab_class)}));
}

/// Where a group's parts are: the superblock repeats it for the root.
struct Hdf5Group {
  std::uint64_t object = 0, tree = 0, heap = 0;
};

/// A group. All its names stand in one table, which the superblock says how large it may be.
/// @param names  in the order of their bytes  @param table  half of the most entries a table may have
inline Hdf5Group put_group(files::AtomicFile& file, std::span<const std::pair<std::string, std::uint64_t>> names, std::uint16_t table) {
  std::string heap(8, '\0'), entries("SNOD\1\0", 6);
  files::put_numbers(entries, static_cast<std::uint16_t>(names.size()));
  std::uint64_t last = 0;
  for (const auto& [name, address] : names) {
    last = heap.size();
    files::put_numbers(entries, last, address);
    entries.append(24, '\0');
    heap += name + '\0';
    pad_to_eight(heap);
  }
  entries.resize(8 + 2 * std::size_t{table} * 40);
  Hdf5Group group;
  const auto segment = put_hdf5(file, heap);
  std::string head("HEAP\0\0\0\0", 8);
  files::put_numbers(head, std::uint64_t{heap.size()});
  files::put_numbers(head, std::uint64_t{1});  // no free space
  files::put_numbers(head, segment);
  group.heap = put_hdf5(file, head);
  std::string tree("TREE\0\0", 6);
  files::put_numbers(tree, static_cast<std::uint16_t>(names.empty() ? 0 : 1), kHdf5Nowhere, kHdf5Nowhere, std::uint64_t{0},
                     put_hdf5(file, entries), last);
  tree.resize(24 + (2 * kHdf5GroupNode + 1) * 8 + 2 * kHdf5GroupNode * 8);
  group.tree = put_hdf5(file, tree);
  std::string message;
  files::put_numbers(message, group.tree, group.heap);
  group.object = put_hdf5(file, hdf5_object({hdf5_message(kHdf5SymbolTable, message)}));
  return group;
}

/// What the file begins with: MATLAB's header and the superblock.
inline std::string hdf5_beginning(const Hdf5Group& root, std::uint64_t size, std::uint16_t table) {
  std::string out = "MATLAB 7.3 MAT-file, written by faceptor";
  out.resize(116, ' ');
  out.append(8, '\0');
  files::put_numbers(out, std::uint16_t{0x0200});
  out += "IM";
  out.resize(kHdf5UserBlock);
  out += std::string("\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0", 16);
  files::put_numbers(out, table, kHdf5GroupNode, std::uint32_t{0}, kHdf5UserBlock, kHdf5Nowhere, size, kHdf5Nowhere, std::uint64_t{0},
                     root.object, std::uint32_t{1}, std::uint32_t{0}, root.tree, root.heap);
  return out;
}

}  // namespace faceptor::datasets::detail
