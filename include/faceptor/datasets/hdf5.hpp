#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/files/mapped_file.hpp>

/// HDF5 files as MATLAB writes them (-v7.3), and others that are as plain: read without the HDF5 library, which was not made for
/// untrusted files, and is not thread-safe (docs/data.md has figures).
///
/// Read are ("HDF5 File Format Specification", version 3.0): superblocks 0 to 3, also behind a user block; groups of symbol tables or
/// compact links; numbers and object references of either byte order; contiguous, compact and chunked storage (B-trees of version 1),
/// with deflate and shuffle. What else the format knows is refused by name. Nothing is taken on trust: every address and size is held
/// against the file, and against a cap, before memory is taken.
namespace faceptor::datasets {

enum class Hdf5Kind { integer, real, reference, other };

namespace detail {

enum class Hdf5Layout { compact, contiguous, chunked };

/// Where the bytes of a dataset are.
struct Hdf5Storage {
  Hdf5Layout layout = Hdf5Layout::contiguous;
  std::uint64_t address = 0;          ///< of the bytes, or of the chunks' B-tree
  std::uint64_t size = 0;             ///< of contiguous bytes
  std::span<const std::byte> inside;  ///< compact ones
  std::vector<std::uint64_t> chunk;   ///< sides of a chunk
  std::vector<std::uint16_t> filters;
};

}  // namespace detail

/// A dataset: what its elements are, not yet they themselves.
struct Hdf5Dataset {
  std::string name;                  ///< for messages
  std::vector<std::uint64_t> shape;  ///< the last side varies fastest: MATLAB's sides in reverse
  Hdf5Kind kind = Hdf5Kind::other;
  std::size_t element_size = 0;  ///< bytes
  bool is_signed = false;
  std::endian order = std::endian::little;
  detail::Hdf5Storage storage;

  std::uint64_t count() const noexcept;
};

/// A mapped file. Any number of threads may read it.
class Hdf5File {
 public:
  /// @throws Error(io, format, unsupported)
  static Hdf5File open(const std::filesystem::path& path);

  /// What the root group holds, by name.
  std::vector<std::string> names() const;
  /// A dataset of the root group. @throws Error(format)  if there is none of this name, or it is no dataset; with names that are near
  Hdf5Dataset dataset(std::string_view name) const;
  /// The dataset that a reference leads to. @param name  what to call it in errors
  /// @throws Error(format)  if it leads nowhere, or to something else
  Hdf5Dataset at(std::uint64_t reference, std::string name) const;

  /// The elements' bytes, in the order of the shape, as they are stored.
  /// @throws Error(limit)   if they are more than `max_bytes`
  /// @throws Error(format)  if they are damaged; names file, dataset and byte
  std::vector<std::byte> read(const Hdf5Dataset& dataset, std::uint64_t max_bytes) const;
  /// Numbers of any type as doubles. @throws Error as `read` does; Error(format) for what is no numbers
  std::vector<double> numbers(const Hdf5Dataset& dataset, std::uint64_t max_bytes) const;
  /// References, for `at`. @throws likewise
  std::vector<std::uint64_t> references(const Hdf5Dataset& dataset, std::uint64_t max_bytes) const;

  const std::filesystem::path& path() const noexcept { return file_->path(); }

 private:
  struct Link {
    std::string name;
    std::uint64_t address;
  };
  Hdf5File() = default;

  std::shared_ptr<const files::MappedFile> file_;
  std::span<const std::byte> bytes_;  // from the superblock on: addresses count from there
  std::uint64_t base_ = 0;
  std::vector<Link> links_;
};

}  // namespace faceptor::datasets
