#include "support/torch_catch.hpp"

#include <array>
#include <barrier>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <faceptor/core/log.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/metrics/identity.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/synthetic/write_sets.hpp>
#include <faceptor/train/memory_estimate.hpp>
#include <faceptor/train/presets.hpp>
#include <faceptor/train/published_optimizer.hpp>
#include <faceptor/train/setup.hpp>
#include <faceptor/transforms/published_chains.hpp>
#include <faceptor/weights/model_file.hpp>

#include "support/error_of.hpp"
#include "support/golden.hpp"
#include "support/temporary_folder.hpp"
#include "support/tests_folder.hpp"

using namespace faceptor;
using namespace faceptor::train;

namespace {

/// Painted faces kept in memory: the split "train" has 512, "test" 96 others. Labelled with two attributes, by whether they wear
/// glasses, or as twenty persons.
class PaintedFaces : public datasets::Dataset {
 public:
  PaintedFaces(const std::string& format, const std::string& split)
      : first_(split == "test" ? 10'000 : 0), size_(split == "test" ? 96 : 512) {
    info_.format = format;
    info_.split = split.empty() ? "train" : split;
    const bool looks = format == "painted_looks";
    info_.kind = looks ? LabelKind::attributes : LabelKind::class_index;
    info_.label_names = looks ? std::vector<std::string>{"eyeglasses", "male"} : std::vector<std::string>{"glasses_no", "glasses_yes"};
    info_.classes = 2;
    if (format == "painted_people") {
      info_.classes = 20;
      info_.label_names.clear();
    }
    const synthetic::SyntheticFaces faces(3, synthetic::SyntheticOptions{.size = {96, 96}, .aligned = true});
    for (std::size_t i = 0; i < size_; ++i) {
      const auto painted = faces.face(first_ + i);
      const auto attribute = [&](std::string_view name) {
        const auto& names = results::kCelebaAttributeNames;
        return painted.face.attributes[static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin())];
      };
      datasets::Sample sample;
      sample.name = std::to_string(first_ + i);
      if (looks) {
        sample.label = datasets::AttributeLabels{{attribute("Eyeglasses"), attribute("Male")}};
      } else if (format == "painted_people") {
        sample.label = datasets::ClassLabel{static_cast<std::int64_t>(i % 20)};
      } else {
        sample.label = datasets::ClassLabel{attribute("Eyeglasses") == 1 ? 1 : 0};
      }
      sample.box = painted.face.box;
      sample.points = painted.face.five_points;
      sample.image = painted.image;
      samples_.push_back(std::move(sample));
    }
  }

  const datasets::DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return size_; }
  datasets::Annotation annotation(std::size_t index) const override { return samples_.at(index); }
  datasets::Sample read(std::size_t index) const override { return samples_.at(index); }

 private:
  datasets::DatasetInfo info_;
  std::size_t first_, size_;
  std::vector<datasets::Sample> samples_;
};

void register_painted() {
  static const bool done = [] {
    for (const char* name : {"painted_looks", "painted_glasses", "painted_people"}) {
      datasets::register_dataset_format({.name = name, .description = "painted faces in memory", .kind = LabelKind::none},
                                        [name](const std::filesystem::path&, const datasets::DatasetOptions& options) {
                                          return std::make_unique<PaintedFaces>(name, options.split);
                                        });
    }
    return true;
  }();
  (void)done;
}

/// A small model of either architecture, with a task of the test's own.
nlohmann::json small_config(const std::string& architecture) {
  register_painted();
  nlohmann::json tree = {
      {"model",
       {{"architecture", architecture},
        {"config", {{"backbone", {{"width", 64}, {"layers", 3}, {"heads", 4}, {"image_side", 64}, {"drop_path", 0.0}}}}},
        {"custom", {{{"name", "looks"}, {"view", {{"crop", "whole"}, {"width", 64}, {"height", 64}}}}}}}},
      {"data", {{"looks", {{"format", "painted_looks"}, {"root", "."}, {"batch", 32}, {"chain", "plain"}, {"evaluation_split", "test"}}}}},
      {"steps", 480},
      {"schedule", {{"start", 1e-4}, {"peak", 1e-3}, {"warmup", 20}}},
      {"parameters", {{"backbone", 1}, {"decoder", 1}, {"interpreters", 1}, {"heads", 1}, {"losses", 1}}},
      {"workers", 0},
      {"evaluation", {{"every", 480}}},
      {"checkpoints", {{"every", 120}}},
      {"result", {{"licence", "CC0"}, {"source", "a test"}}}};
  if (architecture == "faceptor-tiny") {
    tree["model"]["config"]["decoder"] = {{"hidden", 32}, {"heads", 4}, {"ffn", 64}, {"layers", 2}, {"levels", {2}}, {"map_level", 2}};
  }
  return tree;
}

