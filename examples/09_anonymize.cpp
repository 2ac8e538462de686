// Faces made unrecognisable: the pixels that parsing calls face are replaced by coarse blocks; hair, clothes and everything else stay.
//
//     example_09_anonymize                      says what it would change in the astronaut's portrait, writes nothing
//     example_09_anonymize out.png [my.jpg [model.safetensors]]
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/results/parsing_map.hpp>

using namespace faceptor;

namespace {

/// The classes that tell who somebody is, of either published set.
bool is_face(const std::string& name) {
  static const std::set<std::string> kOthers = {"background", "neck", "cloth", "hair", "hat", "ear_r", "neck_l"};
  return !kOthers.contains(name);
}

/// Whether each pixel of the photo is part of the face. Where the mask is hardly anything of the box, all of the box is: better too much.
std::vector<bool> mask_of(const Face& face, const Image& photo) {
  std::vector<bool> mask(static_cast<std::size_t>(photo.width()) * photo.height());
  const auto set = [&](int x, int y) {
    if (x < 0 || y < 0 || x >= photo.width() || y >= photo.height()) return false;
    mask[static_cast<std::size_t>(y) * photo.width() + x] = true;
    return true;
  };
  const auto& map = face.get<ParsingMap>();
  std::size_t masked = 0;
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      const auto label = map.labels[static_cast<std::size_t>(y) * map.width + x];
      if (is_face(map.classes[label])) masked += set(map.x + x, map.y + y);
    }
  }
  if (static_cast<float>(masked) < 0.3F * face.box.width() * face.box.height()) {
    for (int y = static_cast<int>(face.box.y0); y <= face.box.y1; ++y) {
      for (int x = static_cast<int>(face.box.x0); x <= face.box.x1; ++x) set(x, y);
    }
  }
  return mask;
}

/// Replaces what is masked by blocks of one colour. @return how many pixels that were
std::size_t pixelate(Image& photo, const std::vector<bool>& mask, int block) {
  std::size_t changed = 0;
  for (int top = 0; top < photo.height(); top += block) {
    for (int left = 0; left < photo.width(); left += block) {
      std::array<std::uint64_t, 4> sums{};  // three colours, and how many pixels
      const auto each = [&](auto&& visit) {
        for (int y = top; y < std::min(top + block, photo.height()); ++y) {
          for (int x = left; x < std::min(left + block, photo.width()); ++x) {
            if (mask[static_cast<std::size_t>(y) * photo.width() + x]) visit(photo.at(x, y));
          }
        }
      };
      each([&](const std::uint8_t* pixel) {
        for (std::size_t c = 0; c < 3; ++c) sums[c] += pixel[c];
        ++sums[3];
      });
      each([&](std::uint8_t* pixel) {
        for (std::size_t c = 0; c < 3; ++c) pixel[c] = static_cast<std::uint8_t>(sums[c] / sums[3]);
      });
      changed += sums[3];
    }
  }
  return changed;
}

}  // namespace

int main(int argc, char** argv) try {
  auto photo = read_image(argc > 2 ? argv[2] : "assets/photos/astronaut.jpg");
  const auto analyzer = FaceAnalyzer::load(argc > 3 ? argv[3] : "assets/models/faceptor-demo.safetensors", {.tasks = {"parsing"}});
  for (const auto& face : analyzer.analyze(photo)) {
    // Six blocks across a face: too coarse to tell people apart.
    const int block = std::max(4, static_cast<int>(face.box.width() / 6));
    const auto changed = pixelate(photo, mask_of(face, photo), block);
    fmt::print("a face of {:.0f} x {:.0f} pixels: {} changed, in blocks of {}\n", face.box.width(), face.box.height(), changed, block);
  }
  if (argc > 1) write_png(argv[1], photo);
} catch (const Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}

// Prints:
//
//     a face of 89 x 113 pixels: 7571 changed, in blocks of 14
