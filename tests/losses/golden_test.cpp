#include "support/torch_catch.hpp"

#include <map>

#include <faceptor/heads/heatmap.hpp>
#include <faceptor/losses/age_distribution.hpp>
#include <faceptor/losses/classification.hpp>
#include <faceptor/losses/dense.hpp>
#include <faceptor/losses/identity.hpp>
#include <faceptor/losses/task_weights.hpp>

#include "support/golden_tensors.hpp"

using namespace faceptor;

namespace {

struct Golden {
  golden::Tensors tensors;
  nlohmann::json cases;
};

std::optional<Golden> open_golden() {
  const auto path = golden::find("model/losses/losses.safetensors");
  if (!path) return std::nullopt;
  return Golden{golden::Tensors(*path), golden::json(*golden::find("model/losses/losses.json"))};
}

bool starts_with(const std::string& name, const char* start) { return name.rfind(start, 0) == 0; }

/// The value to 1e-5, the gradient of `input` to 1e-5 of its largest element.
void check_case(const Golden& golden, const std::string& name, const std::string& input_name, const torch::Tensor& input,
                const torch::Tensor& total) {
  INFO("case " << name);
  const double expected = golden.cases.at(name).at("loss").get<double>();
  CHECK(total.item<double>() == Approx(expected).epsilon(1e-5));
  const auto gradient = torch::autograd::grad({total}, {input}, {}, /*retain_graph=*/true)[0];
  CHECK(golden::difference(gradient, golden.tensors[name + "." + input_name + ".grad"], 0.0) <= 1e-5);
}

void check_part(const Golden& golden, const std::string& name, const char* part, const torch::Tensor& value) {
  CHECK(value.item<double>() == Approx(golden.cases.at(name).at("parts").at(part).get<double>()).epsilon(1e-5));
}

torch::Tensor leaf(const torch::Tensor& tensor) { return tensor.clone().requires_grad_(true); }

}  // namespace

TEST_CASE("CosFace is the reference's", "[losses][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden losses");
  for (const auto& [name, settings] : golden->cases.items()) {
    if (!starts_with(name, "cosface")) continue;
    const auto matrix = golden->tensors[name + ".classifier"];
    losses::CosFace loss(losses::CosFaceOptions(matrix.size(0), matrix.size(1))
                             .scale(settings.at("scale").get<double>())
                             .margin(settings.at("margin").get<double>()));
    REQUIRE(loss->class_matrix.sizes() == matrix.sizes());
    {
      const torch::NoGradGuard no_grad;
      loss->class_matrix.copy_(matrix);
    }
    const auto input = leaf(golden->tensors[name + ".input"]);
    const auto total = loss->forward(input, golden->tensors[name + ".label"]).total;
    check_case(*golden, name, "input", input, total);
    check_case(*golden, name, "classifier", loss->class_matrix, total);
  }
}

TEST_CASE("The age loss is the reference's", "[losses][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden losses");
  const auto targets = golden->tensors["age_target"];
  const auto ages = torch::arange(targets.size(0), torch::kFloat32);
  CHECK(golden::difference(losses::age_targets(ages, targets.size(1), 2.0), targets) <= 1e-6);
  for (const auto& [name, settings] : golden->cases.items()) {
    if (!starts_with(name, "age")) continue;
    losses::AgeDistribution loss;
    const auto input = leaf(golden->tensors[name + ".input"]);
    const auto labels = golden->tensors[name + ".avg_label"];
    const auto value = loss->forward(input, labels);
    check_case(*golden, name, "input", input, value.total);
    check_part(*golden, name, "kl_loss", value.parts.at(0).second);
    check_part(*golden, name, "l1_loss", value.parts.at(1).second);
    // The same targets, given instead of computed.
    const auto given = loss->forward(input, losses::Labels(labels, {{"distribution", golden->tensors[name + ".distribution"]}}));
    check_case(*golden, name, "input", input, given.total);
  }
}

TEST_CASE("The attribute loss is the reference's, with masks and ratios", "[losses][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden losses");
  for (const auto& [name, settings] : golden->cases.items()) {
    if (!starts_with(name, "attributes")) continue;
    losses::BinaryCrossEntropyOptions options;
    options.batch_mean(name.find("sum") == std::string::npos);
    if (settings.contains("sample_weight")) options.positive_ratios(settings.at("sample_weight").get<std::vector<double>>());
    losses::BinaryCrossEntropy loss(options);
    const auto input = leaf(golden->tensors[name + ".input"]);
    check_case(*golden, name, "input", input, loss->forward(input, golden->tensors[name + ".label"]).total);
  }
}

