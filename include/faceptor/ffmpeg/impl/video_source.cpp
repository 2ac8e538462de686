#include <faceptor/ffmpeg/video_source.hpp>

#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include <faceptor/ffmpeg/impl/libav.hpp>
#include <faceptor/image/codecs.hpp>

namespace faceptor::ffmpeg {

namespace {

int read_bytes(void* stream, std::uint8_t* into, int size) {
  try {
    const auto count =
        static_cast<video::ByteStream*>(stream)->read_some({reinterpret_cast<std::byte*>(into), static_cast<std::size_t>(size)});
    return count == 0 ? AVERROR_EOF : static_cast<int>(count);
  } catch (const Error&) {
    return AVERROR(EIO);
  }
}

/// EXIF's number for the turn that the container asks for.
int orientation_of(const AVStream& stream) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const auto* data =
      av_packet_side_data_get(stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  const auto* matrix = data != nullptr && data->size >= 9 * sizeof(std::int32_t) ? data->data : nullptr;
#else
  std::size_t size = 0;
  const auto* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (size < 9 * sizeof(std::int32_t)) matrix = nullptr;
#endif
  if (matrix == nullptr) return 1;
  std::array<std::int32_t, 9> copy{};
  std::memcpy(copy.data(), matrix, sizeof(copy));
  const double counter_clockwise = av_display_rotation_get(copy.data());
  if (!std::isfinite(counter_clockwise)) return 1;
  constexpr std::array kOrientation{1, 6, 3, 8};  // by quarter turns clockwise
  return kOrientation[static_cast<std::size_t>((std::lround(-counter_clockwise / 90) % 4 + 4) % 4)];
}

}  // namespace

struct VideoSource::Impl {
  Impl(std::string name, SourceOptions chosen) : name(std::move(name)), options(chosen) { be_quiet(); }
  ~Impl() { avformat_close_input(&format); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void open(const char* address, const AVInputFormat* kind, AVDictionary** settings) {
    const int opened = avformat_open_input(&format, address, const_cast<AVInputFormat*>(kind), settings);
    av_dict_free(settings);
    // What is no video at all and what isn't there are told apart.
    checked(opened, opened == AVERROR_INVALIDDATA ? ErrorCode::unsupported : ErrorCode::io, "this can't be opened as a video", name);
    checked(avformat_find_stream_info(format, nullptr), ErrorCode::format, "the video can't be read", name);
    const AVCodec* decoder = nullptr;
    const int best = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, const_cast<decltype(&decoder)>(&decoder), 0);
    checked(best, ErrorCode::unsupported, "there is no video that can be decoded", name);
    stream = format->streams[best];
    const auto& parameters = *stream->codecpar;
    if (std::int64_t{parameters.width} * parameters.height > options.max_pixels) {
      throw Error(ErrorCode::limit, "video: the frames are too large")
          .where(name)
          .expected(fmt::format("at most {} pixels", options.max_pixels))
          .found(fmt::format("{}x{}", parameters.width, parameters.height));
    }
    codec.reset(avcodec_alloc_context3(decoder));
    checked(avcodec_parameters_to_context(codec.get(), &parameters), ErrorCode::format, "the video can't be decoded", name);
    codec->thread_count = options.threads;
    codec->max_pixels = options.max_pixels;
    codec->pkt_timebase = stream->time_base;
    checked(avcodec_open2(codec.get(), decoder, nullptr), ErrorCode::unsupported, "the video can't be decoded", name);
    orientation = orientation_of(*stream);
  }

  double rate() const {
    const auto rate = av_guess_frame_rate(format, stream, nullptr);
    return rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
  }

  double time_of(const AVFrame& decoded) {
    const auto stamp = decoded.best_effort_timestamp;
    if (stamp == AV_NOPTS_VALUE) return rate() > 0 ? static_cast<double>(index) / rate() : 0;
    if (first == AV_NOPTS_VALUE) first = stamp;
    return static_cast<double>(stamp - first) * av_q2d(stream->time_base);
  }

