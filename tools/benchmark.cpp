#include <ATen/record_function.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <memory>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/detectors/mtcnn_detector.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/device_memory.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/results/photo_result.hpp>
#include <faceptor/weights/run_files.hpp>

#include "common.hpp"
#include "mac_counter.hpp"
#include "outputs.hpp"

namespace faceptor::program {
namespace {

struct BenchmarkOptions {
  std::string weights, architecture, tasks, photo, json, precision = "fp32", device = "cpu";
  Step step;
  std::int64_t batch = 1;
  int repeats = 20;
  bool together = false, profile = false;
};

/// Seconds of this thread by part, of the passes that a `PartTimer` sees: parts name themselves by `RECORD_USER_SCOPE("faceptor.PART")`.
class PartTimer {
 public:
  PartTimer() {
    seconds_.clear();
    handle_ =
        at::addThreadLocalCallback(at::RecordFunctionCallback(&PartTimer::start, &PartTimer::end).scopes({at::RecordScope::USER_SCOPE}));
  }
  ~PartTimer() { at::removeCallback(handle_); }
  PartTimer(const PartTimer&) = delete;
  PartTimer& operator=(const PartTimer&) = delete;
  const std::map<std::string, double>& seconds() const { return seconds_; }

 private:
  struct Started : at::ObserverContext {
    std::chrono::steady_clock::time_point at = std::chrono::steady_clock::now();
  };
  static std::unique_ptr<at::ObserverContext> start(const at::RecordFunction&) { return std::make_unique<Started>(); }
  static void end(const at::RecordFunction& called, at::ObserverContext* context) {
    const std::string_view name = called.name();
    constexpr std::string_view kOurs = "faceptor.";
    if (context == nullptr || !name.starts_with(kOurs)) return;
    const auto taken = std::chrono::steady_clock::now() - static_cast<const Started*>(context)->at;
    seconds_[std::string(name.substr(kOurs.size()))] += std::chrono::duration<double>(taken).count();
  }

  static inline thread_local std::map<std::string, double> seconds_;
  at::CallbackHandle handle_;
};

/// The pictures and tasks of one pass.
struct Workload {
  std::vector<ViewBatch> batches;
  std::vector<std::string> views;
  std::size_t tasks = 0;
};

Workload workload(const FaceModel& model, const std::vector<std::size_t>& tasks, std::int64_t batch, torch::Device device) {
  std::map<View, std::vector<std::size_t>> by_view;
  for (const auto task : tasks) by_view[model.tasks()[task].spec().view].push_back(task);
  Workload work;
  work.tasks = tasks.size();
  for (const auto& [view, of_view] : by_view) {
    work.batches.push_back(ViewBatch::all(torch::randn({batch, 3, view.height(), view.width()}).to(device), of_view));
    work.views.push_back(view.name());
  }
  return work;
}

double quantile(std::vector<double> sorted, double share) {
  return sorted[static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)))];
}

