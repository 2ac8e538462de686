#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/impl/map_file.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/tensor_view.hpp>
#include <faceptor/image/read.hpp>

namespace faceptor::datasets {
namespace {

/// What Python 2 and 3 and NumPy 1 and 2 name in such a pickle.
std::span<const files::pickle::AllowedGlobal> verification_globals() {
  using files::pickle::Call;
  static constexpr files::pickle::AllowedGlobal kGlobals[] = {
      {"_codecs", "encode", Call::encode},
      {"__builtin__", "bytes", Call::bytes},
      {"builtins", "bytes", Call::bytes},
      {"__builtin__", "bytearray", Call::object},
      {"builtins", "bytearray", Call::object},
      {"numpy", "dtype", Call::object},
      {"numpy", "ndarray", Call::never},
      {"numpy.core.multiarray", "scalar", Call::object},
      {"numpy.core.multiarray", "_reconstruct", Call::object},
      {"numpy.core.numeric", "_frombuffer", Call::object},
      {"numpy._core.multiarray", "scalar", Call::object},
      {"numpy._core.multiarray", "_reconstruct", Call::object},
      {"numpy._core.numeric", "_frombuffer", Call::object},
  };
  return kGlobals;
}

using PickleValue = files::pickle::Value;
using PickleKind = files::pickle::Kind;

std::optional<PickleValue> pickled_item(const PickleValue& value, std::size_t index, PickleKind kind) {
  if ((!value.is(PickleKind::tuple) && !value.is(PickleKind::list)) || index >= value.size()) return std::nullopt;
  const auto item = value.item(index);
  return item.is(kind) ? std::optional(item) : std::nullopt;
}

/// Whether a value is numpy.dtype(name).
bool is_numpy_type(const std::optional<PickleValue>& value, std::string_view name) {
  if (!value || value->name() != "numpy dtype") return false;
  const auto arguments = value->argument();
  if (arguments.size() == 0) return false;
  const auto first = arguments.item(0);
  return (first.is(PickleKind::text) || first.is(PickleKind::bytes)) && first.text() == name;
}

/// The bytes of a flat NumPy array of a type of one byte, or nothing if the value is none.
std::optional<std::span<const std::byte>> numpy_bytes(const PickleValue& value, std::string_view type) {
  if (!value.is(PickleKind::object)) return std::nullopt;
  std::optional<PickleValue> shape, dtype, data;
  if (value.name().ends_with("multiarray _reconstruct")) {
    // (version, shape, dtype, whether Fortran's order, data)
    const auto state = value.state();
    shape = pickled_item(state, 1, PickleKind::tuple);
    dtype = pickled_item(state, 2, PickleKind::object);
    data = pickled_item(state, 4, PickleKind::bytes);
  } else if (value.name().ends_with("numeric _frombuffer")) {
    const auto arguments = value.argument();
    data = pickled_item(arguments, 0, PickleKind::bytes);
    dtype = pickled_item(arguments, 1, PickleKind::object);
    shape = pickled_item(arguments, 2, PickleKind::tuple);
  }
  if (!shape || !data || !is_numpy_type(dtype, type) || shape->size() != 1) return std::nullopt;
  const auto length = shape->item(0);
  if (!length.is(PickleKind::integer) || length.integer() != static_cast<std::int64_t>(data->bytes().size())) return std::nullopt;
  return data->bytes();
}

std::string kind_of_pickled(const PickleValue& value) {
  if (!value.is(PickleKind::object)) return std::string(to_string(value.kind()));
  return text::in_quotes(value.name());
}

std::span<const std::byte> pickled_picture(const PickleValue& value, const std::string& place) {
  if (value.is(PickleKind::bytes)) return value.bytes();
  if (value.name().ends_with(" bytearray")) {
    if (const auto bytes = pickled_item(value.argument(), 0, PickleKind::bytes)) return bytes->bytes();
  }
  if (const auto bytes = numpy_bytes(value, "u1")) return *bytes;
  throw Error(ErrorCode::format, "data: a picture of a verification set is no bytes")
      .where(place)
      .expected("a picture file's bytes")
      .found(kind_of_pickled(value));
}

bool pickled_answer(const PickleValue& value, const std::string& place) {
  if (value.is(PickleKind::boolean)) return value.boolean();
  if (value.is(PickleKind::integer) && (value.integer() == 0 || value.integer() == 1)) return value.integer() == 1;
  if (value.is(PickleKind::object) && value.name().ends_with("multiarray scalar") &&
      is_numpy_type(pickled_item(value.argument(), 0, PickleKind::object), "b1")) {
    const auto data = pickled_item(value.argument(), 1, PickleKind::bytes);
    if (data && data->bytes().size() == 1 && data->bytes()[0] <= std::byte{1}) return data->bytes()[0] == std::byte{1};
  }
  throw Error(ErrorCode::format, "data: an answer of a verification set is no yes or no")
      .where(place)
      .expected("a boolean")
      .found(value.is(PickleKind::integer) ? std::to_string(value.integer()) : kind_of_pickled(value));
}

std::vector<bool> pickled_answers(const PickleValue& value, const std::string& name) {
  std::vector<bool> same;
  if (const auto bytes = numpy_bytes(value, "b1")) {
    for (const auto byte : *bytes) same.push_back(byte != std::byte{0});
    return same;
  }
  if (!value.is(PickleKind::list) && !value.is(PickleKind::tuple)) {
    throw Error(ErrorCode::format, "data: the answers of a verification set are no list")
        .where(name + ", answers")
        .found(kind_of_pickled(value));
  }
  for (std::size_t i = 0; i < value.size(); ++i) same.push_back(pickled_answer(value.item(i), fmt::format("{}, answer {}", name, i)));
  return same;
}

/// Which .bin file of a folder is meant.
std::filesystem::path verification_file(const std::filesystem::path& root, const std::string& split) {
  std::error_code failed;
  if (!std::filesystem::is_directory(root, failed)) {
    if (split.empty() || split == root.stem()) return root;
    throw Error(ErrorCode::argument, "data: a split of one .bin file was asked for")
        .where(root.string())
        .expected(text::in_quotes(root.stem().string()) + ", or the folder around it")
        .found(text::in_quotes(split));
  }
  const auto there = verification_splits(root);
  if (split.empty() && there.size() == 1) return root / (there[0] + ".bin");
  // Only a name that was found there: a split is no path.
  if (std::ranges::binary_search(there, split)) return root / (split + ".bin");
  if (there.empty()) throw Error(ErrorCode::io, "data: the folder has no verification set").where(root.string()).expected("a .bin file");
  if (split.empty()) {
    throw Error(ErrorCode::argument, "data: the folder has several verification sets")
        .where(root.string())
        .expected("one of them as split")
        .found(text::join(there));
  }
  throw Error(ErrorCode::argument, "data: the folder has no such verification set")
      .where(root.string())
      .found(text::in_quotes(split))
      .hint(text::suggestion(split, there));
}

}  // namespace

VerificationPairs::VerificationPairs(const std::filesystem::path& path)
    : file_(detail::map_file(path, "data: the verification set can't be read")) {
  const auto name = path.string();
  try {
    document_ = files::pickle::parse(file_->bytes(), {.allowed = verification_globals(), .where = name});
  } catch (const Error& error) {
    throw detail::restated(error, "data: the verification set's pickle can't be read");
  }
  const auto root = document_.root();
  using files::pickle::Kind;
  if ((!root.is(Kind::tuple) && !root.is(Kind::list)) || root.size() != 2) {
    throw Error(ErrorCode::format, "data: the pickle holds no verification set")
        .where(name)
        .expected("a list of pictures and a list of answers")
        .found(root.size() > 0 ? fmt::format("{} of {}", kind_of_pickled(root), root.size()) : kind_of_pickled(root));
  }
  if (document_.consumed() != file_->bytes().size()) {
    throw Error(ErrorCode::format, "data: bytes follow the verification set's pickle")
        .where(fmt::format("{}, byte {}", name, document_.consumed()));
  }
  const auto pictures = root.item(0);
  if (!pictures.is(Kind::list) && !pictures.is(Kind::tuple)) {
    throw Error(ErrorCode::format, "data: the pictures of a verification set are no list")
        .where(name + ", pictures")
        .found(kind_of_pickled(pictures));
  }
  same_ = pickled_answers(root.item(1), name);
  if (pictures.size() != 2 * same_.size()) {
    throw Error(ErrorCode::format, "data: a verification set has no two pictures for each answer")
        .where(name)
        .expected(fmt::format("{} pictures for {} answers", 2 * same_.size(), same_.size()))
        .found(std::to_string(pictures.size()));
  }
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    pictures_.push_back(pickled_picture(pictures.item(i), fmt::format("{}, picture {}", name, i)));
  }
  info_.format = "verification";
  info_.split = path.stem().string();
  info_.root = path;
  info_.kind = LabelKind::none;
}

