#include <faceptor/datasets/hdf5.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <faceptor/core/error.hpp>

#include "datasets/malformed.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"
#include "support/tests_folder.hpp"

using namespace faceptor;
using datasets::Hdf5File;
using namespace std::string_literals;

namespace {

constexpr std::uint64_t kMost = 1 << 16;

std::filesystem::path made_by_hdf5(const char* name) { return tests_folder() / "datasets" / "hdf5" / name; }

// Objects by hand: what the HDF5 library writes only after years, and a hostile file may hold.

using malformed::number;

struct Message {
  std::uint16_t type = 0;
  std::string bytes;
};

/// An object of the first version: its messages, one behind the other.
std::string object(const std::vector<Message>& messages) {
  std::string body;
  for (const auto& [type, bytes] : messages) {
    body += number(type) + number(static_cast<std::uint16_t>(bytes.size())) + std::string(4, '\0') + bytes;
  }
  return "\1\0"s + number(static_cast<std::uint16_t>(messages.size())) + number(std::uint32_t{1}) +
         number(static_cast<std::uint32_t>(body.size())) + std::string(4, '\0') + body;
}

std::string space(std::uint64_t side) { return "\1\1\0\0\0\0\0\0"s + number(side); }

/// @param bits  1: most significant byte first; 8: signed
std::string whole_type(char bits, std::uint32_t size, std::uint16_t precision) {
  return "\x10"s + bits + "\0\0"s + number(size) + number(std::uint16_t{0}) + number(precision);
}

std::string real_type(char sign, std::uint32_t size, std::uint16_t precision, char exponent_at, char exponent) {
  return "\x11\0"s + sign + '\0' + number(size) + number(std::uint16_t{0}) + number(precision) + exponent_at + exponent + "\0\0"s +
         number(std::uint32_t{0});
}

/// Numbers that stand in the object itself.
std::string compact(const std::string& bytes) { return "\3\0"s + number(static_cast<std::uint16_t>(bytes.size())) + bytes; }

/// What a file says of an object behind its end.
template <class Use>
auto of_object(const TemporaryFolder& folder, const std::string& bytes, Use&& use) {
  const auto sound = read_text(made_by_hdf5("earliest.h5"));
  const auto file = Hdf5File::open(folder.write("a.h5", sound + bytes));
  return use(file, file.at(sound.size(), "x"));
}

void read_all(const std::filesystem::path& path) {
  const auto file = Hdf5File::open(path);
  for (const auto& name : file.names()) file.read(file.dataset(name), kMost);
}

}  // namespace

TEST_CASE("files of the HDF5 library's newest format are read as far as they are plain", "[data][hdf5]") {
  const auto file = Hdf5File::open(made_by_hdf5("latest.h5"));
  CHECK(file.names() == std::vector<std::string>{"numbers", "bytes", "chunked", "references"});
  CHECK(file.dataset("numbers").shape == std::vector<std::uint64_t>{2, 3});
  CHECK(file.numbers(file.dataset("numbers"), kMost) == std::vector<double>{0, 1, 2, 3, 4, 5});
  CHECK(file.numbers(file.dataset("bytes"), kMost) == std::vector<double>{0, 1, 2, 3});
  const auto references = file.references(file.dataset("references"), kMost);
  REQUIRE(references.size() == 1);
  CHECK(file.numbers(file.at(references[0], "a reference"), kMost).size() == 6);
  const auto error = error_of([&] { file.dataset("chunked"); });
  CHECK(error.code() == ErrorCode::unsupported);
  CHECK(error.where().find("chunked") != std::string::npos);
}

TEST_CASE("files of the HDF5 library's oldest format are read, of either byte order, in chunks and packed", "[data][hdf5]") {
  const auto file = Hdf5File::open(made_by_hdf5("earliest.h5"));
  CHECK(file.numbers(file.dataset("numbers"), kMost) == std::vector<double>{0, 1, 2, 3, 4, 5});
  CHECK(file.numbers(file.dataset("chunked"), kMost) == std::vector<double>{-4, -3, -2, -1, 0, 1, 2, 3});
  CHECK(error_of([&] { file.numbers(file.dataset("chunked"), 8); }).code() == ErrorCode::limit);
}

