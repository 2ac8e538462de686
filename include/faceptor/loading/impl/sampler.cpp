#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

#include <faceptor/core/error.hpp>
#include <faceptor/loading/sampler.hpp>

namespace faceptor::loading {

Permutation::Permutation(std::uint64_t size, Random random) : size_(size) {
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 62;  // sums of two numbers fit 64 bits
  if (size > kLargest) throw Error(ErrorCode::limit, "data: too many numbers to shuffle").expected("at most 2^62");
  const auto rounds = 6 * static_cast<std::size_t>(std::bit_width(size));
  rounds_.reserve(rounds);
  for (std::size_t i = 0; i < rounds; ++i) rounds_.push_back({random.integer(size), random.bits64()});
}

std::uint64_t Permutation::operator()(std::uint64_t place) const noexcept {
  for (const auto& round : rounds_) {
    const auto partner = round.sum >= place ? round.sum - place : round.sum + size_ - place;
    if ((mix_bits(std::max(place, partner) ^ round.key) & 1) != 0) place = partner;
  }
  return place;
}

namespace {

void check_rank(std::int64_t rank, std::int64_t ranks) {
  if (rank >= 0 && rank < ranks) return;
  throw Error(ErrorCode::argument, "data: no such rank").expected(fmt::format("0 to {}", ranks - 1)).found(std::to_string(rank));
}

// Of a run that `SamplerOptions::check` has passed.
std::uint64_t places_of(const SamplerOptions& options) {
  return options.steps * static_cast<std::uint64_t>(options.batch) * static_cast<std::uint64_t>(options.ranks);
}

}  // namespace

void SamplerOptions::check() const {
  check_rank(rank, ranks);
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

StepSampler::StepSampler(std::size_t samples, const SamplerOptions& options, Random random)
    : options_((options.check(), options)), places_(places_of(options), random.fork(0)), samples_(samples, random.fork(1)) {
  if (samples == 0) throw Error(ErrorCode::argument, "data: an empty data set can't be sampled");
}

std::size_t StepSampler::operator()(std::uint64_t step, std::int64_t row, std::uint64_t attempt) const noexcept {
  const auto batch = static_cast<std::uint64_t>(options_.batch);
  const auto rank_begin = static_cast<std::uint64_t>(options_.rank) * options_.steps * batch;
  const auto place = places_(rank_begin + step * batch + static_cast<std::uint64_t>(row));
  return static_cast<std::size_t>(samples_((place + attempt) % samples_.size()));
}

SampleRange evaluation_share(std::size_t samples, std::int64_t rank, std::int64_t ranks) {
  check_rank(rank, ranks);
  const auto shares = static_cast<std::size_t>(ranks);
  // The first ones have one sample more where it doesn't come out even.
  const auto begin_of = [&](std::size_t share) { return samples / shares * share + std::min(share, samples % shares); };
  const auto share = static_cast<std::size_t>(rank);
  return {begin_of(share), begin_of(share + 1)};
}

}  // namespace faceptor::loading
