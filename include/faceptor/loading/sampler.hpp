#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>

namespace faceptor::loading {

/// The numbers 0 .. size - 1 in a random order of which every place is known by itself: no table, and nothing to draw before it.
///
/// Swap-or-not (Hoang, Morris, Rogaway: "An enciphering scheme based on a card shuffle", CRYPTO 2012): a round pairs each number
/// with the one that makes a random sum with it, modulo the size, and swaps the pair or not, by a random bit. The rounds are six for
/// each bit of the size, as many as their analysis asks for a good shuffle.
class Permutation {
 public:
  /// @param random  where the order comes from; the same for equal ones
  /// @throws Error(limit)  for a size over 2^62
  Permutation(std::uint64_t size, Random random);

  std::uint64_t size() const noexcept { return size_; }

  /// The number at a place; about a microsecond. @pre place < size()
  std::uint64_t operator()(std::uint64_t place) const noexcept;

 private:
  struct Round {
    std::uint64_t sum;
    std::uint64_t key;
  };

  std::uint64_t size_;
  std::vector<Round> rounds_;
};

// Which samples a step takes.

/// The share of a run that one process has, and what it takes in a step.
struct SamplerOptions {
  std::uint64_t steps = 1;  ///< of the whole run: they decide how often the set is repeated
  std::int64_t batch = 1;   ///< samples a step and rank
  std::int64_t rank = 0;
  std::int64_t ranks = 1;

  /// @throws Error(argument) for no steps or samples, a rank outside 0 .. ranks - 1; Error(limit) for more than 2^62 samples in all
  void check() const;
};

/// The samples of a training run: the set repeated until it fills `steps * batch * ranks` places, all of them shuffled at once, and
/// each rank has `steps * batch` places that follow each other.
///
/// So every task runs for the planned number of steps whatever its size; over the run every sample comes equally often, but for
/// one time more or less; and one may come twice before another comes once. All of this is as in the reference, whose order itself is
/// another one: here a place of the order is known by itself, so that nothing is kept in memory and any step can be the first. A run
/// shorter than one pass takes a random choice of the set, where the reference takes its beginning.
class StepSampler {
 public:
  /// @param samples  of the set; at least 1
  /// @param random   the same on all ranks
  /// @throws Error as `SamplerOptions::check`; Error(argument) for an empty set
  StepSampler(std::size_t samples, const SamplerOptions& options, Random random);

  /// The sample for a row of a step's batch.
  /// @param attempt  0 for the sample itself, 1, 2, ... for what takes its place if it can't be read: all others, one after another
  /// @pre step < steps, 0 <= row < batch, attempt < samples
  std::size_t operator()(std::uint64_t step, std::int64_t row, std::uint64_t attempt = 0) const noexcept;

  const SamplerOptions& options() const noexcept { return options_; }

 private:
  SamplerOptions options_;
  Permutation places_;   ///< of the repeated set
  Permutation samples_;  ///< of the set: which samples come once more than others
};

/// Samples that follow each other in a set.
struct SampleRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const noexcept { return end - begin; }
  friend bool operator==(const SampleRange&, const SampleRange&) = default;
};

/// A rank's share of a set to evaluate on: in file order, nothing dropped and nothing doubled, shares as equal as can be.
/// @throws Error(argument) for a rank outside 0 .. ranks - 1
SampleRange evaluation_share(std::size_t samples, std::int64_t rank = 0, std::int64_t ranks = 1);

}  // namespace faceptor::loading
