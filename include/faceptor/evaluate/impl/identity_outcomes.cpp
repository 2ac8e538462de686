#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include <faceptor/core/random.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/evaluate/identity_outcomes.hpp>
#include <faceptor/metrics/identity.hpp>
#include <faceptor/results/embedding.hpp>

namespace faceptor::evaluate {
namespace {

inline constexpr std::array<double, 5> kFalseAcceptRates = {1e-2, 1e-3, 1e-4, 1e-5, 1e-6};

/// "1e-03" as people write it.
std::string rate_name(double rate) { return fmt::format("1e-{}", static_cast<int>(std::lround(-std::log10(rate)))); }

/// The share of `same` distances under the largest threshold that accepts no more than `rate` of the `different` ones (sorted);
/// not defined where there are too few of those to tell such a rate.
std::optional<double> true_accept_at(const std::vector<double>& same, const std::vector<double>& different, double rate) {
  if (same.empty() || static_cast<double>(different.size()) * rate < 1 - 1e-9) return std::nullopt;
  const auto accepted = static_cast<std::size_t>(static_cast<double>(different.size()) * rate + 1e-9);
  // A pair is accepted if its distance is strictly less: the threshold may be the distance of the first one to be refused.
  const double threshold = accepted < different.size() ? different[accepted] : 5.0;
  const auto count = std::count_if(same.begin(), same.end(), [&](double distance) { return distance < threshold; });
  return static_cast<double>(count) / static_cast<double>(same.size());
}

std::int64_t whole_column(const loading::EvaluationSample& sample, const std::string& name) {
  const auto& text = sample.annotation.columns.at(name);
  std::int64_t value = -1;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < 0) {
    throw Error(ErrorCode::format, fmt::format("evaluate: the column \"{}\" is no number of a pair", name))
        .where(sample.annotation.name)
        .found(text);
  }
  return value;
}

}  // namespace

void IdentityOutcomes::add(const TaskResult& result, const loading::EvaluationSample& sample) {
  IdentityRow row{sample.index, result.get<results::Embedding>().values, -1, false, -1};
  const auto& columns = sample.annotation.columns;
  if (columns.contains("pair") && columns.contains("same")) {
    row.pair = whole_column(sample, "pair");
    row.same = whole_column(sample, "same") == 1;
  } else {
    row.person = detail::label_of<datasets::ClassLabel>(sample).index;
  }
  rows_.push_back(std::move(row));
}

void IdentityOutcomes::finish() {
  RowOutcomes::finish();
  pairs_.clear();
  persons_ = !rows_.empty() && rows_.front().pair < 0;
  persons_ ? draw_pairs() : pair_up();
  verification_ = metrics::FaceVerification();
  for (const auto& pair : pairs_) {
    const auto &first = rows_[pair.first].embedding, &second = rows_[pair.second].embedding;
    verification_.add(std::vector<double>(first.begin(), first.end()), std::vector<double>(second.begin(), second.end()), pair.same);
  }
  const auto result = verification_.result();
  thresholds_ = result.fold_thresholds;
  folds_.clear();
  if (thresholds_.empty()) return;
  // With n pairs the first n mod folds hold one more.
  const auto folds = thresholds_.size();
  for (std::size_t fold = 0; fold < folds; ++fold) {
    folds_.insert(folds_.end(), pairs_.size() / folds + (fold < pairs_.size() % folds ? 1 : 0), fold);
  }
}

void IdentityOutcomes::pair_up() {
  const auto pair_of = [this](std::size_t i) { return rows_[i].pair; };
  for (const auto first : datasets::pairs_among(rows_.size(), pair_of)) pairs_.push_back({first, first + 1, rows_[first].same});
}

void IdentityOutcomes::draw_pairs() {
  std::map<std::int64_t, std::vector<std::size_t>> persons;
  for (std::size_t i = 0; i < rows_.size(); ++i) persons[rows_[i].person].push_back(i);
  std::vector<Pair> same;
  for (const auto& [person, photos] : persons) {
    for (std::size_t i = 0; i < photos.size() && same.size() < kMostPairs; ++i) {
      for (std::size_t k = i + 1; k < photos.size() && same.size() < kMostPairs; ++k) same.push_back({photos[i], photos[k], true});
    }
  }
  if (persons.size() < 2) return;
  Random random(0, {same.size()});
  random.shuffle(std::span(same));
  for (const auto& pair : same) {
    pairs_.push_back(pair);
    Pair other{random.integer(std::uint64_t{rows_.size()}), random.integer(std::uint64_t{rows_.size()}), false};
    while (rows_[other.first].person == rows_[other.second].person) {
      other = {random.integer(std::uint64_t{rows_.size()}), random.integer(std::uint64_t{rows_.size()}), false};
    }
    pairs_.push_back(other);
  }
}

