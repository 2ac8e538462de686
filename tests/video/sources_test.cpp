#include <faceptor/video/byte_stream.hpp>
#include <faceptor/video/image_sequence.hpp>
#include <faceptor/video/open_frames.hpp>
#include <faceptor/video/output_stream.hpp>
#include <faceptor/video/raw_frames.hpp>

#include <algorithm>
#include <cstdlib>
#include <faceptor/image/write.hpp>
#include <string>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;

namespace {

video::ByteStream stream_of(std::string_view bytes) {
  const auto all = std::as_bytes(std::span(bytes.data(), bytes.size()));
  return video::ByteStream::over({all.begin(), all.end()});
}

Image filled(int width, int height, std::uint8_t grey) {
  Image image(width, height);
  std::ranges::fill(image.pixels(), grey);
  return image;
}

}  // namespace

TEST_CASE("bytes that were looked at are still read", "[video]") {
  const TemporaryFolder folder;
  auto stream = video::ByteStream::open(folder.write("bytes", "0123456789"));
  CHECK(stream.peek(4).size() == 4);
  CHECK(stream.peek(7)[6] == std::byte{'6'});
  std::vector<std::byte> all(20);
  CHECK(stream.read(all) == 10);
  CHECK(all[9] == std::byte{'9'});
  CHECK(stream.peek(1).empty());
  CHECK(error_of([&] { video::ByteStream::open(folder / "absent"); }).code() == ErrorCode::io);
  CHECK(error_of([&] { video::ByteStream::open(folder.path()); }).found() == "a folder");
}

TEST_CASE("raw frames go out and come in", "[video]") {
  const TemporaryFolder folder;
  {
    video::RawSink sink(video::OutputStream(folder / "a.rgb"));
    sink.write(filled(6, 4, 9));
    sink.write(filled(6, 4, 90));
    CHECK(error_of([&] { sink.write(Image(4, 6)); }).code() == ErrorCode::argument);
    sink.finish();
  }
  auto bytes = read_text(folder / "a.rgb");
  CHECK(bytes.size() == 2 * 6 * 4 * 3);
  bytes += "abc";
  video::RawSource source(stream_of(bytes), {6, 4}, 50);
  CHECK(source.next()->image == filled(6, 4, 9));
  const auto second = source.next();
  CHECK(second->image == filled(6, 4, 90));
  CHECK(second->time == Approx(0.02));
  const auto cut = source.next();
  REQUIRE(cut->error);
  CHECK(cut->error->expected() == "72 bytes");
  CHECK(cut->error->found() == "3");
  CHECK_FALSE(source.next());
  CHECK(error_of([&] { video::RawSource(stream_of(""), {0, 4}); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { video::RawSource(stream_of(""), {4, 4}, -1); }).code() == ErrorCode::argument);
}

TEST_CASE("a file that is never finished isn't there", "[video]") {
  const TemporaryFolder folder;
  { video::RawSink(video::OutputStream(folder / "a.rgb")).write(Image(4, 4)); }
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK(error_of([&] { video::OutputStream(folder / "absent/a.rgb"); }).code() == ErrorCode::io);
}

TEST_CASE("YUV4MPEG2 is read in its own colours", "[video]") {
  // Luma 81, U 90, V 240 are full red in BT.601's studio range, 235 white.
  const auto planes = [](int y, int u, int v) {
    return std::string(4, static_cast<char>(y)) + static_cast<char>(u) + static_cast<char>(v);
  };
  const std::string head = "YUV4MPEG2 W2 H2 F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG\n";
  video::Y4mSource source(stream_of(head + "FRAME\n" + planes(81, 90, 240) + "FRAME Ip\n" + planes(235, 128, 128) + "FRAME\nabc"));
  CHECK(source.rate() == Approx(29.97).epsilon(1e-4));
  const auto red = source.next();
  CHECK(red->image.at(1, 1)[0] >= 253);
  CHECK(red->image.at(1, 1)[1] <= 2);
  CHECK(red->image.at(1, 1)[2] <= 2);
  CHECK(source.next()->image == filled(2, 2, 255));
  CHECK(source.next()->error->found() == "3");
  CHECK_FALSE(source.next());

  video::Y4mSource mono(stream_of("YUV4MPEG2 W3 H1 Cmono XCOLORRANGE=FULL\nFRAME\n\x05\x06\x07"));
  CHECK(mono.next()->image.at(2, 0)[1] == 7);
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG3 W2 H2\n")); }).code() == ErrorCode::format);
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG2 W2\n")); }).found() == "2x0");
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG2 W999999999 H2\n")); }).code() == ErrorCode::argument);
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG2 W2 H2 C420p10\n")); }).code() == ErrorCode::unsupported);
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG2 " + std::string(5000, 'x'))); }).code() == ErrorCode::format);
  video::Y4mSource lost(stream_of("YUV4MPEG2 W2 H2\nNOFRAME\nabcdef"));
  CHECK(error_of([&] { lost.next(); }).code() == ErrorCode::format);
}

TEST_CASE("pictures are frames in the order of their numbers", "[video]") {
  const TemporaryFolder folder;
  for (const int i : {1, 2, 9, 10, 11, 100})
    write_png(folder / ("f" + std::to_string(i) + ".png"), filled(4, 4, static_cast<std::uint8_t>(i)));
  folder.write("f10a.png", "no picture");
  folder.write("notes.txt", "none");
  for (const auto& name : {folder.path().string(), (folder / "*.png").string(), (folder / "f%03d.png").string()}) {
    CAPTURE(name);
    CHECK(video::names_sequence(name));
    std::vector<int> seen;
    int errors = 0;
    const auto source = video::open_frames(name, {.rate = 5});
    CHECK(source->rate() == 5);
    while (const auto frame = source->next()) {
      CHECK(frame->time == Approx(0.2 * static_cast<double>(frame->index)));
      if (frame->error) {
        ++errors;
      } else {
        seen.push_back(frame->image.at(0, 0)[0]);
      }
    }
    CHECK(seen == std::vector<int>{1, 2, 9, 10, 11, 100});
    CHECK(errors == 1);
  }
  CHECK_FALSE(video::names_sequence("rtsp://camera/a?b=*"));
  CHECK(error_of([&] { video::open_frames((folder / "x*.png").string()); }).code() == ErrorCode::argument);
}

TEST_CASE("a stream is known by its first bytes", "[video]") {
  const TemporaryFolder folder;
  const auto jpeg = encode_jpeg(filled(8, 8, 50));
  const std::string bytes(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
  CHECK(video::open_frames(folder.write("a", bytes + bytes).string())->next()->image.width() == 8);
  CHECK(video::open_frames(folder.write("b", "YUV4MPEG2 W2 H2 Cmono\nFRAME\n1234").string())->next()->image.width() == 2);
  CHECK(video::open_frames(folder.write("c", std::string(12, 'x')).string(), {.size = Size{2, 2}})->next()->image.width() == 2);
  CHECK(error_of([&] { video::open_frames(folder.write("d", "an essay").string()); }).code() == ErrorCode::unsupported);
  CHECK(error_of([&] { video::open_frames(folder.write("e", "").string()); }).code() == ErrorCode::format);
}
