#include <faceptor/datasets/soft_maps.hpp>

#include <limits>

#include "datasets/malformed.hpp"
#include "datasets/npy_files.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using malformed::number;

namespace {

const std::string kNumbers = number(1.5F) + number(-2.0F) + number(0.25F) + number(4.0F) + number(5.0F) + number(6.0F);
const std::string kHeader = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
const std::string kSound = npy::file(kHeader, kNumbers);

NpyArray decode(const std::string& bytes) { return decode_npy(std::as_bytes(std::span(bytes)), "array.npy"); }

}  // namespace

TEST_CASE("npy: arrays as NumPy writes them", "[data][datasets][npy]") {
  const auto array = decode(kSound);
  CHECK(array.header.type == NpyHeader::Type::float32);
  CHECK(array.header.shape == std::vector<std::int64_t>{2, 3});
  CHECK(array.values == std::vector<float>{1.5F, -2, 0.25F, 4, 5, 6});

  // Another order of the keys, other quotes, no comma at the end, version 2.
  const auto doubles = decode(npy::file("{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<f8\"}", number(0.5) + number(-3.0), 2));
  CHECK(doubles.header.shape == std::vector<std::int64_t>{2});
  CHECK(doubles.values == std::vector<float>{0.5F, -3});
  const auto bytes = decode(npy::file("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 3), }", std::string("\x00\x80\xFF", 3)));
  CHECK(bytes.values == std::vector<float>{0, 128, 255});
  CHECK(decode(npy::file("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", number(7.0F))).values == std::vector<float>{7});
}

TEST_CASE("npy: malformed files are refused by one error", "[data][datasets][npy]") {
  const auto shaped = [](const std::string& shape) {
    return npy::file("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }", kNumbers);
  };
  const auto typed = [](const std::string& type) {
    return npy::file("{'descr': '" + type + "', 'fortran_order': False, 'shape': (2, 3), }", kNumbers);
  };
  const TemporaryFolder folder;
  const auto unsupported = ErrorCode::unsupported;
  const std::vector<malformed::Case> cases = {
      {"another file", "\x93NUMPX" + kSound.substr(6), "magic"},
      {"nothing but the magic", kSound.substr(0, 6), "version"},
      {"a version of tomorrow", malformed::replaced(kSound, std::string("NUMPY\x01", 6), std::string("NUMPY\x04", 6)), "version",
       unsupported},
      {"a header beyond the end", kSound.substr(0, 8) + "\xF0\xFF" + kSound.substr(10), "header"},
      {"a header of gigabytes", npy::file(kHeader, kNumbers, 2).replace(8, 4, "\xFF\xFF\xFF\x7F"), "header length", ErrorCode::limit},
      {"no dictionary", npy::file("'descr'", kNumbers), "header"},
      {"a dictionary without an end", npy::file(kHeader.substr(0, kHeader.size() - 1), kNumbers), "header"},
      {"something behind the dictionary", npy::file(kHeader + " + x", kNumbers), "header"},
      {"a text without an end", npy::file("{'descr: }", kNumbers), "header"},
      {"no shape", npy::file("{'descr': '<f4', 'fortran_order': False, }", kNumbers), "header"},
      {"two shapes", npy::file("{'shape': (2, 3), 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", kNumbers), "header"},
      {"an unknown key", npy::file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1}", kNumbers), "header"},
      {"Fortran's order", malformed::replaced(kSound, "False", "True "), "fortran_order", unsupported},
      {"an order that is no word", malformed::replaced(kSound, "False", "false"), "header"},
      {"big-endian numbers", typed(">f4"), "descr", unsupported},
      {"objects", typed("|O"), "descr", unsupported},
      {"whole numbers of 64 bits", typed("<i8"), "descr", unsupported},
      {"a side of nothing", shaped("(0, 6)"), "header"},
      {"a negative side", shaped("(-2, -3)"), "header"},
      {"a side that is no number", shaped("(2, x)"), "header"},
      {"a side of more than 64 bits", shaped("(99999999999999999999, 1)"), "header"},
      {"five sides", shaped("(1, 1, 1, 2, 3)"), "header"},
      {"a shape that is a number", shaped("6"), "header"},
      {"sides whose product overflows", shaped("(4294967296, 4294967296)"), "shape", ErrorCode::limit},
      {"terabytes", shaped("(1048576, 1048576)"), "shape", ErrorCode::limit},
      {"fewer numbers than the header says", kSound.substr(0, kSound.size() - 1), "numbers"},
      {"more numbers than the header says", kSound + "x", "numbers"},
      {"a number that is none", npy::file(kHeader, kNumbers.substr(4) + number(std::numeric_limits<float>::quiet_NaN())), "number 5"},
      {"a number beyond 32 bits", npy::file("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", number(1e300)), "number 0"},
  };
  malformed::refuse(folder, "array.npy", cases, [](const auto& path) { read_npy(path); });
  CHECK(error_of([&] { read_npy(folder / "none.npy"); }).code() == ErrorCode::io);
}

TEST_CASE("npy: any cut or changed file is read or refused", "[data][datasets][npy]") {
  const TemporaryFolder folder;
  CHECK(malformed::survive(folder, "array.npy", kSound, [](const auto& path) { read_npy(path); }) > 100);
}
