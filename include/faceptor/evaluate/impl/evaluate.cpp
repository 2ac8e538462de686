#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <numeric>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/evaluate/evaluate.hpp>
#include <faceptor/evaluate/figure.hpp>
#include <faceptor/evaluate/make_outcomes.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/loading/detected_boxes.hpp>
#include <faceptor/loading/evaluation_loader.hpp>
#include <faceptor/model/layer_attention.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/published/table.hpp>
#include <faceptor/transforms/chains.hpp>

namespace faceptor::evaluate {
namespace {

inline constexpr std::array<std::string_view, 4> kCropSourceNames = {"automatic", "published", "view", "whole"};

/// Whether a task is a published one that looks at its published view.
bool looks_as_published(const TaskSpec& spec) {
  const auto* row = published::find(spec.name);
  return row != nullptr && published::view(*row) == spec.view;
}

/// Whether a sample says as much of the face's place as a view needs.
bool says_where(const datasets::Annotation& annotation, const View& view) {
  if (view.crop() == CropRule::whole) return true;
  const bool landmarks = std::holds_alternative<datasets::LandmarkLabels>(annotation.label);
  return annotation.box.has_value() || annotation.points.has_value() || landmarks;
}

/// How samples are cut, decided.
CropSource decide_crop(const EvaluateOptions& options, const TaskSpec& spec, const datasets::Dataset& set) {
  if (options.crop != CropSource::automatic) return options.crop;
  if (options.detector != nullptr) return CropSource::view;
  if (looks_as_published(spec) || !set.info().like.empty()) return CropSource::published;
  return says_where(set.annotation(0), spec.view) ? CropSource::view : CropSource::whole;
}

transforms::Chain chain_of(CropSource source, const TaskSpec& spec, const datasets::DatasetInfo& set) {
  if (source == CropSource::published) {
    const auto& row = published::row(set.like.empty() ? spec.name : set.like);
    return transforms::chain_named(row.chain, published::set_view(row, set.like.empty() ? 0 : spec.view.width()), false);
  }
  if (source == CropSource::view) return transforms::view_test(spec.view);
  return transforms::whole_test(spec.view);
}

/// Batches of about equal cost: 32 at 112 x 112.
std::int64_t batch_for(const View& view) {
  const auto pixels = std::int64_t{view.width()} * view.height();
  return std::clamp<std::int64_t>(32 * 112 * 112 / pixels, 1, 32);
}

/// What is measured, and how samples are cut for it.
std::vector<std::string> protocol_of(const Outcomes& outcomes, CropSource source) {
  auto sentences = outcomes.protocol();
  if (source == CropSource::published) sentences.push_back("Samples are cut as the published evaluation of this task cuts them.");
  if (source == CropSource::view) sentences.push_back("Samples are cut by the task's view, as photos are analyzed.");
  if (source == CropSource::whole) sentences.push_back("The whole picture of each sample is the crop.");
  return sentences;
}

/// Five points as the analyzer aligns faces for a task: by the model's own landmarks, where it has them. None where no crop looks at them.
loading::PointFinder points_for(const weights::LoadedModel& loaded, const TaskSpec& spec, CropSource crop, const EvaluateOptions& options) {
  if (crop == CropSource::whole || !spec.view.needs_points()) return {};
  const auto analyzer = std::make_shared<FaceAnalyzer>(
      loaded, AnalyzerOptions{.tasks = {spec.name}, .detector = options.detector, .device = options.device.str(), .precision = "plain"});
  return [analyzer, turn = std::make_shared<std::mutex>()](const Image& picture, const Detection& face) {
    const std::lock_guard lock(*turn);
    return *analyzer->with_five_points(picture, {face}).front().points;
  };
}

/// The shares of attention of all samples so far.
struct AttentionSum {
  std::vector<std::int64_t> levels;
  std::vector<std::vector<double>> sums;  // decoder layers x levels
  std::size_t samples = 0;

