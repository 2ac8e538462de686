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

TEST_CASE("every format's plan fills its splits, and no person is in two of them", "[synthetic]") {
  for (const auto& format : set_formats()) {
    if (format.name == "verification") continue;  // its files are made of the same persons
    INFO(format.name);
    const SetPlan plan(format.name, {.seed = 1, .count = 40, .identities = 10});
    CHECK(plan.pictures().size() == 40);
    std::map<std::uint64_t, std::string> split_of;
    std::set<std::uint64_t> indices;
    std::set<std::pair<std::string, std::string>> names;
    for (const auto& picture : plan.pictures()) {
      CHECK(indices.insert(picture.index).second);
      CHECK(names.emplace(picture.split, picture.name).second);
      const auto [place, is_new] = split_of.emplace(picture.index % 10, picture.split);
      CHECK(place->second == picture.split);
    }
    for (const auto& [split, share] : format.splits) CHECK(plan.pictures(split).size() >= 4);
  }
}

TEST_CASE("sets of one seed show different people", "[synthetic]") {
  const SetPlan first("affectnet", {.seed = 1, .count = 4, .width = 48}), second("rafdb", {.seed = 1, .count = 4, .width = 48});
  CHECK_FALSE(first.paint(first.pictures()[0]).image == second.paint(second.pictures()[0]).image);
}

TEST_CASE("labels of a set are spread: ages, expressions, attributes", "[synthetic]") {
  const SetPlan plan("celeba", {.seed = 2, .count = 300, .width = 16});
  std::array<int, 7> expressions{};
  std::array<int, 40> attributes{};
  int children = 0, old = 0, men = 0;
  for (const auto& picture : plan.pictures()) {
    const auto face = plan.paint(picture).face;
    ++expressions[static_cast<std::size_t>(face.expression)];
    for (std::size_t i = 0; i < 40; ++i) attributes[i] += face.attributes[i] == 1;
    children += face.age < 18, old += face.age >= 60, men += face.male;
  }
  for (const int count : expressions) CHECK(count > 300 / 7 / 2);
  CHECK(children > 15);
  CHECK(old > 30);
  CHECK((men > 120 && men < 180));
  // All but the five that the painter can't tell.
  int never = 0;
  for (const int count : attributes) never += count == 0;
  CHECK(never == 5);
}

TEST_CASE("pairs are of one person and of two in turn", "[synthetic]") {
  const SetPlan plan("verification", {.seed = 3, .count = 40, .identities = 5});
  for (const auto& [file, share] : plan.format().splits) {
    const auto pictures = plan.pictures(file);
    REQUIRE(pictures.size() == 40);
    for (std::size_t i = 0; i < 40; i += 2) {
      CHECK(pictures[i].index != pictures[i + 1].index);
      CHECK((pictures[i].index % 5 == pictures[i + 1].index % 5) == (i % 4 == 0));
    }
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

TEST_CASE("what can't be a set is refused", "[synthetic]") {
  CHECK(error_of([] { SetPlan("morph", {}); }).hint() == "did you mean \"morph2\"?");
  CHECK(error_of([] { SetPlan("300w", {.count = 3}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { SetPlan("300w", {.count = 1}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { SetPlan("300w", {.width = 15}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { SetPlan("300w", {.width = 9000}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { SetPlan("300w", {.count = 100, .identities = 3}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { SetPlan("verification", {.count = 10, .identities = 1}); }).code() == ErrorCode::argument);
}
