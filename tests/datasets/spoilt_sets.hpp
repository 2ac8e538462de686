#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/image/write.hpp>

#include "image/encoders.hpp"
#include "image/pictures.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

/// Tiny data sets that tests write, and then spoil in one way each.
namespace sets {

using faceptor::ErrorCode;
using faceptor::datasets::Dataset;
using faceptor::datasets::DatasetOptions;

/// The folder of a set.
class Folder {
 public:
  const std::filesystem::path& root() const { return folder_.path(); }

  void write(const std::string& name, std::string_view text) const {
    const auto path = root() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
  }
  /// A picture, JPEG or PNG by its name.
  void picture(const std::string& name, int width = 12, int height = 10) const {
    const auto image = pictures::smooth(width, height);
    const auto bytes = name.ends_with(".png") ? faceptor::encode_png(image) : faceptor::encode_jpeg(image);
    write(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  /// A JPEG that is stored 12 x 10, and whose EXIF says that it stands 10 x 12.
  void turned_picture(const std::string& name) const {
    using encoders::operator+;
    const auto exif = encoders::text(std::string_view("Exif\0\0", 6)) + encoders::exif(6, true);
    const auto bytes = encoders::jpeg_with_segment(encoders::jpeg(pictures::smooth(12, 10)), 0xE1, exif);
    write(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  std::string text(const std::string& name) const { return read_text(root() / name); }

 private:
  TemporaryFolder folder_;
};

using Action = std::function<void(const Folder&)>;

/// What can be done to a set.
inline Action write(std::string name, std::string text) {
  return [=](const Folder& folder) { folder.write(name, text); };
}
inline Action append(std::string name, std::string text) {
  return [=](const Folder& folder) { folder.write(name, folder.text(name) + text); };
}
inline Action replace(std::string name, std::string from, std::string to) {
  return [=](const Folder& folder) {
    auto text = folder.text(name);
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    folder.write(name, text.replace(at, from.size(), to));
  };
}
inline Action remove(std::string name) {
  return [=](const Folder& folder) { REQUIRE(std::filesystem::remove_all(folder.root() / name) > 0); };
}
/// Keeps the first `part` of a file.
inline Action cut(std::string name, double part) {
  return [=](const Folder& folder) {
    const auto text = folder.text(name);
    folder.write(name, text.substr(0, static_cast<std::size_t>(static_cast<double>(text.size()) * part)));
  };
}
inline Action make_folder(std::string name) {
  return [=](const Folder& folder) {
    std::filesystem::remove_all(folder.root() / name);
    std::filesystem::create_directories(folder.root() / name);
  };
}

/// One fault, and what its error has to name: file, line or record, field, reason.
struct Case {
  std::string name;
  Action spoil;
  std::vector<std::string> named;
  ErrorCode code = ErrorCode::format;
  DatasetOptions options = {};
};

using Open = std::function<std::unique_ptr<Dataset>(const std::filesystem::path&, const DatasetOptions&)>;

/// Opens a set and reads all of it.
inline void read_all(const Open& open, const std::filesystem::path& root, const DatasetOptions& options = {}) {
  const auto set = open(root, options);
  REQUIRE(set->size() > 0);
  for (std::size_t i = 0; i < set->size(); ++i) set->read(i);
}

/// The set as `make` writes it is read well; with each fault it ends with the error that belongs to it.
inline void refuse(const Action& make, const Open& open, const std::vector<Case>& cases) {
  {
    const Folder sound;
    make(sound);
    REQUIRE_NOTHROW(read_all(open, sound.root()));
  }
  for (const auto& one : cases) {
    CAPTURE(one.name);
    const Folder folder;
    make(folder);
    one.spoil(folder);
    const auto error = error_of([&] { read_all(open, folder.root(), one.options); });
    const std::string message = error.what();
    CAPTURE(message);
    CHECK(error.code() == one.code);
    CHECK(message.size() < 1500);
    for (const auto& part : one.named) {
      CAPTURE(part);
      CHECK(message.find(part) != std::string::npos);
    }
  }
}

/// The faults that every text label file may have. @param file    below the root; its first record begins a line
/// @param record  that record without its picture's name, such as " 24"   @param picture  the name, which lies in `images`
inline std::vector<Case> faults_of_label_files(const std::string& file, const std::string& picture, const std::string& record,
                                               const std::string& images = "data/") {
  const auto base = std::filesystem::path(file).filename().string();
  const auto named = [&](const std::string& name) { return replace(file, picture + record, name + record); };
  const auto line = picture + record;
  const std::string path = images + picture;
  using namespace std::string_literals;
  return {
      {"the label file is missing", remove(file), {base}, ErrorCode::io},
      {"the label file is a folder", make_folder(file), {base, "folder"}, ErrorCode::io},
      {"the label file is empty", write(file, ""), {base, "empty"}},
      {"the label file holds blank lines only", write(file, "\n \r\n\t\n"), {base}},
      {"the label file holds a NUL byte", append(file, "\0"s), {base, "NUL"}},
      {"the label file is UTF-16", write(file, "\xFF\xFE\x61\0\x2E\0"s), {base, "line 1", "UTF-8"}},
      {"a line is too long", append(file, std::string((1 << 20) + 1, 'x')), {base, "too long"}, ErrorCode::limit},
      {"a quote is not closed", replace(file, line, "\"" + line), {base, "quote"}},
      {"text stands behind a quote", replace(file, line, "\"" + picture + "\"x" + record), {base, "quote"}},
      {"a picture's path is absolute", named("/etc/" + picture), {base, "image", "absolute"}},
      {"a picture's path leaves the folder", named("../../" + picture), {base, "image", "leaves", "within"}},
      {"a picture's path leaves the folder late", named("x/../../../" + picture), {base, "image", "leaves"}},
      {"a picture's path is a folder", named("./"), {base, "image", "folder"}},
      {"a picture stands there twice", replace(file, line, line + "\n" + line), {base, "image", "twice", picture}},
      {"a picture is missing", remove(path), {picture, "sample 0"}, ErrorCode::io},
      {"a picture is empty", write(path, ""), {picture, "sample 0", "empty"}},
      {"a picture is cut off", cut(path, 0.6), {picture, "sample 0"}},
      {"a picture is text", write(path, "not a picture"), {picture, "sample 0"}, ErrorCode::unsupported},
      {"a picture is a folder", make_folder(path), {picture, "sample 0", "folder"}, ErrorCode::io},
  };
}

inline std::vector<Case> operator+(std::vector<Case> a, const std::vector<Case>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// What a set refuses before it looks at any file.
inline std::vector<Case> faults_of_options() {
  const auto nothing = [](const Folder&) {};
  return {{"an unknown split", nothing, {"\"tarin\"", "expected", "did you mean \"train\""}, ErrorCode::argument, {.split = "tarin"}},
          {"an unknown setting", nothing, {"\"image\"", "images"}, ErrorCode::argument, {.settings = {{"image", "x"}}}},
          {"an unknown choice", nothing, {"\"yes\"", "refuse, keep"}, ErrorCode::argument, {.settings = {{"duplicates", "yes"}}}}};
}

/// A set whose label file is cut off anywhere, or has any byte changed, is opened or ends with an Error. Returns how many were refused.
inline int survive(const Action& make, const Open& open, const std::string& file, std::size_t stride = 1) {
  const Folder folder;
  make(folder);
  const auto sound = folder.text(file);
  int refused = 0;
  const auto attempt = [&](const std::string& text) {
    folder.write(file, text);
    try {
      open(folder.root(), {});
    } catch (const faceptor::Error&) {
      ++refused;
    }
  };
  for (std::size_t i = 0; i < sound.size(); i += stride) {
    attempt(sound.substr(0, i));
    for (const int change : {0xFF, 0x01, 0x0C}) {
      auto text = sound;
      text[i] = static_cast<char>(text[i] ^ change);
      attempt(text);
    }
  }
  return refused;
}

/// A byte order mark, the line ends of Windows, blank lines.
inline std::string as_windows_writes(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 4) text.replace(at, 1, "\r\n\r\n");
  return "\xEF\xBB\xBF" + text;
}

template <class T>
T label(const Dataset& set, std::size_t index) {
  return std::get<T>(set.annotation(index).label);
}

}  // namespace sets
