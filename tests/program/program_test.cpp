#include "support/torch_catch.hpp"

#include <stdexcept>

#include <faceptor/core/log.hpp>
#include <faceptor/program/program.hpp>

#include "support/error_of.hpp"

using namespace faceptor;
using program::Program;

namespace {

/// The exit code of a program called "mine".
int run(Program& program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "somewhere/mine");
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const int code = program.run(static_cast<int>(arguments.size()), argv.data());
  set_log_sink({});
  return code;
}

int nothing(std::span<const std::string>) { return 0; }

}  // namespace

TEST_CASE("A program begins with the library's verbs", "[program]") {
  CHECK(Program().verbs() == std::vector<std::string>{"analyze", "benchmark", "cluster", "compare", "convert", "dataset", "enroll",
                                                      "evaluate", "forward", "info", "search", "synthesize", "train", "video"});
}

TEST_CASE("A verb of one's own gets the arguments after its name", "[program]") {
  std::vector<std::string> got;
  Program program;
  program.add({"count", "count words", "mine count a", [&](std::span<const std::string> arguments) {
                 got.assign(arguments.begin(), arguments.end());
                 return static_cast<int>(arguments.size());
               }});
  CHECK(program.verbs().back() == "count");
  CHECK(run(program, {"count", "a", "--b", "-c=1", "--", "--help"}) == 5);
  CHECK(got == std::vector<std::string>{"a", "--b", "-c=1", "--", "--help"});
  CHECK(run(program, {"count"}) == 0);
  CHECK(got.empty());
  got = {"kept"};
  CHECK(run(program, {"count", "--help"}) == 0);  // answered by the program
  CHECK(run(program, {"--help"}) == 0);
  CHECK(got == std::vector<std::string>{"kept"});
}

TEST_CASE("What a verb throws is a failure, wrong usage is another", "[program]") {
  Program program;
  program.add({"fail", "", "", [](auto) -> int { throw std::runtime_error("no luck"); }});
  program.add({"fall", "", "", [](auto) -> int { throw 3; }});
  CHECK(run(program, {"fail"}) == 1);
  CHECK(run(program, {"fall"}) == 1);
  CHECK(run(program, {}) == 2);
  CHECK(run(program, {"paint"}) == 2);
  CHECK(run(program, {"info", "--colour"}) == 2);
  CHECK(run(program, {"info", "--architecture", "faceptor-tinny"}) == 1);
}

TEST_CASE("A verb that is removed is unknown; its name may be given to another", "[program]") {
  Program program;
  program.remove("train");
  CHECK(program.verbs().size() == 13);
  CHECK(run(program, {"train", "--steps"}) == 2);
  program.add({"train", "", "", nothing});
  CHECK(run(program, {"train"}) == 0);
}

TEST_CASE("Verbs that can't be added or removed", "[program]") {
  Program program;
  const auto unknown = error_of([&] { program.remove("trian"); });
  CHECK(unknown.code() == ErrorCode::argument);
  CHECK(unknown.hint() == "did you mean \"train\"?");
  for (const char* name : {"", "-x", "two words", "train"}) {
    CHECK(error_of([&] { program.add({name, "", "", nothing}); }).code() == ErrorCode::argument);
  }
  CHECK(error_of([&] { program.add({"empty", "", "", {}}); }).code() == ErrorCode::argument);
}
