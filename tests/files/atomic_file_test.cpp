#include <faceptor/files/atomic_file.hpp>

#include <sys/stat.h>

#include <faceptor/core/error.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using files::AtomicFile;

TEST_CASE("bytes of a file that is being written can be replaced, and only those", "[weights][atomic]") {
  const TemporaryFolder folder;
  const std::string wrong = "xx";
  {
    AtomicFile file(folder / "a");
    file.write("0123456789");
    file.rewrite(3, std::as_bytes(std::span(wrong)));
    file.rewrite(8, std::as_bytes(std::span(wrong)));
    file.rewrite(10, {});
    CHECK(error_of([&] { file.rewrite(9, std::as_bytes(std::span(wrong))); }).code() == ErrorCode::argument);
    CHECK(error_of([&] { file.rewrite(11, {}); }).code() == ErrorCode::argument);
    CHECK(error_of([&] { file.rewrite(~std::uint64_t{0}, std::as_bytes(std::span(wrong))); }).code() == ErrorCode::argument);
    // What follows goes to the end, not behind what was replaced.
    file.write("!");
    CHECK(file.position() == 11);
    CHECK_FALSE(std::filesystem::exists(folder / "a"));
    file.commit();
  }
  CHECK(read_text(folder / "a") == "012xx567xx!");
}

TEST_CASE("a file that isn't committed leaves nothing behind", "[weights][atomic]") {
  const TemporaryFolder folder;
  folder.write("a", "old");
  { AtomicFile(folder / "a").write("new"); }
  CHECK(read_text(folder / "a") == "old");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("the longest name of a file is none too long", "[weights][atomic]") {
  const TemporaryFolder folder;
  const std::string name(255, 'n');
  AtomicFile file(folder / name);
  file.write("1");
  file.commit();
  CHECK(read_text(folder / name) == "1");
}

TEST_CASE("a pipe is not replaced by a file, and a link to a file stays a link", "[weights][atomic]") {
  const TemporaryFolder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  std::filesystem::create_symlink("pipe", folder / "link");
  for (const char* name : {"pipe", "link"}) {
    CHECK(error_of([&] { AtomicFile file(folder / name); }).code() == ErrorCode::io);
    CHECK(std::filesystem::is_fifo(folder / name));
  }
  CHECK(error_of([&] { AtomicFile file(folder.path()); }).code() == ErrorCode::io);

  std::filesystem::create_directory(folder / "other");
  for (const std::string text : {"old", "new"}) {
    AtomicFile file(folder / (text == "old" ? "other/file" : "to_file"));
    file.write(text);
    file.commit();
    if (text == "old") std::filesystem::create_symlink("other/file", folder / "to_file");
  }
  CHECK(std::filesystem::is_symlink(folder / "to_file"));
  CHECK(read_text(folder / "other" / "file") == "new");
}
