#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavdevice/avdevice.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include <faceptor/core/error.hpp>

/// FFmpeg's objects, which free themselves, and its errors in words.
namespace faceptor::ffmpeg {

struct Free {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  /// Of a file that is written; one that is read is closed instead.
  void operator()(AVFormatContext* format) const { avformat_free_context(format); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
  void operator()(AVIOContext* io) const {
    if (io != nullptr) av_freep(&io->buffer);
    avio_context_free(&io);
  }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

inline std::string words_of(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

/// @throws Error for a negative code
inline int checked(int code, ErrorCode kind, const std::string& what, const std::string& where) {
  if (code < 0) throw Error(kind, "video: " + what).where(where).found(words_of(code));
  return code;
}

/// FFmpeg would print what its functions return as errors anyway.
inline void be_quiet() {
  static std::once_flag once;
  std::call_once(once, [] {
    av_log_set_level(AV_LOG_FATAL);
    avdevice_register_all();
  });
}

}  // namespace faceptor::ffmpeg
