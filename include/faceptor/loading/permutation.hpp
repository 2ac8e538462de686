#pragma once

#include <cstdint>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>

namespace faceptor::data {

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

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/loading/impl/permutation.cpp>
#endif
