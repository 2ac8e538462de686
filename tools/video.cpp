#include <fmt/format.h>
#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <faceptor/analyze/video_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/draw.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/train/stop_signals.hpp>
#include <faceptor/video/image_sequence.hpp>
#include <faceptor/video/mjpeg.hpp>
#include <faceptor/video/open_frames.hpp>
#include <faceptor/video/raw_frames.hpp>
#include <fstream>
#ifdef FACEPTOR_WITH_FFMPEG
#include <faceptor/ffmpeg/video_sink.hpp>
#include <faceptor/ffmpeg/video_source.hpp>
#endif

#include "common.hpp"
#include "outputs.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

struct VideoArguments {
  std::string input, weights, tasks, json, draw, detector, size, device = "cpu", precision = "fp32", track = "overlap";
  Step step;
  bool full_json = false, smooth = false, turned = false;
  int detect_every = faceptor::VideoOptions{}.detect_every;
  std::optional<float> min_face;
  std::optional<double> rate;
  std::int64_t frames = 0;
};

/// Megabytes that the process has in memory now, and had at most.
struct Memory {
  double now = 0, peak = 0;
};

Memory memory() {
  Memory memory;
  std::ifstream pages("/proc/self/statm");
  double whole = 0, resident = 0;
  if (pages >> whole >> resident) memory.now = resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1048576;
  memory.peak = peak_process_megabytes();
  return memory;
}

/// What all threads of the process have computed for.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::optional<Size> size_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  Size size;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%dx%d%c", &size.width, &size.height, &rest) != 2 || size.width < 1 || size.height < 1) {
    throw CLI::ValidationError("--size", "expects WIDTHxHEIGHT, not \"" + text::printable(text) + "\"");
  }
  return size;
}

/// A picture a frame in a folder.
class PictureSink final : public video::FrameSink {
 public:
  explicit PictureSink(fs::path folder) : folder_(std::move(folder)) { files::make_folder(folder_); }
  static fs::path path(const fs::path& folder, std::int64_t index) { return folder / fmt::format("{:06}.jpg", index); }
  /// Whether a file is called as a frame's.
  static bool names_frame(const fs::path& file) {
    const auto stem = file.stem().string();
    return file.extension() == ".jpg" && stem.size() >= 6 && std::ranges::all_of(stem, [](char c) { return c >= '0' && c <= '9'; });
  }
  void write(const Image& image) override { write_picture(path(folder_, index_++), image); }
  void finish() override {}

 private:
  fs::path folder_;
  std::int64_t index_ = 0;
};

enum class DrawKind { folder, mjpeg, raw, ffmpeg };

DrawKind draw_kind(const std::string& path) {
  const auto extension = name_end(path);
  if (path == "-" || extension == ".mjpeg" || extension == ".mjpg") return DrawKind::mjpeg;
  if (extension == ".rgb" || extension == ".raw") return DrawKind::raw;
  std::error_code failed;
  return extension.empty() || fs::is_directory(path, failed) ? DrawKind::folder : DrawKind::ffmpeg;
}

Color color_of(std::uint64_t track) {
  constexpr std::array<Color, 6> kColors{{{230, 80, 60}, {40, 130, 230}, {50, 160, 70}, {200, 120, 20}, {150, 80, 200}, {20, 150, 160}}};
  return kColors[track % kColors.size()];
}

/// The frame with boxes, points and the numbers of its faces, as large as it is.
Image drawn(const Image& image, const FrameResult& frame) {
  const int longer = std::max(image.width(), image.height());
  auto photo = frame.result;
  // Their strips would make the picture higher than the frame.
  photo.untrained = false;
  photo.error.reset();
  DrawOptions options;
  options.max_side = std::max(longer, 16);
  options.min_side = 0;
  options.boxes = options.cards = false;
  auto picture = faceptor::draw(image, photo, options);
  Canvas canvas(picture);
  constexpr float kText = 18;
  for (std::size_t i = 0; i < frame.tracks.size(); ++i) {
    const auto& box = photo[i].box;
    const Color color = color_of(frame.tracks[i]);
    canvas.frame({box.x0, box.y0, box.x1, box.y1}, 2, color, 4);
    const auto label = fmt::format("#{}", frame.tracks[i]);
    const float wide = text_width(label, kText) + 8, top = std::max(0.0F, box.y0 - kText - 6);
    canvas.rectangle({box.x0, top, box.x0 + wide, top + kText + 4}, color, 3);
    canvas.text({box.x0 + 4, top + kText - 1}, label, kText, {255, 255, 255});
  }
  return picture;
}

