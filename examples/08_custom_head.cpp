// A task of one's own down to the network: how a head is turned, from six numbers that a head of one's own makes.
//
// Numbers from 0 to 360 make a poor target: 359 and 1 are neighbours, and a network can't know. Six numbers that are turned into a
// rotation have no such seam (Zhou et al.: "On the continuity of rotation representations in neural networks", CVPR 2019). That is an
// output kind of one's own, with a head for Naive Faceptor and an interpreter for Faceptor; a loss that measures angles, a metric in
// degrees, and a result that has words and a line on the photo. Painted faces know how they are turned.
#include <fmt/format.h>

#include <array>
#include <numbers>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/results/photo_pen.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/tasks/task.hpp>
#include <faceptor/weights/model_file.hpp>

using namespace faceptor;

namespace {

/// Six numbers to a rotation: two columns made orthonormal, the third their cross product. B x 6 -> B x 3 x 3.
torch::Tensor rotations(const torch::Tensor& six) {
  const auto unit = [](const torch::Tensor& v) { return v / v.norm(2, 1, true).clamp_min(1e-8); };
  const auto a = unit(six.slice(1, 0, 3)), second = six.slice(1, 3, 6);
  const auto b = unit(second - (a * second).sum(1, true) * a);
  return torch::stack({a, b, torch::linalg_cross(a, b)}, 2);
}

/// The angle between rotations in radians, B. The labels are matrices too, row by row: B x 9.
torch::Tensor angles(const torch::Tensor& rotations, const torch::Tensor& labels) {
  const auto trace = (rotations * labels.view({-1, 3, 3})).sum({1, 2});
  return torch::acos(((trace - 1) / 2).clamp(-1 + 1e-6, 1 - 1e-6));
}

// ---- the output kind: what makes the six numbers ----

/// A last layer that begins with a face that looks straight ahead.
torch::nn::Linear rotation_layer(int64_t width) {
  torch::nn::Linear layer(width, 6);
  const torch::NoGradGuard no_grad;
  layer->weight.mul_(0.1);
  layer->bias.copy_(torch::tensor({1, 0, 0, 0, 1, 0}));
  return layer;
}

/// For Naive Faceptor: a convolution over the last feature, its mean, and a last layer a task, each under its task's name.
struct RotationHeadImpl : torch::nn::Cloneable<RotationHeadImpl>, heads::Head {
  explicit RotationHeadImpl(const heads::HeadContext& context)
      : read{context.backbone.levels() - 1}, width(context.backbone.width(read[0])), tasks(context.outputs) {
    reset();
  }
  void reset() override {
    conv = register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(width, width, 3).padding(1)));
    outputs = register_module("outputs", torch::nn::ModuleDict());
    for (const auto& own : tasks) outputs->update({{own.task, rotation_layer(width).ptr()}});
  }
  const std::vector<int64_t>& levels() const override { return read; }
  std::vector<torch::Tensor> forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) override {
    const auto shared = torch::relu(conv->forward(pyramid.at(read[0]))).mean({2, 3});  // B x D
    std::vector<torch::Tensor> made;
    for (const auto i : wanted) made.push_back(outputs[tasks[i].task]->as<torch::nn::Linear>()->forward(shared));  // B x 6
    return made;
  }

  std::vector<int64_t> read;
  int64_t width;
  std::vector<heads::HeadOutput> tasks;
  torch::nn::Conv2d conv{nullptr};
  torch::nn::ModuleDict outputs{nullptr};
};

/// For Faceptor: one query token a task, and one layer that reads it.
struct RotationInterpreterImpl : torch::nn::Cloneable<RotationInterpreterImpl>, decoder::Interpreter {
  explicit RotationInterpreterImpl(const decoder::InterpreterContext& context) : hidden(context.hidden) { reset(); }
  void reset() override { fc = register_module("fc", rotation_layer(hidden)); }
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const decoder::Memory&,
                                       std::span<const std::size_t>) override {
    std::vector<torch::Tensor> made;
    for (const auto& own : tokens) made.push_back(fc->forward(own.select(1, 0)));  // B x 1 x hidden -> B x 6
    return made;
  }

  int64_t hidden;
  torch::nn::Linear fc{nullptr};
};

