#include <faceptor/core/parallel.hpp>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using faceptor::parallel_for;

TEST_CASE("each index is worked on once, whatever the number of threads", "[core][parallel]") {
  for (const int threads : {0, 1, 3, 64}) {
    for (const std::size_t count : {0, 1, 2, 1000}) {
      CAPTURE(threads, count);
      // By index, so the order of the results is that of the indices.
      std::vector<std::size_t> results(count);
      std::atomic<std::size_t> calls{0};
      parallel_for(count, threads, [&](std::size_t i) { ++calls, results[i] += i + 1; });
      CHECK(calls == count);
      for (std::size_t i = 0; i < count; ++i) REQUIRE(results[i] == i + 1);
    }
  }
}

TEST_CASE("no more threads work than were asked for, and with one it is the caller's", "[core][parallel]") {
  for (const int threads : {1, 4}) {
    std::mutex mutex;
    std::set<std::thread::id> ids;
    parallel_for(40, threads, [&](std::size_t) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const std::lock_guard lock(mutex);
      ids.insert(std::this_thread::get_id());
    });
    CHECK(ids.size() <= static_cast<std::size_t>(threads));
    if (threads == 1) CHECK(ids == std::set{std::this_thread::get_id()});
    if (threads == 4) CHECK(ids.size() > 1);
  }
  CHECK(faceptor::thread_count(3) == 3);
  CHECK(faceptor::thread_count(0) >= 1);
  CHECK(faceptor::thread_count(-1) >= 1);
}

TEST_CASE("the exception of the lowest index comes out, and no new work is begun", "[core][parallel]") {
  for (const int threads : {1, 2, 8}) {
    CAPTURE(threads);
    for (int attempt = 0; attempt < 20; ++attempt) {
      std::atomic<std::size_t> calls{0};
      std::string message;
      try {
        parallel_for(100'000, threads, [&](std::size_t i) {
          ++calls;
          if (i == 5) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          if (i >= 5) throw std::runtime_error(std::to_string(i));
        });
      } catch (const std::runtime_error& error) {
        message = error.what();
      }
      CHECK(message == "5");
      CHECK(calls < 1000);
    }
  }
}
