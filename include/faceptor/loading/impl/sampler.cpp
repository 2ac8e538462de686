#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include <faceptor/core/error.hpp>
#include <faceptor/loading/sampler.hpp>

namespace faceptor::data {

namespace detail {

FACEPTOR_INLINE void check_rank(std::int64_t rank, std::int64_t ranks) {
  if (rank >= 0 && rank < ranks) return;
  throw Error(ErrorCode::argument, "data: no such rank").expected(fmt::format("0 to {}", ranks - 1)).found(std::to_string(rank));
}

// Of a run that `SamplerOptions::check` has passed.
FACEPTOR_INLINE std::uint64_t places_of(const SamplerOptions& options) {
  return options.steps * static_cast<std::uint64_t>(options.batch) * static_cast<std::uint64_t>(options.ranks);
}

}  // namespace detail

FACEPTOR_INLINE void SamplerOptions::check() const {
  detail::check_rank(rank, ranks);
  if (steps == 0 || batch < 1) {
    throw Error(ErrorCode::argument, "data: a run without samples")
        .expected("at least one step of at least one sample")
        .found(fmt::format("{} steps of {}", steps, batch));
  }
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 62;
  if (steps > kLargest / static_cast<std::uint64_t>(batch) / static_cast<std::uint64_t>(ranks)) {
    throw Error(ErrorCode::limit, "data: a run of too many samples")
        .expected("at most 2^62")
        .found(fmt::format("{} steps of {} on {} ranks", steps, batch, ranks));
  }
}

FACEPTOR_INLINE StepSampler::StepSampler(std::size_t samples, const SamplerOptions& options, Random random)
    : options_((options.check(), options)), places_(detail::places_of(options), random.fork(0)), samples_(samples, random.fork(1)) {
  if (samples == 0) throw Error(ErrorCode::argument, "data: an empty data set can't be sampled");
}

FACEPTOR_INLINE std::size_t StepSampler::operator()(std::uint64_t step, std::int64_t row, std::uint64_t attempt) const noexcept {
  const auto batch = static_cast<std::uint64_t>(options_.batch);
  const auto rank_begin = static_cast<std::uint64_t>(options_.rank) * options_.steps * batch;
  const auto place = places_(rank_begin + step * batch + static_cast<std::uint64_t>(row));
  return static_cast<std::size_t>(samples_((place + attempt) % samples_.size()));
}

FACEPTOR_INLINE SampleRange evaluation_share(std::size_t samples, std::int64_t rank, std::int64_t ranks) {
  detail::check_rank(rank, ranks);
  const auto shares = static_cast<std::size_t>(ranks);
  // The first ones have one sample more where it doesn't come out even.
  const auto begin_of = [&](std::size_t share) { return samples / shares * share + std::min(share, samples % shares); };
  const auto share = static_cast<std::size_t>(rank);
  return {begin_of(share), begin_of(share + 1)};
}

}  // namespace faceptor::data
