// The library's side of benchmarks/compare: writes random weights, and runs passes when it is told to.
//
//   benchmark_compare_engine write ARCHITECTURE WEIGHTS.safetensors      prints what the peers must know of it, as JSON
//   benchmark_compare_engine run WEIGHTS IMAGES OUTPUTS PRECISION THREADS
//
// IMAGES holds a tensor `images`, B x 3 x SIDE x SIDE; the tasks of that side run on it, and OUTPUTS gets their raw outputs. Then each
// line on standard input asks for a pass, which is answered by its seconds and the processor's; the end of input by the peak of memory.

#include <fmt/format.h>
#include <sys/resource.h>
#include <torch/torch.h>

#include <chrono>
#include <cstdlib>
#include <faceptor/core/error.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/weights/model_file.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using namespace faceptor;

void write(const std::string& architecture, const std::string& path) {
  const auto made = weights::untrained_model(architecture);
  nlohmann::json plan = {{"config", made.model->config()}, {"tasks", nlohmann::json::array()}};
  for (const auto& task : made.model->tasks()) {
    const auto& spec = task.spec();
    plan["tasks"].push_back({{"name", spec.name}, {"outputs", spec.outputs}, {"queries", spec.queries()}, {"side", spec.view.width()}});
  }
  weights::save_model(path, *made.model, made.info);
  fmt::print("{}\n", plan.dump());
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void run(const std::vector<std::string>& arguments) {
  torch::set_num_threads(std::atoi(arguments.at(4).c_str()));
  auto loaded = weights::load_model(arguments.at(0));
  if (arguments.at(3) != "plain") loaded = loaded.freeze(nn::FreezeOptions().precision(nn::precision_named(arguments[3])));
  const Runner runner(*loaded.model);
  const auto images = nn::load_tensors(arguments.at(1)).at("images").clone();
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < loaded.model->tasks().size(); ++i) {
    if (loaded.model->tasks()[i].spec().view.width() == images.size(3)) wanted.push_back(i);
  }
  const torch::InferenceMode inference;
  const auto made = runner.run(images, wanted, "compare");
  nn::NamedTensors outputs;
  for (std::size_t i = 0; i < wanted.size(); ++i) outputs[loaded.model->tasks()[wanted[i]].name()] = made[i];
  nn::save_tensors(arguments.at(2), outputs);
  const auto batch = ViewBatch::all(images, wanted);
  fmt::print("ready\n");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    const auto start = std::chrono::steady_clock::now();
    const auto used = processor_seconds();
    runner.pass(std::span(&batch, 1), "compare");
    fmt::print("{} {}\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), processor_seconds() - used);
    std::fflush(stdout);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{}\n", static_cast<double>(usage.ru_maxrss) / 1024.0);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    if (arguments.size() == 3 && arguments[0] == "write") {
      write(arguments[1], arguments[2]);
    } else if (arguments.size() == 6 && arguments[0] == "run") {
      run({arguments.begin() + 1, arguments.end()});
    } else {
      fmt::print(stderr, "see the head of benchmarks/compare_engine.cpp\n");
      return 2;
    }
  } catch (const Error& e) {
    fmt::print(stderr, "{}\n", e.what());
    return 1;
  }
  return 0;
}
