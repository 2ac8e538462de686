#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/version.hpp>

#include "program.hpp"

int main(int argc, char** argv) {
  CLI::App app("faceptor: one network that understands faces", "faceptor");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("faceptor ") + faceptor::kVersion);
  app.failure_message(CLI::FailureMessage::help);
  app.footer("`faceptor VERB --help` shows a verb's options and an example.");

  program::Common common;
  program::add_analyze(app, common);
  program::add_benchmark(app, common);
  program::add_convert(app, common);
  program::add_dataset(app, common);
  program::add_evaluate(app, common);
  program::add_forward(app, common);
  program::add_info(app, common);
  program::add_synthesize(app, common);
  program::add_train(app, common);
  faceptor::set_log_sink([&common](faceptor::LogLevel level, std::string_view line) {
    const bool wanted = level == faceptor::LogLevel::warning ? !common.quiet : common.verbose;
    if (wanted) std::fprintf(stderr, "faceptor: %.*s\n", static_cast<int>(line.size()), line.data());
  });

  try {
    app.parse(argc, argv);
    return program::kDone;
  } catch (const CLI::RuntimeError& e) {
    return e.get_exit_code();
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);
    std::fprintf(stderr, "faceptor: %s\n", e.what());
    std::fprintf(stderr, "`faceptor --help` and `faceptor VERB --help` show what can be said.\n");
    return program::kUsage;
  } catch (const faceptor::Error& e) {
    std::fprintf(stderr, "faceptor: %s\n", e.what());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "faceptor: %s\n", e.what());
  }
  return program::kFailed;
}
