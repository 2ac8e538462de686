#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <unordered_map>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/loading/impl/sources.hpp>
#include <faceptor/loading/loader.hpp>

namespace faceptor::loading {

namespace {

// Numbers of a task's own: they stay the same whatever tasks there are besides.
Random random_of_task(std::uint64_t seed, std::string_view task) {
  Random random(seed);
  for (const char letter : task) random = random.fork(static_cast<unsigned char>(letter));
  return random;
}

// So many bad records for a single row mean a set, or a preparation, that doesn't work at all.
inline constexpr std::size_t kMostAttempts = 64;

/// What tells one picture from another, whatever folder and format a set keeps it in.
std::string picture_of(const std::string& name) { return std::filesystem::path(name).stem().string(); }

using SamplesByPicture = std::unordered_map<std::string, std::size_t>;

SamplesByPicture samples_by_picture(const datasets::Dataset& data, const std::string& task) {
  SamplesByPicture samples;
  samples.reserve(data.size());
  for (std::size_t i = 0; i < data.size(); ++i) {
    const auto name = data.annotation(i).name;
    if (samples.emplace(picture_of(name), i).second) continue;
    throw Error(ErrorCode::argument, "data: two samples of one picture, in a set that labels another set's pictures")
        .where(fmt::format("{}: {}", task, name));
  }
  return samples;
}

}  // namespace

/// A task's source and all that follows from it.
struct Loader::Source {
  TaskSource source;
  std::size_t task;  ///< place in the model's list
  std::size_t view;  ///< place in the step's views
  Size crop;
  std::int64_t begin;  ///< of its rows in the view
  LabelCollator collator;
  Random random;
  StepSampler sampler;
  BadRecords bad;
  std::uint64_t samples = 0;
  std::vector<std::size_t> along = {};       ///< places of the sources that label this one's pictures
  SamplesByPicture by_picture = {};  ///< of a source along another one

  bool leads() const { return source.along.empty(); }
  /// What this source says of a picture; `NoLabel` where it doesn't have it.
  datasets::Label label_of(const std::string& picture) const;
  /// The sample of a row with all that is known of its picture, or what takes its place. @param skipped  out: the records that didn't work
  transforms::Prepared prepare(const std::vector<Source>& all, std::uint64_t step, std::int64_t row,
                               const std::function<void(const transforms::Prepared&)>& use, std::vector<BadRecord>& skipped) const;
};

datasets::Label Loader::Source::label_of(const std::string& picture) const {
  const auto found = by_picture.find(picture);
  if (found == by_picture.end()) return datasets::NoLabel{};
  // Masks and maps are pictures too: only reading gets them, and a label of your own that its annotation lacks.
  const auto kind = source.data->info().kind;
  auto label = source.data->annotation(found->second).label;
  const bool complete = datasets::kind_of(label) == kind && kind != LabelKind::parsing && kind != LabelKind::soft_maps;
  return complete ? label : source.data->read(found->second).label;
}

transforms::Prepared Loader::Source::prepare(const std::vector<Source>& all, std::uint64_t step, std::int64_t row,
                                             const std::function<void(const transforms::Prepared&)>& use,
                                             std::vector<BadRecord>& skipped) const {
  const auto attempts = std::min({kMostAttempts, source.data->size(), bad.allowed() + 1});
  const auto rank = static_cast<std::uint64_t>(sampler.options().rank);
  const auto numbers = random.fork(2).fork(step).fork(rank).fork(static_cast<std::uint64_t>(row));
  for (std::uint64_t attempt = 0;; ++attempt) {
    const auto index = sampler(step, row, attempt);
    try {
      auto sample = source.data->read(index);
      for (const auto other : along) sample.further.push_back(all[other].label_of(picture_of(sample.name)));
      auto prepared = source.prepare(sample, numbers.fork(attempt));
      use(prepared);
      return prepared;
    } catch (const Error& error) {
      if (!blames_record(error) || attempts == 1) throw;
      skipped.push_back({index, error});
      if (skipped.size() < attempts) continue;
      throw Error(ErrorCode::format, fmt::format("data: {} records one after another can't be used", attempts))
          .where(source.task)
          .found(error.what());
    }
  }
}

/// One step in the making.
class Loader::Batch final : public Work {
 public:
  Batch(const Loader& loader, std::uint64_t step);

  std::size_t items() const noexcept override { return rows_.size(); }
  void run(std::size_t item) override;

  StepBatch step;
  std::vector<std::vector<BadRecord>> skipped;  ///< item by item

  /// Leaves of the labels those that there are.
  void keep_known_labels();

  std::size_t source_of(std::size_t item) const { return rows_[item].source; }

 private:
  struct Row {
    std::size_t source;
    std::int64_t row;  ///< in the task's batch
  };

