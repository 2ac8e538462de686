#pragma once

#include <faceptor/datasets/impl/hdf5_objects.hpp>

namespace faceptor::datasets::detail {

struct Hdf5NamedAddress {
  std::string name;
  std::uint64_t address = 0;
};

/// The names of a group that is a symbol table: a B-tree of tables, and a heap of names.
class Hdf5SymbolTable {
 public:
  Hdf5SymbolTable(const Hdf5Bytes& file, std::uint64_t tree, std::uint64_t heap) : file_(file) {
    auto cursor = file.at(heap, 32, "heap of names");
    expect_signature(cursor, "HEAP", "heap of names");
    cursor.skip(4, "heap of names");
    const auto size = cursor.take<std::uint64_t>("heap size");
    cursor.skip(8, "heap of names");
    auto names = file.at(cursor.take<std::uint64_t>("heap address"), size, "heap of names");
    names_ = files::text_of(names.skip(size, "heap of names"));
    visit(tree, -1);
  }

  std::vector<Hdf5NamedAddress> links;

 private:
  /// @param level  what the node's level has to be; -1 for the root, whose own says
  void visit(std::uint64_t address, int level) {
    if (++nodes_ > kHdf5MostLinks) throw Error(ErrorCode::limit, "data: a group of an HDF5 file has too many nodes").where(file_.name);
    auto cursor = file_.at(address, "group node");
    expect_signature(cursor, "TREE", "group node");
    const auto kind = cursor.take<std::uint8_t>("group node type");
    const int own = cursor.take<std::uint8_t>("group node level");
    constexpr int kHighest = 8;
    if (kind != 0 || (level >= 0 ? own != level : own > kHighest)) {
      throw cursor.error(ErrorCode::format, "data: a node of a group of an HDF5 file is not what it should be", "group node");
    }
    const auto count = cursor.take<std::uint16_t>("group node entries");
    cursor.skip(16 + 8, "group node");
    for (unsigned i = 0; i < count; ++i) {
      const auto child = cursor.take<std::uint64_t>("group node child");
      cursor.skip(8, "group node key");
      if (own > 0) {
        visit(child, own - 1);
      } else {
        take_table(child);
      }
    }
  }

  void take_table(std::uint64_t address) {
    if (++nodes_ > kHdf5MostLinks) throw Error(ErrorCode::limit, "data: a group of an HDF5 file has too many nodes").where(file_.name);
    auto cursor = file_.at(address, "symbol table");
    expect_signature(cursor, "SNOD", "symbol table");
    cursor.skip(2, "symbol table");
    const auto count = cursor.take<std::uint16_t>("symbol table entries");
    for (unsigned i = 0; i < count; ++i) {
      const auto name = cursor.take<std::uint64_t>("symbol table name");
      const auto object = cursor.take<std::uint64_t>("symbol table address");
      cursor.skip(24, "symbol table");
      const auto end = name < names_.size() ? names_.find('\0', name) : std::string_view::npos;
      if (end == std::string_view::npos)
        throw cursor.error(ErrorCode::format, "data: a name of an HDF5 file lies outside its heap", "symbol table name");
      if (links.size() >= kHdf5MostLinks)
        throw cursor.error(ErrorCode::limit, "data: a group of an HDF5 file has too many names", "symbol table");
      // Names are short; a heap without zeros would otherwise be copied again and again.
      constexpr std::size_t kLongest = 1024;
      links.push_back({std::string(names_.substr(name, std::min(end - name, kLongest))), object});
    }
  }

  const Hdf5Bytes& file_;
  std::string_view names_;
  std::size_t nodes_ = 0;
};

/// A link that stands in the group's object itself; nothing for soft and external ones.
inline std::optional<Hdf5NamedAddress> compact_link(files::ByteCursor cursor) {
  if (cursor.take<std::uint8_t>("link") != 1)
    throw cursor.error(ErrorCode::unsupported, "data: a link of an HDF5 file has a version that is not read", "link");
  const auto flags = cursor.take<std::uint8_t>("link flags");
  const auto kind = (flags & 8) != 0 ? cursor.take<std::uint8_t>("link type") : std::uint8_t{0};
  if ((flags & 4) != 0) cursor.skip(8, "link order");
  if ((flags & 0x10) != 0) cursor.skip(1, "link letters");
  std::uint64_t length = 0;
  for (unsigned i = 0; i < 1U << (flags & 3); ++i) length |= std::uint64_t{cursor.take<std::uint8_t>("link name")} << 8 * i;
  Hdf5NamedAddress link;
  link.name = std::string(files::text_of(cursor.skip(length, "link name")));
  if (kind != 0) return std::nullopt;
  link.address = cursor.take<std::uint64_t>("link address");
  return link;
}

/// What a group holds, by name.
inline std::vector<Hdf5NamedAddress> group_links(const Hdf5Bytes& file, std::uint64_t address) {
  std::vector<Hdf5NamedAddress> links;
  bool is_group = false;
  for (const auto& message : object_messages(file, address)) {
    auto cursor = fields_of(file, message);
    if (message.type == kHdf5SymbolTable) {
      if (is_group) throw cursor.error(ErrorCode::format, "data: a group of an HDF5 file is described twice", "group");
      is_group = true;
      const auto tree = cursor.take<std::uint64_t>("group address"), heap = cursor.take<std::uint64_t>("group address");
      links = Hdf5SymbolTable(file, tree, heap).links;
    } else if (message.type == kHdf5Link) {
      is_group = true;
      if (auto link = compact_link(cursor)) links.push_back(std::move(*link));
    } else if (message.type == kHdf5LinkInfo) {
      is_group = true;
      cursor.skip(1, "link info");
      const auto flags = cursor.take<std::uint8_t>("link info");
      if ((flags & 1) != 0) cursor.skip(8, "link info");
      if (cursor.take<std::uint64_t>("link info") != kHdf5Nowhere) {
        throw cursor.error(ErrorCode::unsupported, "data: a group of an HDF5 file is stored in a way that is not read", "link info")
            .hint("h5repack --high=0 rewrites the file");
      }
    }
  }
  if (!is_group) throw file.at(address, "root group").error(ErrorCode::format, "data: the root of an HDF5 file is no group", "root group");
  return links;
}

}  // namespace faceptor::datasets::detail
