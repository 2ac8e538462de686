#include <faceptor/losses/options.hpp>

#include "support/error_of.hpp"

using namespace faceptor;
using nlohmann::json;

namespace {

struct Options {
  double width = 10;
  std::vector<double> weights = {};
  bool mean = true;
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("width", width);
    visit("weights", weights);
    visit("mean", mean);
  }
  void fit(std::int64_t outputs) { losses::expect_one_an_output("weights", weights.size(), outputs); }
};

static_assert(losses::OptionsWithFields<Options> && losses::OptionsWithFields<losses::NoOptions>);
static_assert(!losses::OptionsWithFields<int>);

}  // namespace

TEST_CASE("options are written and read by their fields, absent ones keep their default", "[losses][options]") {
  const json written = write_fields(Options{2.5, {1, 2}, false});
  CHECK(written == json{{"width", 2.5}, {"weights", {1.0, 2.0}}, {"mean", false}});
  const auto read = losses::read_options<Options>(written);
  CHECK(read.width == 2.5);
  CHECK(read.weights == std::vector<double>{1, 2});
  CHECK_FALSE(read.mean);
  CHECK(losses::read_options<Options>({{"mean", false}}).width == 10);
  CHECK(losses::read_options<Options>(nullptr).mean);
  CHECK(write_fields(losses::NoOptions()) == json::object());
}

TEST_CASE("options are held to their names, types and the outputs", "[losses][options]") {
  const auto name = error_of([] { losses::read_options<Options>({{"widht", 3}}); });
  CHECK(name.code() == ErrorCode::argument);
  CHECK(name.summary() == "options: there is no option \"widht\"");
  CHECK(name.hint() == "did you mean \"width\"?");
  const auto type = error_of([] { losses::read_options<Options>({{"width", "3"}}); });
  CHECK(type.expected() == "a value like 10.0");
  CHECK(type.found() == "\"3\"");
  CHECK(error_of([] { losses::read_options<Options>(json::array()); }).found() == "array");
  CHECK(error_of([] { losses::read_options<losses::NoOptions>({{"width", 3}}); }).code() == ErrorCode::argument);
  const json two = {{"weights", {1, 2}}};
  CHECK(losses::read_options<Options>(two, 2).weights.size() == 2);
  CHECK(losses::read_options<Options>(two).weights.size() == 2);  // outputs that aren't known yet
  const auto outputs = error_of([&] { losses::read_options<Options>(two, 3); });
  CHECK(outputs.where() == "weights");
  CHECK(outputs.expected() == "3");
  CHECK(outputs.found() == "2");
}
