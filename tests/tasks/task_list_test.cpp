#include "support/torch_catch.hpp"

#include <faceptor/losses/classification.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/results/face.hpp>
#include <faceptor/tasks/task_list.hpp>

#include "support/error_of.hpp"

using namespace faceptor;

namespace {

using YesNo = Task<AttributeVector, losses::BinaryCrossEntropy, results::Probabilities, metrics::Accuracy>;

YesNo yes_no(const char* name) { return YesNo(name).labels({"yes"}); }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a task list keeps names unique and their order", "[tasks][task_list]") {
  TaskList tasks;
  CHECK(tasks.empty());
  tasks.add(yes_no("zebra"));
  tasks.add(yes_no("apple"));
  tasks.add(yes_no("mango"));
  CHECK(tasks.names() == Names{"zebra", "apple", "mango"});
  CHECK(tasks.index("apple") == 1);
  CHECK(tasks.at("mango").name() == "mango");
  CHECK(tasks.contains("zebra"));
  CHECK_FALSE(tasks.contains("zebr"));

  const auto error = error_of([&] { tasks.add(yes_no("apple")); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(has(error.what(), "\"apple\""));
  CHECK(has(error.what(), "zebra, apple, mango"));
  CHECK(tasks.size() == 3);
  CHECK_THROWS_AS(tasks.add(yes_no("not a name")), Error);
  CHECK(tasks.size() == 3);
}

TEST_CASE("an unknown task is answered with the nearest known one", "[tasks][task_list]") {
  const auto tasks = published::base();
  const auto error = error_of([&] { tasks.at("age_morph"); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(has(error.hint(), "age_morph2"));
  CHECK(has(error_of([&] { tasks.handle<AgeEstimate>("biatr_celeba"); }).hint(), "biattr_celeba"));
  // Far from every name: all are listed.
  CHECK(has(error_of([&] { tasks.index("xxxxxxxxxxxxxxxxxxxx"); }).hint(), "recog_ms1mv3"));
}

TEST_CASE("handles know type, task and list", "[tasks][task_list]") {
  TaskList tasks;
  const auto glasses = tasks.add(yes_no("glasses"));
  const auto age = tasks.add(published::age_morph2());
  static_assert(std::is_same_v<decltype(age), const TaskHandle<AgeEstimate>>);
  CHECK(age.index() == 1);
  CHECK(age.task() == "age_morph2");
  CHECK(tasks.handle<AgeEstimate>("age_morph2").index() == 1);

  const auto wrong = error_of([&] { tasks.handle<Landmarks>("age_morph2"); });
  CHECK(wrong.code() == ErrorCode::mismatch);
  CHECK(has(wrong.what(), "AgeEstimate"));
  CHECK(has(wrong.what(), "Landmarks"));

  Face face(Box{0, 0, 10, 10});
  face.task_list = tasks.id();
  face.add(TaskResult("glasses", results::Probabilities({"yes"}, {0.25F})));
  face.add(TaskResult("age_morph2", AgeEstimate::of(31, 2)));
  CHECK(face.get(glasses).probability("yes") == 0.25F);
  CHECK(face.get(age).years == 31);

  // A list with the same tasks is another list; a copy is the same one.
  TaskList other;
  const auto foreign = other.add(yes_no("glasses"));
  CHECK(error_of([&] { face.get(foreign); }).code() == ErrorCode::mismatch);
  const TaskList copy = tasks;
  CHECK(face.get(copy.handle<AgeEstimate>("age_morph2")).years == 31);
  CHECK(copy.id() == tasks.id());
  CHECK(other.id() != tasks.id());
  CHECK(other.id() != 0);
}

TEST_CASE("tasks are selected by name, in the list's order", "[tasks][task_list]") {
  const auto tasks = published::base();
  const Names wanted = {"align_300w", "age_morph2", "align_300w"};
  CHECK(tasks.select(wanted) == std::vector<std::size_t>{1, 6});
  CHECK(tasks.select({}).size() == tasks.size());
  CHECK(has(error_of([&] { tasks.select(Names{"align_300v"}); }).hint(), "align_300w"));

  const auto part = tasks.only(wanted);
  CHECK(part.names() == Names{"age_morph2", "align_300w"});
  CHECK(part.id() != tasks.id());
  CHECK(part.at("align_300w").result_type() == typeid(Landmarks));
}

TEST_CASE("tasks that share a head or an interpreter must agree on what it is", "[tasks][task_list]") {
  TaskList tasks;
  tasks.add(yes_no("face_glasses"));
  SECTION("a head of two kinds") {
    const auto error = error_of([&] { tasks.add(published::align_300w().head_group("face")); });
    CHECK(error.code() == ErrorCode::argument);
    CHECK(has(error.expected(), "\"face\""));
    CHECK(error.found() == "attribute_vector and dense_map");
    CHECK(has(error.what(), "align_300w"));
    CHECK(has(error.what(), "face_glasses"));
  }
  SECTION("an interpreter of two kinds") {
    const auto error = error_of([&] { tasks.add(published::align_300w().interpreter_group("value")); });
    CHECK(has(error.expected(), "\"value\""));
    CHECK(error.found() == "value and map_v2");
  }
  SECTION("two sorts of one kind apart, not together") {
    tasks.add(published::align_300w());
    tasks.add(published::align_wflw().interpreter("map"));
    CHECK_THROWS_AS(tasks.add(published::align_cofw().interpreter("map").interpreter_group("map_v2")), Error);
  }
  SECTION("groups of their own") {
    tasks.add(published::align_300w().head_group("points"));
    CHECK(tasks.size() == 2);
  }
}

TEST_CASE("a list copies its tasks: changing one afterwards changes nothing", "[tasks][task_list]") {
  TaskList tasks;
  auto task = yes_no("glasses");
  tasks.add(task);
  task.weight(7);
  CHECK(tasks.at("glasses").spec().weight == 1);
  auto copy = tasks;
  copy.add(yes_no("hat"));
  CHECK(tasks.size() == 1);
}

TEST_CASE("a task makes a loss and a metric of its own each time", "[tasks][task_list]") {
  TaskList tasks;
  tasks.add(yes_no("glasses"));
  const auto& task = tasks.at("glasses");
  const auto loss = task.make_loss();
  REQUIRE(loss != nullptr);
  CHECK(loss != task.make_loss());
  CHECK(loss->loss_name() == task.spec().loss);
  CHECK(loss->forward(torch::zeros({2, 1}), torch::ones({2, 1})).total.item<float>() == Approx(std::log(2.0)).epsilon(1e-5));
  const auto metric = task.make_metric();
  REQUIRE(metric != nullptr);
  CHECK(metric->name() == task.spec().metric);
  metric->add(torch::full({2, 1}, 0.9F), torch::ones({2, 1}));
  CHECK(metric->report()["accuracy"] == 1.0);
  CHECK(task.make_metric()->report()["accuracy"].is_null());
}
