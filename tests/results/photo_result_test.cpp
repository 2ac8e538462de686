#include <cmath>
#include <type_traits>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/photo_result.hpp>
#include <nlohmann/json.hpp>

#include "results/faces.hpp"
#include "results/support.hpp"
#include "support/catch.hpp"

using namespace faceptor;
using nlohmann::json;
using results_test::code_of;
using results_test::face_with_tasks;
using results_test::message_of;

namespace mine {

/// A user's result type that is not registered.
struct Pose {
  float yaw = 0;
};
inline void to_json(json& out, const Pose& pose) { out = {{"yaw", pose.yaw}}; }
inline void from_json(const json& in, Pose& pose) { pose.yaw = in.at("yaw").get<float>(); }

/// One whose JSON is not an object.
struct Bare {};
inline void to_json(json& out, const Bare&) { out = 3; }

/// One that is registered by the test.
struct Glasses {
  static constexpr std::string_view kTypeName = "Glasses";
  bool worn = false;
};
inline void to_json(json& out, const Glasses& glasses) { out = {{"worn", glasses.worn}}; }
inline void from_json(const json& in, Glasses& glasses) { glasses.worn = in.at("worn").get<bool>(); }

/// One that takes a name of the library's own.
struct Impostor {
  static constexpr std::string_view kTypeName = "AgeEstimate";
};
inline void to_json(json& out, const Impostor&) { out = json::object(); }
inline void from_json(const json&, Impostor&) {}

}  // namespace mine

namespace {

PhotoResult photo_of(Face face) {
  PhotoResult result;
  result.photo = "a.jpg";
  result.width = 640;
  result.height = 480;
  result.faces.push_back(std::move(face));
  return result;
}

}  // namespace

TEST_CASE("the full JSON says which view each task looked at", "[results]") {
  Face face({1, 2, 30, 40}, 0.5F);
  face.add(TaskResult("age", AgeEstimate::of(30, 1)).of_view("aligned(arcface) 112x112"));
  face.add(TaskResult("other", AgeEstimate::of(30, 1)));
  const auto photo = photo_of(face);
  CHECK(json::parse(json_line(photo)).at("faces")[0].count("views") == 0);
  const auto full = json::parse(json_line(photo, {.full = true}));
  CHECK(full.at("faces")[0].at("views") == json({{"age", "aligned(arcface) 112x112"}}));
  const auto read = parse_json_line(full.dump());
  CHECK(read[0].result("age").view() == "aligned(arcface) 112x112");
  CHECK(read[0].result("other").view().empty());
  auto wrong = full;
  wrong["faces"][0]["views"] = 3;
  CHECK(code_of([&] { parse_json_line(wrong.dump()); }) == ErrorCode::format);
  wrong["faces"][0]["views"] = {{"age", 3}};
  CHECK(code_of([&] { parse_json_line(wrong.dump()); }) == ErrorCode::format);
}

TEST_CASE("a task result gives its own type only", "[results]") {
  const TaskResult result("age", AgeEstimate::of(30, 1));
  CHECK(result.holds<AgeEstimate>());
  CHECK_FALSE(result.holds<Expression>());
  CHECK(result.get<AgeEstimate>().years == 30);
  CHECK(result.type_name() == "AgeEstimate");
  CHECK(code_of([&] { (void)result.get<Expression>(); }) == ErrorCode::mismatch);
  const auto message = message_of([&] { (void)result.get<mine::Pose>(); });
  CHECK(message.find("AgeEstimate") != std::string::npos);
  CHECK(message.find("mine::Pose") != std::string::npos);
  CHECK(code_of([] { TaskResult("", AgeEstimate()); }) == ErrorCode::argument);
  const auto copy = result;
  CHECK(copy.get<AgeEstimate>() == result.get<AgeEstimate>());
}

TEST_CASE("a base type is not its derived type", "[results]") {
  const TaskResult result("affect", Expression({"a"}, {1.0F}));
  CHECK_FALSE(result.holds<results::Probabilities>());
}

