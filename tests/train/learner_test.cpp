#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/train/moving_average.hpp>

#include "support/error_of.hpp"
#include "train/small_learner.hpp"

using namespace faceptor;
using namespace faceptor::train;

TEST_CASE("A step gives the losses of all tasks, their weighted mean, and changes what is trained", "[train][learner]") {
  Learner learner(small::model(),
                  {.task_weights = {{"recog", 5}, {"age", 6}, {"biattr", 2}, {"affect", 5}, {"parsing", 100}, {"align", 1000}}});
  learner.set_rate(1e-3);
  const auto before = small::snapshot(learner);
  const auto result = learner.forward_backward(small::batch(learner.model().tasks(), 0));
  REQUIRE(result.finite);
  REQUIRE(result.tasks.size() == 6);
  double sum = 0, weight = 0;
  for (const auto& task : result.tasks) {
    INFO(task.name);
    CHECK(task.samples == 4);
    CHECK(task.weight == learner.task_weights()[task.task]);
    sum += task.weight * task.loss;
    weight += task.weight;
    const bool dense = task.name.starts_with("parsing") || task.name.starts_with("align");
    CHECK(task.accuracy.has_value() != dense);
  }
  CHECK(weight == Approx(1118));
  CHECK(result.total == Approx(sum / weight).epsilon(1e-5));
  CHECK(result.tasks[5].parts.size() == 2);

  const auto update = learner.apply();
  CHECK(update.applied);
  double squares = 0;
  for (const auto& [name, norm] : update.module_norms) squares += norm * norm;
  CHECK(std::sqrt(squares) == Approx(update.gradient_norm));
  for (const auto* part : {"backbone", "decoder.layers", "decoder.queries", "interpreters.value", "losses"})
    CHECK(update.module_norms.contains(part));
  const auto changed = small::differing(small::snapshot(learner), before);
  const auto has = [&](const char* name) { return std::find(changed.begin(), changed.end(), name) != changed.end(); };
  CHECK(has("backbone.class_token"));
  CHECK(has("losses.recog_ms1mv3.class_matrix"));
  CHECK(has("interpreters.feature_v2.batch_norm.running_mean"));
  CHECK_FALSE(has("backbone.projection"));  // takes no part, so it isn't decayed either
  CHECK(learner.gradients().empty());
}

TEST_CASE("A task is trained on those of its rows that have labels", "[train][learner]") {
  const auto task = small::tasks().index("affect_rafdb");
  const auto loss_of = [&](std::optional<std::vector<std::int64_t>> rows) {
    Learner learner(small::model());
    auto batch = small::batch(learner.model().tasks(), 0);
    if (rows) {
      auto& labels = batch.labels[task].primary;
      labels = rows->empty() ? labels.narrow(0, 0, 1) : labels.index_select(0, torch::tensor(*rows, torch::kLong));
    }
    batch.rows.resize(learner.model().tasks().size());
    batch.rows[task] = rows;
    const auto result = learner.forward_backward(batch);
    REQUIRE(result.finite);
    const auto found = std::find_if(result.tasks.begin(), result.tasks.end(), [&](const auto& each) { return each.task == task; });
    CHECK(found->samples == (rows ? static_cast<std::int64_t>(rows->size()) : 4));
    const auto gradients = learner.model().module().named_parameters()["decoder.queries.affect_rafdb.embed"].grad();
    CHECK((gradients.abs().max().item<double>() > 0) == (!rows || !rows->empty()));
    return found->loss;
  };
  const auto whole = loss_of({});
  CHECK(loss_of(std::vector<std::int64_t>{0, 1, 2, 3}) == whole);
  CHECK((3 * loss_of(std::vector<std::int64_t>{0, 2, 3}) + loss_of(std::vector<std::int64_t>{1})) / 4 == Approx(whole).epsilon(1e-6));
  CHECK(loss_of(std::vector<std::int64_t>{}) == 0);
}

TEST_CASE("Steps make the loss smaller", "[train][learner]") {
  Learner learner(small::model());
  learner.set_rate(3e-4);
  const auto batch = small::batch(learner.model().tasks(), 3);
  const double first = learner.forward_backward(batch).total;
  learner.apply();
  double last = first;
  for (int i = 0; i < 15; ++i) {
    last = learner.forward_backward(batch).total;
    learner.apply();
  }
  CHECK(last < 0.9 * first);
}