Error refused(const std::string& assignment) {
  auto tree = small_config("faceptor-tiny");
  set_value(tree, assignment);
  return error_of([&] { Setup setup(read_config(tree)); });
}

/// Two threads that talk as two processes do.
class TwoThreads : public Communicator {
 public:
  struct Meeting {
    std::barrier<> turn{2};
    std::array<std::vector<torch::Tensor>, 2> brought;
  };
  TwoThreads(Meeting& meeting, std::int64_t rank) : meeting_(meeting), rank_(rank) {}

  std::int64_t rank() const override { return rank_; }
  std::int64_t size() const override { return 2; }
  void sum(std::span<const torch::Tensor> tensors) override {
    meet(tensors, [&](std::size_t i) { tensors[i].copy_(meeting_.brought[0][i] + meeting_.brought[1][i]); });
  }
  std::unique_ptr<Pending> start_sum(const torch::Tensor&) override { throw std::logic_error("not needed here"); }
  void broadcast(std::span<const torch::Tensor> tensors, std::int64_t from) override {
    meet(tensors, [&](std::size_t i) { tensors[i].copy_(meeting_.brought[static_cast<std::size_t>(from)][i]); });
  }
  void barrier() override { meeting_.turn.arrive_and_wait(); }
  void failed(const std::string&) noexcept override {}

 private:
  template <class Take>
  void meet(std::span<const torch::Tensor> tensors, Take take) {
    auto& mine = meeting_.brought[static_cast<std::size_t>(rank_)];
    mine.clear();
    for (const auto& tensor : tensors) mine.push_back(tensor.clone());
    barrier();
    for (std::size_t i = 0; i < tensors.size(); ++i) take(i);
    barrier();
  }

  Meeting& meeting_;
  std::int64_t rank_;
};

struct Quiet {
  Quiet() { set_log_sink({}); }
};

}  // namespace

TEST_CASE("A small run of either architecture learns what it is shown, from a configuration to a weights file", "[train][setup][tiny]") {
  const auto architecture = GENERATE(std::string("faceptor-tiny"), std::string("naive-tiny"));
  const TemporaryFolder folder;
  Setup setup(read_config(small_config(architecture)));
  CHECK(setup.tasks().names() == std::vector<std::string>{"looks"});
  CHECK(setup.tasks()[0].spec().labels == std::vector<std::string>{"eyeglasses", "male"});
  const auto learner = setup.make_learner();
  const auto loader = setup.make_loader();
  const auto trainer = setup.make_trainer(*learner, *loader, folder / "run");
  double first = 0;
  double last = 0;
  nlohmann::ordered_json measured;
  trainer->on_step([&](const StepReport& report) {
    if (report.step <= 20) first += report.result.total / 20;
    if (report.step > 460) last += report.result.total / 20;
  });
  trainer->on_evaluate([&](std::uint64_t, const nlohmann::ordered_json& numbers) { measured = numbers; });
  CHECK(trainer->run().end == TrainOutcome::End::finished);
  INFO(architecture << ": loss " << first << " to " << last << ", " << measured.dump());
  CHECK(last < 0.3 * first);
  // Of unseen faces, and against always giving the commoner answer.
  double commoner = 0;
  for (const std::size_t attribute : {0, 1}) {
    double present = 0;
    const auto& unseen = *setup.data()[0].evaluation.at(0);
    for (std::size_t i = 0; i < unseen.size(); ++i)
      present += std::get<datasets::AttributeLabels>(unseen.annotation(i).label).values[attribute];
    const double share = present / static_cast<double>(unseen.size());
    commoner += std::max(share, 1 - share) / 2;
  }
  INFO("always the commoner answer: " << commoner);
  CHECK(measured.at("looks").at("accuracy").get<double>() > 0.85);
  CHECK(measured.at("looks").at("accuracy").get<double>() > commoner + 0.15);
  CHECK(measured.at("looks").at("samples") == 96);

  const auto path = folder / "weights.safetensors";
  setup.write_weights(path, *learner);
  auto loaded = weights::load_model(path);
  CHECK(loaded.info.licence == "CC0");
  CHECK(loaded.info.source == "a test");
  CHECK_FALSE(loaded.info.untrained);
  loaded.model->module().eval();
  setup.model().module().eval();
  const torch::NoGradGuard no_grad;
  const auto images = torch::rand({2, 3, 64, 64});
  CHECK(torch::equal(loaded.model->run(images)[0], setup.model().run(images)[0]));
}