class VideoRun {
 public:
  VideoRun(const Common& common, const VideoArguments& chosen) : common_(common), chosen_(chosen) {}

  int operator()() {
    if (chosen_.json == "-" && chosen_.draw == "-") throw CLI::ValidationError("--draw", "--json writes to standard output too");
    check_outputs();
    const auto size = size_of(chosen_.size);
    VideoAnalyzer analyzer(make_analyzer(), {.detect_every = chosen_.detect_every,
                                             .by_embedding = chosen_.track == "embedding",
                                             .smoothing = chosen_.smooth ? std::optional(video::OneEuroOptions{}) : std::nullopt});
    source_ = open_source(size);
    // Before the JSON, whose older lines are to stay where nothing can be drawn.
    if (!chosen_.draw.empty()) sink_ = open_sink();
    if (!chosen_.json.empty()) json_.emplace(chosen_.json);
    // An interrupt asks that the run ends as if the video did.
    const train::StopSignals signals;
    Progress progress(common_, 0);
    while (!train::StopSignals::asked() && (chosen_.frames == 0 || frames_ < chosen_.frames)) {
      const auto frame = read();
      if (!frame) break;
      auto result = analyzer.analyze(*frame);
      if (result.result.error) {
        ++failed_;
        complain(common_, fmt::format("frame {}: {}", result.index, *result.result.error));
      }
      if (!chosen_.draw.empty()) draw(*frame, result);
      write(result);
      if (frames_ == kWarm) warm_ = memory();
      faces_ += result.result.size();
      for (const auto id : result.tracks) tracks_ = std::max(tracks_, id);
      if (progress.on_terminal() && frames_ % 10 == 0) progress.show(fmt::format("frame {}, {:.1f} frames a second", frames_, rate()));
    }
    progress.end();
    if (frames_ == 0)
      throw Error(ErrorCode::format, "video: there is no frame").where(chosen_.input == "-" ? "standard input" : chosen_.input);
    if (pictures_ > 0) sink_->finish();
    report(analyzer.times());
    return failed_ == 0 ? kDone : kFailed;
  }

 private:
  static constexpr std::int64_t kWarm = 100;  ///< frames, after which memory should not grow
  using Clock = std::chrono::steady_clock;

  static double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
  double rate() const { return static_cast<double>(frames_) / std::max(seconds_since(start_), 1e-9); }

  void check_outputs() const {
    Outputs outputs(common_.force);
    outputs.reads(chosen_.input);
    if (video::names_sequence(chosen_.input)) {
      for (const auto& picture : video::sequence_files(chosen_.input)) outputs.reads(picture);
    }
    outputs.reads(weights_path(chosen_.weights));
    outputs.writes("--json", chosen_.json, OutputKind::frames);
    if (chosen_.draw.empty() || chosen_.draw == "-") return outputs.check();
    const auto kind = draw_kind(chosen_.draw);
    if (kind != DrawKind::folder) {
      outputs.writes("--draw", chosen_.draw, OutputKind::video);
      return outputs.check();
    }
    // How many frames there are is not known: all that is called as a frame would be is looked at.
    std::error_code absent;
    for (fs::directory_iterator entry(chosen_.draw, absent), end; entry != end && !absent; entry.increment(absent)) {
      if (PictureSink::names_frame(entry->path())) outputs.writes("--draw", entry->path(), OutputKind::picture);
    }
    outputs.check();
  }

