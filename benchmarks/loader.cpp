// What one core prepares in a second for Faceptor-Base's training: reading, decoding, augmenting and joining, beside the same chains
// written with Pillow, OpenCV and numpy. Painted faces in JPEG files of the sizes that the seven sets have. Run it from the root.
//
// Seconds are those of the processor, so that what else the machine does counts little.
//
//   python3 -m venv env && env/bin/pip install pillow numpy opencv-python-headless
//   build/release/benchmarks/benchmark_loader [SECONDS A FIGURE] [PYTHON, such as env/bin/python]

#include <fmt/format.h>
#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <faceptor/geometry/label_png.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/resize.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/loading/loader.hpp>
#include <faceptor/published/table.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/transforms/chains.hpp>

using namespace faceptor;
namespace fs = std::filesystem;

namespace {

/// What stands for a data set here.
struct Stand {
  const char* task;
  Size picture;  // as the set has them
  int quality;   // of the JPEG files
  int files;
};

constexpr std::array<Stand, 7> kStands = {{{"recog_ms1mv3", {112, 112}, 95, 64},
                                           {"age_morph2", {200, 240}, 90, 64},
                                           {"biattr_celeba", {178, 218}, 90, 64},
                                           {"affect_affectnet", {224, 224}, 90, 64},
                                           {"affect_rafdb", {100, 100}, 90, 64},
                                           {"parsing_celebam", {1024, 1024}, 90, 12},
                                           {"align_300w", {640, 560}, 90, 24}}};

/// Pictures in files, all else in memory.
class Files final : public datasets::Dataset {
 public:
  Files(const Stand& stand, const fs::path& folder);

  const datasets::DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return annotations_.size(); }
  datasets::Annotation annotation(std::size_t index) const override { return annotations_[index]; }
  datasets::Sample read(std::size_t index) const override {
    datasets::Sample sample{annotations_[index], {}};
    const auto path = info_.root / sample.name;
    sample.image = read_image(path, {.apply_orientation = false});
    if (info_.kind == LabelKind::parsing) {
      sample.image = resize(sample.image, 512, 512, Filter::opencv_linear);
      sample.label = datasets::ParsingLabels{read_labels(fs::path(path).replace_extension(".png"))};
    }
    return sample;
  }

 private:
  datasets::DatasetInfo info_;
  std::vector<datasets::Annotation> annotations_;
};

/// Paints the files and lists them for `loader_pillow.py`: a line of file name, then box and points where the task has them.
Files::Files(const Stand& stand, const fs::path& folder) {
  const std::string task = stand.task;
  info_.format = task;
  info_.root = folder / task;
  fs::create_directories(info_.root);
  std::ofstream list(info_.root / "list.txt");
  const synthetic::SyntheticFaces faces(11, synthetic::SyntheticOptions{.size = {stand.picture.width, stand.picture.height}});
  for (int i = 0; i < stand.files; ++i) {
    auto face = faces.face(static_cast<std::uint64_t>(i));
    datasets::Annotation annotation;
    annotation.name = fmt::format("{}.jpg", i);
    annotation.label = datasets::ClassLabel{face.face.expression};
    list << annotation.name;
    if (task.starts_with("age")) annotation.label = datasets::AgeLabel{face.face.age};
    if (task.starts_with("biattr"))
      annotation.label = datasets::AttributeLabels{{face.face.attributes.begin(), face.face.attributes.end()}};
    if (task.starts_with("align")) {
      annotation.box = face.face.box;
      annotation.label = datasets::LandmarkLabels{face.face.landmarks.p68.points, {}};
      const auto& box = face.face.box;
      list << fmt::format(" {} {} {} {}", box.x0, box.y0, box.x1, box.y1);
      for (const auto& point : face.face.landmarks.p68.points) list << fmt::format(" {} {}", point.x, point.y);
    }
    if (task.starts_with("parsing")) {
      annotation.label = datasets::ParsingLabels{};
      const auto halved =
          synthetic::SyntheticFaces(11, synthetic::SyntheticOptions{.size = {512, 512}}).face(static_cast<std::uint64_t>(i));
      write_labels(info_.root / fmt::format("{}.png", i), {512, 512, halved.labels.celebamask});
    }
    list << '\n';
    write_jpeg(info_.root / annotation.name, face.image, stand.quality);
    annotations_.push_back(std::move(annotation));
  }
  info_.kind = datasets::kind_of(annotations_.front().label);
  if (!list.flush()) throw Error(ErrorCode::io, "benchmark: the list can't be written").where(info_.root.string());
}

