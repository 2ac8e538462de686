#include "support/torch_catch.hpp"

#include <cstring>
#include <numeric>
#include <set>
#include <string>

#include <faceptor/image/read.hpp>
#include <faceptor/train/event_file.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"
#include "train/event_reader.hpp"

using namespace faceptor;
using namespace faceptor::train;
using tensorboard::read_events;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

Image stripes() {
  Image image(7, 5);
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 7; ++x) image.at(x, y)[0] = static_cast<std::uint8_t>(30 * x + y);
  }
  return image;
}

}  // namespace

TEST_CASE("CRC-32C has the values of RFC 3720", "[train][event_file]") {
  CHECK(crc32c(bytes_of("123456789")) == 0xE3069283U);
  CHECK(crc32c(bytes_of(std::string(32, '\0'))) == 0x8A9136AAU);
  CHECK(crc32c(bytes_of(std::string(32, '\xFF'))) == 0x62A8AB43U);
  std::string rising(32, '\0');
  std::iota(rising.begin(), rising.end(), '\0');
  CHECK(crc32c(bytes_of(rising)) == 0x46DD794EU);
  CHECK(crc32c({}) == 0U);
}

TEST_CASE("What was written to an event file can be read back", "[train][event_file]") {
  const TemporaryFolder folder;
  std::filesystem::path path;
  {
    EventFile events(folder / "deep/tensorboard");
    path = events.path();
    events.scalar("loss/total", 0, 1.5);
    events.scalar("loss/total", 123456789012, -0.25);
    events.image("samples/age", 300, stripes());
  }
  const auto events = read_events(path);
  REQUIRE(events.size() == 4);
  CHECK(events[0].file_version == "brain.Event:2");
  CHECK(events[0].wall_time > 1.6e9);
  CHECK(events[1].tag == "loss/total");
  CHECK(events[1].step == 0);
  CHECK(events[1].value == 1.5);
  CHECK(events[2].step == 123456789012);
  CHECK(events[2].value == -0.25);
  CHECK(events[3].tag == "samples/age");
  CHECK(events[3].step == 300);
  CHECK(events[3].width == 7);
  CHECK(events[3].height == 5);
  CHECK(decode_image(bytes_of(events[3].png)) == stripes());
}

TEST_CASE("A resumed run removes what came after its checkpoint, in a file that sorts last", "[train][event_file]") {
  const TemporaryFolder folder;
  std::vector<std::filesystem::path> paths;
  for (const int first : {0, 40, 41}) {
    EventFile events(folder.path(), first);
    paths.push_back(events.path());
  }
  CHECK(std::is_sorted(paths.begin(), paths.end()));
  CHECK(std::set(paths.begin(), paths.end()).size() == 3);
  const auto resumed = read_events(paths[1]);
  REQUIRE(resumed.size() == 2);
  CHECK(resumed[1].restart);
  CHECK(resumed[1].step == 40);
  CHECK(read_events(paths[0]).size() == 1);
}

TEST_CASE("A torn record ends an event file, a changed one is refused", "[train][event_file]") {
  const TemporaryFolder folder;
  std::filesystem::path path;
  {
    EventFile events(folder.path());
    path = events.path();
    events.scalar("a", 1, 2);
  }
  const auto whole = read_text(path);
  const auto first = read_events(path).size();
  REQUIRE(first == 2);
  const std::size_t head = 12 + static_cast<unsigned char>(whole[0]) + 4;  // of the version's record
  for (std::size_t size = head; size < whole.size(); ++size) {
    CHECK(read_events(folder.write("torn", whole.substr(0, size))).size() == 1);
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    const auto error = error_of([&] { read_events(folder.write("changed", changed)); });
    CHECK(error.code() == ErrorCode::format);
    CHECK(error.where().find("changed, byte ") != std::string::npos);
  }
}

TEST_CASE("An event file in a place that can't be written says so", "[train][event_file]") {
  const TemporaryFolder folder;
  folder.write("file", "");
  const auto error = error_of([&] { EventFile(folder / "file/tensorboard"); });
  CHECK(error.code() == ErrorCode::io);
  CHECK(error.where().find("events.out.tfevents") != std::string::npos);
}
