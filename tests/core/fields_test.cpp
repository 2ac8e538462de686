#include <faceptor/core/fields.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"

namespace {

struct Wheel {
  std::int64_t spokes = 32;
  std::uint64_t turns = 0;
  double width = 0.5;
  bool spare = false;
  std::vector<double> wear{};
  std::optional<double> pressure{};

  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("spokes", spokes, faceptor::within(1, 64).needed());
    visit("turns", turns);
    visit("width", width, faceptor::within(0, 1).below_high());
    visit("spare", spare);
    visit("wear", wear);
    visit("pressure", pressure, faceptor::within(0, 9));
  }
};

enum class Gait { walk, trot };
constexpr std::string_view to_string(Gait value) { return value == Gait::trot ? "trot" : "walk"; }
constexpr std::array<Gait, 2> values_of(Gait) { return {Gait::walk, Gait::trot}; }

struct Horse {
  Gait gait = Gait::walk;
  float stride = 0.8F;
  std::array<float, 2> ears{0.1F, 0.2F};

  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("gait", gait);
    visit("stride", stride);
    visit("ears", ears);
  }
};

nlohmann::json sound() { return {{"spokes", 20}, {"width", 0.25}, {"pressure", 2}}; }

}  // namespace

TEST_CASE("fields are written and read back", "[core][fields]") {
  Wheel wheel{.spokes = 20, .turns = 7, .width = 0.25, .spare = true, .wear = {0.5, 1}, .pressure = 2.5};
  const auto json = faceptor::write_fields(wheel);
  CHECK(json == nlohmann::json::parse(R"({"spokes": 20, "turns": 7, "width": 0.25, "spare": true, "wear": [0.5, 1.0], "pressure": 2.5})"));
  Wheel again;
  faceptor::read_fields(json, again);
  CHECK(faceptor::write_fields(again) == json);
  CHECK_FALSE(faceptor::write_fields(Wheel{}).contains("pressure"));
}

TEST_CASE("what is absent keeps its value, what is needed must be there", "[core][fields]") {
  Wheel wheel;
  wheel.turns = 3;
  faceptor::read_fields(sound(), wheel);
  CHECK(wheel.turns == 3);
  CHECK(wheel.pressure == 2.0);
  const auto error = error_of([&] {
    faceptor::read_fields({{"width", 0.5}}, wheel, {.who = "wheel", .code = faceptor::ErrorCode::format});
  });
  CHECK(error.code() == faceptor::ErrorCode::format);
  CHECK(std::string(error.what()).find("wheel: \"spokes\" is missing") == 0);
}

TEST_CASE("values of another type or out of range are refused, by name", "[core][fields]") {
  const auto [name, value] = GENERATE(table<std::string, nlohmann::json>({{"spokes", 2.5},
                                                                          {"spokes", true},
                                                                          {"spokes", 0},
                                                                          {"spokes", 65},
                                                                          {"spokes", nullptr},
                                                                          {"turns", -1},
                                                                          {"width", "wide"},
                                                                          {"width", 1},
                                                                          {"width", -0.1},
                                                                          {"spare", 1},
                                                                          {"wear", 3},
                                                                          {"wear", {"a"}},
                                                                          {"pressure", "high"},
                                                                          {"pressure", 10}}));
  auto json = sound();
  json[name] = value;
  CAPTURE(json.dump());
  Wheel wheel;
  const auto error = error_of([&] { faceptor::read_fields(json, wheel); });
  CHECK(error.code() == faceptor::ErrorCode::argument);
  CHECK(std::string(error.what()).find('"' + name + '"') != std::string::npos);
}

TEST_CASE("an error says where, when the object's place is known", "[core][fields]") {
  Wheel wheel;
  const faceptor::ReadFields how{.at = "cart: "};
  CHECK(error_of([&] { faceptor::read_fields({{"spokes", 1.5}}, wheel, how); }).where() == "cart: spokes");
  CHECK(error_of([&] { faceptor::read_fields({{"spokes", 99}}, wheel, how); }).where() == "cart: spokes");
  CHECK(error_of([&] { faceptor::read_fields({{"turns", 1}}, wheel, how); }).where() == "cart: spokes");
  CHECK(error_of([&] { faceptor::read_fields({{"spokes", 99}}, wheel); }).where().empty());
  faceptor::read_fields({{"spokes", 9}, {"turns", 3}}, wheel);  // a whole number that is not negative, whatever its type in memory
  CHECK(wheel.turns == 3);
}

TEST_CASE("a name that is no field is refused, unless it is somebody else's", "[core][fields]") {
  auto json = sound();
  json["spoke"] = 1;
  Wheel wheel;
  CHECK(error_of([&] { faceptor::read_fields(json, wheel); }).hint() == "did you mean \"spokes\"?");
  CHECK_NOTHROW(faceptor::read_fields(json, wheel, {.others = true}));
  CHECK(error_of([&] { faceptor::read_fields(nlohmann::json::array(), wheel); }).code() == faceptor::ErrorCode::argument);
}

TEST_CASE("enumerations go by name, floats by their shortest decimals, arrays have their length", "[core][fields]") {
  CHECK(faceptor::write_fields(Horse{.gait = Gait::trot}).dump() == R"({"ears":[0.1,0.2],"gait":"trot","stride":0.8})");
  Horse horse;
  faceptor::read_fields({{"gait", "trot"}, {"stride", 0.7}, {"ears", {1, 0.3}}}, horse);
  CHECK(horse.gait == Gait::trot);
  CHECK(horse.stride == 0.7F);
  CHECK(horse.ears == std::array{1.0F, 0.3F});
  const auto error = error_of([&] { faceptor::read_fields({{"gait", "trott"}}, horse); });
  CHECK(error.expected() == "walk, trot");
  CHECK(error.hint().find("\"trot\"") != std::string::npos);
  for (const auto& json : {R"({"gait": 1})", R"({"ears": [1]})", R"({"ears": [1, 2, 3]})", R"({"ears": 1})", R"({"ears": ["a", "b"]})"}) {
    CAPTURE(json);
    CHECK_THROWS_AS(faceptor::read_fields(nlohmann::json::parse(json), horse), faceptor::Error);
  }
}
