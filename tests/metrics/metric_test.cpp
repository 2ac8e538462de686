#include "support/torch_catch.hpp"

#include <faceptor/metrics/accuracy.hpp>
#include <faceptor/metrics/age_error.hpp>
#include <faceptor/metrics/attribute_score.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/identification.hpp>
#include <faceptor/metrics/landmark_error.hpp>
#include <faceptor/metrics/mean_absolute_error.hpp>
#include <faceptor/metrics/mean_iou.hpp>
#include <faceptor/metrics/parsing_score.hpp>
#include <faceptor/metrics/verification.hpp>

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
  Batch first, second;
  torch::Tensor wrong_labels;
  bool ordered = false;  ///< the order of samples counts
};

Batch rows(const Batch& batch, int64_t begin, int64_t end) {
  Batch part{batch.predictions.slice(0, begin, end), batch.labels.primary.slice(0, begin, end)};
  for (const auto& [name, tensor] : batch.labels.extra) part.labels.extra[name] = tensor.slice(0, begin, end);
  return part;
}

Sample sample(std::shared_ptr<metrics::Metric> metric, const Batch& batch, torch::Tensor wrong, bool ordered = false) {
  const auto count = batch.predictions.size(0);
  return {std::move(metric), rows(batch, 0, count / 3), rows(batch, count / 3, count), std::move(wrong), ordered};
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
      sample(std::make_shared<metrics::Accuracy>(), {torch::randn({n, 4}), classes}, classes.unsqueeze(1)),
      sample(std::make_shared<metrics::Accuracy>(), {torch::rand({n, 3}), yes_no}, yes_no + 7),
      sample(std::make_shared<metrics::MeanAbsoluteError>(), {torch::randn({n, 2}), torch::randn({n, 2})}, torch::randn({n, 3})),
      sample(std::make_shared<metrics::Classification>(), {torch::randn({n, 4}), classes}, classes + 4),
      sample(std::make_shared<metrics::ParsingScore>(), {torch::randn({n, 3, 3, 2}), maps}, maps + 3),
      sample(std::make_shared<metrics::MeanIoU>(), {torch::randn({n, 3, 3, 2}), maps}, maps - 1),
      sample(std::make_shared<metrics::AgeError>(), {torch::rand({n}) * 80, torch::rand({n}) * 80}, torch::full({n}, NAN)),
      sample(std::make_shared<metrics::AttributeScore>(), {torch::rand({n, 3}), yes_no}, yes_no + 7),
      sample(std::make_shared<metrics::LandmarkError>(landmarks), {points + torch::randn({n, 6, 2}), Labels(points, {{"box", boxes}})},
             torch::zeros({n, 6, 2})),
      sample(std::make_shared<metrics::FaceVerification>(), {faces, Labels(torch::randint(0, 2, {n}, longs), {{"other", faces + 0.5}})},
             torch::full({n}, 2, longs), true),
      sample(std::make_shared<metrics::Identification>(), {faces, torch::randint(0, 5, {n}, longs)}, torch::rand({n})),
  };
}

/// Equal, but for the rounding of sums made in another order.
void check_alike(const json& a, const json& b) {
  INFO(a.dump() << " against " << b.dump());
  REQUIRE(a.type() == b.type());
  if (a.is_number_float()) {
    CHECK(a.get<double>() == Approx(b.get<double>()).epsilon(1e-12));
  } else if (a.is_structured()) {
    REQUIRE(a.size() == b.size());
    auto other = b.begin();
    for (auto it = a.begin(); it != a.end(); ++it, ++other) check_alike(*it, *other);
  } else {
    CHECK(a == b);
  }
}

}  // namespace

TEST_CASE("Every metric: parts merged are the whole, on the way through JSON too", "[metrics]") {
  for (const auto& sample : samples()) {
    INFO(sample.metric->name());
    const auto empty = sample.metric->copy();
    auto whole = empty->copy();
    whole->add(sample.first.predictions, sample.first.labels);
    whole->add(sample.second.predictions, sample.second.labels);
    auto first = empty->copy();
    first->add(sample.first.predictions, sample.first.labels);
    auto second = empty->copy();
    second->add(sample.second.predictions, sample.second.labels);
    auto travelled = empty->copy();
    travelled->restore(json::parse(second->state().dump()));
    CHECK(travelled->report() == second->report());
    auto merged = first->copy();
    merged->merge(*travelled);
    check_alike(merged->report(), whole->report());
    merged->merge(*empty);
    check_alike(merged->report(), whole->report());
    if (!sample.ordered) {
      auto turned = second->copy();
      turned->merge(*first);
      check_alike(turned->report(), whole->report());
    }
    CHECK(whole->report() != empty->report());
    auto twice = first->copy();
    twice->merge(*twice);
    auto again = first->copy();
    again->add(sample.first.predictions, sample.first.labels);
    check_alike(twice->report(), again->report());
    whole->reset();
    whole->add(sample.first.predictions, sample.first.labels);
    check_alike(whole->report(), first->report());
  }
}

TEST_CASE("Every metric refuses labels that don't fit, and keeps what it had", "[metrics][errors]") {
  metrics::Accuracy accuracy;
  metrics::AgeError ages;
  for (const auto& sample : samples()) {
    INFO(sample.metric->name());
    auto& metric = *sample.metric;
    metric.add(sample.first.predictions, sample.first.labels);
    const auto before = metric.state();
    const auto count = sample.first.predictions.size(0);
    auto labels = sample.first.labels;
    labels.primary = sample.wrong_labels.slice(0, 0, count);
    const auto error = error_of([&] { metric.add(sample.first.predictions, labels); });
    CHECK((error.code() == ErrorCode::shape || error.code() == ErrorCode::argument));
    error_of([&] { metric.add(torch::Tensor(), sample.first.labels); });
    error_of([&] { metric.add(sample.first.predictions, Labels()); });
    error_of([&] { metric.add(sample.first.predictions.slice(0, 0, count - 1), sample.first.labels); });
    CHECK(metric.state() == before);
    const metrics::Metric& other = metric.name() == accuracy.name() ? static_cast<const metrics::Metric&>(ages) : accuracy;
    CHECK(error_of([&] { metric.merge(other); }).code() == ErrorCode::mismatch);
    for (const auto& broken :
         {json(), json::array(), json{{"metric", "x"}}, json{{"metric", metric.name()}, {"state", 3}}, other.state()}) {
      CHECK(error_of([&] { metric.restore(broken); }).code() == ErrorCode::format);
    }
    CHECK(metric.state() == before);
  }
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
  landmarks.add(torch::rand({1, 5, 2}), torch::rand({1, 5, 2}));
  const auto points = torch::rand({3, 5, 2});
  landmarks.reset();
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
