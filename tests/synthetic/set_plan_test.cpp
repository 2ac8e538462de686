#include <faceptor/synthetic/set_plan.hpp>

#include <map>
#include <set>

#include <faceptor/core/error.hpp>

#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::synthetic;

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

TEST_CASE("a set's pictures are as large as wished, and of the format's shape", "[synthetic][set_plan]") {
  const SetPlan usual("celeba", {.count = 4}), small("celeba", {.count = 4, .width = 89});
  const auto size = usual.size(usual.pictures()[0]);
  CHECK(size.width == 178);
  CHECK(size.height == 218);
  CHECK(small.size(small.pictures()[0]).width == 89);
  CHECK(small.size(small.pictures()[0]).height == 109);
  const auto other = small.paint(small.pictures()[0], {50, 60});
  CHECK(other.image.width() == 50);
  CHECK(other.image.height() == 60);
  CHECK(other.face.person.eye_x == small.paint(small.pictures()[0]).face.person.eye_x);
  CHECK(&set_format("celeba") == &usual.format());
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