Annotation VerificationPairs::annotation(std::size_t index) const {
  Annotation out;
  out.name = std::to_string(index);
  out.columns = {{"pair", std::to_string(index / 2)}, {"same", same_[index / 2] ? "1" : "0"}};
  return out;
}

Sample VerificationPairs::read(std::size_t index) const {
  Sample sample{annotation(index), {}};
  const auto place = fmt::format("{}, picture {}", file_->path().string(), index);
  try {
    sample.image = decode_image(pictures_[index], {.apply_orientation = false}, place);
  } catch (const Error& error) {
    throw detail::restated(error, "data: a picture of a verification set can't be read");
  }
  return sample;
}

std::vector<std::string> verification_splits(const std::filesystem::path& folder) {
  std::vector<std::string> there;
  std::error_code failed;
  std::filesystem::directory_iterator entry(folder, failed);
  for (const std::filesystem::directory_iterator end; !failed && entry != end; entry.increment(failed)) {
    if (entry->path().extension() == ".bin") there.push_back(entry->path().stem().string());
  }
  if (failed) throw Error(ErrorCode::io, "data: the folder can't be listed").where(folder.string()).found(failed.message());
  std::ranges::sort(there);
  return there;
}

std::unique_ptr<VerificationPairs> open_verification(const std::filesystem::path& root, const DatasetOptions& options) {
  detail::check_settings(options, "verification", {});
  return std::make_unique<VerificationPairs>(verification_file(root, options.split));
}