TEST_CASE("chunks that reach far beyond their dataset are no way around the cap", "[data][hdf5]") {
  const TemporaryFolder folder;
  auto bytes = read_text(made_by_hdf5("earliest.h5"));
  const auto sides = bytes.find("\2\0\0\0\2\0\0\0\2\0\0\0"s);  // of "chunked": 2 x 2 elements of 2 bytes
  REQUIRE(sides != std::string::npos);
  // Four chunks, each well below the cap.
  bytes.replace(sides, 8, malformed::number(std::uint32_t{1}) + malformed::number(std::uint32_t{16384}));
  const auto file = Hdf5File::open(folder.write("a.h5", bytes));
  const auto error = error_of([&] { file.numbers(file.dataset("chunked"), kMost); });
  CHECK(error.code() == ErrorCode::limit);
  CHECK(error.expected() == "at most 65536 bytes in all");
}

TEST_CASE("a group that is described twice is refused", "[data][hdf5]") {
  const TemporaryFolder folder;
  auto bytes = read_text(made_by_hdf5("earliest.h5"));
  constexpr std::size_t kRoot = 96, kMessage = 16, kRootAddress = 64;  // of the root's object, behind its head; in the superblock
  const auto table = bytes.substr(kRoot + kMessage, 24), address = malformed::number(std::uint64_t{bytes.size()});
  bytes += "\1\0"s + malformed::number(std::uint16_t{2}) + malformed::number(std::uint32_t{1}) + malformed::number(std::uint32_t{48}) +
           std::string(4, '\0') + table + table;
  const auto error = error_of([&] { Hdf5File::open(folder.write("a.h5", bytes.replace(kRootAddress, 8, address))); });
  CHECK(error.code() == ErrorCode::format);
  CHECK(error.summary() == "data: a group of an HDF5 file is described twice");
}

TEST_CASE("whatever byte of a file of HDF5 is wrong, nothing crashes", "[data][hdf5]") {
  const TemporaryFolder folder;
  CHECK(malformed::survive(folder, "a.h5", read_text(made_by_hdf5("latest.h5")), read_all) > 1000);
}