/// On a GPU what tensors took there, else what the process took.
double peak_megabytes(torch::Device device) {
  if (const auto peak = nn::peak_device_memory(device)) return static_cast<double>(*peak) / 1048576.0;
  return peak_process_megabytes();
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// Milliseconds of a photo's way to the results of its first face, step by step; of `repeats` times, the median.
nlohmann::ordered_json profile_photo(const Runner& runner, const std::vector<std::size_t>& tasks, const BenchmarkOptions& chosen,
                                     torch::Device device) {
  const MtcnnDetector detector;
  const auto& list = runner.model().tasks();
  std::vector<std::pair<std::string, std::vector<double>>> steps;
  const auto timed = [&](const char* name, auto&& step) {
    const auto start = std::chrono::steady_clock::now();
    auto made = step();
    const auto row = std::ranges::find(steps, name, &decltype(steps)::value_type::first);
    (row != steps.end() ? *row : steps.emplace_back(name, std::vector<double>())).second.push_back(milliseconds_since(start));
    return made;
  };
  auto work = workload(runner.model(), tasks, 1, device);
  const std::string no_hash;
  for (int i = 0; i < chosen.repeats; ++i) {
    const auto photo = timed("reading", [&] { return read_image(chosen.photo); });
    const auto faces = timed("finding faces", [&] { return detector.detect(photo); });
    if (faces.empty()) throw Error(ErrorCode::argument, "benchmark: there is no face in the photo").where(chosen.photo);
    const auto& face = faces.front();
    const auto points = face.points ? *face.points : five_points_from_box(face.box);
    const auto transform = [&](const View& view) {
      return ViewTransform::of(view, photo.width(), photo.height(), &face.box_for_views(), &points);
    };
    for (auto& batch : work.batches) {
      const auto& view = list[batch.tasks.front().task].spec().view;
      batch.images = timed("cropping", [&] {
        const auto crop = torch::empty({1, 3, view.height(), view.width()});
        extract(photo, view, transform(view), {crop.data_ptr<float>(), static_cast<std::size_t>(crop.numel())});
        return crop;
      });
    }
    const auto outputs = timed("network", [&] {
      auto made = runner.pass(work.batches, "benchmark");
      for (const auto task : tasks) made[task] = made[task].to(torch::kCPU, torch::kFloat32).contiguous();
      return made;
    });
    PhotoResult result{chosen.photo, photo.width(), photo.height(), {Face(face.box, face.score, points)}, std::nullopt};
    for (const auto task : tasks) {
      const auto& spec = list[task].spec();
      result.faces[0].add(timed(("results: " + spec.name).c_str(), [&] {
        return list[task].read(outputs[task][0], {spec, transform(spec.view), no_hash});
      }));
    }
    timed("JSON", [&] { return json_line(result); });
    timed("drawing", [&] { return draw(photo, result); });
  }
  nlohmann::ordered_json json;
  for (auto& [name, times] : steps) {
    // Some steps are taken once a view.
    const auto a_photo = times.size() / static_cast<std::size_t>(chosen.repeats);
    std::vector<double> sums;
    for (std::size_t i = 0; i < times.size(); i += a_photo) {
      sums.push_back(
          std::accumulate(times.begin() + static_cast<std::ptrdiff_t>(i), times.begin() + static_cast<std::ptrdiff_t>(i + a_photo), 0.0));
    }
    std::sort(sums.begin(), sums.end());
    json[name] = quantile(sums, 0.5);
  }
  return json;
}

/// Milliseconds of a pass by part, and of reading each task's results for one face that fills most of a photo of 12 megapixels; or of a
/// photo's whole way.
nlohmann::ordered_json profile(const Runner& runner, const std::vector<std::size_t>& tasks, const BenchmarkOptions& chosen,
                               torch::Device device) {
  const auto work = workload(runner.model(), tasks, chosen.batch, device);
  runner.pass(work.batches, "benchmark");  // warms up
  std::map<std::string, double> parts;
  double whole = 0;
  {
    const PartTimer timer;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < chosen.repeats; ++i) {
      runner.pass(work.batches, "benchmark");
      if (device.is_cuda()) torch::cuda::synchronize(device.index());
    }
    whole = milliseconds_since(start) / chosen.repeats;
    parts = timer.seconds();
  }
  nlohmann::ordered_json json;
  double named = 0;
  for (const auto& [part, seconds] : parts) {
    json["network"][part] = seconds * 1e3 / chosen.repeats;
    named += seconds * 1e3 / chosen.repeats;
  }
  json["network"]["other"] = whole - named;
  if (!chosen.photo.empty()) {
    json["photo"] = profile_photo(runner, tasks, chosen, device);
    return json;
  }
  constexpr int kWidth = 4000, kHeight = 3000;
  const Box box{1000, 500, 3000, 2500};
  const auto points = five_points_from_box(box);
  const auto outputs = runner.pass(work.batches, "benchmark");
  const std::string no_hash;
  for (const auto task : tasks) {
    const auto& spec = runner.model().tasks()[task].spec();
    const auto transform = ViewTransform::of(spec.view, kWidth, kHeight, &box, &points);
    const auto raw = outputs[task].to(torch::kCPU, torch::kFloat32).contiguous()[0];
    const auto start = std::chrono::steady_clock::now();
    runner.model().tasks()[task].read(raw, {spec, transform, no_hash});
    json["results"][spec.name] = milliseconds_since(start);
  }
  return json;
}

