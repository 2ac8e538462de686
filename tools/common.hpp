#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

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
  int threads = 0;                   ///< 0: LibTorch's choice
  std::uint64_t seed = 0;            ///< of everything random
  std::string program = "faceptor";  ///< what this program calls itself
};

/// Adds a verb with the common options and an example under its help, where "faceptor" stands for the program. `run` gives the exit code.
CLI::App* add_verb(CLI::App& app, const std::string& name, const std::string& summary, const std::string& example, Common& common,
                   std::function<int()> run);

void add_analyze(CLI::App& app, Common& common);
void add_benchmark(CLI::App& app, Common& common);
void add_convert(CLI::App& app, Common& common);
void add_dataset(CLI::App& app, Common& common);
void add_evaluate(CLI::App& app, Common& common);
void add_forward(CLI::App& app, Common& common);
void add_info(CLI::App& app, Common& common);
void add_synthesize(CLI::App& app, Common& common);
void add_train(CLI::App& app, Common& common);

/// One line on standard error, unless quiet.
void say(const Common& common, const std::string& line);

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

/// Writes a line to standard output ("-") or appends it to a file. @throws faceptor::Error(io)
class LineWriter {
 public:
  explicit LineWriter(std::string target);
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

/// What `--set KEY=VALUE` was given: values by key. @throws CLI::ValidationError for anything else
std::map<std::string, std::string> settings_of(const std::vector<std::string>& written);

/// The weights of the option, of `FACEPTOR_WEIGHTS`, or the demonstration weights installed or lying in the project; without any
/// of these a small untrained model. Says on standard error which, and under what licence.
weights::LoadedModel load_weights(const Common& common, const std::string& path);

}  // namespace faceptor::program
