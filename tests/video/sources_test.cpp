#include <faceptor/video/byte_stream.hpp>
#include <faceptor/video/image_sequence.hpp>
#include <faceptor/video/open_frames.hpp>
#include <faceptor/video/output_stream.hpp>
#include <faceptor/video/raw_frames.hpp>

#include <fcntl.h>
#include <unistd.h>

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

TEST_CASE("standard input is a stream too, and one that fails says so", "[video]") {
  const TemporaryFolder folder;
  const int before = ::dup(STDIN_FILENO), file = ::open(folder.write("bytes", "0123456789").c_str(), O_RDONLY);
  ::dup2(file, STDIN_FILENO);
  auto stream = video::ByteStream::open("-");
  ::dup2(before, STDIN_FILENO);
  ::close(before);
  ::close(file);
  CHECK(stream.name() == "standard input");
  CHECK(stream.read_some({}) == 0);
  std::byte first{};
  CHECK(stream.read(std::span(&first, 1)) == 1);
  CHECK(first == std::byte{'0'});
  auto other = stream_of("abc");
  other = std::move(stream);
  CHECK(other.peek(3)[0] == std::byte{'1'});

  // Nothing is mapped at the beginning of a process's memory.
  auto memory = video::ByteStream::open("/proc/self/mem");
  const auto error = error_of([&] { memory.peek(1); });
  CHECK(error.code() == ErrorCode::io);
  CHECK(error.where() == "/proc/self/mem");
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

  for (const auto& [word, chroma] : {std::pair{"C422", 4}, std::pair{"C444", 8}}) {
    CAPTURE(word);
    const auto frame =
        "FRAME\n" + std::string(4, static_cast<char>(235)) + std::string(static_cast<std::size_t>(chroma), static_cast<char>(128));
    video::Y4mSource other(stream_of("YUV4MPEG2 W2 H2 " + std::string(word) + "\n" + frame + frame));
    CHECK(other.next()->image == filled(2, 2, 255));
    CHECK(other.next()->image == filled(2, 2, 255));
    CHECK_FALSE(other.next());
  }
  video::Y4mSource mono(stream_of("YUV4MPEG2 W3 H1 Cmono XCOLORRANGE=FULL\nFRAME\n\x05\x06\x07"));
  CHECK(mono.next()->image.at(2, 0)[1] == 7);
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG3 W2 H2\n")); }).code() == ErrorCode::format);
  CHECK(error_of([] { video::Y4mSource(stream_of("")); }).code() == ErrorCode::format);
  for (const char* size : {"W2", "W2 H", "W2 H-2", "W2 H2x", "W2 H4294967298"}) {
    CAPTURE(size);
    const auto e = error_of([&] { video::Y4mSource(stream_of("YUV4MPEG2 " + std::string(size) + "\n")); });
    CHECK(e.code() == ErrorCode::format);
    CHECK(e.where() == "memory");
    CHECK(e.found().starts_with("2x"));
  }
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG2 W999999999 H2\n")); }).code() == ErrorCode::limit);
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG2 W3 H3\n"), 8); }).expected() == "at most 8");
  for (const char* rate : {"F30", "F0:1", "F30:0", "F:", "F1e9:1"}) {
    CHECK(video::Y4mSource(stream_of("YUV4MPEG2 W2 H2 " + std::string(rate) + "\n")).rate() == 25);
  }
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG2 W2 H2 C420p10\n")); }).code() == ErrorCode::unsupported);
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG2 " + std::string(5000, 'x'))); }).code() == ErrorCode::format);
  CHECK(error_of([] { video::Y4mSource(stream_of("YUV4MPEG2 W2 H2")); }).code() == ErrorCode::format);
  video::Y4mSource lost(stream_of("YUV4MPEG2 W2 H2\nNOFRAME\nabcdef"));
  CHECK(error_of([&] { lost.next(); }).where() == "memory, frame 0");
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
