#include <faceptor/video/mjpeg.hpp>

#include <algorithm>
#include <faceptor/image/write.hpp>
#include <faceptor/video/byte_stream.hpp>
#include <faceptor/video/frame_source.hpp>
#include <faceptor/video/output_stream.hpp>
#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using video::MjpegSplitter;

namespace {

using Bytes = std::vector<std::byte>;

Bytes jpeg_of(int width, std::uint8_t grey) {
  Image image(width, 16);
  std::ranges::fill(image.pixels(), grey);
  return encode_jpeg(image);
}

Bytes joined(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::vector<Bytes> pictures_of(const Bytes& stream, std::size_t step, std::size_t max_bytes = 1 << 20) {
  MjpegSplitter splitter(max_bytes);
  std::vector<Bytes> pictures;
  for (std::size_t at = 0; at < stream.size(); at += step) {
    splitter.feed(std::span(stream).subspan(at, std::min(step, stream.size() - at)));
    while (auto picture = splitter.next()) pictures.push_back(std::move(*picture));
  }
  if (auto rest = splitter.end()) pictures.push_back(std::move(*rest));
  return pictures;
}

Bytes text(std::string_view words) {
  const auto bytes = std::as_bytes(std::span(words.data(), words.size()));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("a stream of JPEGs is cut into its pictures, however it arrives", "[video]") {
  const std::vector<Bytes> pictures{jpeg_of(16, 10), jpeg_of(24, 100), jpeg_of(40, 200)};
  const auto stream =
      joined({text("noise\xFF"), pictures[0], pictures[1], text("\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n"), pictures[2]});
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, stream.size()})
    CHECK(pictures_of(stream, step) == pictures);
}

TEST_CASE("a thumbnail within a picture is no end of it", "[video]") {
  const auto outer = jpeg_of(16, 10), inner = jpeg_of(8, 3);
  const auto length = inner.size() + 2;
  const Bytes segment{std::byte{0xFF}, std::byte{0xE1}, static_cast<std::byte>(length >> 8), static_cast<std::byte>(length & 0xFF)};
  const auto picture = joined({Bytes(outer.begin(), outer.begin() + 2), segment, inner, Bytes(outer.begin() + 2, outer.end())});
  CHECK(pictures_of(joined({picture, outer}), 5) == std::vector<Bytes>{picture, outer});
}

TEST_CASE("pictures that are cut off cost no others", "[video]") {
  const auto whole = jpeg_of(16, 10);
  const Bytes cut(whole.begin(), whole.end() - 6);
  CHECK(pictures_of(joined({cut, whole, cut}), 11) == std::vector<Bytes>{cut, whole, cut});
  // One that is too long is cut off there, and the next one is found.
  const auto large = joined({Bytes(whole.begin(), whole.end() - 2), Bytes(5000, std::byte{7})});
  const auto pictures = pictures_of(joined({large, whole}), 100, 2000);
  REQUIRE(pictures.size() == 2);
  CHECK(pictures[0].size() == 2000);
  CHECK(pictures[1] == whole);
}

TEST_CASE("any bytes are safe, and none is given twice", "[video]") {
  std::mt19937 random(7);
  const auto sound = joined({jpeg_of(16, 10), jpeg_of(24, 100)});
  for (int round = 0; round < 300; ++round) {
    Bytes stream = sound;
    if (round % 2 == 0) {
      for (int i = 0; i < 12; ++i) stream[random() % stream.size()] = static_cast<std::byte>(random() % 4 == 0 ? 0xFF : random() % 256);
    } else {
      stream.resize(random() % 3000);
      for (auto& byte : stream) byte = static_cast<std::byte>(random() % 3 == 0 ? 0xFF : 0xC0 + random() % 32);
    }
    std::size_t total = 0;
    for (const auto& picture : pictures_of(stream, 1 + random() % 97, 4096)) {
      total += picture.size();
      CHECK(picture.size() <= 4096);
    }
    CHECK(total <= stream.size());
  }
}

TEST_CASE("what is written as JPEGs is read back, and a damaged frame is an error of its own", "[video]") {
  const TemporaryFolder folder;
  Image dark(32, 24), light(32, 24);
  std::ranges::fill(light.pixels(), std::uint8_t{200});
  {
    video::MjpegSink sink(video::OutputStream(folder / "a.mjpeg"), 90, "a comment");
    for (const auto* image : {&dark, &light, &dark}) sink.write(*image);
    CHECK_FALSE(std::filesystem::exists(folder / "a.mjpeg"));
    sink.finish();
  }
  auto bytes = read_text(folder / "a.mjpeg");
  CHECK(bytes.find("a comment") == 6);
  video::MjpegSource source(video::ByteStream::open(folder / "a.mjpeg"), 10);
  for (int i = 0; i < 3; ++i) {
    const auto frame = source.next();
    REQUIRE(frame);
    CHECK(frame->index == i);
    CHECK(frame->time == Approx(0.1 * i));
    CHECK(std::abs(int{frame->image.at(3, 3)[0]} - (i == 1 ? 200 : 0)) < 4);
  }
  CHECK_FALSE(source.next());

  const auto second = bytes.find("\xFF\xD8", 2);
  bytes.erase(second + 100, 150);
  video::MjpegSource damaged(video::ByteStream::open(folder.write("b.mjpeg", bytes)));
  CHECK_FALSE(damaged.next()->error);
  const auto bad = damaged.next();
  REQUIRE(bad->error);
  CHECK(bad->image.empty());
  CHECK(std::string(bad->error->what()).find("frame 1") != std::string::npos);
  CHECK_FALSE(damaged.next()->error);
  CHECK(error_of([&] { video::MjpegSource(video::ByteStream::over({}), 0); }).code() == ErrorCode::argument);
}
