#include <faceptor/datasets/verification.hpp>

#include "datasets/malformed.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace std::string_literals;
using malformed::number;

namespace {

std::vector<std::vector<std::byte>> four_pictures() {
  return {encode_png(pictures::smooth(5, 4)), encode_png(pictures::smooth(4, 5)), encode_jpeg(pictures::smooth(8, 8)),
          encode_png(pictures::smooth(3, 3))};
}

std::string py3_bytes(const std::string& bytes) { return "B" + number(static_cast<std::uint32_t>(bytes.size())) + bytes; }
std::string py2_bytes(const std::string& bytes) { return "T" + number(static_cast<std::uint32_t>(bytes.size())) + bytes; }

/// Bytes as letters, as Python 3 writes them with protocol 2.
std::string encoded_bytes(const std::string& bytes) {
  std::string letters;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      letters += c;
    } else {
      letters += static_cast<char>(0xc0 | byte >> 6);
      letters += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return "c_codecs\nencode\nX" + number(static_cast<std::uint32_t>(letters.size())) + letters + "X\x06\0\0\0latin1\x86R"s;
}

const std::string kByteType = "cnumpy\ndtype\nX\x02\0\0\0u1\x89\x88\x87R(K\x03X\x01\0\0\0|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb"s;
const std::string kBoolType = "cnumpy\ndtype\nX\x02\0\0\0b1\x89\x88\x87R"s;

std::string array(const std::string& type, std::uint8_t length, const std::string& data, const char* module = "numpy.core.multiarray") {
  return "c"s + module +
         "\n_reconstruct\ncnumpy\nndarray\nK\0\x85"
         "C\1b\x87R(K\1K"s +
         static_cast<char>(length) + "\x85" + type + "\x89" + py3_bytes(data) + "tb";
}

/// What protocol 5 makes an array of.
std::string buffer(const std::string& type, std::uint8_t length, const std::string& data) {
  return "cnumpy.core.numeric\n_frombuffer\n(" + py3_bytes(data) + type + "K" + static_cast<char>(length) + "\x85X\1\0\0\0Ct"s + "R";
}

std::string scalar(const std::string& type, const std::string& data) {
  return "cnumpy.core.multiarray\nscalar\n" + type + py3_bytes(data) + "\x86R";
}

std::string set(const std::string& pictures, const std::string& answers) { return "\x80\x03](" + pictures + "e](" + answers + "e\x86."; }

void read_all(const std::filesystem::path& path) {
  const VerificationPairs pairs(path);
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs.read(i);
}

}  // namespace

TEST_CASE("verification pairs are written and read back", "[data][verification]") {
  const TemporaryFolder folder;
  const auto pictures = four_pictures();
  write_verification_bin(folder / "lfw.bin", pictures, {true, false});
  const auto pairs = open_verification(folder / "lfw.bin");
  REQUIRE(pairs->size() == 4);
  REQUIRE(pairs->pairs() == 2);
  CHECK(pairs->same(0));
  CHECK_FALSE(pairs->same(1));
  CHECK(pairs->info().format == "verification");
  CHECK(pairs->info().split == "lfw");
  CHECK(pairs->info().kind == LabelKind::none);
  CHECK(pairs->read(0).image == pictures::smooth(5, 4));
  CHECK(pairs->read(3).image == pictures::smooth(3, 3));
  CHECK(pairs->annotation(3).columns == std::map<std::string, std::string>{{"pair", "1"}, {"same", "0"}});
  CHECK(std::holds_alternative<NoLabel>(pairs->annotation(0).label));
}