TEST_CASE("Naive Faceptor is trained alike, in fp32 and bf16, recomputing or not", "[train][learner]") {
  const auto precision = GENERATE(Precision::fp32, Precision::bf16);
  const auto norm = [&](bool recompute) {
    const SeedGuard guard(1);
    auto model = std::make_shared<NaiveFaceptorImpl>(
        NaiveFaceptorOptions(small::vit(0.2)).tasks(small::tasks()).dense_channels(16).attribute_hidden(32));
    Learner learner(model, {.rules = GroupRules::published_naive(), .precision = precision, .recompute = recompute});
    learner.set_rate(1e-3);
    CHECK(learner.optimizer().rate("backbone.class_token") == Approx(1e-4));
    const auto result = learner.forward_backward(small::batch(small::tasks(), 0));
    REQUIRE(result.finite);
    CHECK(result.tasks.size() == 6);
    const auto update = learner.apply();
    REQUIRE(update.applied);
    CHECK(update.module_norms.contains("heads.parsing"));
    return update.gradient_norm;
  };
  CHECK(norm(true) == Approx(norm(false)).epsilon(precision == Precision::fp32 ? 1e-5 : 0.05));
}

TEST_CASE("Task weights are by type, and by task where a task has its own", "[train][learner]") {
  const auto weights = [](std::map<std::string, double> given, std::map<std::string, double> raw = {}) {
    TaskList list;
    list.add(published::affect_rafdb().weight(1));
    list.add(published::affect_affectnet().weight(1));
    list.add(published::age_morph2().weight(7));
    return Learner(small::model(list), {.task_weights = std::move(given), .raw_weights = std::move(raw)}).task_weights();
  };
  CHECK(weights({}) == std::vector<double>{1, 1, 7});
  CHECK(weights({{"affect", 5}, {"age", 6}, {"recog", 9}}) == std::vector<double>{2.5, 2.5, 6});
  CHECK(weights({{"affect", 5}, {"age", 6}}, {{"affect_rafdb", 8}, {"affect_affectnet", 32}}) == std::vector<double>{1, 4, 6});
  // One main task, the others helping: auxiliary supervised learning is a matter of weights.
  CHECK(weights({{"affect_rafdb", 10}, {"affect", 0.5}, {"age", 0.25}}) == std::vector<double>{10, 0.5, 0.25});
  CHECK(error_of([&] { weights({{"affect", 5}}); }).where() == "age_morph2");
  CHECK(error_of([&] { weights({{"affect", 5}, {"age", 1}, {"affect_rafbd", 1}}); }).where() == "affect_rafbd");
  const auto slip = error_of([&] { weights({{"affetc", 5}, {"age", 1}}); });
  CHECK(slip.where() == "affetc");
  CHECK(slip.hint().find("affect") != std::string::npos);
  CHECK(error_of([&] { weights({{"affect", 5}, {"age", -1}}); }).code() == ErrorCode::argument);
}

TEST_CASE("Micro-batches make up one batch", "[train][learner]") {
  TaskList list;  // without identity, whose BatchNorm sees another batch
  list.add(published::age_morph2());
  list.add(published::affect_rafdb());
  list.add(published::align_cofw());
  const auto whole = small::batch(list, 5, 6);
  Learner one(small::model(list)), three(small::model(list));
  const auto result = one.forward_backward(whole);
  double total = 0;
  for (int64_t part = 0; part < 3; ++part) {
    loading::StepBatch micro;
    micro.step = whole.step;
    ViewBatch view;
    std::vector<torch::Tensor> images;
    for (const auto& rows : whole.views[0].tasks) {
      const auto begin = static_cast<int64_t>(images.size()) * 2;
      view.tasks.push_back({rows.task, begin, begin + 2});
      images.push_back(whole.views[0].images.slice(0, rows.begin + part * 2, rows.begin + part * 2 + 2));
      micro.labels.push_back(whole.labels[rows.task].primary.slice(0, part * 2, part * 2 + 2));
    }
    view.images = torch::cat(images);
    micro.views.push_back(view);
    total += three.forward_backward(micro, 1.0 / 3).total / 3;
  }
  CHECK(total == Approx(result.total).epsilon(1e-5));
  const auto expected = one.gradients();
  const auto found = three.gradients();
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK((found[i] - expected[i]).abs().max().item<double>() <= 1e-5 * std::max(1.0, expected[i].abs().max().item<double>()));
  }
}

