#include <faceptor/files/pickle.hpp>

#include <random>

#include <faceptor/core/error.hpp>

#include "support/catch.hpp"

using namespace faceptor;
using namespace faceptor::files;
using pickle::Call;
using pickle::Kind;
using namespace std::string_literals;

namespace {

constexpr pickle::AllowedGlobal kAllowed[] = {{"collections", "OrderedDict", Call::ordered_dict},
                                              {"builtins", "set", Call::set},
                                              {"_codecs", "encode", Call::encode},
                                              {"torch", "FloatStorage", Call::never},
                                              {"torch", "Size", Call::object}};

/// A document and the bytes it points into.
struct Parsed {
  explicit Parsed(std::string body, bool persistent = true)
      : bytes("\x80\x02" + std::move(body)),
        document(pickle::parse(std::as_bytes(std::span(bytes)), {.allowed = kAllowed, .persistent_ids = persistent, .where = "test"})) {}
  std::string bytes;
  pickle::Document document;
};

ErrorCode refusal(const std::string& body, bool whole = false) {
  try {
    const auto bytes = whole ? body : "\x80\x02" + body;
    pickle::parse(std::as_bytes(std::span(bytes)), {.allowed = kAllowed, .where = "test"});
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("pickled numbers", "[weights][pickle]") {
  const Parsed parsed(
      "(K\xffM\x00\x01J\xff\xff\xff\xff\x8a\x00\x8a\x01\x80\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80\x8a\x09\0\0\0\0\0\0\0\0\x01G\x3f\xf8\0\0\0\0\0\0\x88\x89Nt."s);
  const auto root = parsed.document.root();
  REQUIRE(root.size() == 11);
  CHECK(root.item(0).integer() == 255);
  CHECK(root.item(1).integer() == 256);
  CHECK(root.item(2).integer() == -1);
  CHECK(root.item(3).integer() == 0);
  CHECK(root.item(4).integer() == -128);
  CHECK(root.item(5).integer() == INT64_MIN);
  CHECK(root.item(6).digits().size() == 9);
  CHECK(root.item(7).real() == 1.5);
  CHECK(root.item(8).boolean());
  CHECK_FALSE(root.item(9).boolean());
  CHECK(root.item(10).is(Kind::none));
  CHECK_THROWS_AS(root.item(11), Error);
  CHECK_THROWS_AS(root.item(0).text(), Error);
}

TEST_CASE("pickled texts and bytes of Python 2 and 3", "[weights][pickle]") {
  const Parsed parsed(
      "(U\x02\xff\x00T\x01\0\0\0aX\x02\0\0\0\xc3\xa4\x8c\x01"
      "b\x8d\x01\0\0\0\0\0\0\0c"
      "C\x01z"
      "B\x01\0\0\0y\x8e\x01\0\0\0\0\0\0\0x"
      "\x96\x01\0\0\0\0\0\0\0wl."s);
  const auto root = parsed.document.root();
  REQUIRE(root.size() == 9);
  CHECK(root.item(0).bytes().size() == 2);
  CHECK(root.item(1).text() == "a");
  CHECK(root.item(2).text() == "\xc3\xa4");
  CHECK(root.item(3).text() == "b");
  CHECK(root.item(4).text() == "c");
  for (std::size_t i = 5; i < 9; ++i) CHECK(root.item(i).bytes().size() == 1);
  CHECK_THROWS_AS(root.item(2).bytes(), Error);

  const Parsed encoded(
      "c_codecs\nencode\nX\x03\0\0\0\xc3\xbf"
      "aX\x06\0\0\0latin1\x86R."s);
  CHECK(encoded.document.root().text() ==
        "\xff"
        "a");
}

TEST_CASE("pickled containers, shared and circular values", "[weights][pickle]") {
  const Parsed parsed(
      "}q\x00(X\x01\0\0\0aK\x01X\x01\0\0\0b]q\x01(K\x02K\x03"
      "eX\x01\0\0\0ch\x01X\x01\0\0\0dh\x00u."s);
  const auto root = parsed.document.root();
  CHECK(root.find("a")->integer() == 1);
  CHECK(root.find("b")->size() == 2);
  CHECK(root.find("c")->identity() == root.find("b")->identity());
  CHECK(root.find("d")->identity() == root.identity());
  CHECK_FALSE(root.find("e"));
  CHECK(Parsed("ccollections\nOrderedDict\n)R}X\x01\0\0\0kK\x05sb."s).document.root().state().find("k")->integer() == 5);
  CHECK(Parsed("ccollections\nOrderedDict\n]]X\x01\0\0\0kaK\x05"
               "aa\x85R."s)
            .document.root()
            .find("k")
            ->integer() == 5);
  CHECK(Parsed("cbuiltins\nset\n](K\x01K\x02"
               "e\x85R."s)
            .document.root()
            .size() == 2);
  CHECK(Parsed("\x8f(K\x01\x90."s).document.root().size() == 1);
  CHECK(Parsed("(K\x01\x91."s).document.root().size() == 1);
  CHECK(Parsed("(K\x01K\x02"
               "d."s)
            .document.root()
            .value(0)
            .integer() == 2);
  CHECK(Parsed("K\x01\x85\x94h\x00\x86."s).document.root().item(1).item(0).integer() == 1);
  CHECK(Parsed("\x8c\x05torch\x8c\x04Size\x93K\x01\x85\x85R."s).document.root().name() == "torch Size");
  CHECK(Parsed("K\x01"
               "0(K\x02"
               "1(0K\x03"
               "2\x86."s)
            .document.root()
            .size() == 2);
  const Parsed reference("X\x01\0\0\0k\x85Q."s);
  CHECK(reference.document.root().argument().item(0).text() == "k");
  CHECK(reference.document.persistent().size() == 1);
}

TEST_CASE("pickles that are no weights are refused", "[weights][pickle]") {
  CHECK(refusal("cos\nsystem\n."s) == ErrorCode::unsupported);
  CHECK(refusal("\x8c\x02os\x8c\x06system\x93."s) == ErrorCode::unsupported);
  CHECK(refusal("(ios\nsystem\n."s) == ErrorCode::unsupported);
  CHECK(refusal("\x82\x01."s) == ErrorCode::unsupported);
  CHECK(refusal("ctorch\nFloatStorage\n)R."s) == ErrorCode::unsupported);
  CHECK(refusal("K\x01\x85Q."s) == ErrorCode::unsupported);
  CHECK(refusal("K\x01)R."s) == ErrorCode::format);
  CHECK(refusal("ctorch\nSize\nK\x01R."s) == ErrorCode::format);
  CHECK(refusal("ccollections\nOrderedDict\nK\x01\x85R."s) == ErrorCode::format);
  CHECK(refusal("\x80\x09K\x01."s, true) == ErrorCode::unsupported);
  CHECK(refusal("I01\n."s, true) == ErrorCode::format);
  CHECK(refusal(""s, true) == ErrorCode::format);
  CHECK(refusal("."s) == ErrorCode::format);
  CHECK(refusal("K\x01K\x02."s) == ErrorCode::format);
  CHECK(refusal("(K\x01."s) == ErrorCode::format);
  CHECK(refusal("0."s) == ErrorCode::format);
  CHECK(refusal("K\x01(\x85."s) == ErrorCode::format);
  CHECK(refusal("t."s) == ErrorCode::format);
  CHECK(refusal("K\x01K\x02"
                "a."s) == ErrorCode::format);
  CHECK(refusal("}(K\x01u."s) == ErrorCode::format);
  CHECK(refusal("(K\x01"
                "d."s) == ErrorCode::format);
  CHECK(refusal("h\x00."s) == ErrorCode::format);
  CHECK(refusal("q\x00."s) == ErrorCode::format);
  CHECK(refusal("K"s) == ErrorCode::format);
  CHECK(refusal("X\xff\xff\xff\xff"
                "a."s) == ErrorCode::format);
  CHECK(refusal("\x8e\xff\xff\xff\xff\xff\xff\xff\xff"
                "a."s) == ErrorCode::format);
  CHECK(refusal("\x8b\xff\xff\xff\x7f"
                "a."s) == ErrorCode::format);
  CHECK(refusal("X\x01\0\0\0\xff."s) == ErrorCode::format);
  CHECK(refusal("X\x03\0\0\0\xed\xa0\x80."s) == ErrorCode::format);
  CHECK(refusal("X\x02\0\0\0\xc0\x80."s) == ErrorCode::format);
  CHECK(refusal("\x95\xff\0\0\0\0\0\0\0N."s) == ErrorCode::format);
  CHECK(refusal("K\x01}b."s) == ErrorCode::format);
  CHECK(refusal("cos"s) == ErrorCode::format);
  CHECK(refusal(std::string(100000, ']') + "."s) == ErrorCode::limit);
  CHECK(refusal(std::string(100000, '(') + "."s) == ErrorCode::limit);
}

TEST_CASE("a pickle that repeats itself takes memory in proportion to its length", "[weights][pickle]") {
  std::string values;
  for (int i = 0; i < 1000; ++i) values += "(" + std::string(100, '}') + "1";
  CHECK(refusal(values + "N."s) == ErrorCode::limit);

  std::string text =
      "c_codecs\nencode\nq\x00"
      "0X\x00\x10\0\0"s +
      std::string(4096, 'a') +
      "X\x06\0\0\0latin1\x86q\x01"
      "0"s;
  for (int i = 0; i < 1000; ++i) text += "h\x00h\x01R0"s;
  CHECK(refusal(text + "N."s) == ErrorCode::limit);

  std::string lists =
      "cbuiltins\nset\nq\x00"
      "0]("s;
  lists.append(5000, 'N');
  lists +=
      "e\x85q\x01"
      "0"s;
  for (int i = 0; i < 1000; ++i) lists += "h\x00h\x01R0"s;
  CHECK(refusal(lists + "N."s) == ErrorCode::limit);
}

TEST_CASE("random opcodes end with a value or an error", "[weights][pickle]") {
  const std::string opcodes = "NJKMUTXqhr()]}tldaeus012bRcQ\x85\x86\x87\x88\x89\x8a\x8c\x8f\x90\x91\x93\x94\x81."s;
  std::mt19937 random(3);
  int refused = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = "\x80\x04";
    for (unsigned length = random() % 60; length > 0; --length) {
      bytes += random() % 3 == 0 ? static_cast<char>(random() % 4) : opcodes[random() % opcodes.size()];
    }
    try {
      pickle::parse(std::as_bytes(std::span(bytes)), {.allowed = kAllowed, .persistent_ids = true});
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 0);
}

namespace {

pickle::Document parse_unknown(const std::string& bytes) {
  return pickle::parse(std::as_bytes(std::span(bytes)), {.allowed = kAllowed, .passes_unknown = true, .where = "test"});
}

}  // namespace

TEST_CASE("objects of unknown classes are values that nothing was made for", "[weights][pickle]") {
  // {"args": argparse.Namespace(epochs=3), "when": datetime.datetime(b"x"), "by": mine.Settings(**{}) with an item}
  const std::string bytes =
      "\x80\x02}(X\x04\0\0\0argscargparse\nNamespace\n)\x81}X\x06\0\0\0epochsK\x03sb"
      "X\x04\0\0\0whencdatetime\ndatetime\nU\x01x\x85R"
      "X\x02\0\0\0bycmine\nSettings\n)}\x92X\x01\0\0\0aK\x01su."s;
  const auto document = parse_unknown(bytes);
  const auto root = document.root();
  REQUIRE(root.size() == 3);
  CHECK(root.find("args")->name() == "argparse Namespace");
  CHECK(root.find("args")->state().find("epochs")->integer() == 3);
  CHECK(root.find("when")->name() == "datetime datetime");
  CHECK(root.find("by")->is(Kind::object));
}

TEST_CASE("names that run programs are refused all the same", "[weights][pickle]") {
  for (const std::string name :
       {"os\nsystem", "posix\nsystem", "builtins\neval", "builtins\ngetattr", "__builtin__\nexec", "subprocess\nPopen",
        "importlib\nimport_module", "os.path\njoin", "torch.hub\nload", "functools\npartial", "torch.nn.modules.linear\nLinear"}) {
    CAPTURE(name);
    const auto bytes = "\x80\x02c" + name + "\n.";
    try {
      parse_unknown(bytes);
      FAIL_CHECK("read");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::unsupported);
    }
  }
  const auto long_name = "\x80\x02cmine\n" + std::string(1000, 'a') + "\n.";
  CHECK_THROWS_AS(parse_unknown(long_name), Error);
  // Calls of what is allowed stay what they were: not by named arguments.
  CHECK_THROWS_AS(parse_unknown("\x80\x02ctorch\nSize\n)}\x92."s), Error);
}
