#include <algorithm>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/loading/evaluation_loader.hpp>
#include <faceptor/loading/impl/sources.hpp>

namespace faceptor::loading {

/// One batch in the making.
class EvaluationLoader::Batch final : public Work {
 public:
  Batch(const EvaluationLoader& loader, SampleRange range);

  std::size_t items() const noexcept override { return range_.size(); }
  void run(std::size_t item) override;

  /// What worked. @param bad  takes what didn't
  EvaluationBatch take(BadRecords& bad);

 private:
  const EvaluationLoader& loader_;
  SampleRange range_;
  torch::Tensor images_;
  std::vector<EvaluationSample> samples_;
  std::vector<std::optional<BadRecord>> bad_;
};

EvaluationLoader::Batch::Batch(const EvaluationLoader& loader, SampleRange range)
    : loader_(loader),
      range_(range),
      images_(torch::empty({static_cast<std::int64_t>(range.size()), 3, loader.crop_.height, loader.crop_.width})),
      samples_(range.size()),
      bad_(range.size()) {}

void EvaluationLoader::Batch::run(std::size_t item) {
  const auto index = range_.begin + item;
  detail::guarded_reading("data: preparing a sample to evaluate on", [&] {
    try {
      auto sample = loader_.data_->read(index);
      auto prepared = loader_.prepare_(sample, Random(loader_.options_.seed, {index}));
      detail::write_image(prepared, loader_.crop_, images_.data_ptr<float>() + static_cast<std::int64_t>(item) * images_.stride(0));
      prepared.image = {};
      const Size picture{sample.image.width(), sample.image.height()};
      samples_[item] = {index, std::move(static_cast<datasets::Annotation&>(sample)), picture, std::move(prepared)};
    } catch (const Error& error) {
      if (!blames_record(error)) throw;
      bad_[item] = BadRecord{index, error};
    }
  });
}

EvaluationBatch EvaluationLoader::Batch::take(BadRecords& bad) {
  std::vector<std::int64_t> rows;
  std::vector<EvaluationSample> samples;
  for (std::size_t item = 0; item < items(); ++item) {
    if (bad_[item]) {
      bad.add(*bad_[item]);
      continue;
    }
    rows.push_back(static_cast<std::int64_t>(item));
    samples.push_back(std::move(samples_[item]));
  }
  const bool complete = rows.size() == items();
  return {complete ? images_ : images_.index_select(0, torch::tensor(rows, torch::kLong)), std::move(samples)};
}

EvaluationLoader::EvaluationLoader(std::shared_ptr<const datasets::Dataset> data, Prepare prepare, Size crop,
                                   const EvaluationOptions& options)
    : data_((detail::expect_source(data, prepare, "evaluation"), std::move(data))),
      prepare_(std::move(prepare)),
      crop_(crop),
      options_(options),
      share_(evaluation_share(data_->size(), options.rank, options.ranks)),
      skipped_("the " + data_->info().format + " set", data_->size(), options.bad_limit) {
  if (options.batch < 1) throw Error(ErrorCode::argument, "data: batches without samples").found(std::to_string(options.batch));
  read_ahead_ = std::make_unique<ReadAhead>([this](std::uint64_t number) { return begin(number); }, options.workers, options.ahead);
}

EvaluationLoader::~EvaluationLoader() = default;

std::shared_ptr<Work> EvaluationLoader::begin(std::uint64_t number) const {
  const auto batch = static_cast<std::uint64_t>(options_.batch);
  if (number > share_.size() / batch) return nullptr;
  const auto begin = share_.begin + static_cast<std::size_t>(number * batch);
  if (begin >= share_.end) return nullptr;
  const SampleRange range{begin, std::min(share_.end, begin + static_cast<std::size_t>(batch))};
  return detail::guarded_reading("data: making room for a batch", [&] { return std::make_shared<Batch>(*this, range); });
}

std::optional<EvaluationBatch> EvaluationLoader::next() {
  while (const auto work = read_ahead_->next()) {
    auto batch = static_cast<Batch&>(*work).take(skipped_);
    if (!batch.samples.empty()) return batch;
  }
  return std::nullopt;
}

}  // namespace faceptor::loading