struct RotationKind {
  static constexpr const char* kName = "rotation_6d";
  static constexpr bool kMaps = false;
  static int64_t queries(int64_t) { return 1; }
  static std::shared_ptr<heads::Head> make_head(const heads::HeadContext& context) { return std::make_shared<RotationHeadImpl>(context); }
  static std::shared_ptr<torch::nn::Module> make_interpreter(const decoder::InterpreterContext& context) {
    return std::make_shared<RotationInterpreterImpl>(context);
  }
};

// ---- loss, metric and result ----

struct Geodesic {
  static constexpr const char* kName = "geodesic";
  static constexpr std::array kLabels = {LabelKind::values};
  static losses::LabelNeeds needs(const losses::NoOptions&, int64_t) { return {{LabelKind::values}, 9}; }  // nine numbers, not six
  torch::Tensor operator()(const torch::Tensor& output, const losses::Labels& labels) const {
    return angles(rotations(output), labels.primary).mean();
  }
};

struct Degrees {
  static constexpr const char* kName = "degrees";
  static constexpr const char* kUnit = "degrees";
  torch::Tensor operator()(const torch::Tensor& predictions, const losses::Labels& labels) const {
    return angles(predictions, labels.primary) * (180 / std::numbers::pi);
  }
};

struct HeadPose {
  using Result = HeadPose;  // it is its own readout
  using Kind = RotationKind;
  static constexpr const char* kName = "head_pose";
  float yaw = 0, pitch = 0, roll = 0;  ///< radians

  static HeadPose read(const torch::Tensor& raw, const ReadoutContext& context) {
    const auto r = rotations(plain_output(raw, 1, context).unsqueeze(0))[0].contiguous();
    const auto at = [&](int row, int column) { return r.data_ptr<float>()[3 * row + column]; };
    return {std::asin(-at(2, 0)), std::atan2(at(2, 1), at(2, 2)), std::atan2(at(1, 0), at(0, 0))};
  }
  static torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec&) { return rotations(raw); }

  friend void to_json(nlohmann::json& out, const HeadPose& p) { out = {{"yaw", p.yaw}, {"pitch", p.pitch}, {"roll", p.roll}}; }
  friend std::string to_text(const HeadPose& p) {
    const auto degrees = [](float radians) { return radians * 180 / std::numbers::pi_v<float>; };
    return fmt::format("yaw {:.0f}°, pitch {:.0f}°, roll {:.0f}°", degrees(p.yaw), degrees(p.pitch), degrees(p.roll));
  }
  friend void draw_on(PhotoPen& pen, const HeadPose& p) {  // where the nose points to
    const auto nose = pen.face().center();
    const float reach = 0.5F * pen.face().width();
    pen.line(nose, {nose.x + reach * std::sin(p.yaw), nose.y + reach * std::sin(p.pitch)});
  }
};

auto pose_task() { return Task<RotationKind, Geodesic, HeadPose, Degrees>("pose").outputs(6).view(views::box(64, 0.8F)); }
// ---- that was it ----

std::array<float, 9> matrix_of(const synthetic::Appearance& a) {
  const float cy = std::cos(a.yaw), sy = std::sin(a.yaw), cp = std::cos(a.pitch), sp = std::sin(a.pitch), cr = std::cos(a.roll),
              sr = std::sin(a.roll);
  return {cr * cy, cr * sy * sp - sr * cp, cr * sy * cp + sr * sp, sr * cy, sr * sy * sp + cr * cp, sr * sy * cp - cr * sp, -sy, cy * sp,
          cy * cp};
}

struct Samples {
  torch::Tensor images;  ///< N x 3 x 64 x 64
  torch::Tensor labels;  ///< N x 9
};