  FaceAnalyzer make_analyzer() const {
    auto detector = chosen_detector(chosen_.detector, chosen_.min_face, !chosen_.turned, chosen_.turned ? "--turned" : nullptr);
    say_licence(common_, *detector);
    return FaceAnalyzer(
        load_weights(common_, chosen_.weights, chosen_.step),
        {.tasks = names_of(chosen_.tasks), .detector = std::move(detector), .device = chosen_.device, .precision = chosen_.precision});
  }

  std::unique_ptr<video::FrameSource> open_source(std::optional<Size> size) const {
    const auto& input = chosen_.input;
    const video::FrameOptions options{.size = size, .rate = chosen_.rate.value_or(25)};
#ifdef FACEPTOR_WITH_FFMPEG
    if (video::names_sequence(input)) return video::open_frames(input, options);
    const bool device = input.starts_with("/dev/video"), address = input.find("://") != std::string::npos;
    if (device || address) return std::make_unique<ffmpeg::VideoSource>(input, ffmpeg::SourceOptions{.size = size, .rate = chosen_.rate});
    auto stream = video::ByteStream::open(input);
    if (auto source = video::open_frames(stream, options)) return source;
    if (input == "-") return std::make_unique<ffmpeg::VideoSource>(std::move(stream));
    return std::make_unique<ffmpeg::VideoSource>(input);
#else
    try {
      return video::open_frames(input, options);
    } catch (Error& error) {
      if (error.code() != ErrorCode::unsupported) throw;
      throw std::move(
          error.hint("this program was built without FFmpeg: pipe it in, ffmpeg -i VIDEO -f mjpeg -q:v 2 - | faceptor video -"));
    }
#endif
  }

  std::unique_ptr<video::FrameSink> open_sink() const {
    const auto& path = chosen_.draw;
    [[maybe_unused]] const double rate = chosen_.rate.value_or(source_->rate() > 0 ? source_->rate() : 25);
    switch (draw_kind(path)) {
      case DrawKind::folder: return std::make_unique<PictureSink>(path);
      case DrawKind::mjpeg: return std::make_unique<video::MjpegSink>(video::OutputStream(path), 90, kPictureMark);
      case DrawKind::raw: return std::make_unique<video::RawSink>(video::OutputStream(path));
      default: break;
    }
#ifdef FACEPTOR_WITH_FFMPEG
    return std::make_unique<ffmpeg::VideoSink>(path, ffmpeg::SinkOptions{.rate = rate, .comment = kVideoMark});
#else
    throw Error(ErrorCode::unsupported, "--draw: this program was built without FFmpeg, which writes such files")
        .where(path)
        .expected("a folder for pictures, NAME.mjpeg, NAME.rgb, or - for JPEGs on standard output");
#endif
  }

  std::optional<video::Frame> read() {
    const auto start = Clock::now();
    auto frame = source_->next();
    reading_ += seconds_since(start);
    if (!frame) return frame;
    if (frames_++ == 0) {
      start_ = start;
      processor_start_ = processor_seconds();
    }
    return frame;
  }

  void draw(const video::Frame& frame, FrameResult& result) {
    if (frame.error) return;
    auto start = Clock::now();
    const auto picture = drawn(frame.image, result);
    drawing_ += seconds_since(start);
    start = Clock::now();
    sink_->write(picture);
    ++pictures_;
    writing_ += seconds_since(start);
  }

  void write(const FrameResult& result) {
    if (!json_) return;
    const auto start = Clock::now();
    json_->write(json_line(result, {.full = chosen_.full_json}));
    writing_ += seconds_since(start);
  }

