#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <numeric>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/data/collate.hpp>
#include <faceptor/data/evaluation_loader.hpp>
#include <faceptor/data/transforms/published.hpp>
#include <faceptor/data/transforms/view_chains.hpp>
#include <faceptor/evaluate/detected_boxes.hpp>
#include <faceptor/evaluate/evaluate.hpp>
#include <faceptor/evaluate/groups.hpp>
#include <faceptor/evaluate/make_outcomes.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/tasks/published.hpp>

namespace faceptor::evaluate {
namespace detail {

inline constexpr std::array<std::string_view, 4> kCropSourceNames = {"automatic", "published", "view", "whole"};

/// Whether a task is a published one that looks at its published view.
FACEPTOR_INLINE bool looks_as_published(const TaskSpec& spec) {
  const auto names = data::transforms::published::task_names();
  if (std::find(names.begin(), names.end(), spec.name) == names.end()) return false;
  return published::by_name(spec.name).spec().view == spec.view;
}

/// Whether a sample says as much of the face's place as a view needs.
FACEPTOR_INLINE bool says_where(const data::Annotation& annotation, const View& view) {
  if (view.crop() == CropRule::whole) return true;
  const bool landmarks = std::holds_alternative<data::LandmarkLabels>(annotation.label);
  return annotation.box.has_value() || annotation.points.has_value() || landmarks;
}

/// How samples are cut, decided.
FACEPTOR_INLINE CropSource decide_crop(const EvaluateOptions& options, const TaskSpec& spec, const data::Dataset& set) {
  if (options.crop != CropSource::automatic) return options.crop;
  if (options.detector != nullptr) return CropSource::view;
  if (looks_as_published(spec)) return CropSource::published;
  return says_where(set.annotation(0), spec.view) ? CropSource::view : CropSource::whole;
}

FACEPTOR_INLINE data::Chain chain_of(CropSource source, const TaskSpec& spec) {
  if (source == CropSource::published) return data::transforms::published::chain_for(spec.name, false);
  if (source == CropSource::view) return data::transforms::view_test(spec.view);
  return data::transforms::whole_test(spec.view);
}

/// Batches of about equal cost: 32 at 112 x 112.
FACEPTOR_INLINE std::int64_t batch_for(const View& view) {
  const auto pixels = std::int64_t{view.width()} * view.height();
  return std::clamp<std::int64_t>(32 * 112 * 112 / pixels, 1, 32);
}

/// What protocol a kind of task is scored by, in sentences.
FACEPTOR_INLINE std::vector<std::string> protocol_of(const TaskSpec& spec, CropSource source) {
  std::vector<std::string> sentences;
  const auto& meaning = spec.interpretation;
  if (meaning == "landmarks") {
    sentences = {
        "Predicted points go back to the photo through the inverse of the crop and are compared there.",
        "NME: mean distance of a face's points over the named length, then the mean over faces; every point counts, hidden ones too.",
        "AUC: Simpson's integral of the cumulative error curve over thresholds in steps of 0.0001, over the limit; failures: the share "
        "of faces beyond the last threshold."};
  } else if (meaning == "parsing") {
    sentences = {"Logits are brought back to the photo's resolution (bilinear; 0 outside the crop), the largest wins.",
                 "One confusion matrix over all pixels of all photos; F1 = 2 hits / (predicted + true), IoU = hits / union, by class.",
                 "Means are over the classes that are in truth or prediction; the published score leaves out the background."};
  } else if (meaning == "age") {
    sentences = {"The estimate is the expected value of the predicted distribution over ages.",
                 "CS@5: the share of faces whose error is at most 5 years; epsilon error: 1 - mean(exp(-(a - t)^2 / (2 * 3^2)))."};
  } else if (meaning == "attributes" || meaning == "probabilities") {
    sentences = {"An attribute counts as present if its probability is greater than its threshold; unknown labels are left out.",
                 "Accuracy of each attribute, then their mean; attributes without a known label are left out of it."};
  } else if (meaning == "embedding") {
    sentences = {
        "The embeddings of a picture and of its mirror image are added and brought to length 1; pairs are compared by squared distance.",
        "Ten folds in order: the threshold (0, 0.01, ... 3.99) that is best on nine is applied to the tenth; the score is their mean.",
        "TAR at FAR over all pairs at once, where there are enough pairs of two persons to tell such a rate."};
  } else if (meaning == "values") {
    sentences = {"Mean absolute error over all values of all samples."};
  } else {
    sentences = {"The most probable class counts.", "Mean class accuracy: the mean of the recalls of the classes that occur."};
  }
  if (source == CropSource::published) sentences.push_back("Samples are cut as the published evaluation of this task cuts them.");
  if (source == CropSource::view) sentences.push_back("Samples are cut by the task's view, as photos are analyzed.");
  if (source == CropSource::whole) sentences.push_back("The whole picture of each sample is the crop.");
  return sentences;
}

/// A task of a model on samples that a chain has cut.
class Scorer {
 public:
  Scorer(const weights::LoadedModel& loaded, std::size_t task, torch::Device device)
      : loaded_(loaded), task_(task), spec_(loaded.model->tasks()[task].spec()), device_(device) {
    loaded_.model->module().to(device);
    loaded_.model->module().eval();
  }

