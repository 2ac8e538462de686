#include "fuzz/targets.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/fields.hpp>
#include <faceptor/datasets/celeba.hpp>
#include <faceptor/datasets/hdf5.hpp>
#include <faceptor/datasets/manifest.hpp>
#include <faceptor/datasets/mat5.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/datasets/prepare/prepare.hpp>
#include <faceptor/datasets/record_io.hpp>
#include <faceptor/datasets/soft_maps.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/detect/boxes_file.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/foreign_file.hpp>
#include <faceptor/files/pickle.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/gallery/gallery.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/results/photo_result.hpp>
#include <faceptor/train/schedule.hpp>
#include <faceptor/video/open_frames.hpp>

#include "support/temporary_folder.hpp"

#ifdef FACEPTOR_FUZZ_TOML
#include "../../tools/toml.hpp"
#endif

namespace fuzz {
namespace {
using namespace faceptor;
using Bytes = std::span<const std::byte>;

thread_local unsigned met = 0;

/// Whether it was read well. A defect goes on as what it is.
template <class Parse>
bool attempt(Parse&& parse) {
  try {
    std::forward<Parse>(parse)();
    return true;
  } catch (const Error& error) {
    met |= 1U << static_cast<unsigned>(error.code());
    if (error.code() == ErrorCode::internal) throw std::logic_error(error.what());
    return false;
  }
}

void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

/// A file in memory, for parsers that take paths.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("input", 0)) {
    require(descriptor_ >= 0 && ::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "no memory file");
  }
  explicit MemoryFile(Bytes bytes) : MemoryFile(files::text_of(bytes)) {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }

  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

/// Bytes are touched, so that a view beyond its file shows.
void touch(Bytes bytes) {
  static std::vector<std::byte> copy;
  copy.assign(bytes.begin(), bytes.end());
}

/// Smaller caps than the readers' own: what they allow is known, and most of a run's time goes into pixels, of which more find no more.
constexpr std::int64_t kMostPixels = 1 << 14;
constexpr std::uint64_t kMostBytes = 16 << 20;

int picture(Bytes bytes, std::initializer_list<ImageFormat> formats) {
  const auto format = sniff_format(bytes);
  if (!format || std::ranges::find(formats, *format) == formats.end()) return -1;
  std::optional<ImageInfo> info;
  attempt([&] { info = probe_image(bytes, {.max_pixels = kMostPixels}); });
  for (const bool lenient : {false, true}) {
    const bool sound = attempt([&] {
      const auto image = decode_image(bytes, {.lenient = lenient, .max_pixels = kMostPixels});
      require(!info || (info->width == image.width() && info->height == image.height()), "another size than the header's");
    });
    if (sound) break;
  }
  return 0;
}

int jpeg(Bytes bytes) { return picture(bytes, {ImageFormat::jpeg}); }
int webp(Bytes bytes) { return picture(bytes, {ImageFormat::webp}); }
int pnm(Bytes bytes) { return picture(bytes, {ImageFormat::pnm}); }
int bmp_gif_psd(Bytes bytes) { return picture(bytes, {ImageFormat::bmp, ImageFormat::gif, ImageFormat::psd}); }

int png(Bytes bytes) {
  if (picture(bytes, {ImageFormat::png}) != 0) return -1;
  attempt([&] {
    const auto size = faceptor::detail::png_size(bytes, "input");
    if (std::uint64_t{size.width} * size.height > kMostPixels) return;
    attempt([&] { faceptor::detail::decode_png_samples(bytes, size, "input"); });
    attempt([&] { faceptor::detail::decode_png_grey(bytes, size, "input"); });
  });
  return 0;
}

int exif(Bytes bytes) {
  for (const auto tiff : {bytes, find_exif(bytes)}) {
    const int orientation = exif_orientation(tiff);
    require(orientation >= 1 && orientation <= 8, "no orientation");
  }
  require(!describe_content(bytes).empty(), "no description");
  files::foreign_file(bytes, "input");
  return 0;
}

int safetensors(Bytes bytes) {
  const MemoryFile file(bytes);
  attempt([&] {
    const auto opened = files::SafetensorsFile::open(file.path());
    for (const auto& tensor : opened.tensors()) touch(tensor.bytes);
  });
  return 0;
}

/// Looks at a value and what is in it, in at most so many steps: values may hold themselves.
void visit(const files::pickle::Value& value, int& steps) {
  using files::pickle::Kind;
  if (--steps < 0) return;
  switch (value.kind()) {
    case Kind::boolean: value.boolean(); break;
    case Kind::integer: value.integer(); break;
    case Kind::big_integer: value.digits(); break;
    case Kind::real: value.real(); break;
    case Kind::text: touch(std::as_bytes(std::span(value.text()))); break;
    case Kind::bytes: touch(value.bytes()); break;
    case Kind::object: visit(value.argument(), steps); break;
    case Kind::persistent: visit(value.argument(), steps); break;
    default: break;
  }
  value.name();
  for (std::size_t i = 0; i < value.size() && steps > 0; ++i) {
    if (value.is(Kind::dict)) {
      visit(value.key(i), steps);
      visit(value.value(i), steps);
    } else {
      visit(value.item(i), steps);
    }
  }
  if (value.is(Kind::object) || value.is(Kind::dict)) visit(value.state(), steps);
}

void open_checkpoint(std::string_view bytes) {
  const MemoryFile file(bytes);
  attempt([&] {
    const auto opened = files::Checkpoint::open(file.path());
    for (const auto& tensor : opened.tensors()) touch(tensor.bytes.first(std::min<std::size_t>(tensor.bytes.size(), 1 << 16)));
    opened.step();
    int steps = 1000;
    visit(opened.root(), steps);
  });
}

int checkpoint(Bytes bytes) {
  open_checkpoint(files::text_of(bytes));
  return 0;
}

/// What torch.save's archive holds, with the right checksums around it: the fuzzer can't guess those.
int checkpoint_pickle(Bytes bytes) {
  struct Entry {
    std::string name;
    std::string_view content;
  };
  const std::string storage(24, '\0');
  const Entry entries[] = {{"a/data.pkl", files::text_of(bytes)}, {"a/data/0", storage}};
  std::string archive, directory;
  for (const auto& [name, content] : entries) {
    const auto crc =
        static_cast<std::uint32_t>(::crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
    const auto size = static_cast<std::uint32_t>(content.size()), place = static_cast<std::uint32_t>(archive.size());
    const auto length = static_cast<std::uint16_t>(name.size());
    constexpr std::uint16_t kNone = 0, kVersion = 20;
    files::put_numbers(archive, std::uint32_t{0x04034b50}, kVersion, kNone, kNone, kNone, kNone, crc, size, size, length, kNone);
    archive.append(name).append(content);
    files::put_numbers(directory, std::uint32_t{0x02014b50}, kVersion, kVersion, kNone, kNone, kNone, kNone, crc, size, size, length, kNone,
                       kNone, kNone, kNone, std::uint32_t{0}, place);
    directory += name;
  }
  const auto begin = static_cast<std::uint32_t>(archive.size());
  archive += directory;
  files::put_numbers(archive, std::uint32_t{0x06054b50}, std::uint32_t{0}, std::uint16_t{2}, std::uint16_t{2},
                     static_cast<std::uint32_t>(directory.size()), begin, std::uint16_t{0});
  open_checkpoint(archive);
  return 0;
}

int pickle(Bytes bytes) {
  if (bytes.empty()) return 0;
  const bool passes = (std::to_integer<int>(bytes.back()) & 1) != 0;
  attempt([&] {
    const auto document = files::pickle::parse(
        bytes, {.allowed = files::torch_globals(), .passes_unknown = passes, .persistent_ids = passes, .where = "input"});
    require(document.consumed() <= bytes.size(), "a pickle beyond its bytes");
    int steps = 1000;
    visit(document.root(), steps);
    document.persistent();
  });
  return 0;
}

int celeba_pickle(Bytes bytes) {
  const MemoryFile file(bytes);
  attempt([&] {
    datasets::detail::CelebaLabels labels;
    datasets::detail::read_celeba_pickle(file.path(), "trainval", labels);
  });
  return 0;
}

int verification(Bytes bytes) {
  const MemoryFile file(bytes);
  attempt([&] {
    const datasets::VerificationPairs pairs(file.path());
    for (std::size_t i = 0; i < std::min<std::size_t>(pairs.size(), 2); ++i) {
      pairs.annotation(i);
      attempt([&] { pairs.read(i); });
    }
  });
  return 0;
}

int record_io(Bytes bytes) {
  const auto length = files::number_at<std::uint16_t>(bytes, 0);
  if (!length || bytes.size() - 2 < *length) return -1;
  const MemoryFile index(bytes.subspan(2, *length)), records(bytes.subspan(2 + std::size_t{*length}));
  attempt([&] {
    const auto file = datasets::RecordFile::open(records.path(), index.path());
    for (std::size_t i = 0; i < std::min<std::size_t>(file.size(), 8); ++i) {
      attempt([&] { file.header(i); });
      attempt([&] { touch(file.read(i).content); });
    }
  });
  return 0;
}

int mat5(Bytes bytes) {
  const MemoryFile file(bytes);
  attempt([&] { datasets::read_mat5(file.path(), {.max_bytes = kMostBytes, .max_arrays = 1 << 16}); });
  return 0;
}

int hdf5(Bytes bytes) {
  const MemoryFile file(bytes);
  attempt([&] {
    const auto opened = datasets::Hdf5File::open(file.path());
    for (const auto& name : opened.names()) {
      attempt([&] {
        const auto dataset = opened.dataset(name);
        attempt([&] { opened.read(dataset, kMostBytes); });
        attempt([&] { opened.numbers(dataset, kMostBytes); });
        attempt([&] {
          const auto references = opened.references(dataset, kMostBytes);
          for (std::size_t i = 0; i < std::min<std::size_t>(references.size(), 4); ++i) {
            attempt([&] { opened.read(opened.at(references[i], "a reference"), kMostBytes); });
          }
        });
      });
    }
  });
  return 0;
}

int npy(Bytes bytes) {
  attempt([&] { datasets::decode_npy(bytes, "input"); });
  return 0;
}

int label_table(Bytes bytes) {
  const MemoryFile file(bytes);
  for (const auto separator : {datasets::Separator::comma, datasets::Separator::tab, datasets::Separator::space}) {
    attempt([&] {
      datasets::LabelFile labels(file.path());
      for (int line = 0; line < 64 && labels.next(); ++line) {
        const auto record = labels.fields(separator);
        for (std::size_t i = 0; i < std::min<std::size_t>(record.size(), 8); ++i) attempt([&] { record.number(i, "field"); });
      }
    });
  }
  return 0;
}

/// The first byte says which settings the file is read with.
int manifest(Bytes bytes) {
  using Settings = std::map<std::string, std::string>;
  static const std::vector<Settings> kSettings = {
      {},
      {{"kind", "age"}, {"label", "age"}, {"missing", "-1,?"}, {"unlabelled", "drop"}},
      {{"kind", "attributes"}, {"label", "glasses,smile"}, {"coding", "-1/1"}},
      {{"kind", "landmarks"}, {"label", "points"}, {"unlabelled", "drop"}},
      {{"kind", "values"}, {"label", "a,b"}},
      {{"classes", "sad,happy"}, {"label", "mood"}},
  };
  if (bytes.empty()) return -1;
  const MemoryFile file(bytes.subspan(1));
  attempt([&] {
    const auto set =
        datasets::open_manifest(file.path(), {.settings = kSettings[std::to_integer<std::size_t>(bytes[0]) % kSettings.size()]});
    for (std::size_t i = 0; i < std::min<std::size_t>(set->size(), 8); ++i) set->annotation(i);
  });
  return 0;
}

int boxes(Bytes bytes) {
  attempt([&] {
    const auto boxes = parse_boxes(files::text_of(bytes));
    const BoxesLookup lookup(boxes);
    for (const auto& entry : boxes) attempt([&] { lookup.find(entry.first); });
  });
  return 0;
}

/// A published set whose labels are text, or tables of other formats, in one or two files.
struct PublishedSet {
  std::string_view format, first, second = {};
  bool download = false;  ///< as its publishers give it out, for `prepare_dataset`
};

constexpr PublishedSet kSets[] = {
    {"morph2", "label/RANDOM_80_20/train.txt"},
    {"utkface", "label/train.csv"},
    {"celeba", "list_attr_celeba.txt", "list_eval_partition.txt"},
    {"affectnet", "label/train.txt"},
    {"rafdb", "label.txt"},
    {"ferplus", "label/train.txt", "label/val.txt"},
    {"celebamask_hq", "CelebA-HQ-to-CelebA-mapping.txt", "list_eval_partition.txt"},
    {"lapa", "train/landmarks/1.txt"},
    {"300w", "face_landmarks_300w_train.csv"},
    {"wflw", "face_landmarks_wflw_train.csv"},
    {"ms1mv3", "train.idx", "train.rec"},
    {"cofw", "COFW_train_color.mat"},
    {"aflw19", "AFLWinfo_release.mat"},
    {"celeba", "list_landmarks_align_celeba.txt", "list_attr_celeba.txt", true},
    {"affectnet", "training.csv", "validation.csv", true},
    {"affectnet", "train_set/annotations/1_exp.npy", "train_set/images/1.jpg", true},
    {"rafdb", "list_patition_label.txt", {}, true},
    {"ferplus", "fer2013.csv", "fer2013new.csv", true},
};

/// The first byte says which set it is; the label files follow, as `joined`.
int published_set(Bytes bytes) {
  const auto length = files::number_at<std::uint16_t>(bytes, 1);
  if (!length || bytes.size() - 3 < *length) return -1;
  const auto place = std::to_integer<std::size_t>(bytes[0]) % std::size(kSets);
  const auto& set = kSets[place];
  static const TemporaryFolder folder;
  const auto root = folder / std::to_string(place);
  const auto write = [&](std::string_view name, Bytes content) {
    std::filesystem::create_directories((root / name).parent_path());
    std::filesystem::remove(root / name);  // to write over an old one makes some file systems wait for the disk
    std::ofstream(root / name, std::ios::binary).write(files::text_of(content).data(), static_cast<std::streamsize>(content.size()));
  };
  if (!std::filesystem::exists(root)) {
    for (const char* name : {"CelebA-HQ-img", "CelebAMask-HQ-mask-anno", "train/images", "train/labels"}) {
      std::filesystem::create_directories(root / name);
    }
    write("list_eval_partition.txt", std::as_bytes(std::span(std::string_view("1.jpg 0\n"))));
  }
  write(set.first, bytes.subspan(3, *length));
  if (!set.second.empty()) write(set.second, bytes.subspan(3 + std::size_t{*length}));
  attempt([&] {
    if (set.download) {
      datasets::prepare_dataset(set.format, root, folder / "out", {.threads = 1, .dry_run = true});
      return;
    }
    const auto opened = datasets::open_dataset(set.format, root, {.split = "train"});
    for (std::size_t i = 0; i < std::min<std::size_t>(opened->size(), 8); ++i) opened->annotation(i);
    // Other sets' pictures are files of their own.
    if (set.format == "cofw" && opened->size() > 0) opened->read(0);
  });
  return 0;
}

int results(Bytes bytes) {
  std::optional<PhotoResult> photo;
  if (!attempt([&] { photo = parse_json_line(files::text_of(bytes)); })) return 0;
  for (const auto& face : *photo) {
    for (const auto& result : face.results()) result.text();
  }
  // What is read can be written, and is the same again.
  const auto line = json_line(*photo, {.full = true});
  require(json_line(parse_json_line(line), {.full = true}) == line, "another result than was written");
  return 0;
}

int gallery(Bytes bytes) {
  const MemoryFile file(bytes);
  attempt([&] {
    const auto opened = Gallery::open(file.path());
    for (std::size_t i = 0; i < std::min<std::size_t>(opened.size(), 8); ++i) attempt([&] { opened.face(i); });
    if (opened.dimension() > 1 << 12) return;
    attempt([&] { opened.search({std::vector<float>(opened.dimension(), 1), opened.model()}, 3, 1); });
    if (opened.size() <= 64) opened.persons(0.5F);
  });
  return 0;
}

int video(Bytes bytes) {
  attempt([&] {
    auto stream = video::ByteStream::over({bytes.begin(), bytes.end()}, "input");
    const auto source = video::open_frames(stream, {.reading = {.max_pixels = kMostPixels}});
    if (source == nullptr) return;
    require(source->rate() > 0 && std::isfinite(source->rate()), "no rate");
    for (int frame = 0; frame < 64 && source->next(); ++frame) {
    }
  });
  return 0;
}

#ifdef FACEPTOR_FUZZ_TOML
int configuration(Bytes bytes) {
  const MemoryFile file(bytes);
  attempt([&] {
    const auto values = program::read_toml(file.path());
    program::to_toml(values);
    train::Schedule schedule;
    read_fields(values, schedule);
  });
  return 0;
}
#endif

/// A run begins without refusals.
template <int (*parse)(Bytes)>
int fresh(Bytes bytes) {
  met = 0;
  return parse(bytes);
}

constexpr Target kTargets[] = {
    {"jpeg", fresh<jpeg>},
    {"png", fresh<png>},
    {"webp", fresh<webp>},
    {"pnm", fresh<pnm>},
    {"bmp_gif_psd", fresh<bmp_gif_psd>},
    {"exif", fresh<exif>},
    {"safetensors", fresh<safetensors>},
    {"checkpoint", fresh<checkpoint>},
    {"checkpoint_pickle", fresh<checkpoint_pickle>},
    {"pickle", fresh<pickle>},
    {"celeba_pickle", fresh<celeba_pickle>},
    {"verification", fresh<verification>},
    {"record_io", fresh<record_io>},
    {"mat5", fresh<mat5>},
    {"hdf5", fresh<hdf5>},
    {"npy", fresh<npy>},
    {"label_table", fresh<label_table>},
    {"manifest", fresh<manifest>},
    {"boxes", fresh<boxes>},
    {"published_set", fresh<published_set>},
    {"results", fresh<results>},
    {"gallery", fresh<gallery>},
    {"video", fresh<video>},
#ifdef FACEPTOR_FUZZ_TOML
    {"configuration", fresh<configuration>},
#endif
};

}  // namespace

std::span<const Target> targets() { return kTargets; }

const Target* find_target(std::string_view name) {
  const auto found = std::ranges::find(kTargets, name, &Target::name);
  return found == std::end(kTargets) ? nullptr : &*found;
}

unsigned refusals() noexcept { return met; }

std::string published_set_of(std::string_view format, std::string_view file, std::string_view first, std::string_view second) {
  const auto set = std::ranges::find_if(kSets, [&](const auto& one) { return one.format == format && one.first == file; });
  require(set != std::end(kSets), "no such set");
  return static_cast<char>(set - kSets) + joined(first, second);
}

std::string joined(std::string_view first, std::string_view second) {
  std::string out;
  files::put_numbers(out, static_cast<std::uint16_t>(first.size()));
  return out.append(first).append(second);
}

}  // namespace fuzz
