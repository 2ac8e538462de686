#include <faceptor/files/zip.hpp>

#include <cstring>
#include <random>

#include <faceptor/core/error.hpp>
#include <faceptor/files/byte_cursor.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::files;

namespace {

std::string sound_archive(const TemporaryFolder& folder) {
  ZipWriter writer(folder / "sound.zip");
  writer.add("a/first", "one");
  writer.add("a/second", std::as_bytes(std::span("twenty-one", 10)), 64);
  writer.add("a/empty", "");
  writer.finish();
  return read_text(folder / "sound.zip");
}

ZipFile open_bytes(const TemporaryFolder& folder, const std::string& bytes) {
  return ZipFile::open(MappedFile::open(folder.write("archive.zip", bytes)));
}

ErrorCode refusal(const TemporaryFolder& folder, const std::string& bytes) {
  try {
    const auto zip = open_bytes(folder, bytes);
    for (const auto& entry : zip.entries()) zip.read(entry);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("entries come back as they were written, aligned where asked", "[weights][zip]") {
  const TemporaryFolder folder;
  const auto zip = open_bytes(folder, sound_archive(folder));
  REQUIRE(zip.entries().size() == 3);
  CHECK(text_of(zip.read(*zip.find("a/first"))) == "one");
  CHECK(text_of(zip.read(*zip.find("a/second"))) == "twenty-one");
  CHECK(zip.find("a/second")->offset % 64 == 0);
  CHECK(zip.read(*zip.find("a/empty")).empty());
  CHECK(zip.find("a/third") == nullptr);
}

TEST_CASE("many entries need the zip64 records", "[weights][zip]") {
  const TemporaryFolder folder;
  const auto path = folder / "many.zip";
  ZipWriter writer(path);
  for (int i = 0; i < 70000; ++i) writer.add(std::to_string(i), "x");
  CHECK_THROWS_AS(writer.add("1", "x"), Error);
  writer.finish();
  const auto zip = ZipFile::open(MappedFile::open(path));
  CHECK(zip.entries().size() == 70000);
  CHECK(zip.entries()[69999].name == "69999");
  int found = 0;
  for (int i = 0; i < 70000; ++i) found += zip.find(std::to_string(i)) == &zip.entries()[static_cast<std::size_t>(i)] ? 1 : 0;
  CHECK(found == 70000);
}

TEST_CASE("sizes and places beyond 32 bits stand behind an entry's name", "[weights][zip]") {
  const TemporaryFolder folder;
  constexpr std::uint16_t kNone = 0, kVersion = 45, kName = 1;
  constexpr std::uint32_t kElsewhere = 0xffffffff, kCrc = 0x3610a686;  // of "hello"
  const auto archive = [&](std::uint64_t size, std::uint64_t stored, std::uint64_t header, std::uint16_t length = 24) {
    std::string bytes, extra;
    put_numbers(bytes, std::uint32_t{0x04034b50}, kVersion, kNone, kNone, kNone, kNone, kCrc, std::uint32_t{5}, std::uint32_t{5}, kName,
                kNone);
    bytes += "ahello";
    const auto directory = static_cast<std::uint32_t>(bytes.size());
    put_numbers(extra, std::uint16_t{7}, std::uint16_t{1}, std::uint8_t{9}, std::uint16_t{1}, length, size, stored, header);
    put_numbers(bytes, std::uint32_t{0x02014b50}, kVersion, kVersion, kNone, kNone, kNone, kNone, kCrc, kElsewhere, kElsewhere, kName,
                static_cast<std::uint16_t>(extra.size()), kNone, kNone, kNone, std::uint32_t{0}, kElsewhere);
    bytes += "a" + extra;
    const auto end = static_cast<std::uint32_t>(bytes.size());
    put_numbers(bytes, std::uint32_t{0x06054b50}, kNone, kNone, std::uint16_t{1}, std::uint16_t{1}, end - directory, directory, kNone);
    return bytes;
  };
  const auto zip = open_bytes(folder, archive(5, 5, 0));
  CHECK(text_of(zip.read(*zip.find("a"))) == "hello");
  CHECK(refusal(folder, archive(5, 6, 0)) == ErrorCode::format);
  CHECK(refusal(folder, archive(5, 5, 4)) == ErrorCode::format);
  CHECK(refusal(folder, archive(6, 6, 0)) == ErrorCode::format);
  CHECK(refusal(folder, archive(std::uint64_t{1} << 63, std::uint64_t{1} << 63, 0)) == ErrorCode::format);
  CHECK(refusal(folder, archive(5, 5, ~std::uint64_t{0})) == ErrorCode::format);
  CHECK(refusal(folder, archive(5, 5, 0, 16)) == ErrorCode::format);
}

TEST_CASE("damaged archives are refused", "[weights][zip]") {
  const TemporaryFolder folder;
  const auto sound = sound_archive(folder);
  const auto end = sound.size() - 22;
  std::uint32_t directory = 0;
  std::memcpy(&directory, sound.data() + end + 16, 4);
  const auto changed = [&](std::size_t position, std::uint32_t value, std::size_t size) {
    auto bytes = sound;
    std::memcpy(bytes.data() + position, &value, size);
    return refusal(folder, bytes);
  };
  CHECK(refusal(folder, sound.substr(0, sound.size() / 2)) == ErrorCode::format);
  CHECK(refusal(folder, sound.substr(0, sound.size() - 1)) == ErrorCode::format);
  CHECK(refusal(folder, sound.substr(1)) == ErrorCode::format);
  CHECK(changed(directory + 8, 1, 2) == ErrorCode::unsupported);   // encrypted
  CHECK(changed(directory + 10, 8, 2) == ErrorCode::unsupported);  // deflated
  CHECK(changed(directory + 16, 0, 4) == ErrorCode::format);       // checksum
  CHECK(changed(directory + 20, 4, 4) == ErrorCode::format);       // two sizes
  CHECK(changed(directory + 28, 0xffff, 2) == ErrorCode::format);  // name beyond the directory
  CHECK(changed(directory + 42, 0xfffffff0, 4) == ErrorCode::format);
  CHECK(changed(directory + 42, 1, 4) == ErrorCode::format);
  CHECK(changed(directory + 46, 'b', 1) == ErrorCode::format);  // another name than in front of the data
  CHECK(changed(end + 10, 4, 2) == ErrorCode::format);          // more entries than there are
  CHECK(changed(end + 16, 0xfffffff0, 4) == ErrorCode::format);
  CHECK(changed(end + 12, 0xfffffff0, 4) == ErrorCode::format);
  CHECK(changed(26, 0xffff, 2) == ErrorCode::format);
  CHECK(changed(30 + 7, 'O', 1) == ErrorCode::format);  // a byte of the data
}

TEST_CASE("flipped bytes of archives are an error or other values, never a crash", "[weights][zip]") {
  const TemporaryFolder folder;
  const auto sound = sound_archive(folder);
  std::mt19937 random(4);
  int refused = 0;
  for (int round = 0; round < 2000; ++round) {
    auto bytes = sound;
    for (unsigned flips = 1 + random() % 3; flips > 0; --flips) bytes[random() % bytes.size()] = static_cast<char>(random());
    refused += refusal(folder, bytes) != ErrorCode::internal ? 1 : 0;
  }
  CHECK(refused > 1000);
}
