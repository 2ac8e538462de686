#pragma once

#include <torch/torch.h>

#include <array>
#include <cmath>
#include <faceptor/datasets/own_label.hpp>
#include <faceptor/results/photo_pen.hpp>
#include <faceptor/tasks/task.hpp>
#include <numbers>
#include <string>

/// How a head is turned: an output kind, a head, an interpreter, a label kind, a loss, a metric and a result, none of them faceptor's.
namespace extension {

using faceptor::LabelKind;

/// Six numbers to a rotation (Zhou et al.: "On the continuity of rotation representations in neural networks", CVPR 2019): two columns
/// made orthonormal, the third their cross product.
/// @param six  B x 6  @return B x 3 x 3
inline torch::Tensor rotations(const torch::Tensor& six) {
  const auto unit = [](const torch::Tensor& v) { return v / v.norm(2, 1, true).clamp_min(1e-8); };
  const auto a = unit(six.slice(1, 0, 3));
  const auto second = six.slice(1, 3, 6);
  const auto b = unit(second - (a * second).sum(1, true) * a);
  return torch::stack({a, b, torch::linalg_cross(a, b)}, 2);
}

/// The angle between rotations, in radians. @param a, b  B x 3 x 3  @return B
inline torch::Tensor angles(const torch::Tensor& a, const torch::Tensor& b) {
  const auto trace = (a * b.to(a.scalar_type())).sum({1, 2});
  return torch::acos(((trace - 1) / 2).clamp(-1 + 1e-6, 1 - 1e-6));
}

/// Naive Faceptor's head: the mean of the last feature, one linear layer a task.
class RotationHeadImpl : public torch::nn::Cloneable<RotationHeadImpl>, public faceptor::heads::Head {
 public:
  explicit RotationHeadImpl(const faceptor::heads::HeadContext& context)
      : levels_{context.backbone.levels() - 1}, width_(context.backbone.width(levels_[0])), tasks_(context.outputs) {
    reset();
  }
  void reset() override {
    outputs_ = register_module("outputs", torch::nn::ModuleDict());
    for (const auto& [task, count] : tasks_) outputs_->update({{task, torch::nn::Linear(width_, count).ptr()}});
  }
  const std::vector<std::int64_t>& levels() const override { return levels_; }
  std::vector<torch::Tensor> forward(const faceptor::FeaturePyramid& pyramid, std::span<const std::size_t> wanted) override {
    const auto mean = pyramid.tokens(levels_[0]).mean(1);  // B x L x D -> B x D
    std::vector<torch::Tensor> made;
    for (const auto i : wanted) made.push_back(outputs_[tasks_.at(i).task]->as<torch::nn::Linear>()->forward(mean));
    return made;
  }

 private:
  std::vector<std::int64_t> levels_;
  std::int64_t width_;
  std::vector<faceptor::heads::HeadOutput> tasks_;
  torch::nn::ModuleDict outputs_{nullptr};
};

/// Faceptor's interpreter: one token a task, one linear layer for all of them.
class RotationInterpreterImpl : public torch::nn::Cloneable<RotationInterpreterImpl>, public faceptor::decoder::Interpreter {
 public:
  explicit RotationInterpreterImpl(const faceptor::decoder::InterpreterContext& context) : hidden_(context.hidden) { reset(); }
  void reset() override { fc_ = register_module("fc", torch::nn::Linear(hidden_, 6)); }
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const faceptor::decoder::Memory&,
                                       std::span<const std::size_t>) override {
    std::vector<torch::Tensor> made;
    for (const auto& own : tokens) made.push_back(fc_->forward(own.select(1, 0)));  // B x 1 x hidden -> B x 6
    return made;
  }

 private:
  std::int64_t hidden_;
  torch::nn::Linear fc_{nullptr};
};

/// The output kind: six numbers.
struct RotationKind {
  static constexpr const char* kName = "rotation_6d";
  static constexpr bool kMaps = false;
  static std::int64_t queries(std::int64_t) { return 1; }
  static std::shared_ptr<faceptor::heads::Head> make_head(const faceptor::heads::HeadContext& context) {
    return std::make_shared<RotationHeadImpl>(context);
  }
  static std::shared_ptr<torch::nn::Module> make_interpreter(const faceptor::decoder::InterpreterContext& context) {
    return std::make_shared<RotationInterpreterImpl>(context);
  }
};

