#include "support/torch_catch.hpp"

#include <cmath>
#include <faceptor/core/random.hpp>
#include <faceptor/evaluate/figure.hpp>
#include <numeric>

#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::evaluate;

namespace {

std::vector<std::size_t> places(std::size_t count) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// The mean of some numbers, as a figure of a choice of them.
auto mean_of(const std::vector<double>& values) {
  return [&values](std::span<const std::size_t> chosen) {
    double sum = 0;
    for (const auto place : chosen) sum += values[place];
    return std::vector<Figure>{{"mean", Unit::number, false, sum / static_cast<double>(chosen.size())}};
  };
}

}  // namespace

TEST_CASE("A bootstrap interval is about as wide as theory says", "[evaluate][figure]") {
  Random random(5);
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) values.push_back(random.normal());
  const auto figure = with_intervals(places(values.size()), mean_of(values), {.resamples = 2000}).front();
  REQUIRE(figure.interval);
  double mean = 0, variance = 0;
  for (const double v : values) mean += v / 400;
  for (const double v : values) variance += (v - mean) * (v - mean) / 400;
  const double half = 1.96 * std::sqrt(variance / 400);  // normal theory; the bootstrap's own noise is about 3 % at 2,000 resamples
  CHECK(*figure.value == Approx(mean));
  CHECK(figure.interval->low == Approx(mean - half).margin(0.15 * half));
  CHECK(figure.interval->high == Approx(mean + half).margin(0.15 * half));
}

TEST_CASE("The same seed gives the same interval, another one another", "[evaluate][figure]") {
  std::vector<double> values;
  for (int i = 0; i < 50; ++i) values.push_back(std::sin(i));
  const auto interval = [&](std::uint64_t seed) {
    return *with_intervals(places(50), mean_of(values), {.resamples = 200, .seed = seed}).front().interval;
  };
  CHECK(interval(1).low == interval(1).low);
  CHECK(interval(1).high == interval(1).high);
  CHECK((interval(1).low != interval(2).low || interval(1).high != interval(2).high));
}

TEST_CASE("No interval where there is nothing to resample, or the figure is rarely defined", "[evaluate][figure]") {
  const std::vector<double> values = {1, 2, 3};
  CHECK_FALSE(with_intervals(places(1), mean_of(values)).front().interval);
  CHECK_FALSE(with_intervals(places(3), mean_of(values), {.resamples = 0}).front().interval);
  const auto rarely = [](std::span<const std::size_t> chosen) {
    const bool all_first = std::all_of(chosen.begin(), chosen.end(), [](std::size_t place) { return place == 0; });
    const bool in_order = chosen[0] == 0 && chosen[1] == 1 && chosen[2] == 2;
    return std::vector<Figure>{{"x", Unit::number, false, all_first || in_order ? std::optional(1.0) : std::nullopt}};
  };
  const auto figure = with_intervals(places(3), rarely).front();
  CHECK(figure.value);
  CHECK_FALSE(figure.interval);
}

TEST_CASE("Figures are printed in their unit, and undefined ones say so", "[evaluate][figure]") {
  CHECK(printed({"a", Unit::share, false, 0.0316}) == "3.16 %");
  CHECK(printed({"a", Unit::years, true, 4.1}) == "4.10 years");
  CHECK(printed({"a", Unit::number, true, 0.25}) == "0.2500");
  CHECK(printed({"a", Unit::share, false, std::nullopt}) == "not defined");
  CHECK(printed_with_interval({"a", Unit::share, false, 0.5, Interval{0.4, 0.6}}) == "50.00 %  [40.00, 60.00]");
  const nlohmann::json json = Figure{"a", Unit::share, true, std::nullopt};
  CHECK(json["value"].is_null());
  CHECK(json["interval"].is_null());
  CHECK(json["less_is_better"] == true);
}

TEST_CASE("A bootstrap refuses options that can't be", "[evaluate][figure]") {
  const std::vector<double> values = {1, 2};
  for (const auto& options : {BootstrapOptions{.resamples = -1}, BootstrapOptions{.level = 0}, BootstrapOptions{.level = 1}}) {
    CHECK(error_of([&] { with_intervals(places(2), mean_of(values), options); }).code() == ErrorCode::argument);
  }
}
