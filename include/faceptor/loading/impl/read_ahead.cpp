#include <fmt/format.h>

#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/loading/read_ahead.hpp>

namespace faceptor::loading {

ReadAhead::ReadAhead(Begin begin, int threads, int ahead)
    : begin_(std::move(begin)), ahead_(static_cast<std::size_t>(threads == 0 ? 1 : ahead)) {
  constexpr int kMost = 1024;
  if (threads < 0 || threads > kMost || ahead < 1 || ahead > kMost) {
    throw Error(ErrorCode::argument, "data: threads and batches to read ahead out of range")
        .expected(fmt::format("0 to {} threads, 1 to {} batches", kMost, kMost))
        .found(fmt::format("{} and {}", threads, ahead));
  }
  threads_.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

void ReadAhead::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    std::optional<Claim> claimed;
    more_.wait(lock, stop, [&] { return stop.stop_requested() || (claimed = claim()).has_value(); });
    if (claimed) run(lock, *claimed);
  }
}

std::optional<ReadAhead::Claim> ReadAhead::claim() {
  for (;;) {
    for (const auto& batch : batches_) {
      if (batch->error) return std::nullopt;  // what comes after a failed batch is never taken
      if (!batch->open()) continue;
      ++batch->running;
      return Claim{batch, batch->claimed++};
    }
    if (ended_ || batches_.size() >= ahead_) return std::nullopt;
    begin_batch();
  }
}

void ReadAhead::begin_batch() {
  auto batch = std::make_shared<Batch>();
  try {
    batch->work = begin_(number_);
  } catch (...) {
    batch->error = std::current_exception();
  }
  ended_ = !batch->work && !batch->error;
  if (!ended_) {
    ++number_;
    batches_.push_back(std::move(batch));
  }
  more_.notify_all();
  done_.notify_all();
}

void ReadAhead::run(std::unique_lock<std::mutex>& lock, const Claim& claim) {
  lock.unlock();
  std::exception_ptr error;
  try {
    claim.batch->work->run(claim.item);
  } catch (...) {
    error = std::current_exception();
  }
  lock.lock();
  finish(claim, std::move(error));
}

void ReadAhead::finish(const Claim& claim, std::exception_ptr error) {
  auto& batch = *claim.batch;
  --batch.running;
  // Items are begun in order, so whichever fails first in time, the first in order is found out before the batch is finished.
  if (error && (!batch.error || claim.item < batch.failed)) {
    batch.error = std::move(error);
    batch.failed = claim.item;
  }
  if (batch.finished()) done_.notify_all();
}

std::shared_ptr<Work> ReadAhead::next() {
  std::unique_lock lock(mutex_);
  const auto decided = [this] { return batches_.empty() ? ended_ : batches_.front()->finished(); };
  if (threads_.empty()) {
    while (const auto claimed = claim()) run(lock, *claimed);
  } else {
    done_.wait(lock, decided);
  }
  if (batches_.empty()) return nullptr;
  if (batches_.front()->error) std::rethrow_exception(batches_.front()->error);
  auto work = std::move(batches_.front()->work);
  batches_.pop_front();
  more_.notify_all();
  return work;
}

void ReadAhead::seek(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  batches_.clear();
  number_ = number;
  ended_ = false;
  more_.notify_all();
}

}  // namespace faceptor::loading
