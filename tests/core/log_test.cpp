#include <faceptor/core/log.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace faceptor;

namespace {

/// What was logged in a scope, whose end silences the library.
struct Heard {
  std::vector<std::pair<LogLevel, std::string>> lines;
  Heard() {
    set_log_sink([this](LogLevel level, std::string_view line) { lines.emplace_back(level, line); });
  }
  ~Heard() { set_log_sink({}); }
};

}  // namespace

TEST_CASE("a sink gets every line with its level", "[core][log]") {
  const Heard heard;
  log(LogLevel::debug, "a");
  log(LogLevel::info, "");
  log(LogLevel::warning, "b\nc");
  REQUIRE(heard.lines.size() == 3);
  CHECK(heard.lines[0] == std::pair{LogLevel::debug, std::string("a")});
  CHECK(heard.lines[1] == std::pair{LogLevel::info, std::string()});
  CHECK(heard.lines[2] == std::pair{LogLevel::warning, std::string("b\nc")});
}

TEST_CASE("another sink takes the place of the first, an empty one hears nothing", "[core][log]") {
  const Heard first;
  {
    const Heard second;
    log(LogLevel::warning, "to the second");
    CHECK(second.lines.size() == 1);
  }
  log(LogLevel::warning, "to nobody");
  CHECK(first.lines.empty());
}

TEST_CASE("a sink may log and replace itself: it is not called under the lock", "[core][log]") {
  std::vector<std::string> lines;
  set_log_sink([&](LogLevel, std::string_view line) {
    lines.emplace_back(line);
    set_log_sink([&](LogLevel, std::string_view inner) { lines.push_back("inner " + std::string(inner)); });
    if (line == "once") log(LogLevel::info, "again");
  });
  log(LogLevel::info, "once");
  set_log_sink({});
  CHECK(lines == std::vector<std::string>{"once", "inner again"});
}

TEST_CASE("lines of many threads all arrive", "[core][log]") {
  std::atomic<int> count{0};
  set_log_sink([&](LogLevel, std::string_view) { ++count; });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int line = 0; line < 100; ++line) log(LogLevel::info, "line");
    });
  }
  for (auto& thread : threads) thread.join();
  set_log_sink({});
  CHECK(count == 400);
}
