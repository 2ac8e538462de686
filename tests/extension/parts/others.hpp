#pragma once

#include <torch/torch.h>

#include <faceptor/detectors/detectors.hpp>
#include <faceptor/evaluate/make_outcomes.hpp>
#include <faceptor/losses/classification.hpp>
#include <faceptor/metrics/parsing.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/tasks/task.hpp>
#include <faceptor/transforms/chains.hpp>

/// The rest of what can be plugged in, each as small as it can be.
namespace extension {

/// A head and an interpreter for an output kind of the library's.
class MeanHeadImpl : public torch::nn::Cloneable<MeanHeadImpl>, public faceptor::heads::Head {
 public:
  static constexpr const char* kName = "extension_mean";
  using Kind = faceptor::AttributeVector;
  explicit MeanHeadImpl(const faceptor::heads::HeadContext& context)
      : levels_{0}, width_(context.backbone.width(0)), tasks_(context.outputs) {
    reset();
  }
  void reset() override {
    outputs_ = register_module("outputs", torch::nn::ModuleDict());
    for (const auto& [task, count] : tasks_) outputs_->update({{task, torch::nn::Linear(width_, count).ptr()}});
  }
  const std::vector<std::int64_t>& levels() const override { return levels_; }
  std::vector<torch::Tensor> forward(const faceptor::FeaturePyramid& pyramid, std::span<const std::size_t> wanted) override {
    std::vector<torch::Tensor> made;
    for (const auto i : wanted) made.push_back(outputs_[tasks_.at(i).task]->as<torch::nn::Linear>()->forward(pyramid.at(0).mean({2, 3})));
    return made;
  }

 private:
  std::vector<std::int64_t> levels_;
  std::int64_t width_;
  std::vector<faceptor::heads::HeadOutput> tasks_;
  torch::nn::ModuleDict outputs_{nullptr};
};

class SumInterpreterImpl : public torch::nn::Cloneable<SumInterpreterImpl>, public faceptor::decoder::Interpreter {
 public:
  static constexpr const char* kName = "extension_sum";
  using Kind = faceptor::AttributeVector;
  explicit SumInterpreterImpl(const faceptor::decoder::InterpreterContext& context) : hidden_(context.hidden) { reset(); }
  void reset() override { scale_ = register_parameter("scale", torch::ones({hidden_})); }
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const faceptor::decoder::Memory&,
                                       std::span<const std::size_t>) override {
    std::vector<torch::Tensor> made;
    for (const auto& own : tokens) made.push_back((own * scale_).sum(-1));  // B x Q x hidden -> B x Q
    return made;
  }
  std::shared_ptr<faceptor::decoder::Interpreter> frozen(faceptor::nn::Precision) const override {
    auto frozen = std::make_shared<Frozen>();
    frozen->scale = scale_.detach();
    return frozen;
  }

 private:
  /// A product of a matrix and a vector, which makes no tensor as large as the tokens.
  struct Frozen : faceptor::decoder::Interpreter {
    torch::Tensor scale;
    std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const faceptor::decoder::Memory&,
                                         std::span<const std::size_t>) override {
      std::vector<torch::Tensor> made;
      for (const auto& own : tokens) made.push_back(own.matmul(scale));
      return made;
    }
  };

  std::int64_t hidden_;
  torch::Tensor scale_;
};

/// Whether a face looks to the left, read as `Side`, with a protocol of its own.
struct SideRow {
  std::size_t index = 0;
  bool right = false;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SideRow, index, right)

struct Side {
  using Result = Side;
  using Kind = faceptor::AttributeVector;
  static constexpr const char* kName = "extension_side";
  bool left = false;

