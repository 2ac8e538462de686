#include "support/torch_catch.hpp"

#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/identity.hpp>
#include <faceptor/metrics/landmarks.hpp>
#include <faceptor/metrics/mean_score.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/metrics/parsing.hpp>
#include <faceptor/metrics/tensors.hpp>

#include "support/error_of.hpp"

using namespace faceptor;
using metrics::Labels;
using nlohmann::json;

namespace {

struct Batch {
  torch::Tensor predictions;
  Labels labels;
};

struct Sample {
  std::shared_ptr<metrics::Metric> metric;
  Batch batch;
  torch::Tensor wrong_labels;
};

template <class M>
Sample sample(M metric, Batch batch, torch::Tensor wrong) {
  return {std::make_shared<M>(std::move(metric)), std::move(batch), std::move(wrong)};
}

struct Degrees {
  static constexpr const char* kName = "degrees";
  static constexpr const char* kUnit = "degrees";
  torch::Tensor operator()(const torch::Tensor& predictions, const Labels& labels) const {
    return (predictions - labels.primary).abs().mean(1);
  }
};

torch::Tensor numbers(std::vector<double> values) { return torch::tensor(values, torch::kDouble); }

/// Of each sample; NaN is 9.
std::vector<double> scores(const metrics::Metric& metric, const torch::Tensor& predictions, const Labels& labels) {
  const auto found = metric.scores(predictions, labels);
  REQUIRE(found.defined());
  CHECK(found.scalar_type() == torch::kDouble);
  return metrics::numbers_of(found.nan_to_num(9));
}

/// One example of every metric.
std::vector<Sample> samples() {
  torch::manual_seed(8);
  const auto longs = torch::kLong;
  const int64_t n = 30;
  const auto classes = torch::randint(0, 4, {n}, longs);
  const auto maps = torch::randint(0, 3, {n, 5, 4}, longs);
  const auto yes_no = torch::randint(-1, 2, {n, 3}, longs);
  const auto points = torch::rand({n, 6, 2}) * 100;
  metrics::LandmarkError::Options landmarks;
  landmarks.normalizers = {metrics::Normalizer::truth_box(0.2), metrics::Normalizer::box(),
                           metrics::Normalizer::between("eyes", {0, 1}, {2})};
  landmarks.regions = {{"mouth", {3, 4}}};
  const auto boxes = torch::tensor({1.0F, 2.0F, 90.0F, 80.0F}).repeat({n, 1});
  const auto faces = torch::randn({n, 7});
  return {
      sample(metrics::Accuracy(), {torch::randn({n, 4}), classes}, classes.unsqueeze(1)),
      sample(metrics::Accuracy(), {torch::rand({n, 3}), yes_no}, yes_no + 7),
      sample(metrics::MeanAbsoluteError(), {torch::randn({n, 2}), torch::randn({n, 2})}, torch::randn({n, 3})),
      sample(metrics::Classification(), {torch::randn({n, 4}), classes}, classes + 4),
      sample(metrics::ParsingScore(), {torch::randn({n, 3, 3, 2}), maps}, maps + 3),
      sample(metrics::MeanIoU(), {torch::randn({n, 3, 3, 2}), maps}, maps - 1),
      sample(metrics::MeanIoU(), {torch::rand({n, 2, 3, 2}), torch::rand({n, 2, 6, 4})}, torch::full({n, 2, 6, 4}, 1.5)),
      sample(metrics::MeanScore<Degrees>(), {torch::randn({n, 3}), torch::randn({n, 3})}, torch::randn({n + 1, 3})),
      sample(metrics::AgeError(), {torch::rand({n}) * 80, torch::rand({n}) * 80}, torch::full({n}, NAN)),
      sample(metrics::AttributeScore(), {torch::rand({n, 3}), yes_no}, yes_no + 7),
      sample(metrics::LandmarkError(landmarks), {points + torch::randn({n, 6, 2}), Labels(points, {{"box", boxes}})},
             torch::zeros({n, 6, 2})),
      sample(metrics::FaceVerification(), {faces, Labels(torch::randint(0, 2, {n}, longs), {{"other", faces + 0.5}})},
             torch::full({n}, 2, longs)),
      sample(metrics::Identification(), {faces, torch::randint(0, 5, {n}, longs)}, torch::rand({n})),
  };
}

}  // namespace

