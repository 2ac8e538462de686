#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include <faceptor/core/text.hpp>
#include <faceptor/files/foreign_file.hpp>
#include <faceptor/files/impl/foreign_file_inl.hpp>
#include <faceptor/files/impl/mapped_file_inl.hpp>
#include <faceptor/files/impl/pickle_opcodes_inl.hpp>
#include <faceptor/files/impl/zip_inl.hpp>

/// The two containers of torch.save, and the storages in them.
namespace faceptor::files {

std::span<const pickle::AllowedGlobal> torch_globals();

namespace detail {

struct StorageType {
  std::string_view name;
  DType dtype;
};

inline constexpr std::array<StorageType, 10> kStorages{{{"FloatStorage", DType::f32},
                                                        {"DoubleStorage", DType::f64},
                                                        {"HalfStorage", DType::f16},
                                                        {"BFloat16Storage", DType::bf16},
                                                        {"LongStorage", DType::i64},
                                                        {"IntStorage", DType::i32},
                                                        {"ShortStorage", DType::i16},
                                                        {"CharStorage", DType::i8},
                                                        {"ByteStorage", DType::u8},
                                                        {"BoolStorage", DType::boolean}}};

struct Storage {
  DType dtype = DType::f32;
  std::uint64_t elements = 0;
  std::span<const std::byte> bytes;
};

using Storages = std::map<std::string, Storage, std::less<>>;

/// What a file's pickle says, and the bytes that it refers to.
struct Container {
  std::shared_ptr<const MappedFile> file;
  pickle::Document document;
  Storages storages;
};

FACEPTOR_INLINE Error broken(const Container& container, const std::string& what, ErrorCode code = ErrorCode::format) {
  return Error(code, "weights: " + what).where(container.file->path().string());
}

FACEPTOR_INLINE pickle::Options torch_options(const Container& container, std::uint64_t offset) {
  return {.allowed = torch_globals(),
          .passes_unknown = true,
          .persistent_ids = true,
          .where = container.file->path().string(),
          .offset = offset};
}

/// The storages that the pickle refers to, without their bytes: ("storage", type, key, device, elements).
FACEPTOR_INLINE void collect_storages(Container& container) {
  for (const auto& reference : container.document.persistent()) {
    const auto id = reference.argument();
    const bool sound = (id.size() == 5 || id.size() == 6) && id.item(0).is(pickle::Kind::text) && id.item(0).text() == "storage" &&
                       id.item(1).is(pickle::Kind::global) && id.item(2).is(pickle::Kind::text) && id.item(4).is(pickle::Kind::integer);
    if (!sound) throw broken(container, "a storage is described in a way that is not read", ErrorCode::unsupported);
    if (id.size() == 6 && !id.item(5).is(pickle::Kind::none)) {
      throw broken(container, "a storage is a part of another one, as only very old files have it", ErrorCode::unsupported);
    }
    const auto key = id.item(2).text();
    const bool plain = !key.empty() && key.size() < 64 &&
                       key.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == key.npos;
    if (!plain) throw broken(container, "a storage has a key that is no plain name").found(text::in_quotes(key));
    Storage storage;
    bool known = false;
    for (const auto& type : kStorages) {
      if (id.item(1).name() != "torch " + std::string(type.name)) continue;
      storage.dtype = type.dtype;
      known = true;
    }
    if (!known) {
      // What lies in it is no tensor that is read, and may be passed over.
      const auto type = id.item(1).name();
      if (type == "torch.storage UntypedStorage" || type == "torch ComplexFloatStorage" || type == "torch ComplexDoubleStorage") {
        continue;
      }
      throw broken(container, "a storage has a type that is not read", ErrorCode::unsupported).found(std::string(type));
    }
    const std::array<std::int64_t, 1> elements{id.item(4).integer()};
    if (!byte_count(storage.dtype, elements)) throw broken(container, "storage " + text::in_quotes(key) + " has an impossible size");
    storage.elements = static_cast<std::uint64_t>(elements[0]);
    const auto [place, fresh] = container.storages.emplace(key, storage);
    if (!fresh && (place->second.dtype != storage.dtype || place->second.elements != storage.elements)) {
      throw broken(container, "storage " + text::in_quotes(key) + " is described in two ways");
    }
  }
}

FACEPTOR_INLINE std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// PREFIX/data.pkl, PREFIX/data/KEY, and perhaps PREFIX/byteorder.
FACEPTOR_INLINE void read_zip_container(Container& container) {
  // Before the archive is read: a program's sources are compressed, which a checkpoint's entries never are. Names stand at the end.
  constexpr std::size_t kNames = std::size_t{1} << 20;
  const auto all = as_text(container.file->bytes());
  const auto names = all.substr(all.size() - std::min(all.size(), kNames));
  if (names.find("/constants.pkl") != names.npos) {
    throw broken(container, "this is a TorchScript program, not a checkpoint", ErrorCode::unsupported)
        .hint("in Python, torch.save(torch.jit.load(FILE).state_dict(), OUT) writes what is read here");
  }
  const auto zip = ZipFile::open(container.file);
  constexpr std::string_view kPickle = "/data.pkl";
  const ZipEntry* pickle = nullptr;
  for (const auto& entry : zip.entries()) {
    if (!entry.name.ends_with(kPickle)) continue;
    if (pickle != nullptr) throw broken(container, "the archive holds two pickles").found(text::in_quotes(entry.name));
    pickle = &entry;
  }
  if (pickle == nullptr) {
    const auto holds = [&](std::string_view end) {
      return std::any_of(zip.entries().begin(), zip.entries().end(), [&](const ZipEntry& entry) { return entry.name.ends_with(end); });
    };
    throw broken(container, "the archive holds no data.pkl")
        .hint(holds(".npy")  ? "it is a NumPy archive (npz): save a state_dict by torch.save"
              : holds(".h5") ? "it is a Keras model: save a state_dict by torch.save"
                             : "it is a zip archive, but not one of torch.save: unpack it first, where the weights are in it");
  }
  const auto prefix = pickle->name.substr(0, pickle->name.size() - kPickle.size());
  if (const auto* order = zip.find(prefix + "/byteorder"); order != nullptr && as_text(zip.read(*order)) != "little") {
    throw broken(container, "the file was written by a big-endian machine", ErrorCode::unsupported);
  }
  const auto bytes = zip.read(*pickle);
  container.document = pickle::parse(bytes, torch_options(container, pickle->offset));
  if (container.document.consumed() != bytes.size()) throw broken(container, "there are bytes behind the end of data.pkl");
  collect_storages(container);
  for (auto& [key, storage] : container.storages) {
    const auto* entry = zip.find(prefix + "/data/" + key);
    if (entry == nullptr) throw broken(container, "storage " + text::in_quotes(key) + " is missing from the archive");
    if (entry->size != storage.elements * size_of(storage.dtype)) {
      throw broken(container, "storage " + text::in_quotes(key) + " has another size than the pickle says")
          .expected(std::to_string(storage.elements * size_of(storage.dtype)) + " bytes")
          .found(std::to_string(entry->size));
    }
    storage.bytes = zip.read(*entry);
  }
}

/// Five pickles in a row: a magic number, a version, the system, the objects, the keys of the storages; then each storage, behind
/// the number of its elements.
FACEPTOR_INLINE void read_legacy_container(Container& container) {
  const auto bytes = container.file->bytes();
  std::uint64_t position = 0;
  const auto next = [&] {
    auto document = pickle::parse(bytes.subspan(position), torch_options(container, position));
    position += document.consumed();
    return document;
  };
  // 0x1950a86a20f9469cfc6c, little-endian.
  static constexpr std::string_view kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
  const auto magic = next();
  if (!magic.root().is(pickle::Kind::big_integer) || magic.root().digits() != kMagic) {
    throw broken(container, "this is a pickle, but not one of torch.save").hint(kSaveStateDict);
  }
  const auto version = next();
  if (!version.root().is(pickle::Kind::integer) || version.root().integer() != 1001) {
    throw broken(container, "the file has a version of torch.save that is not read", ErrorCode::unsupported);
  }
  const auto system = next();
  const auto little = system.root().find("little_endian");
  if (!little || !little->is(pickle::Kind::boolean)) throw broken(container, "the file doesn't say which byte order it has");
  if (!little->boolean()) throw broken(container, "the file was written by a big-endian machine", ErrorCode::unsupported);
  container.document = next();
  collect_storages(container);
  const auto keys = next();
  if (!keys.root().is(pickle::Kind::list) || keys.root().size() != container.storages.size()) {
    throw broken(container, "the file's storages are not those that its pickle refers to");
  }
  for (std::size_t i = 0; i < keys.root().size(); ++i) {
    const auto found = container.storages.find(keys.root().item(i).text());
    if (found == container.storages.end() || found->second.bytes.data() != nullptr) {
      throw broken(container, "the file's storages are not those that its pickle refers to");
    }
    auto& storage = found->second;
    const auto where = "storage " + text::in_quotes(found->first);
    const auto elements = number_at<std::uint64_t>(bytes, position);
    if (!elements) throw broken(container, where + " is cut off");
    position += 8;
    if (elements != storage.elements) throw broken(container, where + " has another size than the pickle says");
    const auto size = *elements * size_of(storage.dtype);
    if (bytes.size() - position < size) throw broken(container, where + " is cut off");
    storage.bytes = bytes.subspan(position, size);
    position += size;
  }
  if (position != bytes.size()) throw broken(container, "there are bytes behind the last storage");
}

FACEPTOR_INLINE Container read_container(const std::filesystem::path& path) {
  Container container;
  container.file = MappedFile::open(path);
  const auto bytes = container.file->bytes();
  if (bytes.size() >= 4 && as_text(bytes.first(2)) == "PK") {
    read_zip_container(container);
  } else if (bytes[0] == std::byte{0x80}) {
    read_legacy_container(container);
  } else {
    if (const auto foreign = foreign_file(bytes, path)) throw *foreign;
    throw broken(container, "this is no file of torch.save").hint("is the download complete?");
  }
  return container;
}

}  // namespace detail

FACEPTOR_INLINE std::span<const pickle::AllowedGlobal> torch_globals() {
  using pickle::Call;
  static constexpr pickle::AllowedGlobal kGlobals[] = {
      {"collections", "OrderedDict", Call::ordered_dict},
      {"collections", "defaultdict", Call::default_dict},
      {"collections", "Counter", Call::object},
      {"__builtin__", "set", Call::set},
      {"builtins", "set", Call::set},
      {"__builtin__", "bytes", Call::bytes},
      {"builtins", "bytes", Call::bytes},
      {"__builtin__", "dict", Call::never},
      {"builtins", "dict", Call::never},
      {"__builtin__", "list", Call::never},
      {"builtins", "list", Call::never},
      {"__builtin__", "int", Call::never},
      {"builtins", "int", Call::never},
      {"__builtin__", "float", Call::never},
      {"builtins", "float", Call::never},
      {"_codecs", "encode", Call::encode},
      {"torch._utils", "_rebuild_tensor", Call::object},
      {"torch._utils", "_rebuild_tensor_v2", Call::object},
      {"torch._utils", "_rebuild_parameter", Call::object},
      {"torch", "Size", Call::object},
      {"torch", "device", Call::object},
      {"torch", "FloatStorage", Call::never},
      {"torch", "DoubleStorage", Call::never},
      {"torch", "HalfStorage", Call::never},
      {"torch", "BFloat16Storage", Call::never},
      {"torch", "LongStorage", Call::never},
      {"torch", "IntStorage", Call::never},
      {"torch", "ShortStorage", Call::never},
      {"torch", "CharStorage", Call::never},
      {"torch", "ByteStorage", Call::never},
      {"torch", "BoolStorage", Call::never},
      {"torch", "FloatTensor", Call::never},
      {"torch", "DoubleTensor", Call::never},
      {"torch", "HalfTensor", Call::never},
      {"torch", "LongTensor", Call::never},
      {"torch", "float32", Call::never},
      {"torch", "float64", Call::never},
      {"torch", "float16", Call::never},
      {"torch", "bfloat16", Call::never},
      {"torch", "int64", Call::never},
      {"numpy", "dtype", Call::object},
      {"numpy.core.multiarray", "scalar", Call::object},
      {"numpy._core.multiarray", "scalar", Call::object},
  };
  return kGlobals;
}

}  // namespace faceptor::files
