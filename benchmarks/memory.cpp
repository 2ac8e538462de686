// Whether memory grows: what is resident after a warm-up, a tenth of the rounds, and at the end, of
//   - inferences: photos of many sizes with one to six faces, and batches of images of many sizes, through a tiny model,
//   - loads: a weights file that is loaded and let go,
//   - threads: threads that each analyze one photo and end.
// Prints a table; the exit code is 1 if something grew by more than one percent.
//
//   build/release/benchmarks/benchmark_memory [INFERENCES LOADS THREADS]      # 100000 10000 10000, some minutes

#include <fmt/format.h>
#include <stdlib.h>
#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/weights/model_file.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace faceptor;

/// Three views, one of them cut by five points.
weights::LoadedModel tiny_model() {
  const SeedGuard seed(1);
  TaskList tasks;
  tasks.append(published::by_name("recog_ms1mv3", 8));
  tasks.add(published::age_morph2().view(views::aligned(32)));
  tasks.add(published::affect_rafdb().view(views::box(32)));
  tasks.add(published::align_300w().view(views::box(32, 0.8F)));
  tasks.add(published::parsing_lapa().view(views::box(32, 0.8F)));
  weights::LoadedModel loaded;
  const auto decoder = decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(32).layers(2).levels({3});
  loaded.model =
      Faceptor(FaceptorOptions(VitOptions(32, 4, 2, 8).image_side(32).projection(0)).tasks(std::move(tasks)).decoder(decoder)).ptr();
  return loaded;
}

double resident_mib() {
  std::ifstream file("/proc/self/statm");
  double pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// @return  whether it stayed within one percent
bool measure(const char* what, std::int64_t rounds, const std::function<void()>& round) {
  const auto warm_up = std::max<std::int64_t>(rounds / 10, 1);
  double first = 0;
  for (std::int64_t i = 0; i < rounds; ++i) {
    round();
    if (i + 1 == warm_up) first = resident_mib();
  }
  const double last = resident_mib(), growth = 100 * (last / first - 1);
  fmt::print("| {} | {} | {:.1f} | {:.1f} | {:+.2f} % |\n", what, rounds, first, last, growth);
  std::fflush(stdout);
  return growth <= 1;
}

class Load {
 public:
  Load() : runner_(*frozen_.model), tasks_(frozen_.model->tasks().size()) { std::iota(tasks_.begin(), tasks_.end(), std::size_t{0}); }

  void analyze_photo() {
    const Image photo(between(40, 640), between(40, 480));
    std::vector<Detection> faces(static_cast<std::size_t>(between(1, 6)));
    for (auto& face : faces) {
      const auto side = static_cast<float>(between(20, std::min(photo.width(), photo.height())));
      const float x = static_cast<float>(between(0, photo.width())) - side / 2,
                  y = static_cast<float>(between(0, photo.height())) - side / 2;
      face.box = {x, y, x + side, y + side};
    }
    analyzer_.analyze(photo, faces);
  }
  void run_batch() {
    // Sides of whole patches.
    runner_.run(torch::zeros({between(1, 4), 3, 8 * between(2, 16), 8 * between(2, 16)}), tasks_, "memory");
  }

 private:
  int between(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }

  std::mt19937_64 random_{1};
  FaceAnalyzer analyzer_{tiny_model()};
  weights::LoadedModel frozen_ = tiny_model().freeze();
  Runner runner_;
  std::vector<std::size_t> tasks_;
};

int run(const std::vector<std::int64_t>& rounds) {
  std::string folder = std::filesystem::temp_directory_path() / "memory-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) throw Error(ErrorCode::io, "memory: no folder can be made").where(folder);
  const auto file = std::filesystem::path(folder) / "tiny.safetensors";
  weights::save_model(file, *tiny_model().model, {});

  fmt::print("| what | rounds | after a tenth, MiB | at the end, MiB | growth |\n|---|---|---|---|---|\n");
  bool steady = true;
  {
    Load load;
    bool photo = false;
    steady &= measure("inferences of many sizes", rounds[0], [&] { (photo = !photo) ? load.analyze_photo() : load.run_batch(); });
    steady &= measure("threads that each analyze a photo", rounds[2], [&] { std::thread([&] { load.analyze_photo(); }).join(); });
  }
  steady &= measure("loads of a weights file", rounds[1], [&] { weights::load_model(file); });
  std::filesystem::remove_all(folder);
  return steady ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::vector<std::int64_t> rounds = {100'000, 10'000, 10'000};
    for (int i = 1; i < std::min(argc, 4); ++i) rounds[static_cast<std::size_t>(i) - 1] = std::max(std::stoll(argv[i]), 1LL);
    return run(rounds);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
