#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The verbs of the `faceptor` program, for programs of your own: with your tasks, data sets, detectors registered, and verbs added.
///
///     int main(int argc, char** argv) { return faceptor::program::main(argc, argv); }    // all verbs
///
///     int main(int argc, char** argv) {
///       datasets::register_dataset_format({.name = "archive", .description = "our archive"}, open_archive);
///       return program::Program().add({"count", "count faces", "mine count photo.jpg", count}).remove("forward").run(argc, argv);
///     }
///
/// The bodies are in a library of their own: link `faceptor::program`. There is no header-only form of it.
namespace faceptor::program {

/// A verb of one's own.
struct Verb {
  std::string name;     ///< what is typed: no blanks, no '-' in front
  std::string summary;  ///< one line, for the list of verbs
  std::string example;  ///< a command, for the verb's help
  /// Gets the arguments after the verb's name, except for a `--help` in front; gives the exit code: 0 all done, 1 something failed,
  /// 2 wrong usage. What it throws is printed, and the exit code is 1.
  std::function<int(std::span<const std::string> arguments)> run;
};

/// A program made of verbs. Usage and messages call it by the stem of its file's name (`argv[0]`).
class Program {
 public:
  /// The library's verbs: analyze, benchmark, convert, dataset, evaluate, forward, info, synthesize, train.
  Program();
  ~Program();
  Program(Program&& other) noexcept;
  Program& operator=(Program&& other) noexcept;

  /// One verb more, at the end. @throws Error(argument) without a name or `run`, and for a name that is taken
  Program& add(Verb verb);
  /// One less. @throws Error(argument) for an unknown verb, with the nearest known one
  Program& remove(std::string_view name);
  /// The names, in the order in which help lists them.
  std::vector<std::string> verbs() const;

  /// Does what the command line says. While it runs, the log sink of the process is the program's; afterwards it is the default one.
  /// @return  the exit code: 0 all done, 1 something failed, 2 wrong usage. Throws nothing
  int run(int argc, char** argv);

 private:
  struct Part;

  std::vector<Part> parts_;
};

/// `Program().run(argc, argv)`.
int main(int argc, char** argv);

}  // namespace faceptor::program
