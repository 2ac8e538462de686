#include "support/torch_catch.hpp"

#include <faceptor/losses/classification.hpp>
#include <faceptor/losses/identity.hpp>
#include <faceptor/losses/make_loss.hpp>
#include <faceptor/losses/task_weights.hpp>

#include "support/error_of.hpp"
#include "support/gradient_check.hpp"

using namespace faceptor;
using losses::Labels;
using nlohmann::json;

namespace {

torch::Tensor doubles(std::initializer_list<int64_t> sizes) { return torch::randn(at::IntArrayRef(sizes), torch::kFloat64); }

struct Sample {
  std::string name;
  json options;
  torch::Tensor output;
  Labels labels;
  torch::Tensor wrong_shape;  ///< labels that don't fit
  torch::Tensor wrong_value;  ///< labels of the right shape that can't be
};

/// One example for every built-in loss.
std::vector<Sample> samples() {
  torch::manual_seed(3);
  const auto longs = torch::kLong;
  const auto classes = torch::tensor({0, 3, 2}, longs);
  auto pixels = torch::randint(0, 4, {2, 6, 5}, longs);
  pixels.index_put_({0, 0, 0}, -100);
  const auto attributes = torch::tensor({1, 0, -1, 0, 1, 1, -1, 0, 0, 1, 1, 0}, longs).view({3, 4});
  const auto infinite = torch::full({3, 4}, INFINITY, torch::kFloat64);
  return {
      {"cross_entropy", {{"label_smoothing", 0.1}}, doubles({3, 4}), classes, classes.unsqueeze(1), torch::full({3}, 4, longs)},
      {"binary_cross_entropy", {{"positive_ratios", {0.1, 0.5, 0.9, 0.3}}}, doubles({3, 4}), attributes, attributes.t(), attributes * 2},
      {"age_distribution", json::object(), doubles({3, 12}), torch::tensor({2.5, 7.0, 11.0}, torch::kFloat64), classes.unsqueeze(0),
       torch::tensor({2.5, std::nan(""), 11.0})},
      {"cosface", {{"classes", 4}, {"width", 5}}, doubles({3, 5}), classes, classes.unsqueeze(1), classes - 1},
      {"arcface", {{"classes", 4}, {"width", 5}, {"scale", 8.0}}, doubles({3, 5}), classes, classes.unsqueeze(1), classes + 4},
      {"parsing_cross_entropy", json::object(), doubles({2, 4, 3, 4}), pixels, pixels[0], pixels + 4},
      {"landmark",
       {{"heatmap_size", 8}, {"radius", 2.0}},
       doubles({2, 3, 4, 5}),
       torch::rand({2, 3, 2}, torch::kFloat64),
       torch::rand({2, 4, 2}),
       torch::full({2, 3, 2}, 300.0)},
      {"mean_squared_error", json::object(), doubles({3, 4}), doubles({3, 4}), doubles({3, 3}), infinite},
      {"mean_absolute_error", json::object(), doubles({3, 4}), doubles({3, 4}), doubles({4, 4}), infinite},
      {"cosine_distance", json::object(), doubles({3, 4}), doubles({3, 4}), doubles({3, 3}), infinite},
      {"wing", {{"width", 0.5}, {"epsilon", 0.2}}, doubles({3, 4}), doubles({3, 4}), doubles({3, 3}), infinite},
      {"adaptive_wing",
       {{"sigmoid", true}},
       doubles({2, 3, 4, 4}),
       torch::rand({2, 3, 4, 4}, torch::kFloat64),
       doubles({2, 3, 4}),
       torch::full({2, 3, 4, 4}, 1.5)},
      {"focal", {{"class_weights", {1.0, 2.0, 0.5, 3.0}}}, doubles({3, 4}), classes, classes.unsqueeze(1), classes - 1},
      {"binary_focal", json::object(), doubles({3, 4}), attributes, attributes.t(), attributes * 3},
      {"dice", {{"cross_entropy", 0.5}}, doubles({2, 4, 3, 4}), pixels, pixels[0], pixels + 4},
  };
}

}  // namespace