  void add(const LayerAttention& attention) {
    const auto of_batch = attention.shares.sum(0).contiguous();  // decoder layers x levels
    std::vector<std::vector<double>> rows;
    for (std::int64_t layer = 0; layer < of_batch.size(0); ++layer) {
      const auto* row = of_batch.const_data_ptr<double>() + layer * of_batch.size(1);
      rows.emplace_back(row, row + of_batch.size(1));
    }
    add(AttentionSum{attention.levels, std::move(rows), static_cast<std::size_t>(attention.shares.size(0))});
  }
  void add(const AttentionSum& other) {
    if (other.samples == 0) return;
    if (samples == 0) {
      *this = other;
      return;
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      for (std::size_t j = 0; j < levels.size(); ++j) sums[i][j] += other.sums[i][j];
    }
    samples += other.samples;
  }
  std::optional<LevelShares> mean() const {
    if (samples == 0) return std::nullopt;
    LevelShares shares{levels, sums};
    for (auto& layer : shares.by_layer) {
      for (auto& value : layer) value /= static_cast<double>(samples);
    }
    return shares;
  }
  NLOHMANN_DEFINE_TYPE_INTRUSIVE(AttentionSum, levels, sums, samples)
};

/// The parts of an evaluation's state that processes exchange.
nlohmann::json share_of(const Outcomes& outcomes, const AttentionSum& attention, const loading::BadRecords& skipped) {
  auto first = nlohmann::json::array();
  for (const auto& bad : skipped.first()) first.push_back({{"index", bad.index}, {"error", bad.error.what()}});
  return {{"outcomes", outcomes.state()}, {"attention", attention}, {"skipped", skipped.count()}, {"first", std::move(first)}};
}

/// Puts together what all processes found. @return outcomes of the whole set; fills in the report's counts
std::shared_ptr<Outcomes> put_together(const std::vector<std::string>& shares, const AnyTask& task, const datasets::DatasetInfo& set,
                                       AttentionSum& attention, Report& report) {
  auto outcomes = make_outcomes(task, set);
  attention = {};
  for (const auto& text : shares) {
    const auto share = nlohmann::json::parse(text);
    outcomes->merge(share.at("outcomes"));
    attention.add(share.at("attention").get<AttentionSum>());
    report.skipped += share.at("skipped").get<std::size_t>();
    for (const auto& bad : share.at("first")) {
      if (report.first_skipped.size() < loading::BadRecords::kKept) {
        report.first_skipped.push_back({bad.at("index").get<std::size_t>(), bad.at("error").get<std::string>()});
      }
    }
  }
  outcomes->finish();
  return outcomes;
}

Shares by_decoder_layer(const LevelShares& attention) {
  Shares plot{"Attention by level (columns), in each decoder layer", {}, {}, {}};
  for (const auto level : attention.levels) plot.columns.push_back(std::to_string(level));
  for (const auto& layer : attention.by_layer) {
    plot.rows.push_back("layer " + std::to_string(plot.rows.size() + 1));
    plot.values.insert(plot.values.end(), layer.begin(), layer.end());
  }
  return plot;
}

/// The places that came out worst, one a sample.
std::vector<std::size_t> worst_places(const Outcomes& outcomes, std::size_t most) {
  std::vector<std::size_t> places(outcomes.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) { return outcomes.error(a) > outcomes.error(b); });
  std::vector<std::size_t> chosen, samples;
  for (const auto place : places) {
    if (chosen.size() == most) break;
    if (std::find(samples.begin(), samples.end(), outcomes.sample(place)) != samples.end()) continue;
    samples.push_back(outcomes.sample(place));
    chosen.push_back(place);
  }
  return chosen;
}

}  // namespace

std::string_view to_string(CropSource source) { return kCropSourceNames[static_cast<std::size_t>(source)]; }

CropSource crop_source(std::string_view name) {
  const auto& names = kCropSourceNames;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    const std::vector<std::string> known(names.begin(), names.end());
    throw Error(ErrorCode::argument, "evaluate: no such way to cut samples").found(std::string(name)).hint(text::suggestion(name, known));
  }
  return static_cast<CropSource>(found - names.begin());
}

