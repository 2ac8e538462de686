#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/train/adamw.hpp>

namespace faceptor::train {
namespace {

/// The parameters of one call of the kernel: those of one rate and decay.
struct FusedLists {
  std::vector<torch::Tensor> values, gradients, exp_avgs, exp_avg_sqs, steps;
};

/// "a.b.exp_avg" -> "a.b" and "exp_avg".
std::pair<std::string, std::string> split_field(const std::string& name) {
  const auto dot = name.rfind('.');
  return dot == std::string::npos ? std::pair<std::string, std::string>("", name) : std::pair(name.substr(0, dot), name.substr(dot + 1));
}

void expect_optimizer_shape(const std::string& name, const torch::Tensor& tensor, at::IntArrayRef sizes, bool number) {
  if (tensor.defined() && (number ? tensor.numel() == 1 : tensor.sizes() == sizes)) return;
  throw Error(ErrorCode::mismatch, "train: the optimizer's state has a tensor of another shape")
      .where(name)
      .expected(number ? "one number" : text::shape(sizes))
      .found(tensor.defined() ? text::shape(tensor.sizes()) : "no tensor");
}

}  // namespace

AdamW::AdamW(std::vector<GroupedParameter> parameters, AdamWOptions options)
    : parameters_(std::move(parameters)), moments_(parameters_.size()), options_(options) {
  const auto below_one = [](double beta) { return beta >= 0 && beta < 1; };
  if (below_one(options.beta1) && below_one(options.beta2) && options.eps > 0 && std::isfinite(options.eps)) return;
  throw Error(ErrorCode::argument, "train: options of AdamW are out of range")
      .expected("betas from 0 up to but not 1, eps over 0")
      .found(fmt::format("{:g}, {:g} and {:g}", options.beta1, options.beta2, options.eps));
}

void AdamW::set_rate(double base) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) moments_[i].rate = base * parameters_[i].multiplier;
}

double AdamW::rate(const std::string& name) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].name == name) return moments_[i].rate;
  }
  throw Error(ErrorCode::argument, "train: the optimizer has no such parameter").where(name);
}

void AdamW::step() {
  const torch::NoGradGuard no_grad;
  std::map<std::pair<double, double>, FusedLists> calls;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const auto& parameter = parameters_[i];
    auto gradient = parameter.value.grad();
    if (parameter.frozen || !gradient.defined()) continue;
    auto& moments = moments_[i];
    if (!moments.exp_avg.defined()) {
      moments.step = torch::zeros({}, parameter.value.options().dtype(torch::kFloat32).requires_grad(false));
      moments.exp_avg = torch::zeros_like(parameter.value);
      moments.exp_avg_sq = torch::zeros_like(parameter.value);
    }
    // The kernel walks through memory, and takes for granted that all of a parameter's tensors lie in it alike.
    if (gradient.strides() != parameter.value.strides()) gradient = torch::empty_like(parameter.value).copy_(gradient);
    moments.step.add_(1);
    auto& lists = calls[{moments.rate, parameter.weight_decay}];
    lists.values.push_back(parameter.value);
    lists.gradients.push_back(gradient);
    lists.exp_avgs.push_back(moments.exp_avg);
    lists.exp_avg_sqs.push_back(moments.exp_avg_sq);
    lists.steps.push_back(moments.step);
  }
  guarded("train: the optimizer's step", [&] {
    for (auto& [key, lists] : calls) {
      at::_fused_adamw_(lists.values, lists.gradients, lists.exp_avgs, lists.exp_avg_sqs, /*max_exp_avg_sqs=*/{}, lists.steps, key.first,
                        options_.beta1, options_.beta2, key.second, options_.eps, /*amsgrad=*/false, /*maximize=*/false);
    }
  });
}

void AdamW::zero_gradients() {
  for (auto& parameter : parameters_) parameter.value.mutable_grad().reset();
}

std::vector<torch::Tensor> AdamW::gradients() const {
  std::vector<torch::Tensor> found;
  for (const auto& parameter : parameters_) {
    if (!parameter.frozen && parameter.value.grad().defined()) found.push_back(parameter.value.grad());
  }
  return found;
}

nn::NamedTensors AdamW::state() const {
  nn::NamedTensors state;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const auto& [name, value, multiplier, weight_decay, frozen] = parameters_[i];
    if (frozen) continue;
    state.emplace(name + ".rate", torch::tensor(moments_[i].rate, torch::kFloat64));
    if (!moments_[i].exp_avg.defined()) continue;
    state.emplace(name + ".step", moments_[i].step);
    state.emplace(name + ".exp_avg", moments_[i].exp_avg);
    state.emplace(name + ".exp_avg_sq", moments_[i].exp_avg_sq);
  }
  return state;
}

void AdamW::load_state(const nn::NamedTensors& state) {
  const torch::NoGradGuard no_grad;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].frozen) places.emplace(parameters_[i].name, i);
  }
  std::vector<Moments> loaded(moments_.size());
  for (std::size_t i = 0; i < moments_.size(); ++i) loaded[i].rate = moments_[i].rate;
  for (const auto& [full, tensor] : state) {
    const auto [name, field] = split_field(full);
    const auto place = places.find(name);
    const bool number = field == "step" || field == "rate";
    if (place == places.end() || !(number || field == "exp_avg" || field == "exp_avg_sq")) {
      throw Error(ErrorCode::mismatch, "train: the state is another optimizer's").where(full).hint("are the same parameters trained?");
    }
    const auto& value = parameters_[place->second].value;
    expect_optimizer_shape(full, tensor, value.sizes(), number);
    auto& moments = loaded[place->second];
    if (field == "rate") moments.rate = tensor.item<double>();
    if (field == "step") moments.step = torch::full({}, tensor.item<double>(), value.options().dtype(torch::kFloat32).requires_grad(false));
    if (field == "exp_avg") moments.exp_avg = torch::zeros_like(value).copy_(tensor);
    if (field == "exp_avg_sq") moments.exp_avg_sq = torch::zeros_like(value).copy_(tensor);
  }
  for (std::size_t i = 0; i < loaded.size(); ++i) {
    const bool any = loaded[i].step.defined() || loaded[i].exp_avg.defined() || loaded[i].exp_avg_sq.defined();
    const bool all = loaded[i].step.defined() && loaded[i].exp_avg.defined() && loaded[i].exp_avg_sq.defined();
    if (any == all) continue;
    throw Error(ErrorCode::mismatch, "train: the optimizer's state of a parameter is incomplete")
        .where(parameters_[i].name)
        .expected("step, exp_avg and exp_avg_sq");
  }
  moments_ = std::move(loaded);
}

std::vector<double> gradient_norms(const std::vector<torch::Tensor>& gradients) {
  if (gradients.empty()) return {};
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> norms;
  for (const auto& gradient : gradients) norms.push_back(torch::linalg_vector_norm(gradient, 2));
  const auto read = torch::stack(norms).to(torch::kCPU, torch::kFloat64).contiguous();  // one wait for the device, not one a tensor
  return {read.const_data_ptr<double>(), read.const_data_ptr<double>() + read.numel()};
}

double total_norm(std::span<const double> norms) {
  double sum = 0;
  for (const double norm : norms) sum += norm * norm;
  return std::sqrt(sum);
}

void clip_gradients(const std::vector<torch::Tensor>& gradients, double norm, double limit) {
  constexpr double kTiny = 1e-6;
  const double factor = limit / (norm + kTiny);
  if (factor >= 1) return;
  const torch::NoGradGuard no_grad;
  for (auto gradient : gradients) gradient.mul_(factor);
}

}  // namespace faceptor::train
