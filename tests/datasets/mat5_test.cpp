#include <faceptor/datasets/mat5.hpp>

#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "datasets/malformed.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

/// Writes a file by hand, in either byte order.
struct Maker {
  bool big = false;

  template <class T>
  std::string number(T value) const {
    auto bytes = malformed::number(value);
    if (big) std::reverse(bytes.begin(), bytes.end());
    return bytes;
  }
  template <class T>
  std::string numbers(std::initializer_list<T> values) const {
    std::string bytes;
    for (const T value : values) bytes += number(value);
    return bytes;
  }
  std::string element(std::uint32_t type, const std::string& bytes) const {
    return number(type) + number(static_cast<std::uint32_t>(bytes.size())) + bytes + std::string((8 - bytes.size() % 8) % 8, '\0');
  }
  /// Up to four bytes inside the tag.
  std::string small(std::uint16_t type, std::string bytes) const {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    bytes.resize(4);
    return number(size << 16 | type) + bytes;
  }
  std::string header() const {
    std::string text = "MATLAB 5.0 MAT-file";
    text.resize(124, ' ');
    return text + number(std::uint16_t{0x0100}) + (big ? "MI" : "IM");
  }
  std::string body(std::uint32_t flags, std::initializer_list<std::int32_t> shape, const std::string& name,
                   const std::string& values) const {
    return element(6, numbers<std::uint32_t>({flags, 0})) + element(5, numbers<std::int32_t>(shape)) +
           (name.size() > 4 ? element(1, name) : small(1, name)) + values;
  }
  std::string matrix(std::uint32_t flags, std::initializer_list<std::int32_t> shape, const std::string& name,
                     const std::string& values) const {
    return element(14, body(flags, shape, name, values));
  }
};

std::string deflated(const std::string& bytes) {
  std::string out(compressBound(bytes.size()), '\0');
  auto size = static_cast<uLongf>(out.size());
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  return out.substr(0, size);
}

/// A compressed element; there are no zeros behind it.
std::string compressed(const std::string& stream) {
  return malformed::number(std::uint32_t{15}) + malformed::number(static_cast<std::uint32_t>(stream.size())) + stream;
}

constexpr std::uint32_t kCell = 1, kStruct = 2, kChar = 4, kDouble = 6, kComplex = 0x800;

std::vector<MatArray> some_arrays() {
  auto cube = mat_numbers("cube", 2, 1, {1, 2, 3, 4, 5, 6});
  cube.shape = {2, 1, 3};
  return {mat_numbers("m", 2, 3, {1, 2, 3, 4, 5.5, -6}), mat_numbers("empty", 0, 0, {}), cube,
          mat_cells("names", {mat_text("a.jpg"), mat_text(""), mat_text("b\xc3\xa4\xf0\x9f\x99\x82.jpg"), mat_numbers("", 1, 1, {7}),
                              mat_cells("", {mat_text("deep")})})};
}

}  // namespace

TEST_CASE("matrices, texts and cells are written and read back", "[data][mat5]") {
  const TemporaryFolder folder;
  for (const bool compressed : {false, true}) {
    CAPTURE(compressed);
    write_mat5(folder / "test.mat", some_arrays(), compressed);
    const auto arrays = read_mat5(folder / "test.mat");
    REQUIRE(arrays.size() == 4);
    CHECK(arrays[0] == some_arrays()[0]);
    CHECK(arrays[0].number(1, 2) == -6);
    CHECK(arrays[1] == some_arrays()[1]);
    CHECK(arrays[2] == some_arrays()[2]);
    CHECK(arrays[2].columns() == 3);
    const auto& names = mat_array(arrays, "names");
    REQUIRE(names.cells.size() == 5);
    CHECK(names.cells[0] == mat_text("a.jpg"));
    CHECK(names.cells[1] == mat_text(""));
    CHECK(names.cells[2].text == "b\xc3\xa4\xf0\x9f\x99\x82.jpg");
    CHECK(names.cells[3].numbers == std::vector<double>{7});
    CHECK(names.cells[4].cells.at(0).text == "deep");
  }
}

TEST_CASE("variables are read by name", "[data][mat5]") {
  const TemporaryFolder folder;
  write_mat5(folder / "test.mat", some_arrays());
  const auto arrays = read_mat5(folder / "test.mat", {.names = {"names", "m", "absent"}});
  REQUIRE(arrays.size() == 2);
  CHECK(mat_array(arrays, "m").rows() == 2);
  const auto error = error_of([&] { mat_array(arrays, "absent", "test.mat"); });
  CHECK(error.code() == ErrorCode::format);
  CHECK(error.where() == "test.mat, variable absent");
}