TEST_CASE("A new task is trained on a frozen model: nothing else changes a bit", "[train][setup][freeze]") {
  const auto architecture = GENERATE(std::string("faceptor-tiny"), std::string("naive-tiny"));
  const TemporaryFolder folder;
  const Quiet quiet;
  auto tree = small_config(architecture);
  set_value(tree, "steps=3");
  set_value(tree, "schedule.warmup=1");
  {
    Setup before(read_config(tree));
    before.write_weights(folder / "before.safetensors", *before.make_learner());
  }
  tree["model"]["custom"].push_back(
      {{"name", "glasses"}, {"interpreter_group", "glasses"}, {"view", {{"crop", "whole"}, {"width", 64}, {"height", 64}}}});
  tree["data"] = {{"glasses", {{"format", "painted_glasses"}, {"batch", 4}}}};
  tree["model"]["tasks"] = {"looks", "glasses"};
  tree["init"]["from"] = (folder / "before.safetensors").string();
  tree["freeze"] = "shared";
  tree["evaluation"]["every"] = 0;
  // "looks" has no data now: it must be declared in full.
  tree["model"]["custom"][0]["like"] = "biattr_celeba";
  tree["model"]["custom"][0]["labels"] = {"eyeglasses", "male"};
  tree["model"]["custom"][0]["head_group"] = "looks";
  tree["model"]["custom"][0]["interpretation"] = "probabilities";
  tree["model"]["custom"][0]["metric"] = "accuracy";
  Setup setup(read_config(tree));
  CHECK_THAT(setup.initial(), Contains("glasses"));
  const auto learner = setup.make_learner();
  std::map<std::string, torch::Tensor> before;
  for (const auto& item : setup.model().module().named_parameters()) before[item.key()] = item.value().detach().clone();
  const auto loader = setup.make_loader();
  setup.make_trainer(*learner, *loader, folder / "run")->run();
  int changed = 0;
  for (const auto& item : setup.model().module().named_parameters()) {
    const bool same = torch::equal(item.value(), before[item.key()]);
    INFO(item.key());
    if (item.key().find("glasses") == std::string::npos) CHECK(same);
    changed += same ? 0 : 1;
  }
  CHECK(changed > 0);
  if (architecture == "faceptor-tiny") {  // an interpreter that no other task shares is the new task's own
    const auto name = "interpreters.glasses.fc.weight";
    CHECK_FALSE(torch::equal(setup.model().module().named_parameters()[name], before[name]));
  }
}

TEST_CASE("Two tasks learn from the same pictures, by configuration", "[train][setup]") {
  auto tree = small_config("faceptor-tiny");
  const nlohmann::json view = tree["model"]["custom"][0]["view"];
  tree["model"]["custom"].push_back({{"name", "glasses"}, {"view", view}});
  tree["data"]["glasses"] = {{"format", "painted_glasses"}, {"root", "."}, {"along", "looks"}};
  Setup setup(read_config(tree));
  REQUIRE(setup.data().size() == 2);
  CHECK(setup.data()[0].task == "looks");
  CHECK(setup.data()[1].along == "looks");
  CHECK(setup.data()[1].batch == 32);
  const auto batch = setup.make_loader()->next();
  REQUIRE(batch.views.size() == 1);
  CHECK(batch.views[0].images.size(0) == 32);
  // Both sets tell of the same glasses.
  CHECK(batch.labels[1].primary.equal(batch.labels[0].primary.select(1, 0).to(torch::kLong)));
  const auto result = setup.make_learner()->forward_backward(batch);
  CHECK(result.finite);
  CHECK(result.tasks.size() == 2);

  tree["data"]["glasses"]["along"] = "glasses";
  CHECK(error_of([&] { Setup wrong(read_config(tree)); }).where() == "data.glasses.along");
  tree["data"]["glasses"]["along"] = "looks";
  tree["model"]["custom"][1]["view"]["width"] = 32;
  CHECK(error_of([&] { Setup(read_config(tree)).make_loader(); }).code() == ErrorCode::mismatch);
}

