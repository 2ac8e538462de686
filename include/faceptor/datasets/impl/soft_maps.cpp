#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/impl/map_file.hpp>
#include <faceptor/datasets/soft_maps.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/image/codecs.hpp>

namespace faceptor::datasets {
namespace {

inline constexpr std::string_view kNpyMagic = "\x93NUMPY";

/// The dictionary in an .npy file's header, piece by piece, as Python writes it: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}.
class NpyDictionary {
 public:
  /// @param cursor  behind the dictionary, for errors
  NpyDictionary(std::string_view text, const files::ByteCursor& cursor) : text_(text), cursor_(cursor) {}

  bool take(char sign) {
    skip_blanks();
    if (text_.empty() || text_.front() != sign) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char sign) {
    if (!take(sign)) throw error(fmt::format("\"{}\"", sign));
  }
  std::string_view quoted() {
    skip_blanks();
    const char quote = text_.empty() ? ' ' : text_.front();
    const auto end = quote == '\'' || quote == '"' ? text_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) throw error("a text in quotes");
    const auto inside = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return inside;
  }
  bool truth() {
    skip_blanks();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return word == "True";
    }
    throw error("True or False");
  }
  std::vector<std::int64_t> sides() {
    constexpr std::size_t kMost = 4;
    std::vector<std::int64_t> sides;
    expect('(');
    while (!take(')')) {
      skip_blanks();
      const auto digits = std::min(text_.find_first_not_of("0123456789"), text_.size());
      const auto side = parse_integer(text_.substr(0, digits));
      if (!side || *side < 1 || sides.size() == kMost) throw error(fmt::format("at most {} whole numbers from 1", kMost));
      text_.remove_prefix(digits);
      sides.push_back(*side);
      if (take(',')) continue;
      expect(')');
      break;
    }
    return sides;
  }
  /// Nothing else may follow.
  void expect_end() {
    skip_blanks();
    if (!text_.empty()) throw error("the end of the header");
  }

  Error error(const std::string& expected) const {
    return cursor_.error(ErrorCode::format, "data: the header of an .npy file can't be read", "header")
        .expected(expected)
        .found(text_.empty() ? "its end" : detail::quoted_start(text_));
  }

 private:
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t\n"), text_.size())); }

  std::string_view text_;
  const files::ByteCursor& cursor_;
};

NpyHeader::Type npy_type(std::string_view written, const files::ByteCursor& cursor) {
  if (written == "<f4") return NpyHeader::Type::float32;
  if (written == "<f8") return NpyHeader::Type::float64;
  if (written == "|u1" || written == "<u1") return NpyHeader::Type::uint8;
  throw cursor.error(ErrorCode::unsupported, "data: an .npy file has numbers of a type that is not read", "descr")
      .expected("<f4, <f8 or |u1")
      .found(detail::quoted_start(written))
      .hint("array.astype(\"<f4\")");
}

std::size_t npy_bytes_each(NpyHeader::Type type) { return type == NpyHeader::Type::uint8 ? 1 : type == NpyHeader::Type::float32 ? 4 : 8; }

std::int64_t npy_count(const NpyHeader& header, const files::ByteCursor& cursor) {
  constexpr std::int64_t kMost = std::int64_t{1} << 28;
  std::int64_t count = 1;
  for (const auto side : header.shape) {
    if (side > kMost / count) {
      throw cursor.error(ErrorCode::limit, "data: an .npy file says that it holds more than is read", "shape")
          .expected(fmt::format("at most {} numbers", kMost));
    }
    count *= side;
  }
  return count;
}

/// The numbers of one type. @param source  as many bytes as they need
template <class T>
void npy_values(std::span<const std::byte> source, std::vector<float>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, source.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<float>(value);
  }
}

}  // namespace

bool is_npy(std::span<const std::byte> bytes) noexcept { return files::text_of(bytes).starts_with(kNpyMagic); }

