#include "support/torch_catch.hpp"

#include <cmath>
#include <faceptor/results/face.hpp>
#include <faceptor/tasks/example_task.hpp>
#include <numbers>

#include "support/error_of.hpp"

using namespace faceptor;
using example::HeadPose;
using example::HeadPoseTask;

namespace {

const std::string kHash = "hash";

/// A crop that is turned against the photo: its x axis points `degrees` below the photo's.
ViewTransform turned(double degrees) {
  const auto radians = degrees * std::numbers::pi / 180.0;
  Matrix to_photo = Matrix::Identity();
  to_photo(0, 0) = to_photo(1, 1) = 2 * std::cos(radians);
  to_photo(1, 0) = 2 * std::sin(radians);
  to_photo(0, 1) = -2 * std::sin(radians);
  to_photo(0, 2) = 31;
  return ViewTransform(inverted(to_photo), {640, 480}, {112, 112}, 0);
}

}  // namespace

TEST_CASE("the task written by hand is read in degrees of the photo", "[tasks][example_task]") {
  const HeadPoseTask task;
  const auto spec = task.spec();
  const auto straight = task.read(torch::tensor({0.5F, -0.25F, 0.1F}), {spec, turned(0), kHash});
  CHECK(straight.yaw == Approx(45));
  CHECK(straight.pitch == Approx(-22.5));
  CHECK(straight.roll == Approx(9));
  for (const double degrees : {-60.0, 12.5, 90.0}) {
    const auto pose = task.read(torch::tensor({0.5F, -0.25F, 0.1F}), {spec, turned(degrees), kHash});
    CHECK(pose.yaw == Approx(45));
    CHECK(pose.roll == Approx(9 + degrees).margin(1e-3));
  }
  for (const auto& wrong : {torch::zeros({2}), torch::zeros({1, 3}), torch::zeros({})}) {
    CHECK(error_of([&] { task.read(wrong, {spec, turned(0), kHash}); }).code() == ErrorCode::shape);
  }
}

TEST_CASE("the task written by hand fits into a list, a face and JSON", "[tasks][example_task]") {
  TaskList tasks;
  const auto pose = tasks.add(HeadPoseTask());
  const auto& task = tasks.at("head_pose");
  CHECK(task.result_type() == typeid(HeadPose));
  CHECK(task.result_type_name() == "HeadPose");

  Face face(Box{0, 0, 10, 10});
  face.task_list = tasks.id();
  face.add(task.read(torch::tensor({0.1F, 0.2F, 0.3F}), {task.spec(), turned(0), kHash}));
  CHECK(face.get(pose).pitch == Approx(18));
  CHECK(face.get<HeadPose>().yaw == Approx(9));

  example::register_head_pose();
  const nlohmann::json written = face.result("head_pose");
  CHECK(written.at("type") == "HeadPose");
  CHECK(results::read_task_result("head_pose", written).get<HeadPose>() == face.get(pose));
  auto incomplete = written;
  incomplete.erase("roll");
  CHECK_THROWS_AS(results::read_task_result("head_pose", incomplete), Error);
}

TEST_CASE("the task written by hand is trained and evaluated by what it declares", "[tasks][example_task]") {
  const HeadPoseTask task;
  CHECK(task.make_loss()->loss_name() == task.spec().loss);
  CHECK(task.make_metric()->name() == task.spec().metric);
  const auto output = torch::tensor({{0.1F, 0.2F, 0.3F}});
  const auto labels = torch::tensor({{0.2F, 0.2F, 0.1F}});
  CHECK(task.make_loss()->forward(output, labels).total.item<float>() == Approx(0.1));
  const auto metric = task.make_metric();
  metric->add(output, labels);
  CHECK(metric->report().at("mean_absolute_error").get<double>() == Approx(0.1));
}

TEST_CASE("the task written by hand is rebuilt from its declaration", "[tasks][example_task]") {
  example::register_head_pose();
  auto spec = HeadPoseTask().spec();
  spec.name = "pose_of_ours";
  spec.weight = 3;
  const auto read = task_list_from_json(nlohmann::json::array({nlohmann::json(spec)}));
  CHECK(read[0].name() == "pose_of_ours");
  CHECK(read[0].spec().weight == 3);
  CHECK(read.handle<HeadPose>("pose_of_ours").index() == 0);
}
