#include <faceptor/tasks/face_task.hpp>

#include <faceptor/published/tasks.hpp>
#include <faceptor/tasks/example_task.hpp>
#include <faceptor/tasks/task_list.hpp>

#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

struct Answer {
  int value = 0;
  friend void to_json(nlohmann::json& out, const Answer& answer) { out = {{"value", answer.value}}; }
};

/// Only what a task must have; neither loss nor metric.
struct Bare {
  using Result = Answer;
  TaskSpec spec() const {
    TaskSpec spec;
    spec.name = "test_bare";
    spec.outputs = 2;
    return spec;
  }
  Answer read(const torch::Tensor& raw, const ReadoutContext&) const { return {static_cast<int>(raw.argmax().item<std::int64_t>())}; }
  std::shared_ptr<losses::LossImpl> make_loss() const { return nullptr; }
  std::unique_ptr<metrics::Metric> make_metric() const { return nullptr; }
};

struct WithoutRead : Bare {
  Answer read(const torch::Tensor&, const ReadoutContext&) const = delete;
};

struct WithoutJson : Bare {
  struct Result {};
};

struct NotCopyable : Bare {
  NotCopyable() = default;
  NotCopyable(NotCopyable&&) = default;
};

static_assert(FaceTask<Bare> && FaceTask<example::HeadPoseTask> && FaceTask<published::AgeTask> && FaceTask<published::LandmarkTask>);
static_assert(!FaceTask<WithoutRead> && !HasTaskRead<WithoutRead> && HasTaskSpec<WithoutRead>);
static_assert(!FaceTask<WithoutJson> && !HasTaskResult<WithoutJson>);
static_assert(!FaceTask<NotCopyable> && HasTaskLoss<NotCopyable> && HasTaskMetric<NotCopyable>);
static_assert(!FaceTask<int> && !HasTaskResult<int>);

}  // namespace

TEST_CASE("a task of the fewest members is a task: its outputs are read by it", "[tasks][face_task]") {
  TaskList tasks;
  const auto bare = tasks.add(Bare());
  CHECK(bare.task() == "test_bare");
  CHECK(tasks[0].spec().kind == "attribute_vector");
  CHECK(tasks[0].make_loss() == nullptr);
  CHECK(tasks[0].make_metric() == nullptr);
  CHECK(tasks[0].spec().queries() == 2);
}