NpyHeader npy_header(std::span<const std::byte> bytes, const std::string& name) {
  constexpr std::size_t kLongest = std::size_t{1} << 16;
  files::ByteCursor cursor(bytes, name, "data: the .npy file");
  if (!is_npy(bytes)) throw cursor.error(ErrorCode::format, "data: this is no .npy file", "magic").expected("\\x93NUMPY");
  cursor.skip(kNpyMagic.size(), "magic");
  const auto major = cursor.take<std::uint8_t>("version");
  cursor.skip(1, "version");
  if (major < 1 || major > 3) {
    throw cursor.error(ErrorCode::unsupported, "data: an .npy file of a version that is not read", "version")
        .expected("1 to 3")
        .found(std::to_string(major));
  }
  const std::size_t length = major == 1 ? cursor.take<std::uint16_t>("header length") : cursor.take<std::uint32_t>("header length");
  if (length > kLongest) {
    throw cursor.error(ErrorCode::limit, "data: the header of an .npy file is too long", "header length")
        .expected(fmt::format("at most {} bytes", kLongest))
        .found(std::to_string(length));
  }
  const auto text = files::text_of(cursor.skip(length, "header"));
  NpyHeader header;
  header.offset = cursor.position();

  NpyDictionary dictionary(text, cursor);
  bool has_type = false, has_order = false, has_shape = false;
  dictionary.expect('{');
  while (!dictionary.take('}')) {
    const auto key = dictionary.quoted();
    bool& has = key == "descr" ? has_type : key == "fortran_order" ? has_order : has_shape;
    if (has || (&has == &has_shape && key != "shape")) throw dictionary.error("descr, fortran_order and shape, each once");
    has = true;
    dictionary.expect(':');
    if (&has == &has_type) header.type = npy_type(dictionary.quoted(), cursor);
    if (&has == &has_shape) header.shape = dictionary.sides();
    if (&has == &has_order && dictionary.truth()) {
      throw cursor.error(ErrorCode::unsupported, "data: an .npy file in Fortran's order is not read", "fortran_order")
          .hint("numpy.ascontiguousarray(array)");
    }
    if (dictionary.take(',')) continue;
    dictionary.expect('}');
    break;
  }
  dictionary.expect_end();
  if (!has_type || !has_order || !has_shape) throw dictionary.error("descr, fortran_order and shape");

  const auto expected = static_cast<std::uint64_t>(npy_count(header, cursor)) * npy_bytes_each(header.type);
  if (cursor.remaining() != expected) {
    throw cursor.error(ErrorCode::format, "data: an .npy file is not as long as its header says", "numbers")
        .expected(fmt::format("{} bytes", expected))
        .found(std::to_string(cursor.remaining()))
        .hint("is the file whole?");
  }
  return header;
}

NpyArray decode_npy(std::span<const std::byte> bytes, const std::string& name) {
  NpyArray array{npy_header(bytes, name), {}};
  const auto numbers = bytes.subspan(array.header.offset);
  array.values.resize(numbers.size() / npy_bytes_each(array.header.type));
  switch (array.header.type) {
    case NpyHeader::Type::uint8: npy_values<std::uint8_t>(numbers, array.values); break;
    case NpyHeader::Type::float32: npy_values<float>(numbers, array.values); break;
    case NpyHeader::Type::float64: npy_values<double>(numbers, array.values); break;
  }
  const auto wrong = std::ranges::find_if(array.values, [](float value) { return !std::isfinite(value); });
  if (wrong != array.values.end()) {
    throw Error(ErrorCode::format, "data: an .npy file holds a number that is not finite, in 32 bits")
        .where(fmt::format("{}, number {}", name, wrong - array.values.begin()))
        .found(fmt::format("{}", *wrong));
  }
  return array;
}

NpyArray read_npy(const std::filesystem::path& path) {
  return decode_npy(detail::map_file(path, "data: an .npy file can't be read")->bytes(), path.string());
}

