#pragma once

// What c10d needs besides LibTorch: gloo's headers, and NCCL's for GPUs. Included only where the build has the former.
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef FACEPTOR_WITH_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/train/processes.hpp>

namespace faceptor::train::detail {

/// A write to a process that has ended must fail with an error, not end this one silently: gloo writes to its sockets as to
/// files. What an application has chosen for the signal stays.
inline void survive_broken_pipes() {
  struct sigaction chosen {};
  if (::sigaction(SIGPIPE, nullptr, &chosen) == 0 && chosen.sa_handler == SIG_DFL) ::signal(SIGPIPE, SIG_IGN);
}

/// Processes that meet at a TCP store and exchange tensors through c10d.
class ProcessGroup : public Communicator {
 public:
  ProcessGroup(const ProcessPlace& place, const ProcessOptions& options) : place_(place) {
    survive_broken_pipes();
    try {
      c10d::TCPStoreOptions store;
      store.port = place.port;
      store.isServer = place.rank == 0 && !place.store_elsewhere;
      store.numWorkers = static_cast<std::size_t>(place.ranks);
      store.waitWorkers = false;  // the groups below wait for everybody, through the store
      store.timeout = options.timeout;
      store_ =
          c10::make_intrusive<c10d::PrefixStore>("faceptor/" + place.meeting, c10::make_intrusive<c10d::TCPStore>(place.address, store));
      store_->setTimeout(options.timeout);
      // Sums that are begun in the backward pass have a group of their own: what is exchanged meanwhile can't be taken for them.
      cpu_ = make_gloo("cpu", options);
      started_cpu_ = make_gloo("started/cpu", options);
      make_nccl(options);
    } catch (const std::exception& e) {
      throw Error(ErrorCode::io, fmt::format("train: the {} processes did not meet", place.ranks))
          .where(fmt::format("process {}, at {}:{}", place.rank, place.address, place.port))
          .found(first_line(e))
          .hint("are all of them started with the same MASTER_ADDR, MASTER_PORT and WORLD_SIZE, and is the port free?");
    }
  }

  std::int64_t rank() const override { return place_.rank; }
  std::int64_t size() const override { return place_.ranks; }

  void sum(std::span<const torch::Tensor> tensors) override {
    const torch::NoGradGuard no_grad;
    exchange([&] {
      for (const auto& tensor : tensors) {
        std::vector<torch::Tensor> one{tensor};
        group_for(tensor, cpu_, gpu_).allreduce(one)->wait();
      }
    });
  }

  std::unique_ptr<Pending> start_sum(const torch::Tensor& tensor) override {
    const torch::NoGradGuard no_grad;
    auto pending = std::make_unique<Started>(*this);
    exchange([&] {
      std::vector<torch::Tensor> one{tensor};
      pending->work = group_for(tensor, started_cpu_, started_gpu_).allreduce(one);
    });
    return pending;
  }

  void broadcast(std::span<const torch::Tensor> tensors, std::int64_t from) override {
    const torch::NoGradGuard no_grad;
    exchange([&] {
      c10d::BroadcastOptions options;
      options.rootRank = from;
      for (const auto& tensor : tensors) {
        std::vector<torch::Tensor> one{tensor.contiguous()};
        group_for(tensor, cpu_, gpu_).broadcast(one, options)->wait();
        if (!one.front().is_same(tensor)) tensor.copy_(one.front());
      }
    });
  }

  void barrier() override {
    const auto nothing = torch::zeros({1});
    sum(std::span(&nothing, 1));
  }