TEST_CASE("An identity is evaluated in the run on pairs of faces, each with its mirror image", "[train][setup]") {
  const TemporaryFolder folder;
  synthetic::write_set("ms1mv3", folder / "faces", {.count = 16, .width = 64});
  synthetic::write_set("verification", folder / "pairs", {.count = 20, .width = 64});
  auto tree = small_config("faceptor-tiny");
  tree["data_root"] = (folder / "faces").parent_path().string();
  tree["model"]["custom"] = {
      {{"name", "who"}, {"like", "recog_ms1mv3"}, {"outputs", 32}, {"view", {{"crop", "whole"}, {"width", 64}, {"height", 64}}}}};
  tree["data"] = {{"who", {{"format", "ms1mv3"}, {"root", "faces"}, {"batch", 4}, {"chain", "plain"}, {"evaluation_split", "train"}}}};
  const auto refusal = error_of([&] { Setup faces_alone(read_config(tree)); });
  CHECK(refusal.code() == ErrorCode::argument);
  CHECK(refusal.where() == "data.who.evaluation_format");
  tree["data"]["who"]["evaluation_format"] = "verification";
  tree["data"]["who"]["evaluation_root"] = "pairs";
  tree["data"]["who"]["evaluation_split"] = "lfw";
  Setup setup(read_config(tree));
  setup.model().module().eval();
  const auto numbers = setup.evaluate(setup.model(), nullptr).at("who");

  const auto pairs = datasets::open_verification(folder / "pairs", {.split = "lfw"});
  const torch::NoGradGuard no_grad;
  const auto embedding = [&](std::size_t index) {
    auto pixels = setup.data()[0].evaluation_chain(pairs->read(index), Random(0)).image;
    const auto image = torch::from_blob(pixels.data(), {1, 3, 64, 64}).clone();
    const auto sum = (setup.model().run(image)[0] + setup.model().run(image.flip(3))[0]).to(torch::kFloat64).contiguous();
    return std::vector<double>(sum.data_ptr<double>(), sum.data_ptr<double>() + sum.numel());
  };
  metrics::FaceVerification by_hand;
  for (std::size_t pair = 0; pair < pairs->pairs(); ++pair) {
    by_hand.add(embedding(2 * pair), embedding(2 * pair + 1), pairs->same(pair));
  }
  CHECK(numbers.at("pairs") == pairs->pairs());
  CHECK(numbers.at("samples") == pairs->size());
  CHECK(numbers.at("accuracy").get<double>() == Approx(*by_hand.result().accuracy).margin(1e-9));

  // Of several sets, each has its own numbers.
  tree["data"]["who"]["evaluation_split"] = {"lfw", "cfp_fp"};
  Setup both(read_config(tree));
  REQUIRE(both.data()[0].evaluation.size() == 2);
  both.model().module().eval();
  const auto sets = both.evaluate(both.model(), nullptr).at("who");
  CHECK(sets.size() == 2);
  CHECK(sets.at("lfw") == numbers);
  CHECK(sets.at("cfp_fp").at("pairs").get<int>() > 0);
}

TEST_CASE("Sets to be evaluated are shared out among processes, and all get all numbers", "[train][setup]") {
  auto tree = small_config("faceptor-tiny");
  tree["model"]["custom"].push_back({{"name", "glasses"}, {"view", {{"crop", "whole"}, {"width", 64}, {"height", 64}}}});
  tree["data"]["looks"]["evaluation_split"] = {"train", "test"};
  tree["data"]["glasses"] = {{"format", "painted_glasses"}, {"root", "."}, {"batch", 4}, {"chain", "plain"}, {"evaluation_split", "test"}};
  tree["evaluation"]["samples"] = 32;
  const auto config = read_config(tree);
  Setup alone(config);
  alone.model().module().eval();
  const auto expected = alone.evaluate(alone.model(), nullptr);
  CHECK(expected.at("looks").size() == 2);
  CHECK(expected.at("looks").at("test").contains("accuracy"));
  CHECK(expected.at("glasses").contains("accuracy"));

  Setup first(config), second(config);  // made one after the other: the same model
  for (auto* setup : {&first, &second}) setup->model().module().eval();
  TwoThreads::Meeting meeting;
  nlohmann::ordered_json other;
  std::thread thread([&] {
    TwoThreads processes(meeting, 1);
    other = second.evaluate(second.model(), &processes);
  });
  TwoThreads processes(meeting, 0);
  const auto own = first.evaluate(first.model(), &processes);
  thread.join();
  CHECK(own == expected);
  CHECK(other == expected);
}

