#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>

/// MATLAB's files of version 5 to 7 (MathWorks, "MAT-File Format"), as `save` writes them without -v7.3.
///
///     const auto arrays = datasets::read_mat5("AFLWinfo_release.mat", {.names = {"bbox", "nameList"}});
///     double left = datasets::mat_array(arrays, "bbox").number(0, 0);
///
/// Read are matrices of numbers of every type, text, and cells of these, of either byte order, compressed or not. Complex and sparse
/// matrices, structs and objects are passed over, and refused only where one of them was asked for.
namespace faceptor::datasets {

enum class MatKind { numbers, text, cells };

/// One array: numbers, a text, or cells that are arrays again.
struct MatArray {
  std::string name = {};  ///< of a variable; empty inside cells
  MatKind kind = MatKind::numbers;
  std::vector<std::int64_t> shape = {0, 0};  ///< rows, columns, and perhaps more
  std::vector<double> numbers = {};          ///< column by column; whole numbers beyond 2^53 are rounded
  std::string text = {};                     ///< UTF-8; several rows one after another
  std::vector<MatArray> cells = {};          ///< column by column

  std::int64_t rows() const noexcept { return shape[0]; }
  /// Columns; of arrays of more than two sides all behind the first, laid side by side.
  std::int64_t columns() const noexcept;
  /// An element of `numbers`. @pre it is one of the matrix
  double number(std::int64_t row, std::int64_t column) const { return numbers[static_cast<std::size_t>(column * rows() + row)]; }

  friend bool operator==(const MatArray&, const MatArray&) = default;
};

struct MatReadOptions {
  /// The variables to read; all if there are none. Others are passed over.
  std::vector<std::string> names = {};
  /// The most bytes that compressed variables may hold in all. Numbers of 8 bits become 8 times as many.
  std::uint64_t max_bytes = std::uint64_t{256} << 20;
  /// The most arrays, those in cells included: some 200 bytes each.
  std::size_t max_arrays = std::size_t{1} << 22;
};

/// Reads variables, in the order of the file.
/// @throws Error(io)           if the file is missing or can't be read
/// @throws Error(format)       if its bytes are no such file; names the byte (inside a compressed variable counted from its beginning),
///                             the variable and the field
/// @throws Error(unsupported)  for MATLAB's older and newer formats, and what is not read
/// @throws Error(limit)        for what is larger than the options say, or nested deeper than 16 cells
std::vector<MatArray> read_mat5(const std::filesystem::path& path, const MatReadOptions& options = {});

/// The array of a name. @param place  the file, for messages  @throws Error(format) if there is none or two
const MatArray& mat_array(std::span<const MatArray> arrays, std::string_view name, const std::string& place = "");

/// Matrices of numbers, texts and cells to write.
MatArray mat_numbers(std::string name, std::int64_t rows, std::int64_t columns, std::vector<double> by_column);
MatArray mat_text(std::string text);
MatArray mat_cells(std::string name, std::vector<MatArray> column);

/// Writes variables, little-endian: numbers as doubles, texts of one row as UTF-16.
/// @param compressed  as MATLAB does since version 7
/// @throws Error(argument)  for names that are no variables', shapes that don't fit, text that is not UTF-8, or 4 GiB in one variable
/// @throws Error(io)
void write_mat5(const std::filesystem::path& path, std::span<const MatArray> arrays, bool compressed = true);

}  // namespace faceptor::datasets