TEST_CASE("Every built-in loss has an example here", "[losses]") {
  std::vector<std::string> tested;
  for (const auto& sample : samples()) tested.push_back(sample.name);
  auto known = losses::loss_names();
  std::sort(tested.begin(), tested.end());
  std::sort(known.begin(), known.end());
  CHECK(tested == known);
}

TEST_CASE("Every loss: a scalar, and a gradient that central differences confirm", "[losses][gradient]") {
  for (const auto& sample : samples()) {
    INFO(sample.name);
    auto loss = losses::make_loss(sample.name, sample.options);
    loss->to(torch::kFloat64);
    const auto value = loss->forward(sample.output, sample.labels);
    CHECK(value.total.dim() == 0);
    CHECK(std::isfinite(value.total.item<double>()));
    for (const auto& [part, tensor] : value.parts) CHECK(tensor.dim() == 0);
    CHECK(gradient_error([&](const torch::Tensor& x) { return loss->forward(x, sample.labels).total; }, sample.output) < 1e-6);
    for (auto& parameter : loss->named_parameters()) {
      auto held = parameter.value();
      held.mutable_grad().reset();
      loss->forward(sample.output, sample.labels).total.backward();
      const auto analytic = held.grad().clone();
      const torch::NoGradGuard no_grad;
      auto* values = held.data_ptr<double>();
      for (int64_t i = 0; i < held.numel(); ++i) {
        const double before = values[i];
        values[i] = before + 1e-5;
        const double above = loss->forward(sample.output, sample.labels).total.item<double>();
        values[i] = before - 1e-5;
        const double below = loss->forward(sample.output, sample.labels).total.item<double>();
        values[i] = before;
        CHECK(analytic.view(-1)[i].item<double>() == Approx((above - below) / 2e-5).margin(1e-5));
      }
    }
  }
}

TEST_CASE("Every loss: options survive JSON, a clone is equal and apart", "[losses]") {
  for (const auto& sample : samples()) {
    INFO(sample.name);
    const auto loss = losses::make_loss(sample.name, sample.options);
    CHECK(loss->loss_name() == sample.name);
    const auto written = loss->options_json();
    CHECK(losses::make_loss(sample.name, written)->options_json() == written);
    for (const auto& [option, value] : sample.options.items()) CHECK(written.at(option) == value);

    loss->to(torch::kFloat64);
    loss->eval();
    const auto copy = std::dynamic_pointer_cast<losses::LossImpl>(loss->clone());
    REQUIRE(copy);
    CHECK_FALSE(copy->is_training());
    const double before = loss->forward(sample.output, sample.labels).total.item<double>();
    CHECK(copy->forward(sample.output, sample.labels).total.item<double>() == before);
    const torch::NoGradGuard no_grad;
    for (auto& parameter : copy->parameters()) parameter.mul_(-1);
    CHECK(loss->forward(sample.output, sample.labels).total.item<double>() == before);
  }
}

TEST_CASE("Every loss refuses outputs and labels that don't fit", "[losses][errors]") {
  for (const auto& sample : samples()) {
    INFO(sample.name);
    auto loss = losses::make_loss(sample.name, sample.options);
    loss->to(torch::kFloat64);
    const auto refused = [&](const torch::Tensor& output, const torch::Tensor& labels) {
      return error_of([&] { loss->forward(output, labels); });
    };
    const auto& good = sample.labels.primary;
    const auto shape = refused(sample.output, sample.wrong_shape);
    CHECK(shape.code() == ErrorCode::shape);
    CHECK_FALSE(shape.expected().empty());
    CHECK_FALSE(shape.found().empty());
    CHECK(refused(sample.output, sample.wrong_value).code() == ErrorCode::argument);
    CHECK(refused(sample.output, torch::Tensor()).code() == ErrorCode::shape);
    CHECK(refused(torch::Tensor(), good).code() == ErrorCode::shape);
    CHECK(refused(sample.output.to(torch::kLong), good).code() == ErrorCode::shape);
    CHECK(refused(sample.output.slice(0, 0, 0), good.slice(0, 0, 0)).code() == ErrorCode::shape);
    CHECK(refused(torch::zeros({}, torch::kFloat64), good).code() == ErrorCode::shape);
  }
}

