/// How long the published chains take for a sample, step by step; and, given a file name, what they do to painted faces.
///
///     benchmark_transforms                # milliseconds of one processor
///     benchmark_transforms sheet.jpg      # a contact sheet: a chain a row, a draw a column
#include <faceptor/image/draw.hpp>
#include <faceptor/image/resize.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/transforms/chains.hpp>
#include <faceptor/transforms/published_chains.hpp>

#include <ctime>
#include <string>
#include <vector>

#include <fmt/format.h>

using namespace faceptor;
using datasets::Sample;
using transforms::Chain;

namespace {

enum class Labels { none, points, celebamask, lapa };

struct Row {
  const char* name;
  Chain chain;
  Labels labels;
  Size photo;
  bool clip;  ///< CLIP's colours, else -1..1
};

std::vector<Row> rows() {
  transforms::ViewTrainOptions own;
  own.mirror.sides = transforms::Sides::of_scheme("68");
  return {{"identity_train", transforms::published::identity_train(), Labels::none, {112, 112}, false},
          {"face112_train", transforms::published::face112_train(), Labels::none, {178, 218}, false},
          {"parsing_celebam_train", transforms::published::parsing_celebam_train(), Labels::celebamask, {512, 512}, true},
          {"parsing_lapa_train", transforms::published::parsing_lapa_train(), Labels::lapa, {640, 560}, true},
          {"landmarks_train(0.8)", transforms::published::landmarks_train(0.8), Labels::points, {640, 560}, true},
          {"view_train(box 256)", transforms::view_train(views::box(256, 0.8F), own), Labels::points, {640, 560}, false},
          {"landmarks_test(0.8)", transforms::published::landmarks_test(0.8), Labels::points, {640, 560}, true}};
}

Sample sample_of(const Row& row, std::uint64_t index) {
  const bool small = row.labels == Labels::none;
  const auto options = synthetic::SyntheticOptions{.size = {row.photo.width, row.photo.height}, .zoom = small ? 1.3F : 0.8F};
  auto painted = synthetic::SyntheticFaces(23, options).face(index);
  Sample sample;
  sample.name = std::to_string(index);
  if (row.labels == Labels::points) sample.label = datasets::LandmarkLabels{painted.face.landmarks.p68.points, {}};
  if (row.labels == Labels::celebamask)
    sample.label = datasets::ParsingLabels{{row.photo.width, row.photo.height, painted.labels.celebamask}};
  if (row.labels == Labels::lapa) sample.label = datasets::ParsingLabels{{row.photo.width, row.photo.height, painted.labels.lapa}};
  sample.box = painted.face.box;
  sample.points = painted.face.five_points;
  sample.image = std::move(painted.image);
  return sample;
}

/// A prepared picture with its labels, as people see it.
Image cell(const Row& row, const transforms::Prepared& prepared, int side) {
  transforms::PlanarImage planes(prepared.size);
  planes.values = prepared.image;
  for (std::size_t c = 0; c < 3; ++c) {
    const float mean = row.clip ? views::kClipMean[c] : 0.5F, deviation = row.clip ? views::kClipStd[c] : 0.5F;
    for (auto& value : planes.plane(c)) value = value * deviation + mean;
  }
  Image image = transforms::to_bytes(planes);
  Canvas canvas(image);
  const auto side_of_crop = static_cast<float>(prepared.size.width);
  if (const auto* landmarks = std::get_if<datasets::LandmarkLabels>(&prepared.label)) {
    for (const auto& point : landmarks->points) canvas.disc({point.x, point.y}, side_of_crop / 80, {80, 255, 180});
  }
  if (const auto* parsing = std::get_if<datasets::ParsingLabels>(&prepared.label)) {
    auto colors = (row.labels == Labels::lapa ? results::kLapaClasses : results::kCelebaMaskHqClasses).colors();
    for (auto& color : colors) color = color.with_alpha(&color == colors.data() ? 0.0F : 0.55F);
    const CanvasRect all{-0.5F, -0.5F, side_of_crop - 0.5F, static_cast<float>(prepared.size.height) - 0.5F};
    canvas.labels({parsing->classes.labels, parsing->classes.width, parsing->classes.height, colors, all});
  }
  return resize(image, side, side);
}

void write_sheet(const std::string& path) {
  constexpr int kSide = 128, kGap = 3, kColumns = 9;
  const auto all = rows();
  Image sheet(kColumns * (kSide + kGap) + kGap, static_cast<int>(all.size()) * (kSide + kGap) + kGap);
  Canvas canvas(sheet);
  canvas.fill({255, 255, 255});
  for (std::size_t r = 0; r < all.size(); ++r) {
    for (int column = 0; column < kColumns; ++column) {
      const auto sample = sample_of(all[r], static_cast<std::uint64_t>(column / 3));
      const auto prepared = all[r].chain(sample, Random(5, {r, static_cast<std::uint64_t>(column)}));
      canvas.paste(cell(all[r], prepared, kSide), kGap + column * (kSide + kGap), kGap + static_cast<int>(r) * (kSide + kGap));
    }
  }
  write_jpeg(path, sheet, 88);
}

/// Of the processor, so that others on the machine don't count.
template <class Action>
double milliseconds(const Action& action) {
  int runs = 0;
  double elapsed = 0;
  for (const auto start = std::clock(); elapsed < 500; elapsed = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC) {
    action(static_cast<std::uint64_t>(runs++));
  }
  return elapsed / runs;
}

void print_times() {
  for (const auto& row : rows()) {
    const auto sample = sample_of(row, 0);
    fmt::print("{:24} {:7.2f} ms\n", row.name, milliseconds([&](std::uint64_t i) { row.chain(sample, Random(i)); }));
    // A step costs what the chain up to it costs more than the chain before it.
    Chain growing;
    double before = 0;
    for (const auto& name : row.chain.names()) {
      growing.then(name, row.chain.at(name));
      const double time = milliseconds([&](std::uint64_t i) { growing.run(sample, Random(i)); });
      fmt::print("    {:20} {:7.2f} ms\n", name, time - before);
      before = time;
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count > 1) {
      write_sheet(arguments[1]);
    } else {
      print_times();
    }
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
