#include <cctype>
#include <optional>
#include <set>

#include <fmt/format.h>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/impl/inflate.hpp>
#include <faceptor/datasets/impl/mat5_elements.hpp>
#include <faceptor/datasets/mat5.hpp>
#include <faceptor/files/atomic_file.hpp>

namespace faceptor::datasets {
namespace {

/// UTF-8 as UTF-16, or nothing if it is none.
std::optional<std::vector<std::uint16_t>> utf16_of(std::string_view text) {
  std::vector<std::uint16_t> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (length == 0 || text.size() - i < length) return std::nullopt;
    std::uint32_t code = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t k = 1; k < length; ++k) code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    // Whatever is not written back as it was read is not UTF-8.
    std::string back;
    if (!detail::put_utf8(back, code) || back != text.substr(i, length)) return std::nullopt;
    if (code >= 0x10000) {
      out.push_back(static_cast<std::uint16_t>(0xd800 + ((code - 0x10000) >> 10)));
      out.push_back(static_cast<std::uint16_t>(0xdc00 + ((code - 0x10000) & 0x3ff)));
    } else {
      out.push_back(static_cast<std::uint16_t>(code));
    }
    i += length;
  }
  return out;
}

void put_mat_element(std::string& out, detail::MatType type, std::string_view bytes) {
  if (bytes.size() > UINT32_MAX) throw Error(ErrorCode::argument, "data: a MATLAB file's variable is larger than 4 GiB");
  files::put_numbers(out, static_cast<std::uint32_t>(type), static_cast<std::uint32_t>(bytes.size()));
  out += bytes;
  out.append((8 - bytes.size() % 8) % 8, '\0');
}

std::string mat_matrix(const MatArray& array) {
  const auto fail = [&](std::string what) {
    return Error(ErrorCode::argument, "data: " + what).where("variable " + text::in_quotes(array.name));
  };
  std::uint64_t count = array.shape.size() < 2 ? UINT64_MAX : 1;
  for (const auto side : array.shape) count = side < 0 || count > UINT32_MAX ? UINT64_MAX : count * static_cast<std::uint64_t>(side);
  std::string body;
  std::string_view values;
  std::vector<std::uint16_t> letters;
  std::string cells;
  std::uint64_t found = 0;
  std::uint32_t kind = detail::kMatDoubleClass;
  auto type = detail::kMatDouble;
  switch (array.kind) {
    case MatKind::numbers:
      found = array.numbers.size();
      values = files::text_of(std::as_bytes(std::span(array.numbers)));
      break;
    case MatKind::text: {
      auto utf16 = utf16_of(array.text);
      if (!utf16) throw fail("a text is not UTF-8");
      letters = std::move(*utf16);
      found = letters.size();
      values = files::text_of(std::as_bytes(std::span(letters)));
      kind = detail::kMatCharClass;
      // As MATLAB does; other readers take the plain type for one of single bytes.
      type = letters.size() == array.text.size() ? detail::kMatUint16 : detail::kMatUtf16;
      break;
    }
    case MatKind::cells:
      found = array.cells.size();
      for (const auto& cell : array.cells) put_mat_element(cells, detail::kMatMatrix, mat_matrix(cell));
      kind = detail::kMatCellClass;
      break;
  }
  // A text's sides count letters of UTF-16, which nobody but this function needs to know.
  const bool row = array.kind == MatKind::text && array.shape.size() == 2 && array.shape[0] <= 1;
  if (!row && found != count) throw fail(fmt::format("an array of {} elements has other sides", found));
  const std::uint32_t flags[] = {kind, 0};
  put_mat_element(body, detail::kMatUint32, files::text_of(std::as_bytes(std::span(flags))));
  std::vector<std::int32_t> shape;
  for (const auto side : array.shape) shape.push_back(static_cast<std::int32_t>(side));
  if (row) shape = {found == 0 ? 0 : 1, static_cast<std::int32_t>(found)};
  put_mat_element(body, detail::kMatInt32, files::text_of(std::as_bytes(std::span(shape))));
  put_mat_element(body, detail::kMatInt8, array.name);
  if (array.kind == MatKind::cells) return body + cells;
  put_mat_element(body, type, values);
  return body;
}

void check_variable_name(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const bool fits = !name.empty() && name.size() < 64 && letter(name[0]) &&
                    std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
  if (!fits) {
    throw Error(ErrorCode::argument, "data: this is no name of a MATLAB variable")
        .expected("a letter, then letters, digits and _, 63 at most")
        .found(text::in_quotes(name));
  }
}

}  // namespace

MatArray mat_numbers(std::string name, std::int64_t rows, std::int64_t columns, std::vector<double> by_column) {
  return {.name = std::move(name), .shape = {rows, columns}, .numbers = std::move(by_column)};
}

MatArray mat_text(std::string text) {
  const auto length = static_cast<std::int64_t>(text.size());
  return {.kind = MatKind::text, .shape = {length == 0 ? 0 : 1, length}, .text = std::move(text)};
}

MatArray mat_cells(std::string name, std::vector<MatArray> column) {
  const auto count = static_cast<std::int64_t>(column.size());
  return {.name = std::move(name), .kind = MatKind::cells, .shape = {count, 1}, .cells = std::move(column)};
}

void write_mat5(const std::filesystem::path& path, std::span<const MatArray> arrays, bool compressed) {
  files::AtomicFile file(path);
  std::string header = "MATLAB 5.0 MAT-file, written by faceptor";
  header.resize(124, ' ');
  files::put_numbers(header, std::uint16_t{0x0100});
  header += "IM";
  file.write(header);
  std::set<std::string> names;
  for (const auto& array : arrays) {
    check_variable_name(array.name);
    if (!names.insert(array.name).second) throw Error(ErrorCode::argument, "data: a MATLAB variable is written twice").found(array.name);
    std::string variable;
    put_mat_element(variable, detail::kMatMatrix, mat_matrix(array));
    if (!compressed) {
      file.write(variable);
      continue;
    }
    const auto small = detail::deflated(std::as_bytes(std::span(variable)), 6);
    std::string tag;
    files::put_numbers(tag, static_cast<std::uint32_t>(detail::kMatCompressed), static_cast<std::uint32_t>(small.size()));
    file.write(tag);
    file.write(small);
  }
  file.commit();
}

}  // namespace faceptor::datasets
