#include <faceptor/core/registry.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"

namespace {

struct Round {
  static constexpr const char* kName = "round";
};
struct AlsoRound {
  static constexpr const char* kName = "round";
};

}  // namespace

TEST_CASE("a registry leads from names to parts, in the order in which they came", "[core]") {
  faceptor::Registry<int> parts("part", "register_part<P>()");
  parts.add("square", 4);
  parts.add("round", 0);
  CHECK(parts.names() == std::vector<std::string>{"square", "round"});
  CHECK(parts.get("square") == 4);
  CHECK(parts.contains("round"));
  CHECK_FALSE(parts.find("flat").has_value());

  parts.add("square", 16);  // without a type they replace each other
  CHECK(parts.get("square") == 16);
  CHECK(parts.names().size() == 2);
  CHECK(error_of([&] { parts.add_new("square", 1); }).code() == faceptor::ErrorCode::argument);
  CHECK(error_of([&] { parts.add("", 1); }).code() == faceptor::ErrorCode::argument);
}

TEST_CASE("a registry knows a C++ type by more than its name", "[core]") {
  faceptor::Registry<int> parts("part", "register_part<P>()");
  parts.add("round", 1, &typeid(Round));
  parts.add("round", 2, &typeid(Round));
  CHECK(parts.get("round") == 2);
  CHECK(parts.contains<Round>());
  CHECK_FALSE(parts.contains<AlsoRound>());
  const auto error = error_of([&] { parts.add("round", 3, &typeid(AlsoRound)); });
  CHECK(error.code() == faceptor::ErrorCode::argument);
  CHECK(parts.get("round") == 2);
}

TEST_CASE("a registry says what it doesn't have, the nearest name and how to make a part known", "[core]") {
  faceptor::Registry<int> parts("part", "register_part<P>()");
  parts.add("square", 4);
  const auto error = error_of([&] { parts.get("sqare"); });
  CHECK(error.code() == faceptor::ErrorCode::unsupported);
  CHECK(error.hint().find("did you mean \"square\"?") != std::string::npos);
  CHECK(error.hint().find("register_part<P>()") != std::string::npos);

  const faceptor::Registry<int> none("part", "register_part<P>()");
  CHECK(error_of([&] { none.get("square"); }).hint() == "one of your own is made known by register_part<P>()");
}

TEST_CASE("a registry is filled as it is made, when its accessor can't give it yet", "[core]") {
  const faceptor::Registry<int> parts("part", "register_part<P>()", [](auto& all) {
    all.add("square", 4);
    all.add("triangle", 3);
  });
  CHECK(parts.names() == std::vector<std::string>{"square", "triangle"});
}
