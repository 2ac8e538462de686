#include <bit>
#include <optional>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/hdf5.hpp>
#include <faceptor/datasets/impl/hdf5_chunks.hpp>
#include <faceptor/datasets/impl/hdf5_groups.hpp>
#include <faceptor/datasets/impl/map_file.hpp>

namespace faceptor::datasets {
namespace {

inline constexpr std::string_view kHdf5Signature("\x89HDF\r\n\x1a\n", 8);

/// Where the superblock begins: at 0, 512, 1024, 2048, ...
std::uint64_t find_superblock(std::span<const std::byte> bytes, const std::string& name) {
  for (std::uint64_t at = 0; at < bytes.size(); at = at == 0 ? 512 : 2 * at) {
    if (files::text_of(bytes.subspan(at)).starts_with(kHdf5Signature)) return at;
  }
  throw Error(ErrorCode::format, "data: this is no HDF5 file")
      .where(name)
      .expected("a superblock")
      .hint(files::text_of(bytes).starts_with("MATLAB 5.0") ? "it is a MATLAB file of version 5 to 7, not 7.3" : "is the file whole?");
}

/// The address of the root group's object.
std::uint64_t root_of(const detail::Hdf5Bytes& file) {
  auto cursor = file.at(0, "superblock");
  cursor.skip(8, "superblock");
  const auto version = cursor.take<std::uint8_t>("superblock version");
  if (version > 3) {
    throw cursor.error(ErrorCode::unsupported, "data: an HDF5 file has a superblock that is not read", "superblock version")
        .found(std::to_string(version));
  }
  if (version < 2) cursor.skip(4, "superblock");
  const auto offsets = cursor.take<std::uint8_t>("superblock"), lengths = cursor.take<std::uint8_t>("superblock");
  if (offsets != 8 || lengths != 8) {
    throw cursor.error(ErrorCode::unsupported, "data: an HDF5 file has addresses that are not read", "superblock")
        .expected("8 bytes")
        .found(fmt::format("{} and {}", offsets, lengths));
  }
  // Behind these: flags, tree sizes, then base, free space or extension, end and driver; then the root's own entry.
  cursor.skip(version == 0 ? 9 + 32 + 8 : version == 1 ? 13 + 32 + 8 : 1 + 24, "superblock");
  return cursor.take<std::uint64_t>("root group");
}

/// A number of an element, whatever its type. @pre the cursor holds one
double hdf5_number(files::ByteCursor& cursor, const Hdf5Dataset& dataset) {
  const auto take = [&]<class T>(T) { return static_cast<double>(cursor.take<T>(dataset.name)); };
  if (dataset.kind == Hdf5Kind::real) return dataset.element_size == 4 ? take(float{}) : take(double{});
  switch (dataset.element_size) {
    case 1: return dataset.is_signed ? take(std::int8_t{}) : take(std::uint8_t{});
    case 2: return dataset.is_signed ? take(std::int16_t{}) : take(std::uint16_t{});
    case 4: return dataset.is_signed ? take(std::int32_t{}) : take(std::uint32_t{});
    default: return dataset.is_signed ? take(std::int64_t{}) : take(std::uint64_t{});
  }
}

}  // namespace

std::uint64_t Hdf5Dataset::count() const noexcept {
  std::uint64_t count = 1;
  for (const auto side : shape) count = side != 0 && count > ~std::uint64_t{0} / side ? ~std::uint64_t{0} : count * side;
  return count;
}

Hdf5File Hdf5File::open(const std::filesystem::path& path) {
  Hdf5File out;
  out.file_ = detail::map_file(path, "data: the HDF5 file can't be read");
  const auto name = path.string();
  out.base_ = find_superblock(out.file_->bytes(), name);
  out.bytes_ = out.file_->bytes().subspan(out.base_);
  const detail::Hdf5Bytes file{out.bytes_, out.base_, name};
  for (auto& link : detail::group_links(file, root_of(file))) out.links_.push_back({std::move(link.name), link.address});
  return out;
}

std::vector<std::string> Hdf5File::names() const {
  std::vector<std::string> names;
  for (const auto& link : links_) names.push_back(link.name);
  return names;
}

Hdf5Dataset Hdf5File::dataset(std::string_view name) const {
  const auto link = std::ranges::find(links_, name, &Link::name);
  if (link == links_.end()) {
    throw Error(ErrorCode::format, "data: an HDF5 file lacks a dataset")
        .where(fmt::format("{}, {}", path().string(), name))
        .hint(text::suggestion(name, names()));
  }
  return at(link->address, std::string(name));
}

Hdf5Dataset Hdf5File::at(std::uint64_t reference, std::string name) const {
  const auto place = fmt::format("{}, {}", path().string(), name);
  if (reference == 0 || reference >= bytes_.size()) {
    throw Error(ErrorCode::format, "data: a reference of an HDF5 file leads nowhere")
        .where(place)
        .found(reference == 0 || reference == detail::kHdf5Nowhere ? "none" : std::to_string(reference));
  }
  const detail::Hdf5Bytes file{bytes_, base_, place};
  const auto messages = detail::object_messages(file, reference);
  const auto find = [&](detail::Hdf5MessageType type) {
    const auto found = std::ranges::find(messages, type, &detail::Hdf5Message::type);
    return found == messages.end() ? std::nullopt : std::optional(detail::fields_of(file, *found));
  };
  const auto space = find(detail::kHdf5Dataspace), type = find(detail::kHdf5Datatype), layout = find(detail::kHdf5DataLayout),
             filters = find(detail::kHdf5Filters);
  if (!space || !type || !layout) {
    throw Error(ErrorCode::format, "data: an object of an HDF5 file is no dataset")
        .where(place)
        .found(fmt::format("{} messages", messages.size()));
  }
  Hdf5Dataset out;
  out.name = std::move(name);
  out.shape = detail::dataspace_of(*space);
  detail::set_datatype(out, *type);
  detail::set_layout(out, *layout);
  if (filters) detail::set_filters(out, *filters);
  return out;
}

std::vector<std::byte> Hdf5File::read(const Hdf5Dataset& dataset, std::uint64_t max_bytes) const {
  const auto place = fmt::format("{}, {}", path().string(), dataset.name);
  const auto count = dataset.count();
  if (dataset.element_size == 0 || count > max_bytes / dataset.element_size) {
    throw Error(ErrorCode::limit, "data: an HDF5 dataset is larger than the cap")
        .where(place)
        .expected(fmt::format("at most {} bytes", max_bytes))
        .found(fmt::format("{} elements of {}", count, dataset.element_size));
  }
  const auto size = count * dataset.element_size;
  const auto& storage = dataset.storage;
  const detail::Hdf5Bytes file{bytes_, base_, place};
  if (size == 0) return {};
  if (storage.layout == detail::Hdf5Layout::chunked) return detail::Hdf5Chunks(file, dataset, max_bytes).read();
  const bool compact = storage.layout == detail::Hdf5Layout::compact;
  const auto stored = compact ? storage.inside.size() : storage.size;
  if (stored != size || !storage.filters.empty()) {
    throw Error(ErrorCode::format, "data: an HDF5 dataset has another size than its shape says")
        .where(place)
        .expected(fmt::format("{} bytes, not filtered", size))
        .found(std::to_string(stored));
  }
  const auto bytes = compact ? storage.inside : file.at(storage.address, "dataset").skip(size, "dataset");
  return {bytes.begin(), bytes.end()};
}

std::vector<double> Hdf5File::numbers(const Hdf5Dataset& dataset, std::uint64_t max_bytes) const {
  if (dataset.kind != Hdf5Kind::integer && dataset.kind != Hdf5Kind::real) {
    throw Error(ErrorCode::format, "data: an HDF5 dataset holds no numbers").where(fmt::format("{}, {}", path().string(), dataset.name));
  }
  const auto bytes = read(dataset, max_bytes);
  files::ByteCursor cursor(bytes, dataset.name, detail::kHdf5Subject, 0, dataset.order);
  std::vector<double> out(static_cast<std::size_t>(dataset.count()));
  for (auto& value : out) value = hdf5_number(cursor, dataset);
  return out;
}

std::vector<std::uint64_t> Hdf5File::references(const Hdf5Dataset& dataset, std::uint64_t max_bytes) const {
  if (dataset.kind != Hdf5Kind::reference) {
    throw Error(ErrorCode::format, "data: an HDF5 dataset holds no references to objects")
        .where(fmt::format("{}, {}", path().string(), dataset.name))
        .hint("cells are stored as references");
  }
  const auto bytes = read(dataset, max_bytes);
  std::vector<std::uint64_t> out(static_cast<std::size_t>(dataset.count()));
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

}  // namespace faceptor::datasets
