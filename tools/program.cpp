#include <stdio_ext.h>
#include <torch/torch.h>

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/version.hpp>
#include <faceptor/program/program.hpp>

#include "common.hpp"

namespace faceptor::program {

/// One of the library's verbs, which CLI11 parses, or one that was added.
struct Program::Part {
  std::string name;
  void (*add)(CLI::App& app, Common& common) = nullptr;
  Verb own = {};
};

Program::Program()
    : parts_{{"analyze", add_analyze}, {"benchmark", add_benchmark}, {"cluster", add_cluster}, {"compare", add_compare},
             {"convert", add_convert}, {"dataset", add_dataset},     {"enroll", add_enroll},   {"evaluate", add_evaluate},
             {"forward", add_forward}, {"info", add_info},           {"search", add_search},   {"synthesize", add_synthesize},
             {"train", add_train},     {"video", add_video}} {}
Program::~Program() = default;
Program::Program(Program&& other) noexcept = default;
Program& Program::operator=(Program&& other) noexcept = default;

Program& Program::add(Verb verb) {
  if (verb.name.empty() || verb.name.front() == '-' || verb.name.find_first_of(" \t\n") != std::string::npos || !verb.run) {
    throw Error(ErrorCode::argument, "program: a verb needs a name without blanks and a function that runs it")
        .found("\"" + verb.name + "\"");
  }
  if (std::ranges::count(parts_, verb.name, &Part::name) > 0) {
    throw Error(ErrorCode::argument, "program: a verb has this name already").found("\"" + verb.name + "\"").hint("remove that one first");
  }
  auto name = verb.name;
  parts_.push_back({std::move(name), nullptr, std::move(verb)});
  return *this;
}

Program& Program::remove(std::string_view name) {
  if (std::erase_if(parts_, [&](const Part& part) { return part.name == name; }) == 0) {
    throw Error(ErrorCode::argument, "program: there is no such verb")
        .found("\"" + std::string(name) + "\"")
        .hint(text::suggestion(name, verbs()));
  }
  return *this;
}

std::vector<std::string> Program::verbs() const {
  std::vector<std::string> names;
  std::ranges::transform(parts_, std::back_inserter(names), &Part::name);
  return names;
}

namespace {

/// A pipe that nobody reads any more, and a file larger than its user may write (`ulimit -f`), are told by what is written to them, not by
/// the end of the process.
class WithoutWriteSignals {
 public:
  WithoutWriteSignals() : pipe_(std::signal(SIGPIPE, SIG_IGN)), size_(std::signal(SIGXFSZ, SIG_IGN)) {}
  ~WithoutWriteSignals() {
    std::signal(SIGPIPE, pipe_);
    std::signal(SIGXFSZ, size_);
  }
  WithoutWriteSignals(const WithoutWriteSignals&) = delete;
  WithoutWriteSignals& operator=(const WithoutWriteSignals&) = delete;

 private:
  void (*pipe_)(int);
  void (*size_)(int);
};

}  // namespace

int Program::run(int argc, char** argv) {
  const WithoutWriteSignals unsignalled;
  const std::vector<std::string> words(argv, argv + argc);
  // Shared with the log sink, which outlives this call.
  const auto common = std::make_shared<Common>();
  if (!words.empty() && !words[0].empty()) common->program = std::filesystem::path(words[0]).stem().string();
  const auto& name = common->program;
  set_log_sink([common](LogLevel level, std::string_view line) {
    const bool wanted = level == LogLevel::warning ? !common->quiet : common->verbose;
    if (wanted) complain(*common, line);
  });
  try {
    CLI::App app(name + ": one network that understands faces", name);
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("faceptor ") + kVersion);
    app.failure_message(CLI::FailureMessage::help);
    app.footer(fmt::format("`{} VERB --help` shows a verb's options and an example.", name));
    const bool asks_for_help = words.size() > 2 && (words[2] == "--help" || words[2] == "-h");
    for (const auto& part : parts_) {
      if (part.add != nullptr) {
        part.add(app, *common);
      } else if (words.size() > 1 && words[1] == part.name && !asks_for_help) {
        const int code = part.own.run(std::span(words).subspan(2));
        flush_out();
        return code;
      } else {
        auto* verb = app.add_subcommand(part.name, part.own.summary);
        if (!part.own.example.empty()) verb->footer("Example:\n  " + part.own.example);
      }
    }
    try {
      app.parse(argc, argv);
      flush_out();
      return kDone;
    } catch (const CLI::RuntimeError& e) {
      flush_out();
      return e.get_exit_code();
    } catch (const CLI::ParseError& e) {
      if (e.get_exit_code() == 0) {
        std::ostringstream help;
        const int code = app.exit(e, help, help);
        write_out(help.str());
        flush_out();
        return code;
      }
      complain(*common, e.what());
      fmt::print(stderr, "`{} --help` and `{} VERB --help` show what can be said.\n", name, name);
      return kUsage;
    }
  } catch (const ClosedPipe&) {
    __fpurge(stdout);  // what is left would be written once more at the process's end, and end it by a signal
    return kDone;
  } catch (const std::exception& e) {
    complain(*common, e.what());
  } catch (...) {
    fmt::print(stderr, "{}: something was thrown that says nothing of itself\n", name);
  }
  return kFailed;
}

int main(int argc, char** argv) { return Program().run(argc, argv); }

}  // namespace faceptor::program
