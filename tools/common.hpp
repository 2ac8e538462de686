#pragma once

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <faceptor/detect/face_detector.hpp>
#include <faceptor/weights/model_file.hpp>

/// What the verbs share. Results go to standard output or to the file asked for; everything else goes
/// to standard error. Exit codes: 0 all done, 1 something failed, 2 wrong usage.
namespace faceptor::program {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

/// Options of every verb.
struct Common {
  bool quiet = false;
  bool verbose = false;
  bool force = false;                ///< replace files that are no results of this program's; never what the run reads
  int threads = 0;                   ///< 0: LibTorch's choice
  std::uint64_t seed = 0;            ///< of everything random
  std::string program = "faceptor";  ///< what this program calls itself
};

/// Adds a verb with the common options and an example under its help, where "faceptor" stands for the program. `run` gives the exit code.
/// Values that begin with '-', but "-" itself and numbers, and empty ones are wrong usage: an option's own value was forgotten.
CLI::App* add_verb(CLI::App& app, const std::string& name, const std::string& summary, const std::string& example, Common& common,
                   std::function<int()> run);

void add_analyze(CLI::App& app, Common& common);
void add_benchmark(CLI::App& app, Common& common);
void add_cluster(CLI::App& app, Common& common);
void add_compare(CLI::App& app, Common& common);
void add_convert(CLI::App& app, Common& common);
void add_dataset(CLI::App& app, Common& common);
void add_enroll(CLI::App& app, Common& common);
void add_evaluate(CLI::App& app, Common& common);
void add_forward(CLI::App& app, Common& common);
void add_info(CLI::App& app, Common& common);
void add_search(CLI::App& app, Common& common);
void add_synthesize(CLI::App& app, Common& common);
void add_train(CLI::App& app, Common& common);
void add_video(CLI::App& app, Common& common);

/// One line on standard error, unless quiet. Control characters, which names of files may hold, are shown as '?'.
void say(const Common& common, const std::string& line);

/// An error's line on standard error, always.
void complain(const Common& common, std::string_view message);

/// Nobody reads standard output any more, as behind `| head`: the run ends without an error.
struct ClosedPipe : std::exception {};

/// Writes to standard output. @throws Error(io) when it can't be written, @throws ClosedPipe
void write_out(std::string_view text);

/// The same, formatted.
template <class... Arguments>
void print_out(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  write_out(fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// Sees that everything has left for standard output. @throws Error(io), ClosedPipe
void flush_out();

/// Progress of something long on standard error, unless quiet: a line that is redrawn on a terminal, lines one under another in a log.
class Progress {
 public:
  /// @param total  steps
  /// @param lines  the most lines in a log; 0: none
  Progress(const Common& common, std::size_t total, std::size_t lines = kLineAStep);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { end(); }

  /// One step more is done. @param note  about that step
  void step(const std::string& note) { reach(done_ + 1, note); }
  /// So many steps are done in all.
  void reach(std::size_t done, const std::string& note);
  /// Words of one's own in place of the bar.
  void show(const std::string& line);
  /// A line that stays, in place of what is drawn.
  void say(const std::string& line);
  /// What is drawn stays; what is printed next stands below.
  void end();

  bool on_terminal() const noexcept { return terminal_; }

 private:
  static constexpr std::size_t kLineAStep = ~std::size_t{0};

  bool shown_, terminal_;
  bool drawn_ = false;
  std::size_t total_, lines_;
  std::size_t done_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// A stream of lines to standard output ("-") or a file: each can be read as soon as it is written. @throws faceptor::Error(io)
class LineWriter {
 public:
  /// @param append  behind what the file holds, instead of a new one
  explicit LineWriter(std::string target, bool append = false);
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;
  void write(const std::string& line);

 private:
  std::string target_;
  std::FILE* file_;
};

/// The names of a comma-separated list, without blanks and empty ones.
std::vector<std::string> names_of(const std::string& list);

/// What `--set KEY=VALUE` was given: values by key. @throws CLI::ValidationError for anything else, and a key that is given twice
std::map<std::string, std::string> settings_of(const std::vector<std::string>& written);

/// Which checkpoint of a run's folder is meant by `--weights`: the newest if not given.
using Step = std::optional<std::uint64_t>;
void add_step_option(CLI::App& verb, Step& step);
/// `--weights` of verbs that fall back to the bundled ones, and `--step`.
void add_weights_option(CLI::App& verb, std::string& weights, Step& step);
/// `--detector`, and `--min-face` of mtcnn.
void add_detector_options(CLI::App& verb, std::string& detector, std::optional<float>& min_face);
/// The detector that these options choose.
/// @param turning  the option by which the user decided about turned faces, null without: as `--min-face`, it belongs to mtcnn
/// @throws CLI::ValidationError for an option that doesn't belong to the detector
std::shared_ptr<const FaceDetector> chosen_detector(const std::string& name, std::optional<float> min_face, bool upright_only,
                                                    const char* turning);

/// `--tasks`: see `names_of`.
void add_tasks_option(CLI::App& verb, std::string& tasks);

/// What the process had in memory at most.
double peak_process_megabytes();

/// `--device`. @param device  the default, and what is chosen: see `device_named`
void add_device_option(CLI::App& verb, std::string& device);

/// `--precision`: of the frozen model that a verb runs.
void add_precision_option(CLI::App& verb, std::string& precision);
/// The model as `--precision` and `--device` want it. @param precision  also "plain": not frozen
weights::LoadedModel ready_model(const weights::LoadedModel& loaded, const std::string& precision, torch::Device device);

/// Says on standard error under what licence a detector's weights are, where it has any.
void say_licence(const Common& common, const FaceDetector& detector);

/// The file that `load_weights` reads; empty if there is none.
std::filesystem::path weights_path(const std::string& option);

/// The weights of the option, of `FACEPTOR_WEIGHTS`, or the demonstration weights installed or lying in the project; without any
/// of these a small untrained model. Says on standard error which, and under what licence.
weights::LoadedModel load_weights(const Common& common, const std::string& path, Step step = {});

}  // namespace faceptor::program
