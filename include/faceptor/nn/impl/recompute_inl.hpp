#pragma once

#include <ATen/autocast_mode.h>

#include <mutex>
#include <utility>

#include <faceptor/nn/recompute.hpp>

namespace faceptor::nn {
namespace detail {

/// What a part's result depends on besides its input: the generator's state and autocast.
struct Surroundings {
  at::Generator generator;
  torch::Tensor random;
  torch::DeviceType device;
  bool autocast;
  torch::ScalarType dtype;

  static Surroundings here(torch::Device device) {
    auto generator = at::globalContext().defaultGenerator(device);
    torch::Tensor state;
    {
      const std::lock_guard lock(generator.mutex());
      state = generator.get_state();
    }
    return {generator, state, device.type(), at::autocast::is_autocast_enabled(device.type()),
            at::autocast::get_autocast_dtype(device.type())};
  }

  void restore() {
    {
      const std::lock_guard lock(generator.mutex());
      generator.set_state(random);
    }
    at::autocast::set_autocast_dtype(device, dtype);
    at::autocast::set_autocast_enabled(device, autocast);
  }
};

/// Autocast keeps the weights that it has converted, with their way back to the gradient or without: one from a run without
/// gradients must not serve another with them.
class NoAutocastCache {
 public:
  NoAutocastCache() : enabled_(at::autocast::is_autocast_cache_enabled()) { at::autocast::set_autocast_cache_enabled(false); }
  ~NoAutocastCache() { at::autocast::set_autocast_cache_enabled(enabled_); }
  NoAutocastCache(const NoAutocastCache&) = delete;
  NoAutocastCache& operator=(const NoAutocastCache&) = delete;

 private:
  bool enabled_;
};

struct RecomputedPart : torch::CustomClassHolder {
  std::function<torch::Tensor(const torch::Tensor&)> run;
  Surroundings surroundings;
};

/// The inputs are the part's input and then its parameters, so that autograd knows of all that the result depends on.
struct RecomputeFunction : torch::autograd::Function<RecomputeFunction> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const c10::intrusive_ptr<RecomputedPart>& part,
                               at::TensorList inputs) {
    const NoAutocastCache no_cache;
    context->saved_data["part"] = torch::IValue::make_capsule(part);
    context->save_for_backward(inputs.vec());
    return part->run(inputs.front());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    const auto part = c10::static_intrusive_pointer_cast<RecomputedPart>(context->saved_data["part"].toCapsule());
    auto inputs = context->get_saved_variables();
    auto input = inputs.front().detach().requires_grad_(inputs.front().requires_grad());

    torch::Tensor output;
    {
      auto now = Surroundings::here(input.device());
      const torch::AutoGradMode with_gradients(true);
      const NoAutocastCache no_cache;
      part->surroundings.restore();
      try {
        output = part->run(input);
      } catch (...) {
        now.restore();
        throw;
      }
      now.restore();
    }

    inputs.front() = input;
    torch::autograd::variable_list wanted;
    for (const auto& tensor : inputs) {
      if (tensor.requires_grad()) wanted.push_back(tensor);
    }
    auto found = torch::autograd::grad({output}, wanted, {gradients.front()}, /*retain_graph=*/false, /*create_graph=*/false,
                                       /*allow_unused=*/true);
    torch::autograd::variable_list all(1);  // nothing for the part itself
    std::size_t next = 0;
    for (const auto& tensor : inputs) all.push_back(tensor.requires_grad() ? found[next++] : torch::Tensor());
    return all;
  }
};

}  // namespace detail

FACEPTOR_INLINE torch::Tensor recomputed(std::function<torch::Tensor(const torch::Tensor&)> part,
                                         const std::vector<torch::Tensor>& parameters, const torch::Tensor& input) {
  torch::autograd::variable_list inputs{input};
  inputs.insert(inputs.end(), parameters.begin(), parameters.end());
  bool gradient = false;
  for (const auto& tensor : inputs) gradient = gradient || tensor.requires_grad();
  if (!gradient || !torch::GradMode::is_enabled()) return part(input);
  auto kept = c10::make_intrusive<detail::RecomputedPart>();
  kept->run = std::move(part);
  kept->surroundings = detail::Surroundings::here(input.device());
  return detail::RecomputeFunction::apply(kept, at::TensorList(inputs));
}

}  // namespace faceptor::nn
