#include <faceptor/files/whole_file.hpp>

#include <sys/stat.h>

#include <thread>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;

TEST_CASE("a whole file is read as it was written, whatever its size", "[files][whole]") {
  const TemporaryFolder folder;
  for (const std::size_t size : {0, 1, 65535, 65536, 65537, 300'000}) {
    CAPTURE(size);
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 % 251);
    files::write_file(folder / "a", text);
    CHECK(files::read_file(folder / "a", "files: the test", size) == text);
    if (size == 0) continue;
    const auto error = error_of([&] { files::read_file(folder / "a", "files: the test", size - 1, "buy a larger one"); });
    CHECK(error.code() == ErrorCode::limit);
    CHECK(error.summary() == "files: the test is larger than the cap");
    CHECK(error.where() == (folder / "a").string());
    CHECK(error.hint() == "buy a larger one");
  }
}

TEST_CASE("files whose size is not told are read to their end", "[files][whole]") {
  // A file of the kernel says that it is empty.
  CHECK_FALSE(files::read_file("/proc/self/status", "files: the test", 1 << 20).empty());
  CHECK(error_of([] { files::read_file("/dev/zero", "files: the test", 1 << 20); }).code() == ErrorCode::limit);
  const TemporaryFolder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const std::string text(200'000, 'x');
  std::thread writer([&] { folder.write("pipe", text); });
  const auto read = files::read_file(folder / "pipe", "files: the test", text.size());
  writer.join();
  CHECK(read == text);
}

TEST_CASE("a file that can't be read or written is one clear error", "[files][whole]") {
  const TemporaryFolder folder;
  const auto missing = error_of([&] { files::read_file(folder / "a", "files: the test", 10); });
  CHECK(missing.code() == ErrorCode::io);
  CHECK(missing.summary() == "files: the test can't be read");
  CHECK(missing.found() == "No such file or directory");
  CHECK(error_of([&] { files::read_file(folder.path(), "files: the test", 10); }).found() == "a folder");
  const auto nowhere = error_of([&] { files::write_file(folder / "missing/a", "text"); });
  CHECK(nowhere.code() == ErrorCode::io);
  CHECK(nowhere.hint() == "make its folder first");
  CHECK(error_of([&] { files::write_file(folder.path(), "text"); }).code() == ErrorCode::io);
  CHECK(std::filesystem::is_empty(folder.path()));
}
