#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <faceptor/datasets/impl/byte_cursor.hpp>
#include <faceptor/datasets/impl/hdf5_objects.hpp>
#include <faceptor/datasets/impl/inflate.hpp>
#include <faceptor/files/atomic_file.hpp>

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
  put_number(out, static_cast<std::uint16_t>(type));
  put_number(out, static_cast<std::uint16_t>(body.size()));
  return out + std::string(4, '\0') + body;
}

inline std::string hdf5_object(std::initializer_list<std::string> messages) {
  std::string body;
  for (const auto& message : messages) body += message;
  std::string out("\1\0", 2);
  put_number(out, static_cast<std::uint16_t>(messages.size()));
  put_number(out, std::uint32_t{1});
  put_number(out, static_cast<std::uint32_t>(body.size()));
  return out + std::string(4, '\0') + body;
}

inline std::string hdf5_dataspace(std::span<const std::uint64_t> shape) {
  std::string out("\1", 1);
  put_number(out, static_cast<std::uint8_t>(shape.size()));
  out.append(6, '\0');
  for (const auto side : shape) put_number(out, side);
  return out;
}

/// Datatypes: bytes, doubles, references to objects, texts of a length.
inline std::string hdf5_bytes_type() { return std::string("\x10\0\0\0\1\0\0\0\0\0\x08\0", 12); }
inline std::string hdf5_double_type() { return std::string("\x11\x20\x3f\0\x08\0\0\0\0\0\x40\0\x34\x0b\0\x34\xff\x03\0\0", 20); }
inline std::string hdf5_reference_type() { return std::string("\x17\0\0\0\x08\0\0\0", 8); }
inline std::string hdf5_text_type(std::size_t length) {
  std::string out("\x13\0\0\0", 4);
  put_number(out, static_cast<std::uint32_t>(length));
  return out;
}

/// MATLAB's name for a variable's class, as an attribute of its dataset.
inline std::string hdf5_matlab_class(std::string_view name) {
  constexpr auto kAttribute = static_cast<Hdf5MessageType>(0x0c);
  const std::string title("MATLAB_class\0", 13);
  const auto type = hdf5_text_type(name.size()), space = hdf5_dataspace({});
  std::string out("\1\0", 2);
  put_number(out, static_cast<std::uint16_t>(title.size()));
  put_number(out, static_cast<std::uint16_t>(type.size()));
  put_number(out, static_cast<std::uint16_t>(space.size()));
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
  put_number(layout, bytes.empty() ? kHdf5Nowhere : put_hdf5(file, text_of(bytes)));
  put_number(layout, std::uint64_t{bytes.size()});
  return put_hdf5(file, hdf5_object({hdf5_message(kHdf5Dataspace, hdf5_dataspace(shape)), hdf5_message(kHdf5Datatype, type),
                                     hdf5_message(kHdf5DataLayout, layout), hdf5_matlab_class(matlab_class)}));
}

/// A dataset of bytes in one chunk, compressed. Returns the address of its object.
inline std::uint64_t put_deflated(files::AtomicFile& file, std::span<const std::byte> bytes, std::span<const std::uint64_t> shape,
                                  std::string_view matlab_class) {
  constexpr int kLevel = 3;
  const auto small = deflated(bytes, kLevel);
  const auto chunk = put_hdf5(file, text_of(small));
  std::string tree("TREE\1\0\1\0", 8);
  put_number(tree, kHdf5Nowhere);
  put_number(tree, kHdf5Nowhere);
  put_number(tree, static_cast<std::uint32_t>(small.size()));
  tree.append(4 + 8 * (shape.size() + 1), '\0');
  put_number(tree, chunk);
  tree.append(8, '\0');
  // The key behind the last chunk is where the next one would begin.
  for (const auto side : shape) put_number(tree, side);
  put_number(tree, std::uint64_t{1});
  const auto key = 8 + 8 * (shape.size() + 1);
  tree.resize(24 + (2 * kHdf5ChunkNode + 1) * key + 2 * kHdf5ChunkNode * 8);
  std::string layout("\3\2", 2);
  put_number(layout, static_cast<std::uint8_t>(shape.size() + 1));
  put_number(layout, put_hdf5(file, tree));
  for (const auto side : shape) put_number(layout, static_cast<std::uint32_t>(side));
  put_number(layout, std::uint32_t{1});
  std::string filters(
      "\1\1\0\0\0\0\0\0"
      "\1\0\x08\0\1\0\1\0"
      "deflate\0",
      24);
  put_number(filters, std::uint32_t{kLevel});
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
  put_number(entries, static_cast<std::uint16_t>(names.size()));
  std::uint64_t last = 0;
  for (const auto& [name, address] : names) {
    last = heap.size();
    put_number(entries, last);
    put_number(entries, address);
    entries.append(24, '\0');
    heap += name + '\0';
    pad_to_eight(heap);
  }
  entries.resize(8 + 2 * std::size_t{table} * 40);
  Hdf5Group group;
  const auto segment = put_hdf5(file, heap);
  std::string head("HEAP\0\0\0\0", 8);
  put_number(head, std::uint64_t{heap.size()});
  put_number(head, std::uint64_t{1});  // no free space
  put_number(head, segment);
  group.heap = put_hdf5(file, head);
  std::string tree("TREE\0\0", 6);
  put_number(tree, static_cast<std::uint16_t>(names.empty() ? 0 : 1));
  put_number(tree, kHdf5Nowhere);
  put_number(tree, kHdf5Nowhere);
  put_number(tree, std::uint64_t{0});
  put_number(tree, put_hdf5(file, entries));
  put_number(tree, last);
  tree.resize(24 + (2 * kHdf5GroupNode + 1) * 8 + 2 * kHdf5GroupNode * 8);
  group.tree = put_hdf5(file, tree);
  std::string message;
  put_number(message, group.tree);
  put_number(message, group.heap);
  group.object = put_hdf5(file, hdf5_object({hdf5_message(kHdf5SymbolTable, message)}));
  return group;
}

/// What the file begins with: MATLAB's header and the superblock.
inline std::string hdf5_beginning(const Hdf5Group& root, std::uint64_t size, std::uint16_t table) {
  std::string out = "MATLAB 7.3 MAT-file, written by faceptor";
  out.resize(116, ' ');
  out.append(8, '\0');
  put_number(out, std::uint16_t{0x0200});
  out += "IM";
  out.resize(kHdf5UserBlock);
  out += std::string("\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0", 16);
  put_number(out, table);
  put_number(out, kHdf5GroupNode);
  put_number(out, std::uint32_t{0});
  put_number(out, kHdf5UserBlock);
  put_number(out, kHdf5Nowhere);
  put_number(out, size);
  put_number(out, kHdf5Nowhere);
  put_number(out, std::uint64_t{0});
  put_number(out, root.object);
  put_number(out, std::uint32_t{1});
  put_number(out, std::uint32_t{0});
  put_number(out, root.tree);
  put_number(out, root.heap);
  return out;
}

}  // namespace faceptor::datasets::detail
