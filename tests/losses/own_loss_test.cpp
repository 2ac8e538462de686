#include <faceptor/losses/own_loss.hpp>

#include <faceptor/losses/labels.hpp>
#include <faceptor/losses/loss.hpp>
#include <faceptor/losses/make_loss.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

/// A loss of three lines.
struct Off {
  static constexpr const char* kName = "test_off";
  static constexpr std::array kLabels = {LabelKind::values};
  torch::Tensor operator()(const torch::Tensor& output, const losses::Labels& labels) const {
    return (output - labels.primary).abs().mean();
  }
};

/// One with options, parts and accuracy.
struct Scaled {
  static constexpr const char* kName = "test_scaled";
  static constexpr std::array kLabels = {LabelKind::values, LabelKind::age};
  struct Options {
    double scale = 1;
    std::vector<double> weights = {};
    template <class Visitor>
    void each_field(Visitor&& visit) {
      visit("scale", scale);
      visit("weights", weights);
    }
    void fit(std::int64_t outputs) const { losses::expect_one_an_output("weights", weights.size(), outputs); }
  };
  Options options;
  losses::LossValue operator()(const torch::Tensor& output, const losses::Labels& labels) const {
    const auto error = (output - labels.primary).abs();
    return {options.scale * error.mean(), {{"error", error.mean()}}, losses::share_of(error < 1)};
  }
};

/// One that forgot the mean.
struct Unreduced {
  static constexpr const char* kName = "test_unreduced";
  static constexpr std::array kLabels = {LabelKind::values};
  torch::Tensor operator()(const torch::Tensor& output, const losses::Labels& labels) const { return (output - labels.primary).abs(); }
};

/// One with a parameter.
struct Weighted : losses::LossModule<Weighted, losses::NoOptions> {
  static constexpr const char* kName = "test_weighted";
  static constexpr std::array kLabels = {LabelKind::age};
  explicit Weighted(losses::NoOptions options) : LossModule(options) { weight = register_parameter("weight", torch::ones({2})); }
  losses::LossValue forward(const torch::Tensor& output, const losses::Labels& labels) override {
    return {(weight * (output - labels.primary)).mean()};
  }
  torch::Tensor weight;
};

namespace other {
struct Off {
  static constexpr const char* kName = "test_off";
  static constexpr std::array kLabels = {LabelKind::values};
  torch::Tensor operator()(const torch::Tensor& output, const losses::Labels&) const { return output.sum(); }
};
}  // namespace other

}  // namespace

TEST_CASE("a loss of one's own is a function, and a module wherever one is asked for", "[losses][own]") {
  losses::register_loss<Off>();
  losses::register_loss<Off>();  // twice does no harm
  const auto loss = losses::make_loss("test_off");
  CHECK(loss->loss_name() == "test_off");
  CHECK(loss->options_json() == nlohmann::json::object());
  const auto output = torch::tensor({{1.0, 2.0}, {3.0, 5.0}}).requires_grad_(true);
  const auto value = loss->forward(output, torch::zeros({2, 2}));
  CHECK(value.total.item<double>() == Approx(11.0 / 4));
  CHECK_FALSE(value.accuracy.defined());
  value.total.backward();
  CHECK(output.grad().sum().item<double>() == Approx(1));
  CHECK(std::dynamic_pointer_cast<losses::LossImpl>(loss->clone())->loss_name() == "test_off");

  const auto needs = losses::label_needs("test_off", nlohmann::json::object(), 2);
  CHECK((needs.kinds == std::vector{LabelKind::values}));
  CHECK(needs.count == 2);
  CHECK(loss->label_needs(2).count == 2);
}

TEST_CASE("options of a loss of one's own are read, written and held to the outputs", "[losses][own]") {
  losses::register_loss<Scaled>();
  const auto loss = losses::make_loss("test_scaled", {{"scale", 3}}, 2);
  CHECK(loss->options_json() == nlohmann::json{{"scale", 3.0}, {"weights", nlohmann::json::array()}});
  const auto value = loss->forward(torch::tensor({{0.5}, {4.0}}), torch::zeros({2, 1}));
  CHECK(value.total.item<double>() == Approx(3 * 4.5 / 2));
  CHECK(value.parts.at(0).first == "error");
  CHECK(value.accuracy.item<double>() == Approx(0.5));
  const auto slip = error_of([] { losses::make_loss("test_scaled", {{"scal", 3}}); });
  CHECK(slip.code() == ErrorCode::argument);
  CHECK(slip.hint().find("scale") != std::string::npos);
  const auto wrong = error_of([] { losses::make_loss("test_scaled", {{"weights", {1, 2}}}, 3); });
  CHECK(wrong.code() == ErrorCode::argument);
  CHECK(wrong.expected() == "3");
}

