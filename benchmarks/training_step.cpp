// One step of Faceptor-Base's training, beside the same step in eager PyTorch: time and peak of memory, with all that the backbone
// computes kept for the backward pass, and with its blocks computed again. Run it from the root.
//
// Every way runs in a process of its own, in turn, on the same weights and pictures (random ones, from a file). Each first takes a
// small step to warm up, which also makes the optimizer's state; the losses of both steps and the gradients' norm stand beside the
// figures, so that one sees that all ways do the same work. Drop path is off, since it draws at random.
//
//   build/release/benchmarks/benchmark_training_step [--small] [--classes N] [--threads N] [--python PYTHON]
//
// --small takes the tiny architecture and batches of a few pictures, to try it all in seconds. PYTHON needs torch alone; without it,
// only this library is measured.

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/tasks/task_registry.hpp>
#include <faceptor/train/learner.hpp>
#include <faceptor/weights/load_report.hpp>

using namespace faceptor;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kWarmUp = 4;  // pictures a task in the first step
constexpr double kRate = 1e-5;

struct Arguments {
  bool small = false;
  std::int64_t classes = 0;  // of MS1MV3; 0 for the size's own
  int threads = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  std::string python;
};

/// What is trained: the architecture, and pictures a step by task.
struct Plan {
  Architecture architecture;
  std::map<std::string, std::int64_t> batches;
};

Plan plan_of(const Arguments& arguments) {
  Plan plan{architecture(arguments.small ? "faceptor-tiny" : "faceptor-base"), {}};
  plan.architecture.config["backbone"]["drop_path"] = 0.0;
  TaskList tasks;
  for (const auto& task : plan.architecture.tasks) {
    auto spec = task.spec();
    const auto published = static_cast<std::int64_t>(spec.weight);  // of the published tasks, pictures a device
    plan.batches[spec.name] = arguments.small ? std::max<std::int64_t>(2, published / 8) : published;
    if (spec.kind == Embedding::kName) {
      const std::int64_t classes = arguments.classes > 0 ? arguments.classes : arguments.small ? 1000 : 93431;
      spec.loss_options["classes"] = classes;
    }
    tasks.append(task_from_spec(spec));
  }
  plan.architecture.tasks = tasks;
  return plan;
}

train::LearnerOptions options_of(const Plan& plan, bool recompute) {
  train::LearnerOptions options;
  options.task_weights = {{"recog", 5}, {"age", 6}, {"biattr", 2}, {"affect", 5}, {"parsing", 100}, {"align", 1000}};
  for (const auto& [task, pictures] : plan.batches) options.raw_weights[task] = static_cast<double>(pictures);
  options.recompute = recompute;
  return options;
}

torch::Tensor random_labels(const TaskSpec& spec, std::int64_t pictures) {
  const auto integers = torch::TensorOptions(torch::kLong);
  if (spec.kind == Embedding::kName) return torch::randint(spec.loss_options.at("classes").get<std::int64_t>(), {pictures}, integers);
  if (spec.name.starts_with("age")) return torch::rand({pictures}) * 80 + 5;
  if (spec.name.starts_with("biattr")) return torch::randint(-1, 2, {pictures, spec.outputs}).to(torch::kFloat32);
  if (spec.name.starts_with("affect")) return torch::randint(spec.outputs, {pictures}, integers);
  if (spec.name.starts_with("parsing")) return torch::randint(spec.outputs, {pictures, spec.view.height(), spec.view.width()}, integers);
  return torch::rand({pictures, spec.outputs, 2});
}