  void report(const VideoTimes& times) const {
    const double frames = static_cast<double>(std::max<std::int64_t>(frames_, 1));
    auto text =
        fmt::format("{} frames, {} faces on {} tracks, {} failed: {:.1f} frames a second", frames_, faces_, tracks_, failed_, rate());
    const auto line = [&](const char* part, double seconds) {
      text += fmt::format("\n{:<10}{:>9.2f} ms a frame", part, 1e3 * seconds / frames);
      if (seconds > 0) text += fmt::format("{:>10.1f} frames a second", frames / seconds);
    };
    line("read", reading_);
    line("detect", times.detecting);
    line("track", times.tracking);
    line("networks", times.networks);
    line("draw", drawing_);
    line("write", writing_);
    line("processor", processor_seconds() - processor_start_);
    const auto end = memory();
    if (frames_ > kWarm) text += fmt::format("\nmemory    {:>9.1f} MB after {} frames, peak {:.1f}", warm_.now, kWarm, warm_.peak);
    text += fmt::format("\nmemory    {:>9.1f} MB at the end, peak {:.1f}", end.now, end.peak);
    // Where lines of results or pictures go to standard output, the report must not.
    if (chosen_.json == "-" || chosen_.draw == "-") {
      for (const auto& one : text::split(text, '\n')) say(common_, one);
    } else {
      print_out("{}\n", text);
    }
  }

  const Common& common_;
  const VideoArguments& chosen_;
  std::unique_ptr<video::FrameSource> source_;
  std::unique_ptr<video::FrameSink> sink_;
  std::optional<LineWriter> json_;
  std::int64_t frames_ = 0, failed_ = 0, pictures_ = 0;
  std::size_t faces_ = 0;
  std::uint64_t tracks_ = 0;
  Clock::time_point start_ = Clock::now();
  double processor_start_ = 0, reading_ = 0, drawing_ = 0, writing_ = 0;
  Memory warm_;
};

}  // namespace

void add_video(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<VideoArguments>();
  auto* verb = add_verb(app, "video", "a video to results, faces followed from frame to frame",
                        "faceptor video frames/ --tasks landmarks --json out.jsonl --draw drawn.mjpeg", common,
                        [&common, chosen] { return VideoRun(common, *chosen)(); });
#ifdef FACEPTOR_WITH_FFMPEG
  const char* inputs =
      "a video file, an address such as rtsp://..., a camera (/dev/video0), a folder or pattern of pictures ('a/%04d.png'), or - for "
      "standard input";
#else
  const char* inputs =
      "a folder or pattern of pictures ('a/%04d.png'), a file of JPEGs, YUV4MPEG2 or raw RGB, or - for these on standard input";
#endif
  verb->add_option("input", chosen->input, inputs)->required();
  add_weights_option(*verb, chosen->weights, chosen->step);
  add_device_option(*verb, chosen->device);
  add_precision_option(*verb, chosen->precision);
  add_tasks_option(*verb, chosen->tasks);
  verb->add_option("--json", chosen->json, "write one JSON object a frame and line to this file; - for standard output");
  verb->add_flag("--full", chosen->full_json,
                 "with the vectors of embeddings, which tell who somebody is, the values of maps, and five points, in the JSON");
  verb->add_option("--draw", chosen->draw,
                   "write the frames with their faces: into a folder as JPEGs, NAME.mjpeg, NAME.rgb, - for JPEGs on standard output"
#ifdef FACEPTOR_WITH_FFMPEG
                   ", or a video such as NAME.mp4"
#endif
  );
  verb->add_option("--detect-every", chosen->detect_every, "look for faces in every so many frames; between, they are followed")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  verb->add_option("--track", chosen->track, "how faces are known again: overlap of their boxes, or embedding, where a task gives that")
      ->check(CLI::IsMember({"overlap", "embedding"}))
      ->capture_default_str();
  verb->add_flag("--smooth", chosen->smooth, "take the trembling out of landmarks");
  verb->add_option("--size", chosen->size, "WIDTHxHEIGHT of raw RGB frames, 8 bits a channel, or of a camera's");
  verb->add_option("--fps", chosen->rate, "frames a second, where the input doesn't say it; default: 25")->check(CLI::Range(0.001, 1000.0));
  verb->add_option("--frames", chosen->frames, "end after so many frames; 0: with the video")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 40))
      ->capture_default_str();
  add_detector_options(*verb, chosen->detector, chosen->min_face);
  verb->add_flag("--turned", chosen->turned, "also look for faces that lie sideways or upside down");
  verb->add_option("--seed", common.seed, "of the untrained model that stands in where there are no weights")->capture_default_str();
}

}  // namespace faceptor::program
