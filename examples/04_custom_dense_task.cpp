// A soft map of one's own: how much of each pixel is hair, from 0 to 1, with a loss of one's own.
//
// Landmarks and parsing are dense maps with a meaning the library knows. Any other map comes back as `Maps`, here by `SoftMasks`:
// a sigmoid, brought to the photo.
#include <fmt/format.h>

#include <array>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/tasks/task.hpp>
#include <faceptor/weights/model_file.hpp>

using namespace faceptor;

namespace {

// ---- the task ----
/// The cross entropy of soft masks. Output: logits B x Q x h x w. Labels: shares of the same shape, 0 to 1. (`BinaryCrossEntropy` would do
/// as well, and resizes.)
struct AlphaLoss {
  static constexpr const char* kName = "alpha";
  static constexpr std::array kLabels = {LabelKind::soft_maps};
  torch::Tensor operator()(const torch::Tensor& output, const losses::Labels& labels) const {
    return torch::binary_cross_entropy_with_logits(output, labels.primary, {}, {}, at::Reduction::Mean);
  }
};

auto hair_task() {
  return Task<DenseMap, AlphaLoss, SoftMasks, metrics::MeanAbsoluteError>("hair_alpha").labels({"hair"}).view(views::box(64, 0.5F));
}
// ---- that was it ----

struct Samples {
  torch::Tensor images;  ///< N x 3 x 64 x 64
  torch::Tensor shares;  ///< N x 1 x side x side
};

Samples paint(const View& view, int64_t side, std::uint64_t first, int64_t count) {
  const synthetic::SyntheticFaces faces(5, synthetic::SyntheticOptions{.size = {128, 128}});
  const auto names = results::kCelebaMaskHqClasses.names();
  const auto hair = static_cast<std::uint8_t>(std::find(names.begin(), names.end(), "hair") - names.begin());
  Samples made{torch::empty({count, 3, view.height(), view.width()}), torch::empty({count, 1, side, side})};
  for (int64_t i = 0; i < count; ++i) {
    const auto sample = faces.face(first + static_cast<std::uint64_t>(i));
    const auto transform = ViewTransform::of(view, 128, 128, &sample.face.box);
    extract(sample.image, view, transform, {made.images[i].data_ptr<float>(), static_cast<std::size_t>(made.images[i].numel())});
    // The labels take the same way: white where there is hair, cut like the photo, then averaged over each cell of the map.
    Image white(128, 128);
    for (std::size_t p = 0; p < white.pixels().size(); ++p) white.pixels()[p] = sample.labels.celebamask[p / 3] == hair ? 255 : 0;
    auto cut = torch::empty({3, view.height(), view.width()});
    extract(white, View(view).mean({0, 0, 0}).std({1, 1, 1}), transform, {cut.data_ptr<float>(), static_cast<std::size_t>(cut.numel())});
    made.shares[i] = torch::adaptive_avg_pool2d(cut.unsqueeze(0).slice(1, 0, 1), {side, side})[0];
  }
  return made;
}

}  // namespace

int main() {
  const SeedGuard seed(1);
  torch::set_num_threads(1);  // the quickest for a network this small
  TaskList tasks;
  const auto hair = tasks.add(hair_task());
  Faceptor model(FaceptorOptions(VitOptions(48, 3, 4, 8).image_side(64).projection(0).drop_path(0))
                     .tasks(tasks)
                     .decoder(decoder::QueryDecoderOptions().hidden(32).ffn(64).layers(2).levels({2})));
  const auto& task = tasks.at("hair_alpha");

  int64_t side = 0;
  {
    const torch::NoGradGuard no_gradients;
    side = model->run(torch::zeros({1, 3, 64, 64}))[hair.index()].size(2);
  }
  fmt::print("a map of {0} x {0} for a view of 64 x 64\n", side);

  const auto loss = task.make_loss();
  torch::optim::AdamW optimizer(model->parameters(), torch::optim::AdamWOptions(2e-3));
  const auto train = paint(task.spec().view, side, 0, 256);
  for (int step = 0; step < 120; ++step) {
    const auto rows = torch::randint(256, {16}, torch::kInt64);
    const auto value = loss->forward(model->run(train.images.index_select(0, rows))[0], train.shares.index_select(0, rows)).total;
    optimizer.zero_grad();
    value.backward();
    optimizer.step();
    if (step % 40 == 0) fmt::print("step {:>3}: loss {:.3f}\n", step, value.item<float>());
  }

  model->eval();
  const torch::NoGradGuard no_gradients;
  const auto unseen = paint(task.spec().view, side, 10'000, 64);
  const auto metric = task.make_metric();
  metric->add(model->run(unseen.images)[0].sigmoid(), unseen.shares);
  fmt::print("unseen faces: {}; a guess that is the same everywhere: {:.3f}\n", metric->report().dump(),
             (unseen.shares - train.shares.mean()).abs().mean().item<float>());

  // On a photo the map covers the part that the view shows, in the photo's own coordinates.
  const auto sample = synthetic::SyntheticFaces(5).face(20'000);
  weights::LoadedModel loaded;
  loaded.model = model.ptr();
  FaceAnalyzer analyzer(std::move(loaded));
  const std::vector<Detection> found = {{sample.face.box, 1, sample.face.five_points}};
  const auto result = analyzer.analyze(sample.image, found);
  const auto& map = result[0].get(hair);
  const auto& box = sample.face.box;
  const Point nose = sample.face.five_points[2];
  fmt::print("one photo: {} x {} values over ({:.1f}, {:.1f}) to ({:.1f}, {:.1f}); on the nose {:.2f}, above the face {:.2f}\n", map.width,
             map.height, map.roi.x0, map.roi.y0, map.roi.x1, map.roi.y1, map.at("hair", nose),
             map.at("hair", {nose.x, box.y0 - 0.1F * box.height()}));
}

// Prints:
//
//     a map of 32 x 32 for a view of 64 x 64
//     step   0: loss 0.693
//     step  40: loss 0.223
//     step  80: loss 0.169
//     unseen faces: {"mean_absolute_error":0.05937083388665902,"values":65536}; a guess that is the same everywhere: 0.220
//     one photo: 48 x 64 values over (16.5, -0.5) to (210.5, 255.5); on the nose 0.00, above the face 0.76
