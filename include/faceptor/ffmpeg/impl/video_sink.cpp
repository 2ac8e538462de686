#include <faceptor/ffmpeg/video_sink.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <faceptor/ffmpeg/impl/libav.hpp>
#include <faceptor/files/atomic_file.hpp>

namespace faceptor::ffmpeg {

/// A file that appears whole, and can be gone back in.
struct SeekableFile {
  explicit SeekableFile(const std::filesystem::path& path) : file(path) {}

  int write(std::span<const std::byte> bytes) {
    try {
      const auto size = static_cast<int>(bytes.size());
      const auto old = std::min<std::uint64_t>(bytes.size(), file.position() - place);
      if (old > 0) file.rewrite(place, bytes.first(static_cast<std::size_t>(old)));
      file.write(bytes.subspan(static_cast<std::size_t>(old)));
      place += bytes.size();
      return size;
    } catch (const Error& problem) {
      error = problem;
      return AVERROR(EIO);
    }
  }
  std::int64_t seek(std::int64_t offset, int from) {
    if ((from & AVSEEK_SIZE) != 0) return static_cast<std::int64_t>(file.position());
    const auto base = from == SEEK_END   ? static_cast<std::int64_t>(file.position())
                      : from == SEEK_CUR ? static_cast<std::int64_t>(place)
                                         : 0;
    const auto target = base + offset;
    if (target < 0 || target > static_cast<std::int64_t>(file.position())) return AVERROR(EINVAL);
    place = static_cast<std::uint64_t>(target);
    return target;
  }

  files::AtomicFile file;
  std::uint64_t place = 0;
  std::optional<Error> error;
};

namespace {

// FFmpeg 7 made the bytes constant.
#if LIBAVFORMAT_VERSION_MAJOR >= 61
int write_bytes(void* file, const std::uint8_t* bytes, int size) {
#else
int write_bytes(void* file, std::uint8_t* bytes, int size) {
#endif
  return static_cast<SeekableFile*>(file)->write({reinterpret_cast<const std::byte*>(bytes), static_cast<std::size_t>(size)});
}

std::int64_t seek_bytes(void* file, std::int64_t offset, int from) { return static_cast<SeekableFile*>(file)->seek(offset, from); }

}  // namespace

struct VideoSink::Impl {
  Impl(std::filesystem::path path, SinkOptions chosen) : name(path.string()), options(std::move(chosen)) {
    be_quiet();
    if (!(options.rate > 0)) {
      throw Error(ErrorCode::argument, "video: frames a second must be more than 0").found(fmt::format("{}", options.rate));
    }
    AVFormatContext* container = nullptr;
    avformat_alloc_output_context2(&container, nullptr, nullptr, name.c_str());
    format.reset(container);
    if (format == nullptr) {
      throw Error(ErrorCode::unsupported, "video: no container is known by this name").where(name).expected("such as NAME.mp4 or NAME.mkv");
    }
    const auto kind = format->oformat->video_codec;
    encoder = kind == AV_CODEC_ID_NONE ? nullptr : avcodec_find_encoder(kind);
    if (encoder == nullptr) {
      throw Error(ErrorCode::unsupported, "video: this FFmpeg has no encoder for the container").where(name).found(avcodec_get_name(kind));
    }
    constexpr int kBuffer = 1 << 16;
    file = std::make_unique<SeekableFile>(path);
    io.reset(avio_alloc_context(static_cast<unsigned char*>(av_malloc(kBuffer)), kBuffer, 1, file.get(), nullptr, write_bytes, seek_bytes));
    format->pb = io.get();
  }
  /// The file's own error, where it has one.
  void check(int code, const char* what) const {
    if (code < 0 && file->error) throw Error(*file->error);
    checked(code, ErrorCode::io, what, name);
  }

