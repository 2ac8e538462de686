#include <faceptor/ffmpeg/video_sink.hpp>
#include <faceptor/ffmpeg/video_source.hpp>

#include <algorithm>
#include <cstdlib>
#include <faceptor/image/write.hpp>
#include <string>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;

namespace {

/// A bright square that moves over a dark picture.
Image frame_of(int i, int width = 96, int height = 64) {
  Image image(width, height);
  for (int y = 20; y < 40; ++y) {
    for (int x = 4 * i; x < 4 * i + 20; ++x) std::fill_n(image.at(x, y), 3, std::uint8_t{220});
  }
  return image;
}

void write_video(const std::filesystem::path& path, int frames) {
  ffmpeg::VideoSink sink(path, {.rate = 20, .comment = "a comment"});
  for (int i = 0; i < frames; ++i) sink.write(frame_of(i));
  CHECK_FALSE(std::filesystem::exists(path));
  sink.finish();
}

bool is_bright(const Image& image, int x, int y) { return image.at(x, y)[0] > 150; }

}  // namespace

TEST_CASE("videos that FFmpeg writes are read back, from files and from streams", "[ffmpeg]") {
  const TemporaryFolder folder;
  const auto name = GENERATE(std::string("a.mp4"), "a.mkv", "a.avi");
  CAPTURE(name);
  write_video(folder / name, 12);
  CHECK(read_text(folder / name).find("a comment") != std::string::npos);
  for (const bool streamed : {false, true}) {
    if (streamed && name == "a.mp4") continue;  // its index stands at its end
    auto source = streamed ? ffmpeg::VideoSource(video::ByteStream::open(folder / name)) : ffmpeg::VideoSource((folder / name).string());
    CHECK(source.rate() == Approx(20).epsilon(0.01));
    for (int i = 0; i < 12; ++i) {
      const auto frame = source.next();
      REQUIRE(frame);
      REQUIRE_FALSE(frame->error);
      CHECK(frame->index == i);
      CHECK(frame->time == Approx(0.05 * i).margin(0.002));
      REQUIRE(frame->image.width() == 96);
      CHECK(is_bright(frame->image, 4 * i + 10, 30));
      CHECK_FALSE(is_bright(frame->image, 4 * i + 10, 10));
      CHECK_FALSE(is_bright(frame->image, (4 * i + 50) % 96, 50));
    }
    CHECK_FALSE(source.next());
    CHECK_FALSE(source.next());
  }
}

TEST_CASE("a container's turn is applied", "[ffmpeg]") {
  const TemporaryFolder folder;
  write_video(folder / "a.mp4", 3);
  // The matrix of the track header, 1 0 0 1, becomes a quarter turn clockwise: 0 1 -1 0, as 16.16 numbers.
  auto bytes = read_text(folder / "a.mp4");
  const auto track = bytes.find("tkhd");
  REQUIRE(track != std::string::npos);
  const auto put = [&](std::size_t entry, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) bytes[track + 44 + 4 * entry + static_cast<std::size_t>(i)] = static_cast<char>(value >> (24 - 8 * i));
  };
  put(0, 0);
  put(1, 0x10000);
  put(3, 0xFFFF0000);
  put(4, 0);
  ffmpeg::VideoSource source(folder.write("turned.mp4", bytes).string());
  const auto frame = source.next();
  REQUIRE(frame);
  CHECK(frame->image.width() == 64);
  CHECK(frame->image.height() == 96);
  // What was at (10, 30) is at (63 - 30, 10).
  CHECK(is_bright(frame->image, 33, 10));
  CHECK_FALSE(is_bright(frame->image, 33, 60));
}

TEST_CASE("damaged and foreign files are errors that say so", "[ffmpeg]") {
  const TemporaryFolder folder;
  write_video(folder / "a.mkv", 30);
  auto bytes = read_text(folder / "a.mkv");
  for (std::size_t i = bytes.size() / 3; i < bytes.size() / 3 + 40; ++i) bytes[i] = static_cast<char>(bytes[i] ^ 0x5A);
  ffmpeg::VideoSource damaged(folder.write("b.mkv", bytes).string());
  int sound = 0;
  while (const auto frame = damaged.next()) sound += frame->error ? 0 : 1;
  CHECK(sound >= 5);
  ffmpeg::VideoSource cut(folder.write("c.mkv", bytes.substr(0, bytes.size() / 4)).string());
  while (cut.next()) continue;
  CHECK(error_of([&] { ffmpeg::VideoSource((folder / "absent.mp4").string()); }).code() == ErrorCode::io);
  CHECK(error_of([&] { ffmpeg::VideoSource(folder.write("d.mp4", "an essay about videos").string()); }).code() == ErrorCode::unsupported);
  CHECK(error_of([&] { ffmpeg::VideoSource((folder / "a.mkv").string(), {.max_pixels = 1000}); }).code() == ErrorCode::limit);
  CHECK(error_of([&] { ffmpeg::VideoSink(folder / "a.essay"); }).code() == ErrorCode::unsupported);
  CHECK(error_of([&] { ffmpeg::VideoSink(folder / "absent/a.mp4"); }).code() == ErrorCode::io);
  CHECK(error_of([&] { ffmpeg::VideoSink(folder / "e.mp4", {.rate = 0}); }).code() == ErrorCode::argument);
  ffmpeg::VideoSink sink(folder / "e.mp4");
  CHECK(error_of([&] { sink.finish(); }).code() == ErrorCode::argument);
  sink.write(frame_of(0, 97, 63));
  CHECK(error_of([&] { sink.write(frame_of(0)); }).code() == ErrorCode::argument);
  sink.finish();
  CHECK(ffmpeg::VideoSource((folder / "e.mp4").string()).next()->image.width() == 96);
}
