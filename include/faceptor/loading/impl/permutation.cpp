#pragma once

#include <algorithm>
#include <bit>

#include <faceptor/core/error.hpp>
#include <faceptor/loading/permutation.hpp>

namespace faceptor::data {

FACEPTOR_INLINE Permutation::Permutation(std::uint64_t size, Random random) : size_(size) {
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 62;  // sums of two numbers fit 64 bits
  if (size > kLargest) throw Error(ErrorCode::limit, "data: too many numbers to shuffle").expected("at most 2^62");
  const auto rounds = 6 * static_cast<std::size_t>(std::bit_width(size));
  rounds_.reserve(rounds);
  for (std::size_t i = 0; i < rounds; ++i) rounds_.push_back({random.integer(size), random.bits64()});
}

FACEPTOR_INLINE std::uint64_t Permutation::operator()(std::uint64_t place) const noexcept {
  for (const auto& round : rounds_) {
    const auto partner = round.sum >= place ? round.sum - place : round.sum + size_ - place;
    if ((mix_bits(std::max(place, partner) ^ round.key) & 1) != 0) place = partner;
  }
  return place;
}

}  // namespace faceptor::data
