// One pass of Faceptor-Base for all of its tasks, beside the same pass done a task at a time.
//
// Both ways run in processes of their own, in turn, so that each has its own peak of memory and both meet the same machine.
//
//   build/release/benchmarks/benchmark_shared_pass [REPEATS] [ARCHITECTURE]

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/architectures.hpp>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Figures {
  double milliseconds = 0;  // median of the repeats
  double start_mb = 0;      // resident when the model stood ready
  double peak_mb = 0;       // at the most
};

double resident_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

/// The median time of a pass over both groups of tasks.
Figures measure(const std::string& name, bool together, int repeats) {
  const faceptor::SeedGuard seed(1);
  const torch::InferenceMode inference;
  const auto chosen = faceptor::architecture(name);
  const auto model = faceptor::make_model(chosen.config, chosen.tasks);
  model->module().eval();
  std::map<int, std::vector<std::size_t>> by_side;
  for (std::size_t i = 0; i < chosen.tasks.size(); ++i) by_side[chosen.tasks[i].spec().view.width()].push_back(i);
  std::vector<faceptor::ViewBatch> passes;
  for (const auto& [side, tasks] : by_side) {
    const auto image = torch::randn({1, 3, side, side});
    if (together) {
      passes.push_back(faceptor::ViewBatch::all(image, tasks));
      continue;
    }
    for (const auto task : tasks) passes.push_back(faceptor::ViewBatch::all(image, std::span(&task, 1)));
  }
  Figures figures;
  figures.start_mb = resident_mb();
  std::vector<double> times;
  for (int i = 0; i <= repeats; ++i) {
    const auto start = Clock::now();
    for (const auto& pass : passes) model->forward(std::span(&pass, 1));
    if (i > 0) times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());  // the first one warms up
  }
  std::sort(times.begin(), times.end());
  figures.milliseconds = times[times.size() / 2];
  figures.peak_mb = resident_mb();
  return figures;
}

/// The same in a child of its own.
Figures measure_apart(const std::string& name, bool together, int repeats) {
  int channel[2];
  if (pipe(channel) != 0) return {};
  const auto child = fork();
  if (child == 0) {
    const auto figures = measure(name, together, repeats);
    const bool sent = write(channel[1], &figures, sizeof figures) == static_cast<ssize_t>(sizeof figures);
    _exit(sent ? 0 : 1);
  }
  close(channel[1]);
  Figures figures;
  const bool received = read(channel[0], &figures, sizeof figures) == static_cast<ssize_t>(sizeof figures);
  close(channel[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return received && status == 0 ? figures : Figures{};
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  const std::string name = argc > 2 ? argv[2] : "faceptor-base";
  constexpr int kRounds = 3;
  fmt::print("{}, one image a view, {} rounds of {} passes in turn\n{}, {} cores, LibTorch {}\n", name, kRounds, repeats, processor(),
             sysconf(_SC_NPROCESSORS_ONLN), TORCH_VERSION);
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    const auto joint = measure_apart(name, true, repeats);
    const auto single = measure_apart(name, false, repeats);
    if (joint.milliseconds <= 0 || single.milliseconds <= 0) {
      fmt::print(stderr, "a measuring process failed\n");
      return 1;
    }
    ratios.push_back(single.milliseconds / joint.milliseconds);
    fmt::print(
        "round {}: together {:7.0f} ms, peak {:5.0f} MB ({:.0f} MB above the model) | a task at a time {:7.0f} ms, peak {:5.0f} MB"
        " | ratio {:.2f}\n",
        round + 1, joint.milliseconds, joint.peak_mb, joint.peak_mb - joint.start_mb, single.milliseconds, single.peak_mb, ratios.back());
  }
  std::sort(ratios.begin(), ratios.end());
  fmt::print("a task at a time takes {:.2f} times as long (median)\n", ratios[kRounds / 2]);
  return 0;
}
