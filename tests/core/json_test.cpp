#include <faceptor/core/json.hpp>

#include <string>

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;

TEST_CASE("JSON is read up to a depth that copying it survives", "[core]") {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  CHECK(parse_json(nested(kMostJsonLevels), "data").is_array());
  CHECK(parse_json(R"({"a": [1, "x"]})", "data") == nlohmann::json{{"a", {1, "x"}}});
  CHECK(parse_json<nlohmann::ordered_json>(R"({"b": 1, "a": 2})", "data").begin().key() == "b");
  for (const char* text : {"", "{", "nan", "\"\\", "\"\xFF\"", "[1] 2", "1e999"}) CHECK(parse_json(text, "data").is_discarded());

  const auto e = error_of([&] { parse_json(nested(1'000'000), "data", "a.jsonl, line 1"); });
  CHECK(e.code() == ErrorCode::limit);
  CHECK(std::string(e.what()) == "data: the JSON is nested too deep (a.jsonl, line 1): expected at most 64 levels");
  CHECK_THROWS_AS(parse_json(R"({"a":)" + nested(kMostJsonLevels), "data"), Error);
}

TEST_CASE("brackets in text and beside each other are no depth", "[core]") {
  std::string list = "[";
  for (int i = 0; i < 1000; ++i) list += R"({"[[[": "]\"{{{\\"},)";
  list += "0]";
  const auto json = parse_json(list, "data");
  REQUIRE(json.size() == 1001);
  CHECK(json[999]["[[["] == R"(]"{{{\)");
  CHECK(parse_json("\"" + std::string(1000, '[') + "\"", "data").is_string());
}

TEST_CASE("an object of JSON says each key once", "[core]") {
  CHECK(parse_json(R"({"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]})", "data").size() == 2);
  for (const char* text : {R"({"a": 1, "a": 1})", R"({"b": {"c": [], "a": {"x": 1}, "c": 2}})"}) {
    const auto e = error_of([&] { parse_json(text, "data", "a.jsonl, line 1"); });
    CHECK(e.code() == ErrorCode::format);
    CHECK(e.summary() == "data: the JSON says a key twice");
    CHECK(e.found() == (text[2] == 'a' ? "\"a\"" : "\"c\""));
  }
}
