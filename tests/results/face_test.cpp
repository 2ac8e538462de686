#include <faceptor/results/face.hpp>

#include <faceptor/core/error.hpp>
#include <faceptor/results/parsing_map.hpp>

#include "results/faces.hpp"
#include "results/support.hpp"
#include "support/catch.hpp"

using namespace faceptor;
using results_test::code_of;
using results_test::face_with_tasks;
using results_test::message_of;

TEST_CASE("a face is where it is, with nothing said of it yet", "[results][face]") {
  const Face face({1, 2, 3, 4});
  CHECK(face.box == Box{1, 2, 3, 4});
  CHECK(face.score == 1);
  CHECK_FALSE(face.points);
  CHECK(face.task_list == 0);
  CHECK(face.size() == 0);
  CHECK(face.begin() == face.end());
  CHECK_FALSE(face.has<AgeEstimate>());
}

TEST_CASE("a face gives results by type, name and handle", "[results]") {
  const auto face = face_with_tasks();
  CHECK(face.get<AgeEstimate>().years == 31.4F);
  CHECK(face.get<Landmarks>("align_a").points[0].x == 3);
  CHECK(face.get(TaskHandle<Landmarks>(7, 3, "align_b")).points[0].x == 1);
  CHECK(face.has("age"));
  CHECK_FALSE(face.has("agee"));
  CHECK(face.has<Expression>());
  CHECK_FALSE(face.has<ParsingMap>());
  std::vector<std::string> order;
  for (const auto& result : face) order.push_back(result.task());
  CHECK(order == std::vector<std::string>{"recog", "age", "affect", "align_b", "align_a"});
}

TEST_CASE("a face says what is wrong with a question", "[results]") {
  auto face = face_with_tasks();
  const auto several = message_of([&] { (void)face.get<Landmarks>(); });
  CHECK(several.find("align_b, align_a") != std::string::npos);
  CHECK(several.find("handle") != std::string::npos);
  CHECK(code_of([&] { (void)face.get<ParsingMap>(); }) == ErrorCode::argument);
  CHECK(message_of([&] { (void)face.get<AgeEstimate>("agee"); }).find("did you mean \"age\"?") != std::string::npos);
  CHECK(code_of([&] { (void)face.get<AgeEstimate>("affect"); }) == ErrorCode::mismatch);
  CHECK(code_of([&] { (void)face.get(TaskHandle<Landmarks>(8, 3, "align_b")); }) == ErrorCode::mismatch);
  CHECK(code_of([&] { (void)face.get(TaskHandle<AgeEstimate>(7, 3, "align_b")); }) == ErrorCode::mismatch);
  CHECK(code_of([&] { (void)face.get(TaskHandle<Landmarks>(7, 9, "parsing")); }) == ErrorCode::argument);
  CHECK(code_of([&] { face.add({"age", AgeEstimate::of(1, 1)}); }) == ErrorCode::argument);
  face.task_list = 0;
  CHECK(code_of([&] { (void)face.get(TaskHandle<Landmarks>(0, 3, "align_b")); }) == ErrorCode::mismatch);
}