TEST_CASE("The weights to begin with can say the architecture, and those of another backbone are refused", "[train][setup]") {
  const TemporaryFolder folder;
  const Quiet quiet;
  const auto path = (folder / "before.safetensors").string();
  auto tree = small_config("faceptor-tiny");
  Setup before(read_config(tree));
  before.write_weights(path, *before.make_learner());

  auto same = tree;
  same["model"] = {{"architecture", "init"}};
  CHECK_THAT(error_of([&] { Setup nothing(read_config(same)); }).what(), Contains("init.from"));
  same["init"]["from"] = path;
  Setup after(read_config(same));
  CHECK(after.model().config() == before.model().config());
  CHECK(after.tasks().names() == before.tasks().names());
  for (const auto& item : after.model().module().named_parameters()) {
    CHECK(torch::equal(item.value(), before.model().module().named_parameters()[item.key()]));
  }

  auto wider = tree;
  wider["init"]["from"] = path;
  wider["model"]["config"]["backbone"]["width"] = 96;
  const auto error = error_of([&] { Setup other(read_config(wider)); });
  CHECK(error.code() == ErrorCode::mismatch);
  CHECK_THAT(error.what(), Contains("another backbone") && Contains("init.from") && Contains("model.architecture"));
}

TEST_CASE("What a configuration stands for is checked before anything is trained", "[train][setup]") {
  CHECK_THAT(refused("model.architecture=faceptor-tinny").what(), Contains("faceptor-tiny"));
  CHECK_THAT(refused("model.tasks=lookz").what(), Contains("model.tasks") && Contains("looks"));
  CHECK_THAT(refused("data.looks.format=painted_lookz").what(), Contains("data.looks") && Contains("painted_looks"));
  CHECK_THAT(refused("data.other={\"format\": \"painted_looks\", \"batch\": 1}").what(), Contains("model.custom"));
  CHECK_THAT(refused("model.custom=[{\"like\": \"age_morph2\"}]").what(), Contains("no name"));
  CHECK_THAT(refused("model.custom=[{\"name\": \"x\"}, {\"name\": \"looks\"}]").what(), Contains("nothing says what task \"x\" is"));
  CHECK_THAT(refused("init.from=/nowhere.safetensors").what(), Contains("init.from"));
  CHECK_THAT(refused("data.looks.chain=published").what(), Contains("not that of a published task"));
  CHECK_THAT(refused("model.config.backbone.width=65").what(), Contains("model.config"));
  CHECK_THAT(refused("device=warp").what(), Contains("device"));
}

TEST_CASE("A manifest that is like a published task has its chain", "[train][setup]") {
  const TemporaryFolder folder;
  for (const auto* name : {"a.jpg", "b.jpg"}) write_jpeg(folder / name, Image(112, 112, std::vector<std::uint8_t>(3 * 112 * 112, 90)));
  const auto path = folder.write("faces.csv", "image,years,split\na.jpg,30,train\nb.jpg,40,test\n").string();
  auto tree = small_config("faceptor-tiny");
  tree["model"]["custom"] = {{{"name", "my_age"}}};
  tree["data"] = {{"my_age",
                   {{"format", "manifest"},
                    {"root", path},
                    {"settings", {{"label", "years"}, {"kind", "age"}, {"like", "age_morph2"}}},
                    {"batch", 1},
                    {"evaluation_split", "test"}}}};
  const Setup like(read_config(tree));
  CHECK(like.data()[0].chain.text() == transforms::published::face112_train().text());
  CHECK(like.data()[0].evaluation_chain.text() == transforms::published::face112_test().text());
  auto plain = tree;
  plain["data"]["my_age"]["settings"].erase("like");
  CHECK(Setup(read_config(plain)).data()[0].chain.text() != like.data()[0].chain.text());

  const auto refused_with = [&](const std::string& key, const nlohmann::json& value) {
    auto other = tree;
    other[nlohmann::json::json_pointer(key)] = value;
    return std::string(error_of([&] { Setup setup(read_config(other)); }).what());
  };
  CHECK_THAT(refused_with("/data/my_age/settings/like", "age_morhp2"), Contains("settings.like") && Contains("age_morph2"));
  CHECK_THAT(refused_with("/data/my_age/settings/like", "align_300w"), Contains("settings.like") && Contains("my_age"));
}