TEST_CASE("as many pairs as the published sets have are written in batches", "[data][verification]") {
  const TemporaryFolder folder;
  for (const std::size_t count : {std::size_t{0}, std::size_t{500}, std::size_t{6000}}) {
    std::vector<bool> same(count);
    for (std::size_t i = 0; i < count; ++i) same[i] = i % 3 == 0;
    const std::vector<std::vector<std::byte>> pictures(2 * count, std::vector<std::byte>(3, std::byte{1}));
    write_verification_bin(folder / "many.bin", pictures, same);
    const VerificationPairs pairs(folder / "many.bin");
    REQUIRE(pairs.pairs() == count);
    for (std::size_t i = 0; i < count; ++i) {
      if (pairs.same(i) != same[i]) FAIL_CHECK("pair " << i);
    }
  }
}

TEST_CASE("pickles of Python 2 and 3 and of NumPy are read alike", "[data][verification]") {
  const TemporaryFolder folder;
  const auto png = malformed::text_of(encode_png(pictures::smooth(3, 2)));
  REQUIRE(png.size() < 128);
  const auto two = [&](const std::string& picture) { return picture + picture; };
  const std::vector<std::pair<const char*, std::string>> files = {
      {"Python 3", set(two(py3_bytes(png)), "\x88")},
      {"Python 2", "\x80\x02](" + two(py2_bytes(png)) + "e](\x88" + "e\x86."},
      {"Python 3 for Python 2", set(two(encoded_bytes(png)), "\x88")},
      {"bytearrays", set(two("cbuiltins\nbytearray\n" + py3_bytes(png) + "\x85R"), "\x88")},
      {"arrays of bytes", set(two(array(kByteType, static_cast<std::uint8_t>(png.size()), png)), "\x88")},
      {"arrays of bytes of NumPy 2",
       set(two(array(kByteType, static_cast<std::uint8_t>(png.size()), png, "numpy._core.multiarray")), "\x88")},
      {"arrays from buffers", set(two(buffer(kByteType, static_cast<std::uint8_t>(png.size()), png)), "\x88")},
      {"types named by bytes", set(two(buffer("cnumpy\ndtype\nU\2u1\x85R", static_cast<std::uint8_t>(png.size()), png)), "\x88")},
      {"answers of NumPy", set(two(py3_bytes(png)), scalar(kBoolType, "\1"))},
      {"answers as numbers", set(two(py3_bytes(png)), "K\1")},
      {"an array of answers", "\x80\x03](" + two(py3_bytes(png)) + "e" + array(kBoolType, 1, "\1") + "\x86."},
      {"tuples", "\x80\x03" + two(py3_bytes(png)) + "\x86\x88\x85\x86."},
      {"a list of two", "\x80\x03](](" + two(py3_bytes(png)) + "e](\x88" + "ee."},
  };
  for (const auto& [name, bytes] : files) {
    CAPTURE(name);
    const VerificationPairs pairs(folder.write("test.bin", bytes));
    REQUIRE(pairs.pairs() == 1);
    CHECK(pairs.same(0));
    CHECK(pairs.read(0).image == pictures::smooth(3, 2));
    CHECK(pairs.read(1).image == pictures::smooth(3, 2));
  }
}