  class Outcomes final : public faceptor::evaluate::RowOutcomes<SideRow> {
   public:
    using RowOutcomes::add;
    Outcomes(const faceptor::TaskSpec&, const faceptor::datasets::DatasetInfo&) {}
    void add(const faceptor::TaskResult& result, const faceptor::loading::EvaluationSample& sample) override {
      rows_.push_back({sample.index, result.get<Side>().left == (sample.annotation.columns.at("side") == "left")});
    }
    double error(std::size_t place) const override { return rows_.at(place).right ? 0 : 1; }
    std::vector<faceptor::evaluate::Figure> figures(std::span<const std::size_t> chosen) const override {
      double right = 0;
      for (const auto place : chosen) right += rows_.at(place).right ? 1 : 0;
      return {{"right sides", faceptor::evaluate::Unit::share, false, right / static_cast<double>(chosen.size())}};
    }
    std::vector<std::string> protocol() const override { return {"A face looks to the left if the output is over 0."}; }
    std::vector<faceptor::evaluate::Plot> plots(const nlohmann::json&) const override {
      return {faceptor::evaluate::Bars{"Sides", {{"right", 0.5}}}};
    }
    nlohmann::json details() const override { return {{"faces", rows_.size()}}; }
  };

  static Side read(const torch::Tensor& raw, const faceptor::ReadoutContext&) { return {raw[0].item<float>() > 0}; }
  friend void to_json(nlohmann::json& out, const Side& side) { out = {{"left", side.left}}; }
};

/// The loss of that task takes the set's rotations, of which it looks at the yaw alone: labels needn't look like outputs.
struct SideLoss {
  static constexpr const char* kName = "extension_side";
  static constexpr std::array kLabels = {faceptor::LabelKind{"rotation"}};
  struct Options {
    double sharpness = 1;
    template <class Visitor>
    void each_field(Visitor&& visit) {
      visit("sharpness", sharpness);
    }
  };
  Options options;
  faceptor::losses::LossValue operator()(const torch::Tensor& output, const faceptor::losses::Labels& labels) const {
    const auto left = (labels.primary.select(1, 2).select(1, 0) > 0).to(output.scalar_type()).unsqueeze(1);  // -sin(yaw) > 0
    return {torch::nn::functional::binary_cross_entropy_with_logits(output * options.sharpness, left),
            {},
            faceptor::losses::share_of((output > 0) == (left > 0.5))};
  }
};

struct SideMetric {
  static constexpr const char* kName = "extension_sides";
  static constexpr bool kLessIsBetter = false;
  static constexpr bool kShare = true;
  torch::Tensor operator()(const torch::Tensor& predictions, const faceptor::losses::Labels& labels) const {
    return ((predictions.select(1, 0) > 0) == (labels.primary.select(1, 2).select(1, 0) > 0)).to(torch::kFloat64);
  }
};

using SideTask = faceptor::Task<faceptor::AttributeVector, SideLoss, Side, SideMetric>;
inline SideTask side_task() {
  return SideTask("side")
      .outputs(1)
      .view(faceptor::views::whole(64))
      .loss({.sharpness = 2})
      .head<MeanHeadImpl>()
      .interpreter<SumInterpreterImpl>();
}

/// A soft mask, of types that all come with the library.
inline auto mask_task() {
  return faceptor::Task<faceptor::DenseMap, faceptor::losses::BinaryCrossEntropy, faceptor::SoftMasks, faceptor::metrics::MeanIoU>("mask")
      .labels({"head"})
      .view(faceptor::views::whole(64));
}

/// A detector that finds one face: the middle of the photo.
struct MiddleDetector final : faceptor::FaceDetector {
  static constexpr const char* kName = "middle";
  std::string name() const override { return kName; }
  std::vector<faceptor::Detection> detect(const faceptor::Image& photo) const override {
    const auto width = static_cast<float>(photo.width()), height = static_cast<float>(photo.height());
    return {{faceptor::Box{0.1F * width, 0.1F * height, 0.9F * width, 0.9F * height}, 0.75F, std::nullopt}};
  }
};

inline void register_others() {
  faceptor::register_detector<MiddleDetector>();
  faceptor::transforms::register_chain("extension_plain",
                                       [](const faceptor::View& view, bool) { return faceptor::transforms::view_test(view); });
}

}  // namespace extension