TEST_CASE("Weights of the loss follow types, tasks and the auxiliary factor", "[train][setup]") {
  auto tree = small_config("faceptor-tiny");
  tree["model"]["custom"].push_back({{"name", "looks_too"}, {"view", {{"crop", "whole"}, {"width", 64}, {"height", 64}}}});
  tree["data"]["looks_too"] = {{"format", "painted_looks"}, {"batch", 8}, {"chain", "plain"}};
  tree["weights"] = {{"looks", 10}};
  const auto weights = [&] {
    std::map<std::string, double> all;
    Setup setup(read_config(tree));
    for (const auto& task : setup.data()) all[task.task] = task.weight;
    return all;
  };
  CHECK(weights().at("looks") == Approx(8.0));
  CHECK(weights().at("looks_too") == Approx(2.0));
  tree["data"]["looks_too"]["weight"] = 32;
  CHECK(weights().at("looks_too") == Approx(5.0));
  tree["auxiliary"] = {{"main", "looks"}, {"factor", 0.1}};
  CHECK(weights().at("looks") == Approx(5.0));
  CHECK(weights().at("looks_too") == Approx(0.5));
}

TEST_CASE("With an auxiliary factor of 0 nothing of the other tasks is in the run", "[train][setup]") {
  auto tree = small_config("faceptor-tiny");
  tree["model"]["custom"].push_back({{"name", "looks_too"}, {"view", {{"crop", "whole"}, {"width", 64}, {"height", 64}}}});
  tree["data"]["looks_too"] = {{"format", "painted_looks"}, {"root", "nowhere"}, {"batch", 8}, {"chain", "plain"}};
  tree["auxiliary"] = {{"main", "looks"}, {"factor", 0}};
  Setup setup(read_config(tree));  // the other's folder isn't there, and isn't missed
  CHECK(setup.tasks().names() == std::vector<std::string>{"looks"});
  REQUIRE(setup.data().size() == 1);
  const auto batch = setup.make_loader()->next();
  CHECK(setup.make_learner()->forward_backward(batch).tasks.size() == 1);
}

TEST_CASE("A published task is varied under its own name", "[train][setup]") {
  auto tree = preset("faceptor-base");
  const auto declared = [&] { return declared_model(read_config(tree)); };
  set_value(tree, "tasks.align_300w.interpreter=map");
  set_value(tree, "tasks.align_300w.loss_options.radius=3");
  set_value(tree, "tasks.recog_ms1mv3.loss_options={\"margin\": 0.3, \"scale\": 32, \"sample_rate\": 0.1}");
  set_value(tree, "tasks.age_morph2.loss_options.deviation=1.5");
  set_value(tree, "tasks.age_morph2.view.width=128");
  set_value(tree, "tasks.age_morph2.view.height=128");
  const auto model = declared();
  CHECK(model.tasks.names() == published::base().names());
  const auto& points = model.tasks.at("align_300w").spec();
  CHECK(points.interpreter == "map");
  CHECK(points.interpreter_group == "map");
  CHECK(points.loss_options.at("radius") == 3);
  CHECK(points.loss_options.at("heatmap_size") == 128);  // what isn't said stays
  CHECK(model.tasks.at("parsing_celebam").spec().interpreter_group == "map_v2");
  const auto& identity = model.tasks.at("recog_ms1mv3").spec();
  CHECK(identity.loss_options.at("margin") == 0.3);
  CHECK(identity.loss_options.at("sample_rate") == 0.1);
  CHECK(identity.loss_options.at("classes") == 93431);
  CHECK(model.tasks.at("age_morph2").spec().loss_options.at("deviation") == 1.5);
  CHECK(model.tasks.at("age_morph2").spec().view.size() == Size{128, 128});
  CHECK(model.tasks.at("affect_rafdb").spec().view == published::affect_rafdb().spec().view);

  const auto told = [&](const char* assignment) {
    auto wrong = preset("faceptor-base");
    set_value(wrong, assignment);
    return std::string(error_of([&] { declared_model(read_config(wrong)); }).what());
  };
  CHECK_THAT(told("tasks.align_300w.loss_options.radios=3"), Contains("tasks.align_300w.loss_options") && Contains("radius"));
  CHECK_THAT(told("tasks.align_300w.interpreter=value"), Contains("tasks.align_300w") && Contains("map_v2"));
  CHECK_THAT(told("tasks.align_300v.interpreter=map"), Contains("tasks.align_300v") && Contains("align_300w"));
  CHECK_THAT(told("tasks.align_300w.view.width=0"), Contains("tasks.align_300w"));
}

