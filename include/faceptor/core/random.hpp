#pragma once

#include <array>
#include <cstdint>
#include <faceptor/core/config.hpp>
#include <initializer_list>
#include <span>
#include <utility>

/// Randomness without state of its own: every number is a function of a seed, a stream and a position.
///
///     Random random(seed, {epoch, rank, sample});       // the same numbers wherever and whenever this is written
///     float angle = random.uniform(-30.0F, 30.0F);
///
/// Nothing here is shared between threads, and nothing depends on what was drawn before for another stream, so a run that is
/// resumed, reordered or spread over machines draws the same numbers. Not for cryptography.
namespace faceptor {

/// One block of Philox 4x32 with ten rounds (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
/// 128 random bits from a 128-bit counter and a 64-bit key.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) noexcept;

/// Spreads the bits of `value` over all 64 (the finaliser of SplitMix64).
std::uint64_t mix_bits(std::uint64_t value) noexcept;

/// A sequence of random numbers. Small (48 bytes) and cheap to make: make one per sample rather than passing one around.
class Random {
 public:
  /// @param seed     the run's seed
  /// @param streams  what the numbers are for, such as {epoch, rank, sample}; order and length count
  explicit Random(std::uint64_t seed, std::initializer_list<std::uint64_t> streams = {}) noexcept;
  Random(std::uint64_t seed, std::span<const std::uint64_t> streams) noexcept;

  /// The sequence of a sub-stream: depends on seed, streams and `stream`, never on how much was drawn from this one.
  Random fork(std::uint64_t stream) const noexcept;

  std::uint32_t bits32() noexcept;
  std::uint64_t bits64() noexcept;

  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniform() noexcept;
  /// Uniform in [low, high).
  float uniform(float low, float high) noexcept;
  /// Normal with mean 0 and standard deviation 1 (Box and Muller; two draws a number).
  double normal() noexcept;
  float normal(float mean, float deviation) noexcept;
  /// A whole number in [0, count), every one equally likely; 0 for a count of 0.
  std::uint64_t integer(std::uint64_t count) noexcept;
  /// A whole number in [low, high], both included. @pre low <= high
  std::int64_t integer(std::int64_t low, std::int64_t high) noexcept;
  /// True with this probability.
  bool chance(double probability) noexcept;
  /// An index, drawn in proportion to its weight (not negative); 0 when all weights are 0.
  std::size_t pick(std::span<const float> weights) noexcept;
  std::size_t pick(std::initializer_list<float> weights) noexcept { return pick(std::span(weights.begin(), weights.size())); }

  /// Puts the values into a random order, every order equally likely (Fisher and Yates).
  template <class T>
  void shuffle(std::span<T> values) noexcept {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[integer(std::uint64_t{i})]);
  }

  /// How many 32-bit numbers were drawn; `seek` goes to any place of the sequence at once.
  std::uint64_t position() const noexcept { return position_; }
  void seek(std::uint64_t position) noexcept { position_ = position; }

  /// What standard algorithms ask of a generator.
  using result_type = std::uint32_t;
  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return ~result_type{0}; }
  result_type operator()() noexcept { return bits32(); }

 private:
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};

  std::uint64_t key_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
  std::uint64_t block_ = kNone;
  std::array<std::uint32_t, 4> numbers_{};
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/core/impl/random_inl.hpp>
#endif