using Rates = std::map<std::string, double>;  // pictures a second, by task, and "base" for steps of all

double rate(std::vector<loading::TaskSource> sources, int workers, double seconds) {
  std::int64_t pictures = 0;
  for (const auto& source : sources) pictures += source.batch;
  loading::Loader loader(published::base(), std::move(sources), {.steps = 1'000'000, .workers = workers});
  loader.next();
  const auto start = std::clock();
  double used = 0;
  std::int64_t done = 0;
  for (; used < seconds; used = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC) {
    loader.next();
    done += pictures;
  }
  return static_cast<double>(done) / used;
}

Rates measure(const std::vector<loading::TaskSource>& sources, int workers, double seconds) {
  Rates rates;
  for (const auto& source : sources) rates[source.task] = rate({source}, workers, seconds);
  rates["base"] = rate(sources, workers, seconds);
  return rates;
}

/// The figures of the program in Python. @throws Error(io) when it doesn't run
Rates measure_python(const std::string& python, const fs::path& folder, double seconds) {
  const auto command = fmt::format("'{}' benchmarks/loader_pillow.py '{}' {}", python, folder.string(), seconds);
  auto* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw Error(ErrorCode::io, "benchmark: Python can't be started").where(command);
  std::string text;
  for (int letter = std::fgetc(pipe); letter != EOF; letter = std::fgetc(pipe)) text.push_back(static_cast<char>(letter));
  if (::pclose(pipe) != 0) throw Error(ErrorCode::io, "benchmark: the program in Python failed").where(command);
  Rates rates;
  std::istringstream lines(text);
  std::string task;
  double value = 0;
  while (lines >> task >> value) rates[task] = value;
  return rates;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

/// A folder for the pictures, gone in the end.
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

void run(double seconds, const std::string& python) {
  const Folder folder;
  std::vector<loading::TaskSource> sources;
  for (const auto& stand : kStands) {
    const auto& row = published::row(stand.task);
    sources.push_back({stand.task, std::make_shared<Files>(stand, folder.path),
                       transforms::chain_named(row.chain, published::set_view(row), true), row.base_batch});
  }
  constexpr int kRounds = 3;
  const auto cores = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  fmt::print("pictures a second of one core, median of {} rounds of {:g} s in turn; {}, {} cores\n", kRounds, seconds, processor(), cores);
  std::map<std::string, std::array<std::vector<double>, 3>> all;
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& [task, value] : measure(sources, 0, seconds)) all[task][0].push_back(value);
    for (const auto& [task, value] : measure_python(python, folder.path, seconds)) all[task][1].push_back(value);
    all["base"][2].push_back(rate(sources, cores, seconds));
  }
  fmt::print("{:18} {:>12} {:>12} {:>8}\n", "task", "loader", "Python", "ratio");
  for (auto& [task, values] : all) {
    if (values[0].size() != kRounds || values[1].size() != kRounds)
      throw Error(ErrorCode::internal, "benchmark: a figure is missing").where(task);
    std::vector<double> ratios;
    for (int round = 0; round < kRounds; ++round) {
      ratios.push_back(values[0][static_cast<std::size_t>(round)] / values[1][static_cast<std::size_t>(round)]);
    }
    const auto [least, most] = std::ranges::minmax(ratios);
    fmt::print("{:18} {:12.0f} {:12.0f} {:8.2f} ({:.2f} to {:.2f})\n", task, median(values[0]), median(values[1]), median(ratios), least,
               most);
  }
  fmt::print("base with {} threads {:10.0f}\n", cores, median(all["base"][2]));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    torch::set_num_threads(1);
    run(argc > 1 ? std::max(0.1, std::atof(argv[1])) : 2, argc > 2 ? argv[2] : "python3");
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