TEST_CASE("The device is found by itself, and a published preset from nothing is told of", "[train][setup]") {
  auto tree = small_config("faceptor-tiny");
  CHECK(read_config(tree).device == "auto");
  CHECK(Setup(read_config(tree)).device().is_cuda() == torch::cuda::is_available());
  tree["device"] = "cpu";
  CHECK(Setup(read_config(tree)).device().is_cpu());

  // A preset's data set aside for those of the test.
  std::vector<std::string> warnings;
  set_log_sink([&](LogLevel level, std::string_view line) {
    if (level == LogLevel::warning) warnings.emplace_back(line);
  });
  tree["preset"] = "auxiliary";
  tree["model"]["tasks"] = {"looks"};
  tree["auxiliary"] = {{"main", "looks"}, {"factor", 0}};
  CHECK_THAT(error_of([&] { Setup missing(read_config(tree)); }).what(), Contains("init.from") && Contains("FaRL"));
  CHECK(warnings.empty());
  tree["init"]["from"] = "";
  Setup random(read_config(tree));
  set_log_sink({});
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Contains("auxiliary") && Contains("FaRL") && Contains("random"));
}

TEST_CASE("A misspelt type of tasks in weights is an error", "[train][setup]") {
  CHECK_THAT(refused("weights={\"lokks\": 2}").what(), Contains("weights") && Contains("looks"));
  auto tree = small_config("faceptor-tiny");
  tree["weights"] = {{"affect", 3}};  // published: harmless
  Setup setup(read_config(tree));
}

TEST_CASE("A task that says nothing of its view looks where its data say the face is", "[train][setup]") {
  auto tree = small_config("faceptor-tiny");
  tree["model"]["custom"][0].erase("view");
  Setup setup(read_config(tree));
  CHECK(setup.tasks().at("looks").spec().view == views::aligned(112));  // painted faces have five points
}

TEST_CASE("New tasks on trained weights leave the others as they are, unless asked", "[train][setup][freeze]") {
  Quiet quiet;
  const TemporaryFolder folder;
  auto tree = small_config("faceptor-tiny");
  {
    Setup before(read_config(tree));
    before.write_weights(folder / "before.safetensors", *before.make_learner());
  }
  tree["model"]["architecture"] = "init";
  tree["model"]["tasks"] = {"*", "glasses"};
  tree["model"]["config"] = nlohmann::json::object();
  tree["model"]["custom"] = {{{"name", "glasses"}, {"view", {{"crop", "whole"}, {"width", 64}, {"height", 64}}}}};
  tree["init"]["from"] = (folder / "before.safetensors").string();
  tree["data"] = {{"glasses", {{"format", "painted_glasses"}, {"batch", 4}}}};
  const auto frozen = [&] {
    Setup setup(read_config(tree));
    const auto learner = setup.make_learner();
    std::size_t count = 0;
    for (const auto& parameter : learner->optimizer().parameters()) count += parameter.frozen ? 1 : 0;
    return std::pair(setup.config().freeze, count);
  };
  CHECK(frozen().first == "shared");
  CHECK(frozen().second > 0);
  tree["freeze"] = "nothing";
  CHECK(frozen() == std::pair<std::string, std::size_t>("nothing", 0));
  tree.erase("freeze");
  // A task of the file that learns on is no new one.
  tree["model"]["tasks"] = {"*"};
  tree["model"]["custom"] = nlohmann::json::array();
  tree["data"] = {{"looks", {{"format", "painted_looks"}, {"batch", 4}}}};
  CHECK(frozen() == std::pair<std::string, std::size_t>("nothing", 0));
}

