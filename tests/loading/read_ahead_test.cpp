#include "support/torch_catch.hpp"

#include <faceptor/loading/read_ahead.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/error_of.hpp"

using namespace faceptor;
using namespace std::chrono_literals;
using loading::ReadAhead;
using loading::Work;

namespace {

/// Squares, item by item; some items throw, some are slow.
struct Squares final : Work {
  Squares(std::uint64_t chosen, std::size_t count) : number(chosen), values(count, 0) {}

  std::size_t items() const noexcept override { return values.size(); }
  void run(std::size_t item) override {
    if (pause > 0ms) std::this_thread::sleep_for(pause);
    for (const auto bad : failing) {
      if (item == bad) throw std::runtime_error("item " + std::to_string(item));
    }
    values[item] = (number + item) * (number + item);
  }

  std::uint64_t number;
  std::vector<std::uint64_t> values;
  std::vector<std::size_t> failing{};
  std::chrono::milliseconds pause = 0ms;
};

/// Whether it comes true, in the time that even a busy machine needs.
template <class Condition>
bool wait_for(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

const Squares& squares(const std::shared_ptr<Work>& work) { return dynamic_cast<const Squares&>(*work); }

std::string failure(ReadAhead& source) {
  try {
    source.next();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("Batches come in order, complete, for any number of threads", "[data][read_ahead]") {
  for (const int threads : {0, 1, 4}) {
    ReadAhead source([](std::uint64_t number) { return number < 50 ? std::make_shared<Squares>(number, number % 7) : nullptr; }, threads,
                     3);
    for (std::uint64_t number = 0; number < 50; ++number) {
      const auto work = source.next();
      REQUIRE(work);
      REQUIRE(squares(work).number == number);
      for (std::size_t item = 0; item < squares(work).values.size(); ++item) {
        REQUIRE(squares(work).values[item] == (number + item) * (number + item));
      }
    }
    CHECK(source.next() == nullptr);
    CHECK(source.next() == nullptr);
    source.seek(48);
    CHECK(squares(source.next()).number == 48);
  }
}

TEST_CASE("No more batches are begun than are to be ahead", "[data][read_ahead]") {
  std::atomic<int> begun = 0;
  ReadAhead source(
      [&](std::uint64_t number) {
        ++begun;
        return std::make_shared<Squares>(number, 2);
      },
      2, 3);
  for (const int expected : {3, 4, 5}) {
    CHECK(wait_for([&] { return begun >= expected; }));
    std::this_thread::sleep_for(20ms);
    CHECK(begun == expected);
    source.next();
  }
}

TEST_CASE("Threads share the items of a batch and run on into the next", "[data][read_ahead]") {
  /// Ends each item only when eight have begun, those of two batches.
  struct Together final : Work {
    explicit Together(std::atomic<int>& counter) : begun(counter) {}
    std::size_t items() const noexcept override { return 4; }
    void run(std::size_t) override {
      ++begun;
      if (!wait_for([&] { return begun >= 8; })) throw std::runtime_error("alone");
    }
    std::atomic<int>& begun;
  };
  std::atomic<int> begun = 0;
  ReadAhead source([&](std::uint64_t number) { return number < 2 ? std::make_shared<Together>(begun) : nullptr; }, 8, 2);
  CHECK(source.next() != nullptr);
  CHECK(source.next() != nullptr);
}

TEST_CASE("What the first failing item throws reaches the taker, again until a seek", "[data][read_ahead]") {
  for (const int threads : {0, 1, 4}) {
    ReadAhead source(
        [](std::uint64_t number) {
          auto work = std::make_shared<Squares>(number, 40);
          if (number == 2) work->failing = {37, 12, 25};
          if (number == 3) work->failing = {0};
          return work;
        },
        threads, 4);
    CHECK(squares(source.next()).number == 0);
    CHECK(squares(source.next()).number == 1);
    CHECK(failure(source) == "item 12");
    CHECK(failure(source) == "item 12");
    source.seek(4);
    CHECK(squares(source.next()).number == 4);
  }
}

TEST_CASE("A batch that can't be begun is an error in its turn", "[data][read_ahead]") {
  for (const int threads : {0, 2}) {
    ReadAhead source(
        [](std::uint64_t number) -> std::shared_ptr<Work> {
          if (number == 1) throw std::runtime_error("no room");
          return std::make_shared<Squares>(number, 2);
        },
        threads, 3);
    CHECK(squares(source.next()).number == 0);
    CHECK(failure(source) == "no room");
    CHECK(failure(source) == "no room");
  }
}

TEST_CASE("Destruction and seek don't wait for what is queued", "[data][read_ahead]") {
  const auto slow = [](std::uint64_t number) {
    auto work = std::make_shared<Squares>(number, number < 10 ? 1000 : 10);
    work->pause = number < 10 ? 20ms : 0ms;
    return work;
  };
  const auto start = std::chrono::steady_clock::now();
  {
    ReadAhead source(slow, 2, 4);
    std::this_thread::sleep_for(10ms);
    source.seek(10);
    CHECK(squares(source.next()).number == 10);
    source.seek(0);
    std::this_thread::sleep_for(10ms);
  }
  CHECK(std::chrono::steady_clock::now() - start < 5s);  // the first batch alone takes 10 s
}

TEST_CASE("Odd numbers of threads and batches are refused", "[data][read_ahead]") {
  const auto none = [](std::uint64_t) { return std::shared_ptr<Work>(); };
  CHECK(error_of([&] { ReadAhead(none, -1, 1); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { ReadAhead(none, 1, 0); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { ReadAhead(none, 100000, 1); }).code() == ErrorCode::argument);
}
