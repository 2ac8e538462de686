#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/loading/bad_records.hpp>
#include <faceptor/loading/loader.hpp>

namespace faceptor::loading {

/// Options of `EvaluationLoader`.
struct EvaluationOptions {
  std::int64_t batch = 32;
  std::int64_t rank = 0;
  std::int64_t ranks = 1;
  std::uint64_t seed = 2048;  ///< for preparations that draw numbers all the same
  int workers = 4;            ///< threads; 0: in the caller's
  int ahead = 4;              ///< batches begun before they are asked for
  double bad_limit = 0.001;   ///< which share of the set's records may be bad and left out; 0: none
};

/// A sample and what leads back from its crop to its picture.
struct EvaluationSample {
  std::size_t index = 0;            ///< in the data set
  datasets::Annotation annotation;  ///< as read: landmarks and parsing classes in pixels of the picture
  Size picture;                     ///< size of the picture
  transforms::Prepared prepared;    ///< without its image, which stands in the batch
};

struct EvaluationBatch {
  torch::Tensor images;                   ///< B x 3 x H x W
  std::vector<EvaluationSample> samples;  ///< B
};

/// A data set from its first to its last sample, prepared and in batches, read ahead by threads; each rank has a share of its own.
///
///     loading::EvaluationLoader loader(set, chain, spec.view.size(), {.batch = 32});
///     while (auto batch = loader.next()) metric->add(..., batch->samples);
///     fmt::print("{} left out\n", loader.skipped().count());
///
/// The last batch holds what is left. A record that can't be used is left out and reported: batches are smaller then.
class EvaluationLoader {
 public:
  /// @param crop  size of the prepared pictures
  /// @throws Error(argument) for options out of range
  EvaluationLoader(std::shared_ptr<const datasets::Dataset> data, Prepare prepare, Size crop, const EvaluationOptions& options = {});
  ~EvaluationLoader();

  /// The next batch that holds any sample; nothing after the last one.
  /// @throws Error of a sample that failed for good, or of too many bad records
  std::optional<EvaluationBatch> next();

  /// Samples of this rank's share, bad ones included.
  std::size_t size() const noexcept { return share_.size(); }
  /// Records left out so far, as far as their batches were taken.
  const BadRecords& skipped() const noexcept { return skipped_; }

 private:
  class Batch;

  std::shared_ptr<Work> begin(std::uint64_t number) const;

  std::shared_ptr<const datasets::Dataset> data_;
  Prepare prepare_;
  Size crop_;
  EvaluationOptions options_;
  SampleRange share_;
  BadRecords skipped_;
  std::unique_ptr<ReadAhead> read_ahead_;  // the last member: its threads use the others
};

}  // namespace faceptor::loading
