#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/datasets/cofw.hpp>
#include <faceptor/datasets/mat5.hpp>
#include <faceptor/datasets/record_io.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/image/write.hpp>

#include "image/pictures.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

// Whatever this program writes goes through here, so that any of the calls can fail as a full, broken or read-only disk makes it fail.

namespace {

struct Disk {
  bool watched = false;
  long calls = 0;
  long failing = 0;  ///< which call fails, counted from 1; 0 for none
  int error = 0;     ///< errno of it; 0 for a write of half the bytes
};
thread_local Disk disk;

bool fails() { return disk.watched && ++disk.calls == disk.failing && disk.error != 0; }

int failed() {
  errno = disk.error;
  return -1;
}

std::size_t allowed(std::size_t size) { return disk.watched && disk.calls == disk.failing ? (size + 1) / 2 : size; }

}  // namespace

extern "C" {
ssize_t write(int descriptor, const void* data, std::size_t size) {
  if (fails()) return failed();
  return ::syscall(SYS_write, descriptor, data, allowed(size));
}
ssize_t pwrite(int descriptor, const void* data, std::size_t size, off_t position) {
  if (fails()) return failed();
  return ::syscall(SYS_pwrite64, descriptor, data, allowed(size), position);
}
int fsync(int descriptor) {
  // Of a folder it is tried, and no more: the file is in its place by then.
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && !S_ISDIR(status.st_mode) && fails()) return failed();
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}
int rename(const char* from, const char* to) { return fails() ? failed() : static_cast<int>(::syscall(SYS_rename, from, to)); }
int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(arguments, unsigned) : 0U;
  va_end(arguments);
  if ((flags & O_CREAT) != 0 && fails()) return failed();
  return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}
}

namespace {
using namespace faceptor;
using Path = std::filesystem::path;

struct Writer {
  const char* name;
  std::function<void(const Path& folder)> write;
  std::vector<std::string> files;
};

std::vector<Writer> writers() {
  static const std::vector<float> numbers(300, 0.5F);
  static const std::vector<std::int64_t> shape = {300};
  static const files::TensorView tensors[] = {{"a", files::DType::f32, shape, std::as_bytes(std::span(numbers))},
                                              {"b", files::DType::f32, shape, std::as_bytes(std::span(numbers))}};
  const auto image = pictures::smooth(9, 7);
  const auto picture = encode_png(image);
  return {
      {"a results file", [](const Path& folder) { files::write_file(folder / "a.json", "{}\n"); }, {"a.json"}},
      {"a picture", [=](const Path& folder) { write_png(folder / "a.png", image); }, {"a.png"}},
      {"weights",
       [](const Path& folder) {
         files::write_safetensors(folder / "a.safetensors", tensors, {{"k", "v"}});
       },
       {"a.safetensors"}},
      {"a checkpoint", [](const Path& folder) { files::write_checkpoint(folder / "a.pth.tar", tensors, 3); }, {"a.pth.tar"}},
      {"records",
       [=](const Path& folder) {
         datasets::RecordWriter records(folder / "a.rec", folder / "a.idx");
         records.add(0, {.flag = 2, .labels = {2, 1}}, {});
         records.add(1, {.labels = {0}}, picture);
         records.rewrite_first(std::vector<float>{2, 2});
         records.finish();
       },
       {"a.rec", "a.idx"}},
      {"pairs",
       [=](const Path& folder) {
         const std::vector<std::vector<std::byte>> pair = {picture, picture};
         datasets::write_verification_bin(folder / "a.bin", pair, {true});
       },
       {"a.bin"}},
      {"a MAT file",
       [](const Path& folder) {
         const datasets::MatArray arrays[] = {datasets::mat_numbers("x", 1, 2, {1, 2})};
         datasets::write_mat5(folder / "a.mat", arrays);
       },
       {"a.mat"}},
      {"an HDF5 file",
       [=](const Path& folder) {
         datasets::CofwWriter cofw(folder, "train");
         cofw.add(image, std::vector<Point>(29), std::vector<std::uint8_t>(29, 1));
         cofw.finish();
       },
       {"COFW_train_color.mat"}},
  };
}

std::set<std::string> names_in(const Path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

}  // namespace

TEST_CASE("a disk that fails at any call costs one error, and the older file stays", "[files][disk]") {
  for (const auto& writer : writers()) {
    CAPTURE(writer.name);
    const TemporaryFolder sound;
    disk = {.watched = true};
    writer.write(sound.path());
    disk.watched = false;
    const long calls = disk.calls;
    REQUIRE(calls >= 3);
    CHECK(names_in(sound.path()) == std::set<std::string>(writer.files.begin(), writer.files.end()));
    for (const int error : {ENOSPC, EIO, EROFS, 0}) {
      for (long failing = 1; failing <= calls; ++failing) {
        CAPTURE(error, failing);
        const TemporaryFolder folder;
        for (const auto& name : writer.files) folder.write(name, "old");
        disk = {.watched = true, .failing = failing, .error = error};
        bool refused = false;
        try {
          writer.write(folder.path());
        } catch (const Error& e) {
          refused = true;
          CHECK(e.code() == ErrorCode::io);
          CHECK(e.where().starts_with(folder.path().string()));
        }
        disk.watched = false;
        CHECK(names_in(folder.path()) == std::set<std::string>(writer.files.begin(), writer.files.end()));
        CHECK(refused == (error != 0));  // a short write is gone on with
        const auto last = writer.files.back();
        CHECK(read_text(folder / last) == (refused ? "old" : read_text(sound / last)));
      }
    }
  }
}