  /// @param take  is given each sample and its result
  template <class Take>
  void score(const data::EvaluationBatch& batch, Take&& take) {
    const auto raw = forward(batch.images.to(device_));
    for (std::size_t i = 0; i < batch.samples.size(); ++i) {
      const auto& sample = batch.samples[i];
      const ViewTransform transform(sample.prepared.photo_to_crop, sample.picture, sample.prepared.size, sample.prepared.warp);
      const InterpretContext context{spec_, transform, loaded_.info.hash};
      take(sample, loaded_.model->tasks()[task_].interpret(raw[static_cast<std::int64_t>(i)], context));
    }
  }

 private:
  torch::Tensor forward(const torch::Tensor& images) {
    return guarded("evaluate: running the network", [&] {
      const torch::NoGradGuard no_grad;
      const std::array<std::size_t, 1> wanted = {task_};
      auto raw = loaded_.model->run(images, wanted)[task_];
      // Identity: the picture and its mirror image.
      if (spec_.interpretation == "embedding") raw = raw + loaded_.model->run(images.flip(3), wanted)[task_];
      return raw.to(torch::kCPU, torch::kFloat32);
    });
  }

  const weights::LoadedModel& loaded_;
  std::size_t task_;
  const TaskSpec& spec_;
  torch::Device device_;
};

/// Five points as the analyzer aligns faces for a task: by the model's own landmarks, where it has them. None where no crop looks at them.
FACEPTOR_INLINE PointFinder points_for(const weights::LoadedModel& loaded, const TaskSpec& spec, CropSource crop,
                                       const EvaluateOptions& options) {
  if (crop == CropSource::whole || !spec.view.needs_points()) return {};
  const auto analyzer =
      std::make_shared<FaceAnalyzer>(loaded, AnalyzerOptions().tasks({spec.name}).detector(options.detector).device(options.device));
  return [analyzer, turn = std::make_shared<std::mutex>()](const Image& picture, const Detection& face) {
    const std::lock_guard lock(*turn);
    return *analyzer->with_five_points(picture, {face}).front().points;
  };
}

/// The parts of an evaluation's state that processes exchange.
FACEPTOR_INLINE nlohmann::json share_of(const Outcomes& outcomes, const data::BadRecords& skipped) {
  auto first = nlohmann::json::array();
  for (const auto& bad : skipped.first()) first.push_back({{"index", bad.index}, {"error", bad.error.what()}});
  return {{"outcomes", outcomes.state()}, {"skipped", skipped.count()}, {"first", std::move(first)}};
}

/// Puts together what all processes found. @return outcomes of the whole set; fills in the report's counts
FACEPTOR_INLINE std::unique_ptr<Outcomes> put_together(const std::vector<std::string>& shares, const TaskSpec& spec,
                                                       const data::DatasetInfo& set, Report& report) {
  auto outcomes = make_outcomes(spec, set);
  for (const auto& text : shares) {
    const auto share = nlohmann::json::parse(text);
    outcomes->merge(share.at("outcomes"));
    report.skipped += share.at("skipped").get<std::size_t>();
    for (const auto& bad : share.at("first")) {
      if (report.first_skipped.size() < data::BadRecords::kKept) {
        report.first_skipped.push_back({bad.at("index").get<std::size_t>(), bad.at("error").get<std::string>()});
      }
    }
  }
  outcomes->finish();
  return outcomes;
}

/// The places that came out worst, one a sample.
FACEPTOR_INLINE std::vector<std::size_t> worst_places(const Outcomes& outcomes, std::size_t most) {
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

}  // namespace detail

FACEPTOR_INLINE std::string_view to_string(CropSource source) { return detail::kCropSourceNames[static_cast<std::size_t>(source)]; }

FACEPTOR_INLINE CropSource crop_source(std::string_view name) {
  const auto& names = detail::kCropSourceNames;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    const std::vector<std::string> known(names.begin(), names.end());
    throw Error(ErrorCode::argument, "evaluate: no such way to cut samples").found(std::string(name)).hint(text::suggestion(name, known));
  }
  return static_cast<CropSource>(found - names.begin());
}

FACEPTOR_INLINE Report evaluate(const weights::LoadedModel& loaded, std::string_view task, std::shared_ptr<const data::Dataset> set,
                                const EvaluateOptions& options) {
  if (set == nullptr || set->size() == 0) {
    throw Error(ErrorCode::format, "evaluate: the set has no samples").where(set == nullptr ? "" : set->info().root.string());
  }
  if (options.ranks > 1 && !options.gather) throw Error(ErrorCode::argument, "evaluate: many processes need a way to gather");
  const auto place = loaded.model->tasks().index(task);
  const auto spec = loaded.model->tasks()[place].spec();
  if (spec.interpretation != "embedding") data::LabelCollator(spec, loaded.model->tasks()[place].label_needs(), set->info());  // fit?
  const auto crop = detail::decide_crop(options, spec, *set);
  const auto cut =
      options.detector == nullptr ? set : with_detected_boxes(set, options.detector, detail::points_for(loaded, spec, crop, options));

  Report report;
  report.task = spec.name;
  report.interpretation = spec.interpretation;
  report.protocol = detail::protocol_of(spec, crop);
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

  const data::EvaluationOptions reading{.batch = options.batch > 0 ? options.batch : detail::batch_for(spec.view),
                                        .rank = options.rank,
                                        .ranks = options.ranks,
                                        .workers = options.workers,
                                        // A detector misses some faces; their number stands in the report.
                                        .bad_limit = options.detector == nullptr ? options.bad_limit : 1.0};
  const auto chain = detail::chain_of(crop, spec);
  detail::Scorer scorer(loaded, place, options.device);
  auto share = make_outcomes(spec, set->info());
  data::EvaluationLoader loader(cut, chain, spec.view.size(), reading);
  std::size_t done = 0;
  while (auto batch = loader.next()) {
    scorer.score(*batch, [&](const data::EvaluationSample& sample, const TaskResult& result) { share->add(result, sample); });
    done += batch->samples.size();
    if (options.progress) options.progress(done + loader.skipped().count(), loader.size());
  }

  std::unique_ptr<Outcomes> outcomes;
  if (options.ranks == 1) {
    report.skipped = loader.skipped().count();
    for (const auto& bad : loader.skipped().first()) report.first_skipped.push_back({bad.index, bad.error.what()});
    outcomes = std::move(share);
    outcomes->finish();
  } else {
    const auto shares = options.gather(detail::share_of(*share, loader.skipped()).dump());
    outcomes = detail::put_together(shares, spec, set->info(), report);
  }
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
  report.figures = with_intervals(all, compute, options.bootstrap);
  report.baselines = outcomes->baselines();
  for (auto& group : group_places(*outcomes, *set, options.groups)) {
    report.groups.push_back({group.by, group.value, group.places.size(), with_intervals(group.places, compute, options.bootstrap)});
  }
  report.details = outcomes->details();

  for (const auto worst : detail::worst_places(*outcomes, options.worst)) {
    const auto index = outcomes->sample(worst);
    report.worst.push_back({index, set->annotation(index).name, outcomes->error(worst), outcomes->other_sample(worst), std::nullopt});
    if (spec.interpretation == "embedding") continue;
    // Results are too large to be kept for all: the few that are shown are computed again.
    auto sample = cut->read(index);
    auto prepared = chain(sample, Random(reading.seed, {index}));
    data::EvaluationBatch batch;
    batch.images = data::collate_images(std::span(&prepared, 1));
    const Size picture{sample.image.width(), sample.image.height()};
    batch.samples.push_back({index, std::move(static_cast<data::Annotation&>(sample)), picture, std::move(prepared)});
    scorer.score(batch, [&](const data::EvaluationSample&, const TaskResult& result) { report.worst.back().result = result; });
  }
  return report;
}

}  // namespace faceptor::evaluate
