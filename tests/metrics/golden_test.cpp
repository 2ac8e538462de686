#include "support/torch_catch.hpp"

#include <faceptor/losses/age_distribution.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/identity.hpp>
#include <faceptor/metrics/landmarks.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/metrics/parsing.hpp>
#include <faceptor/metrics/tensors.hpp>

#include "support/golden_tensors.hpp"

using namespace faceptor;

namespace {

struct Golden {
  golden::Tensors tensors;
  nlohmann::json cases;
};

std::optional<Golden> open_golden() {
  const auto path = golden::find("model/metrics/metrics.safetensors");
  if (!path) return std::nullopt;
  return Golden{golden::Tensors(*path), golden::json(*golden::find("model/metrics/metrics.json"))};
}

std::vector<size_t> range(size_t first, size_t last) {
  std::vector<size_t> indices;
  for (size_t i = first; i <= last; ++i) indices.push_back(i);
  return indices;
}

/// The lengths that each data set divides by.
metrics::LandmarkError::Options options_of(const std::string& name) {
  using metrics::Normalizer;
  metrics::LandmarkError::Options options;
  if (name == "300w") {
    options.normalizers = {Normalizer::between("inter_ocular", {36}, {45}),
                           Normalizer::between("inter_pupil", range(36, 41), range(42, 47))};
  } else if (name == "wflw") {
    options.normalizers = {Normalizer::between("inter_ocular", {60}, {72}, 0.10), Normalizer::between("inter_pupil", {96}, {97})};
  } else if (name == "cofw") {
    options.normalizers = {Normalizer::between("inter_ocular", {8}, {9}, 0.10)};
  } else {
    options.normalizers = {Normalizer::between("inter_ocular", {6}, {11}), Normalizer::between("inter_pupil", {7}, {10}),
                           Normalizer::box(0.07), Normalizer::box_diagonal()};
  }
  return options;
}

/// y1, x1, y2, x2 of the evaluator to left, top, right, bottom.
torch::Tensor boxes_of(const torch::Tensor& boxes) { return boxes.index_select(1, torch::tensor({1, 0, 3, 2}, torch::kLong)); }

using Order = std::vector<size_t> (*)(const std::vector<double>&);

std::vector<size_t> in_order(const std::vector<double>& values) { return range(0, values.size() - 1); }

/// A quicksort of indices that moves equal values about as NumPy's did when the references were made: the median of three as the
/// pivot, parked before the last; both scans stop at equal values; the smaller part first; insertion sort up to 17 values.
std::vector<size_t> quicksorted(const std::vector<double>& values) {
  auto order = in_order(values);
  const auto less = [&](size_t a, size_t b) { return values[order[a]] < values[order[b]]; };
  std::vector<std::pair<size_t, size_t>> waiting{{0, order.size() - 1}};
  while (!waiting.empty()) {
    auto [first, last] = waiting.back();
    waiting.pop_back();
    while (last > first + 16 && last != size_t(-1)) {
      const auto middle = first + (last - first) / 2;
      if (less(middle, first)) std::swap(order[middle], order[first]);
      if (less(last, middle)) std::swap(order[last], order[middle]);
      if (less(middle, first)) std::swap(order[middle], order[first]);
      const double pivot = values[order[middle]];
      auto left = first;
      auto right = last - 1;
      std::swap(order[middle], order[right]);
      for (;;) {
        while (values[order[++left]] < pivot) {
        }
        while (pivot < values[order[--right]]) {
        }
        if (left >= right) break;
        std::swap(order[left], order[right]);
      }
      std::swap(order[left], order[last - 1]);
      if (left - first < last - left) {
        waiting.emplace_back(left + 1, last);
        last = left - 1;
      } else {
        waiting.emplace_back(first, left - 1);
        first = left + 1;
      }
    }
    for (auto i = first + 1; i <= last && last != size_t(-1); ++i) {
      for (auto j = i; j > first && less(j, j - 1); --j) std::swap(order[j], order[j - 1]);
    }
  }
  return order;
}

struct TrueAccept {
  double mean, deviation, false_accept;
};

/// TAR at a FAR by folds, from the definition: pair by pair, with the curve's ties in an order of one's choice.
TrueAccept true_accept_by_folds(const std::vector<double>& distances, const std::vector<int64_t>& same, size_t folds, double wanted,
                                Order order_of) {
  std::vector<double> found;
  double false_sum = 0;
  size_t begin = 0;
  for (size_t fold = 0; fold < folds; ++fold) {
    const auto end = begin + distances.size() / folds + (fold < distances.size() % folds ? 1 : 0);
    const auto rate = [&](double threshold, bool outside, int64_t kind) {
      double count = 0;
      double accepted = 0;
      for (size_t i = 0; i < distances.size(); ++i) {
        if ((i < begin || i >= end) != outside || same[i] != kind) continue;
        ++count;
        accepted += distances[i] < threshold ? 1 : 0;
      }
      return accepted / count;
    };
    std::vector<double> thresholds, rates, sorted_thresholds, sorted_rates;
    for (int i = 0; i < 4000; ++i) {
      thresholds.push_back(i * 0.001);
      rates.push_back(rate(thresholds.back(), true, 0));
    }
    for (const auto i : order_of(rates)) {
      sorted_thresholds.push_back(thresholds[i]);
      sorted_rates.push_back(rates[i]);
    }
    const double threshold = metrics::threshold_at(sorted_thresholds, sorted_rates, wanted);
    found.push_back(rate(threshold, false, 1));
    false_sum += rate(threshold, false, 0);
    begin = end;
  }
  double mean = 0;
  for (const double value : found) mean += value / static_cast<double>(folds);
  double square = 0;
  for (const double value : found) square += (value - mean) * (value - mean) / static_cast<double>(folds);
  return {mean, std::sqrt(square), false_sum / static_cast<double>(folds)};
}

}  // namespace

