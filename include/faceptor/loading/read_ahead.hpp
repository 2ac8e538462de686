#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor::loading {

/// A batch in the making: items that threads do, in any order and at the same time, each once.
class Work {
 public:
  virtual ~Work() = default;
  virtual std::size_t items() const noexcept = 0;
  /// Does one item. What it throws reaches who takes the batch.
  virtual void run(std::size_t item) = 0;
};

/// Numbered batches, made by threads ahead of who takes them, and taken in order.
///
/// Threads share the items of a batch, so that a single slow sample holds up no other, and then begin the next batch. What is in a
/// batch depends on its number alone, never on the threads. There is one taker: `next` and `seek` are for one thread.
class ReadAhead {
 public:
  /// Begins the batch of that number: makes room, does none of its items. Null when there is none. Called for one number at a time.
  using Begin = std::function<std::shared_ptr<Work>(std::uint64_t number)>;

  /// @param threads  0: items are done by `next`, in its thread
  /// @param ahead    how many batches are begun and not yet taken, at most; at least 1
  /// @throws Error(argument) for numbers out of range
  ReadAhead(Begin begin, int threads, int ahead);
  /// Waits for the items that are being done, begins no other.
  ~ReadAhead() = default;
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// The next batch, all of its items done; null after the last one.
  /// @throws what its first item that failed threw; again and again, until `seek`
  std::shared_ptr<Work> next();

  /// Goes to a number; what is begun is dropped, without waiting for it.
  void seek(std::uint64_t number);

 private:
  struct Batch {
    std::shared_ptr<Work> work;
    std::size_t claimed = 0;  ///< items begun
    std::size_t running = 0;  ///< begun and not yet done
    std::size_t failed = 0;   ///< the first item that threw
    std::exception_ptr error;

    bool open() const { return !error && claimed < work->items(); }
    bool finished() const { return running == 0 && !open(); }
  };
  struct Claim {
    std::shared_ptr<Batch> batch;
    std::size_t item;
  };

  void work(const std::stop_token& stop);
  std::optional<Claim> claim();                               // with the lock held
  void begin_batch();                                         // likewise
  void finish(const Claim& claim, std::exception_ptr error);  // likewise
  void run(std::unique_lock<std::mutex>& lock, const Claim& claim);

  Begin begin_;
  std::size_t ahead_;
  std::mutex mutex_;
  std::condition_variable_any more_;  // there may be something to do
  std::condition_variable_any done_;  // there may be something to take
  std::deque<std::shared_ptr<Batch>> batches_;
  std::uint64_t number_ = 0;  // the next batch to begin
  bool ended_ = false;
  std::vector<std::jthread> threads_;  // the last member: stops and joins before the others go
};

}  // namespace faceptor::loading