  const Loader& loader_;
  std::vector<Row> rows_;
  std::vector<std::vector<std::uint8_t>> known_;  ///< by source, of those along another one: which rows have a label
};

Loader::Batch::Batch(const Loader& loader, std::uint64_t number) : loader_(loader) {
  step.step = number;
  step.labels.resize(loader.tasks_);
  step.rows.resize(loader.tasks_);
  step.names.resize(loader.tasks_);
  known_.resize(loader.sources_.size());
  std::vector<std::int64_t> rows(loader.crops_.size(), 0);
  step.views.resize(rows.size());
  for (std::size_t i = 0; i < loader.sources_.size(); ++i) {
    const auto& source = loader.sources_[i];
    const auto batch = source.source.batch;
    step.labels[source.task] = source.collator.allocate(batch);
    step.names[source.task].resize(static_cast<std::size_t>(batch));
    step.views[source.view].tasks.push_back({source.task, source.begin, source.begin + batch});
    if (!source.leads()) {
      step.labels[source.task].primary.zero_();
      known_[i].resize(static_cast<std::size_t>(batch));
      continue;
    }
    rows[source.view] += batch;
    for (std::int64_t row = 0; row < batch; ++row) rows_.push_back({i, row});
  }
  for (std::size_t view = 0; view < rows.size(); ++view) {
    step.views[view].images = torch::empty({rows[view], 3, loader.crops_[view].height, loader.crops_[view].width});
  }
  skipped.resize(rows_.size());
}

void Loader::Batch::run(std::size_t item) {
  const auto [place, row] = rows_[item];
  const auto& source = loader_.sources_[place];
  const auto& images = step.views[source.view].images;
  const auto write = [&, row = row](const transforms::Prepared& prepared) {
    detail::write_image(prepared, source.crop, images.data_ptr<float>() + (source.begin + row) * images.stride(0));
    source.collator.write(prepared, row, step.labels[source.task]);
    if (prepared.further.size() != source.along.size()) {
      throw Error(ErrorCode::argument, "data: a preparation has lost the labels of tasks that learn along with its own")
          .where(source.source.task)
          .expected(fmt::format("{} further labels", source.along.size()))
          .found(std::to_string(prepared.further.size()))
          .hint("Prepared::further are Sample::further, moved as the picture was");
    }
    for (std::size_t i = 0; i < source.along.size(); ++i) {
      if (datasets::kind_of(prepared.further[i]) == LabelKind::none) continue;
      const auto& other = loader_.sources_[source.along[i]];
      other.collator.write(prepared, prepared.further[i], row, step.labels[other.task]);
      known_[source.along[i]][static_cast<std::size_t>(row)] = 1;
    }
  };
  auto prepared = detail::guarded_reading("data: preparing a sample for \"" + source.source.task + "\"", [&, row = row] {
    return source.prepare(loader_.sources_, step.step, row, write, skipped[item]);
  });
  for (const auto other : source.along) step.names[loader_.sources_[other].task][static_cast<std::size_t>(row)] = prepared.name;
  step.names[source.task][static_cast<std::size_t>(row)] = std::move(prepared.name);
}

void Loader::Batch::keep_known_labels() {
  for (std::size_t i = 0; i < known_.size(); ++i) {
    std::vector<std::int64_t> rows;
    for (std::size_t row = 0; row < known_[i].size(); ++row) {
      if (known_[i][row] != 0) rows.push_back(static_cast<std::int64_t>(row));
    }
    if (rows.size() == known_[i].size()) continue;
    auto& labels = step.labels[loader_.sources_[i].task].primary;
    labels = rows.empty() ? labels.narrow(0, 0, 1) : labels.index_select(0, torch::tensor(rows, torch::kLong));
    step.rows[loader_.sources_[i].task] = std::move(rows);
  }
}

Loader::Loader(const TaskList& tasks, std::vector<TaskSource> sources, const LoaderOptions& options)
    : options_(options), tasks_(tasks.size()) {
  if (sources.empty()) throw Error(ErrorCode::argument, "data: a loader without sources");
  for (auto& source : sources) add(tasks, std::move(source));
  read_ahead_ = std::make_unique<ReadAhead>([this](std::uint64_t step) { return begin(step); }, options.workers, options.ahead);
}

void Loader::add(const TaskList& tasks, TaskSource source) {
  const auto task = tasks.index(source.task);
  const auto& spec = tasks[task].spec();
  if (std::ranges::any_of(sources_, [&](const Source& other) { return other.task == task; })) {
    throw Error(ErrorCode::argument, "data: a task with two sources").where(source.task);
  }
  const auto leader = std::ranges::find_if(sources_, [&](const Source& other) { return other.source.task == source.along; });
  const bool follows = !source.along.empty();
  if (follows) {
    if (leader == sources_.end() || !leader->leads()) {
      throw Error(ErrorCode::argument,
                  fmt::format("data: \"{}\" has no pictures for \"{}\" to learn along with", source.along, source.task))
          .hint("the other task comes first, and has pictures of its own");
    }
    if (spec.view != tasks[leader->task].spec().view) {
      throw Error(ErrorCode::mismatch, "data: tasks that learn from the same pictures look at different views")
          .where(source.task)
          .expected(tasks[leader->task].spec().view.name())
          .found(spec.view.name());
    }
    source.batch = leader->source.batch;
    source.prepare = leader->source.prepare;
  }
  detail::expect_source(source.data, source.prepare, source.task);
  const auto crop = spec.view.size();
  const auto view = static_cast<std::size_t>(std::ranges::find(crops_, crop) - crops_.begin());
  if (view == crops_.size()) crops_.push_back(crop);
  std::int64_t begin = 0;
  for (const auto& other : sources_) {
    if (other.view == view && other.leads()) begin += other.source.batch;
  }
  const auto& info = source.data->info();
  const auto size = source.data->size();
  const auto random = random_of_task(options_.seed, source.task);
  const auto place = static_cast<std::size_t>(leader - sources_.begin());
  sources_.push_back(Source{.source = source,
                            .task = task,
                            .view = view,
                            .crop = crop,
                            .begin = follows ? leader->begin : begin,
                            .collator = LabelCollator(spec, tasks[task].label_needs(), info),
                            .random = random,
                            .sampler = StepSampler(size, {options_.steps, source.batch, options_.rank, options_.ranks}, random),
                            .bad = BadRecords(fmt::format("the {} set for \"{}\"", info.format, source.task), size, options_.bad_limit)});
  if (follows) follow(place, sources_.size() - 1);
}

/// From here on one source labels the pictures of another.
void Loader::follow(std::size_t leader, std::size_t follower) {
  auto& pictures = sources_[leader];
  auto& labels = sources_[follower];
  labels.by_picture = samples_by_picture(*labels.source.data, labels.source.task);
  pictures.along.push_back(follower);
  for (std::size_t i = 0; i < pictures.source.data->size(); ++i) {
    if (labels.by_picture.contains(picture_of(pictures.source.data->annotation(i).name))) return;
  }
  throw Error(ErrorCode::argument, "data: none of a task's samples is of the pictures it is to learn along with")
      .where(fmt::format("{} along {}", labels.source.task, labels.source.along))
      .expected("pictures of the same names, whatever their folders and endings");
}

Loader::~Loader() = default;

std::shared_ptr<Work> Loader::begin(std::uint64_t step) const {
  if (step >= options_.steps) return nullptr;
  return detail::guarded_reading("data: making room for a batch", [&] { return std::make_shared<Batch>(*this, step); });
}

StepBatch Loader::next() {
  const auto work = read_ahead_->next();
  if (!work) {
    throw Error(ErrorCode::argument, "data: the run's last step was taken already").found(fmt::format("{} steps", options_.steps));
  }
  auto& batch = static_cast<Batch&>(*work);
  for (std::size_t item = 0; item < batch.items(); ++item) {
    for (const auto& record : batch.skipped[item]) sources_[batch.source_of(item)].bad.add(record);
  }
  batch.keep_known_labels();
  for (auto& source : sources_) source.samples += static_cast<std::uint64_t>(source.source.batch);
  return std::move(batch.step);
}

void Loader::seek(std::uint64_t step) { read_ahead_->seek(step); }

transforms::Prepared Loader::make(std::string_view task, std::uint64_t step, std::int64_t row) const {
  const auto source = std::ranges::find_if(sources_, [&](const Source& candidate) { return candidate.source.task == task; });
  if (source == sources_.end()) {
    std::vector<std::string> names;
    for (const auto& known : sources_) names.push_back(known.source.task);
    throw Error(ErrorCode::argument, fmt::format("data: no source for the task \"{}\"", task)).hint(text::suggestion(task, names));
  }
  if (step >= options_.steps || row < 0 || row >= source->source.batch) {
    throw Error(ErrorCode::argument, "data: no such step or row")
        .expected(fmt::format("below {} and {}", options_.steps, source->source.batch))
        .found(fmt::format("{} and {}", step, row));
  }
  // Labels that don't fit are a reason for another sample too, so they are tried here as well.
  const auto labels = source->collator.allocate(1);
  std::vector<BadRecord> skipped;
  return detail::guarded_reading("data: preparing a sample for \"" + source->source.task + "\"", [&] {
    return source->prepare(
        sources_, step, row, [&](const transforms::Prepared& prepared) { source->collator.write(prepared, 0, labels); }, skipped);
  });
}

std::vector<TaskReport> Loader::report() const {
  std::vector<TaskReport> reports;
  for (const auto& source : sources_) reports.push_back({source.source.task, source.samples, source.bad.count(), source.bad.first()});
  return reports;
}

}  // namespace faceptor::loading