double IdentityOutcomes::error(std::size_t place) const {
  if (thresholds_.empty()) return 0;
  const double beyond = verification_.distances().at(place) - thresholds_[folds_[place]];
  return pairs_[place].same ? beyond : -beyond;
}

std::vector<Figure> IdentityOutcomes::figures(std::span<const std::size_t> chosen) const {
  std::vector<double> same, different;
  std::vector<std::pair<double, double>> folds(thresholds_.size());  // right, all
  for (const auto place : chosen) {
    const double distance = verification_.distances().at(place);
    (pairs_[place].same ? same : different).push_back(distance);
    if (folds.empty()) continue;
    auto& [right, all] = folds[folds_[place]];
    right += (distance < thresholds_[folds_[place]]) == pairs_[place].same ? 1 : 0;
    all += 1;
  }
  double sum = 0, count = 0;
  for (const auto& [right, all] : folds) {
    if (all > 0) sum += right / all, count += 1;
  }
  std::sort(different.begin(), different.end());
  std::vector<Figure> figures = {{"accuracy", Unit::share, false, metrics::share(sum, count)}};
  for (const double rate : kFalseAcceptRates) {
    figures.push_back({"TAR at FAR " + rate_name(rate), Unit::share, false, true_accept_at(same, different, rate)});
  }
  return figures;
}

nlohmann::json IdentityOutcomes::details() const {
  auto json = verification_.report();
  auto curve = nlohmann::json::array();
  for (const auto& point : verification_.roc()) {
    curve.push_back({point.threshold, metrics::number_or_null(point.true_accept), metrics::number_or_null(point.false_accept)});
  }
  json["curve"] = std::move(curve);  // [squared distance, TAR, FAR]
  const auto different = std::count_if(pairs_.begin(), pairs_.end(), [](const Pair& pair) { return !pair.same; });
  auto thresholds = nlohmann::json::array();
  for (const double rate : kFalseAcceptRates) {
    if (static_cast<double>(different) * rate < 1 - 1e-9) continue;
    const auto point = verification_.at_false_accept(rate);
    thresholds.push_back({{"far", rate},
                          {"squared_distance", point.threshold},
                          {"cosine", 1 - point.threshold / 2},
                          {"tar", metrics::number_or_null(point.true_accept)}});
  }
  json["thresholds"] = std::move(thresholds);
  json["pairs_of_two"] = different;
  if (persons_) {
    metrics::Identification identified;
    for (const auto& row : rows_) identified.add_probe(row.embedding, row.person);
    json["identification"] = identified.report();
  }
  return json;
}

std::vector<std::string> IdentityOutcomes::protocol() const {
  return {"The embeddings of a picture and of its mirror image are added and brought to length 1; pairs are compared by squared distance.",
          "Ten folds in order: the threshold (0, 0.01, ... 3.99) that is best on nine is applied to the tenth; the score is their mean.",
          "TAR at FAR over all pairs at once, where there are enough pairs of two persons to tell such a rate."};
}

std::vector<Plot> IdentityOutcomes::plots(const nlohmann::json& details) const {
  Series roc, det;
  for (const auto& point : details.at("curve")) {
    const auto tar = detail::number_of(point[1]), far = detail::number_of(point[2]);
    if (!tar || !far) continue;
    roc.points.emplace_back(*far, *tar);
    if (*far > 0 && *tar < 1) det.points.emplace_back(*far, 1 - *tar);
  }
  if (roc.points.empty()) return {};
  return {LineChart{"ROC", {"FAR", 0, 1, false, true}, {"TAR", 0, 1, false, true}, {std::move(roc)}},
          LineChart{"DET", {"FAR", 1e-4, 1, true}, {"1 - TAR", 1e-4, 1, true}, {std::move(det)}}};
}

}  // namespace faceptor::evaluate