TEST_CASE("Landmark errors are the evaluators'", "[metrics][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden metrics");
  for (const std::string name : {"300w", "cofw", "wflw", "aflw"}) {
    INFO(name);
    const auto& reference = golden->cases.at(name);
    const metrics::Labels labels(golden->tensors[name + ".true"], {{"box", boxes_of(golden->tensors[name + ".box"])}});
    auto options = options_of(name);
    metrics::LandmarkError errors(options);
    errors.add(golden->tensors[name + ".pred"], labels);
    options.simpson = metrics::SimpsonEnd::averaged;
    metrics::LandmarkError averaged(options);
    averaged.add(golden->tensors[name + ".pred"], labels);
    const auto result = errors.result();
    for (const auto& [unit, value] : reference.at("nme").items()) {
      INFO(unit);
      CHECK(*result.at(unit == "diag" ? "diagonal" : unit).mean == Approx(value.get<double>()).epsilon(1e-6));
    }
    if (!reference.contains("threshold")) continue;
    const bool box = name == "aflw";
    const auto* suffix = box ? "_box_7" : "_inter_ocular_10";
    const auto unit = std::string(box ? "box" : "inter_ocular");
    const auto index = static_cast<size_t>(std::find_if(options.normalizers.begin(), options.normalizers.end(),
                                                        [&](const auto& normalizer) { return normalizer.name == unit; }) -
                                           options.normalizers.begin());
    const auto per_photo = reference.at("per_photo").get<std::vector<double>>();
    REQUIRE(errors.errors(index).size() == per_photo.size());
    for (size_t i = 0; i < per_photo.size(); ++i) CHECK(errors.errors(index)[i] == Approx(per_photo[i]).epsilon(1e-6));
    const auto curve = metrics::error_curve(errors.errors(index), reference.at("threshold").get<double>());
    CHECK(curve.thresholds.size() == reference.at("steps").get<size_t>());
    CHECK(curve.thresholds.back() == reference.at("last_threshold").get<double>());
    CHECK(*result.at(unit).area_under_curve == Approx(reference.at(std::string("auc") + suffix).get<double>()).epsilon(1e-6));
    CHECK(*result.at(unit).failure_rate == reference.at(std::string("fr") + suffix).get<double>());
    CHECK(*averaged.result().at(unit).area_under_curve == Approx(reference.at("auc_with_old_simpson").get<double>()).epsilon(1e-6));
  }
}

TEST_CASE("The parsing score is the evaluator's", "[metrics][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden metrics");
  const auto& reference = golden->cases.at("parsing");
  const auto names = reference.at("names").get<std::vector<std::string>>();
  metrics::ParsingScore score({static_cast<int64_t>(names.size())});
  score.add(golden->tensors["parsing.pred"], golden->tensors["parsing.true"]);
  CHECK(score.confusion().counts() == metrics::integers_of(golden->tensors["parsing.confusion"]));
  const auto result = score.result();
  for (size_t c = 0; c < names.size(); ++c) CHECK(*result.f1[c] == Approx(reference.at("f1").at(names[c]).get<double>()).epsilon(1e-12));
  CHECK(*result.mean_f1 == Approx(reference.at("f1").at("fg_mean").get<double>()).epsilon(1e-12));
}