namespace detail {

/// Sides as maps x height x width. @throws Error(format) for others
std::array<std::int64_t, 3> map_sides(const NpyHeader& header, const std::string& name) {
  constexpr std::int64_t kLongest = 65536;
  auto shape = header.shape;
  if (shape.size() == 2) shape.insert(shape.begin(), 1);
  if (shape.size() == 3 && std::ranges::max(shape) <= kLongest) return {shape[0], shape[1], shape[2]};
  throw Error(ErrorCode::format, "data: an .npy file doesn't hold maps")
      .where(name)
      .expected(fmt::format("height x width, or maps x height x width, of at most {} each", kLongest))
      .found(fmt::format("[{}]", fmt::join(header.shape, ", ")));
}

SoftMapLabels grey_map(std::span<const std::byte> bytes, const std::string& name) {
  const auto info = probe_image(bytes, {.apply_orientation = false}, name);
  if (info.format != ImageFormat::png) {
    throw Error(ErrorCode::unsupported, "data: a soft map is neither a PNG nor an .npy file")
        .where(name)
        .found(fmt::format("a {}", to_string(info.format)));
  }
  const faceptor::detail::StoredSize size{static_cast<std::uint32_t>(info.width), static_cast<std::uint32_t>(info.height)};
  const auto grey = faceptor::detail::decode_png_grey(bytes, size, name);
  SoftMapLabels map{info.width, info.height, std::vector<float>(grey.size())};
  std::ranges::transform(grey, map.values.begin(), [](std::uint16_t value) { return static_cast<float>(value) / 65535; });
  return map;
}

void name_soft_maps(DatasetInfo& info, std::vector<std::string> names, const std::filesystem::path& first) {
  const auto count = names.size() == 1 ? count_soft_maps(first) : 1;
  if (count > 1) {
    const auto stem = names.front();
    names.clear();
    for (std::int64_t i = 0; i < count; ++i) names.push_back(fmt::format("{}{}", stem, i));
  }
  info.kind = LabelKind::soft_maps;
  info.classes = static_cast<std::int64_t>(names.size());
  info.label_names = std::move(names);
}

}  // namespace detail

SoftMapLabels read_soft_maps(const std::filesystem::path& path) {
  const auto name = path.string();
  const auto file = detail::map_file(path, "data: a soft map can't be read");
  if (!is_npy(file->bytes())) return detail::grey_map(file->bytes(), name);
  const auto sides = detail::map_sides(npy_header(file->bytes(), name), name);
  auto array = decode_npy(file->bytes(), name);
  if (array.header.type == NpyHeader::Type::uint8) {
    for (auto& value : array.values) value /= 255;
  }
  return {static_cast<int>(sides[2]), static_cast<int>(sides[1]), std::move(array.values)};
}

std::int64_t count_soft_maps(const std::filesystem::path& path) {
  const auto file = detail::map_file(path, "data: a soft map can't be read");
  return is_npy(file->bytes()) ? detail::map_sides(npy_header(file->bytes(), path.string()), path.string())[0] : 1;
}

SoftMapPictures::SoftMapPictures(DatasetInfo info, std::vector<AnnotatedPicture> pictures, std::vector<std::vector<std::string>> files,
                                 const ReadOptions& reading)
    : AnnotatedPictures(std::move(info), std::move(pictures), reading), files_(std::move(files)) {
  if (files_.size() != size()) {
    throw Error(ErrorCode::argument, "data: a list of soft maps is not as long as that of their pictures")
        .expected(std::to_string(size()))
        .found(std::to_string(files_.size()));
  }
}

void SoftMapPictures::complete(Sample& sample, std::size_t index) const {
  SoftMapLabels all{sample.image.width(), sample.image.height(), {}};
  const auto each = files_[index].size() == 1 ? info().classes : 1;
  for (const auto& file : files_[index]) {
    const auto path = (info().root / file).lexically_normal();
    auto maps = read_soft_maps(path);
    if (maps.width != all.width || maps.height != all.height || maps.maps() != each) {
      throw Error(ErrorCode::format, "data: soft maps of another size than their picture, or of another number than in the set")
          .where(path.string())
          .expected(fmt::format("{} of {}x{}", each, all.width, all.height))
          .found(fmt::format("{} of {}x{}", maps.maps(), maps.width, maps.height));
    }
    all.values.insert(all.values.end(), maps.values.begin(), maps.values.end());
  }
  sample.label = std::move(all);
}

}  // namespace faceptor::datasets
