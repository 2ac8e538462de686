#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/datasets/aflw19.hpp>
#include <faceptor/datasets/age_sets.hpp>
#include <faceptor/datasets/celeba.hpp>
#include <faceptor/datasets/cofw.hpp>
#include <faceptor/datasets/expression_sets.hpp>
#include <faceptor/datasets/folder.hpp>
#include <faceptor/datasets/landmark_sets.hpp>
#include <faceptor/datasets/manifest.hpp>
#include <faceptor/datasets/ms1mv3.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/datasets/parsing_sets.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/files/foreign_file.hpp>

namespace faceptor::datasets {
namespace {

struct KnownFormat {
  DatasetFormat format;
  DatasetOpener open;
};

std::vector<KnownFormat> bundled_formats() {
  constexpr auto none = LabelKind::none, class_index = LabelKind::class_index, age = LabelKind::age, attributes = LabelKind::attributes,
                 landmarks = LabelKind::landmarks, parsing = LabelKind::parsing;
  const std::vector<std::string> three = {"train", "test", "val"}, four = {"trainval", "train", "val", "test"};
  return {
      {{"ms1mv3", "MS1MV3 and its like: persons, in MXNet's records", class_index, {"train"}}, open_ms1mv3},
      {{"morph2", "MORPH II: ages", age, three}, open_morph2},
      {{"utkface", "UTKFace: ages", age, three}, open_utkface},
      {{"celeba", "CelebA: forty attributes", attributes, four}, open_celeba},
      {{"affectnet", "AffectNet: seven expressions", class_index, three}, open_affectnet},
      {{"rafdb", "RAF-DB: seven expressions", class_index, three}, open_rafdb},
      {{"ferplus", "FERPlus: seven expressions", class_index, four}, open_ferplus},
      {{"celebamask_hq", "CelebAMask-HQ: 19 classes a pixel", parsing, four}, open_celebamask_hq},
      {{"lapa", "LaPa: 11 classes a pixel, five points", parsing, four}, open_lapa},
      {{"300w", "300W: 68 points", landmarks, {"train", "valid", "valid_common", "valid_challenge", "test"}}, open_300w},
      {{"wflw",
        "WFLW: 98 points",
        landmarks,
        {"train", "test", "test_blur", "test_expression", "test_illumination", "test_largepose", "test_makeup", "test_occlusion"}},
       open_wflw},
      {{"cofw", "COFW: 29 points, hidden ones marked", landmarks, {"train", "test"}}, open_cofw},
      {{"aflw19", "AFLW-19: 19 points, hidden ones marked", landmarks, {"train", "test", "test_frontal"}}, open_aflw19},
      {{"verification", "pairs of faces, one person or two: lfw.bin and its like", none, {}}, open_verification},
      {{"folder", "a set of one's own: a folder a class", class_index, {"train", "val", "test"}}, open_folder},
      {{"manifest", "a set of one's own: a list in CSV or JSON lines", none, {"train", "val", "test"}}, open_manifest},
  };
}

/// The registry with this library's formats in it.
struct DatasetRegistry : Registry<KnownFormat> {
  DatasetRegistry() : Registry("format of data sets", "datasets::register_dataset_format(format, opener)") {
    for (auto& known : bundled_formats()) add_new(known.format.name, known);
  }
};

DatasetRegistry& dataset_registry() {
  static DatasetRegistry registry;
  return registry;
}

/// Whether a file is an archive of files, by its first bytes.
bool is_archive(const std::filesystem::path& path) {
  std::error_code status;
  if (!std::filesystem::is_regular_file(path, status)) return false;
  std::string start(262, '\0');
  std::ifstream(path, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
  return files::is_archive(std::as_bytes(std::span(start)));
}

bool opens(const KnownFormat& known, const std::filesystem::path& root, const DatasetOptions& options) {
  try {
    return known.open(root, options) != nullptr;
  } catch (const std::exception&) {
    return false;
  }
}

/// Where the set lies that isn't here: one folder deeper or higher, or this is a set of another format; empty where nothing is found.
std::string advice(const KnownFormat& known, const std::filesystem::path& root, const DatasetOptions& options) {
  constexpr std::size_t kMost = 64;
  std::error_code failed;
  if (!std::filesystem::is_directory(root, failed)) return {};
  std::vector<std::filesystem::path> near;
  for (const auto& entry : std::filesystem::directory_iterator(root, failed)) {
    if (near.size() < kMost && entry.is_directory(failed)) near.push_back(entry.path());
  }
  std::ranges::sort(near);
  near.push_back(std::filesystem::absolute(root, failed).lexically_normal() / "..");
  for (const auto& folder : near) {
    if (opens(known, folder, options)) return "the set lies in " + folder.lexically_normal().string() + ": give this folder";
  }
  for (const auto& other : bundled_formats()) {
    const auto& name = other.format.name;
    if (name == known.format.name || name == "folder" || name == "manifest") continue;
    if (opens(other, root, {})) return "this is a set of the format " + name;
  }
  return {};
}

}  // namespace

std::vector<DatasetFormat> dataset_formats() {
  const auto& registry = dataset_registry();
  std::vector<DatasetFormat> formats;
  for (const auto& name : registry.names()) formats.push_back(registry.get(name).format);
  return formats;
}

std::unique_ptr<Dataset> open_dataset(std::string_view format, const std::filesystem::path& root, const DatasetOptions& options) {
  const auto known = dataset_registry().get(format);
  std::error_code status;
  if (!std::filesystem::exists(root, status)) {
    throw Error(ErrorCode::io, "data: there is no such folder to read a data set from")
        .where(root.string())
        .expected(known.format.description);
  }
  if (is_archive(root)) {
    throw Error(ErrorCode::argument, "data: this is an archive, not a data set's folder")
        .where(root.string())
        .hint("unpack it, and give the folder");
  }
  try {
    return known.open(root, options);
  } catch (Error& e) {
    if (e.code() == ErrorCode::io && e.hint().empty()) e.hint(advice(known, root, options));
    throw;
  }
}

void register_dataset_format(DatasetFormat format, DatasetOpener opener) {
  if (format.name.empty() || !opener) {
    throw Error(ErrorCode::argument, "data: a format of data sets needs a name and a function that opens it")
        .found("\"" + format.name + "\"");
  }
  const auto name = format.name;
  dataset_registry().add_new(name, {std::move(format), std::move(opener)});
}

std::vector<SplitSize> split_sizes(std::string_view format, const std::filesystem::path& root, const DatasetOptions& options) {
  const auto known = dataset_registry().get(format);
  std::vector<SplitSize> sizes;
  for (const auto& split : known.format.splits) {
    SplitSize size{split};
    auto its_options = options;
    its_options.split = split;
    try {
      size.samples = known.open(root, its_options)->size();
    } catch (const Error& error) {
      size.error = error.what();
    }
    sizes.push_back(std::move(size));
  }
  return sizes;
}

}  // namespace faceptor::datasets
