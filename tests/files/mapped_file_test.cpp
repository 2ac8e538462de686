#include <faceptor/files/mapped_file.hpp>

#include <unistd.h>

#include <cstdint>
#include <string>

#include <faceptor/core/error.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using faceptor::files::MappedFile;

namespace {

std::string text_of(const MappedFile& file) { return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()}; }

}  // namespace

TEST_CASE("a mapped file has the bytes of the file, from a page's beginning", "[files][mapped_file]") {
  const TemporaryFolder folder;
  const std::string content("a\0b\xff\n", 5);
  const auto path = folder.write("a.bin", content);
  const auto file = MappedFile::open(path);
  CHECK(text_of(*file) == content);
  CHECK(file->path() == path);
  CHECK(reinterpret_cast<std::uintptr_t>(file->bytes().data()) % static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE)) == 0);
}

TEST_CASE("a mapping outlives its file's name and replacement", "[files][mapped_file]") {
  const TemporaryFolder folder;
  const auto file = MappedFile::open(folder.write("a.bin", "old"));
  std::filesystem::rename(folder.write("b.bin", "new"), folder / "a.bin");
  CHECK(text_of(*file) == "old");
  CHECK(text_of(*MappedFile::open(folder / "a.bin")) == "new");
  std::filesystem::remove(folder / "a.bin");
  CHECK(text_of(*file) == "old");
}

TEST_CASE("what can't be mapped is one error that names it", "[files][mapped_file]") {
  const TemporaryFolder folder;
  const auto missing = error_of([&] { MappedFile::open(folder / "none.bin"); });
  CHECK(missing.code() == ErrorCode::io);
  CHECK(missing.where() == (folder / "none.bin").string());
  CHECK_FALSE(missing.found().empty());
  const auto directory = error_of([&] { MappedFile::open(folder.path()); });
  CHECK(directory.code() == ErrorCode::io);
  CHECK(directory.expected() == "a regular file");
  CHECK(directory.found() == "a directory");
  CHECK(error_of([] { MappedFile::open("/dev/null"); }).code() == ErrorCode::io);
  const auto empty = error_of([&] { MappedFile::open(folder.write("empty.bin", "")); });
  CHECK(empty.code() == ErrorCode::format);
  CHECK(empty.where() == (folder / "empty.bin").string());
  CHECK_FALSE(empty.hint().empty());
}
