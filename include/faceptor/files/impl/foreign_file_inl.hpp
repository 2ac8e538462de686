#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/foreign_file.hpp>

namespace faceptor::files {
namespace detail {

struct FileMark {
  std::size_t at;
  std::string_view bytes;
  const char* kind;
};

inline constexpr const char* kSaveStateDict = "in Python, torch.save(model.state_dict(), FILE) writes what is read here";
inline constexpr const char* kGiveWeights = "give the file of the weights";

inline constexpr FileMark kModelMarks[] = {
    {0, "\x89HDF", "HDF5, as Keras writes it"},
    {0, "GGUF", "a GGUF model"},
    {4, "TFL3", "a TensorFlow Lite model"},
    {0, "\x93NUMPY", "a NumPy array"},
};

/// Without zip, which is what torch.save writes.
inline constexpr FileMark kArchiveMarks[] = {
    {0, "\x1F\x8B", "a gzip archive"},
    {0, "7z\xBC\xAF", "a 7z archive"},
    {0, "Rar!", "a RAR archive"},
    {0,
     "\xFD"
     "7zXZ",
     "an xz archive"},
    {0, "\x28\xB5\x2F\xFD", "a Zstandard archive"},
    {0, "BZh", "a bzip2 archive"},
    {257, "ustar", "a tar archive"},
};

inline constexpr FileMark kOtherMarks[] = {
    {0,
     std::string_view("\x7F"
                      "ELF"),
     "a program"},
    {0, std::string_view("MZ\x90\0\x03", 5), "a program"},
    {0, "\xFF\xD8\xFF", "a JPEG picture"},
    {0, "\x89PNG", "a PNG picture"},
    {0, "%PDF", "a PDF document"},
};

/// The mark that a file has, or null.
FACEPTOR_INLINE const FileMark* mark_of(std::span<const std::byte> bytes, std::span<const FileMark> marks) {
  const auto found = std::find_if(marks.begin(), marks.end(), [&](const auto& mark) { return has_bytes_at(bytes, mark.at, mark.bytes); });
  return found == marks.end() ? nullptr : &*found;
}

/// A ModelProto's fields: its version of ONNX, then who made it.
FACEPTOR_INLINE bool looks_like_onnx(std::string_view text, const std::filesystem::path& path) {
  const auto start = text.substr(0, 256);
  const bool named = start.find("onnx") != start.npos || start.find("pytorch") != start.npos;
  return text.size() > 2 && text[0] == 0x08 && text[1] > 0 && text[1] < 0x20 && (named || path.extension() == ".onnx");
}

}  // namespace detail

FACEPTOR_INLINE std::string leading_text(std::span<const std::byte> bytes, std::size_t most) {
  std::size_t at = has_bytes_at(bytes, 0, "\xEF\xBB\xBF") ? 3 : 0;
  while (at < bytes.size() && std::isspace(std::to_integer<unsigned char>(bytes[at])) != 0) ++at;
  std::string text;
  for (; at < bytes.size() && text.size() < most; ++at) {
    text += static_cast<char>(std::tolower(std::to_integer<unsigned char>(bytes[at])));
  }
  return text;
}

FACEPTOR_INLINE bool is_archive(std::span<const std::byte> bytes) {
  return has_bytes_at(bytes, 0, "PK\x03\x04") || detail::mark_of(bytes, detail::kArchiveMarks) != nullptr;
}

FACEPTOR_INLINE std::optional<Error> foreign_file(std::span<const std::byte> bytes, const std::filesystem::path& path) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto told = [&](const char* kind, const char* advice) {
    return Error(ErrorCode::unsupported, "weights: this is no weights file")
        .where(path.string())
        .expected("a safetensors file, or a checkpoint of torch.save")
        .found(kind)
        .hint(advice);
  };
  if (const auto* mark = detail::mark_of(bytes, detail::kModelMarks)) return told(mark->kind, detail::kSaveStateDict);
  if (const auto* mark = detail::mark_of(bytes, detail::kArchiveMarks)) return told(mark->kind, "unpack it first");
  if (const auto* mark = detail::mark_of(bytes, detail::kOtherMarks)) return told(mark->kind, detail::kGiveWeights);
  if (detail::looks_like_onnx(text, path)) return told("an ONNX model", detail::kSaveStateDict);
  const auto start = leading_text(bytes, 512);
  if (start.starts_with("version https://git-lfs")) return told("a Git LFS pointer", "fetch the file itself: git lfs pull");
  const bool xml = start.starts_with("<?xml");
  if (xml && start.find("<html") == start.npos) {
    return told("XML text", "a server's answer in place of the download, or another program's model: look into it");
  }
  if (xml || start.starts_with("<!doctype html") || start.starts_with("<html")) {
    return told("an HTML page", "the download was answered by a page: open the address in a browser");
  }
  if (start.starts_with("{") || start.starts_with("[")) {
    const bool index = text.find("\"weight_map\"") != text.npos;
    return told(index ? "the index of a model in several files" : "JSON text",
                index ? "put the files' tensors into one: safetensors.torch.save_file(tensors, FILE) in Python" : detail::kGiveWeights);
  }
  const bool plain = !start.empty() && std::all_of(start.begin(), start.end(), [](unsigned char c) {
    return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\r' || c == '\t';
  });
  if (plain && !start.starts_with("pk")) return told("plain text", "is the download complete?");
  return std::nullopt;
}

}  // namespace faceptor::files