TEST_CASE("Every metric refuses labels that don't fit, and keeps what it had", "[metrics][errors]") {
  for (const auto& sample : samples()) {
    INFO(sample.metric->name());
    auto& metric = *sample.metric;
    const auto& [predictions, labels] = sample.batch;
    const auto empty = metric.report();
    metric.add(predictions, labels);
    const auto before = metric.report();
    CHECK(before != empty);
    auto wrong = labels;
    wrong.primary = sample.wrong_labels;
    const auto refused = [&](const torch::Tensor& given, const Labels& truth) {
      const auto error = error_of([&] { metric.add(given, truth); });
      CHECK((error.code() == ErrorCode::shape || error.code() == ErrorCode::argument));
      if (metric.scores(predictions, labels).defined()) {
        CHECK(error_of([&] { metric.scores(given, truth); }).code() == error.code());
      }
    };
    refused(predictions, wrong);
    refused(torch::Tensor(), labels);
    refused(predictions, Labels());
    refused(predictions.slice(0, 0, predictions.size(0) - 1), labels);
    CHECK(metric.report() == before);
  }
}

TEST_CASE("Every metric scores a sample as if it were alone, and adds nothing by it", "[metrics]") {
  for (const auto& sample : samples()) {
    INFO(sample.metric->name());
    const auto& metric = *sample.metric;
    const auto& [predictions, labels] = sample.batch;
    const auto before = metric.report();
    const auto all = metric.scores(predictions, labels);
    CHECK(metric.report() == before);
    const bool compares = metric.name() == "verification" || metric.name() == "identification";
    REQUIRE(all.defined() == !compares);
    if (compares) continue;
    CHECK(all.scalar_type() == torch::kDouble);
    REQUIRE(all.sizes() == torch::IntArrayRef{predictions.size(0)});
    const auto third = metric.scores(predictions.narrow(0, 3, 1), metrics::sample_of(labels, 3));
    CHECK(torch::allclose(third, all.narrow(0, 3, 1), 1e-6, 1e-9, /*equal_nan=*/true));
    CHECK_FALSE(metric.score().name.empty());
    if (metric.score().share) CHECK(all.nan_to_num(0).le(1).all().item<bool>());
  }
}

TEST_CASE("Scores of a sample by hand", "[metrics]") {
  const auto yes_no = torch::tensor({{1, 0, -1}, {-1, -1, -1}, {1, 1, 0}}, torch::kLong);
  const auto said = numbers({0.9, 0.8, 0.1, 0.5, 0.5, 0.5, 0.6, 0.7, 0.2}).view({3, 3});
  CHECK(scores(metrics::Accuracy(), said, yes_no) == std::vector<double>{0.5, 9, 1});
  CHECK(scores(metrics::AttributeScore(), said, yes_no) == std::vector<double>{0.5, 9, 1});
  const auto classes = torch::tensor({2, 0}, torch::kLong);
  CHECK(scores(metrics::Accuracy(), torch::tensor({2, 1}, torch::kLong), classes) == std::vector<double>{1, 0});
  CHECK(scores(metrics::Classification(3), torch::tensor({1, 0}, torch::kLong), classes) == std::vector<double>{0, 1});
  CHECK_FALSE(metrics::Classification().score().less_is_better);
  CHECK(scores(metrics::AgeError(), numbers({30, 41}), numbers({33, 40})) == std::vector<double>{3, 1});
  CHECK(metrics::AgeError().score().unit == "years");
  CHECK(scores(metrics::MeanAbsoluteError(), numbers({1, 2, 3, 4}).view({2, 2}), numbers({1, 4, 4, 5}).view({2, 2})) ==
        std::vector<double>{1, 1});
  CHECK(metrics::MeanAbsoluteError().score().less_is_better);
  const auto truth = torch::tensor({{{0, 0, 1, 1}}, {{0, 0, 0, 0}}}, torch::kLong);  // B x 1 x 4
  const auto pixels = torch::tensor({{{0, 1, 1, 1}}, {{0, 0, 0, 0}}}, torch::kLong);
  const auto f1 = scores(metrics::ParsingScore({3}), pixels, truth);
  CHECK(f1[0] == Approx(0.8));  // of class 1; without the background
  CHECK(f1[1] == 9);            // nothing but background
  const auto iou = scores(metrics::MeanIoU(3), pixels, truth);
  CHECK(iou[0] == Approx((1.0 / 2 + 2.0 / 3) / 2));
  CHECK(iou[1] == 1);
  metrics::LandmarkError landmarks({.normalizers = {metrics::Normalizer::between("eyes", {0}, {1}), metrics::Normalizer::truth_box()}});
  const auto points = numbers({0, 0, 10, 0, 5, 20}).view({1, 3, 2});
  CHECK(scores(landmarks, points + numbers({3, 4}), points).at(0) == Approx(0.5));
  CHECK(landmarks.score().name == "NME eyes");
  CHECK(landmarks.score().share);
}