TEST_CASE("Age, expression and attributes are the evaluators'", "[metrics][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden metrics");
  const auto& age = golden->cases.at("age");
  metrics::AgeError ages;
  ages.add(losses::expected_ages(losses::age_distributions(golden->tensors["age.logits"])),
           golden->tensors["age.true"].to(torch::kFloat32));
  const auto years = ages.result();
  CHECK(*years.mean_absolute_error == Approx(age.at("mae").get<double>()).epsilon(1e-6));
  CHECK(100 * *years.cumulative.at(0).share == Approx(age.at("cs").get<double>()).epsilon(1e-6));
  CHECK(*years.epsilon_error == Approx(age.at("eps_error").get<double>()).epsilon(1e-6));

  metrics::Classification expression;
  expression.add(golden->tensors["expression.logits"], golden->tensors["expression.true"]);
  CHECK(100 * *expression.result().accuracy == Approx(golden->cases.at("expression").at("acc").get<double>()).epsilon(1e-12));

  const auto& reference = golden->cases.at("attributes");
  metrics::AttributeScore attributes;
  attributes.add(golden->tensors["attributes.logits"].sigmoid(), golden->tensors["attributes.true"]);
  const auto result = attributes.result();
  // The evaluator averages single precision numbers: its own rounding, no other counts.
  CHECK(100 * *result.mean_accuracy == Approx(reference.at("mean_acc").get<double>()).epsilon(1e-6));
  for (size_t k = 0; k < result.attributes.size(); ++k) {
    CHECK(100 * *result.attributes[k].accuracy == Approx(reference.at("a" + std::to_string(k) + "_acc").get<double>()).epsilon(1e-6));
  }
}

TEST_CASE("Face verification is the evaluator's", "[metrics][golden]") {
  const auto golden = open_golden();
  if (!golden) FACEPTOR_SKIP("no golden metrics");
  for (const auto& [name, reference] : golden->cases.items()) {
    if (name.rfind("verification", 0) != 0) continue;
    INFO(name);
    const auto embeddings = golden->tensors[name + ".embedding"];
    const auto mirrored = golden->tensors[name + ".embedding_mirrored"];
    const auto same = metrics::integers_of(golden->tensors[name + ".same"]);
    const auto width = static_cast<size_t>(embeddings.size(1));
    const auto row = [&](const torch::Tensor& tensor, int64_t i) {
      return std::span(tensor.data_ptr<float>() + i * tensor.size(1), width);
    };
    metrics::FaceVerification::Options options;
    options.folds = reference.at("folds").get<int64_t>();
    options.false_accept_rates = {0.05, 1e-3};
    metrics::FaceVerification verification(options);
    const auto joined = golden->tensors[name + ".joined"];
    for (size_t pair = 0; pair < same.size(); ++pair) {
      const auto i = static_cast<int64_t>(2 * pair);
      const auto first = metrics::add_mirrored(row(embeddings, i), row(mirrored, i));
      const auto second = metrics::add_mirrored(row(embeddings, i + 1), row(mirrored, i + 1));
      verification.add(first, second, same[pair] != 0);
      const auto expected = (joined[i] - joined[i + 1]).square().sum().item<double>();
      CHECK(verification.distances().back() == Approx(expected).epsilon(1e-9));
    }
    const auto result = verification.result();
    CHECK(result.pairs == reference.at("pairs").get<int64_t>());
    CHECK(*result.accuracy == Approx(reference.at("accuracy").get<double>()).epsilon(1e-12));
    CHECK(*result.deviation == Approx(reference.at("std").get<double>()).epsilon(1e-9));
    const auto folds = metrics::numbers_of(golden->tensors[name + ".accuracy_by_fold"]);
    REQUIRE(result.fold_accuracies.size() == folds.size());
    for (size_t f = 0; f < folds.size(); ++f) CHECK(result.fold_accuracies[f] == Approx(folds[f]).epsilon(1e-12));
    const auto tpr = metrics::numbers_of(golden->tensors[name + ".tpr"]);
    const auto fpr = metrics::numbers_of(golden->tensors[name + ".fpr"]);
    REQUIRE(result.fold_mean_roc.size() == tpr.size());
    for (size_t t = 0; t < tpr.size(); ++t) {
      CHECK(*result.fold_mean_roc[t].true_accept == Approx(tpr[t]).margin(1e-12));
      CHECK(*result.fold_mean_roc[t].false_accept == Approx(fpr[t]).margin(1e-12));
    }
    const char* keys[] = {"val_std_far_at_0.05", "val_std_far_at_1e-3"};
    for (size_t k = 0; k < 2; ++k) {
      INFO(keys[k]);
      const auto& value = reference.at(keys[k]);
      const auto& entry = result.true_accepts.at(k);
      if (value.is_string()) {
        CHECK_FALSE(entry.true_accept.has_value());
        continue;
      }
      // What the evaluator's sort does to thresholds of equal rate is all that is between its number and this metric's.
      const auto stable = true_accept_by_folds(verification.distances(), same, folds.size(), entry.wanted, in_order);
      CHECK(*entry.true_accept == Approx(stable.mean).epsilon(1e-12));
      CHECK(*entry.deviation == Approx(stable.deviation).epsilon(1e-12));
      CHECK(*entry.false_accept == Approx(stable.false_accept).margin(1e-12));
      const auto shuffled = true_accept_by_folds(verification.distances(), same, folds.size(), entry.wanted, quicksorted);
      CHECK(shuffled.mean == Approx(value.at(0).get<double>()).epsilon(1e-9));
      CHECK(shuffled.deviation == Approx(value.at(1).get<double>()).epsilon(1e-9));
      CHECK(shuffled.false_accept == Approx(value.at(2).get<double>()).margin(1e-12));
    }
  }
}