  Image image_of(const AVFrame& decoded) {
    const auto pixels = static_cast<AVPixelFormat>(decoded.format);
    scaler.reset(sws_getCachedContext(scaler.release(), decoded.width, decoded.height, pixels, decoded.width, decoded.height,
                                      AV_PIX_FMT_RGB24, SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr, nullptr));
    if (!scaler)
      throw Error(ErrorCode::unsupported, "video: these pixels can't be converted").where(name).found(fmt::format("{}", decoded.format));
    const bool full = decoded.color_range == AVCOL_RANGE_JPEG || pixels == AV_PIX_FMT_YUVJ420P || pixels == AV_PIX_FMT_YUVJ422P ||
                      pixels == AV_PIX_FMT_YUVJ444P;
    sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(decoded.colorspace), full ? 1 : 0, sws_getCoefficients(SWS_CS_DEFAULT), 1, 0,
                             1 << 16, 1 << 16);
    Image image(decoded.width, decoded.height);
    std::uint8_t* planes[4] = {image.pixels().data(), nullptr, nullptr, nullptr};
    const int strides[4] = {3 * decoded.width, 0, 0, 0};
    sws_scale(scaler.get(), decoded.data, decoded.linesize, 0, decoded.height, planes, strides);
    return orientation == 1 ? std::move(image) : upright(std::move(image), orientation);
  }

  video::Frame failed(const std::string& what, int code) {
    video::Frame frame{.index = index, .time = rate() > 0 ? static_cast<double>(index) / rate() : 0};
    ++index;
    frame.error = Error(ErrorCode::format, "video: " + what).where(fmt::format("{}, frame {}", name, frame.index)).found(words_of(code));
    return frame;
  }

  std::optional<video::Frame> next() {
    while (true) {
      const int received = avcodec_receive_frame(codec.get(), decoded.get());
      if (received == 0) {
        video::Frame frame{.image = image_of(*decoded), .index = index, .time = time_of(*decoded)};
        ++index;
        return frame;
      }
      if (received == AVERROR_EOF) return std::nullopt;
      if (received != AVERROR(EAGAIN)) return failed("a frame can't be decoded", received);
      const int read = av_read_frame(format, packet.get());
      if (read < 0) {
        avcodec_send_packet(codec.get(), nullptr);  // what the decoder still holds
        if (read != AVERROR_EOF && read != AVERROR(EAGAIN)) return failed("the video ends by an error", read);
        continue;
      }
      const bool ours = packet->stream_index == stream->index;
      const int sent = ours ? avcodec_send_packet(codec.get(), packet.get()) : 0;
      av_packet_unref(packet.get());
      if (sent < 0) return failed("a frame can't be decoded", sent);
    }
  }

  std::string name;
  SourceOptions options;
  std::optional<video::ByteStream> bytes;
  Owned<AVIOContext> io;
  AVFormatContext* format = nullptr;
  AVStream* stream = nullptr;
  Owned<AVCodecContext> codec;
  Owned<SwsContext> scaler;
  Owned<AVFrame> decoded{av_frame_alloc()};
  Owned<AVPacket> packet{av_packet_alloc()};
  int orientation = 1;
  std::int64_t index = 0, first = AV_NOPTS_VALUE;
};

VideoSource::VideoSource(const std::string& name, SourceOptions options) : impl_(std::make_unique<Impl>(name, options)) {
  AVDictionary* settings = nullptr;
  const AVInputFormat* kind = nullptr;
  if (name.starts_with("/dev/video")) {
    kind = av_find_input_format("v4l2");
    if (kind == nullptr) throw Error(ErrorCode::unsupported, "video: this FFmpeg reads no cameras").where(name);
    if (options.size) av_dict_set(&settings, "video_size", fmt::format("{}x{}", options.size->width, options.size->height).c_str(), 0);
    if (options.rate) av_dict_set(&settings, "framerate", fmt::format("{}", *options.rate).c_str(), 0);
  }
  impl_->open(name.c_str(), kind, &settings);
}

VideoSource::VideoSource(video::ByteStream stream, SourceOptions options) : impl_(std::make_unique<Impl>(stream.name(), options)) {
  constexpr int kBuffer = 1 << 16;
  impl_->bytes.emplace(std::move(stream));
  impl_->io.reset(
      avio_alloc_context(static_cast<unsigned char*>(av_malloc(kBuffer)), kBuffer, 0, &*impl_->bytes, read_bytes, nullptr, nullptr));
  impl_->format = avformat_alloc_context();
  impl_->format->pb = impl_->io.get();
  AVDictionary* settings = nullptr;
  impl_->open(nullptr, nullptr, &settings);
}

VideoSource::~VideoSource() = default;

std::optional<video::Frame> VideoSource::next() { return impl_->next(); }
std::string VideoSource::name() const { return impl_->name; }
double VideoSource::rate() const { return impl_->rate(); }
std::optional<std::int64_t> VideoSource::count() const {
  return impl_->stream->nb_frames > 0 ? std::optional(impl_->stream->nb_frames) : std::nullopt;
}

}  // namespace faceptor::ffmpeg