/// The label: a rotation matrix, row by row. A mirrored head is turned the other way.
struct Rotation {
  static constexpr LabelKind kKind{"rotation"};
  std::array<float, 9> matrix{1, 0, 0, 0, 1, 0, 0, 0, 1};

  /// @param yaw, pitch, roll  in degrees: to the side, up, in the plane
  static Rotation of(float yaw, float pitch, float roll) {
    const auto radians = [](float degrees) { return degrees * std::numbers::pi_v<float> / 180; };
    const float cy = std::cos(radians(yaw)), sy = std::sin(radians(yaw)), cp = std::cos(radians(pitch)), sp = std::sin(radians(pitch)),
                cr = std::cos(radians(roll)), sr = std::sin(radians(roll));
    return {{cr * cy, cr * sy * sp - sr * cp, cr * sy * cp + sr * sp, sr * cy, sr * sy * sp + cr * cp, sr * sy * cp - cr * sp, -sy, cy * sp,
             cy * cp}};
  }

  static std::vector<std::int64_t> shape(std::int64_t) { return {3, 3}; }
  void write(std::span<float> row) const { std::copy(matrix.begin(), matrix.end(), row.begin()); }
  void mirror() {
    for (const int i : {1, 2, 3, 6}) matrix[static_cast<std::size_t>(i)] = -matrix[static_cast<std::size_t>(i)];
  }
};

/// The loss: the mean angle to the true rotation.
struct Geodesic {
  static constexpr const char* kName = "geodesic";
  static constexpr std::array kLabels = {Rotation::kKind};
  torch::Tensor operator()(const torch::Tensor& output, const faceptor::losses::Labels& labels) const {
    return angles(rotations(output), labels.primary).mean();
  }
};

/// The metric: the same in degrees.
struct Degrees {
  static constexpr const char* kName = "degrees";
  static constexpr const char* kUnit = "degrees";
  torch::Tensor operator()(const torch::Tensor& predictions, const faceptor::losses::Labels& labels) const {
    return angles(predictions, labels.primary) * (180 / std::numbers::pi);
  }
};

/// The result, which is its own readout.
struct HeadPose {
  using Result = HeadPose;
  using Kind = RotationKind;
  static constexpr const char* kName = "head_pose";
  static constexpr std::string_view kTypeName = "HeadPose";
  float yaw = 0, pitch = 0, roll = 0;  ///< degrees

  static HeadPose read(const torch::Tensor& raw, const faceptor::ReadoutContext& context) {
    const auto r = rotations(faceptor::plain_output(raw, 1, context).unsqueeze(0))[0].contiguous();
    const auto at = [&](int row, int column) { return r.data_ptr<float>()[3 * row + column]; };
    const auto degrees = [](float radians) { return radians * 180 / std::numbers::pi_v<float>; };
    return {degrees(std::asin(-at(2, 0))), degrees(std::atan2(at(2, 1), at(2, 2))), degrees(std::atan2(at(1, 0), at(0, 0)))};
  }
  static torch::Tensor predictions(const torch::Tensor& raw, const faceptor::TaskSpec&) { return rotations(raw); }

  friend void to_json(nlohmann::json& out, const HeadPose& p) { out = {{"yaw", p.yaw}, {"pitch", p.pitch}, {"roll", p.roll}}; }
  friend void from_json(const nlohmann::json& in, HeadPose& p) { p = {in.at("yaw"), in.at("pitch"), in.at("roll")}; }
  friend std::string to_text(const HeadPose& p) { return "yaw " + std::to_string(std::lround(p.yaw)) + "°"; }
  friend void draw_on(faceptor::PhotoPen& pen, const HeadPose& p) {
    const auto nose = pen.face().center();
    const float reach = 0.5F * pen.face().width(), unit = std::numbers::pi_v<float> / 180;
    pen.line(nose, {nose.x + reach * std::sin(p.yaw * unit), nose.y - reach * std::sin(p.pitch * unit)});
  }
};

using PoseTask = faceptor::Task<RotationKind, Geodesic, HeadPose, Degrees>;

inline PoseTask pose_task() { return PoseTask("pose").outputs(6).view(faceptor::views::whole(64)); }

}  // namespace extension