TEST_CASE("numbers of every type and both byte orders become doubles", "[data][mat5]") {
  const TemporaryFolder folder;
  for (const bool big : {false, true}) {
    const Maker make{big};
    const std::vector<std::pair<std::uint32_t, std::string>> types = {
        {1, make.numbers<std::int8_t>({-2, 3})},   {2, make.numbers<std::uint8_t>({254, 3})},
        {3, make.numbers<std::int16_t>({-2, 3})},  {4, make.numbers<std::uint16_t>({65534, 3})},
        {5, make.numbers<std::int32_t>({-2, 3})},  {6, make.numbers<std::uint32_t>({4294967294U, 3})},
        {7, make.numbers<float>({-2.5F, 3})},      {9, make.numbers<double>({-2.5, 3})},
        {12, make.numbers<std::int64_t>({-2, 3})}, {13, make.numbers<std::uint64_t>({1, 3})},
    };
    const std::vector<double> first = {-2, 254, -2, 65534, -2, 4294967294.0, -2.5, -2.5, -2, 1};
    for (std::size_t i = 0; i < types.size(); ++i) {
      CAPTURE(big, types[i].first);
      // MATLAB stores doubles that are small whole numbers as such: the class says what they are, the type how they stand there.
      const auto values = types[i].second.size() <= 4 ? make.small(static_cast<std::uint16_t>(types[i].first), types[i].second)
                                                      : make.element(types[i].first, types[i].second);
      const auto arrays = read_mat5(folder.write("test.mat", make.header() + make.matrix(kDouble, {1, 2}, "values", values)));
      REQUIRE(arrays.size() == 1);
      CHECK(arrays[0].name == "values");
      CHECK(arrays[0].numbers == std::vector<double>{first[i], 3});
    }
    const auto text = make.element(4, make.numbers<std::uint16_t>({'a', 0xe4, 0xd83d, 0xde42}));
    CHECK(read_mat5(folder.write("test.mat", make.header() + make.matrix(kChar, {1, 4}, "t", text)))[0].text ==
          "a\xc3\xa4\xf0\x9f\x99\x82");
    const auto rows = make.small(16, "acbd");
    CHECK(read_mat5(folder.write("test.mat", make.header() + make.matrix(kChar, {2, 2}, "t", rows)))[0].text == "abcd");
  }
}

TEST_CASE("what is not read is passed over unless it was asked for", "[data][mat5]") {
  const TemporaryFolder folder;
  const Maker make;
  const auto values = make.element(9, make.number(1.0));
  const auto path = folder.write("test.mat", make.header() + make.matrix(kStruct, {1, 1}, "s", "") +
                                                 make.matrix(kDouble | kComplex, {1, 1}, "c", values + values) +
                                                 make.matrix(kDouble, {1, 1}, "d", values));
  CHECK(read_mat5(path).size() == 1);
  CHECK(read_mat5(path, {.names = {"d"}}).size() == 1);
  CHECK(error_of([&] { read_mat5(path, {.names = {"s"}}); }).code() == ErrorCode::unsupported);
  CHECK(error_of([&] { read_mat5(path, {.names = {"c"}}); }).code() == ErrorCode::unsupported);
  const auto twice =
      folder.write("twice.mat", make.header() + make.matrix(kDouble, {1, 1}, "d", values) + make.matrix(kDouble, {1, 1}, "d", values));
  CHECK(error_of([&] { mat_array(read_mat5(twice), "d"); }).code() == ErrorCode::format);
}

