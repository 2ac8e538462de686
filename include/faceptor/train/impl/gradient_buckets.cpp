#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <exception>
#include <mutex>
#include <span>
#include <utility>

#include <faceptor/train/gradient_buckets.hpp>

namespace faceptor::train {

struct GradientBuckets::State {
  struct Slot {
    torch::Tensor parameter;
    std::size_t bucket = 0;
    torch::Tensor place;   // the part of the bucket's tensor that is its own, in the parameter's shape
    bool expected = true;  // some process had a gradient for it in the step before
    bool there = false;    // its gradient is in the bucket
  };
  struct Bucket {
    torch::Tensor flat;
    std::vector<std::size_t> slots;
    std::size_t missing = 0;  // expected gradients that haven't come
    std::unique_ptr<Communicator::Pending> pending;
  };

  void lay_out(const std::vector<torch::Tensor>& parameters, std::int64_t bytes) {
    std::int64_t filled = 0;
    std::vector<std::int64_t> sizes;
    for (auto next = parameters.rbegin(); next != parameters.rend(); ++next) {
      if (!next->requires_grad()) continue;
      const auto own = next->numel() * static_cast<std::int64_t>(next->element_size());
      const bool same = !slots.empty() && slots.back().parameter.options().type_equal(next->options()) &&
                        slots.back().parameter.device() == next->device();
      if (buckets.empty() || filled + own > bytes || !same) {
        buckets.emplace_back();
        sizes.push_back(0);
        filled = 0;
      }
      filled += own;
      sizes.back() += next->numel();
      buckets.back().slots.push_back(slots.size());
      slots.push_back({.parameter = *next, .bucket = buckets.size() - 1, .place = {}});
    }
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      auto& bucket = buckets[i];
      bucket.flat = torch::zeros({sizes[i]}, slots[bucket.slots.front()].parameter.options().requires_grad(false));
      std::int64_t offset = 0;
      for (const auto slot : bucket.slots) {
        const auto& parameter = slots[slot].parameter;
        slots[slot].place = bucket.flat.narrow(0, offset, parameter.numel()).view(parameter.sizes());
        offset += parameter.numel();
      }
    }
  }

  void reset() {
    active = false;
    next = 0;
    for (auto& bucket : buckets) {
      bucket.pending.reset();
      bucket.missing = 0;
      for (const auto slot : bucket.slots) bucket.missing += slots[slot].expected ? 1 : 0;
    }
    for (auto& slot : slots) slot.there = false;
  }

  /// A parameter's gradient is whole: called within the backward pass.
  void arrived(std::size_t index) {
    const std::lock_guard lock(mutex);  // each device has a thread of the backward pass
    auto& slot = slots[index];
    if (!active || slot.there || slot.bucket < next) return;  // of a bucket that has gone: see `finish`
    take(slot);
    auto& bucket = buckets[slot.bucket];
    if (slot.expected) --bucket.missing;
    // In their order in all processes, whatever order gradients come in.
    while (next < buckets.size() && buckets[next].missing == 0) launch();
  }

  void take(Slot& slot) {
    slot.place.copy_(slot.parameter.grad());
    slot.there = true;
  }

  void launch() {
    auto& bucket = buckets[next++];
    for (const auto index : bucket.slots) {
      if (!slots[index].there) slots[index].place.zero_();
    }
    bucket.flat.div_(static_cast<double>(processes->size()));  // before the sum, so that it overflows no earlier than its parts
    bucket.pending = processes->start_sum(bucket.flat);
  }

  void finish() {
    const torch::NoGradGuard no_grad;
    overlapped = next;
    active = false;
    for (auto& slot : slots) {
      if (slot.bucket >= next && !slot.there && slot.parameter.grad().defined()) take(slot);
    }
    while (next < buckets.size()) launch();

    // Whether any process has a gradient, and whether one missed its bucket because none was expected.
    const auto count = static_cast<std::int64_t>(slots.size());
    auto flags = torch::zeros({2, count}, torch::kFloat32);
    auto* used = flags.data_ptr<float>();
    auto* late = used + count;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      used[i] = slots[i].parameter.grad().defined() ? 1.0F : 0.0F;
      late[i] = used[i] > 0 && !slots[i].there ? 1.0F : 0.0F;
    }
    const std::vector<float> own_late(late, late + count);
    processes->sum(std::span(&flags, 1));
    for (auto& bucket : buckets) bucket.pending->wait();
    for (std::size_t i = 0; i < slots.size(); ++i) {
      auto& slot = slots[i];
      slot.expected = used[i] > 0;
      if (!slot.expected) continue;
      if (late[i] > 0) {
        const auto rest = own_late[i] > 0 ? slot.parameter.grad() / static_cast<double>(processes->size()) : torch::zeros_like(slot.place);
        processes->sum(std::span(&rest, 1));
        slot.place.add_(rest);
      }
      auto& gradient = slot.parameter.mutable_grad();
      if (gradient.defined()) {
        gradient.copy_(slot.place);
      } else {
        gradient = slot.place.clone();
      }
    }
    reset();
  }

  std::shared_ptr<Communicator> processes;
  std::vector<Slot> slots;  // in the order of buckets: the last parameter first
  std::vector<Bucket> buckets;
  std::mutex mutex;
  bool active = false;
  std::size_t next = 0;  // the first bucket whose sum hasn't begun
  std::size_t overlapped = 0;
};

namespace detail {

/// Calls something when a parameter's gradient has been added up.
template <class F>
struct GradientArrived : torch::autograd::PostAccumulateGradHook {
  explicit GradientArrived(F f) : call(std::move(f)) {}
  void operator()(const torch::autograd::Variable&) override { call(); }
  F call;
};

}  // namespace detail

GradientBuckets::GradientBuckets(const std::vector<torch::Tensor>& parameters, std::shared_ptr<Communicator> processes, std::int64_t bytes)
    : state_(std::make_shared<State>()) {
  state_->processes = std::move(processes);
  state_->lay_out(parameters, bytes);
  state_->reset();
  for (std::size_t i = 0; i < state_->slots.size(); ++i) {
    auto arrived = [state = std::weak_ptr<State>(state_), i] {
      const torch::NoGradGuard no_grad;
      if (const auto alive = state.lock()) alive->arrived(i);
    };
    torch::autograd::impl::set_post_acc_grad_hooks(state_->slots[i].parameter,
                                                   std::make_unique<detail::GradientArrived<decltype(arrived)>>(std::move(arrived)));
  }
}

GradientBuckets::~GradientBuckets() {
  for (auto& slot : state_->slots) torch::autograd::impl::set_post_acc_grad_hooks(slot.parameter, nullptr);
}

void GradientBuckets::begin() {
  state_->reset();
  state_->active = true;
}

void GradientBuckets::finish() { state_->finish(); }

void GradientBuckets::cancel() { state_->reset(); }

std::size_t GradientBuckets::overlapped() const { return state_->overlapped; }

std::size_t GradientBuckets::size() const { return state_->buckets.size(); }

}  // namespace faceptor::train