TEST_CASE("Maps of another size than the labels are resized", "[metrics]") {
  const auto low = torch::linspace(0, 1, 2 * 2 * 4 * 4).view({2, 2, 4, 4});
  const auto truth = losses::resize_maps(low, 7, 8);
  metrics::MeanAbsoluteError error;
  error.add(low, truth);
  CHECK(error.result().values == truth.numel());
  CHECK(*error.result().mean_absolute_error == 0);
  const auto each = scores(error, low, truth + torch::tensor({0.25F, 0.5F}).view({2, 1, 1, 1}));
  CHECK(each[0] == Approx(0.25));
  CHECK(each[1] == Approx(0.5));
  CHECK(error_of([&] { error.add(low.slice(1, 0, 1), truth); }).code() == ErrorCode::shape);
  CHECK(error_of([&] { error.add(low.flatten(2), truth); }).code() == ErrorCode::shape);
}

TEST_CASE("Soft masks: each map is a class, cut at a half", "[metrics]") {
  auto truth = torch::zeros({2, 3, 4, 4});  // the third map stays empty
  truth.slice(2, 0, 2).slice(1, 0, 1).fill_(0.9);
  truth.slice(3, 0, 1).slice(1, 1, 2).fill_(0.8);
  metrics::MeanIoU perfect;
  perfect.add(truth, truth);
  CHECK(*perfect.result().mean_iou == 1);
  CHECK(perfect.result().pixels == 32);
  auto said = truth.clone();
  said[0][0].zero_();                            // of 16 pixels of this map 8 are missed
  said[1][1].slice(/*dim=*/1, 0, 2).fill_(0.6);  // and here 4 are too many
  metrics::MeanIoU iou;
  iou.add(said, truth);
  CHECK(*iou.result().mean_iou == Approx((8.0 / 16 + 8.0 / 12) / 2));
  const auto each = scores(iou, said, truth);
  CHECK(each[0] == Approx((0.0 + 1.0) / 2));
  CHECK(each[1] == Approx((1.0 + 4.0 / 8) / 2));
  // Of another size: a square of 4 x 4 cells, each of 2 x 2 pixels.
  metrics::MeanIoU sized;
  sized.add(truth, truth.repeat_interleave(2, 2).repeat_interleave(2, 3));
  CHECK(*sized.result().mean_iou == 1);
  const auto classes = torch::zeros({2, 4, 4}, torch::kLong);
  CHECK(error_of([&] { iou.add(classes, classes); }).code() == ErrorCode::mismatch);
  CHECK(error_of([&] { iou.add(said.slice(1, 0, 2), truth.slice(1, 0, 2)); }).code() == ErrorCode::mismatch);
  CHECK(error_of([&] { iou.add(said * 2, truth); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { iou.add(said.slice(1, 0, 2), truth); }).code() == ErrorCode::shape);
  CHECK(*iou.result().mean_iou == Approx((8.0 / 16 + 8.0 / 12) / 2));
}

TEST_CASE("Attributes with a threshold each", "[metrics]") {
  metrics::AttributeScore score({.thresholds = {0.2, 0.8}});
  CHECK(score.result().attributes.size() == 2);
  CHECK_FALSE(score.result().mean_accuracy.has_value());
  score.add(std::vector<double>{0.3, 0.7, 0.3, 0.9}, std::vector<int64_t>{1, 1, 0, 1}, 2);
  CHECK(*score.result().attributes[0].accuracy == 0.5);
  CHECK(*score.result().attributes[1].accuracy == 0.5);
  CHECK(scores(score, numbers({0.3, 0.7}).view({1, 2}), torch::tensor({{1, 1}}, torch::kLong)) == std::vector<double>{0.5});
  CHECK(error_of([&] { score.add(std::vector<double>{0.3}, std::vector<int64_t>{1}, 1); }).code() == ErrorCode::mismatch);
}

TEST_CASE("Perfect predictions", "[metrics]") {
  torch::manual_seed(9);
  const auto classes = torch::randint(0, 4, {40}, torch::kLong);
  metrics::Classification classification(4);
  classification.add(classes, classes);
  CHECK(*classification.result().accuracy == 1);
  CHECK(*classification.result().mean_class_accuracy == 1);
  metrics::ParsingScore parsing({4});
  parsing.add(classes.view({2, 4, 5}), classes.view({2, 4, 5}));
  CHECK(*parsing.result().mean_f1 == 1);
  CHECK(*parsing.result().mean_iou_with_background == 1);
  metrics::AgeError ages;
  ages.add(classes.to(torch::kFloat32), classes);
  CHECK(*ages.result().mean_absolute_error == 0);
  CHECK(*ages.result().epsilon_error == 0);
  CHECK(*ages.result().cumulative.at(0).share == 1);
  const auto yes_no = classes.remainder(2).view({10, 4});
  metrics::AttributeScore attributes;
  attributes.add(yes_no.to(torch::kFloat32), yes_no);
  CHECK(*attributes.result().mean_accuracy == 1);
  CHECK(*attributes.result().mean_balanced_accuracy == 1);
  CHECK(*attributes.result().mean_average_precision == 1);
  metrics::LandmarkError landmarks;
  const auto points = torch::rand({3, 5, 2});
  landmarks.add(points, points);
  CHECK(*landmarks.result().at("truth_box").mean == 0);
}

TEST_CASE("What never occurred is not defined, and never NaN", "[metrics]") {
  metrics::ParsingScore parsing({4});
  CHECK_FALSE(parsing.result().mean_f1.has_value());
  const std::vector<int64_t> truth{0, 0, 1, 1, -100}, predicted{0, 1, 1, 1, 3};
  parsing.add(predicted, truth);
  const auto result = parsing.result();
  CHECK(result.pixels == 4);
  CHECK(result.undefined == 2);
  CHECK_FALSE(result.f1[2].has_value());
  CHECK(*result.mean_f1 == Approx(2 * 2.0 / 5));
  CHECK(*result.mean_f1_with_background == Approx((2 * 2.0 / 5 + 2 * 1.0 / 3) / 2));
  CHECK(*result.iou[1] == Approx(2.0 / 3));
  CHECK(parsing.report().at("f1").at(3).is_null());
  CHECK(metrics::AgeError().report().at("mean_absolute_error").is_null());
  CHECK(metrics::Accuracy().report().at("accuracy").is_null());

  metrics::Classification classes(3);
  classes.add(std::vector<int64_t>{0, 1, 1, 1}, std::vector<int64_t>{0, 0, 1, 1});
  CHECK_FALSE(classes.result().class_accuracies[2].has_value());
  CHECK(*classes.result().mean_class_accuracy == Approx(0.75));
  CHECK(classes.confusion().at(0, 1) == 1);
  CHECK(*classes.confusion().precision(1) == Approx(2.0 / 3));

  metrics::AttributeScore attributes;
  attributes.add(std::vector<double>{0.9, 0.5, 0.1}, std::vector<int64_t>{1, 1, -1}, 1);
  const auto only = attributes.result().attributes.at(0);
  CHECK(only.samples == 2);
  CHECK(*only.accuracy == 0.5);  // exactly 0.5 says no
  CHECK_FALSE(only.balanced_accuracy.has_value());
}

TEST_CASE("Average precision of a known ranking", "[metrics]") {
  const std::vector<float> scores{0.9F, 0.8F, 0.7F, 0.6F};
  CHECK(*metrics::average_precision(scores, std::vector<uint8_t>{1, 0, 1, 0}) == Approx((1.0 + 2.0 / 3) / 2));
  const std::vector<float> equal{0.5F, 0.5F};
  CHECK(*metrics::average_precision(equal, std::vector<uint8_t>{1, 0}) == Approx(0.5));
  CHECK(*metrics::average_precision(equal, std::vector<uint8_t>{0, 1}) == Approx(0.5));
  CHECK_FALSE(metrics::average_precision(equal, std::vector<uint8_t>{0, 0}).has_value());
}

TEST_CASE("Ages by group, and scores within several distances", "[metrics]") {
  metrics::AgeError::Options options;
  options.within = {0, 3, 10};
  options.groups = {18};
  metrics::AgeError ages(options);
  ages.add(std::vector<double>{10, 21, 40}, std::vector<double>{10, 18, 30});
  const auto result = ages.result();
  CHECK(*result.cumulative[0].share == Approx(1.0 / 3));
  CHECK(*result.cumulative[1].share == Approx(2.0 / 3));
  CHECK(*result.cumulative[2].share == 1);
  REQUIRE(result.groups.size() == 2);
  CHECK(result.groups[0].samples == 1);
  CHECK(*result.groups[1].mean_absolute_error == Approx(6.5));
  CHECK(*result.groups[1].from == 18);
  CHECK_FALSE(result.groups[1].below.has_value());
}

TEST_CASE("Landmark errors by hand: units, regions, curve", "[metrics]") {
  metrics::LandmarkError::Options options;
  options.normalizers = {metrics::Normalizer::between("eyes", {0}, {1}, 0.2), metrics::Normalizer::box(),
                         metrics::Normalizer::box_diagonal(), metrics::Normalizer::truth_box()};
  options.regions = {{"third", {2}}, {"none", {}}};
  metrics::LandmarkError errors(options);
  const Points truth{{0, 0}, {10, 0}, {5, 20}}, predicted{{0, 0}, {10, 0}, {8, 24}};
  errors.add(predicted, truth, Box{0, 0, 30, 40});
  const auto result = errors.result();
  CHECK(*result.at("eyes").mean == Approx(5.0 / 3 / 10));
  CHECK(*result.at("box").mean == Approx(5.0 / 3 / std::sqrt(1200.0)));
  CHECK(*result.at("diagonal").mean == Approx(5.0 / 3 / 50));
  CHECK(*result.at("truth_box").mean == Approx(5.0 / 3 / std::sqrt(200.0)));
  CHECK(*result.at("eyes").regions.at(0).mean == Approx(0.5));
  CHECK_FALSE(result.at("eyes").regions.at(1).mean.has_value());
  CHECK(*result.at("eyes").failure_rate == 0);
  CHECK(*result.at("eyes").area_under_curve == Approx(1 - 5.0 / 3 / 10 / 0.2).margin(1e-3));
  CHECK_FALSE(result.at("box").failure_rate.has_value());
  CHECK(error_of([&] { result.at("eye"); }).hint().find("eyes") != std::string::npos);
  CHECK(error_of([&] { errors.add(predicted, truth); }).code() == ErrorCode::argument);
  const Points flat{{1, 1}, {1, 1}, {2, 2}};
  CHECK(error_of([&] { errors.add(predicted, flat, Box{0, 0, 3, 4}); }).code() == ErrorCode::argument);
  const Points two{{1, 1}, {2, 2}};
  CHECK(error_of([&] { errors.add(two, two, Box{0, 0, 3, 4}); }).code() == ErrorCode::argument);
  CHECK(errors.result().photos == 1);
}

TEST_CASE("Simpson's rule", "[metrics]") {
  // Exact for parabolas wherever the rule itself is, and so with Cartwright's end.
  const auto parabola = [](int n) {
    std::vector<double> values;
    for (int i = 0; i < n; ++i) values.push_back(3.0 * i * i - i + 2);
    return values;
  };
  const auto integral = [](double x) { return x * x * x - x * x / 2 + 2 * x; };
  CHECK(metrics::simpson(parabola(7), 1) == Approx(integral(6)));
  CHECK(metrics::simpson(parabola(8), 1) == Approx(integral(7)));
  CHECK(metrics::simpson(parabola(8), 1, metrics::SimpsonEnd::averaged) != Approx(integral(7)));
  CHECK(metrics::simpson(std::vector<double>{0, 1, 2, 3}, 0.5, metrics::SimpsonEnd::averaged) == Approx(0.5 * 4.5));
  CHECK(error_of([] { metrics::simpson(std::vector<double>{1, 2}, 1); }).code() == ErrorCode::argument);
  CHECK(error_of([] { metrics::error_curve(std::vector<double>{}, 0.1); }).code() == ErrorCode::argument);
  CHECK(error_of([] { metrics::error_curve(std::vector<double>{NAN}, 0.1); }).code() == ErrorCode::argument);
  CHECK(error_of([] { metrics::error_curve(std::vector<double>{0.1}, 0.1, 1e-12); }).code() == ErrorCode::argument);
}

TEST_CASE("Verification: thresholds at a false accept rate, curves, folds", "[metrics]") {
  metrics::FaceVerification verification;
  const std::vector<double> origin{1, 0};
  for (int i = 0; i < 40; ++i) {
    const double angle = i % 2 == 0 ? 0.2 : 1.2 + 0.01 * i;
    verification.add(origin, std::vector<double>{5 * std::cos(angle), 5 * std::sin(angle)}, i % 2 == 0);
  }
  CHECK(verification.distances()[0] == Approx(2 - 2 * std::cos(0.2)));
  const auto result = verification.result();
  CHECK(*result.accuracy == 1);
  CHECK(*result.deviation == 0);
  const auto none = verification.at_false_accept(0);
  CHECK(*none.true_accept == 1);
  CHECK(*none.false_accept == 0);
  CHECK(*verification.at_false_accept(0.1).false_accept == Approx(0.1));
  CHECK(*verification.at_false_accept(1).false_accept == 1);
  const auto curve = verification.roc();
  CHECK(*curve.front().true_accept == 0);
  CHECK(*curve.back().false_accept == 1);
  for (size_t i = 1; i < curve.size(); ++i) CHECK(*curve[i].false_accept >= *curve[i - 1].false_accept);
  metrics::FaceVerification few;
  few.add(origin, origin, true);
  CHECK_FALSE(few.result().accuracy.has_value());
  CHECK(error_of([&] { few.at_false_accept(0.1); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { few.add(origin, std::vector<double>{1}, true); }).code() == ErrorCode::shape);
  CHECK(error_of([&] { few.add(origin, std::vector<double>{NAN, 1}, true); }).code() == ErrorCode::argument);
}

TEST_CASE("Identification at rank one and five", "[metrics]") {
  metrics::Identification faces;
  const auto direction = [](double angle) {
    return std::vector<float>{static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
  };
  for (int person = 0; person < 4; ++person) faces.add_gallery(direction(0.5 * person), person);
  faces.add_probe(direction(0.1), 0);
  faces.add_probe(direction(0.1), 1);  // nearest is 0
  faces.add_probe(direction(1.0), 9);  // not in the gallery
  const auto result = faces.result();
  CHECK(result.probes == 2);
  CHECK(result.without_mate == 1);
  CHECK(*result.rank1 == 0.5);
  CHECK(*result.rank5 == 1);
  CHECK(result.ranks == std::vector<int64_t>{1, 2});

  metrics::Identification others;  // leave one out
  others.add_probe(direction(0.0), 0);
  others.add_probe(direction(0.1), 0);
  others.add_probe(direction(2.0), 1);
  CHECK(*others.result().rank1 == 1);
  CHECK(others.result().without_mate == 1);
  CHECK(error_of([&] { others.add_probe(std::vector<float>{0, 0}, 0); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { others.add_probe(std::vector<float>{1, 0, 0}, 0); }).code() == ErrorCode::shape);
}