  void begin(const Image& image) {
    width = image.width();
    height = image.height();
    codec.reset(avcodec_alloc_context3(encoder));
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    if (encoder->pix_fmts != nullptr) {
      const auto* taken = encoder->pix_fmts;
      while (*taken != AV_PIX_FMT_NONE && *taken != AV_PIX_FMT_YUV420P) ++taken;
      if (*taken == AV_PIX_FMT_NONE) codec->pix_fmt = encoder->pix_fmts[0];
    }
    codec->width = width > 1 ? width & ~1 : width;
    codec->height = height > 1 ? height & ~1 : height;
    codec->time_base = av_inv_q(av_d2q(options.rate, 1 << 16));
    codec->framerate = av_inv_q(codec->time_base);
    codec->thread_count = options.threads;
    codec->gop_size = 50;
    // Good enough to look at closely: a constant quality, whichever way the encoder has.
    if (av_opt_set(codec->priv_data, "crf", "20", 0) == 0) {
      av_opt_set(codec->priv_data, "preset", "veryfast", 0);
    } else {
      codec->flags |= AV_CODEC_FLAG_QSCALE;
      codec->global_quality = 3 * FF_QP2LAMBDA;
    }
    if ((format->oformat->flags & AVFMT_GLOBALHEADER) != 0) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    check(avcodec_open2(codec.get(), encoder, nullptr), "the encoder can't be opened");
    stream = avformat_new_stream(format.get(), nullptr);
    stream->time_base = codec->time_base;
    stream->avg_frame_rate = codec->framerate;
    check(avcodec_parameters_from_context(stream->codecpar, codec.get()), "the encoder can't be opened");
    if (!options.comment.empty()) av_dict_set(&format->metadata, "comment", options.comment.c_str(), 0);
    check(avformat_write_header(format.get(), nullptr), "the file's header can't be written");
    frame->format = codec->pix_fmt;
    frame->width = codec->width;
    frame->height = codec->height;
    check(av_frame_get_buffer(frame.get(), 0), "there is no memory for a frame");
    scaler.reset(sws_getContext(codec->width, codec->height, AV_PIX_FMT_RGB24, codec->width, codec->height, codec->pix_fmt,
                                SWS_BILINEAR | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
    if (!scaler) throw Error(ErrorCode::unsupported, "video: frames can't be converted for the encoder").where(name);
  }

  void encode(const AVFrame* sent) {
    check(avcodec_send_frame(codec.get(), sent), "a frame can't be encoded");
    while (true) {
      const int received = avcodec_receive_packet(codec.get(), packet.get());
      if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return;
      check(received, "a frame can't be encoded");
      packet->stream_index = stream->index;
      av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
      check(av_interleaved_write_frame(format.get(), packet.get()), "a frame can't be written");
    }
  }

  void write(const Image& image) {
    if (!codec) begin(image);
    if (image.width() != width || image.height() != height) {
      throw Error(ErrorCode::argument, "video: a frame has another size than the first")
          .where(name)
          .expected(fmt::format("{}x{}", width, height))
          .found(fmt::format("{}x{}", image.width(), image.height()));
    }
    check(av_frame_make_writable(frame.get()), "there is no memory for a frame");
    const std::uint8_t* planes[4] = {image.pixels().data(), nullptr, nullptr, nullptr};
    const int strides[4] = {3 * image.width(), 0, 0, 0};
    sws_scale(scaler.get(), planes, strides, 0, codec->height, frame->data, frame->linesize);
    frame->pts = index++;
    encode(frame.get());
  }

  void finish() {
    if (!codec) throw Error(ErrorCode::argument, "video: there is no frame to write").where(name);
    encode(nullptr);
    check(av_write_trailer(format.get()), "the file's end can't be written");
    avio_flush(io.get());
    if (file->error) throw Error(*file->error);
    file->file.commit();
  }

  std::string name;
  SinkOptions options;
  std::unique_ptr<SeekableFile> file;
  Owned<AVIOContext> io;
  Owned<AVFormatContext> format;
  const AVCodec* encoder = nullptr;
  AVStream* stream = nullptr;
  Owned<AVCodecContext> codec;
  Owned<SwsContext> scaler;
  Owned<AVFrame> frame{av_frame_alloc()};
  Owned<AVPacket> packet{av_packet_alloc()};
  int width = 0, height = 0;
  std::int64_t index = 0;
};

VideoSink::VideoSink(std::filesystem::path path, SinkOptions options)
    : impl_(std::make_unique<Impl>(std::move(path), std::move(options))) {}
VideoSink::~VideoSink() = default;

void VideoSink::write(const Image& image) { impl_->write(image); }
void VideoSink::finish() { impl_->finish(); }

}  // namespace faceptor::ffmpeg