TEST_CASE("Memory is estimated from what is trained", "[train][setup]") {
  Setup setup(read_config(small_config("faceptor-tiny")));
  const auto learner = setup.make_learner();
  const auto& parameters = learner->optimizer().parameters();
  const auto memory = estimate_memory(setup.model(), parameters, {{32, 64, 64, 0}}, true, false);
  std::int64_t numbers = 0;
  for (const auto& parameter : parameters) numbers += parameter.value.numel();
  CHECK(memory.weights == 4 * numbers);
  CHECK(memory.optimizer == 2 * memory.gradients);
  CHECK(memory.average == memory.weights);
  CHECK(memory.activations > 0);
  CHECK(estimate_memory(setup.model(), parameters, {{32, 64, 64, 0}}, false, true).activations < memory.activations);
}

TEST_CASE("The documentation lists every key as it is", "[train][config][docs]") {
  std::ifstream stream(tests_folder().parent_path() / "docs/training.md");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  CHECK(text.find(config_table()) != std::string::npos);
}

TEST_CASE("A published checkpoint brings its class matrix, and where that is wanted its optimizer and step", "[train][setup][published]") {
  const auto golden_folder = golden::find("model/faceptor_tiny/stage1");
  if (!golden_folder) FACEPTOR_SKIP("no golden model");
  register_painted();
  const Quiet quiet;
  const auto published = golden::json(*golden_folder / "config.json");
  const auto file = *golden_folder / published.at("checkpoint").get<std::string>();
  const auto checkpoint = files::Checkpoint::open(file);
  const auto done = static_cast<std::uint64_t>(checkpoint.step().value());
  nlohmann::json tree = {{"model", {{"architecture", "init"}, {"tasks", {"*"}}}},
                         {"init", {{"from", file.string()}, {"config", published}}},
                         {"data", {{"recog_ms1mv3", {{"format", "painted_people"}, {"root", "."}, {"batch", 4}, {"chain", "view"}}}}},
                         {"steps", done + 2},
                         {"schedule", {{"warmup", done / 2}}},
                         {"workers", 0},
                         {"log", {{"every", 1}, {"tensorboard", false}}}};
  const std::string matrix = "losses.recog_ms1mv3.class_matrix";
  const auto expected = nn::load_tensors(file).at("module.losses_module.losses.recog_ms1mv3.classifier");
  {
    Setup setup(read_config(tree));
    const auto learner = setup.make_learner();
    CHECK(torch::equal(learner->losses_state().at(matrix), expected));
    CHECK_FALSE(learner->state().contains("optimizer." + matrix + ".exp_avg"));
  }
  tree["init"]["resume"] = true;
  const TemporaryFolder folder;
  Setup setup(read_config(tree));
  const auto learner = setup.make_learner();
  const auto state = published_optimizer_state(checkpoint, setup.tasks(), learner->optimizer().parameters());
  const auto own = learner->optimizer().state();
  REQUIRE(own.size() == state.size());
  for (const auto& [name, tensor] : state) {
    INFO(name);
    CHECK(torch::equal(own.at(name).to(torch::kFloat64), tensor.to(torch::kFloat64)));
  }
  const auto loader = setup.make_loader();
  const auto trainer = setup.make_trainer(*learner, *loader, folder / "run");
  std::vector<std::uint64_t> steps;
  trainer->on_step([&](const StepReport& report) {
    steps.push_back(report.step);
    CHECK_FALSE(report.skipped);
  });
  CHECK(trainer->run().end == TrainOutcome::End::finished);
  CHECK(steps == std::vector<std::uint64_t>{done + 1, done + 2});
  CHECK(learner->optimizer().state().at(matrix + ".step").item<double>() == state.at(matrix + ".step").item<double>() + 2);
  CHECK(weights::load_model(folder / "run").info.step == static_cast<std::int64_t>(done + 2));

  // What can't be resumed.
  setup.write_weights(folder / "own.safetensors", *learner);
  auto wrong = tree;
  wrong["init"]["from"] = (folder / "own.safetensors").string();
  CHECK(error_of([&] { Setup refused(read_config(wrong)); }).code() == ErrorCode::argument);
  wrong["init"]["from"] = "";
  CHECK(error_of([&] { read_config(wrong); }).where() == "init.resume");
  wrong = tree;
  wrong["steps"] = done - 1;
  Setup shorter(read_config(wrong));
  const auto other = shorter.make_learner();
  const auto other_loader = shorter.make_loader();
  CHECK(error_of([&] { shorter.make_trainer(*other, *other_loader, folder / "shorter"); }).where() == "steps");
}
