#include <faceptor/core/text.hpp>

#include "support/catch.hpp"

namespace text = faceptor::text;

TEST_CASE("the closest name is found, a far one is not", "[core]") {
  const std::vector<std::string> known = {"age_morph2", "align_300w", "parsing_lapa"};
  CHECK(text::closest("age_morf2", known) == "age_morph2");
  CHECK(text::closest("zebra", known).empty());
  CHECK(text::suggestion("parsing_lap", known) == "did you mean \"parsing_lapa\"?");
  CHECK(text::suggestion("zebra", known) == "known: age_morph2, align_300w, parsing_lapa");
}

TEST_CASE("split keeps empty parts", "[core]") {
  CHECK(text::split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(text::split("", ',') == std::vector<std::string>{""});
}

TEST_CASE("shapes read as lists", "[core]") {
  const std::vector<std::int64_t> sizes = {2, 3, 112};
  CHECK(text::shape(sizes) == "[2, 3, 112]");
}