TEST_CASE("each malformed MATLAB file is refused with its place", "[data][mat5]") {
  const TemporaryFolder folder;
  const Maker make;
  const auto head = make.header();
  const auto value = make.element(9, make.number(1.0));
  const auto one = [&](const std::string& values) { return head + make.matrix(kDouble, {1, 1}, "d", values); };
  const auto shaped = [&](std::initializer_list<std::int32_t> shape) { return head + make.matrix(kDouble, shape, "d", value); };
  const auto sound = make.matrix(kDouble, {1, 1}, "d", value);
  const auto cell = [&](const std::string& cells, std::int32_t count = 1) { return head + make.matrix(kCell, {count, 1}, "c", cells); };
  std::string nested = make.matrix(kCell, {0, 0}, "", "");
  for (int i = 0; i < 40; ++i) nested = make.matrix(kCell, {1, 1}, i == 39 ? "c" : "", nested);
  auto version4 = std::string(200, '\0');
  auto version2 = head;
  version2[125] = 2;
  const std::string bomb = deflated(make.number(std::uint32_t{14}) + make.number(std::uint32_t{0x0fffffff}) + std::string(1 << 20, '\0'));
  auto damaged = deflated(sound);
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  using enum ErrorCode;
  malformed::refuse(
      folder, "test.mat",
      {
          {"empty", "", "test.mat"},
          {"shorter than a header", head.substr(0, 100), "header"},
          {"a page of text", std::string(200, 'x'), "header"},
          {"version 7.3", "MATLAB 7.3 MAT-file" + std::string(500, ' '), "header", unsupported},
          {"HDF5", "\x89HDF\r\n\x1a\n" + std::string(500, ' '), "header", unsupported},
          {"version 4", version4, "header", unsupported},
          {"another version", version2, "header", unsupported},
          {"half a tag", head + "\x0e\0\0", "variable"},
          {"a variable longer than the file", head + make.number(std::uint32_t{14}) + make.number(std::uint32_t{1000}), "variable"},
          {"cut off", (head + sound).substr(0, head.size() + sound.size() - 8), "variable"},
          {"no variable", head + make.element(9, make.number(1.0)), "variable"},
          {"a variable of type 0", head + make.element(0, make.number(1.0)), "variable"},
          {"a small element of 5 bytes", head + make.number(std::uint32_t{5} << 16 | 14) + "12345678", "variable"},
          {"an empty variable", head + make.element(14, ""), "flags"},
          {"flags that are doubles", head + make.element(14, make.element(9, make.number(1.0))), "flags"},
          {"one flag", head + make.element(14, make.element(6, make.number(std::uint32_t{6}))), "flags"},
          {"no dimensions", head + make.element(14, make.element(6, make.numbers<std::uint32_t>({6, 0}))), "dimensions"},
          {"one dimension", shaped({1}), "dimensions"},
          {"a negative dimension", shaped({1, -1}), "dimensions"},
          {"dimensions that overflow", shaped({2147483647, 2147483647, 2147483647, 4}), "dimensions"},
          {"dimensions that overflow behind a 0", shaped({0, 2147483647, 2147483647, 2147483647}), "dimensions"},
          {"33 dimensions", shaped({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}),
           "dimensions"},
          {"dimensions of half a number",
           head + make.element(14, make.element(6, make.numbers<std::uint32_t>({6, 0})) + make.element(5, "12345")), "dimensions"},
          {"fewer values than the shape", shaped({2, 1}), "values of \"d\""},
          {"more values than the shape", shaped({0, 1}), "values of \"d\""},
          {"no values", one(""), "values of \"d\""},
          {"values that are text of no type", one(make.element(99, "12345678")), "values of \"d\""},
          {"values that end inside a number", one(make.element(9, "1234")), "values of \"d\""},
          {"a lone half of a letter", head + make.matrix(kChar, {1, 2}, "t", make.element(4, make.numbers<std::uint16_t>({0xd83d, 'a'}))),
           "text of"},
          {"a letter beyond the last", head + make.matrix(kChar, {1, 1}, "t", make.element(18, make.number(std::uint32_t{0x110000}))),
           "text of"},
          {"a text longer than its shape", head + make.matrix(kChar, {1, 2}, "t", make.element(4, make.numbers<std::uint16_t>({'a'}))),
           "values of \"t\""},
          {"missing cells", cell(make.matrix(kDouble, {1, 1}, "", value), 2), "cells of \"c\""},
          {"a thousand million cells", cell("", 1'000'000'000), "cells of \"c\""},
          {"a cell that is a number", cell(value), "cells of \"c\""},
          {"a malformed cell", cell(make.matrix(kDouble, {2, 1}, "", value)), "cell 0 of \"c\""},
          {"a struct in a cell", cell(make.matrix(kStruct, {1, 1}, "", "")), "cell 0 of \"c\"", unsupported},
          {"cells nested 41 deep", head + nested, "cell 0", limit},
          {"compressed nothing", head + compressed(""), "compressed at byte 128"},
          {"compressed noise", head + compressed("not zlib at all"), "compressed at byte 128"},
          {"compressed number", head + compressed(deflated(value)), "compressed at byte 128"},
          {"compressed and damaged", head + compressed(damaged), "compressed at byte 128"},
          {"compressed and cut off", head + compressed(deflated(sound).substr(0, 20)), "compressed at byte 128"},
          {"compressed with more behind", head + compressed(deflated(sound + "1")), "compressed at byte 128"},
          {"compressed tag alone", head + compressed(deflated(make.number(std::uint32_t{14}) + make.number(std::uint32_t{8}))),
           "compressed at byte 128"},
          {"compressed twice", head + compressed(deflated(compressed(deflated(sound)))), "compressed at byte 128"},
          {"a bomb of 256 MiB", head + compressed(bomb), "compressed at byte 128"},
          {"compressed and shorter than it says",
           head + compressed(deflated(make.number(std::uint32_t{14}) + make.number(std::uint32_t{200}) + sound.substr(8))),
           "compressed at byte 128"},
      },
      [](const auto& path) { read_mat5(path); });
}

TEST_CASE("a compressed MATLAB file holds no more than the cap", "[data][mat5]") {
  const TemporaryFolder folder;
  write_mat5(folder / "test.mat",
             std::vector{mat_numbers("a", 1000, 1, std::vector<double>(1000)), mat_numbers("b", 1000, 1, std::vector<double>(1000))});
  CHECK(read_mat5(folder / "test.mat", {.max_bytes = 17'000}).size() == 2);
  CHECK(error_of([&] { read_mat5(folder / "test.mat", {.max_bytes = 15'000}); }).code() == ErrorCode::limit);
  write_mat5(folder / "test.mat", std::vector{mat_cells("c", std::vector<MatArray>(100, mat_text("a")))});
  CHECK(read_mat5(folder / "test.mat", {.max_arrays = 101}).size() == 1);
  CHECK(error_of([&] { read_mat5(folder / "test.mat", {.max_arrays = 100}); }).code() == ErrorCode::limit);
}

TEST_CASE("whatever byte of a MATLAB file is wrong, nothing crashes", "[data][mat5]") {
  const TemporaryFolder folder;
  for (const bool compressed : {false, true}) {
    write_mat5(folder / "sound.mat", some_arrays(), compressed);
    CHECK(malformed::survive(folder, "test.mat", read_text(folder / "sound.mat"), [](const auto& path) { read_mat5(path); }) > 200);
  }
}

TEST_CASE("what a MATLAB file can't hold is not written", "[data][mat5]") {
  const TemporaryFolder folder;
  const auto refusal = [&](const MatArray& array) { return error_of([&] { write_mat5(folder / "test.mat", std::vector{array}); }).code(); };
  CHECK(refusal(mat_numbers("", 1, 1, {1})) == ErrorCode::argument);
  CHECK(refusal(mat_numbers("1a", 1, 1, {1})) == ErrorCode::argument);
  CHECK(refusal(mat_numbers("a b", 1, 1, {1})) == ErrorCode::argument);
  CHECK(refusal(mat_numbers(std::string(64, 'a'), 1, 1, {1})) == ErrorCode::argument);
  CHECK(refusal(mat_numbers("a", 2, 1, {1})) == ErrorCode::argument);
  CHECK(refusal(mat_numbers("a", -1, 1, {})) == ErrorCode::argument);
  CHECK(refusal(mat_cells("a", {mat_text("\xff")})) == ErrorCode::argument);
  CHECK(refusal(mat_cells("a", {mat_text("\xed\xa0\x80")})) == ErrorCode::argument);
  const auto twice = std::vector{mat_numbers("a", 1, 1, {1}), mat_numbers("a", 1, 1, {2})};
  CHECK(error_of([&] { write_mat5(folder / "test.mat", twice); }).code() == ErrorCode::argument);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("texts of any number of rows without letters cost no time", "[data][mat5]") {
  const TemporaryFolder folder;
  const Maker make;
  auto bytes = make.header();
  for (int i = 0; i < 100; ++i) bytes += make.matrix(kChar, {2147483647, 0}, "t", make.element(4, ""));
  folder.write("test.mat", bytes);
  const auto before = std::chrono::steady_clock::now();
  CHECK(read_mat5(folder / "test.mat").size() == 100);
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(10));
}
