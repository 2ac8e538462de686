#include "support/torch_catch.hpp"

#include <faceptor/loading/sampler.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

#include "support/error_of.hpp"

using namespace faceptor;
using loading::Permutation;

namespace {

std::vector<std::uint64_t> order(const Permutation& permutation) {
  std::vector<std::uint64_t> numbers(permutation.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = permutation(i);
  return numbers;
}

}  // namespace

TEST_CASE("A permutation has every number once, whatever the size", "[data][permutation]") {
  for (const std::uint64_t size : {0, 1, 2, 3, 5, 16, 17, 255, 1000, 4097}) {
    auto numbers = order(Permutation(size, Random(7)));
    std::ranges::sort(numbers);
    std::vector<std::uint64_t> all(size);
    std::iota(all.begin(), all.end(), 0);
    CHECK(numbers == all);
  }
  constexpr std::uint64_t kLarge = (std::uint64_t{1} << 62) - 57;
  const Permutation large(kLarge, Random(7));
  for (const std::uint64_t place : {std::uint64_t{0}, std::uint64_t{1}, kLarge / 2, kLarge - 1}) CHECK(large(place) < kLarge);
  CHECK(error_of([] { Permutation(~std::uint64_t{0}, Random(7)); }).code() == ErrorCode::limit);
}

TEST_CASE("The order follows from the random numbers given", "[data][permutation]") {
  CHECK(order(Permutation(500, Random(1, {2}))) == order(Permutation(500, Random(1, {2}))));
  CHECK(order(Permutation(500, Random(1, {2}))) != order(Permutation(500, Random(1, {3}))));
}

TEST_CASE("All orders of a few numbers are equally likely", "[data][permutation]") {
  std::map<std::vector<std::uint64_t>, int> seen;
  constexpr int kDraws = 24 * 500;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) ++seen[order(Permutation(4, Random(seed)))];
  REQUIRE(seen.size() == 24);
  double chi_square = 0;
  for (const auto& [numbers, count] : seen) chi_square += (count - 500.0) * (count - 500.0) / 500.0;
  CHECK(chi_square < 49.7);  // 23 degrees of freedom: exceeded once in a thousand
}

TEST_CASE("Neighbours end up anywhere", "[data][permutation]") {
  constexpr std::uint64_t kSize = 1000;
  std::vector<int> distances(10, 0);  // from the next one, in tenths of the size
  constexpr int kDraws = 20;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    const auto numbers = order(Permutation(kSize, Random(seed)));
    for (std::size_t i = 0; i + 1 < kSize; ++i) ++distances[(numbers[i + 1] + kSize - numbers[i]) % kSize * 10 / kSize];
  }
  const double expected = kDraws * (kSize - 1) / 10.0;
  double chi_square = 0;
  for (const auto count : distances) chi_square += (count - expected) * (count - expected) / expected;
  CHECK(chi_square < 27.9);  // 9 degrees of freedom: exceeded once in a thousand
}