TEST_CASE("a loss that is no number, or has another one's name, is an error", "[losses][own]") {
  losses::register_loss<Unreduced>();
  const auto error = error_of([] { losses::make_loss("test_unreduced")->forward(torch::zeros({2, 3}), torch::zeros({2, 3})); });
  CHECK(error.code() == ErrorCode::shape);
  CHECK(error.hint().find(".mean()") != std::string::npos);
  losses::register_loss<Off>();
  CHECK(error_of([] { losses::register_loss<other::Off>(); }).code() == ErrorCode::argument);
}

TEST_CASE("every loss of the library says its labels, the reference's first", "[losses]") {
  const std::map<std::string, LabelKind> reference = {
      {"cross_entropy", LabelKind::class_index}, {"binary_cross_entropy", LabelKind::attributes}, {"age_distribution", LabelKind::age},
      {"cosface", LabelKind::class_index},       {"parsing_cross_entropy", LabelKind::parsing},   {"landmark", LabelKind::landmarks}};
  for (const auto& name : losses::loss_names()) {
    CAPTURE(name);
    const auto needs = losses::label_needs(name, {}, 5);
    CHECK_FALSE(needs.kinds.empty());
    if (const auto known = reference.find(name); known != reference.end()) CHECK((needs.kinds.front() == known->second));
  }
  CHECK(losses::label_needs("cosface", {{"classes", 40}}, 512).count == 40);
  CHECK(losses::label_needs("parsing_cross_entropy", {{"ignored", 255}}, 11).ignored == 255);
}

TEST_CASE("soft masks are learned at the size of their labels", "[losses]") {
  const auto logits = torch::full({2, 3, 4, 4}, 30.0);
  const auto ones = torch::ones({2, 3, 8, 8});
  for (const auto* name : {"binary_cross_entropy", "mean_absolute_error"}) {
    CAPTURE(name);
    const auto loss = losses::make_loss(name);
    const bool logarithmic = std::string(name) == "binary_cross_entropy";
    CHECK(loss->forward(logarithmic ? logits : torch::ones_like(logits), ones).total.item<double>() == Approx(0).margin(1e-6));
    CHECK(loss->forward(logits, 1 - ones).total.item<double>() == Approx(logarithmic ? 90 : 30));
    CHECK(error_of([&] { loss->forward(logits, torch::ones({2, 1, 8, 8})); }).code() == ErrorCode::shape);  // never broadcast
  }
}

TEST_CASE("labels are one tensor, and others by name", "[losses][labels]") {
  const losses::Labels one = torch::ones({2});
  CHECK(one.primary.sum().item<float>() == 2);
  CHECK(one.find("mask") == nullptr);
  const losses::Labels more(torch::ones({2}), {{"mask", torch::zeros({3})}});
  REQUIRE(more.find("mask") != nullptr);
  CHECK(more.find("mask")->size(0) == 3);
  CHECK(losses::share_of(torch::tensor({true, false, true, true})).item<double>() == 0.75);
}

TEST_CASE("a clone of a loss has parameters of its own, and the loss's mode", "[losses][own]") {
  Weighted loss{{}};
  loss.weight.set_data(torch::full({2}, 3.0F));
  loss.weight.requires_grad_(false);
  loss.eval();
  const auto copy = std::dynamic_pointer_cast<Weighted>(loss.clone());
  REQUIRE(copy != nullptr);
  CHECK(torch::equal(copy->weight, loss.weight));
  CHECK_FALSE(copy->weight.requires_grad());
  CHECK_FALSE(copy->is_training());
  copy->weight.data().zero_();
  CHECK(loss.weight.sum().item<float>() == 6);
  CHECK(copy->label_needs(4).count == 4);
}
