#include "support/torch_catch.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <limits>

#include <faceptor/core/log.hpp>
#include <faceptor/train/checkpoints.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::train;

namespace {

Snapshot snapshot(std::uint64_t step, std::int64_t size = 5) {
  const auto value = static_cast<float>(step);
  return {step,
          {{"backbone.weight", torch::full({size, 3}, value)},
           {"optimizer.step", torch::tensor({value})},
           {"count", torch::tensor(int64_t{9})}},
          {{"config", {{"seed", 3}}}, {"skipped", 2}}};
}

void expect_same(const Snapshot& a, const Snapshot& b) {
  CHECK(a.step == b.step);
  CHECK(a.info == b.info);
  REQUIRE(a.tensors.size() == b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) CHECK(torch::equal(tensor, b.tensors.at(name)));
}

std::vector<std::uint64_t> steps(const Checkpoints& checkpoints) {
  std::vector<std::uint64_t> steps;
  for (const auto& entry : checkpoints.list()) steps.push_back(entry.step);
  return steps;
}

/// Collects warnings for a scope.
struct Warnings {
  std::vector<std::string> lines;
  Warnings() {
    set_log_sink([this](LogLevel level, std::string_view line) {
      if (level == LogLevel::warning) lines.emplace_back(line);
    });
  }
  ~Warnings() { set_log_sink({}); }
};

}  // namespace

TEST_CASE("A checkpoint is read back bit for bit", "[train][checkpoints]") {
  const TemporaryFolder folder;
  Checkpoints checkpoints(folder / "run/checkpoints");
  CHECK_FALSE(checkpoints.newest().has_value());
  const auto path = checkpoints.save(snapshot(12));
  CHECK(path.filename() == "step_0000000012.safetensors");
  expect_same(Checkpoints::load(path), snapshot(12));
  expect_same(*checkpoints.newest(), snapshot(12));
}

TEST_CASE("The newest checkpoints stay, and those to be kept", "[train][checkpoints]") {
  const TemporaryFolder folder;
  Checkpoints checkpoints(folder.path(), {.newest = 2, .keep_every = 30});
  for (std::uint64_t step = 0; step <= 80; step += 10) checkpoints.save(snapshot(step));
  CHECK(steps(checkpoints) == std::vector<std::uint64_t>{30, 60, 70, 80});
  CHECK(checkpoints.newest()->step == 80);
  Checkpoints fewer(folder.path(), {.newest = 1});
  fewer.save(snapshot(90));
  CHECK(steps(fewer) == std::vector<std::uint64_t>{90});
  CHECK(error_of([&] { Checkpoints(folder.path(), {.newest = 0}); }).code() == ErrorCode::argument);
}

TEST_CASE("A change of any byte of a checkpoint is noticed, and the one before it is taken", "[train][checkpoints]") {
  const TemporaryFolder folder;
  Checkpoints checkpoints(folder.path());
  checkpoints.save(snapshot(1));
  const auto path = checkpoints.save(snapshot(2));
  const auto whole = read_text(path);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ (i % 2 == 0 ? 0x01 : 0x80));
    folder.write(path.filename().string(), changed);
    INFO("byte " << i << " of " << whole.size());
    const auto error = error_of([&] { Checkpoints::load(path); });
    CHECK_THAT(error.what(), Contains("step_0000000002"));
  }
  const Warnings warnings;
  expect_same(*checkpoints.newest(), snapshot(1));
  REQUIRE(warnings.lines.size() == 1);
  CHECK_THAT(warnings.lines[0], Contains("passed over") && Contains("step_0000000002"));
}

TEST_CASE("A checkpoint that is cut off anywhere, empty or foreign is passed over", "[train][checkpoints]") {
  const TemporaryFolder folder;
  Checkpoints checkpoints(folder.path());
  checkpoints.save(snapshot(1));
  const auto path = checkpoints.save(snapshot(2));
  const auto whole = read_text(path);
  const Warnings warnings;
  for (std::size_t size = 0; size < whole.size(); size += size < 16 ? 1 : 7) {
    folder.write(path.filename().string(), whole.substr(0, size));
    CHECK(checkpoints.newest()->step == 1);
  }
  nn::save_tensors(path, {{"a", torch::ones(2)}}, {{"format", "pt"}});
  CHECK(checkpoints.newest()->step == 1);
  CHECK_THAT(warnings.lines.back(), Contains("no checkpoint of a run"));
  folder.write("step_0000000001.safetensors", "neither");
  CHECK_FALSE(checkpoints.newest().has_value());
}

TEST_CASE("Other files in the folder are left alone, unfinished checkpoints are not", "[train][checkpoints]") {
  const TemporaryFolder folder;
  for (const char* name : {"step_12.txt", "notes.safetensors", "step_x.safetensors", "step_0000000003.safetensors.part77.0"})
    folder.write(name, "x");
  Checkpoints checkpoints(folder.path(), {.newest = 1});
  checkpoints.save(snapshot(1));
  checkpoints.save(snapshot(2));
  CHECK(steps(checkpoints) == std::vector<std::uint64_t>{2});
  CHECK(std::filesystem::exists(folder / "step_12.txt"));
  CHECK(std::filesystem::exists(folder / "notes.safetensors"));
  CHECK(std::filesystem::exists(folder / "step_x.safetensors"));
  CHECK_FALSE(std::filesystem::exists(folder / "step_0000000003.safetensors.part77.0"));
}

TEST_CASE("Numbers that are not finite are never saved", "[train][checkpoints]") {
  const TemporaryFolder folder;
  Checkpoints checkpoints(folder.path());
  checkpoints.save(snapshot(1));
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    auto broken = snapshot(2);
    broken.tensors["backbone.weight"][4][1] = bad;
    const auto error = error_of([&] { checkpoints.save(broken); });
    CHECK(error.code() == ErrorCode::argument);
    CHECK(error.where() == "backbone.weight");
  }
  CHECK(steps(checkpoints) == std::vector<std::uint64_t>{1});
}

TEST_CASE("On a full disk the checkpoints that are there stay", "[train][checkpoints]") {
  const TemporaryFolder folder;
  Checkpoints checkpoints(folder.path(), {.newest = 1});
  checkpoints.save(snapshot(1));
  // A limit on the size of files stands in for the disk's end: write() fails in the middle, as it does there.
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int code = 1;
    try {
      checkpoints.save(snapshot(2, 10000));
    } catch (const Error& e) {
      const std::string what = e.what();
      code = e.code() == ErrorCode::io && what.find("step_0000000002") != std::string::npos ? 0 : 2;
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  expect_same(*checkpoints.newest(), snapshot(1));
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) ++files;
  CHECK(files == 1);
}

TEST_CASE("A folder belongs to one run at a time", "[train][checkpoints]") {
  const TemporaryFolder folder;
  {
    const RunLock lock(folder / "run");
    const auto error = error_of([&] { RunLock(folder / "run"); });
    CHECK(error.code() == ErrorCode::io);
    CHECK_THAT(error.what(), Contains("another process"));
  }
  const RunLock again(folder / "run");
}