void write_verification_bin(const std::filesystem::path& path, std::span<const std::vector<std::byte>> pictures,
                            const std::vector<bool>& same) {
  if (pictures.size() != 2 * same.size()) {
    throw Error(ErrorCode::argument, "data: a verification set needs two pictures for each answer")
        .where(path.string())
        .expected(std::to_string(2 * same.size()))
        .found(std::to_string(pictures.size()));
  }
  files::AtomicFile file(path);
  // In batches, as Python's own pickler does it: readers limit their stacks.
  constexpr std::size_t kBatch = 1000;
  const auto list = [&](std::size_t count, auto&& element) {
    file.write("]");
    for (std::size_t i = 0; i < count; ++i) {
      if (i % kBatch == 0) file.write(i == 0 ? "(" : "e(");
      element(i);
    }
    if (count > 0) file.write("e");
  };
  file.write("\x80\x03");
  list(pictures.size(), [&](std::size_t i) {
    if (pictures[i].size() > 0xffffffff) {
      throw Error(ErrorCode::argument, "data: a picture is larger than a verification set can hold").where(fmt::format("picture {}", i));
    }
    std::string head = "B";
    files::put_numbers(head, static_cast<std::uint32_t>(pictures[i].size()));
    file.write(head);
    file.write(pictures[i]);
  });
  list(same.size(), [&](std::size_t i) { file.write(same[i] ? "\x88" : "\x89"); });
  file.write("\x86.");
  file.commit();
}

}  // namespace faceptor::datasets
