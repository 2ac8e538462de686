// From a photo to results in its own coordinates: read, find faces, analyze, read the results by type and name, draw.
//
//     example_02_a_photo                      prints what there is, writes nothing
//     example_02_a_photo drawn.png            also draws it
//     example_02_a_photo drawn.png my.jpg model.safetensors
//
// Without a weights file the model is an untrained one: its results mean nothing, and say so, but everything else is as it will be.
#include <fmt/format.h>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/weights/model_file.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/results/draw.hpp>

using namespace faceptor;

namespace {

weights::LoadedModel small_untrained_model() {
  TaskList tasks;
  tasks.add(published::age_morph2());
  tasks.add(published::affect_rafdb());
  tasks.add(published::biattr_celeba());
  tasks.add(published::align_300w().view(views::box(128, 0.8F)));
  tasks.add(published::parsing_lapa().view(views::box(128, 0.6F)));
  const SeedGuard seed(7);
  Faceptor model(FaceptorOptions(VitOptions(48, 4, 4, 16).image_side(112).projection(0))
                     .tasks(tasks)
                     .decoder(decoder::QueryDecoderOptions().hidden(32).ffn(64).layers(2).levels({3})));
  weights::LoadedModel loaded;
  loaded.model = model.ptr();
  loaded.info.untrained = true;
  return loaded;
}

void print(const Face& face) {
  fmt::print("  box ({:.0f}, {:.0f}) to ({:.0f}, {:.0f}), score {:.2f}\n", face.box.x0, face.box.y0, face.box.x1, face.box.y1, face.score);
  // By type, where there is one of it; by the task's name, where there may be several. A task that didn't run is an error that says so.
  if (face.has<AgeEstimate>()) fmt::print("  age         {:.1f} years\n", face.get<AgeEstimate>().years);
  if (face.has<Expression>()) fmt::print("  expression  {}\n", face.get<Expression>().label());
  if (face.has<Attributes>()) fmt::print("  attributes  {} of 40 present\n", face.get<Attributes>().present().size());
  if (face.has("align_300w")) {
    const auto& points = face.get<Landmarks>("align_300w");
    fmt::print("  landmarks   {} points, the first at ({:.1f}, {:.1f})\n", points.size(), points.points[0].x, points.points[0].y);
  }
  if (face.has<ParsingMap>()) {
    const auto& map = face.get<ParsingMap>();
    fmt::print("  parsing     {} x {} pixels from ({}, {})\n", map.width, map.height, map.x, map.y);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  const auto photo = read_image(argc > 2 ? argv[2] : "assets/photos/astronaut.jpg");
  // A face detector of your own goes in by AnalyzerOptions::detector, boxes that are known already by analyze(photo, faces).
  auto analyzer = argc > 3 ? FaceAnalyzer::load(argv[3]) : FaceAnalyzer(small_untrained_model());

  const auto result = analyzer.analyze(photo, argc > 2 ? argv[2] : "astronaut.jpg");
  fmt::print("{}: {} x {} pixels, {} face(s) found by \"{}\"{}\n", result.photo, result.width, result.height, result.size(),
             analyzer.detector().name(), result.untrained ? "; the weights are untrained: the results mean nothing" : "");
  for (const auto& face : result) print(face);

  if (argc > 1) write_png(argv[1], draw(photo, result));
} catch (const Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}

// Prints:
//
//     astronaut.jpg: 512 x 512 pixels, 1 face(s) found by "mtcnn"; the weights are untrained: the results mean nothing
//       box (180, 60) to (269, 174), score 1.00
//       age         49.4 years
//       expression  disgust
//       attributes  26 of 40 present
//       landmarks   68 points, the first at (224.2, 123.4)
//       parsing     165 x 165 pixels from (142, 41)
