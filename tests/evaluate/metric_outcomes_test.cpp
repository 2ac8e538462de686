#include "evaluate/samples.hpp"

#include <cmath>
#include <faceptor/evaluate/evaluate.hpp>
#include <faceptor/evaluate/make_outcomes.hpp>
#include <faceptor/losses/classification.hpp>
#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/metrics/parsing.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/tasks/task.hpp>

#include "support/error_of.hpp"

using namespace faceptor;
using namespace evaluate_test;

namespace {

/// Pictures whose left half is black and right half white, and the map that says so.
class Halves final : public datasets::Dataset {
 public:
  explicit Halves(std::size_t count) : count_(count) {
    info_.format = "halves";
    info_.split = "test";
    info_.kind = LabelKind::soft_maps;
    info_.classes = 1;
    info_.label_names = {"white"};
  }
  const datasets::DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return count_; }
  datasets::Annotation annotation(std::size_t index) const override {
    datasets::Annotation made;
    made.name = "halves " + std::to_string(index);
    made.columns["parity"] = index % 2 == 0 ? "even" : "odd";
    return made;
  }
  datasets::Sample read(std::size_t index) const override {
    datasets::Sample sample;
    static_cast<datasets::Annotation&>(sample) = annotation(index);
    sample.image = Image(32, 32);
    datasets::SoftMapLabels truth{32, 32, {}};
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 32; ++x) {
        const bool white = x >= 16;
        for (int c = 0; c < 3; ++c) sample.image.pixels()[static_cast<std::size_t>(3 * (32 * y + x) + c)] = white ? 255 : 0;
        truth.values.push_back(white ? 1.0F : 0.0F);
      }
    }
    sample.label = std::move(truth);
    return sample;
  }

 private:
  std::size_t count_;
  datasets::DatasetInfo info_;
};

/// A model that says what the picture shows: a function of its first channel.
class Says final : public torch::nn::Cloneable<Says>, public FaceModel {
 public:
  Says(TaskList tasks, std::function<torch::Tensor(const torch::Tensor&)> says) : tasks_(std::move(tasks)), says_(std::move(says)) {
    reset();
  }
  void reset() override { register_parameter("unused", torch::zeros({1})); }
  TaskOutputs forward(std::span<const ViewBatch> batches, ForwardTrace*) override {
    TaskOutputs outputs(tasks_.size());
    for (const auto& batch : batches) {
      for (const auto& rows : batch.tasks) outputs[rows.task] = says_(batch.images.slice(0, rows.begin, rows.end).slice(1, 0, 1));
    }
    return outputs;
  }
  const TaskList& tasks() const override { return tasks_; }
  Backbone& backbone() override { throw Error(ErrorCode::internal, "no backbone"); }
  nlohmann::json config() const override { return {}; }
  torch::nn::Module& module() override { return *this; }

 private:
  TaskList tasks_;
  std::function<torch::Tensor(const torch::Tensor&)> says_;
};

const View kView = views::whole(32).mean({0, 0, 0}).std({1, 1, 1});

template <class Read, class Metric>
evaluate::Report report_of(std::function<torch::Tensor(const torch::Tensor&)> says, evaluate::EvaluateOptions options = {}) {
  TaskList tasks;
  tasks.add(Task<DenseMap, losses::BinaryCrossEntropy, Read, Metric>("white").labels({"white"}).view(kView));
  weights::LoadedModel loaded;
  loaded.model = std::make_shared<Says>(tasks, std::move(says));
  options.workers = 0;
  options.bootstrap.resamples = 20;
  return evaluate::evaluate(loaded, "white", std::make_shared<Halves>(6), options);
}

const auto kPerfect = [](const torch::Tensor& white) { return (white - 0.5) * 200; };  // logits

}  // namespace