TEST_CASE("each malformed verification set is refused with its place", "[data][verification]") {
  const TemporaryFolder folder;
  const auto png = malformed::text_of(encode_png(pictures::smooth(3, 2)));
  const auto picture = py3_bytes(png);
  const auto sound = set(picture + picture, "\x88");
  const auto length = static_cast<std::uint8_t>(png.size());
  using enum ErrorCode;
  malformed::refuse(folder, "test.bin",
                    {
                        {"empty", "", "test.bin"},
                        {"a picture alone", png, "test.bin, byte 0"},
                        {"a pickle of protocol 0", "(lp0\n(lp1\ntp2\n.", "test.bin, byte"},
                        {"a pickle of protocol 9", "\x80\x09N.", "test.bin, byte", unsupported},
                        {"cut off", sound.substr(0, sound.size() - 1), "test.bin, byte"},
                        {"cut off in a picture", sound.substr(0, 30), "test.bin, byte"},
                        {"a picture longer than the file", set("B\xff\xff\xff\xff" + png, "\x88"), "test.bin, byte"},
                        {"bytes behind it", sound + "x", "byte " + std::to_string(sound.size())},
                        {"a program",
                         "\x80\x03"
                         "cos\nsystem\nX\x04\0\0\0true\x85R."s,
                         "test.bin, byte", unsupported},
                        {"a program among the answers",
                         set(picture + picture,
                             "cbuiltins\neval\nX\x01\0\0\0"
                             "1\x85R"s),
                         "test.bin, byte", unsupported},
                        {"a program by another opcode", "\x80\x04\x8c\x02os\x8c\x06system\x93.", "test.bin, byte", unsupported},
                        {"a reference outside", set("K\1\x85Q" + picture, "\x88"), "test.bin, byte", unsupported},
                        {"nothing", "\x80\x03N.", "test.bin"},
                        {"one list", "\x80\x03](" + picture + picture + "e\x85.", "test.bin"},
                        {"three lists", "\x80\x03]]]\x87.", "test.bin"},
                        {"a dict", "\x80\x03}.", "test.bin"},
                        {"pictures that are a number",
                         "\x80\x03K\1](\x88"
                         "e\x86.",
                         "pictures"},
                        {"answers that are a number", "\x80\x03](" + picture + picture + "eK\1\x86.", "answers"},
                        {"answers that are a dict", "\x80\x03](" + picture + picture + "e}\x86.", "answers"},
                        {"an odd picture", set(picture + picture + picture, "\x88"), "test.bin"},
                        {"a missing picture", set(picture, "\x88"), "test.bin"},
                        {"an answer too many", set(picture + picture, "\x88\x89"), "test.bin"},
                        {"no pictures", set("", "\x88"), "test.bin"},
                        {"a picture that is text", set(picture + "X\x01\0\0\0a"s, "\x88"), "picture 1"},
                        {"a picture that is a list", set("]" + picture, "\x88"), "picture 0"},
                        {"a picture that is nothing", set("N" + picture, "\x88"), "picture 0"},
                        {"a bytearray of nothing", set("cbuiltins\nbytearray\n)R" + picture, "\x88"), "picture 0"},
                        {"an array that is shorter than it says", set(array(kByteType, length + 1, png) + picture, "\x88"), "picture 0"},
                        {"an array of booleans for a picture", set(array(kBoolType, length, png) + picture, "\x88"), "picture 0"},
                        {"an array that has no state", set("cnumpy.core.multiarray\n_reconstruct\n)R" + picture, "\x88"), "picture 0"},
                        {"an array without a shape", set(buffer("N", length, png) + picture, "\x88"), "picture 0"},
                        {"a type without a name", set(buffer("cnumpy\ndtype\n)R", length, png) + picture, "\x88"), "picture 0"},
                        {"a type named by a number", set(buffer("cnumpy\ndtype\nK\1\x85R", length, png) + picture, "\x88"), "picture 0"},
                        {"an array that is called otherwise", set("cnumpy.core.multiarray\nscalar\n)R" + picture, "\x88"), "picture 0"},
                        {"an answer that is another object", set(picture + picture, kBoolType), "answer 0"},
                        {"an array type that is called", set("cnumpy\nndarray\n)R" + picture, "\x88"), "test.bin, byte", unsupported},
                        {"a type for a picture", set(kByteType + picture, "\x88"), "picture 0"},
                        {"an answer that is 2", set(picture + picture, "K\2"), "answer 0"},
                        {"an answer that is -1", set(picture + picture, "J\xff\xff\xff\xff"), "answer 0"},
                        {"an answer that is text", set(picture + picture, "X\x04\0\0\0true"s), "answer 0"},
                        {"an answer that is nothing", set(picture + picture, "N"), "answer 0"},
                        {"an answer of two bytes", set(picture + picture, scalar(kBoolType, "\1\1")), "answer 0"},
                        {"an answer of 7", set(picture + picture, scalar(kBoolType, "\7")), "answer 0"},
                        {"an answer of another type", set(picture + picture, scalar(kByteType, "\1")), "answer 0"},
                        {"an answer without a type", set(picture + picture, "cnumpy.core.multiarray\nscalar\n)R"), "answer 0"},
                        {"nested without end", "\x80\x03" + std::string(100'000, ']') + ".", "test.bin, byte", limit},
                    },
                    read_all);
}

TEST_CASE("a broken picture of a pair fails alone", "[data][verification]") {
  const TemporaryFolder folder;
  auto pictures = four_pictures();
  pictures[1].clear();
  pictures[2].resize(pictures[2].size() / 2);
  write_verification_bin(folder / "lfw.bin", pictures, {true, false});
  const VerificationPairs pairs(folder / "lfw.bin");
  CHECK_NOTHROW(pairs.read(0));
  CHECK_NOTHROW(pairs.read(3));
  for (const std::size_t i : {1, 2}) {
    const auto error = error_of([&] { pairs.read(i); });
    CHECK(error.code() == ErrorCode::format);
    CHECK(error.where().find("lfw.bin, picture " + std::to_string(i)) != std::string::npos);
  }
}

TEST_CASE("which file of a folder is meant is said, or asked", "[data][verification]") {
  const TemporaryFolder folder;
  const auto open = [&](const std::filesystem::path& root, const std::string& split) {
    DatasetOptions options;
    options.split = split;
    return open_verification(root, options);
  };
  CHECK(error_of([&] { open(folder.path(), ""); }).code() == ErrorCode::io);
  const auto pictures = four_pictures();
  write_verification_bin(folder / "lfw.bin", pictures, {true, false});
  CHECK(open(folder.path(), "")->info().split == "lfw");
  CHECK(open(folder / "lfw.bin", "lfw")->size() == 4);
  write_verification_bin(folder / "cfp_fp.bin", pictures, {true, false});
  CHECK(open(folder.path(), "cfp_fp")->info().split == "cfp_fp");
  const auto several = error_of([&] { open(folder.path(), ""); });
  CHECK(several.code() == ErrorCode::argument);
  CHECK(several.found() == "cfp_fp, lfw");
  const auto slip = error_of([&] { open(folder.path(), "lwf"); });
  CHECK(slip.code() == ErrorCode::argument);
  CHECK(slip.hint().find("lfw") != std::string::npos);
  CHECK(error_of([&] { open(folder.path(), "../lfw"); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { open(folder / "lfw.bin", "cfp_fp"); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { open(folder / "absent.bin", ""); }).code() == ErrorCode::io);
  DatasetOptions settings;
  settings.settings["a"] = "b";
  CHECK(error_of([&] { open_verification(folder / "lfw.bin", settings); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { write_verification_bin(folder / "x.bin", pictures, {true}); }).code() == ErrorCode::argument);
  CHECK_FALSE(std::filesystem::exists(folder / "x.bin"));
}

TEST_CASE("whatever byte of a verification set is wrong, nothing crashes", "[data][verification]") {
  const TemporaryFolder folder;
  const auto png = malformed::text_of(encode_png(pictures::smooth(3, 2)));
  const auto bytes =
      set(array(kByteType, static_cast<std::uint8_t>(png.size()), png) + encoded_bytes(png) + py2_bytes(png) + py3_bytes(png),
          scalar(kBoolType, "\1") + "\x88");
  CHECK(malformed::survive(folder, "test.bin", bytes, read_all) > 100);
}

TEST_CASE("Pairs are found among the pictures that are left", "[data][verification]") {
  const auto first = [](const std::vector<int>& pair) { return pairs_among(pair.size(), [&](std::size_t i) { return pair[i]; }); };
  CHECK(first({0, 0, 1, 1, 2, 2}) == std::vector<std::size_t>{0, 2, 4});
  CHECK(first({0, 1, 1, 2, 3, 3}) == std::vector<std::size_t>{1, 4});  // a picture of the pairs 0 and 2 is missing
  CHECK(first({7}).empty());
  CHECK(first({}).empty());
}
