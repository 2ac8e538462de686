#include "support/torch_catch.hpp"

#include <faceptor/metrics/make_metric.hpp>
#include <faceptor/metrics/mean_score.hpp>
#include <faceptor/metrics/metric.hpp>

#include "support/error_of.hpp"

using namespace faceptor;
using metrics::Labels;

namespace {

struct Degrees {
  static constexpr const char* kName = "degrees";
  torch::Tensor operator()(const torch::Tensor& predictions, const Labels& labels) const {
    return (predictions - labels.primary).abs().mean(1);
  }
};

/// Says how to read its score.
struct Agreement {
  static constexpr const char* kName = "agreement";
  static constexpr const char* kUnit = "votes";
  static constexpr bool kLessIsBetter = false;
  static constexpr bool kShare = true;
  torch::Tensor operator()(const torch::Tensor& predictions, const Labels& labels) const {
    return predictions.argmax(1) == labels.primary;  // B, true or false
  }
};

/// Whatever the labels are is its score.
struct Echo {
  static constexpr const char* kName = "echo";
  torch::Tensor operator()(const torch::Tensor&, const Labels& labels) const { return labels.extra.at("score"); }
};

/// Derived, and with the name of another.
struct Counter : metrics::Metric {
  static constexpr const char* kName = "counter";
  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const Labels&) override { samples += predictions.size(0); }
  nlohmann::json report() const override { return {{"samples", samples}}; }
  std::int64_t samples = 0;
};

struct OtherDegrees : Degrees {};

static_assert(metrics::MetricType<Degrees> && metrics::MetricType<Counter> && metrics::MetricType<metrics::MeanScore<Degrees>>);
static_assert(!metrics::MetricType<int> && !metrics::MetricType<metrics::Metric>);

}  // namespace

TEST_CASE("A metric in three lines: its mean, its scores, its name", "[metrics]") {
  const auto metric = metrics::make_metric_of<Degrees>();
  CHECK(metric->name() == "degrees");
  CHECK(metric->report()["degrees"].is_null());
  const auto truth = torch::zeros({2, 3});
  const auto said = torch::tensor({{1.0F, 2.0F, 3.0F}, {-4.0F, 0.0F, 4.0F}}, torch::requires_grad());
  metric->add(said, truth);
  metric->add(said.slice(0, 0, 1), truth.slice(0, 0, 1));
  CHECK(metric->report()["samples"] == 3);
  CHECK(metric->report()["degrees"].get<double>() == Approx((2 + 8.0 / 3 + 2) / 3));
  const auto scores = metric->scores(said, truth);
  CHECK(scores.scalar_type() == torch::kDouble);
  CHECK_FALSE(scores.requires_grad());
  CHECK(scores[1].item<double>() == Approx(8.0 / 3));
  CHECK(metric->report()["samples"] == 3);
  CHECK(metric->score().name == "degrees");
  CHECK(metric->score().less_is_better);
  CHECK_FALSE(metric->score().share);
  CHECK(metric->score().unit.empty());

  const auto other = metrics::make_metric_of<Agreement>();
  other->add(torch::tensor({{0.1F, 0.9F}, {0.8F, 0.2F}}), torch::tensor({1, 1}, torch::kLong));
  CHECK(other->report()["agreement"] == 0.5);
  CHECK_FALSE(other->score().less_is_better);
  CHECK(other->score().share);
  CHECK(other->score().unit == "votes");
  CHECK(metrics::make_metric_of<Counter>()->name() == "counter");
}

TEST_CASE("A score of NaN is left out, any other odd one refused", "[metrics][errors]") {
  const auto metric = metrics::make_metric_of<Echo>();
  const auto given = torch::zeros({3, 1});
  const auto scored = [&](const torch::Tensor& score) { return Labels(given, {{"score", score}}); };
  metric->add(given, scored(torch::tensor({1.0F, NAN, 2.0F})));
  CHECK(metric->report() == nlohmann::json{{"samples", 2}, {"echo", 1.5}});
  CHECK(metric->scores(given, scored(torch::tensor({1.0F, NAN, 2.0F}))).isnan()[1].item<bool>());
  const auto refused = [&](const torch::Tensor& score, ErrorCode code) {
    const auto error = error_of([&] { metric->add(given, scored(score)); });
    CHECK(error.code() == code);
    CHECK(error.summary().find("echo") != std::string::npos);
  };
  refused(torch::zeros({2}), ErrorCode::shape);
  refused(torch::zeros({3, 1}), ErrorCode::shape);
  refused(torch::tensor(1.0), ErrorCode::shape);
  refused(torch::Tensor(), ErrorCode::shape);
  refused(torch::tensor({1.0F, 2.0F, INFINITY}), ErrorCode::argument);
  CHECK(metric->report()["samples"] == 2);
  // What LibTorch throws inside is turned into this library's error.
  CHECK(error_of([&] {
          metrics::make_metric_of<Degrees>()->add(torch::zeros({2, 3}), torch::zeros({2, 4}));
        }).code() == ErrorCode::internal);
}

TEST_CASE("Metrics by name, one's own too", "[metrics]") {
  for (const auto& name : metrics::metric_names()) CHECK(metrics::make_metric(name)->name() == name);
  const auto unknown = error_of([] { metrics::make_metric("degrees"); });
  CHECK(unknown.code() == ErrorCode::unsupported);
  CHECK(unknown.summary().find("metrics: there is no metric \"degrees\"") == 0);
  CHECK(unknown.hint().find("register_metric") != std::string::npos);
  CHECK(error_of([] { metrics::make_metric("mean_io"); }).hint().find("mean_iou") != std::string::npos);
  metrics::register_metric<Degrees>();
  metrics::register_metric<Degrees>();
  metrics::register_metric<Counter>();
  CHECK(metrics::make_metric("degrees")->name() == "degrees");
  CHECK(metrics::make_metric("counter")->report()["samples"] == 0);
  CHECK(error_of([] { metrics::register_metric<OtherDegrees>(); }).code() == ErrorCode::argument);
}

TEST_CASE("A metric without scores says so, and numbers that aren't defined are null", "[metrics]") {
  const Counter counter;
  const metrics::Metric& metric = counter;
  CHECK_FALSE(metric.scores(torch::zeros({2, 1}), torch::zeros({2})).defined());
  CHECK(metric.score().name == "counter");
  CHECK(metric.score().less_is_better);
  CHECK_FALSE(metric.score().share);
  CHECK(metrics::number_or_null(std::nullopt).is_null());
  CHECK(metrics::number_or_null(0.0) == 0.0);
  CHECK(*metrics::share(1, 4) == 0.25);
  CHECK_FALSE(metrics::share(1, 0));
  CHECK_FALSE(metrics::share(1, -1));
}