// References into what has a name, copies of what is about to end.
static_assert(std::is_same_v<decltype(std::declval<const TaskResult&>().get<AgeEstimate>()), const AgeEstimate&>);
static_assert(std::is_same_v<decltype(std::declval<TaskResult&>().get<AgeEstimate>()), const AgeEstimate&>);
static_assert(std::is_same_v<decltype(std::declval<TaskResult>().get<AgeEstimate>()), AgeEstimate>);
static_assert(std::is_same_v<decltype(std::declval<const TaskResult>().get<AgeEstimate>()), AgeEstimate>);
static_assert(std::is_same_v<decltype(std::declval<TaskResult>().task()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<Face&>().get<AgeEstimate>()), const AgeEstimate&>);
static_assert(std::is_same_v<decltype(std::declval<Face>().get<AgeEstimate>()), AgeEstimate>);
static_assert(std::is_same_v<decltype(std::declval<Face>().get<AgeEstimate>("age")), AgeEstimate>);
static_assert(std::is_same_v<decltype(std::declval<const Face>().get(std::declval<TaskHandle<AgeEstimate>>())), AgeEstimate>);
static_assert(std::is_same_v<decltype(std::declval<Face&>().get(std::declval<TaskHandle<AgeEstimate>>())), const AgeEstimate&>);
static_assert(std::is_same_v<decltype(std::declval<Face>().result("age")), TaskResult>);
static_assert(std::is_same_v<decltype(std::declval<Face>().results()), std::vector<TaskResult>>);
static_assert(std::is_same_v<decltype(std::declval<PhotoResult&>()[0]), const Face&>);
static_assert(std::is_same_v<decltype(std::declval<PhotoResult>()[0]), Face>);
static_assert(std::is_same_v<decltype(std::declval<Expression>().label()), std::string>);

TEST_CASE("what a temporary result gives outlives it", "[results]") {
  const auto analyze = [] { return photo_of(face_with_tasks()); };
  const auto& age = analyze()[0].get<AgeEstimate>();
  const auto& points = analyze()[0].get<Landmarks>("align_a").points;
  const auto& handled = analyze()[0].get(TaskHandle<Landmarks>(7, 3, "align_b"));
  const auto& task = analyze()[0].result("age").task();
  const auto& label = analyze()[0].get<Expression>().label();
  CHECK(age.years == 31.4F);
  CHECK(points[0].x == 3);
  CHECK(handled.points[0].x == 1);
  CHECK(task == "age");
  CHECK(label == "calm");
  std::vector<std::string> order;
  for (const auto& face : analyze()) {
    for (const auto& result : face) order.push_back(result.task());
  }
  for (const auto& result : analyze()[0].results()) order.push_back(result.task());
  CHECK(order.size() == 10);
  CHECK(order.back() == "align_a");
}

TEST_CASE("a photo's line has the documented keys in their order", "[results]") {
  Face face({0, 1, 2.5F, 3}, 0.5F);
  face.add({"zoo_age", AgeEstimate::of(31.4F, 2)});
  face.add({"age", AgeEstimate::of(30, 1)});
  CHECK(json_line(photo_of(face)) ==
        R"({"schema":1,"photo":"a.jpg","width":640,"height":480,"faces":[{"box":[0.0,1.0,2.5,3.0],"score":0.5,"tasks":{)"
        R"("zoo_age":{"spread":2.0,"type":"AgeEstimate","years":31.4},)"
        R"("age":{"spread":1.0,"type":"AgeEstimate","years":30.0}}}],"error":null})");
  PhotoResult broken;
  broken.photo = "b\xff.jpg";
  broken.error = "image: the file is empty";
  broken.untrained = true;
  const auto line = json::parse(json_line(broken));
  CHECK(line["error"] == "image: the file is empty");
  CHECK(line["untrained"] == true);
  CHECK(line["faces"].empty());
  CHECK_FALSE(json(photo_of(face)).contains("untrained"));
}

TEST_CASE("a photo's line is read back", "[results]") {
  auto photo = photo_of(face_with_tasks());
  photo.untrained = true;
  const auto line = json_line(photo, {.full = true});
  const auto back = parse_json_line(line);
  CHECK(json_line(back, {.full = true}) == line);
  CHECK(back.untrained);
  CHECK(back[0].get<results::Embedding>() == photo[0].get<results::Embedding>());
  CHECK(back[0].points == photo[0].points);
  CHECK(back[0].box == photo[0].box);
  CHECK(back[0].begin()->task() == "recog");
  CHECK(json::parse(line).get<PhotoResult>().faces[0].size() == 5);

  const auto without = parse_json_line(json_line(photo));
  CHECK_FALSE(json_line(photo).find("vector") != std::string::npos);
  CHECK(without[0].get<results::EmbeddingSummary>().dimension == 2);
  CHECK_FALSE(without[0].points.has_value());
}