TEST_CASE("Losses by name: slips are named", "[losses][errors]") {
  const auto name = error_of([] { losses::make_loss("cross_entrpy"); });
  CHECK(name.code() == ErrorCode::unsupported);
  CHECK(name.hint().find("cross_entropy") != std::string::npos);
  const auto option = error_of([] { losses::make_loss("focal", {{"gama", 1}}); });
  CHECK(option.code() == ErrorCode::argument);
  CHECK(option.hint().find("gamma") != std::string::npos);
  CHECK(error_of([] { losses::make_loss("focal", {{"gamma", json("two")}}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { losses::make_loss("focal", json::array({1})); }).code() == ErrorCode::argument);
  CHECK(error_of([] { losses::make_loss("focal", {{"gamma", -1}}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { losses::make_loss("cosface"); }).code() == ErrorCode::argument);
  CHECK(error_of([] { losses::make_loss("binary_cross_entropy", {{"positive_ratios", {0.5, 0.5}}}, 3); }).code() == ErrorCode::argument);
  CHECK(losses::make_loss("cosface", {{"classes", 7}}, 24)->options_json().at("width") == 24);
}

TEST_CASE("Masked labels change neither the loss nor the gradient", "[losses]") {
  torch::manual_seed(4);
  const auto labels = torch::tensor({1, -1, 0, -1}, torch::kLong).view({2, 2});
  for (const auto* name : {"binary_cross_entropy", "binary_focal"}) {
    auto loss = losses::make_loss(name);
    const auto output = torch::randn({2, 2}).requires_grad_(true);
    const auto total = loss->forward(output, labels).total;
    const auto moved = loss->forward(output.detach() + (labels == -1) * 5.0, labels).total;
    CHECK(moved.item<double>() == total.item<double>());
    const auto gradient = torch::autograd::grad({total}, {output})[0];
    CHECK(gradient.masked_select(labels == -1).abs().sum().item<double>() == 0);
    CHECK(gradient.masked_select(labels != -1).abs().min().item<double>() > 0);
    const auto unknown = loss->forward(output, torch::full({2, 2}, -1, torch::kLong)).total;
    CHECK(unknown.item<double>() == 0);
  }
}

TEST_CASE("Losses of known value", "[losses]") {
  const auto value = [](const char* name, const json& options, const torch::Tensor& output, const torch::Tensor& labels) {
    return losses::make_loss(name, options)->forward(output, labels).total.item<double>();
  };
  const auto zero = torch::zeros({2, 3}, torch::kFloat64);
  const auto classes = torch::tensor({0, 2}, torch::kLong);
  // Cross entropy turned down by (1 - 1/3)^2, and not at all for gamma = 0.
  CHECK(value("focal", {}, zero, classes) == Approx(std::log(3.0) * 4 / 9));
  CHECK(value("focal", {{"gamma", 0}}, zero, classes) == Approx(value("cross_entropy", {}, zero, classes)));
  CHECK(value("binary_focal", {}, zero, torch::ones({2, 3})) == Approx(0.25 * 0.25 * std::log(2.0)));
  CHECK(value("wing", {}, zero + 4, zero) == Approx(10 * std::log(3.0)));
  CHECK(value("wing", {}, zero + 30, zero) == Approx(30 - (10 - 10 * std::log(6.0))));
  CHECK(value("mean_squared_error", {}, zero + 3, zero) == Approx(9));
  CHECK(value("mean_absolute_error", {}, zero.slice(1, 0, 1) - 3, zero.select(1, 0)) == Approx(3));
  // The same way, at right angles, the opposite way; lengths don't count.
  const auto along = torch::tensor({{2.0, 0.0}, {0.0, 3.0}}, torch::kFloat64);
  CHECK(value("cosine_distance", {}, along, along * 5) == Approx(0).margin(1e-12));
  CHECK(value("cosine_distance", {}, along, along.flip({1})) == Approx(1));
  CHECK(value("cosine_distance", {}, along, -along) == Approx(2));
  CHECK(value("cosine_distance", {}, along, along * 0) == Approx(1));
  const auto peak = torch::ones({1, 1, 2, 2}, torch::kFloat64);
  CHECK(value("adaptive_wing", {}, peak - 0.25, peak) == Approx(14 * std::log1p(std::pow(0.25, 1.1))));
  // Both branches meet at theta.
  CHECK(value("adaptive_wing", {}, peak - 0.5 - 1e-9, peak) == Approx(value("adaptive_wing", {}, peak - 0.5 + 1e-9, peak)));
  // Certain and right in every pixel; certain and wrong.
  const auto map = torch::tensor({0, 1, 1, 0}, torch::kLong).view({1, 2, 2});
  const auto certain = torch::stack({1.0 - map.to(torch::kFloat64), map.to(torch::kFloat64)}, 1) * 200;
  CHECK(value("dice", {}, certain, map) == Approx(0).margin(1e-9));
  CHECK(value("dice", {}, certain.flip({1}), map) == Approx(1 - 1.0 / 5));
  CHECK(value("parsing_cross_entropy", {}, certain, map) == Approx(0).margin(1e-9));
}

TEST_CASE("Dice with cross entropy is the sum of both, over labelled pixels", "[losses]") {
  torch::manual_seed(8);
  const auto logits = doubles({2, 3, 4, 5});
  auto map = torch::randint(0, 3, {2, 8, 10}, torch::kLong);
  map.slice(1, 0, 3).fill_(-100);
  const auto whole = losses::make_loss("dice", {{"cross_entropy", 0.5}})->forward(logits, map);
  const auto dice = losses::make_loss("dice", json::object())->forward(logits, map).total.item<double>();
  const auto entropy = losses::make_loss("parsing_cross_entropy", {{"mean_of_labelled", true}})->forward(logits, map).total.item<double>();
  CHECK(whole.total.item<double>() == Approx(dice + 0.5 * entropy));
  CHECK(whole.parts.at(1).second.item<double>() == Approx(entropy));
}

TEST_CASE("Losses stay finite for extreme logits", "[losses]") {
  for (const auto& sample : samples()) {
    INFO(sample.name);
    auto loss = losses::make_loss(sample.name, sample.options);
    const auto output = (sample.output.to(torch::kFloat32).sign() * 1e4).requires_grad_(true);
    const auto total = loss->forward(output, sample.labels).total;
    CHECK(std::isfinite(total.item<double>()));
    CHECK(torch::autograd::grad({total}, {output})[0].isfinite().all().item<bool>());
  }
  auto cosface = losses::CosFace(losses::CosFaceOptions(3, 4));
  const auto still = torch::zeros({2, 4}).requires_grad_(true);
  const auto total = cosface->forward(still, torch::tensor({0, 1}, torch::kLong)).total;
  CHECK(torch::autograd::grad({total}, {still})[0].isfinite().all().item<bool>());
}

TEST_CASE("Margins: none is cross entropy of cosines, a larger one costs more", "[losses]") {
  torch::manual_seed(5);
  const auto embeddings = torch::randn({6, 8});
  const auto labels = torch::randint(0, 5, {6}, torch::kLong);
  for (const auto* name : {"cosface", "arcface"}) {
    INFO(name);
    torch::manual_seed(6);
    auto plain = losses::make_loss(name, {{"classes", 5}, {"width", 8}, {"margin", 0.0}});
    torch::manual_seed(6);
    auto strict = losses::make_loss(name, {{"classes", 5}, {"width", 8}, {"margin", 0.3}});
    const auto matrix = plain->parameters().at(0);
    CHECK(plain->named_parameters().contains("class_matrix"));
    CHECK(matrix.abs().max().item<double>() <= 1 / std::sqrt(8.0));
    const auto cosines = losses::class_cosines(embeddings, matrix);
    const double expected = torch::nn::functional::cross_entropy(cosines * 64, labels).item<double>();
    CHECK(plain->forward(embeddings, labels).total.item<double>() == Approx(expected).epsilon(1e-5));
    CHECK(strict->forward(embeddings, labels).total.item<double>() > expected);
    // Lengths don't count.
    CHECK(plain->forward(embeddings * 7, labels).total.item<double>() == Approx(expected).epsilon(1e-5));
  }
  // At the angle 0.4, ArcFace sees 0.4 + 0.5.
  losses::ArcFace arcface(losses::ArcFaceOptions(1, 2).scale(1.0));
  const auto cosine = torch::tensor({std::cos(0.4), std::sin(0.4)}, torch::kFloat64).view({1, 2});
  {
    const torch::NoGradGuard no_grad;
    arcface->class_matrix.copy_(torch::tensor({1.0, 0.0}).view({1, 2}));
  }
  arcface->to(torch::kFloat64);
  const auto two = torch::cat({arcface->class_matrix, torch::tensor({0.0, 1.0}, torch::kFloat64).view({1, 2})});
  losses::ArcFace both(losses::ArcFaceOptions(2, 2).scale(1.0));
  both->to(torch::kFloat64);
  {
    const torch::NoGradGuard no_grad;
    both->class_matrix.copy_(two);
  }
  const double own = std::exp(std::cos(0.9));
  const double other = std::exp(std::sin(0.4));
  const auto label = torch::tensor({0}, torch::kLong);
  CHECK(both->forward(cosine, label).total.item<double>() == Approx(-std::log(own / (own + other))));
}

TEST_CASE("Sampled classes: the batch's own always, the rest from seed and counter", "[losses]") {
  torch::manual_seed(7);
  const auto matrix = torch::randn({50, 4});
  const auto labels = torch::tensor({7, 31, 7, 49}, torch::kLong);
  const auto options = losses::MarginOptions(50, 4, 64, 0.4).sample_rate(0.2).seed(11);
  const auto chosen = losses::choose_classes(matrix, labels, options, 3);
  REQUIRE(chosen.rows.size(0) == 10);
  CHECK(torch::equal(chosen.rows.index_select(0, chosen.labels), matrix.index_select(0, labels)));
  CHECK(torch::equal(losses::choose_classes(matrix, labels, options, 3).rows, chosen.rows));
  CHECK_FALSE(torch::equal(losses::choose_classes(matrix, labels, options, 4).rows, chosen.rows));
  auto other_seed = options;
  other_seed.seed(12);
  CHECK_FALSE(torch::equal(losses::choose_classes(matrix, labels, other_seed, 3).rows, chosen.rows));
  const auto many = torch::arange(20, torch::kLong);
  CHECK(losses::choose_classes(matrix, many, options, 0).rows.size(0) == 20);

  losses::CosFace loss(losses::CosFaceOptions(50, 4).sample_rate(0.2).seed(11));
  const auto embeddings = torch::randn({4, 4});
  loss->set_counter(5);
  const double first = loss->forward(embeddings, labels).total.item<double>();
  const double second = loss->forward(embeddings, labels).total.item<double>();
  CHECK(first != second);
  torch::manual_seed(99);
  loss->set_counter(5);
  CHECK(loss->forward(embeddings, labels).total.item<double>() == first);
  loss->eval();
  losses::CosFace full(losses::CosFaceOptions(50, 4));
  {
    const torch::NoGradGuard no_grad;
    full->class_matrix.copy_(loss->class_matrix);
  }
  CHECK(loss->forward(embeddings, labels).total.item<double>() == full->forward(embeddings, labels).total.item<double>());
  CHECK(full->forward(embeddings, labels).total.item<double>() >= first);
}

TEST_CASE("Task weights refuse what can't be weighed", "[losses][errors]") {
  const std::vector<losses::TaskShare> shares{{"affect_rafdb", "affect", 8}};
  CHECK(error_of([&] { losses::task_weights(shares, {{"afect", 5}}); }).hint().find("afect") != std::string::npos);
  CHECK(error_of([&] { losses::task_weights(shares, {{"affect", 0}}); }).code() == ErrorCode::argument);
  const std::vector<losses::TaskShare> empty{{"affect_rafdb", "affect", 0}};
  CHECK(error_of([&] { losses::task_weights(empty, {{"affect", 5}}); }).code() == ErrorCode::argument);
  const std::vector<torch::Tensor> one{torch::ones({})};
  CHECK(error_of([&] { losses::weighted_total(one, std::vector<double>{1, 2}); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { losses::weighted_total(one, std::vector<double>{0}); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { losses::weighted_total(std::vector{torch::ones({2})}, std::vector<double>{1}); }).code() == ErrorCode::shape);
}