/// Writes start values and a step's pictures and labels, and as metadata what the program in Python must know of them.
void write_inputs(const Plan& plan, const fs::path& file) {
  const SeedGuard seed(1);
  const auto model = make_model(plan.architecture.config, plan.architecture.tasks);
  const train::Learner learner(model, options_of(plan, false));
  nn::NamedTensors tensors;
  for (const auto& [name, tensor] : weights::state_of(model->module())) tensors.emplace("model." + name, tensor);
  tensors.emplace("class_matrix", learner.losses_state().at("losses.recog_ms1mv3.class_matrix"));
  auto tasks = nlohmann::json::array();
  for (const auto& task : model->tasks()) {
    const auto& spec = task.spec();
    const auto pictures = plan.batches.at(spec.name);
    tensors.emplace("images." + spec.name, torch::randn({pictures, 3, spec.view.height(), spec.view.width()}));
    tensors.emplace("labels." + spec.name, random_labels(spec, pictures));
    tasks.push_back({{"name", spec.name}, {"outputs", spec.outputs}, {"side", spec.view.width()}});
  }
  const nlohmann::json metadata = {{"config", model->config()}, {"tasks", tasks}, {"rate", kRate}, {"warm_up", kWarmUp}};
  nn::save_tensors(file, tensors, {{"plan", metadata.dump()}});
}

/// At most so many pictures of each task.
loading::StepBatch batch_of(const TaskList& tasks, const nn::NamedTensors& inputs, std::int64_t most) {
  loading::StepBatch batch;
  std::map<int, ViewBatch> views;
  std::map<int, std::vector<torch::Tensor>> images;
  std::map<int, std::int64_t> rows;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto& spec = tasks[i].spec();
    const auto side = spec.view.width();
    const auto pictures = inputs.at("images." + spec.name).slice(0, 0, most);
    images[side].push_back(pictures);
    views[side].tasks.push_back({i, rows[side], rows[side] + pictures.size(0)});
    rows[side] += pictures.size(0);
    batch.labels.emplace_back(inputs.at("labels." + spec.name).slice(0, 0, most));
  }
  for (auto& [side, view] : views) {
    view.images = torch::cat(images[side]);
    batch.views.push_back(std::move(view));
  }
  return batch;
}

struct Figures {
  double seconds = 0;
  double processor_seconds = 0;
  double peak_mb = 0;     // of the process, from its start on
  double first_loss = 0;  // of the step that warms up
  double loss = 0;
  double gradient_norm = 0;  // before clipping
};

Figures measure(const Plan& plan, const fs::path& file, bool recompute, int threads) {
  torch::set_num_threads(threads);
  const auto model = make_model(plan.architecture.config, plan.architecture.tasks);
  train::Learner learner(model, options_of(plan, recompute));
  nn::NamedTensors inputs;
  {
    nn::NamedTensors state;
    for (const auto& [name, tensor] : nn::load_tensors(file)) {
      if (name.starts_with("model.")) {
        state.emplace(name.substr(6), tensor);
      } else if (name == "class_matrix") {
        learner.load_losses({{"losses.recog_ms1mv3.class_matrix", tensor}});
      } else {
        inputs.emplace(name, tensor.clone());
      }
    }
    weights::load_into(model->module(), state);
  }
  learner.set_rate(kRate);
  Figures figures;
  const auto step = [&](std::int64_t most) {
    figures.loss = learner.forward_backward(batch_of(model->tasks(), inputs, most)).total;
    figures.gradient_norm = learner.apply().gradient_norm;
  };
  step(kWarmUp);
  figures.first_loss = figures.loss;
  const auto start = std::chrono::steady_clock::now();
  const auto used = std::clock();
  step(std::numeric_limits<std::int64_t>::max());
  figures.processor_seconds = static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC;
  figures.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  figures.peak_mb = static_cast<double>(usage.ru_maxrss) / 1024.0;
  return figures;
}

