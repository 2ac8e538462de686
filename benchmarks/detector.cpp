// How fast faces are found: one thread, beside facenet-pytorch's MTCNN where a Python that has it is named.
//
// usage: benchmark_detector [SECONDS [PYTHON [PHOTO...]]]      run in the root of the project
//
// A 12-megapixel photo with one face and one with twelve small ones, a frame of 640 x 480 with a face and one without, and PHOTO. Times are
// processor time of the fastest search, so that other work beside it counts little. The program and Python take turns, photo by photo.
#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/detectors/mtcnn_detector.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/resize.hpp>
#include <faceptor/image/write.hpp>
#include <fmt/format.h>

namespace fs = std::filesystem;
using namespace faceptor;

namespace {

struct Timed {
  std::size_t faces = 0;
  double milliseconds = std::numeric_limits<double>::infinity();
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Timed timed(const MtcnnDetector& detector, const Image& photo, double seconds) {
  Timed best;
  for (double spent = 0; spent < seconds || spent == 0;) {
    const double start = processor_seconds();
    best.faces = detector.detect(photo).size();
    const double took = processor_seconds() - start;
    best.milliseconds = std::min(best.milliseconds, 1000 * took);
    spent += took;
  }
  return best;
}

std::optional<Timed> in_python(const std::string& python, const fs::path& photo, float min_face, double seconds) {
  const auto command = fmt::format("\"{}\" benchmarks/detector_facenet.py {} {} \"{}\"", python, seconds, min_face, photo.string());
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  Timed result;
  const bool read = std::fscanf(pipe, "%zu %lf", &result.faces, &result.milliseconds) == 2;
  return pclose(pipe) == 0 && read ? std::optional(result) : std::nullopt;
}

Image grey(int width, int height) {
  Image image(width, height);
  std::fill(image.pixels().begin(), image.pixels().end(), std::uint8_t{96});
  return image;
}

void paste(Image& canvas, const Image& picture, int left, int top) {
  for (int y = 0; y < picture.height(); ++y) std::copy_n(picture.at(0, y), 3 * picture.width(), canvas.at(left, top + y));
}

/// A photo without a face that isn't smooth: the upper left corner of a portrait's background, enlarged and mirrored.
Image without_face(const Image& portrait) {
  Image corner(150, 112);
  for (int y = 0; y < corner.height(); ++y) std::copy_n(portrait.at(0, y), 3 * corner.width(), corner.at(0, y));
  return resize(corner, 640, 480);
}

}  // namespace

int main(int argc, char** argv) try {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
  const std::string python = argc > 2 ? argv[2] : "";
  torch::set_num_threads(1);
  const auto folder = fs::temp_directory_path() / fmt::format("faceptor-detector-{}", std::time(nullptr));
  fs::create_directories(folder);

  const auto portrait = read_image("assets/photos/astronaut.jpg");
  auto crowd = grey(3600, 2700), frame = grey(640, 480);
  const auto small = resize(portrait, 600, 600);  // the face is about 105 pixels wide
  for (int i = 0; i < 12; ++i) paste(crowd, small, 100 + 900 * (i % 4), 100 + 900 * (i / 4));
  paste(frame, resize(portrait, 480, 480), 80, 0);
  std::vector<fs::path> photos;
  const auto add = [&](const char* name, const Image& image) {
    photos.push_back(folder / name);
    write_png(photos.back(), image);
  };
  add("one-face-12-megapixels.png", resize(portrait, 3464, 3464));
  add("twelve-faces-3600x2700.png", crowd);
  add("face-640x480.png", frame);
  add("no-face-640x480.png", without_face(portrait));
  for (int i = 3; i < argc; ++i) photos.emplace_back(argv[i]);

  fmt::print("{:<34}{:>9}{:>7}{:>12}{:>14}{:>10}{:>8}\n", "photo", "min face", "faces", "upright ms", "turned too ms", "Python ms", "ratio");
  for (const auto& path : photos) {
    const auto photo = read_image(path);
    for (const float min_face : {20.0F, 40.0F}) {
      const MtcnnDetector upright({.min_face = min_face, .upright_only = true}), turning({.min_face = min_face});
      const auto here = timed(upright, photo, seconds);
      const auto all = here.faces > 0 ? here : timed(turning, photo, seconds);
      fmt::print("{:<34}{:>9}{:>7}{:>12.1f}{:>14.1f}", path.filename().string(), min_face, here.faces, here.milliseconds, all.milliseconds);
      if (const auto there = python.empty() ? std::nullopt : in_python(python, path, min_face, seconds)) {
        fmt::print("{:>10.1f}{:>8.2f}{}", there->milliseconds, there->milliseconds / here.milliseconds,
                   there->faces == here.faces ? "" : fmt::format("  ({} faces)", there->faces));
      }
      fmt::print("\n");
      std::fflush(stdout);
    }
  }
  fs::remove_all(folder);
} catch (const Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
