#include "support/torch_catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <nlohmann/json.hpp>

#include <faceptor/core/log.hpp>

#include "support/temporary_folder.hpp"
#include "train/small_run.hpp"

using namespace faceptor;
using Clock = std::chrono::steady_clock;

namespace {

/// How often to kill: FACEPTOR_KILLS, or as often as takes half a minute.
int kills_wanted() {
  const char* given = std::getenv("FACEPTOR_KILLS");
  return given != nullptr ? std::atoi(given) : 100;
}

/// A process that trains in the folder and writes what it ends with beside it.
pid_t start(const train::TrainerOptions& options, const std::filesystem::path& result) {
  const auto child = ::fork();
  if (child != 0) return child;
  int code = 1;
  try {
    set_log_sink({});
    nn::NamedTensors state;
    small_run::run(options, state);
    nn::save_tensors(result, state);
    code = 0;
  } catch (...) {
  }
  ::_exit(code);
}

/// Waits for a run that nothing happens to.
bool ends_well(pid_t child) {
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Step and loss of every line of a run's log that has them.
std::vector<std::pair<std::uint64_t, double>> losses_of(const std::filesystem::path& run) {
  std::vector<std::pair<std::uint64_t, double>> losses;
  std::ifstream log(run / "log.jsonl");
  for (std::string line; std::getline(log, line);) {
    const auto entry = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);  // a kill may cut the last line off
    if (!entry.is_discarded() && entry.contains("loss")) losses.emplace_back(entry.at("step"), entry.at("loss"));
  }
  return losses;
}

bool being_written(const std::filesystem::path& checkpoints) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(checkpoints, ignored)) {
    if (entry.path().string().find(".part") != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("A run that is killed again and again ends with the bits of one that wasn't", "[train][trainer][kill]") {
  const TemporaryFolder folder;
  auto options = small_run::options(folder / "whole", 60);
  options.checkpoint_every = 2;
  const auto began = Clock::now();
  REQUIRE(ends_well(start(options, folder / "whole.safetensors")));
  const auto duration = Clock::now() - began;
  const auto whole = nn::load_tensors(folder / "whole.safetensors");

  Random random(17);
  int killed = 0;
  int while_writing = 0;
  int finished = 0;
  int status = 0;
  for (int run = 0; killed < kills_wanted(); ++run) {
    options.folder = folder / ("run" + std::to_string(run));
    const auto result = folder / ("run" + std::to_string(run) + ".safetensors");
    for (bool ended = false; !ended;) {
      const auto child = start(options, result);
      REQUIRE(child > 0);
      // At any moment, or as soon as the file of a checkpoint is there and not yet whole.
      const bool in_writing = random.chance(0.5);
      const auto when = Clock::now() + std::chrono::duration_cast<Clock::duration>(duration * random.uniform() * 0.5);
      bool writing = false;
      while ((ended = ::waitpid(child, &status, WNOHANG) == child) == false) {
        writing = in_writing && being_written(options.folder / "checkpoints");
        if (killed < kills_wanted() && (writing || Clock::now() >= when) && (!in_writing || writing || Clock::now() >= when + duration))
          break;
        std::this_thread::sleep_for(std::chrono::microseconds(50));
      }
      if (ended) {
        REQUIRE(WIFEXITED(status));
        REQUIRE(WEXITSTATUS(status) == 0);
        break;
      }
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      ++killed;
      while_writing += writing ? 1 : 0;
    }
    ++finished;
    REQUIRE(small_run::same(nn::load_tensors(result), whole));
    std::filesystem::remove_all(options.folder);
  }
  std::printf("killed %d times, %d of them while a checkpoint was written; %d runs ended the same, bit for bit\n", killed, while_writing,
              finished);
  CHECK(while_writing > 0);
}

TEST_CASE("After a kill each of the next hundred steps is the one it would have been", "[train][trainer][kill]") {
  constexpr std::uint64_t kSteps = 160;
  const TemporaryFolder folder;
  auto options = small_run::options(folder / "whole", kSteps);
  options.checkpoint_every = 10;
  options.log_every = 1;
  REQUIRE(ends_well(start(options, folder / "whole.safetensors")));
  const auto whole = nn::load_tensors(folder / "whole.safetensors");
  const auto losses = losses_of(folder / "whole");
  REQUIRE(losses.size() == kSteps);
  const auto steps_done = [](const std::filesystem::path& run) {
    const auto done = losses_of(run);
    return done.empty() ? 0 : done.back().first;
  };

  Random random(23);
  int killed = 0;
  for (int run = 0; killed < 20; ++run) {
    INFO("run " << run);
    options.folder = folder / ("run" + std::to_string(run));
    const auto result = folder / ("run" + std::to_string(run) + ".safetensors");
    const auto until = random.integer(std::uint64_t{50});
    const auto child = start(options, result);
    int status = 0;
    bool ended = false;
    while (steps_done(options.folder) < until && !(ended = ::waitpid(child, &status, WNOHANG) == child)) {
      std::this_thread::sleep_for(std::chrono::microseconds(random.integer(std::uint64_t{1000})));
    }
    REQUIRE_FALSE(ended);
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    if (!WIFSIGNALED(status) || steps_done(options.folder) + 100 > kSteps) continue;  // this machine was too slow to kill it in time
    ++killed;
    REQUIRE(ends_well(start(options, result)));
    CHECK(losses_of(options.folder) == losses);
    CHECK(small_run::same(nn::load_tensors(result), whole));
  }
  std::printf("killed 20 times with 100 steps or more to go; all of them the same, bit for bit\n");
}
