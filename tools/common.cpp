#include "common.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/detectors/detectors.hpp>
#include <faceptor/detectors/mtcnn_detector.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/freeze.hpp>
#include <faceptor/weights/run_files.hpp>

namespace faceptor::program {
namespace fs = std::filesystem;

namespace {

/// The example, with the program's own name in it.
std::string example_of(const Common& common, std::string example) {
  constexpr std::string_view kName = "faceptor ";
  for (auto at = example.find(kName); at != std::string::npos; at = example.find(kName, at + common.program.size())) {
    example.replace(at, kName.size() - 1, common.program);
  }
  return example;
}

/// CLI11 takes -1 for the largest unsigned number, one with too many digits for the largest of its type, and "nan" as within any range.
void expect_number(const CLI::Option& option, const std::string& value) {
  const auto type = option.get_type_name();
  errno = 0;
  char* end = nullptr;
  if (type.starts_with("UINT")) {
    std::strtoull(value.c_str(), &end, 0);
    if (errno == ERANGE || value.front() == '-') {
      throw CLI::ValidationError(option.get_name(), fmt::format("\"{}\" is not a whole number from 0 to 2^64 - 1", text::printable(value)));
    }
  } else if (type.starts_with("INT")) {
    std::strtoll(value.c_str(), &end, 0);
    if (errno == ERANGE) throw CLI::ValidationError(option.get_name(), fmt::format("\"{}\" has too many digits", text::printable(value)));
  } else if (type.starts_with("FLOAT") && !std::isfinite(std::strtod(value.c_str(), &end))) {
    throw CLI::ValidationError(option.get_name(), fmt::format("\"{}\" is not a finite number", text::printable(value)));
  }
}

/// Of `--json --draw out`, the first would name a file "--draw"; an empty path means the current folder to many.
void expect_values(const CLI::App& verb) {
  for (const auto* option : verb.get_options()) {
    if (option->get_expected_max() == 0) continue;
    for (const auto& value : option->results()) {
      if (value.empty()) throw CLI::ValidationError(option->get_name(), "has an empty value");
      expect_number(*option, value);
      if (option->get_lnames().empty() || value.size() == 1 || value.front() != '-') continue;
      if (std::isdigit(static_cast<unsigned char>(value[1])) != 0 || value[1] == '.') continue;  // a number
      throw CLI::ValidationError(option->get_name(), fmt::format("lacks its value: \"{}\" is an option (a file of that name is ./{})",
                                                                 text::printable(value), text::printable(value)));
    }
  }
}

}  // namespace

CLI::App* add_verb(CLI::App& app, const std::string& name, const std::string& summary, const std::string& example, Common& common,
                   std::function<int()> run) {
  auto* verb = app.add_subcommand(name, summary);
  verb->footer("Example:\n  " + example_of(common, example));
  verb->add_flag("--quiet", common.quiet, "say nothing but errors");
  verb->add_flag("--verbose", common.verbose, "say more");
  verb->add_option("--threads", common.threads, "threads that work side by side; 0: as many as the machine suggests")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  verb->add_flag("--force", common.force, "replace files that this program didn't write; what the run reads is never replaced");
  verb->callback([&common, verb, run = std::move(run)] {
    expect_values(*verb);
    if (common.threads > 0) torch::set_num_threads(common.threads);
    if (const int code = run(); code != kDone) throw CLI::RuntimeError(code);
  });
  return verb;
}

void say(const Common& common, const std::string& line) {
  if (!common.quiet) fmt::print(stderr, "{}\n", text::printable(line));
}

void complain(const Common& common, std::string_view message) { fmt::print(stderr, "{}: {}\n", common.program, text::printable(message)); }

namespace {

[[noreturn]] void fail_to_write(const std::string& target) {
  const int reason = errno;
  if (target == "-" && reason == EPIPE) throw ClosedPipe();
  throw Error(ErrorCode::io, "can't write the results").where(target == "-" ? "standard output" : target).found(std::strerror(reason));
}

}  // namespace

void write_out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail_to_write("-");
}

