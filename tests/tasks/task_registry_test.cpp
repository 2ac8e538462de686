#include "support/torch_catch.hpp"

#include <faceptor/core/log.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/tasks/task_registry.hpp>

#include "support/error_of.hpp"

using namespace faceptor;

namespace {

using Names = std::vector<std::string>;

/// Collects what is logged while it lives.
class Lines {
 public:
  Lines() {
    set_log_sink([this](LogLevel level, std::string_view line) {
      if (level == LogLevel::warning) all.emplace_back(line);
    });
  }
  ~Lines() {
    set_log_sink([](LogLevel level, std::string_view line) {
      if (level == LogLevel::warning) std::fprintf(stderr, "%s\n", std::string(line).c_str());
    });
  }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  Names all;
};

}  // namespace

TEST_CASE("the published tasks stand in the published order with the published outputs", "[tasks][published]") {
  CHECK(published::base().names() ==
        Names{"recog_ms1mv3", "age_morph2", "biattr_celeba", "affect_affectnet", "affect_rafdb", "parsing_celebam", "align_300w"});
  const auto full = published::full();
  CHECK(full.names() == Names{"recog_ms1mv3", "age_morph2", "age_utkface", "biattr_celeba", "affect_affectnet", "affect_rafdb",
                              "affect_ferplus", "parsing_celebam", "parsing_lapa", "align_300w", "align_cofw", "align_wflw", "align_aflw"});
  const std::vector<int64_t> outputs = {512, 101, 101, 40, 7, 7, 7, 19, 11, 68, 29, 98, 19};
  for (std::size_t i = 0; i < full.size(); ++i) {
    CAPTURE(full[i].name());
    CHECK(full[i].spec().outputs == outputs[i]);
  }
  for (const auto& task : published::base()) {
    CAPTURE(task.name());
    CHECK(task.spec().outputs == full.at(task.name()).spec().outputs);
    CHECK(task.spec().view == full.at(task.name()).spec().view);
  }
}

TEST_CASE("task lists survive JSON: names, order, types, losses and metrics", "[tasks][task_registry]") {
  for (const auto& tasks : {published::base(), published::full()}) {
    const auto written = task_list_to_json(tasks);
    const auto read = task_list_from_json(nlohmann::json::parse(written.dump()));
    REQUIRE(read.size() == tasks.size());
    CHECK(read.names() == tasks.names());
    CHECK(task_list_to_json(read) == written);
    CHECK(read.id() != tasks.id());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      CAPTURE(tasks[i].name());
      CHECK(read[i].result_type() == tasks[i].result_type());
      CHECK(read[i].make_metric()->name() == tasks[i].make_metric()->name());
      if (tasks[i].compares_faces()) continue;  // its loss holds 93,431 classes
      CHECK(read[i].make_loss()->loss_name() == tasks[i].make_loss()->loss_name());
      CHECK(read[i].make_loss()->options_json() == tasks[i].make_loss()->options_json());
    }
  }
}

TEST_CASE("a published task of another size loses labels and scheme, not its type", "[tasks][published]") {
  CHECK(nlohmann::json(published::by_name("align_wflw").spec()) == nlohmann::json(published::full().at("align_wflw").spec()));
  const auto small = published::by_name("align_wflw", 5);
  CHECK(small.spec().outputs == 5);
  CHECK(small.spec().scheme == "align_wflw");
  CHECK(small.result_type() == typeid(Landmarks));
  CHECK(published::by_name("biattr_celeba", 3).spec().labels.empty());
  CHECK(error_of([] { published::by_name("align_wflv"); }).hint().find("align_wflw") != std::string::npos);
}

TEST_CASE("a meaning that is not known falls back to plain results, and says so", "[tasks][task_registry]") {
  const std::pair<const char*, const std::type_info*> plain[] = {{AttributeVector::kName, &typeid(results::Values)},
                                                                 {DenseMap::kName, &typeid(results::Maps)},
                                                                 {Embedding::kName, &typeid(results::Embedding)}};
  for (const auto& [kind, type] : plain) {
    TaskSpec spec;
    spec.name = "theirs";
    spec.kind = kind;
    spec.outputs = 2;
    spec.readout = "somebody_elses";
    const Lines lines;
    const auto task = task_from_spec(spec);
    CHECK(task.result_type() == *type);
    CHECK(task.spec().readout == "somebody_elses");  // written again, it is as it was
    REQUIRE(lines.all.size() == 1);
    CHECK(lines.all[0].find("theirs") != std::string::npos);
    CHECK(lines.all[0].find("somebody_elses") != std::string::npos);
  }
}

namespace {

/// A meaning of one's own for a result that exists: numbers doubled.
struct Doubled {
  using Result = results::Values;
  static constexpr const char* kName = "test_doubled";
  using Kind = AttributeVector;
  static Result read(const torch::Tensor& raw, const ReadoutContext& context) { return {context.spec.labels, {2 * raw[0].item<float>()}}; }
};

}  // namespace

TEST_CASE("a meaning of one's own is rebuilt once it is made known", "[tasks][task_registry]") {
  TaskSpec spec;
  spec.name = "mine";
  spec.outputs = 1;
  spec.labels = {"n"};
  spec.readout = Doubled::kName;
  const auto declarations = nlohmann::json::array({nlohmann::json(spec)});
  register_readout<Doubled>();
  const Lines lines;
  const auto tasks = task_list_from_json(declarations);
  CHECK(lines.all.empty());
  const ViewTransform transform(Matrix::Identity(), {8, 8}, {8, 8}, 0);
  const std::string hash;
  const auto result = tasks[0].read(torch::tensor({1.5F}), {tasks[0].spec(), transform, hash});
  CHECK(result.task() == "mine");
  CHECK(result.get<results::Values>().value("n") == 3.0F);
  // Without a loss or metric there is none.
  CHECK(tasks[0].make_loss() == nullptr);
  CHECK(tasks[0].make_metric() == nullptr);
}

TEST_CASE("declarations that are no list, or no tasks, are refused", "[tasks][task_registry]") {
  CHECK(error_of([] { task_list_from_json(nlohmann::json::object()); }).code() == ErrorCode::format);
  CHECK(error_of([] { task_list_from_json("[]"); }).code() == ErrorCode::format);
  CHECK(error_of([] { task_list_from_json(nlohmann::json::array({1})); }).code() == ErrorCode::format);
  CHECK(task_list_from_json(nlohmann::json::array()).empty());
  auto twice = task_list_to_json(published::base());
  twice.push_back(twice[0]);
  CHECK(error_of([&] { task_list_from_json(twice); }).code() == ErrorCode::argument);

  TaskSpec spec;
  spec.name = "lossy";
  spec.outputs = 1;
  spec.readout = "values";
  spec.loss = "mean_square_error";
  const auto task = task_from_spec(spec);
  CHECK(error_of([&] { task.make_loss(); }).hint().find("mean_squared_error") != std::string::npos);
}