  void failed(const std::string& reason) noexcept override {
    if (lost_ || std::exchange(told_, true)) return;
    try {
      const auto text = fmt::format("process {}: {}", place_.rank, reason);
      store_->compareSet(kFailed, {}, std::vector<std::uint8_t>(text.begin(), text.end()));
      // The process that keeps the store stays until the others have read it or have ended.
      if (place_.rank != 0 || place_.store_elsewhere) return;
      const auto until = std::chrono::steady_clock::now() + kPatience;
      for (auto* group : {&cpu_, &started_cpu_, &gpu_, &started_gpu_}) group->reset();  // so that nobody waits for this process
      while (store_->add(kRead, 0) < place_.ranks - 1 && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    } catch (const std::exception&) {
      // No other process is left to tell.
    }
  }

 private:
  using Group = c10::intrusive_ptr<c10d::Backend>;
  static constexpr const char* kFailed = "failed";
  static constexpr const char* kRead = "read";
  static constexpr std::chrono::milliseconds kPatience{3000};

  struct Started : Pending {
    explicit Started(ProcessGroup& o) : owner(o) {}
    void wait() override {
      owner.exchange([&] { work->wait(); });
    }
    ProcessGroup& owner;
    c10::intrusive_ptr<c10d::Work> work;
  };

  Group make_gloo(const char* name, const ProcessOptions& options) const {
    auto gloo = c10d::ProcessGroupGloo::Options::create(options.timeout);
    const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
    const bool here = place_.address == "127.0.0.1" || place_.address == "localhost";
    gloo->devices.push_back(interface != nullptr && *interface != '\0' ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                            : here                                     ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                                                       : c10d::ProcessGroupGloo::createDefaultDevice());
    return c10::make_intrusive<c10d::ProcessGroupGloo>(c10::make_intrusive<c10d::PrefixStore>(name, store_), static_cast<int>(place_.rank),
                                                       static_cast<int>(place_.ranks), gloo);
  }

  void make_nccl([[maybe_unused]] const ProcessOptions& options) {
#ifdef FACEPTOR_WITH_NCCL
    if (!torch::cuda::is_available()) return;
    for (auto [name, group] : {std::pair{"gpu", &gpu_}, std::pair{"started/gpu", &started_gpu_}}) {
      auto nccl = c10d::ProcessGroupNCCL::Options::create();
      nccl->timeout = options.timeout;
      *group = c10::make_intrusive<c10d::ProcessGroupNCCL>(c10::make_intrusive<c10d::PrefixStore>(name, store_),
                                                           static_cast<int>(place_.rank), static_cast<int>(place_.ranks), nccl);
    }
#endif
  }

  static c10d::Backend& group_for(const torch::Tensor& tensor, const Group& cpu, const Group& gpu) {
    const auto& group = tensor.is_cpu() ? cpu : gpu;
    if (group) return *group;
    throw Error(ErrorCode::unsupported, "train: this LibTorch can't exchange tensors of that device between processes")
        .found(tensor.device().str())
        .hint("a build with NCCL can (FACEPTOR_WITH_NCCL, docs/install.md), or train on the CPU");
  }

  /// The first sentence of a message, without the advice that gloo adds to it.
  static std::string first_line(const std::exception& e) {
    const std::string text = e.what();
    return text.substr(0, std::min(text.find('\n'), text.find(". This may indicate")));
  }

  /// Does something with the others; if that fails one of them has, and may have said why.
  template <class F>
  void exchange(F&& f) {
    try {
      std::forward<F>(f)();
    } catch (const Error&) {
      throw;
    } catch (const std::exception& e) {
      lost_ = true;
      const auto told = told_reason();
      throw Error(ErrorCode::io, fmt::format("train: process {} of {} lost another one", place_.rank, place_.ranks))
          .found(told.empty() ? first_line(e) : told)
          .hint("the same command resumes the run");
    }
  }

  /// What a process that failed has told; empty if it was killed, or all are gone.
  std::string told_reason() noexcept {
    try {
      // It may have closed its connections before it came to tell.
      const auto until = std::chrono::steady_clock::now() + kPatience / 6;
      while (!store_->check({kFailed})) {
        if (std::chrono::steady_clock::now() >= until) return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
      const auto bytes = store_->get(kFailed);
      store_->add(kRead, 1);
      return {bytes.begin(), bytes.end()};
    } catch (const std::exception&) {
      return {};
    }
  }

  ProcessPlace place_;
  c10::intrusive_ptr<c10d::Store> store_;
  Group cpu_, started_cpu_;
  Group gpu_, started_gpu_;  // null without NCCL
  bool lost_ = false, told_ = false;
};

}  // namespace faceptor::train::detail
