#pragma once

#include <faceptor/core/text.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/impl/tensor_view_inl.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

/// The JSON header of a safetensors file, read event by event: a document tree would forget that a key came twice.
namespace faceptor::files::detail {

inline constexpr std::uint64_t kLongestHeader = 100'000'000;  // the format's own limit
inline constexpr std::size_t kHighestRank = 64;

struct HeaderEntry {
  std::string name;
  DType dtype = DType::f32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;  // from the end of the header
};

struct Header {
  std::map<std::string, std::string> metadata;
  std::vector<HeaderEntry> entries;
  std::uint64_t data_begin = 0;
};

/// {name: {"dtype": text, "shape": [sizes], "data_offsets": [begin, end]}, "__metadata__": {text: text}}, and nothing else.
class HeaderReader {
 public:
  using Json = nlohmann::json;
  HeaderReader(Header& header, std::string path) : header_(header), path_(std::move(path)) {}

  bool start_object(std::size_t) {
    if (place_ == Place::before) return go(Place::root);
    if (place_ == Place::root_value) return go(in_metadata_ ? Place::metadata : Place::tensor);
    return fail("an object where none belongs");
  }

  bool end_object() {
    if (place_ == Place::tensor) {
      if (fields_.size() != 3) return fail("a tensor without dtype, shape or data_offsets");
      if (offsets_.size() != 2) return fail("data_offsets that are not two numbers");
      auto& entry = header_.entries.back();
      entry.begin = offsets_[0];
      entry.end = offsets_[1];
      return go(Place::root);
    }
    return go(place_ == Place::metadata ? Place::root : Place::after);
  }

  bool key(std::string& name) {
    if (place_ == Place::root) {
      if (!names_.insert(name).second) return fail("the key " + text::in_quotes(name) + " twice");
      in_metadata_ = name == "__metadata__";
      if (!in_metadata_) {
        header_.entries.push_back({name, DType::f32, {}, 0, 0});
        fields_.clear();
        offsets_.clear();
      }
      return go(Place::root_value);
    }
    if (place_ == Place::metadata) {
      if (header_.metadata.count(name) != 0) return fail("the key " + text::in_quotes(name) + " twice");
      field_ = name;
      return go(Place::metadata_value);
    }
    if (!fields_.insert(name).second) return fail("the key " + text::in_quotes(name) + " twice");
    if (name == "dtype") return go(Place::dtype);
    if (name == "shape") return go(Place::shape);
    if (name == "data_offsets") return go(Place::offsets);
    return fail("the unknown field " + text::in_quotes(name));
  }

  bool start_array(std::size_t) {
    if (place_ == Place::shape) return go(Place::shape_items);
    if (place_ == Place::offsets) return go(Place::offset_items);
    return fail("an array where none belongs");
  }

  bool end_array() { return go(Place::tensor); }

  bool number_unsigned(std::uint64_t value) {
    if (place_ == Place::shape_items) {
      auto& shape = header_.entries.back().shape;
      if (value > static_cast<std::uint64_t>(INT64_MAX)) return fail("a size that is too large");
      if (shape.size() == kHighestRank) return fail("more than " + std::to_string(kHighestRank) + " dimensions", ErrorCode::limit);
      shape.push_back(static_cast<std::int64_t>(value));
      return true;
    }
    if (place_ == Place::offset_items) {
      if (offsets_.size() == 2) return fail("data_offsets that are not two numbers");
      offsets_.push_back(value);
      return true;
    }
    return fail("a number where none belongs");
  }

  bool string(std::string& value) {
    if (place_ == Place::metadata_value) {
      header_.metadata.emplace(field_, value);
      return go(Place::metadata);
    }
    if (place_ != Place::dtype) return fail("text where none belongs");
    const auto dtype = dtype_from_string(value);
    if (!dtype) {
      const bool known = value == "F8_E4M3" || value == "F8_E5M2" || value == "F8_E8M0" || value == "C64" || value == "F4";
      if (known) {
        throw Error(ErrorCode::unsupported,
                    "weights: tensor " + text::in_quotes(header_.entries.back().name) + " has a type that is not read")
            .where(path_)
            .expected("F32, F16, BF16 or F64")
            .found(value)
            .hint("save it as one of these");
      }
      return fail("the unknown type " + text::in_quotes(value));
    }
    header_.entries.back().dtype = *dtype;
    return go(Place::tensor);
  }

  bool number_integer(std::int64_t) { return fail("a negative number"); }
  bool number_float(double, const std::string&) { return fail("a number that is no whole number below 2^64"); }
  bool null() { return fail("null"); }
  bool boolean(bool) { return fail("true or false"); }
  template <class Binary>
  bool binary(Binary&) {
    return fail("binary data");
  }
  template <class Exception>
  bool parse_error(std::size_t position, const std::string&, const Exception&) {
    // Its own message quotes the bytes it choked on; the place says enough.
    throw Error(ErrorCode::format, "weights: the safetensors header is no JSON in UTF-8")
        .where(path_ + ", byte " + std::to_string(7 + std::max<std::size_t>(position, 1)));
  }

 private:
  enum class Place { before, root, root_value, metadata, metadata_value, tensor, dtype, shape, shape_items, offsets, offset_items, after };

  bool go(Place place) {
    place_ = place;
    return true;
  }

  [[noreturn]] bool fail(const std::string& found, ErrorCode code = ErrorCode::format) const {
    const bool in_tensor = !header_.entries.empty() && !in_metadata_;
    throw Error(code, in_tensor ? "weights: tensor " + text::in_quotes(header_.entries.back().name) + " has a wrong header"
                                : std::string("weights: the safetensors header is wrong"))
        .where(path_ + ", byte 8")
        .found(found);
  }

  Header& header_;
  std::string path_;
  Place place_ = Place::before;
  bool in_metadata_ = false;
  std::string field_;
  std::set<std::string> names_, fields_;
  std::vector<std::uint64_t> offsets_;
};

FACEPTOR_INLINE Header read_safetensors_header(std::span<const std::byte> bytes, const std::string& path) {
  const auto fail = [&](ErrorCode code, const char* what) { return Error(code, what).where(path + ", byte 0"); };
  if (bytes.size() < 8 + 2) {
    throw fail(ErrorCode::format, "weights: the file is too short for safetensors").found(std::to_string(bytes.size()) + " bytes");
  }
  const auto length = *number_at<std::uint64_t>(bytes, 0);
  const auto* text = text_of(bytes).data() + 8;
  if (length > bytes.size() - 8) {
    throw fail(ErrorCode::format, "weights: the safetensors header is longer than its file")
        .expected("at most " + std::to_string(bytes.size() - 8) + " bytes")
        .found(std::to_string(length))
        .hint("was its download, or its copying, interrupted?");
  }
  if (length > kLongestHeader) {
    throw fail(ErrorCode::limit, "weights: the safetensors header is too long")
        .expected("at most " + std::to_string(kLongestHeader) + " bytes")
        .found(std::to_string(length));
  }
  if (length < 2 || text[0] != '{') {
    throw Error(ErrorCode::format, "weights: the safetensors header doesn't begin with '{'").where(path + ", byte 8");
  }
  Header header;
  header.data_begin = 8 + length;
  HeaderReader reader(header, path);
  nlohmann::json::sax_parse(text, text + length, &reader);
  return header;
}

}  // namespace faceptor::files::detail
