#pragma once

#include <cmath>
#include <faceptor/core/random.hpp>
#include <numbers>

namespace faceptor {

FACEPTOR_INLINE std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {static_cast<std::uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
               static_cast<std::uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

FACEPTOR_INLINE std::uint64_t mix_bits(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

namespace detail {

// A chain of hashes, so that {1, 2} and {2, 1}, {} and {0} are different streams.
FACEPTOR_INLINE std::uint64_t next_stream(std::uint64_t stream, std::uint64_t value) noexcept {
  return mix_bits(mix_bits(stream + 0x9E3779B97F4A7C15ULL) + value);
}

}  // namespace detail

FACEPTOR_INLINE Random::Random(std::uint64_t seed, std::span<const std::uint64_t> streams) noexcept : key_(seed), stream_(0) {
  for (const auto value : streams) stream_ = detail::next_stream(stream_, value);
}

FACEPTOR_INLINE Random::Random(std::uint64_t seed, std::initializer_list<std::uint64_t> streams) noexcept
    : Random(seed, std::span<const std::uint64_t>(streams.begin(), streams.size())) {}

FACEPTOR_INLINE Random Random::fork(std::uint64_t stream) const noexcept {
  Random result(key_);
  result.stream_ = detail::next_stream(stream_, stream);
  return result;
}

FACEPTOR_INLINE std::uint32_t Random::bits32() noexcept {
  const std::uint64_t block = position_ >> 2;
  if (block != block_) {
    numbers_ = philox({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), static_cast<std::uint32_t>(stream_),
                       static_cast<std::uint32_t>(stream_ >> 32)},
                      {static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)});
    block_ = block;
  }
  return numbers_[position_++ & 3];
}

FACEPTOR_INLINE std::uint64_t Random::bits64() noexcept {
  const std::uint64_t high = bits32();
  return (high << 32) | bits32();
}

FACEPTOR_INLINE double Random::uniform() noexcept { return static_cast<double>(bits64() >> 11) * 0x1.0p-53; }

FACEPTOR_INLINE float Random::uniform(float low, float high) noexcept {
  const auto value = static_cast<float>(low + (static_cast<double>(high) - low) * uniform());
  return value < high || low >= high ? value : std::nextafter(high, low);
}

FACEPTOR_INLINE double Random::normal() noexcept {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

FACEPTOR_INLINE float Random::normal(float mean, float deviation) noexcept { return static_cast<float>(mean + deviation * normal()); }

FACEPTOR_INLINE std::uint64_t Random::integer(std::uint64_t count) noexcept {
  if (count <= 1) return 0;
  // Numbers under 2^64 mod count would favour the small results: they are drawn anew.
  const std::uint64_t surplus = (0 - count) % count;
  std::uint64_t value = bits64();
  while (value < surplus) value = bits64();
  return value % count;
}

FACEPTOR_INLINE std::int64_t Random::integer(std::int64_t low, std::int64_t high) noexcept {
  const std::uint64_t count = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  const std::uint64_t step = count == 0 ? bits64() : integer(count);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + step);
}

FACEPTOR_INLINE bool Random::chance(double probability) noexcept { return uniform() < probability; }

FACEPTOR_INLINE std::size_t Random::pick(std::span<const float> weights) noexcept {
  double total = 0;
  for (const float weight : weights) total += weight;
  double left = uniform() * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    last = i;
    if (left < weights[i]) break;
    left -= weights[i];
  }
  return last;
}

}  // namespace faceptor
