#include <faceptor/files/atomic_file.hpp>

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
