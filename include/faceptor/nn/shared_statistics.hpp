#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <memory>

#include <faceptor/core/config.hpp>

/// BatchNorm over the batches of many processes (the reference's SyncBatchNorm): a layer of this library normalises through
/// `batch_norm` and says whether its statistics are to be shared; a trainer says for a scope with whom.
///
///     const nn::SharedStatistics shared(std::make_shared<nn::StatisticsGroup>(rank, ranks, sum));
///     auto outputs = model.forward(views);     // layers that share have, in training, the moments of all processes' rows together
///
/// As published, the dense head and its pyramid share; heads of vectors have each process's own statistics.
namespace faceptor::nn {

/// The processes whose batches are normalised together.
struct StatisticsGroup {
  std::int64_t rank = 0;
  std::int64_t ranks = 1;
  /// Replaces a tensor by its sum over all processes.
  std::function<void(const torch::Tensor&)> sum;
};

/// Whose rows a layer of many processes is normalised by, in training.
enum class Statistics {
  own,     ///< this process's; its running statistics differ from the others', too
  shared,  ///< all processes'
};

/// Shares the statistics of those layers that are to be for a scope, in this thread: forwards in it, and their backward passes whenever
/// they come.
class SharedStatistics {
 public:
  /// @param group  null: nothing is shared, as without a guard
  explicit SharedStatistics(std::shared_ptr<const StatisticsGroup> group);
  ~SharedStatistics();
  SharedStatistics(const SharedStatistics&) = delete;
  SharedStatistics& operator=(const SharedStatistics&) = delete;

 private:
  std::shared_ptr<const StatisticsGroup> outer_;
};

/// What `layer.forward(x)` gives; in training and where statistics are shared, with those of all processes. The layer's running
/// statistics take in the shared ones.
/// @param x           B x C or B x C x ...; every process calls this for the same layers that share in the same order, with any B
/// @param statistics  the layer's; `own` is never shared
/// @throws Error(argument)  when all processes together have one value a channel: it has no variance
torch::Tensor batch_norm(torch::nn::BatchNorm1dImpl& layer, const torch::Tensor& x, Statistics statistics);
torch::Tensor batch_norm(torch::nn::BatchNorm2dImpl& layer, const torch::Tensor& x, Statistics statistics);

}  // namespace faceptor::nn

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/nn/impl/shared_statistics_inl.hpp>
#endif
