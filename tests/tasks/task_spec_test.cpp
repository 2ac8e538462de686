#include "support/torch_catch.hpp"

#include <faceptor/tasks/task_spec.hpp>
#include <limits>

#include "support/error_of.hpp"

using namespace faceptor;

namespace {

TaskSpec three_values() {
  TaskSpec spec;
  spec.name = "mood_simple";
  spec.outputs = 3;
  spec.labels = {"calm", "tense", "tired"};
  return spec;
}

/// A specification in which nothing is left at its default.
TaskSpec everything() {
  TaskSpec spec;
  spec.name = "hair-map_2";
  spec.kind = DenseMap::kName;
  spec.outputs = 2;
  spec.labels = {"hair", "hat"};
  spec.view = views::box(96, 0.8F).warp(0.25F).mean({0.1F, 0.2F, 0.3F});
  spec.head_group = "hair";
  spec.interpreter = "map";
  spec.interpreter_group = "hair_maps";
  spec.readout = "soft_masks";
  spec.scheme = "scheme";
  spec.thresholds = {0.25F, 0.75F};
  spec.loss = "dice";
  spec.loss_options = {{"smoothing", 2.0}};
  spec.metric = "parsing";
  spec.weight = 12.5;
  spec.complete();
  return spec;
}

Error refusal(TaskSpec spec) {
  return error_of([&] { spec.complete(); });
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a task's declaration survives JSON, with every field", "[tasks][task_spec]") {
  const auto spec = everything();
  const auto written = nlohmann::json(spec);
  const auto read = nlohmann::json::parse(written.dump()).get<TaskSpec>();
  CHECK(nlohmann::json(read) == written);
  CHECK(read.name == spec.name);
  CHECK(read.kind == spec.kind);
  CHECK(read.outputs == spec.outputs);
  CHECK(read.labels == spec.labels);
  CHECK(read.view == spec.view);
  CHECK(read.head_group == spec.head_group);
  CHECK(read.interpreter == spec.interpreter);
  CHECK(read.interpreter_group == spec.interpreter_group);
  CHECK(read.readout == spec.readout);
  CHECK(read.scheme == spec.scheme);
  CHECK(read.thresholds == spec.thresholds);
  CHECK(read.loss == spec.loss);
  CHECK(read.loss_options == spec.loss_options);
  CHECK(read.metric == spec.metric);
  CHECK(read.weight == spec.weight);
}

TEST_CASE("what a declaration leaves open has a default", "[tasks][task_spec]") {
  auto spec = three_values();
  spec.complete();
  CHECK(spec.head_group == "mood");  // the name up to its first '_'
  CHECK(spec.interpreter == "value");
  CHECK(spec.interpreter_group == "value");
  CHECK(spec.weight == 1.0);
  CHECK(spec.thresholds.empty());
  CHECK(spec.queries() == 3);
  const auto once = nlohmann::json(spec);
  spec.complete();
  CHECK(nlohmann::json(spec) == once);

  const nlohmann::json least = {{"name", "age"}, {"kind", "attribute_vector"}, {"outputs", 101}, {"view", views::aligned(112)}};
  const auto read = least.get<TaskSpec>();
  CHECK(read.head_group == "age");
  CHECK(read.interpreter == "value");
  CHECK(read.labels.empty());
}

TEST_CASE("queries follow the interpreter", "[tasks][task_spec]") {
  auto spec = three_values();
  spec.labels.clear();
  const auto queries = [&](const char* kind, const char* interpreter) {
    auto own = spec;
    own.kind = kind;
    own.interpreter = interpreter;
    own.complete();
    return own.queries();
  };
  CHECK(queries(AttributeVector::kName, "value") == 3);
  CHECK(queries(DenseMap::kName, "map_v2") == 3);
  CHECK(queries(DenseMap::kName, "map") == 3);
  CHECK(queries(Embedding::kName, "feature_v2") == 0);
  CHECK(queries(Embedding::kName, "feature") == 2);
  // The default of each kind.
  CHECK(queries(DenseMap::kName, "") == 3);
  CHECK(queries(Embedding::kName, "") == 0);
}

TEST_CASE("names that can't be part of a parameter's name are refused", "[tasks][task_spec]") {
  for (const std::string name : {"", "two words", "a.b", "a/b", "\xC3\xA4ge", "age\n"}) {
    CAPTURE(name);
    auto spec = three_values();
    spec.name = name;
    const auto error = refusal(spec);
    CHECK(error.code() == ErrorCode::argument);
    CHECK(has(error.expected(), "letters, digits"));
    CHECK(error.found() == "\"" + name + "\"");
  }
  auto spec = three_values();
  spec.name = std::string(101, 'a');
  CHECK(refusal(spec).code() == ErrorCode::argument);
  for (auto group : {&TaskSpec::head_group, &TaskSpec::interpreter_group}) {
    auto grouped = three_values();
    grouped.*group = "a.b";
    const auto error = refusal(grouped);
    CHECK(error.found() == "\"a.b\"");
    CHECK(has(error.where(), "mood_simple"));
  }
}

TEST_CASE("outputs and labels must fit each other", "[tasks][task_spec]") {
  for (const int64_t outputs : {int64_t{0}, int64_t{-1}, int64_t{65537}, std::numeric_limits<int64_t>::max()}) {
    auto spec = three_values();
    spec.labels.clear();
    spec.outputs = outputs;
    const auto error = refusal(spec);
    CHECK(error.code() == ErrorCode::argument);
    CHECK(error.expected() == "1 to 65536");
    CHECK(error.found() == std::to_string(outputs));
    CHECK(has(error.where(), "mood_simple"));
  }
  auto spec = three_values();
  spec.outputs = 4;
  const auto error = refusal(spec);
  CHECK(error.expected() == "4 labels");
  CHECK(error.found() == "3");

  auto twice = three_values();
  twice.labels[2] = "calm";
  CHECK(has(refusal(twice).what(), "\"calm\""));
  auto nameless = three_values();
  nameless.labels[1] = "";
  CHECK(has(refusal(nameless).what(), "empty"));
}

TEST_CASE("an interpreter must give what the task's kind is", "[tasks][task_spec]") {
  const std::pair<const char*, const char*> wrong[] = {{AttributeVector::kName, "map_v2"},
                                                       {DenseMap::kName, "value"},
                                                       {DenseMap::kName, "feature"},
                                                       {Embedding::kName, "value"},
                                                       {Embedding::kName, "map"}};
  for (const auto& [kind, interpreter] : wrong) {
    CAPTURE(kind, interpreter);
    auto spec = three_values();
    spec.kind = kind;
    spec.interpreter = interpreter;
    const auto error = refusal(spec);
    CHECK(error.code() == ErrorCode::argument);
    CHECK(has(error.what(), kind));
    CHECK_FALSE(error.expected().empty());
    CHECK(error.found() == std::string("\"") + interpreter + "\"");
  }
}

TEST_CASE("parts that this program doesn't have are errors that say how they are made known", "[tasks][task_spec]") {
  const auto refused = [](auto change, const char* near, const char* call) {
    auto spec = three_values();
    change(spec);
    const auto error = refusal(spec);
    CHECK(error.code() == ErrorCode::unsupported);
    CHECK(has(error.hint(), near));
    CHECK(has(error.hint(), call));
  };
  refused([](TaskSpec& spec) { spec.interpreter = "values"; }, "\"value\"", "register_interpreter");
  refused([](TaskSpec& spec) { spec.head = "attribute_vectors"; }, "\"attribute_vector\"", "register_head");
  refused([](TaskSpec& spec) { spec.kind = "dense_maps"; }, "\"dense_map\"", "register_output_kind");
}

TEST_CASE("thresholds, weights and views that won't do are refused", "[tasks][task_spec]") {
  auto spec = three_values();
  spec.thresholds = {0.5F, 0.5F};
  const auto thresholds = refusal(spec);
  CHECK(thresholds.expected() == "3");
  CHECK(thresholds.found() == "2");

  for (const double weight : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CAPTURE(weight);
    auto weighted = three_values();
    weighted.weight = weight;
    const auto error = refusal(weighted);
    CHECK(error.code() == ErrorCode::argument);
    CHECK_FALSE(error.found().empty());
  }
  auto blind = three_values();
  blind.view.width(0);
  CHECK(refusal(blind).code() == ErrorCode::argument);
}

TEST_CASE("declarations in files that are incomplete or of wrong types are refused", "[tasks][task_spec]") {
  const auto good = nlohmann::json(everything());
  for (const auto* field : {"name", "kind", "outputs", "view"}) {
    CAPTURE(field);
    auto without = good;
    without.erase(field);
    const auto error = error_of([&] { without.get<TaskSpec>(); });
    CHECK(error.code() == ErrorCode::format);
    CHECK(has(error.what(), std::string("\"") + field + "\" is missing"));
  }
  for (const auto* field : {"name", "kind", "outputs", "labels", "head_group", "interpretation", "thresholds", "weight"}) {
    CAPTURE(field);
    auto wrong = good;
    wrong[field] = nlohmann::json::object();
    CHECK(error_of([&] { wrong.get<TaskSpec>(); }).code() == ErrorCode::format);
  }
  for (const auto& none : {nlohmann::json(), nlohmann::json(3), nlohmann::json("age"), nlohmann::json::array()}) {
    CHECK(error_of([&] { none.get<TaskSpec>(); }).code() == ErrorCode::format);
  }
  auto unknown = good;
  unknown["kind"] = "cube";
  const auto error = error_of([&] { unknown.get<TaskSpec>(); });
  CHECK(has(error.what(), "cube"));
}
