#include <algorithm>
#include <cmath>
#include <faceptor/core/random.hpp>
#include <numeric>
#include <set>
#include <vector>

#include "support/catch.hpp"

using faceptor::Random;

TEST_CASE("philox gives the published known answers", "[core][random]") {
  // The known-answer vectors that its authors ship with their implementation.
  using Block = std::array<std::uint32_t, 4>;
  CHECK(faceptor::philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(faceptor::philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}) == Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(faceptor::philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("the same seed and streams give the same numbers, others give others", "[core][random]") {
  Random a(7, {1, 2});
  Random b(7, {1, 2});
  for (int i = 0; i < 100; ++i) CHECK(a.bits32() == b.bits32());
  std::set<std::uint64_t> firsts;
  for (Random random : {Random(7), Random(8), Random(7, {0}), Random(7, {0, 0}), Random(7, {1, 2}), Random(7, {2, 1}), Random(7).fork(5)}) {
    firsts.insert(random.bits64());
  }
  CHECK(firsts.size() == 7);
}

TEST_CASE("a fork doesn't depend on what was drawn", "[core][random]") {
  Random random(3, {4});
  const auto before = random.fork(9).bits64();
  random.bits64();
  CHECK(random.fork(9).bits64() == before);
  CHECK(Random(3, {4, 9}).bits64() == before);
}

TEST_CASE("seek goes to any place of the sequence", "[core][random]") {
  Random random(11);
  std::vector<std::uint32_t> numbers(30);
  for (auto& number : numbers) number = random.bits32();
  CHECK(random.position() == 30);
  for (const std::size_t place : {17U, 0U, 29U, 4U}) {
    random.seek(place);
    CHECK(random.bits32() == numbers[place]);
  }
}

TEST_CASE("uniform and normal numbers have the moments and the shape they should", "[core][random]") {
  Random random(1);
  constexpr int kCount = 100000;
  double sum = 0, squares = 0;
  std::array<int, 20> bins{};
  for (int i = 0; i < kCount; ++i) {
    const double u = random.uniform();
    REQUIRE((u >= 0 && u < 1));
    sum += u;
    squares += u * u;
    ++bins[static_cast<std::size_t>(u * 20)];
  }
  CHECK(sum / kCount == Approx(0.5).margin(0.004));
  CHECK(squares / kCount == Approx(1.0 / 3.0).margin(0.004));
  double chi = 0;
  for (const int bin : bins) chi += std::pow(bin - kCount / 20.0, 2) / (kCount / 20.0);
  CHECK(chi < 43.8);  // 19 degrees of freedom, one in a thousand

  double first = 0, second = 0, fourth = 0;
  for (int i = 0; i < kCount; ++i) {
    const double n = random.normal();
    first += n;
    second += n * n;
    fourth += n * n * n * n;
  }
  CHECK(first / kCount == Approx(0).margin(0.015));
  CHECK(second / kCount == Approx(1).margin(0.02));
  CHECK(fourth / kCount == Approx(3).margin(0.15));
}

TEST_CASE("whole numbers reach every value and stay in range", "[core][random]") {
  Random random(5);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70000; ++i) ++counts[random.integer(std::uint64_t{7})];
  for (const int count : counts) CHECK(count == Approx(10000).margin(400));
  CHECK(random.integer(std::uint64_t{0}) == 0);
  CHECK(random.integer(std::uint64_t{1}) == 0);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.integer(std::int64_t{-2}, std::int64_t{2}));
  CHECK(seen == std::set<std::int64_t>{-2, -1, 0, 1, 2});
}

TEST_CASE("pick follows the weights", "[core][random]") {
  Random random(6);
  std::array<int, 4> counts{};
  for (int i = 0; i < 40000; ++i) ++counts[random.pick({1.0F, 0.0F, 2.0F, 1.0F})];
  CHECK(counts[1] == 0);
  CHECK(counts[0] == Approx(10000).margin(400));
  CHECK(counts[2] == Approx(20000).margin(500));
  CHECK(random.pick({0.0F, 0.0F}) == 0);
}

TEST_CASE("shuffle keeps the values and reaches every order", "[core][random]") {
  Random random(8);
  std::set<std::vector<int>> orders;
  for (int i = 0; i < 500; ++i) {
    std::vector<int> values = {0, 1, 2, 3};
    random.shuffle(std::span<int>(values));
    CHECK(std::accumulate(values.begin(), values.end(), 0) == 6);
    orders.insert(values);
  }
  CHECK(orders.size() == 24);
}
