#include <faceptor/files/pickle_writer.hpp>

#include <faceptor/files/pickle.hpp>

#include "support/catch.hpp"

using namespace faceptor::files;
using pickle::Kind;

namespace {

std::span<const std::byte> raw(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace

TEST_CASE("what is pickled is read back", "[weights][pickle]") {
  for (const int protocol : {2, 3}) {
    pickle::Writer out(protocol);
    out.begin_dict();
    out.text("numbers");
    out.begin_tuple();
    for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{INT32_MAX}, std::int64_t{INT32_MAX} + 1, INT64_MIN})
      out.integer(number);
    out.end();
    out.text("flags");
    out.begin_list();
    out.boolean(true);
    out.none();
    out.bytes(raw("\xff\xd8"));
    out.begin_list();
    out.end();
    out.end();
    out.end();
    const std::string bytes = out.finish();
    const auto document = pickle::parse(raw(bytes), {.where = "test"});
    CHECK(document.consumed() == bytes.size());
    const auto root = document.root();
    REQUIRE(root.size() == 2);
    const auto numbers = *root.find("numbers"), flags = *root.find("flags");
    REQUIRE(numbers.is(Kind::tuple));
    REQUIRE(numbers.size() == 5);
    CHECK(numbers.item(2).integer() == INT32_MAX);
    CHECK(numbers.item(3).integer() == std::int64_t{INT32_MAX} + 1);
    CHECK(numbers.item(4).integer() == INT64_MIN);
    REQUIRE(flags.size() == 4);
    CHECK(flags.item(0).boolean());
    CHECK(flags.item(1).is(Kind::none));
    CHECK(flags.item(2).bytes().size() == 2);
    CHECK(flags.item(3).size() == 0);
  }
}

TEST_CASE("long lists and dicts are pickled in batches, so that a reader's stack stays small", "[weights][pickle]") {
  constexpr std::int64_t kCount = 2500;
  pickle::Writer out;
  out.begin_tuple();
  out.begin_list();
  for (std::int64_t i = 0; i < kCount; ++i) out.integer(i);
  out.end();
  std::string bytes = out.take();  // to a file, say
  out.begin_dict();
  for (std::int64_t i = 0; i < kCount; ++i) {
    out.text(std::to_string(i));
    out.begin_list();
    out.integer(i);
    out.end();
  }
  out.end();
  out.end();
  bytes += out.finish();
  const auto document = pickle::parse(raw(bytes), {.max_stack = 2100, .where = "test"});
  const auto list = document.root().item(0), dict = document.root().item(1);
  REQUIRE(list.size() == kCount);
  REQUIRE(dict.size() == kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    REQUIRE(list.item(i).integer() == static_cast<std::int64_t>(i));
    REQUIRE(dict.key(i).text() == std::to_string(i));
    REQUIRE(dict.value(i).item(0).integer() == static_cast<std::int64_t>(i));
  }
}

TEST_CASE("calls, references and ordered dicts are pickled as Python's pickler does it", "[weights][pickle]") {
  static constexpr pickle::AllowedGlobal kAllowed[] = {{"collections", "OrderedDict", pickle::Call::ordered_dict},
                                                       {"torch", "Size", pickle::Call::object}};
  pickle::Writer out;
  out.begin_ordered_dict();
  out.text("size");
  out.begin_call("torch", "Size");
  out.integer(3);
  out.end();
  out.text("outside");
  out.begin_persistent();
  out.text("storage");
  out.global("torch", "Size");
  out.end();
  out.end();
  const std::string bytes = out.finish();
  const auto document = pickle::parse(raw(bytes), {.allowed = kAllowed, .persistent_ids = true, .where = "test"});
  const auto root = document.root();
  REQUIRE(root.is(Kind::dict));
  REQUIRE(root.find("size")->is(Kind::object));
  CHECK(root.find("size")->argument().item(0).integer() == 3);
  REQUIRE(document.persistent().size() == 1);
  CHECK(document.persistent()[0].argument().item(1).name() == "torch Size");
}