TEST_CASE("soft masks are evaluated by their metric: a perfect one is perfect, a known error is known", "[evaluate][maps]") {
  const auto perfect = report_of<SoftMasks, metrics::MeanIoU>(kPerfect, {.groups = {"parity"}});
  CHECK(*perfect.figures.front().value == Approx(1));
  CHECK(perfect.figures.front().name == "mean IoU");
  CHECK(perfect.figures.front().interval);
  CHECK(perfect.groups.size() == 2);
  CHECK(perfect.groups.front().count == 3);
  CHECK(perfect.scored == 6);
  REQUIRE_FALSE(perfect.worst.empty());
  CHECK(perfect.worst.front().result);
  // All of the picture called white: half of it is.
  CHECK(*report_of<SoftMasks, metrics::MeanIoU>([](const torch::Tensor& white) { return torch::full_like(white, 50); })
             .figures.front()
             .value == Approx(0.5));
  // The sigmoid comes first: a logit of 0 is a share of a half everywhere.
  CHECK(*report_of<SoftMasks, metrics::MeanAbsoluteError>([](const torch::Tensor& white) { return torch::zeros_like(white); })
             .figures.front()
             .value == Approx(0.5));
  CHECK(nlohmann::json(perfect).dump().find("nan") == std::string::npos);
}

TEST_CASE("plain maps are evaluated as they are", "[evaluate][maps]") {
  const auto mae = [](double shift) {
    return *report_of<results::Maps, metrics::MeanAbsoluteError>([=](const torch::Tensor& white) { return white + shift; })
                .figures.front()
                .value;
  };
  CHECK(mae(0) == Approx(0).margin(1e-6));
  CHECK(mae(0.25) == Approx(0.25));
}

namespace {

/// A metric without a score a sample.
class Most final : public metrics::Metric {
 public:
  static constexpr const char* kName = "test_most";
  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const losses::Labels&) override { most_ = std::max(most_, predictions.max().item<double>()); }
  nlohmann::json report() const override { return {{"most", most_}}; }

 private:
  double most_ = 0;
};

}  // namespace

TEST_CASE("a metric without scores gives its own numbers, and says what it can't", "[evaluate][maps]") {
  const auto report = report_of<SoftMasks, Most>(kPerfect);
  CHECK(report.figures.front().name == "most");
  CHECK(*report.figures.front().value == Approx(1));
  CHECK_FALSE(report.figures.front().interval);
  CHECK(error_of([] { report_of<SoftMasks, Most>(kPerfect, {.groups = {"parity"}}); }).code() == ErrorCode::unsupported);
  const auto gather = [](const std::string& mine) { return std::vector<std::string>{mine, mine}; };
  CHECK(error_of([&] { report_of<SoftMasks, Most>(kPerfect, {.rank = 0, .ranks = 2, .gather = gather}); }).code() ==
        ErrorCode::unsupported);
}

TEST_CASE("scores of many processes are those of one", "[evaluate][maps]") {
  const auto task = [] {
    return AnyTask(
        Task<DenseMap, losses::BinaryCrossEntropy, SoftMasks, metrics::MeanAbsoluteError>("white").labels({"white"}).view(kView));
  }();
  const Halves set(6);
  const std::string hash;
  const auto add = [&](evaluate::Outcomes& outcomes, std::size_t first, std::size_t last) {
    std::vector<loading::EvaluationSample> samples;
    for (auto i = first; i < last; ++i) {
      auto read = set.read(i);
      auto made = sample(i, datasets::NoLabel{});
      made.prepared.size = {32, 32};
      made.prepared.label = read.label;
      samples.push_back(std::move(made));
    }
    const auto raw = torch::full({static_cast<std::int64_t>(last - first), 1, 8, 8}, 0.5);
    outcomes.add(evaluate::ScoredBatch{task, raw, samples, hash});
  };
  auto whole = evaluate::make_outcomes(task, set.info()), early = evaluate::make_outcomes(task, set.info()),
       late = evaluate::make_outcomes(task, set.info()), merged = evaluate::make_outcomes(task, set.info());
  add(*whole, 0, 6);
  add(*late, 3, 6);
  add(*early, 0, 3);
  for (const auto& part : {late, early}) merged->merge(nlohmann::json::parse(part->state().dump()));
  whole->finish();
  merged->finish();
  CHECK(nlohmann::json(merged->figures(all_places(*merged))) == nlohmann::json(whole->figures(all_places(*whole))));
  CHECK(merged->sample(0) == 0);
  CHECK(whole->details().contains("report"));
  CHECK_FALSE(merged->details().contains("report"));  // nobody has seen all of it
}