/// Runs in a child of its own, so that its memory counts for nobody else. @throws Error(io) if the child fails
Figures apart(const std::function<Figures()>& work) {
  int channel[2];
  if (pipe(channel) != 0) throw Error(ErrorCode::io, "benchmark: there is no pipe to a process");
  const auto child = fork();
  if (child == 0) {
    bool sent = false;
    try {
      const auto figures = work();
      sent = write(channel[1], &figures, sizeof figures) == static_cast<ssize_t>(sizeof figures);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
    }
    _exit(sent ? 0 : 1);
  }
  close(channel[1]);
  Figures figures;
  const bool received = read(channel[0], &figures, sizeof figures) == static_cast<ssize_t>(sizeof figures);
  close(channel[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!received || status != 0) throw Error(ErrorCode::io, "benchmark: a measuring process failed");
  return figures;
}

/// The figures of the program in Python. @throws Error(io) when it doesn't run
Figures measure_python(const Arguments& arguments, const fs::path& file, bool recompute) {
  const auto command = fmt::format("'{}' benchmarks/training_step_eager.py '{}' {} {}", arguments.python, file.string(), arguments.threads,
                                   recompute ? "recompute" : "plain");
  auto* output = ::popen(command.c_str(), "r");
  if (output == nullptr) throw Error(ErrorCode::io, "benchmark: Python can't be started").where(command);
  Figures figures;
  const int read = std::fscanf(output, "%lf %lf %lf %lf %lf %lf", &figures.seconds, &figures.processor_seconds, &figures.peak_mb,
                               &figures.first_loss, &figures.loss, &figures.gradient_norm);
  if (::pclose(output) != 0 || read != 6) throw Error(ErrorCode::io, "benchmark: the program in Python failed").where(command);
  return figures;
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

/// A folder for the file, gone in the end.
struct Folder {
  Folder() : path(fs::temp_directory_path() / fmt::format("faceptor-benchmark-{}", ::getpid())) { fs::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

void run(const Arguments& arguments) {
  const Folder folder;
  const auto file = folder.path / "inputs.safetensors";
  const auto plan = plan_of(arguments);
  fmt::print("a step of {}, float32; {}, {} threads, LibTorch {}\npictures:", plan.architecture.name, processor(), arguments.threads,
             TORCH_VERSION);
  for (const auto& task : plan.architecture.tasks) fmt::print(" {} {}", task.name(), plan.batches.at(task.name()));
  fmt::print("; {} classes\n{:24} {:>9} {:>14} {:>11} {:>12} {:>12} {:>12}\n",
             plan.architecture.tasks.at("recog_ms1mv3").spec().loss_options.at("classes").get<std::int64_t>(), "", "seconds", "processor's",
             "peak MB", "first loss", "loss", "gradients");
  apart([&] {
    write_inputs(plan, file);
    return Figures{};
  });
  for (const bool recompute : {false, true}) {
    const auto show = [&](const char* who, const Figures& f) {
      fmt::print("{:24} {:9.2f} {:14.2f} {:11.0f} {:12.6f} {:12.6f} {:12.5f}\n", fmt::format("{}{}", who, recompute ? ", recomputing" : ""),
                 f.seconds, f.processor_seconds, f.peak_mb, f.first_loss, f.loss, f.gradient_norm);
      std::fflush(stdout);
    };
    const auto own = apart([&] { return measure(plan, file, recompute, arguments.threads); });
    show("faceptor", own);
    if (arguments.python.empty()) continue;
    const auto python = measure_python(arguments, file, recompute);
    show("Python", python);
    fmt::print("{:24} {:9.2f} {:14.2f} {:11.2f}   losses apart by {:.1e} and {:.1e}\n", "ratio", python.seconds / own.seconds,
               python.processor_seconds / own.processor_seconds, python.peak_mb / own.peak_mb,
               std::abs(python.first_loss / own.first_loss - 1), std::abs(python.loss / own.loss - 1));
    std::fflush(stdout);
  }
}

Arguments parse(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool more = i + 1 < words.size();
    if (words[i] == "--small") {
      arguments.small = true;
    } else if (words[i] == "--classes" && more) {
      arguments.classes = std::atoll(words[++i].c_str());
    } else if (words[i] == "--threads" && more) {
      arguments.threads = std::max(1, std::atoi(words[++i].c_str()));
    } else if (words[i] == "--python" && more) {
      arguments.python = words[++i];
    } else {
      throw Error(ErrorCode::argument, "benchmark: what is this?")
          .found(words[i])
          .expected("[--small] [--classes N] [--threads N] [--python PYTHON]");
    }
  }
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(parse({argv + 1, argv + argc}));
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
