#include "support/torch_catch.hpp"

#include <faceptor/loading/sampler.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "support/error_of.hpp"

using namespace faceptor;
using loading::SamplerOptions;
using loading::StepSampler;

namespace {

std::vector<std::size_t> whole_run(std::size_t samples, const SamplerOptions& options, std::uint64_t seed = 5) {
  const StepSampler sampler(samples, options, Random(seed));
  std::vector<std::size_t> taken;
  for (std::uint64_t step = 0; step < options.steps; ++step) {
    for (std::int64_t row = 0; row < options.batch; ++row) taken.push_back(sampler(step, row));
  }
  return taken;
}

std::map<std::size_t, int> counts(std::size_t samples, std::uint64_t steps, std::int64_t batch, std::int64_t ranks) {
  std::map<std::size_t, int> times;
  for (std::int64_t rank = 0; rank < ranks; ++rank) {
    for (const auto sample : whole_run(samples, {steps, batch, rank, ranks})) ++times[sample];
  }
  return times;
}

}  // namespace

TEST_CASE("Over a run, all ranks together take every sample equally often, but for one", "[data][sampler]") {
  const auto times = counts(37, 20, 6, 3);  // 360 places: 9 or 10 times
  REQUIRE(times.size() == 37);
  for (const auto& [sample, count] : times) CHECK((count == 9 || count == 10));

  for (const auto& [sample, count] : counts(60, 10, 6, 2)) CHECK(count == 2);
}

TEST_CASE("A run shorter than a pass takes no sample twice, and not just the beginning", "[data][sampler]") {
  const auto times = counts(1000, 5, 4, 2);
  CHECK(times.size() == 40);
  CHECK(times.rbegin()->first > 500);
}

TEST_CASE("The whole repeated list is shuffled, not pass by pass", "[data][sampler]") {
  const auto taken = whole_run(20, {10, 4, 0, 1});
  const std::set<std::size_t> first_pass(taken.begin(), taken.begin() + 20);
  CHECK(first_pass.size() < 20);
}

TEST_CASE("A sample follows from step and row alone, and from the seed", "[data][sampler]") {
  const SamplerOptions options{.steps = 30, .batch = 4, .rank = 1, .ranks = 2};
  const auto taken = whole_run(50, options);
  const StepSampler resumed(50, options, Random(5));
  CHECK(resumed(17, 3) == taken[17 * 4 + 3]);
  CHECK(whole_run(50, options, 6) != taken);
}

TEST_CASE("Attempts go through all samples, starting from the row's own", "[data][sampler]") {
  const StepSampler sampler(13, {.steps = 4, .batch = 2, .rank = 0, .ranks = 1}, Random(5));
  CHECK(sampler(3, 1) == sampler(3, 1, 0));
  std::set<std::size_t> tried;
  for (std::uint64_t attempt = 0; attempt < 13; ++attempt) tried.insert(sampler(3, 1, attempt));
  CHECK(tried.size() == 13);
}

TEST_CASE("A run of many samples is as cheap as a short one", "[data][sampler]") {
  const StepSampler sampler(5'179'510, {.steps = 1'000'000'000, .batch = 128, .rank = 63, .ranks = 64}, Random(5));
  CHECK(sampler(999'999'999, 127) < 5'179'510);
}

TEST_CASE("Odd runs are refused", "[data][sampler]") {
  const auto code = [](std::size_t samples, const SamplerOptions& options) {
    return error_of([&] { StepSampler(samples, options, Random(5)); }).code();
  };
  CHECK(code(0, {1, 1, 0, 1}) == ErrorCode::argument);
  CHECK(code(9, {0, 1, 0, 1}) == ErrorCode::argument);
  CHECK(code(9, {1, 0, 0, 1}) == ErrorCode::argument);
  CHECK(code(9, {1, 1, 2, 2}) == ErrorCode::argument);
  CHECK(code(9, {1, 1, -1, 2}) == ErrorCode::argument);
  CHECK(code(9, {1, 1, 0, 0}) == ErrorCode::argument);
  CHECK(code(9, {std::uint64_t{1} << 40, 1 << 20, 0, 8}) == ErrorCode::limit);
}

TEST_CASE("Ranks share a set to evaluate on: in order, nothing dropped, nothing doubled", "[data][sampler]") {
  for (const std::size_t samples : {0U, 1U, 7U, 10U, 4000U}) {
    std::size_t next = 0;
    for (std::int64_t rank = 0; rank < 3; ++rank) {
      const auto share = loading::evaluation_share(samples, rank, 3);
      CHECK(share.begin == next);
      CHECK(share.size() >= samples / 3);
      CHECK(share.size() <= samples / 3 + 1);
      next = share.end;
    }
    CHECK(next == samples);
  }
  CHECK(loading::evaluation_share(12) == loading::SampleRange{0, 12});
  CHECK(error_of([] { loading::evaluation_share(12, 3, 3); }).code() == ErrorCode::argument);
}
