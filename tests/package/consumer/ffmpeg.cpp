#include <cstdio>

#include <faceptor/core/error.hpp>
#include <faceptor/ffmpeg/video_source.hpp>

int main() try {
  faceptor::ffmpeg::VideoSource("absent.mp4");
  return 1;
} catch (const faceptor::Error& error) {
  std::printf("%s\n", error.what());
  return error.code() == faceptor::ErrorCode::io ? 0 : 1;
}
