#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/impl/inflate.hpp>
#include <faceptor/datasets/impl/map_file.hpp>
#include <faceptor/datasets/impl/mat5_elements.hpp>
#include <faceptor/datasets/mat5.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/tensor_view.hpp>

namespace faceptor::datasets {
namespace detail {

/// What all variables of a file share while it is read.
class Mat5Reader {
 public:
  Mat5Reader(const std::string& name, const MatReadOptions& options) : name_(name), options_(options) {}

  std::vector<MatArray> read(std::span<const std::byte> bytes) {
    files::ByteCursor cursor(bytes, name_, kMatSubject);
    take_header(cursor);
    std::vector<MatArray> out;
    while (cursor.remaining() > 0) {
      const auto begin = cursor.position();
      const auto element = take_mat_element(cursor, "variable");
      std::vector<std::byte> inflated;
      auto body = element;
      auto place = name_;
      auto offset = begin + 8;
      if (element.type == kMatCompressed) {
        place += fmt::format(", variable compressed at byte {}", begin);
        offset = 8;
        inflated = inflate(element.bytes, place, cursor.order());
        body = {kMatMatrix, inflated};
      }
      if (body.type != kMatMatrix) {
        throw cursor.error(ErrorCode::format, "data: there is no variable where one should be", "variable")
            .expected("an element of type 14 or 15")
            .found(std::to_string(element.type));
      }
      files::ByteCursor variable(body.bytes, place, kMatSubject, offset, cursor.order());
      if (auto array = take_array(variable, 0)) out.push_back(std::move(*array));
    }
    return out;
  }

 private:
  void take_header(files::ByteCursor& cursor) const {
    const auto fail = [&](ErrorCode code, std::string what) { return cursor.error(code, std::move(what), "header"); };
    const auto header = cursor.skip(std::min(cursor.remaining(), kMatHeader), "header");
    const auto text = files::text_of(header);
    if (text.starts_with("\x89HDF") || text.starts_with("MATLAB 7.3")) {
      throw fail(ErrorCode::unsupported, "data: this is a MATLAB file of version 7.3")
          .expected("version 5 to 7")
          .hint("in MATLAB: save(FILE, '-v7')");
    }
    if (header.size() < kMatHeader) throw fail(ErrorCode::format, "data: a MATLAB file is shorter than its header");
    const auto order = text.substr(126, 2);
    if (order != "IM" && order != "MI") {
      // Files of version 4 begin with a small number.
      if (text.substr(0, 4).find('\0') != std::string_view::npos) {
        throw fail(ErrorCode::unsupported, "data: this is no MATLAB file of version 5 to 7, but perhaps one of version 4");
      }
      throw fail(ErrorCode::format, "data: this is no MATLAB file of version 5 to 7")
          .expected("\"IM\" or \"MI\" at byte 126")
          .found(text::in_quotes(order));
    }
    cursor.set_order(order == "MI" ? std::endian::big : std::endian::little);
    const auto high = std::to_integer<unsigned>(header[order == "MI" ? 124 : 125]);
    if (high != 1)
      throw fail(ErrorCode::unsupported, "data: a MATLAB file has a version that is not read").expected("1").found(std::to_string(high));
  }

  /// A compressed variable, without its tag.
  std::vector<std::byte> inflate(std::span<const std::byte> compressed, const std::string& place, std::endian order) {
    const auto fail = [&](ErrorCode code, std::string what) { return Error(code, std::move(what)).where(place); };
    Inflater inflater(compressed);
    std::array<std::byte, 8> tag{};
    if (!inflater.read(tag)) throw fail(ErrorCode::format, "data: a compressed variable is damaged");
    files::ByteCursor cursor(tag, place, kMatSubject, 0, order);
    if (const auto type = cursor.take<std::uint32_t>("tag"); type != kMatMatrix) {
      throw fail(ErrorCode::format, "data: what is compressed is no variable")
          .expected("an element of type 14")
          .found(std::to_string(type));
    }
    const auto size = cursor.take<std::uint32_t>("tag");
    if (size > options_.max_bytes - std::min(options_.max_bytes, inflated_)) {
      throw fail(ErrorCode::limit, "data: compressed variables are larger than the cap")
          .expected(fmt::format("at most {} bytes in all", options_.max_bytes))
          .found(fmt::format("{} more", size));
    }
    if (size > (compressed.size() + 1) * kMostInflation) {
      throw fail(ErrorCode::format, "data: a compressed variable promises more than its bytes can hold").found(std::to_string(size));
    }
    inflated_ += size;
    std::vector<std::byte> out(size);
    if (!inflater.read(out) || !inflater.ended())
      throw fail(ErrorCode::format, "data: a compressed variable is damaged or has another size");
    return out;
  }

  bool wanted(std::string_view name, std::size_t depth) const {
    return depth > 0 || options_.names.empty() || std::ranges::find(options_.names, name) != options_.names.end();
  }