TEST_CASE("numbers of every width, sign and byte order are read, and no others", "[data][hdf5]") {
  const TemporaryFolder folder;
  const auto numbers = [&](const std::string& type, const std::string& bytes, std::uint64_t count = 2) {
    return of_object(folder, object({{1, space(count)}, {3, type}, {8, compact(bytes)}}),
                     [](const auto& file, const auto& dataset) { return file.numbers(dataset, kMost); });
  };
  using Numbers = std::vector<double>;
  CHECK(numbers(whole_type(8, 1, 8), "\x01\xff") == Numbers{1, -1});
  CHECK(numbers(whole_type(0, 1, 8), "\x01\xff") == Numbers{1, 255});
  CHECK(numbers(whole_type(9, 2, 16), "\x01\x02\xff\xff") == Numbers{0x0102, -1});
  CHECK(numbers(whole_type(0, 2, 16), "\x01\x02\xff\xff") == Numbers{0x0201, 65535});
  CHECK(numbers(whole_type(8, 4, 32), number(std::int32_t{-3}) + number(std::int32_t{4})) == Numbers{-3, 4});
  CHECK(numbers(whole_type(0, 4, 32), number(std::uint32_t{4'000'000'000}) + number(std::uint32_t{4})) == Numbers{4e9, 4});
  CHECK(numbers(whole_type(8, 8, 64), number(std::int64_t{-3}) + number(std::int64_t{4})) == Numbers{-3, 4});
  CHECK(numbers(whole_type(0, 8, 64), number(std::uint64_t{1} << 63) + number(std::uint64_t{4})) == Numbers{0x1p63, 4});
  CHECK(numbers(real_type(31, 4, 32, 23, 8), number(0.5F) + number(-2.0F)) == Numbers{0.5, -2});
  CHECK(numbers(real_type(63, 8, 64, 52, 11), number(0.5) + number(-2.0)) == Numbers{0.5, -2});
  CHECK(numbers(whole_type(0, 1, 8), "", 0).empty());

  for (const auto& type :
       {whole_type(0, 3, 24), whole_type(0, 4, 31), real_type(31, 2, 16, 10, 5), real_type(31, 4, 31, 23, 8), real_type(31, 4, 32, 22, 8),
        real_type(31, 4, 32, 23, 7), real_type(30, 4, 32, 23, 8), real_type(63, 8, 64, 52, 10), "\x13\0\0\0\4\0\0\0"s}) {
    CHECK(error_of([&] { numbers(type, "12345678"); }).summary() == "data: an HDF5 dataset holds no numbers");
  }
  CHECK(error_of([&] { numbers(whole_type(0, 1, 8), "123"); }).found() == "3");
}

TEST_CASE("each malformed object of HDF5 is refused with its field", "[data][hdf5]") {
  const TemporaryFolder folder;
  const Message type{3, whole_type(0, 1, 8)}, values{8, compact("12")};
  const auto refused = [&](const std::string& bytes, std::string_view field, ErrorCode code = ErrorCode::format) {
    const auto error =
        error_of([&] { of_object(folder, bytes, [](const auto& file, const auto& dataset) { return file.numbers(dataset, kMost); }); });
    CAPTURE(std::string(error.what()), field);
    CHECK(error.code() == code);
    CHECK(error.where().find(field) != std::string::npos);
    return error;
  };
  const auto filtered = [&](const std::string& filters) { return object({{1, space(2)}, type, values, {11, filters}}); };
  using enum ErrorCode;
  refused("\2"s, "object version");
  refused(object({{1, space(2)}, type}), "x");
  refused(object({{1, "\3\1\0\1"s + space(2)}, type, values}), "dataspace", unsupported);
  refused(object({{1, "\1\x21\0\0\0\0\0\0"s}, type, values}), "dataspace rank");
  refused(object({{1, space(2)}, type, {8, "\2\0"s}}), "layout", unsupported);
  refused(object({{1, space(2)}, type, {8, "\3\3"s}}), "layout", unsupported);
  refused(object({{1, space(2)}, type, {8, "\4\2"s}}), "layout", unsupported);
  refused(object(std::vector<Message>(4097, Message{5, ""})), "byte", limit);
  refused(filtered("\3\0"s), "filters", unsupported);
  CHECK(
      refused(filtered("\2\1"s + number(std::uint16_t{300}) + number(std::uint16_t{4}) + "\0\0\0\0name"s), "filter", unsupported).found() ==
      "300");
  CHECK(refused(filtered("\1\1\0\0\0\0\0\0\4\0\0\0\0\0\0\0"s), "filter", unsupported).found() == "4");
  // Filters work on chunks only.
  refused(filtered("\1\1\0\0\0\0\0\0\2\0\0\0\0\0\1\0\1\0\0\0\0\0\0\0"s), "x");
  refused(filtered("\2\1\1\0\0\0\1\0\6\0\0\0"s), "x");

  // Continuations: without end, and too short for what stands around them.
  const auto end = read_text(made_by_hdf5("earliest.h5")).size();
  const auto zeros = number(std::uint64_t{end + 8}) + number(std::uint64_t{8});
  refused(object(std::vector<Message>(257, Message{16, zeros})) + std::string(8, '\0'), "continuation", limit);
  const auto second = [&](const std::string& body) { return "OHDR\2\0"s + static_cast<char>(body.size()) + body; };
  const auto there = number(std::uint64_t{end + 27}) + number(std::uint64_t{4});
  refused(second("\x10\x10\0\0"s + there) + "OCHK", "continuation");
  refused(second("\x10\x10\0\0"s + there) + "ochk", "continuation");
  refused("OHDR\1"s, "object version", unsupported);
  refused(second("\3\0\0\2"s), "message", unsupported);
}