TEST_CASE("A loss or gradient that isn't finite leaves everything as it was", "[train][learner]") {
  Learner learner(small::model(), {.average = 0.9});
  learner.set_rate(1e-3);
  small::train_steps(learner, 0, 2);
  const auto before = small::snapshot(learner);
  auto poisoned = small::batch(learner.model().tasks(), 2);
  poisoned.views[0].images[13].fill_(std::numeric_limits<float>::quiet_NaN());  // a picture of affect_rafdb

  SECTION("in the only batch of a step") {
    const auto result = learner.forward_backward(poisoned);
    CHECK_FALSE(result.finite);
    CHECK(result.problem.find("affect_rafdb") != std::string::npos);
  }
  SECTION("in the second of two micro-batches") {
    CHECK(learner.forward_backward(small::batch(learner.model().tasks(), 2), 0.5).finite);
    CHECK_FALSE(learner.forward_backward(poisoned, 0.5).finite);
  }
  SECTION("in a gradient") {
    CHECK(learner.forward_backward(small::batch(learner.model().tasks(), 2)).finite);
    learner.gradients().front().fill_(std::numeric_limits<float>::infinity());
    CHECK_FALSE(learner.apply().applied);
  }
  SECTION("and so does a batch that can't be learned from") {
    auto wrong = small::batch(learner.model().tasks(), 2);
    wrong.labels[3] = torch::full({4}, 9);
    CHECK(error_of([&] { learner.forward_backward(wrong); }).code() == ErrorCode::argument);
    wrong = small::batch(learner.model().tasks(), 2);
    wrong.labels[1] = losses::Labels();
    CHECK(error_of([&] { learner.forward_backward(wrong); }).where() == "age_morph2");
  }
  CHECK(small::differing(small::snapshot(learner), before).empty());
  CHECK(error_of([&] { learner.apply(); }).code() == ErrorCode::argument);
  small::train_steps(learner, 2, 1);  // and it continues
}

TEST_CASE("The same seed gives the same bits; another rank draws others", "[train][learner]") {
  // Drop path and sampled classes are what is drawn at random.
  const auto trained = [](std::uint64_t seed, std::uint64_t rank, std::uint64_t disturb) {
    Learner learner(small::model(small::tasks(), small::vit(0.5)), {.seed = seed, .rank = rank});
    learner.set_rate(1e-3);
    torch::manual_seed(disturb);
    small::train_steps(learner, 0, 2);
    return small::snapshot(learner);
  };
  const auto reference = trained(1, 0, 1);
  CHECK(small::differing(trained(1, 0, 2), reference).empty());
  CHECK_FALSE(small::differing(trained(2, 0, 1), reference).empty());
  CHECK_FALSE(small::differing(trained(1, 1, 1), reference).empty());
}

TEST_CASE("A step doesn't disturb anybody else's random numbers", "[train][learner]") {
  Learner learner(small::model(small::tasks(), small::vit(0.5)));
  torch::manual_seed(8);
  const auto expected = torch::rand({4});
  torch::manual_seed(8);
  learner.forward_backward(small::batch(learner.model().tasks(), 0));
  CHECK(torch::equal(torch::rand({4}), expected));
}

TEST_CASE("A learner continues from a state bit for bit, and refuses another's", "[train][learner]") {
  const auto make = [] { return Learner(small::model(small::tasks(), small::vit(0.3)), {.average = 0.9, .seed = 4}); };
  auto first = make();
  first.set_rate(1e-3);
  small::train_steps(first, 0, 2);
  const auto kept = small::snapshot(first);
  small::train_steps(first, 2, 2);

  auto second = make();
  small::train_steps(second, 7, 1);  // something else first
  second.load_state(kept);
  CHECK(small::differing(small::snapshot(second), kept).empty());
  small::train_steps(second, 2, 2);
  CHECK(small::differing(small::snapshot(second), small::snapshot(first)).empty());

  const auto now = small::snapshot(second);
  for (const auto* name : {"backbone.class_token", "losses.recog_ms1mv3.class_matrix", "average.backbone.class_token"}) {
    auto wrong = kept;
    wrong.at(name) = torch::zeros({1, 1, 1});
    CHECK(error_of([&] { second.load_state(wrong); }).code() == ErrorCode::mismatch);
    wrong.erase(name);
    CHECK(error_of([&] { second.load_state(wrong); }).code() == ErrorCode::mismatch);
  }
  auto wrong = kept;
  wrong.at("optimizer.backbone.class_token.exp_avg") = torch::zeros({1});
  CHECK(error_of([&] { second.load_state(wrong); }).code() == ErrorCode::mismatch);
  wrong = kept;
  wrong["backbone.another"] = torch::zeros({1});
  CHECK(error_of([&] { second.load_state(wrong); }).where() == "backbone.another");
  CHECK(small::differing(small::snapshot(second), now).empty());
}

TEST_CASE("Options out of range are errors at once", "[train][learner]") {
  CHECK(error_of([] { Learner(nullptr); }).code() == ErrorCode::argument);
  CHECK(error_of([] { Learner(small::model(), {.clip = -1}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { Learner(small::model(), {.precision = Precision::fp16}); }).code() == ErrorCode::unsupported);
  CHECK(error_of([] { Learner(small::model(), {.average = 1.0}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { Learner(small::model(), {.rules = GroupRules().set("decodr.layers", {.frozen = true})}); }).hint() ==
        "did you mean \"decoder.layers\"?");
  CHECK(error_of([] { Learner(small::model(), {.rules = GroupRules().set("*", {.frozen = true})}); }).code() == ErrorCode::argument);
}