TEST_CASE("The expression loss is the reference's", "[losses][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden losses");
  losses::CrossEntropy loss;
  const auto input = leaf(golden->tensors["expression.input"]);
  check_case(*golden, "expression", "input", input, loss->forward(input, golden->tensors["expression.label"]).total);
}

TEST_CASE("The parsing loss is the reference's, ignored pixels included", "[losses][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden losses");
  for (const auto& [name, settings] : golden->cases.items()) {
    if (!starts_with(name, "parsing")) continue;
    losses::ParsingCrossEntropy loss;
    const auto input = leaf(golden->tensors[name + ".input"]);  // channels last
    const auto logits = input.permute({0, 3, 1, 2});
    check_case(*golden, name, "input", input, loss->forward(logits, golden->tensors[name + ".label"]).total);
  }
}

TEST_CASE("The landmark loss is the reference's", "[losses][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden losses");
  for (const auto& [name, settings] : golden->cases.items()) {
    if (!starts_with(name, "landmarks")) continue;
    losses::Landmark loss(losses::LandmarkOptions()
                              .heatmap_size(settings.at("heatmap_size").get<int64_t>())
                              .radius(settings.at("heatmap_radius").get<double>()));
    const auto maps = leaf(golden->tensors[name + ".heatmap"]);
    const auto side = settings.at("input_size").get<int64_t>();
    const auto truth = heads::normalized_points(golden->tensors[name + ".label"], side, side);
    const auto value = loss->forward(maps, truth);
    check_case(*golden, name, "heatmap", maps, value.total);
    check_part(*golden, name, "coord_l1_loss", value.parts.at(0).second);
    check_part(*golden, name, "heatmap_ce_loss", value.parts.at(1).second);
    CHECK(golden::difference(heads::points_from_heatmaps(maps.sigmoid()), golden->tensors[name + ".landmark"]) <= 1e-5);
  }
}

TEST_CASE("Task weights and the total are the reference's", "[losses][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden losses");
  const auto published = golden::json(*golden::find("model/losses/task_weights.json"));
  for (const auto& [name, set] : published.items()) {
    INFO("task set " << name);
    std::vector<losses::TaskShare> shares;
    for (const auto& [task, batch] : set.at("batch").items()) shares.push_back({task, task.substr(0, task.find('_')), batch.get<double>()});
    const auto weights = losses::task_weights(shares, set.at("task_weight").get<std::map<std::string, double>>());
    REQUIRE(weights.size() == shares.size());
    for (size_t i = 0; i < shares.size(); ++i) {
      INFO("task " << shares[i].task);
      CHECK(weights[i] == Approx(set.at("loss_weight").at(shares[i].task).get<double>()).epsilon(1e-12));
    }
  }

  std::vector<torch::Tensor> parts;
  std::vector<double> weights;
  std::map<std::string, torch::Tensor> inputs;
  const auto& total = golden->cases.at("total");
  for (const auto& [task, weight] : total.at("weights").items()) {
    const auto prefix = "total." + task;
    const auto input = inputs[task] = leaf(golden->tensors[prefix + ".input"]);
    const auto label = golden->tensors[prefix + (starts_with(task, "age") ? ".avg_label" : ".label")];
    if (starts_with(task, "age")) parts.push_back(losses::AgeDistribution()->forward(input, label).total);
    if (starts_with(task, "affect")) parts.push_back(losses::CrossEntropy()->forward(input, label).total);
    if (starts_with(task, "biattr")) parts.push_back(losses::BinaryCrossEntropy()->forward(input, label).total);
    weights.push_back(weight.get<double>());
    REQUIRE(parts.size() == weights.size());
    CHECK(parts.back().item<double>() == Approx(total.at("tasks").at(task).get<double>()).epsilon(1e-5));
  }
  const auto sum = losses::weighted_total(parts, weights);
  for (const auto& [task, input] : inputs) check_case(*golden, "total", task + ".input", input, sum);
}
