#include "outputs.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/json.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/geometry/label_png.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/write.hpp>

#include "common.hpp"

namespace faceptor::program {
namespace fs = std::filesystem;

namespace {

std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8), static_cast<char>(value)};
}

/// A PNG's tEXt chunk, "Software: faceptor".
std::string png_mark() {
  const auto content = "tEXtSoftware" + std::string(1, '\0') + std::string(kPictureMark);
  const auto crc = crc32(0L, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
  return big_endian(static_cast<std::uint32_t>(content.size() - 4)) + content + big_endian(static_cast<std::uint32_t>(crc));
}

/// A JPEG's comment.
std::string jpeg_mark() {
  const auto length = std::string_view(kPictureMark).size() + 2;
  return std::string("\xFF\xFE") + std::string(1, '\0') + static_cast<char>(length) + std::string(kPictureMark);
}

constexpr std::size_t kPngHeader = 33, kJpegHeader = 2;  // signature and IHDR; SOI

/// The first bytes of a file; as many as there are.
std::string beginning_of(const fs::path& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::string text(most, '\0');
  file.read(text.data(), static_cast<std::streamsize>(most));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

/// A JSON value, discarded for text that this program doesn't write: no JSON, or one that is nested deeper, or says a key twice.
nlohmann::json sound_json(std::string_view text) {
  try {
    return parse_json(text, "output");
  } catch (const Error&) {
    return nlohmann::json::value_t::discarded;
  }
}

/// The first JSON value of a file: its first line, or all of it.
nlohmann::json first_value(const fs::path& path) {
  constexpr std::size_t kMost = std::size_t{64} << 20;
  const auto text = beginning_of(path, kMost);
  auto value = sound_json(std::string_view(text).substr(0, text.find('\n')));
  if (value.is_discarded()) value = sound_json(text);
  return value;
}

/// Of JSON, what may also go to standard output, a device or a pipe.
bool is_json(OutputKind kind) { return kind == OutputKind::json || kind == OutputKind::photos || kind == OutputKind::frames; }

/// The keys that each verb's JSON has. Lines of photos, frames and training steps are the work of hours: no other verb's JSON replaces
/// them.
bool is_own_json(const fs::path& path, OutputKind kind) {
  using Shapes = std::vector<std::vector<const char*>>;
  static const Shapes kPhotos = {{"schema", "photo", "faces", "error"}}, kFrames = {{"schema", "frame", "time", "faces", "error"}},
                      kSteps = {{"step", "time"}};
  static const Shapes kOthers = {{"schema", "task", "protocol", "figures"},
                                 {"architecture", "parameters", "tasks"},
                                 {"format", "samples", "examined", "readable"},
                                 {"made_by", "format", "split", "faces", "complete"},
                                 {"name", "description", "task", "kind", "splits"},
                                 {"device", "processor", "runs"},
                                 {"steps", "schedule", "checkpoints", "data"},
                                 {"cosine", "threshold", "far", "same"},
                                 {"index", "model", "enrolled"},
                                 {"photo", "index", "faces"},
                                 {"index", "threshold", "persons"}};
  const auto& shapes = kind == OutputKind::photos    ? kPhotos
                       : kind == OutputKind::frames  ? kFrames
                       : kind == OutputKind::run_log ? kSteps
                                                     : kOthers;
  const auto first = first_value(path);
  const auto& value = first.is_array() && !first.empty() ? first.front() : first;
  return value.is_object() && std::ranges::any_of(shapes, [&](const auto& keys) {
           return std::ranges::all_of(keys, [&](const char* key) { return value.contains(key); });
         });
}

bool is_own_safetensors(const fs::path& path, OutputKind kind) {
  try {
    const auto metadata = files::SafetensorsFile::open(path).metadata();
    return metadata.contains(kind == OutputKind::weights ? "faceptor.format" : kind == OutputKind::gallery ? "faceptor.gallery" : "model");
  } catch (const Error&) {
    return false;
  }
}

/// Containers have their comment at their beginning or at their end.
bool is_own_video(const fs::path& path) {
  constexpr std::size_t kAround = std::size_t{64} << 10;
  const auto begin = beginning_of(path, kAround);
  if (begin.starts_with("\xFF\xD8") && begin.substr(kJpegHeader).starts_with(jpeg_mark())) return true;
  std::error_code failed;
  const auto size = fs::file_size(path, failed);
  std::string end(failed ? 0 : std::min<std::uintmax_t>(size, kAround), '\0');
  std::ifstream file(path, std::ios::binary);
  file.seekg(-static_cast<std::streamoff>(end.size()), std::ios::end);
  file.read(end.data(), static_cast<std::streamsize>(end.size()));
  return begin.find(kVideoMark) != std::string::npos || end.find(kVideoMark) != std::string::npos;
}

/// Without links, as far as it is there.
fs::path resolved(const fs::path& path) {
  std::error_code failed;
  const auto whole = fs::absolute(path, failed);
  auto canonical = fs::weakly_canonical(whole, failed);
  return failed ? whole.lexically_normal() : canonical;
}

bool is_below(const fs::path& path, const fs::path& folder) {
  const auto inner = resolved(path), outer = resolved(folder);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// "png", "jpeg" or nothing, by a name's extension.
std::string_view picture_format(const fs::path& path) {
  const auto extension = name_end(path);
  return extension == ".png" ? "png" : extension == ".jpg" || extension == ".jpeg" ? "jpeg" : "";
}

Error refused(const std::string& option, const fs::path& path, std::string_view why) {
  return Error(ErrorCode::argument, fmt::format("{}: {}", option, why)).where(path.string());
}

}  // namespace

/// Which files a set of paths leads to, through links of either kind.
class Outputs::FileIds {
 public:
  void add(const fs::path& path) {
    if (const auto id = id_of(path)) ids_.insert(*id);
  }
  bool contains(const fs::path& path) const {
    const auto id = id_of(path);
    return id && ids_.contains(*id);
  }

 private:
  using Id = std::pair<dev_t, ino_t>;
  static std::optional<Id> id_of(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return Id{status.st_dev, status.st_ino};
  }
  std::set<Id> ids_;
};

void Outputs::reads(const fs::path& path) {
  if (!path.empty() && path != "-") inputs_.push_back(path);
}

void Outputs::writes(std::string_view option, const fs::path& path, OutputKind kind) {
  if (!path.empty() && !(path == "-" && is_json(kind))) outputs_.push_back({std::string(option), path, kind});
}

void Outputs::check() const {
  FileIds inputs;
  for (const auto& input : inputs_) inputs.add(input);
  std::map<fs::path, std::string> options;
  for (const auto& output : outputs_) {
    check(output, inputs);
    std::error_code status;
    // Devices such as /dev/null take any number of results.
    if (fs::exists(output.path, status) && !fs::is_regular_file(output.path, status)) continue;
    const auto [other, fresh] = options.emplace(resolved(output.path), output.option);
    if (!fresh) throw refused(output.option, output.path, fmt::format("{} writes this file too", other->second));
  }
}

void Outputs::check(const Output& output, const FileIds& inputs) const {
  const auto& [option, path, kind] = output;
  std::error_code status;
  if (path == "-") {
    throw refused(option, path, "standard output takes JSON only").hint("give a file's name (a file of this name is ./-)");
  }
  if (kind == OutputKind::picture && picture_format(path).empty()) {
    throw refused(option, path, "a picture is written as PNG or JPEG").hint("let the name end in .png or .jpg");
  }
  if (option == "--json" && path.has_parent_path() && !fs::is_directory(path.parent_path(), status)) {
    throw refused(option, path, "its folder isn't there").hint("make the folder first, or give another name");
  }
  const bool dangling = fs::is_symlink(path, status) && !fs::exists(path, status);
  if (!dangling && !fs::exists(path, status)) return;
  if (fs::is_directory(path, status)) throw refused(option, path, "a folder has this name");
  if (!dangling && !fs::is_regular_file(path, status) && !is_json(kind)) {
    throw refused(option, path, "a device or a pipe takes JSON only").hint("give a file's name");
  }
  if (inputs.contains(path)) {
    throw refused(option, path, "the run reads this file, so it isn't written").hint("give another name");
  }
  if (!dangling && fs::is_regular_file(path, status) && ::access(path.c_str(), W_OK) != 0 && !force_) {
    throw refused(option, path, "the file is read-only").hint("give another name; --force replaces the file");
  }
  if (!dangling && (!fs::is_regular_file(path, status) || written_here(path, kind))) return;
  for (const auto& input : inputs_) {
    if (fs::is_directory(input, status) && is_below(path, input)) {
      throw refused(option, path, "the file lies in a folder that the run reads, and is none of this program's results")
          .hint("give another name");
    }
  }
  if (!force_) {
    throw refused(option, path, dangling ? "a link to nowhere has this name" : "there is a file that is no such result of this program's")
        .hint("give another name; --force replaces the file");
  }
}

bool written_here(const fs::path& path, OutputKind kind) {
  std::error_code status;
  if (fs::file_size(path, status) == 0 && !status) return true;
  switch (kind) {
    case OutputKind::json:
    case OutputKind::photos:
    case OutputKind::frames:
    case OutputKind::run_log: return is_own_json(path, kind);
    case OutputKind::page: return beginning_of(path, 512).find("<meta name=\"generator\" content=\"faceptor\">") != std::string::npos;
    case OutputKind::picture: {
      const auto start = beginning_of(path, 128);
      return start.substr(std::min(start.size(), kPngHeader)).starts_with(png_mark()) ||
             (start.starts_with("\xFF\xD8") && start.substr(kJpegHeader).starts_with(jpeg_mark()));
    }
    case OutputKind::video: return is_own_video(path);
    case OutputKind::tensors:
    case OutputKind::weights:
    case OutputKind::gallery: return is_own_safetensors(path, kind);
  }
  return false;
}

namespace {

void write_marked(const fs::path& path, std::span<const std::byte> encoded, bool jpeg) {
  const auto split = jpeg ? kJpegHeader : kPngHeader;
  files::AtomicFile file(path);
  file.write(encoded.first(split));
  file.write(jpeg ? jpeg_mark() : png_mark());
  file.write(encoded.subspan(split));
  file.commit();
}

}  // namespace

void write_picture(const fs::path& path, const Image& picture) {
  const bool jpeg = picture_format(path) == "jpeg";
  write_marked(path, jpeg ? encode_jpeg(picture) : encode_png(picture), jpeg);
}

void write_picture(const fs::path& path, const LabelImage& labels) { write_marked(path, encode_labels(labels), /*jpeg=*/false); }

WholeText::WholeText(std::string target) : target_(std::move(target)) {
  std::error_code status;
  // A device or a pipe is written to, not renamed away.
  const bool special = fs::exists(target_, status) && !fs::is_regular_file(target_, status);
  if (target_ != "-" && !special) file_.emplace(target_);
}

void WholeText::write(const std::string& text) {
  if (!file_) return LineWriter(target_).write(text);
  file_->write(text + "\n");
  file_->commit();
}

}  // namespace faceptor::program
