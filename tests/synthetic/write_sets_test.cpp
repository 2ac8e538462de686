#include <faceptor/synthetic/write_sets.hpp>

#include <map>
#include <set>

#include <faceptor/core/error.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::synthetic;

namespace {

/// All files below a folder, by their paths, but the marker.
std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[std::filesystem::relative(entry.path(), folder).string()] = read_text(entry.path());
  }
  files.erase("synthesized.json");
  return files;
}

}  // namespace

TEST_CASE("the number of threads changes no byte of a set, the seed changes its pictures", "[synthetic]") {
  const TemporaryFolder folder;
  for (const char* format : {"celeba", "wflw", "ferplus"}) {
    INFO(format);
    write_set(format, folder / "one", {.seed = 5, .count = 12, .width = 40, .threads = 1}, {.force = true});
    write_set(format, folder / "five", {.seed = 5, .count = 12, .width = 40, .threads = 5}, {.force = true});
    write_set(format, folder / "other", {.seed = 6, .count = 12, .width = 40, .threads = 5}, {.force = true});
    const auto one = contents(folder / "one");
    CHECK(one.size() > 12);
    CHECK(one == contents(folder / "five"));
    CHECK(one != contents(folder / "other"));
  }
}

TEST_CASE("a set that is there already is left alone, another one only replaced where that is asked for", "[synthetic]") {
  const TemporaryFolder folder;
  const SetPlan plan("morph2", {.seed = 1, .count = 6, .width = 24}), other("morph2", {.seed = 2, .count = 4, .width = 24});
  CHECK(state_of_set(plan, folder / "set") == SetState::absent);
  std::size_t steps = 0;
  const WriteOptions counting{.progress = [&](std::size_t done, std::size_t total) {
    CHECK(done == ++steps);
    CHECK(total == 6);
  }};
  CHECK(write_set(plan, folder / "set", counting));
  CHECK(steps == 6);
  CHECK(state_of_set(plan, folder / "set") == SetState::complete);
  CHECK_FALSE(write_set(plan, folder / "set"));
  CHECK(state_of_set(other, folder / "set") == SetState::other);
  const auto error = error_of([&] { write_set(other, folder / "set"); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.where() == (folder / "set").string());
  CHECK(write_set(other, folder / "set", {.force = true}));
  CHECK(contents(folder / "set").size() == 4 + 2);  // none of the six is left
}

TEST_CASE("a set that was begun is written anew", "[synthetic]") {
  const TemporaryFolder folder;
  const SetPlan plan("morph2", {.seed = 1, .count = 6, .width = 24});
  struct Interrupted {};
  const WriteOptions interrupted{.progress = [](std::size_t done, std::size_t) {
    if (done == 3) throw Interrupted();
  }};
  CHECK_THROWS_AS(write_set(plan, folder / "set", interrupted), Interrupted);
  CHECK(state_of_set(plan, folder / "set") == SetState::begun);
  CHECK(write_set(plan, folder / "set"));
  write_set(plan, folder / "whole");
  CHECK(contents(folder / "set") == contents(folder / "whole"));
}

TEST_CASE("files that no set left there are neither deleted nor written among", "[synthetic]") {
  const TemporaryFolder folder;
  const SetPlan plan("morph2", {.seed = 1, .count = 6, .width = 24});
  folder.write("mine.txt", "mine");
  CHECK(state_of_set(plan, folder.path()) == SetState::foreign);
  const auto error = error_of([&] { write_set(plan, folder.path()); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(contents(folder.path()).size() == 1);
  write_set(plan, folder.path(), {.force = true});
  CHECK(read_text(folder / "mine.txt") == "mine");
  CHECK(state_of_set(plan, folder / "mine.txt") == SetState::foreign);
  CHECK(error_of([&] { write_set(plan, folder / "mine.txt", {.force = true}); }).code() == ErrorCode::io);
}
