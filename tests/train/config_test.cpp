#include "support/torch_catch.hpp"

#include <set>

#include <faceptor/published/architectures.hpp>
#include <faceptor/train/config.hpp>
#include <faceptor/train/presets.hpp>
#include <faceptor/transforms/chains.hpp>

#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::train;

namespace {

/// The least that is a run.
nlohmann::json least() { return {{"data", {{"age_morph2", {{"format", "morph2"}, {"batch", 4}}}}}}; }

Error refused(const std::string& assignment) {
  auto tree = least();
  set_value(tree, assignment);
  return error_of([&] { read_config(tree); });
}

}  // namespace

TEST_CASE("A configuration's values are read, all others keep their defaults", "[train][config]") {
  auto tree = least();
  for (const char* assignment : {"steps=1e3", "seed=7", "schedule.peak=0.001", "schedule.warmup=10", "model.tasks=a,b",
                                 "log.tensorboard=false", "model.config.backbone.drop_path=0.1", "data.age_morph2.root=/some/where",
                                 "weights.age=6", "parameters={\"backbone\": \"frozen\"}", "precision=bf16"}) {
    set_value(tree, assignment);
  }
  const auto config = read_config(tree);
  CHECK(config.trainer.schedule.steps == 1000);
  CHECK(config.seed == 7);
  CHECK(config.trainer.schedule.peak == 0.001);
  CHECK(config.trainer.schedule.start == 1e-6);
  CHECK(config.model.tasks == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(config.trainer.tensorboard);
  CHECK(config.model.config.at("backbone").at("drop_path") == 0.1);
  CHECK(config.data.at("age_morph2").root == "/some/where");
  CHECK(config.data.at("age_morph2").batch == 4);
  CHECK(config.weights.at("age") == 6);
  CHECK(config.parameters == nlohmann::json{{"backbone", "frozen"}});
  CHECK(config.learner.precision == Precision::bf16);
  CHECK(config.learner.adamw.beta2 == 0.999);
}

TEST_CASE("What is written is read back the same, with every key", "[train][config]") {
  for (const auto& name : preset_names()) {
    const auto config = read_config({{"preset", name}, {"tasks", {{"age_morph2", {{"interpreter", "value"}}}}}});
    const auto written = write_config(config);
    CHECK(changed_keys(written, write_config(read_config(nlohmann::json(written)))).empty());
    for (const auto& key : config_keys()) {
      const auto place = key.name.starts_with("data.TASK.")    ? "/data/" + config.data.begin()->first + "/" + key.name.substr(10)
                         : key.name.starts_with("tasks.TASK.") ? "/tasks/age_morph2/" + key.name.substr(11)
                                                               : "/" + key.name;
      auto pointer = place;
      std::replace(pointer.begin(), pointer.end(), '.', '/');
      INFO(pointer);
      CHECK(written.contains(nlohmann::ordered_json::json_pointer(pointer)));
    }
  }
}

TEST_CASE("Every key says what it is, once", "[train][config]") {
  std::set<std::string> names;
  for (const auto& key : config_keys()) {
    INFO(key.name);
    CHECK(names.insert(key.name).second);
    CHECK_FALSE(key.meaning.empty());
    CHECK_FALSE(key.type.empty());
  }
  CHECK(names.contains("data.TASK.batch"));
  CHECK(names.size() > 50);
}

TEST_CASE("Tasks of one's own are declared by name, or as a list", "[train][config]") {
  auto tree = preset("tiny");
  set_value(tree, "model.custom.hair.like=biattr_celeba");
  set_value(tree, "model.custom.age.view.width=64");
  const auto custom = read_config(tree).model.custom;
  CHECK(custom == nlohmann::json{{{"name", "age"}, {"view", {{"width", 64}}}}, {{"name", "hair"}, {"like", "biattr_celeba"}}});
  CHECK(read_config(write_config(read_config(tree))).model.custom == custom);
  CHECK(refused("model.custom.hair=3").where() == "model.custom.hair");
  CHECK_THAT(refused("model.custom.hair.name=\"beard\"").what(), Contains("another name"));
}

TEST_CASE("An unknown key is an error that names the nearest one", "[train][config]") {
  CHECK_THAT(refused("step=3").what(), Contains("\"step\"") && Contains("did you mean \"steps\""));
  CHECK_THAT(refused("schedule.peek=1").what(), Contains("schedule.peek") && Contains("did you mean \"peak\""));
  CHECK_THAT(refused("schedule.colour=1").what(), Contains("known: start, peak, warmup"));
  CHECK_THAT(refused("data.age_morph2.bach=1").what(), Contains("data.age_morph2.bach") && Contains("did you mean \"batch\""));
  CHECK_THAT(refused("entirely_else=1").what(), Contains("--list-keys"));
  CHECK_THAT(error_of([] { read_config({{"preset", "facepter-base"}}); }).what(), Contains("faceptor-base"));
}

TEST_CASE("A chain of one's own may be named", "[train][config]") {
  CHECK(refused("data.age_morph2.chain=config_test").where() == "data.age_morph2.chain");
  transforms::register_chain("config_test", [](const View& view, bool) { return transforms::view_test(view); });
  auto tree = least();
  set_value(tree, "data.age_morph2.chain=config_test");
  CHECK(read_config(tree).data.at("age_morph2").chain == "config_test");
}

TEST_CASE("A value of the wrong type or out of range names key, expected and found", "[train][config]") {
  for (const auto& [assignment, found] : std::vector<std::pair<std::string, std::string>>{{"steps=0", "0"},
                                                                                          {"steps=-4", "-4"},
                                                                                          {"steps=1.5", "1.5"},
                                                                                          {"steps=many", "\"many\""},
                                                                                          {"schedule.peak=-1", "-1"},
                                                                                          {"schedule.peak=true", "true"},
                                                                                          {"optimizer.beta1=1.5", "1.5"},
                                                                                          {"optimizer.eps=0", "0"},
                                                                                          {"log.tensorboard=1", "1"},
                                                                                          {"precision=fp8", "\"fp8\""},
                                                                                          {"model.architecture=3", "3"},
                                                                                          {"model.tasks=[1]", "[1]"},
                                                                                          {"parameters=[1]", "[1]"},
                                                                                          {"checkpoints.newest=0", "0"},
                                                                                          {"data.age_morph2.batch=-1", "-1"}}) {
    INFO(assignment);
    const auto error = refused(assignment);
    const auto key = assignment.substr(0, assignment.find('='));
    CHECK(error.code() == ErrorCode::argument);
    CHECK(error.where() == key);
    CHECK_FALSE(error.expected().empty());
    CHECK(error.found() == found);
  }
  CHECK_THAT(refused("precision=bf61").what(), Contains("bf16"));
  CHECK(refused("weights.age=-2").where() == "weights.age");
  CHECK(refused("schedule=3").expected() == "a table");
  CHECK(refused("data=3").code() == ErrorCode::argument);
  CHECK(refused("data.age_morph2=3").where() == "data.age_morph2");
}

TEST_CASE("Values that don't go together are refused", "[train][config]") {
  CHECK(refused("schedule.warmup=60000").where() == "schedule.warmup");
  CHECK(refused("data.age_morph2.batch=0").where() == "data");
  CHECK(refused("data.age_morph2.format=").where() == "data.age_morph2.format");
  CHECK_THAT(refused("auxiliary.main=age_morph").what(), Contains("age_morph2"));
  CHECK(error_of([] { read_config(nlohmann::json::array()); }).code() == ErrorCode::argument);
}

TEST_CASE("What is set needs a name, a value and a place", "[train][config]") {
  nlohmann::json tree;
  for (const char* wrong : {"steps", "a..b=1", "=3"}) CHECK(error_of([&] { set_value(tree, wrong); }).code() == ErrorCode::argument);
  set_value(tree, "a.b=x=y");
  CHECK(tree == nlohmann::json{{"a", {{"b", "x=y"}}}});
  CHECK(error_of([&] { set_value(tree, "a.b.c=1"); }).code() == ErrorCode::argument);
}

TEST_CASE("The presets are the published runs", "[train][config][presets]") {
  const auto base = read_config({{"preset", "faceptor-base"}});
  CHECK(base.preset == "faceptor-base");
  CHECK(base.trainer.schedule.steps == 50000);
  CHECK(base.trainer.schedule.start == 1e-6);
  CHECK(base.trainer.schedule.peak == 5e-5);
  CHECK(base.trainer.schedule.warmup == 2000);
  CHECK(base.data.size() == 7);
  CHECK(base.data.at("recog_ms1mv3").batch == 128);
  CHECK(base.data.at("affect_rafdb").batch == 8);
  CHECK(base.weights ==
        std::map<std::string, double>{{"recog", 5}, {"age", 6}, {"biattr", 2}, {"affect", 5}, {"parsing", 100}, {"align", 1000}});
  CHECK(base.parameters.at("decoder") == 10);
  CHECK(base.trainer.evaluate_every == 2500);
  const auto naive = read_config(preset("naive-base"));
  CHECK(naive.trainer.schedule.start == 1e-5);
  CHECK(naive.trainer.schedule.peak == 5e-4);
  CHECK(naive.parameters == nlohmann::json{{"backbone", 0.1}, {"heads", 1}, {"losses", 1}});
  for (const auto& [type, weight] : naive.weights) CHECK(weight == 1.0);
  CHECK(naive.weights.size() == 6);
  const auto full = read_config(preset("faceptor-full"));
  CHECK(full.data.size() == 13);
  CHECK(full.weights ==
        std::map<std::string, double>{{"recog", 5}, {"age", 5}, {"biattr", 2}, {"affect", 10}, {"parsing", 200}, {"align", 1000}});
  CHECK(full.data.at("align_aflw").format == "aflw19");
  CHECK(full.data.at("align_300w").batch == 1);
  CHECK(read_config(preset("naive-full")).data.size() == 13);
  CHECK(read_config(preset("naive-full")).model.architecture == "naive-full");
  CHECK(read_config(preset("auxiliary")).auxiliary.main == "affect_rafdb");
}

TEST_CASE("A published preset says all that a run needs but where things lie", "[train][config][presets]") {
  for (const auto& name : preset_names()) {
    INFO(name);
    const auto config = read_config(preset(name));
    CHECK_FALSE(preset_summary(name).empty());
    CHECK(config.device == "auto");
    for (const auto& [task, data] : config.data) {
      INFO(task);
      CHECK(data.batch > 0);
      CHECK_FALSE(data.evaluation_split.empty());
      if (config.model.architecture != "init") CHECK(architecture(config.model.architecture).tasks.contains(task));
    }
    if (name.starts_with("tiny")) continue;
    CHECK(config.seed == 2048);
    CHECK(config.loader.workers == static_cast<int>(4 * config.data.size()));
    if (!name.starts_with("stage2")) CHECK(config.init.from == "FaRL-Base-Patch16-LAIONFace20M-ep64.pth");
  }
  const auto pairs = read_config(preset("faceptor-full")).data.at("recog_ms1mv3");
  CHECK(pairs.evaluation_format == "verification");
  CHECK(pairs.evaluation_root == "verification");
  CHECK(pairs.evaluation_split == std::vector<std::string>{"lfw", "cfp_fp", "agedb_30", "calfw", "cplfw"});
}

TEST_CASE("The second stage is a preset for each task that it was published for", "[train][config][presets]") {
  for (const auto& [name, task] : std::map<std::string, std::string>{
           {"stage2-affect", "affect_rafdb"}, {"stage2-age", "age_morph2"}, {"stage2-biattr", "biattr_celeba"}}) {
    INFO(name);
    const auto config = read_config(preset(name));
    CHECK(config.trainer.schedule.steps == 20000);
    CHECK(config.trainer.evaluate_every == 500);
    CHECK(config.model.architecture == "init");
    CHECK(config.model.tasks == std::vector<std::string>{"*"});
    CHECK(config.model.config == nlohmann::json::parse(R"({"decoder": {"new_levels": [1, 3, 5, 7, 9]}})"));
    REQUIRE(config.data.size() == 1);
    CHECK(config.data.begin()->first == task);
    CHECK(config.data.begin()->second.batch == 64);
    CHECK_FALSE(config.init.from.empty());
  }
}

TEST_CASE("What a task is to have instead of its declaration is read by keys of its own", "[train][config]") {
  auto tree = least();
  set_value(tree, "tasks.align_300w.interpreter=map");
  set_value(tree, "tasks.align_300w.loss_options.radius=3");
  const auto config = read_config(tree);
  CHECK(config.tasks.at("align_300w").interpreter == "map");
  CHECK(config.tasks.at("align_300w").loss_options == nlohmann::json{{"radius", 3}});
  CHECK(read_config(write_config(config)).tasks.at("align_300w").loss_options == nlohmann::json{{"radius", 3}});
  CHECK_THAT(refused("tasks.align_300w.interpreters=map").what(), Contains("did you mean \"interpreter\""));
  CHECK(refused("tasks.align_300w=3").where() == "tasks.align_300w");
  CHECK(refused("tasks=3").where() == "tasks");
  CHECK(refused("tasks.align_300w.view=3").where() == "tasks.align_300w.view");
}

TEST_CASE("With a factor of 0 the main task alone is trained", "[train][config]") {
  auto config = read_config(preset("auxiliary"));
  CHECK(config.trains("affect_rafdb"));
  CHECK(config.trains("age_morph2"));
  config.auxiliary.factor = 0;
  CHECK(config.trains("affect_rafdb"));
  CHECK_FALSE(config.trains("age_morph2"));
  config.auxiliary.main.clear();
  CHECK(config.trains("age_morph2"));
  CHECK_FALSE(config.trains("align_wflw"));
}
