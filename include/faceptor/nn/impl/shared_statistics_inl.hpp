#pragma once

#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/nn/shared_statistics.hpp>

namespace faceptor::nn {
namespace detail {

/// The group of this thread's innermost scope.
FACEPTOR_INLINE std::shared_ptr<const StatisticsGroup>& statistics_group() {
  thread_local std::shared_ptr<const StatisticsGroup> group;
  return group;
}

/// Lets an autograd context keep a group until the backward pass.
struct KeptStatisticsGroup : torch::CustomClassHolder {
  explicit KeptStatisticsGroup(std::shared_ptr<const StatisticsGroup> g) : group(std::move(g)) {}
  std::shared_ptr<const StatisticsGroup> group;
};

/// Mean and biased variance of each channel over all processes, and how many values went into them.
struct ChannelMoments {
  torch::Tensor mean, variance;  // C
  double count = 0;
};

/// One sum: each process adds its own row to a table of zeros. The moments of the parts are then joined as in Chan, Golub, LeVeque
/// ("Updating formulae and a pairwise algorithm for computing sample variances"), which doesn't cancel as sums of squares do.
/// @param x  N x C
FACEPTOR_INLINE ChannelMoments shared_moments(const torch::Tensor& x, const StatisticsGroup& group) {
  const auto channels = x.size(1);
  const auto mean = x.mean(0);
  auto table =
      torch::zeros({group.ranks, 2 * channels + 1}, x.options().dtype(torch::kFloat64));  // mean | sum of squares around it | count
  auto own = table[group.rank];
  own.narrow(0, 0, channels).copy_(mean);
  own.narrow(0, channels, channels).copy_((x - mean).square().sum(0));
  own[2 * channels] = static_cast<double>(x.size(0));
  group.sum(table);
  const auto means = table.narrow(1, 0, channels);
  const auto counts = table.narrow(1, 2 * channels, 1);  // R x 1
  ChannelMoments moments;
  moments.count = counts.sum().item<double>();
  const auto joined = (means * counts).sum(0) / moments.count;
  const auto squares = table.narrow(1, channels, channels).sum(0) + (counts * (means - joined).square()).sum(0);
  moments.mean = joined.to(x.scalar_type());
  moments.variance = (squares / moments.count).to(x.scalar_type());
  return moments;
}

/// x (N x C, in the type of the statistics) -> (x - mean) / sqrt(variance + eps) * weight + bias, with the moments of all processes in both
/// directions.
class SharedBatchNorm : public torch::autograd::Function<SharedBatchNorm> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight,
                               const torch::Tensor& bias, const torch::Tensor& mean, const torch::Tensor& variance, double eps,
                               double count, const c10::intrusive_ptr<torch::CustomClassHolder>& group) {
    const auto scale = (variance + eps).rsqrt();
    const auto normal = (x - mean) * scale;
    context->save_for_backward({normal, weight, scale});
    context->saved_data["count"] = count;
    context->saved_data["group"] = c10::IValue::make_capsule(group);
    return weight.defined() ? normal * weight + bias : normal;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto& normal = saved[0];
    const auto& weight = saved[1];
    const auto& gradient = gradients[0];
    const auto kept = context->saved_data["group"].toCapsule();
    const auto& group = *static_cast<const KeptStatisticsGroup&>(*kept).group;

    const auto by_bias = gradient.sum(0);
    const auto by_weight = (gradient * normal).sum(0);
    auto sums = torch::stack({by_bias, by_weight});  // 2 x C
    group.sum(sums);
    sums /= context->saved_data["count"].toDouble();
    auto by_x = (gradient - sums[0] - normal * sums[1]) * saved[2];
    if (weight.defined()) by_x *= weight;
    // Gradients of weight and bias are this process's own: they are averaged over processes like those of all parameters.
    torch::autograd::variable_list result(8);
    result[0] = by_x;
    if (weight.defined()) {
      result[1] = by_weight;
      result[2] = by_bias;
    }
    return result;
  }
};

template <class Layer>
torch::Tensor batch_norm_of(Layer& layer, const torch::Tensor& x, Statistics statistics) {
  const auto group = statistics_group();
  if (statistics == Statistics::own || !group || group->ranks < 2 || !layer.is_training()) return layer.forward(x);
  const auto channels = x.size(1);
  const auto rows = x.movedim(1, -1);  // B x ... x C
  const auto flat = rows.reshape({-1, channels}).to(layer.running_mean.defined() ? layer.running_mean.scalar_type() : torch::kFloat32);
  ChannelMoments moments;
  {
    const torch::NoGradGuard no_grad;
    moments = shared_moments(flat, *group);
    if (moments.count < 2) throw Error(ErrorCode::argument, "nn: one value a channel has no variance").hint("train with larger batches");
    if (layer.options.track_running_stats()) {
      layer.num_batches_tracked += 1;
      const auto& given = layer.options.momentum();
      const double momentum = given ? *given : 1.0 / layer.num_batches_tracked.template item<double>();
      layer.running_mean.mul_(1 - momentum).add_(moments.mean, momentum);
      layer.running_var.mul_(1 - momentum).add_(moments.variance, momentum * moments.count / (moments.count - 1));
    }
  }
  const auto y = SharedBatchNorm::apply(flat, layer.weight, layer.bias, moments.mean, moments.variance, layer.options.eps(), moments.count,
                                        c10::intrusive_ptr<torch::CustomClassHolder>(c10::make_intrusive<KeptStatisticsGroup>(group)));
  return y.to(x.scalar_type()).view(rows.sizes()).movedim(-1, 1).contiguous();
}

}  // namespace detail

FACEPTOR_INLINE SharedStatistics::SharedStatistics(std::shared_ptr<const StatisticsGroup> group)
    : outer_(std::exchange(detail::statistics_group(), std::move(group))) {}

FACEPTOR_INLINE SharedStatistics::~SharedStatistics() { detail::statistics_group() = std::move(outer_); }

FACEPTOR_INLINE torch::Tensor batch_norm(torch::nn::BatchNorm1dImpl& layer, const torch::Tensor& x, Statistics statistics) {
  return detail::batch_norm_of(layer, x, statistics);
}

FACEPTOR_INLINE torch::Tensor batch_norm(torch::nn::BatchNorm2dImpl& layer, const torch::Tensor& x, Statistics statistics) {
  return detail::batch_norm_of(layer, x, statistics);
}

}  // namespace faceptor::nn
