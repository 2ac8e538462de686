#include <faceptor/datasets/record_io.hpp>

#include <faceptor/files/byte_cursor.hpp>

#include "datasets/malformed.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using files::text_of;
using malformed::number;

namespace {

constexpr std::uint32_t kMagic = 0xced7230a;

std::string part(std::uint32_t kind, const std::string& body) {
  return number(kMagic) + number(kind << 29 | static_cast<std::uint32_t>(body.size())) + body +
         std::string((4 - body.size() % 4) % 4, '\0');
}

std::string header(std::uint32_t flag, float label) {
  return number(flag) + number(label) + number(std::uint64_t{7}) + number(std::uint64_t{8});
}

/// Reads every record of a .rec file, with this index.
void read_all(const TemporaryFolder& folder, const std::filesystem::path& records, const std::string& index) {
  const auto file = RecordFile::open(records, malformed::fresh(folder, "test.idx", index));
  for (std::size_t i = 0; i < file.size(); ++i) file.read(i);
}

}  // namespace

TEST_CASE("records are written and read back, whatever their bytes", "[data][recordio]") {
  const TemporaryFolder folder;
  const auto magic = number(kMagic);
  const std::vector<std::string> contents = {
      "", "a", "abcd", magic, "1234" + magic + "5", "12" + magic + "345678", magic + magic + "1234" + magic, std::string(100'001, 'z')};
  {
    RecordWriter writer(folder / "test.rec", folder / "test.idx");
    for (std::size_t i = 0; i < contents.size(); ++i) {
      const auto bytes = std::as_bytes(std::span(contents[i]));
      if (i == 1) {
        writer.add(10 * i, {.flag = 3, .labels = {1, 2.5F, -3}, .id = i, .id2 = 5}, bytes);
      } else {
        writer.add(10 * i, {.flag = 0, .labels = {static_cast<float>(i)}, .id = i, .id2 = 6}, bytes);
      }
    }
    CHECK_FALSE(std::filesystem::exists(folder / "test.rec"));
    writer.finish();
  }
  const auto file = RecordFile::open(folder / "test.rec", folder / "test.idx");
  REQUIRE(file.size() == contents.size());
  CHECK(std::filesystem::file_size(folder / "test.rec") % 4 == 0);
  for (std::size_t i = 0; i < contents.size(); ++i) {
    CAPTURE(i);
    CHECK(file.key(i) == 10 * i);
    CHECK(file.find(10 * i) == i);
    const auto record = file.read(i);
    CHECK(text_of(record.content) == contents[i]);
    CHECK(record.header.id == i);
    CHECK(record.header.labels == (i == 1 ? std::vector<float>{1, 2.5F, -3} : std::vector<float>{static_cast<float>(i)}));
    CHECK(file.header(i).labels == record.header.labels);
  }
  CHECK_FALSE(file.find(5));
  CHECK_FALSE(file.find(1000));
  // Where the first number stands at a multiple of 4 the record is cut, and nowhere else.
  const auto bytes = read_text(folder / "test.rec");
  std::size_t found = 0;
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) found += std::string_view(bytes).substr(at, 4) == magic ? 1 : 0;
  CHECK(found == contents.size() + 1 + 1 + 3);
}

TEST_CASE("an index may be in any order and have blank lines and Windows' line ends", "[data][recordio]") {
  const TemporaryFolder folder;
  const auto a = part(0, header(0, 1) + "a"), b = part(0, header(0, 2) + "bb");
  const auto file = RecordFile::open(folder.write("r.rec", a + b), folder.write("r.idx", "7\t" + std::to_string(a.size()) + "\r\n\n3\t0"));
  REQUIRE(file.size() == 2);
  CHECK(file.key(0) == 3);
  CHECK(text_of(file.read(0).content) == "a");
  CHECK(text_of(file.read(1).content) == "bb");
  CHECK(file.find(7) == 1);
}

TEST_CASE("each malformed record is refused with its place", "[data][recordio]") {
  const TemporaryFolder folder;
  const auto sound = part(0, header(0, 1) + "picture");
  const auto with_length = [](std::uint32_t length) { return number(kMagic) + number(length) + header(0, 1); };
  malformed::refuse(folder, "test.rec",
                    {
                        {"bad magic", "\x0b" + sound.substr(1), "test.rec, record 0, byte"},
                        {"only a magic number", sound.substr(0, 4), "length"},
                        {"cut in the header", sound.substr(0, 20), "record"},
                        {"cut in the content", sound.substr(0, sound.size() - 4), "record"},
                        {"longer than the file", with_length(25), "record"},
                        {"as long as can be said", with_length((1U << 29) - 1), "record"},
                        {"no header", part(0, ""), "flag"},
                        {"a header of 23 bytes", part(0, header(0, 1).substr(0, 23)), "id2"},
                        {"labels that are missing", part(0, header(1, 1)), "labels"},
                        {"labels that are cut off", part(0, header(2, 1) + "1234567"), "labels"},
                        {"2^32 - 1 labels", part(0, header(0xffffffff, 1) + "1234"), "labels"},
                        {"a part of no kind", part(4, header(0, 1)), "length"},
                        {"part 7", part(7, header(0, 1)), "length"},
                        {"a middle part first", part(2, header(0, 1)), "length"},
                        {"a last part first", part(3, header(0, 1)), "length"},
                        {"a first part alone", part(1, header(0, 1)), "magic number"},
                        {"a whole record after a first part", part(1, header(0, 1)) + part(0, "x"), "length"},
                        {"two first parts", part(1, header(0, 1)) + part(1, "x"), "length"},
                        {"a middle part and no last one", part(1, header(0, 1)) + part(2, "x"), "magic number"},
                        {"another magic number in a later part", part(1, header(0, 1)) + "\x0b" + part(3, "x").substr(1), "magic number"},
                        {"empty", "", "test.rec"},
                        {"a page of text", "<!DOCTYPE html>.", "magic number"},
                    },
                    [&](const auto& path) { read_all(folder, path, "0\t0\n"); });
}

TEST_CASE("each malformed index is refused with its line", "[data][recordio]") {
  const TemporaryFolder folder;
  const auto one = part(0, header(0, 1));
  const auto records = folder.write("test.rec", one + one);
  malformed::refuse(folder, "test.idx",
                    {
                        {"empty", "", "test.idx"},
                        {"blank lines", "\n\n", "test.idx"},
                        {"a key alone", "0\n", "line 1, key"},
                        {"no key", "\t0\n", "line 1, key"},
                        {"a key that is no number", "zero\t0\n", "line 1, key"},
                        {"a negative key", "-1\t0\n", "line 1, key"},
                        {"a key beyond 64 bits", "18446744073709551616\t0\n", "line 1, key"},
                        {"a broken key", "1.5\t0\n", "line 1, key"},
                        {"a space for the tab", "0 0\n", "line 1, key"},
                        {"no offset", "0\t0\n1\t\n", "line 2, offset"},
                        {"an offset that is no number", "0\tx\n", "line 1, offset"},
                        {"a negative offset", "0\t-4\n", "line 1, offset"},
                        {"three numbers", "0\t0\t0\n", "line 1, offset"},
                        {"an offset at the end", "0\t0\n1\t64\n", "line 2, offset"},
                        {"an offset far outside", "0\t0\n1\t18446744073709551612\n", "line 2, offset"},
                        {"an offset between places", "0\t0\n1\t30\n", "line 2, offset"},
                        {"a key twice", "0\t0\n0\t32\n", "key"},
                        {"an offset twice", "0\t32\n1\t32\n", "offset"},
                        {"an offset into a record", "0\t0\n1\t8\n", "record 1, byte"},
                        {"bytes", std::string("\0\0\0\0", 4), "line 1, key"},
                    },
                    [&](const auto& path) { read_all(folder, records, read_text(path)); });
  CHECK(error_of([&] { RecordFile::open(records, folder / "absent.idx"); }).code() == ErrorCode::io);
  CHECK(error_of([&] { RecordFile::open(folder / "absent.rec", folder.write("test.idx", "0\t0\n")); }).code() == ErrorCode::io);
  CHECK(error_of([&] { RecordFile::open(folder.path(), folder / "test.idx"); }).code() == ErrorCode::io);
}

TEST_CASE("whatever byte of records or index is wrong, nothing crashes", "[data][recordio]") {
  const TemporaryFolder folder;
  const auto first = part(0, header(2, 0) + number(3.0F) + number(3.0F)),
             second = part(1, header(0, 5) + "abc") + part(2, "") + part(3, "defgh");
  const auto index = "0\t0\n1\t" + std::to_string(first.size()) + "\n";
  CHECK(malformed::survive(folder, "test.rec", first + second, [&](const auto& path) { read_all(folder, path, index); }) > 100);
  const auto records = folder.write("test.rec", first + second);
  CHECK(malformed::survive(folder, "other.idx", index, [&](const auto& path) { read_all(folder, records, read_text(path)); }) > 10);
}

TEST_CASE("what can't be written as a record is refused", "[data][recordio]") {
  const TemporaryFolder folder;
  RecordWriter writer(folder / "test.rec", folder / "test.idx");
  const std::vector<float> two = {1, 2};
  CHECK(error_of([&] { writer.rewrite_first(two); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { writer.add(0, {.flag = 0, .labels = {}}, {}); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { writer.add(0, {.flag = 1, .labels = {1, 2}}, {}); }).code() == ErrorCode::argument);
  writer.add(0, {.flag = 1, .labels = {1}}, {});
  CHECK(error_of([&] { writer.rewrite_first(two); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { RecordWriter(folder / "absent/test.rec", folder / "test.idx"); }).code() == ErrorCode::io);
}