Report evaluate(const weights::LoadedModel& loaded, std::string_view task, std::shared_ptr<const datasets::Dataset> set,
                const EvaluateOptions& options) {
  if (set == nullptr || set->size() == 0) {
    throw Error(ErrorCode::format, "evaluate: the set has no samples").where(set == nullptr ? "" : set->info().root.string());
  }
  if (options.ranks > 1 && !options.gather) throw Error(ErrorCode::argument, "evaluate: many processes need a way to gather");
  const auto place = loaded.model->tasks().index(task);
  const auto& scored = loaded.model->tasks()[place];
  const auto& spec = scored.spec();
  if (!scored.compares_faces()) loading::LabelCollator(spec, scored.label_needs(), set->info());  // do the labels fit?
  const auto crop = decide_crop(options, spec, *set);
  const auto cut =
      options.detector == nullptr ? set : loading::with_detected_boxes(set, options.detector, points_for(loaded, spec, crop, options));

  Report report;
  report.task = spec.name;
  report.readout = spec.readout;
  report.format = set->info().format;
  report.split = set->info().split;
  report.set_root = set->info().root.string();
  report.notes = set->info().notes;
  report.view = spec.view.name();
  report.crop = to_string(crop);
  report.detector = options.detector == nullptr ? "" : options.detector->name();
  report.weights_hash = loaded.info.hash;
  report.licence = loaded.info.licence;
  report.source = loaded.info.source;
  report.untrained = loaded.info.untrained;
  report.samples = set->size();
  report.bootstrap = options.bootstrap;

  const loading::EvaluationOptions reading{.batch = options.batch > 0 ? options.batch : batch_for(spec.view),
                                           .rank = options.rank,
                                           .ranks = options.ranks,
                                           .workers = options.workers,
                                           // A detector misses some faces; their number stands in the report.
                                           .bad_limit = options.detector == nullptr ? options.bad_limit : 1.0};
  const auto chain = chain_of(crop, spec, set->info());
  const Runner runner(*loaded.model, options.device);
  const auto score = [&](const loading::EvaluationBatch& batch) {
    return ScoredBatch{scored, runner.run_for_scores(batch.images, place, "evaluate"), batch.samples, loaded.info.hash};
  };
  auto outcomes = make_outcomes(scored, set->info());
  loading::EvaluationLoader loader(cut, chain, spec.view.size(), reading);
  AttentionSum attention;
  std::size_t done = 0;
  while (auto batch = loader.next()) {
    outcomes->add(score(*batch));
    if (options.layer_attention) {
      if (const auto of_batch = layer_attention(*loaded.model, batch->images, place)) attention.add(*of_batch);
    }
    done += batch->samples.size();
    if (options.progress) options.progress(done + loader.skipped().count(), loader.size());
  }
  if (options.ranks == 1) {
    report.skipped = loader.skipped().count();
    for (const auto& bad : loader.skipped().first()) report.first_skipped.push_back({bad.index, bad.error.what()});
    outcomes->finish();
  } else {
    const auto shares = options.gather(share_of(*outcomes, attention, loader.skipped()).dump());
    outcomes = put_together(shares, scored, set->info(), attention, report);
  }
  report.layer_attention = attention.mean();
  report.protocol = protocol_of(*outcomes, crop);
  report.scored = outcomes->size();
  if (report.scored == 0) {
    throw Error(ErrorCode::format, "evaluate: nothing could be scored")
        .where(set->info().format + " " + set->info().split)
        .found(fmt::format("{} of {} samples left out", report.skipped, report.samples))
        .hint(report.first_skipped.empty() ? "" : "the first: " + report.first_skipped.front().error);
  }

  std::vector<std::size_t> all(outcomes->size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto compute = [&](std::span<const std::size_t> chosen) { return outcomes->figures(chosen); };
  auto bootstrap = options.bootstrap;
  if (!outcomes->any_choice()) {
    bootstrap.resamples = 0;
    if (!options.groups.empty()) {
      throw Error(ErrorCode::unsupported, "evaluate: the metric of this task can't be reported by groups")
          .where("task \"" + spec.name + "\"")
          .found(spec.metric)
          .hint("give it a score a sample (Metric::scores)");
    }
  }
  report.figures = with_intervals(all, compute, bootstrap);
  report.baselines = outcomes->baselines();
  for (auto& group : group_places(*outcomes, *set, options.groups)) {
    report.groups.push_back({group.by, group.value, group.places.size(), with_intervals(group.places, compute, bootstrap)});
  }
  report.details = outcomes->details();
  report.plots = outcomes->plots(report.details);
  if (report.layer_attention) report.plots.emplace_back(by_decoder_layer(*report.layer_attention));
  for (const auto worst : worst_places(*outcomes, options.worst)) {
    const auto index = outcomes->sample(worst);
    report.worst.push_back({index, set->annotation(index).name, outcomes->error(worst), outcomes->other_sample(worst), std::nullopt});
    if (scored.compares_faces()) continue;
    // Results are too large to be kept for all: the few that are shown are computed again.
    auto sample = cut->read(index);
    auto prepared = chain(sample, Random(reading.seed, {index}));
    loading::EvaluationBatch batch;
    batch.images = loading::collate_images(std::span(&prepared, 1));
    const Size picture{sample.image.width(), sample.image.height()};
    batch.samples.push_back({index, std::move(static_cast<datasets::Annotation&>(sample)), picture, std::move(prepared)});
    report.worst.back().result = score(batch).result(0);
  }
  return report;
}

}  // namespace faceptor::evaluate