void flush_out() {
  errno = 0;
  if (std::fflush(stdout) != 0) fail_to_write("-");
}

Progress::Progress(const Common& common, std::size_t total, std::size_t lines)
    : shown_(!common.quiet), terminal_(isatty(STDERR_FILENO) != 0), total_(total), lines_(std::min(lines, total)) {}

void Progress::end() {
  if (std::exchange(drawn_, false)) fmt::print(stderr, "\n");
}

void Progress::reach(std::size_t done, const std::string& note) {
  const auto before = std::exchange(done_, std::min(done, total_));
  if (total_ == 0 || done_ == before) return;
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start_;
  if (!terminal_) {
    if (before * lines_ / total_ == done_ * lines_ / total_) return;
    return show(fmt::format("[{}/{}] {} ({:.1f} s)", done_, total_, note, passed.count()));
  }
  constexpr std::size_t kWidth = 30;
  const auto filled = kWidth * done_ / total_;
  const double left = passed.count() / static_cast<double>(done_) * static_cast<double>(total_ - done_);
  show(fmt::format("[{}{}] {}/{}, {:.0f} s left  {}", std::string(filled, '#'), std::string(kWidth - filled, '.'), done_, total_, left,
                   note));
}

void Progress::show(const std::string& line) {
  if (!shown_) return;
  if (!terminal_) return fmt::print(stderr, "{}\n", text::printable(line));
  fmt::print(stderr, "\r\033[K{}", text::printable(line));
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::say(const std::string& line) {
  if (shown_) fmt::print(stderr, "{}{}\n", drawn_ ? "\r\033[K" : "", text::printable(line));
  drawn_ = false;
}

LineWriter::LineWriter(std::string target, bool append) : target_(std::move(target)), file_(stdout) {
  if (target_ == "-") return;
  file_ = std::fopen(target_.c_str(), append ? "ae" : "we");
  if (file_ == nullptr) {
    throw Error(ErrorCode::io, "can't write the file").where(target_).found(std::strerror(errno));
  }
}

LineWriter::~LineWriter() {
  if (file_ != stdout) std::fclose(file_);
}

void LineWriter::write(const std::string& line) {
  const bool written = std::fwrite(line.data(), 1, line.size(), file_) == line.size() && std::fputc('\n', file_) != EOF;
  if (!written || std::fflush(file_) != 0) fail_to_write(target_);
}

std::vector<std::string> names_of(const std::string& list) {
  std::vector<std::string> names;
  for (auto name : text::split(list, ',')) {
    std::erase(name, ' ');
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

std::map<std::string, std::string> settings_of(const std::vector<std::string>& written) {
  std::map<std::string, std::string> settings;
  for (const auto& setting : written) {
    const auto equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos) throw CLI::ValidationError("--set", "expects KEY=VALUE, not \"" + setting + "\"");
    const auto key = setting.substr(0, equals);
    if (!settings.emplace(key, setting.substr(equals + 1)).second) throw CLI::ValidationError("--set", "gives \"" + key + "\" twice");
  }
  return settings;
}

namespace {

/// Where demonstration weights may lie: beside the installed program, or in the project that the program was built in.
fs::path bundled_weights() {
  std::error_code ignored;
  const auto here = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const auto& folder : {here / "../share/faceptor/models", here / "../../../assets/models", fs::path("assets/models")}) {
    const auto path = folder / "faceptor-demo.safetensors";
    if (fs::is_regular_file(path, ignored)) return path;
  }
  return {};
}

}  // namespace

void add_step_option(CLI::App& verb, Step& step) {
  verb.add_option("--step", step, "of a run's folder as weights: the checkpoint of this step; default: the newest");
}

void add_weights_option(CLI::App& verb, std::string& weights, Step& step) {
  verb.add_option("--weights", weights, "weights file, run or published checkpoint; default: $FACEPTOR_WEIGHTS, else the bundled ones");
  add_step_option(verb, step);
}

void add_detector_options(CLI::App& verb, std::string& detector, std::optional<float>& min_face) {
  detector = detector_names().front();
  verb.add_option("--detector", detector, "how faces are found: " + text::join(detector_names()))->capture_default_str();
  verb.add_option(
          "--min-face", min_face,
          fmt::format("the side of the smallest faces that mtcnn looks for, in pixels; half of it takes four times as long; default: {}",
                      MtcnnOptions{}.min_face))
      ->check(CLI::Range(12.0, 1e6));
}

std::shared_ptr<const FaceDetector> chosen_detector(const std::string& name, std::optional<float> min_face, bool upright_only,
                                                    const char* turning) {
  if (name != MtcnnDetector::kName) {
    const char* alone = min_face ? "--min-face" : turning;
    if (alone != nullptr) throw CLI::ValidationError(alone, "belongs to --detector mtcnn");
    return make_detector(name);
  }
  MtcnnOptions options{.upright_only = upright_only};
  if (min_face) options.min_face = *min_face;
  return std::make_shared<MtcnnDetector>(std::move(options));
}

void add_tasks_option(CLI::App& verb, std::string& tasks) {
  verb.add_option("--tasks", tasks, "names of the tasks to run, separated by commas; default: all");
}

double peak_process_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void add_device_option(CLI::App& verb, std::string& device) {
  verb.add_option("--device", device, "where the network runs: cpu, cuda, cuda:1, or auto: a GPU where there is one")
      ->capture_default_str();
}

void add_precision_option(CLI::App& verb, std::string& precision) {
  verb.add_option("--precision", precision,
                  "of the network's large products: fp32; bf16 or int8 for less time; auto: the faster one of these here; plain: fp32, the "
                  "model as it is trained, not frozen")
      ->check(CLI::IsMember({"fp32", "bf16", "int8", "auto", "plain"}))
      ->capture_default_str();
}

weights::LoadedModel ready_model(const weights::LoadedModel& loaded, const std::string& precision, torch::Device device) {
  if (precision != "plain") return loaded.freeze(nn::FreezeOptions().precision(nn::precision_named(precision)), device);
  const Runner moved(*loaded.model, device);
  return loaded;
}

void say_licence(const Common& common, const FaceDetector& detector) {
  const auto* mtcnn = dynamic_cast<const MtcnnDetector*>(&detector);
  if (mtcnn != nullptr)
    say(common, fmt::format("detector: {} (licence: {}; source: {})", mtcnn->name(), mtcnn->licence(), mtcnn->source()));
}

fs::path weights_path(const std::string& option) {
  fs::path chosen = option;
  if (chosen.empty()) {
    if (const char* from_environment = std::getenv("FACEPTOR_WEIGHTS"); from_environment != nullptr) chosen = from_environment;
  }
  return chosen.empty() ? bundled_weights() : chosen;
}

weights::LoadedModel load_weights(const Common& common, const std::string& path, Step step) {
  auto chosen = weights_path(path);
  if (chosen.empty()) {
    if (step) throw CLI::ValidationError("--step", "needs --weights RUN, the folder of a run");
    say(common, "weights: none given, so a small untrained model stands in: its results mean nothing");
    return weights::untrained_model("faceptor-tiny", common.seed);
  }
  chosen = weights::weights_file(chosen, step);
  auto loaded = weights::load_model(chosen);
  say(common, fmt::format("weights: {} (licence: {}; source: {})", chosen.string(),
                          loaded.info.licence.empty() ? "not stated" : loaded.info.licence,
                          loaded.info.source.empty() ? "not stated" : loaded.info.source));
  if (loaded.info.untrained) say(common, "weights: these were never trained: their results mean nothing");
  return loaded;
}

}  // namespace faceptor::program