nlohmann::json measure(const Runner& runner, const std::string& name, const std::vector<std::size_t>& tasks, const BenchmarkOptions& chosen,
                       torch::Device device) {
  const auto work = workload(runner.model(), tasks, chosen.batch, device);
  const auto pass = [&] {
    runner.pass(work.batches, "benchmark");
    if (device.is_cuda()) torch::cuda::synchronize(device.index());  // a GPU is only told what to do
  };
  double macs = 0;
  {
    const MacCounter counter;
    pass();  // warms up as well
    macs = counter.total();
  }
  std::vector<double> times;
  for (int i = 0; i < chosen.repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    pass();
    times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  const double p50 = quantile(times, 0.5);
  return {{"tasks", name},
          {"views", work.views},
          {"batch", chosen.batch},
          {"repeats", chosen.repeats},
          {"p50_ms", p50 * 1e3},
          {"p95_ms", quantile(times, 0.95) * 1e3},
          {"faces_per_second", static_cast<double>(chosen.batch) / p50},
          {"gmac", macs / 1e9},
          {"gmac_per_second", macs / 1e9 / p50},
          {"peak_mb", peak_megabytes(device)}};
}

int benchmark(const BenchmarkOptions& chosen, const Common& common) {
  if (chosen.weights.empty() == chosen.architecture.empty()) {
    throw CLI::ValidationError("benchmark", "give either --weights FILE or --architecture NAME");
  }
  Outputs outputs(common.force);
  outputs.reads(chosen.weights);
  outputs.reads(chosen.photo);
  outputs.writes("--json", chosen.json, OutputKind::json);
  outputs.check();
  auto loaded = chosen.architecture.empty() ? weights::load_model(weights::weights_file(chosen.weights, chosen.step))
                                            : weights::untrained_model(chosen.architecture, common.seed);
  loaded = ready_model(loaded, chosen.precision, device_named(chosen.device));
  auto& model = *loaded.model;
  const Runner runner(model);
  const auto device = runner.device();  // with its index
  const torch::InferenceMode inference;
  const auto wanted = model.tasks().select(names_of(chosen.tasks));

  // All that was asked for in one pass, then each task alone: what sharing saves.
  std::vector<std::pair<std::string, std::vector<std::size_t>>> sets = {{"together", wanted}};
  for (const auto task : wanted) {
    if (wanted.size() > 1 && !chosen.together) sets.emplace_back(model.tasks()[task].name(), std::vector{task});
  }
  Progress progress(common, sets.size());
  nlohmann::ordered_json json = {{"device", device.str()},
                                 {"processor", processor()},
                                 {"threads", torch::get_num_threads()},
                                 {"precision", chosen.precision},
                                 {"model", chosen.architecture.empty() ? loaded.info.hash : chosen.architecture},
                                 {"runs", nlohmann::json::array()}};
  for (const auto& [name, tasks] : sets) {
    json["runs"].push_back(nlohmann::ordered_json(measure(runner, name, tasks, chosen, device)));
    progress.step(name);
  }
  if (chosen.profile) json["profile_ms"] = profile(runner, wanted, chosen, device);
  if (!chosen.json.empty()) {
    WholeText(chosen.json).write(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return kDone;
  }
  print_out("{}, {}, {} threads, {}, batch {}\n", device.str(), json["processor"].get<std::string>(), json["threads"].get<int>(),
            chosen.precision, chosen.batch);
  print_out("{:<18}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "tasks", "p50 ms", "p95 ms", "faces/s", "GMAC", "GMAC/s", "peak MB");
  for (const auto& run : json["runs"]) {
    print_out("{:<18}{:>10.1f}{:>10.1f}{:>10.2f}{:>10.2f}{:>10.1f}{:>10.0f}\n", run["tasks"].get<std::string>(),
              run["p50_ms"].get<double>(), run["p95_ms"].get<double>(), run["faces_per_second"].get<double>(), run["gmac"].get<double>(),
              run["gmac_per_second"].get<double>(), run["peak_mb"].get<double>());
  }
  if (!chosen.profile) return kDone;
  for (const auto& [part, rows] : json["profile_ms"].items()) {
    print_out("\n{:<28}\n", part == "network" ? "ms of a pass" : part == "photo" ? "ms of the photo" : "ms of a face's results");
    for (const auto& [name, milliseconds] : rows.items()) print_out("{:<28}{:>10.1f}\n", name, milliseconds.get<double>());
  }
  return kDone;
}

}  // namespace

void add_benchmark(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<BenchmarkOptions>();
  auto* verb = add_verb(app, "benchmark", "speed of a model on this machine, by task set",
                        "faceptor benchmark --architecture faceptor-base --batch 1 --threads 2", common,
                        [chosen, &common] { return benchmark(*chosen, common); });
  verb->add_option("--weights", chosen->weights, "weights file, run or published checkpoint");
  add_step_option(*verb, chosen->step);
  add_device_option(*verb, chosen->device);
  verb->add_option("--architecture", chosen->architecture, "an untrained model of this architecture instead");
  verb->add_option("--tasks", chosen->tasks, "names, comma-separated; default: all of the model's");
  verb->add_option("--batch", chosen->batch, "faces at a time")->check(CLI::Range(1, 4096))->capture_default_str();
  verb->add_option("--repeats", chosen->repeats, "timed passes after one that warms up")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  add_precision_option(*verb, chosen->precision);
  verb->add_flag("--together", chosen->together, "only the pass for all of the tasks, not each of them alone");
  auto* profiled =
      verb->add_flag("--profile", chosen->profile, "time by part of the frozen model, and of reading results on a photo of 12 megapixels");
  verb->add_option("--photo", chosen->photo, "with --profile, time by step from this photo to the results of its first face")
      ->needs(profiled);
  verb->add_option("--seed", common.seed, "of an untrained model's weights")->capture_default_str();
  verb->add_option("--json", chosen->json, "write a JSON object to this file; - for standard output");
}

}  // namespace faceptor::program
