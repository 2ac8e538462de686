#pragma once

#include <faceptor/datasets/impl/hdf5_objects.hpp>
#include <faceptor/datasets/impl/inflate.hpp>

namespace faceptor::datasets::detail {

/// A dataset in chunks, put together. Every chunk has to be there, once.
class Hdf5Chunks {
 public:
  /// @pre count() * element_size <= max_bytes, and above 0
  Hdf5Chunks(const Hdf5Bytes& file, const Hdf5Dataset& dataset, std::uint64_t max_bytes)
      : file_(file), dataset_(dataset), chunk_(dataset.storage.chunk), rank_(dataset.shape.size()) {
    std::uint64_t chunks = 1;
    chunk_bytes_ = dataset.element_size;
    for (std::size_t i = 0; i < rank_; ++i) {
      chunks *= (dataset.shape[i] - 1) / chunk_[i] + 1;
      chunk_bytes_ *= chunk_[i];
      // Nothing overflows: there are no more chunks than elements, and their bytes are held against the cap at each step. Chunks may reach
      // beyond the dataset, and a few bytes of the file may be what each of them is unpacked from.
      if (chunk_bytes_ > max_bytes / chunks) {
        throw Error(ErrorCode::limit, "data: the chunks of an HDF5 dataset are larger than the cap")
            .where(file.name)
            .expected(fmt::format("at most {} bytes in all", max_bytes));
      }
    }
    seen_.resize(static_cast<std::size_t>(chunks));
  }

  std::vector<std::byte> read() {
    out_.resize(static_cast<std::size_t>(dataset_.count() * dataset_.element_size));
    visit(dataset_.storage.address, -1);
    if (found_ != seen_.size()) {
      throw Error(ErrorCode::format, "data: chunks of an HDF5 dataset are missing")
          .where(file_.name)
          .expected(std::to_string(seen_.size()))
          .found(std::to_string(found_));
    }
    return std::move(out_);
  }

 private:
  /// @param level  what the node's level has to be; -1 for the root, whose own says
  void visit(std::uint64_t address, int level) {
    auto cursor = file_.at(address, "chunk node");
    expect_signature(cursor, "TREE", "chunk node");
    const auto kind = cursor.take<std::uint8_t>("chunk node type");
    const int own = cursor.take<std::uint8_t>("chunk node level");
    const auto count = cursor.take<std::uint16_t>("chunk node entries");
    constexpr int kHighest = 8;
    // An empty node could be visited without end; all others lead to chunks, which may come once.
    if (kind != 1 || count == 0 || (level >= 0 ? own != level : own > kHighest)) {
      throw cursor.error(ErrorCode::format, "data: a node of an HDF5 dataset's chunks is not what it should be", "chunk node");
    }
    cursor.skip(16, "chunk node");
    for (unsigned i = 0; i < count; ++i) {
      const auto size = cursor.take<std::uint32_t>("chunk size"), mask = cursor.take<std::uint32_t>("chunk filters");
      std::vector<std::uint64_t> origin;
      for (std::size_t k = 0; k < rank_; ++k) origin.push_back(cursor.take<std::uint64_t>("chunk origin"));
      cursor.skip(8, "chunk origin");
      const auto child = cursor.take<std::uint64_t>("chunk address");
      if (own > 0) {
        visit(child, own - 1);
      } else {
        mark(origin, cursor);
        place(unfiltered(file_.at(child, size, "chunk").skip(size, "chunk"), mask, cursor), origin);
      }
    }
  }

  void mark(const std::vector<std::uint64_t>& origin, const files::ByteCursor& cursor) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < rank_; ++i) {
      if (origin[i] >= dataset_.shape[i] || origin[i] % chunk_[i] != 0) {
        throw cursor.error(ErrorCode::format, "data: a chunk lies outside its HDF5 dataset", "chunk origin")
            .found(std::to_string(origin[i]));
      }
      number = number * ((dataset_.shape[i] - 1) / chunk_[i] + 1) + origin[i] / chunk_[i];
    }
    if (seen_[number]) throw cursor.error(ErrorCode::format, "data: a chunk of an HDF5 dataset is there twice", "chunk origin");
    seen_[number] = true;
    ++found_;
  }

  /// A chunk's bytes. @param mask  filters that this chunk didn't go through
  std::span<const std::byte> unfiltered(std::span<const std::byte> bytes, std::uint32_t mask, const files::ByteCursor& cursor) {
    const auto& filters = dataset_.storage.filters;
    for (std::size_t i = filters.size(); i-- > 0;) {
      if (i < 32 && (mask >> i & 1) != 0) continue;
      if (filters[i] == 1) {
        bytes = inflate(bytes, cursor);
      } else {
        bytes = unshuffle(bytes);
      }
    }
    if (bytes.size() == chunk_bytes_) return bytes;
    throw cursor.error(ErrorCode::format, "data: a chunk of an HDF5 dataset has another size than it should", "chunk size")
        .expected(std::to_string(chunk_bytes_))
        .found(std::to_string(bytes.size()));
  }

  std::span<const std::byte> inflate(std::span<const std::byte> bytes, const files::ByteCursor& cursor) {
    if (chunk_bytes_ > (bytes.size() + 1) * kMostInflation) {
      throw cursor.error(ErrorCode::format, "data: a chunk of an HDF5 dataset promises more than its bytes can hold", "chunk");
    }
    std::vector<std::byte> out(static_cast<std::size_t>(chunk_bytes_));
    Inflater inflater(bytes);
    if (!inflater.read(out) || !inflater.ended()) {
      throw cursor.error(ErrorCode::format, "data: a chunk of an HDF5 dataset is damaged", "chunk");
    }
    work_ = std::move(out);
    return work_;
  }

  /// Shuffled: first all elements' first bytes, then all second ones, ...
  std::span<const std::byte> unshuffle(std::span<const std::byte> bytes) {
    const auto size = dataset_.element_size, count = bytes.size() / size;
    std::vector<std::byte> out(bytes.begin(), bytes.end());
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t k = 0; k < size; ++k) out[i * size + k] = bytes[k * count + i];
    }
    work_ = std::move(out);
    return work_;
  }

  /// Copies the rows of a chunk that lie inside the dataset.
  void place(std::span<const std::byte> bytes, const std::vector<std::uint64_t>& origin) {
    if (rank_ == 0) {
      std::ranges::copy(bytes, out_.begin());
      return;
    }
    const auto& shape = dataset_.shape;
    const auto row = std::min(chunk_[rank_ - 1], shape[rank_ - 1] - origin[rank_ - 1]) * dataset_.element_size;
    std::vector<std::uint64_t> at(rank_);
    for (;;) {
      std::uint64_t from = 0, to = 0;
      for (std::size_t i = 0; i < rank_; ++i) {
        from = from * chunk_[i] + at[i];
        to = to * shape[i] + origin[i] + at[i];
      }
      std::memcpy(out_.data() + to * dataset_.element_size, bytes.data() + from * dataset_.element_size, row);
      std::size_t side = rank_ - 1;
      while (side-- > 0) {
        if (++at[side] < std::min(chunk_[side], shape[side] - origin[side])) break;
        at[side] = 0;
      }
      if (side == static_cast<std::size_t>(-1)) return;
    }
  }

  const Hdf5Bytes& file_;
  const Hdf5Dataset& dataset_;
  const std::vector<std::uint64_t>& chunk_;
  std::size_t rank_;
  std::uint64_t chunk_bytes_ = 0;
  std::vector<bool> seen_;
  std::size_t found_ = 0;
  std::vector<std::byte> out_, work_;
};

}  // namespace faceptor::datasets::detail
