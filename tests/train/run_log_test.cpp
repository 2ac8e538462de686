#include "support/torch_catch.hpp"

#include <faceptor/train/run_log.hpp>

#include <algorithm>

#include <faceptor/image/image.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"
#include "train/event_reader.hpp"

using namespace faceptor;
using faceptor::train::RunLog;

namespace {

std::vector<nlohmann::json> lines_of(const TemporaryFolder& folder) {
  std::vector<nlohmann::json> lines;
  std::ifstream stream(folder / "log.jsonl");
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

/// Of the only event file.
std::vector<tensorboard::Event> events_of(const TemporaryFolder& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "tensorboard")) paths.push_back(entry.path());
  REQUIRE(paths.size() == 1);
  return tensorboard::read_events(paths.front());
}

}  // namespace

TEST_CASE("A log has a line for each thing said, its step and time in front", "[train][run_log]") {
  const TemporaryFolder folder;
  {
    RunLog log(folder.path(), 0, false);
    log.line(3, {{"event", "begin"}, {"text", "caf\xe9"}});  // no UTF-8: it is replaced, the line stays
    log.numbers(5, {{"loss", 0.5}});
    log.picture(5, "faces", Image(2, 2));
  }
  const auto text = read_text(folder / "log.jsonl");
  CHECK(text.starts_with("{\"step\":3,\"time\":"));
  const auto lines = lines_of(folder);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["event"] == "begin");
  CHECK(lines[0]["time"].get<double>() > 1.6e9);
  CHECK(lines[1]["loss"] == 0.5);
  CHECK_FALSE(std::filesystem::exists(folder / "tensorboard"));
}

TEST_CASE("Every number is a curve by its path, words and truths are none", "[train][run_log]") {
  const TemporaryFolder folder;
  {
    RunLog log(folder.path(), 0, true);
    log.numbers(7, {{"loss", 0.5}, {"tasks", {{"age", {{"loss", 2}, {"name", "a"}, {"good", true}}}}}});
    log.line(8, {{"rate", 1}});
    log.picture(9, "faces", Image(4, 3));
  }
  const auto events = events_of(folder);
  std::vector<std::string> tags;
  for (const auto& event : events) {
    if (!event.tag.empty()) tags.push_back(event.tag);
  }
  CHECK(tags == std::vector<std::string>{"loss", "tasks/age/loss", "faces"});
  const auto curve = std::find_if(events.begin(), events.end(), [](const auto& event) { return event.tag == "tasks/age/loss"; });
  REQUIRE(curve != events.end());
  CHECK(curve->step == 7);
  CHECK(curve->value == 2);
  CHECK(events.back().width == 4);
  CHECK(events.back().height == 3);
}

TEST_CASE("A run that is resumed takes back later steps and a torn line", "[train][run_log]") {
  const TemporaryFolder folder;
  folder.write("log.jsonl",
               "{\"step\":1,\"a\":1}\n{\"step\":2,\"a\":2}\nno line\n{\"step\":4,\"a\":4}\n{\"step\":2,\"a\":5}\n{\"step\":2,\"a\":");
  { RunLog(folder.path(), 2, true).line(3, {{"a", 6}}); }
  std::vector<int> left;
  for (const auto& line : lines_of(folder)) left.push_back(line["a"]);
  CHECK(left == std::vector<int>{1, 2, 5, 6});
  const auto events = events_of(folder);
  REQUIRE(events.size() == 2);
  CHECK(events[1].restart);
  CHECK(events[1].step == 3);  // curves up to step 2 stay
}

TEST_CASE("A log in a place that can't be written says so", "[train][run_log]") {
  const TemporaryFolder folder;
  const auto error = error_of([&] { RunLog(folder / "none", 0, false); });
  CHECK(error.code() == ErrorCode::io);
  CHECK(error.where() == (folder / "none/log.jsonl").string());
}