TEST_CASE("lines that are not results are refused", "[results]") {
  const json good = photo_of(face_with_tasks());
  const auto broken = [&](const std::string& pointer, json value) {
    auto changed = good;
    changed[json::json_pointer(pointer)] = std::move(value);
    return code_of([&] { parse_json_line(changed.dump()); });
  };
  CHECK(code_of([] { parse_json_line("{"); }) == ErrorCode::format);
  CHECK(code_of([] { parse_json_line(""); }) == ErrorCode::format);
  CHECK(code_of([] { parse_json_line("[]"); }) == ErrorCode::format);
  CHECK(code_of([] { parse_json_line(std::string(1000000, '[')); }) == ErrorCode::limit);
  CHECK(broken("/schema", 2) == ErrorCode::unsupported);
  CHECK(broken("/schema", "1") == ErrorCode::format);
  CHECK(broken("/width", -1) == ErrorCode::format);
  CHECK(broken("/faces", 3) == ErrorCode::format);
  CHECK(broken("/faces/0", 3) == ErrorCode::format);
  CHECK(broken("/faces/0/box", {1, 2, 3}) == ErrorCode::format);
  CHECK(broken("/faces/0/box", {0, 0, 1e39, 1}) == ErrorCode::format);
  CHECK(broken("/faces/0/score", 1e39) == ErrorCode::format);
  CHECK(broken("/faces/0/points", {1, 2, 3, 4, 5}) == ErrorCode::format);
  CHECK(broken("/faces/0/views", 3) == ErrorCode::format);
  CHECK(broken("/faces/0/tasks", {1, 2, 3}) == ErrorCode::format);
  CHECK(broken("/faces/0/tasks/age", 3) == ErrorCode::format);
  CHECK(broken("/faces/0/tasks/age/type", "AgeEstimat") == ErrorCode::unsupported);
  CHECK(broken("/faces/0/tasks/age/years", json()) == ErrorCode::format);
  CHECK(broken("/error", 3) == ErrorCode::format);
  CHECK(broken("/untrained", 3) == ErrorCode::format);
}

TEST_CASE("faces that are not finite don't reach JSON", "[results]") {
  CHECK(code_of([] { json_line(photo_of(Face({0, 0, NAN, 1}))); }) == ErrorCode::argument);
  CHECK(code_of([] { json_line(photo_of(Face({0, 0, 1, 1}, INFINITY))); }) == ErrorCode::argument);
}

TEST_CASE("a user's result type needs registration only to be read back", "[results]") {
  Face face({0, 0, 1, 1});
  face.add({"pose", mine::Pose{12}});
  face.add({"glasses", mine::Glasses{true}});
  CHECK(face.get<mine::Pose>().yaw == 12);
  const auto line = json_line(photo_of(face));
  const auto type = face.result("pose").type_name();  // the C++ name, with whatever namespaces are around it
  CHECK(type.ends_with("mine::Pose"));
  CHECK(json::parse(line)["faces"][0]["tasks"]["pose"] == json({{"type", type}, {"yaw", 12.0}}));
  CHECK(code_of([&] { parse_json_line(line); }) == ErrorCode::unsupported);
  const auto unknown = message_of([&] { parse_json_line(line); });
  CHECK(unknown.find("\"" + type + "\"") != std::string::npos);
  CHECK(unknown.find("register_result<R>()") != std::string::npos);
  CHECK(code_of([] { results::register_result<mine::Impostor>(); }) == ErrorCode::argument);
  CHECK(code_of([] { results::register_reader("Nothing", nullptr); }) == ErrorCode::argument);
  results::register_result<mine::Pose>();
  results::register_result<mine::Pose>();
  results::register_result<mine::Glasses>();
  const auto back = parse_json_line(line);
  CHECK(back[0].get<mine::Pose>().yaw == 12);
  CHECK(back[0].get<mine::Glasses>().worn);
  CHECK(code_of([&] { results::read_task_result("pose", {{"type", type}}); }) == ErrorCode::format);

  Face bare({0, 0, 1, 1});
  bare.add({"bare", mine::Bare{}});
  CHECK(code_of([&] { json_line(photo_of(bare)); }) == ErrorCode::argument);
}
