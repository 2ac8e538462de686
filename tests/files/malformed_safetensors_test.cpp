#include <cstring>
#include <functional>
#include <random>

#include <faceptor/core/error.hpp>
#include <faceptor/files/safetensors.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::files;

namespace {

std::string with_length(std::uint64_t length, const std::string& rest) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + rest;
}

std::string file_of(const std::string& header, std::size_t data) { return with_length(header.size(), header + std::string(data, '\1')); }

std::string tensor(const std::string& fields) { return "{\"a\":{" + fields + "}}"; }

struct Malformed {
  const char* name;
  std::string bytes;
  ErrorCode code = ErrorCode::format;
};

const std::string kSound = tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,8])");

std::vector<Malformed> malformed_files() {
  const auto two = [](const std::string& a, const std::string& b) {
    return R"({"a":{"dtype":"U8","shape":[2],"data_offsets":)" + a + R"(},"b":{"dtype":"U8","shape":[2],"data_offsets":)" + b + "}}";
  };
  return {
      {"empty", ""},
      {"shorter than its length", std::string("\1\0\0", 3)},
      {"header of no bytes", with_length(0, "xx")},
      {"header longer than the file", with_length(1000, kSound)},
      {"header of 2^64 - 1 bytes", with_length(~std::uint64_t{0}, kSound)},
      {"header of 2^63 bytes", with_length(std::uint64_t{1} << 63, kSound)},
      {"header cut off", with_length(kSound.size() - 1, kSound.substr(0, kSound.size() - 1))},
      {"header begins with a space", file_of(" " + kSound, 8)},
      {"header is a list", file_of("[1,2]", 0)},
      {"header is no JSON", file_of("{nothing}", 0)},
      {"two JSON documents", file_of(kSound + kSound, 8)},
      {"not UTF-8", file_of("{\"\xff\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8)},
      {"name twice",
       file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2)},
      {"name twice, once escaped",
       file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2)},
      {"field twice", file_of(tensor(R"("dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8])"), 8)},
      {"metadata twice", file_of(R"({"__metadata__":{},"__metadata__":{}})", 0)},
      {"metadata key twice", file_of(R"({"__metadata__":{"k":"1","k":"2"}})", 0)},
      {"metadata with a number", file_of(R"({"__metadata__":{"k":1}})", 0)},
      {"metadata is text", file_of(R"({"__metadata__":"k"})", 0)},
      {"metadata nested", file_of(R"({"__metadata__":{"k":{}}})", 0)},
      {"tensor is a list", file_of(R"({"a":[]})", 0)},
      {"tensor is null", file_of(R"({"a":null})", 0)},
      {"no dtype", file_of(tensor(R"("shape":[2],"data_offsets":[0,8])"), 8)},
      {"no shape", file_of(tensor(R"("dtype":"F32","data_offsets":[0,8])"), 8)},
      {"no offsets", file_of(tensor(R"("dtype":"F32","shape":[2])"), 8)},
      {"unknown field", file_of(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,8],"x":[1])"), 8)},
      {"unknown type", file_of(tensor(R"("dtype":"F33","shape":[2],"data_offsets":[0,8])"), 8)},
      {"type that is not read", file_of(tensor(R"("dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8])"), 8), ErrorCode::unsupported},
      {"type is a number", file_of(tensor(R"("dtype":32,"shape":[2],"data_offsets":[0,8])"), 8)},
      {"negative size", file_of(tensor(R"("dtype":"F32","shape":[-2],"data_offsets":[0,8])"), 8)},
      {"broken size", file_of(tensor(R"("dtype":"F32","shape":[2.0],"data_offsets":[0,8])"), 8)},
      {"size is text", file_of(tensor(R"("dtype":"F32","shape":["2"],"data_offsets":[0,8])"), 8)},
      {"size of 2^63", file_of(tensor(R"("dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8])"), 8)},
      {"size of 2^64", file_of(tensor(R"("dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8])"), 8)},
      {"sizes that overflow to 0", file_of(tensor(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0])"), 0)},
      {"sizes that overflow beside a 0", file_of(tensor(R"("dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0])"), 0)},
      {"shape nested", file_of(tensor(R"("dtype":"F32","shape":[[2]],"data_offsets":[0,8])"), 8)},
      {"one offset", file_of(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0])"), 8)},
      {"three offsets", file_of(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,8,8])"), 8)},
      {"negative offset", file_of(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[-8,0])"), 8)},
      {"offsets turned", file_of(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[8,0])"), 8)},
      {"offset of 2^64 - 1", file_of(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[18446744073709551607,18446744073709551615])"), 8)},
      {"data cut off", file_of(kSound, 7)},
      {"data behind the last tensor", file_of(kSound, 9)},
      {"data without tensors", file_of("{}", 8)},
      {"too few bytes for the shape", file_of(tensor(R"("dtype":"F32","shape":[3],"data_offsets":[0,8])"), 8)},
      {"too many bytes for the shape", file_of(tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,8])"), 8)},
      {"hole before the first tensor", file_of(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[4,12])"), 12)},
      {"hole between tensors", file_of(two("[0,2]", "[3,5]"), 5)},
      {"overlap", file_of(two("[0,2]", "[1,3]"), 3)},
      {"two tensors in one place", file_of(two("[0,2]", "[0,2]"), 2)},
      {"65 dimensions",
       file_of(tensor(R"("dtype":"U8","shape":[1)" +
                      [] {
                        std::string ones;
                        for (int i = 0; i < 64; ++i) ones += ",1";
                        return ones;
                      }() +
                      R"(],"data_offsets":[0,1])"),
               1),
       ErrorCode::limit},
      {"100,000 nested objects", file_of(
                                     [] {
                                       std::string nested;
                                       for (int i = 0; i < 100000; ++i) nested += "{\"a\":";
                                       return nested;
                                     }(),
                                     0)},
      {"100,000 nested lists", file_of("{\"a\":" + std::string(100000, '['), 0)},
      {"a page of text", "<!DOCTYPE html><html><body>Not found</body></html>"},
  };
}

}  // namespace

TEST_CASE("each malformed safetensors file is refused with one error that names it", "[weights][safetensors]") {
  const TemporaryFolder folder;
  for (const auto& file : malformed_files()) {
    CAPTURE(file.name);
    const auto path = folder.write("malformed.safetensors", file.bytes);
    try {
      SafetensorsFile::open(path);
      FAIL_CHECK("it was read");
    } catch (const Error& error) {
      CAPTURE(error.what());
      CHECK(error.code() == file.code);
      CHECK(error.where().find(path.string()) == 0);
      CHECK(std::string(error.what()).size() < 1000);
    }
  }
}

TEST_CASE("what is missing or no file is an io error", "[weights][safetensors]") {
  const TemporaryFolder folder;
  for (const auto& path : {folder / "absent.safetensors", folder.path(), std::filesystem::path("/dev/null")}) {
    CAPTURE(path.string());
    try {
      SafetensorsFile::open(path);
      FAIL_CHECK("it was read");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::io);
    }
  }
}

TEST_CASE("the sound file from which the malformed ones are made is read", "[weights][safetensors]") {
  const TemporaryFolder folder;
  const auto file = SafetensorsFile::open(folder.write("sound.safetensors", file_of(kSound, 8)));
  REQUIRE(file.tensors().size() == 1);
  CHECK(file.at("a").as<float>().size() == 2);
}

TEST_CASE("flipped bytes are an error or other values, never a crash", "[weights][safetensors]") {
  const TemporaryFolder folder;
  const auto sound = file_of(R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
                             R"("b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}})",
                             11);
  std::mt19937 random(1);
  int refused = 0;
  for (int round = 0; round < 1500; ++round) {
    auto bytes = sound;
    for (unsigned flips = 1 + random() % 3; flips > 0; --flips) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 8 == 0) bytes.resize(random() % bytes.size());
    try {
      const auto file = SafetensorsFile::open(folder.write("flipped.safetensors", bytes));
      for (const auto& view : file.tensors()) CHECK(byte_count(view.dtype, view.shape) == view.bytes.size());
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 0);
}
