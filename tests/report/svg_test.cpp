#include <faceptor/report/svg.hpp>

#include "support/catch.hpp"

using namespace faceptor;

TEST_CASE("Plots are drawings of what they are given, in text that stands for itself", "[report][svg]") {
  namespace svg = report::svg;
  CHECK(svg::escaped("a<b & \"c\">") == "a&lt;b &amp; &quot;c&quot;&gt;");
  const std::vector<evaluate::Series> lines = {{"up", {{0, 0}, {0.5, 0.5}, {2, 2}}}, {"<down>", {{0, 1}, {1, 0}}}};
  const auto chart = svg::drawn(evaluate::LineChart{"A & B", {"x", 0, 1}, {"y", 0, 1, false, true}, lines});
  CHECK(chart.starts_with("<svg"));
  CHECK(chart.ends_with("</svg>"));
  CHECK(chart.find("A &amp; B") != std::string::npos);
  CHECK(chart.find("&lt;down&gt;") != std::string::npos);
  CHECK(chart.find("-0") == std::string::npos);
  CHECK(chart.find("d=\"M58.0 274.0L245.0 154.0\"") != std::string::npos);  // (2, 2) lies outside and is cut off
  const std::vector<std::string> names = {"a", "b"};
  const std::vector<std::int64_t> counts = {3, 1, 0, 0};
  const auto square = svg::drawn(evaluate::Confusion{"c", names, counts});
  CHECK(square.find("a taken for b: 1") != std::string::npos);
  CHECK(square.find("nan") == std::string::npos);  // the class that never occurs
  const std::vector<std::pair<std::string, std::optional<double>>> bars = {{"hair", 0.5}, {"hat", std::nullopt}};
  CHECK(svg::drawn(evaluate::Bars{"F1", bars}).find("not defined") != std::string::npos);
  const auto shares = svg::drawn(evaluate::Shares{"Attention", {"age <test>"}, {"1", "11"}, {0.25, 0.75}});
  CHECK(shares.find("age &lt;test&gt;") != std::string::npos);
  CHECK(shares.find(">25.0</text>") != std::string::npos);
  CHECK(shares.find("fill-opacity=\"0.750\"") != std::string::npos);
}