  /// An array, its tag taken; nothing for a variable that was not asked for.
  std::optional<MatArray> take_array(files::ByteCursor& cursor, std::size_t depth) {
    if (++arrays_ > options_.max_arrays || depth > kMatDeepest) {
      throw cursor.error(ErrorCode::limit, "data: there are too many arrays, or they are nested too deeply", "cells");
    }
    MatArray array;
    // MATLAB writes nothing at all for an empty array in a cell.
    if (cursor.remaining() == 0 && depth > 0) return array;
    const auto flags = mat_values<std::uint32_t>(take_mat_element(cursor, "flags"), cursor, "flags");
    if (flags.size() != 2) throw cursor.error(ErrorCode::format, "data: an array's flags are not two numbers", "flags");
    array.shape = mat_values<std::int64_t>(take_mat_element(cursor, "dimensions"), cursor, "dimensions");
    const auto count = count_of(array.shape, cursor);
    array.name = std::string(files::text_of(take_mat_element(cursor, "name").bytes));
    if (!wanted(array.name, depth)) return std::nullopt;
    const auto kind = flags[0] & 0xff;
    if ((flags[0] & kMatComplex) != 0) return refuse(array, "complex", cursor, depth);
    if (kind == kMatCellClass) {
      take_cells(array, count, cursor, depth);
    } else if (kind == kMatCharClass) {
      take_text(array, count, cursor);
    } else if (kind >= kMatDoubleClass && kind <= kMatUint64Class) {
      const auto element = take_mat_element(cursor, place(array, "values"));
      array.numbers = mat_values<double>(element, cursor, place(array, "values"));
      check_count(array.numbers.size(), count, array, cursor);
    } else {
      return refuse(array, fmt::format("of class {}", kind), cursor, depth);
    }
    return array;
  }

  static std::string place(const MatArray& array, std::string_view field) {
    return array.name.empty() ? std::string(field) : fmt::format("{} of {}", field, text::in_quotes(array.name));
  }

  /// Sparse matrices, structs, ...: an error if they were asked for.
  std::optional<MatArray> refuse(const MatArray& array, const std::string& what, const files::ByteCursor& cursor, std::size_t depth) const {
    if (depth == 0 && options_.names.empty()) return std::nullopt;
    throw cursor.error(ErrorCode::unsupported, "data: an array is of a kind that is not read", place(array, "class"))
        .expected("numbers, text or cells")
        .found(what);
  }

  static std::uint64_t count_of(const std::vector<std::int64_t>& shape, const files::ByteCursor& cursor) {
    if (shape.size() < 2 || shape.size() > kMatMostSides) {
      throw cursor.error(ErrorCode::format, "data: an array has too few or too many sides", "dimensions")
          .found(std::to_string(shape.size()));
    }
    std::uint64_t columns = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const auto side = shape[i];
      if (side < 0 || side > INT32_MAX) {
        throw cursor.error(ErrorCode::format, "data: a side of an array has no length", "dimensions").found(std::to_string(side));
      }
      // Sides are below 2^31, so this can't overflow before it is noticed. A side of 0 doesn't hide how many columns there are.
      columns *= i == 0 ? 1 : static_cast<std::uint64_t>(side);
      if (columns > UINT32_MAX || columns * static_cast<std::uint64_t>(shape[0]) > UINT32_MAX) {
        throw cursor.error(ErrorCode::format, "data: an array has more elements than a file can hold", "dimensions");
      }
    }
    return columns * static_cast<std::uint64_t>(shape[0]);
  }

  static void check_count(std::uint64_t found, std::uint64_t expected, const MatArray& array, const files::ByteCursor& cursor) {
    if (found == expected) return;
    throw cursor.error(ErrorCode::format, "data: an array has another number of elements than its sides say", place(array, "values"))
        .expected(std::to_string(expected))
        .found(std::to_string(found));
  }

  void take_text(MatArray& array, std::uint64_t count, files::ByteCursor& cursor) {
    array.kind = MatKind::text;
    const auto field = place(array, "text");
    const auto element = take_mat_element(cursor, field);
    if (element.type == kMatUtf8 && array.shape[0] <= 1) {
      array.text = std::string(files::text_of(element.bytes));
      return;
    }
    const auto letters = mat_values<std::uint32_t>(element, cursor, field);
    check_count(letters.size(), count, array, cursor);
    if (!mat_rows_to_text(letters, static_cast<std::size_t>(array.shape[0]), array.text)) {
      throw cursor.error(ErrorCode::format, "data: a text has letters that are none", field);
    }
  }

  void take_cells(MatArray& array, std::uint64_t count, files::ByteCursor& cursor, std::size_t depth) {
    array.kind = MatKind::cells;
    const auto field = place(array, "cells");
    // Each cell has at least a tag.
    if (count > cursor.remaining() / 8) {
      throw cursor.error(ErrorCode::format, "data: an array has fewer cells than its sides say", field).expected(std::to_string(count));
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto element = take_mat_element(cursor, field);
      if (element.type != kMatMatrix) {
        throw cursor.error(ErrorCode::format, "data: a cell holds no array", field)
            .found(fmt::format("an element of type {}", element.type));
      }
      const auto where = fmt::format("{}, cell {} of {}", name_, i, text::in_quotes(array.name));
      files::ByteCursor cell(element.bytes, where, kMatSubject, 0, cursor.order());
      array.cells.push_back(*take_array(cell, depth + 1));
    }
  }

  const std::string& name_;
  const MatReadOptions& options_;
  std::uint64_t inflated_ = 0;
  std::size_t arrays_ = 0;
};

}  // namespace detail

std::int64_t MatArray::columns() const noexcept {
  return std::accumulate(shape.begin() + 1, shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<MatArray> read_mat5(const std::filesystem::path& path, const MatReadOptions& options) {
  const auto file = detail::map_file(path, "data: the MATLAB file can't be read");
  const auto name = path.string();
  return detail::Mat5Reader(name, options).read(file->bytes());
}

const MatArray& mat_array(std::span<const MatArray> arrays, std::string_view name, const std::string& place) {
  const MatArray* found = nullptr;
  for (const auto& array : arrays) {
    if (array.name != name) continue;
    if (found != nullptr) {
      throw Error(ErrorCode::format, "data: a variable stands twice in a MATLAB file").where(fmt::format("{}, variable {}", place, name));
    }
    found = &array;
  }
  if (found == nullptr) {
    throw Error(ErrorCode::format, "data: a MATLAB file lacks a variable").where(fmt::format("{}, variable {}", place, name));
  }
  return *found;
}

}  // namespace faceptor::datasets