Samples paint(const View& view, std::uint64_t first, int64_t count) {
  const synthetic::SyntheticFaces faces(8, synthetic::SyntheticOptions{.size = {128, 128}});
  Samples made{torch::empty({count, 3, view.height(), view.width()}), torch::empty({count, 9})};
  for (int64_t i = 0; i < count; ++i) {
    const auto sample = faces.face(first + static_cast<std::uint64_t>(i));
    const auto transform = ViewTransform::of(view, 128, 128, &sample.face.box);
    extract(sample.image, view, transform, {made.images[i].data_ptr<float>(), static_cast<std::size_t>(made.images[i].numel())});
    const auto truth = matrix_of(sample.face.appearance);
    std::copy(truth.begin(), truth.end(), made.labels[i].data_ptr<float>());
  }
  return made;
}

FaceModelPtr model_of(bool naive, const TaskList& tasks) {
  const auto vit = VitOptions(64, 3, 4, 8).image_side(64).projection(0).drop_path(0);
  if (naive) return std::make_shared<NaiveFaceptorImpl>(NaiveFaceptorOptions(vit).tasks(tasks));
  const auto decoder = decoder::QueryDecoderOptions().hidden(32).ffn(64).layers(2).levels({2});
  return std::make_shared<FaceptorImpl>(FaceptorOptions(vit).tasks(tasks).decoder(decoder));
}

}  // namespace

int main() {
  torch::set_num_threads(1);  // the quickest for a network this small
  for (const bool naive : {true, false}) {
    const SeedGuard seed(1);
    TaskList tasks;
    const auto pose = tasks.add(pose_task());
    const auto model = model_of(naive, tasks);
    const auto loss = tasks[0].make_loss();
    const auto train = paint(tasks[0].spec().view, 0, 512), unseen = paint(tasks[0].spec().view, 10'000, 128);
    torch::optim::AdamW optimizer(model->module().parameters(), torch::optim::AdamWOptions(2e-3));
    for (int step = 0; step < 300; ++step) {
      const auto rows = torch::randint(512, {32}, torch::kInt64);
      const auto total = loss->forward(model->run(train.images.index_select(0, rows))[0], train.labels.index_select(0, rows)).total;
      optimizer.zero_grad();
      total.backward();
      optimizer.step();
    }

    model->module().eval();
    const torch::NoGradGuard no_gradients;
    const auto metric = tasks[0].make_metric(), guess = tasks[0].make_metric();
    metric->add(tasks[0].predictions(model->run(unseen.images)[0]), unseen.labels);
    guess->add(torch::eye(3).expand({128, 3, 3}), unseen.labels);
    fmt::print("{}: {:.1f} degrees on unseen faces; looking straight ahead would be {:.1f}\n", naive ? "Naive Faceptor" : "Faceptor",
               metric->report()["degrees"].get<double>(), guess->report()["degrees"].get<double>());

    weights::LoadedModel loaded;
    loaded.model = model;
    FaceAnalyzer analyzer(std::move(loaded));
    const auto sample = synthetic::SyntheticFaces(8).face(20'003);
    const std::vector<Detection> found = {{sample.face.box, 1, std::nullopt}};
    const auto result = analyzer.analyze(sample.image, found, "painted");
    fmt::print("  one face: {}; painted with {}\n", to_text(result[0].get(pose)),
               to_text(HeadPose{sample.face.appearance.yaw, sample.face.appearance.pitch, sample.face.appearance.roll}));
  }
}

// Prints:
//
//     Naive Faceptor: 9.4 degrees on unseen faces; looking straight ahead would be 14.2
//       one face: yaw 15°, pitch 3°, roll 4°; painted with yaw 17°, pitch 5°, roll -0°
//     Faceptor: 11.0 degrees on unseen faces; looking straight ahead would be 14.2
//       one face: yaw 13°, pitch 1°, roll -1°; painted with yaw 17°, pitch 5°, roll -0°
//
// `faceptor::draw`, and `analyze --draw` of a program that knows the task, draw where the nose points to.
