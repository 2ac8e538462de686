#include "support/torch_catch.hpp"

#include <faceptor/loading/loader.hpp>

#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>
#include <thread>

#include <faceptor/published/tasks.hpp>
#include <faceptor/tasks/task_registry.hpp>

#include "support/error_of.hpp"
#include "support/memory_dataset.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace faceptor::loading;
using namespace std::chrono_literals;

namespace {

/// Three tasks of the published kinds, two of them with views of one size.
TaskList three_tasks() {
  const auto sized = [](const char* name, int64_t outputs, int side) {
    auto spec = published::by_name(name, outputs).spec();
    spec.view.width(side).height(side);
    return task_from_spec(spec);
  };
  TaskList tasks;
  tasks.append(sized("age_morph2", 101, 6));
  tasks.append(sized("affect_rafdb", 7, 6));
  tasks.append(sized("align_300w", 2, 10));
  return tasks;
}

std::shared_ptr<MemoryDataset> ages(std::size_t size = 40) {
  std::vector<Label> labels;
  for (std::size_t i = 0; i < size; ++i) labels.emplace_back(AgeLabel{static_cast<float>(i)});
  return std::make_shared<MemoryDataset>("ages", labels);
}

std::shared_ptr<MemoryDataset> expressions() {
  std::vector<Label> labels;
  for (int i = 0; i < 25; ++i) labels.emplace_back(ClassLabel{i % 7});
  return std::make_shared<MemoryDataset>("expressions", labels, 7);
}

std::shared_ptr<MemoryDataset> points() {
  std::vector<Label> labels;
  for (int i = 0; i < 9; ++i) labels.emplace_back(LandmarkLabels{{{static_cast<float>(i), 2}, {3, 4}}, {}});
  return std::make_shared<MemoryDataset>("points", labels, 2);
}

std::vector<TaskSource> three_sources() {
  return {{"align_300w", points(), plain_crop(10), 2},
          {"affect_rafdb", expressions(), plain_crop(6), 3},
          {"age_morph2", ages(), plain_crop(6), 4}};
}

/// One task of ages, for what concerns a single set.
std::unique_ptr<Loader> age_loader(std::shared_ptr<const Dataset> set, LoaderOptions options, Prepare prepare = plain_crop(6)) {
  return std::make_unique<Loader>(three_tasks(), std::vector<TaskSource>{{"age_morph2", std::move(set), std::move(prepare), 4}}, options);
}

void check_equal(const StepBatch& a, const StepBatch& b) {
  CHECK(a.step == b.step);
  CHECK(a.names == b.names);
  REQUIRE(a.views.size() == b.views.size());
  for (std::size_t i = 0; i < a.views.size(); ++i) CHECK(a.views[i].images.equal(b.views[i].images));
  REQUIRE(a.labels.size() == b.labels.size());
  for (std::size_t i = 0; i < a.labels.size(); ++i) {
    REQUIRE(a.labels[i].primary.defined() == b.labels[i].primary.defined());
    if (a.labels[i].primary.defined()) CHECK(a.labels[i].primary.equal(b.labels[i].primary));
  }
}

}  // namespace

TEST_CASE("A step joins the tasks of views of one size, each with rows of its own", "[data][loader]") {
  Loader loader(three_tasks(), three_sources(), {.steps = 5});
  const auto batch = loader.next();
  CHECK(batch.step == 0);
  REQUIRE(batch.views.size() == 2);
  CHECK(batch.views[0].images.sizes() == at::IntArrayRef({2, 3, 10, 10}));
  REQUIRE(batch.views[0].tasks.size() == 1);
  CHECK(batch.views[0].tasks[0].task == 2);
  CHECK(batch.views[1].images.sizes() == at::IntArrayRef({7, 3, 6, 6}));
  REQUIRE(batch.views[1].tasks.size() == 2);
  CHECK(batch.views[1].tasks[0].task == 1);
  CHECK(batch.views[1].tasks[0].begin == 0);
  CHECK(batch.views[1].tasks[0].end == 3);
  CHECK(batch.views[1].tasks[1].task == 0);
  CHECK(batch.views[1].tasks[1].begin == 3);
  CHECK(batch.views[1].tasks[1].end == 7);
  for (std::int64_t row = 0; row < 4; ++row) {
    // Pictures, labels and names of a row are one sample's: the colour tells the index, and so do the age and the name.
    const auto years = batch.labels[0].primary[row].item<float>();
    CHECK(batch.views[1].images[3 + row].floor().eq(years).all().item<bool>());
    CHECK(batch.names[0][static_cast<std::size_t>(row)] == "ages " + std::to_string(static_cast<int>(years)));
  }
}

TEST_CASE("The losses of the tasks take the labels", "[data][loader]") {
  const auto tasks = three_tasks();
  Loader loader(tasks, three_sources(), {.steps = 5});
  const auto batch = loader.next();
  const std::vector<torch::Tensor> outputs{torch::randn({4, 101}), torch::randn({3, 7}), torch::randn({2, 2, 5, 5})};
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    CHECK(std::isfinite(tasks[i].make_loss()->forward(outputs[i], batch.labels[i]).total.item<double>()));
  }
}

TEST_CASE("Batches are the same for any number of threads, and after a seek", "[data][loader]") {
  Loader plain(three_tasks(), three_sources(), {.steps = 12, .workers = 0});
  std::vector<StepBatch> batches;
  for (int step = 0; step < 12; ++step) batches.push_back(plain.next());
  CHECK_FALSE(batches[0].views[0].images.equal(batches[1].views[0].images));
  for (const int workers : {1, 4}) {
    Loader loader(three_tasks(), three_sources(), {.steps = 12, .workers = workers, .ahead = 3});
    for (const auto& batch : batches) check_equal(loader.next(), batch);
    CHECK(error_of([&] { loader.next(); }).code() == ErrorCode::argument);
    loader.seek(7);
    check_equal(loader.next(), batches[7]);
    check_equal(loader.next(), batches[8]);
    loader.seek(2);
    check_equal(loader.next(), batches[2]);
  }
}

TEST_CASE("A task's samples don't depend on the other tasks", "[data][loader]") {
  Loader all(three_tasks(), three_sources(), {.steps = 5});
  const auto alone = age_loader(ages(), {.steps = 5});
  const auto expected = all.next();
  const auto batch = alone->next();
  CHECK(batch.names[0] == expected.names[0]);
  CHECK(batch.views[0].images.equal(expected.views[1].images.slice(0, 3, 7)));
  CHECK_FALSE(batch.labels[1].primary.defined());
}

TEST_CASE("A task can learn along with another one, from the labels that it has for its pictures", "[data][loader]") {
  const auto faces = [](std::vector<Label> labels, std::int64_t classes) {
    return std::make_shared<MemoryDataset>("folder/face", std::move(labels), classes);
  };
  std::vector<Label> moods, years;
  for (int i = 0; i < 20; ++i) moods.emplace_back(ClassLabel{i % 7});
  for (int i = 0; i < 8; ++i) years.emplace_back(AgeLabel{static_cast<float>(i)});
  const auto sources = [&](const std::shared_ptr<MemoryDataset>& second, const char* along = "affect_rafdb") {
    return std::vector<TaskSource>{{"affect_rafdb", faces(moods, 7), plain_crop(6), 3}, {"age_morph2", second, {}, 1, along}};
  };
  const auto made = [&](std::vector<TaskSource> from) {
    return std::make_unique<Loader>(three_tasks(), std::move(from), LoaderOptions{.steps = 60});
  };

  const auto loader = made(sources(std::make_shared<MemoryDataset>("other/face", years)));
  Loader alone(three_tasks(), {{"affect_rafdb", faces(moods, 7), plain_crop(6), 3}}, {.steps = 60});
  std::set<std::size_t> known;
  for (int step = 0; step < 60; ++step) {
    const auto batch = loader->next();
    REQUIRE(batch.views.size() == 1);
    REQUIRE(batch.views[0].images.size(0) == 3);
    CHECK(batch.views[0].images.equal(alone.next().views[0].images));
    REQUIRE(batch.views[0].tasks.size() == 2);
    for (const auto& rows : batch.views[0].tasks) CHECK((rows.begin == 0 && rows.end == 3));
    CHECK(batch.names[0] == batch.names[1]);
    CHECK_FALSE(batch.rows[1]);
    std::vector<std::int64_t> expected;
    for (std::int64_t row = 0; row < 3; ++row) {
      if (batch.views[0].images[row][0][0][0].item<float>() < 8) expected.push_back(row);
    }
    known.insert(expected.size());
    if (expected.size() == 3) {
      CHECK_FALSE(batch.rows[0]);
    } else {
      REQUIRE(batch.rows[0]);
      CHECK(*batch.rows[0] == expected);
    }
    const auto& labels = batch.labels[0].primary;
    REQUIRE(labels.size(0) == std::max<std::int64_t>(1, static_cast<std::int64_t>(expected.size())));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(labels[static_cast<std::int64_t>(i)].item<float>() == std::floor(batch.views[0].images[expected[i]][0][0][0].item<float>()));
    }
  }
  CHECK(known == std::set<std::size_t>{0, 1, 2, 3});

  const auto refused = [&](std::vector<TaskSource> from) { return error_of([&] { made(std::move(from)); }); };
  const auto second = std::make_shared<MemoryDataset>("other/face", years);
  CHECK(refused(sources(second, "align_300w")).hint().find("comes first") != std::string::npos);
  CHECK(refused(sources(std::make_shared<MemoryDataset>("stranger", years))).expected().find("same names") != std::string::npos);
  CHECK(refused({{"align_300w", points(), plain_crop(10), 2}, {"age_morph2", second, {}, 1, "align_300w"}}).code() == ErrorCode::mismatch);
  auto forgetful = sources(second);
  forgetful[0].prepare = [](const Sample& sample, Random random) {
    auto prepared = plain_crop(6)(sample, random);
    prepared.further.clear();
    return prepared;
  };
  CHECK(error_of([&] { made(forgetful)->next(); }).hint().find("further") != std::string::npos);
}

TEST_CASE("A sample can be made again alone", "[data][loader]") {
  Loader loader(three_tasks(), three_sources(), {.steps = 5});
  loader.seek(3);
  const auto batch = loader.next();
  const auto sample = loader.make("affect_rafdb", 3, 2);
  CHECK(sample.name == batch.names[1][2]);
  CHECK(torch::tensor(sample.image).view({3, 6, 6}).equal(batch.views[1].images[2]));
  CHECK(error_of([&] { loader.make("affect_rafdc", 3, 2); }).hint().find("affect_rafdb") != std::string::npos);
  CHECK(error_of([&] { loader.make("affect_rafdb", 5, 2); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { loader.make("affect_rafdb", 3, 3); }).code() == ErrorCode::argument);
}

TEST_CASE("Ranks take different samples, one pass together", "[data][loader]") {
  const auto set = ages(40);
  std::multiset<std::string> names;
  for (std::int64_t rank = 0; rank < 2; ++rank) {
    const auto loader = age_loader(set, {.steps = 5, .rank = rank, .ranks = 2});
    for (int step = 0; step < 5; ++step) {
      const auto batch = loader->next();
      names.insert(batch.names[0].begin(), batch.names[0].end());
    }
  }
  CHECK(names.size() == 40);
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == 40);
}

TEST_CASE("Bad records are replaced by the same others, for any number of threads, and reported", "[data][loader]") {
  const auto set = ages();
  set->on_read = [](std::size_t index) {
    if (index == 3 || index == 17) throw broken_record(index);
  };
  std::vector<StepBatch> expected;
  for (const int workers : {0, 1, 4}) {
    const auto loader = age_loader(set, {.steps = 50, .workers = workers, .bad_limit = 0.05});
    for (std::size_t step = 0; step < 50; ++step) {
      auto batch = loader->next();
      for (const auto& name : batch.names[0]) CHECK((name != "ages 3" && name != "ages 17"));
      if (workers == 0) {
        expected.push_back(std::move(batch));
      } else {
        check_equal(batch, expected[step]);
      }
    }
    const auto report = loader->report();
    REQUIRE(report.size() == 1);
    CHECK(report[0].task == "age_morph2");
    CHECK(report[0].samples == 200);
    CHECK(report[0].bad == 2);
    REQUIRE(report[0].first_bad.size() == 2);
    CHECK(std::set<std::size_t>{report[0].first_bad[0].index, report[0].first_bad[1].index} == std::set<std::size_t>{3, 17});
    CHECK(report[0].first_bad[0].error.where().starts_with("record "));
  }
}

TEST_CASE("More bad records than allowed are an error", "[data][loader]") {
  const auto set = ages();
  set->on_read = [](std::size_t index) {
    if (index < 3) throw broken_record(index);
  };
  const auto run = [&](double limit) {
    const auto loader = age_loader(set, {.steps = 50, .bad_limit = limit});
    for (int step = 0; step < 50; ++step) loader->next();
  };
  run(0.075);  // three of forty
  const auto many = error_of([&] { run(0.05); });
  CHECK(many.code() == ErrorCode::format);
  CHECK(many.expected() == "at most 2 of 40");
  CHECK(many.found().starts_with("3; the first: data: the picture is broken"));
  const auto strict = error_of([&] { run(0); });
  CHECK(strict.summary() == "data: the picture is broken");
  CHECK(strict.where().starts_with("record "));
  CHECK(error_of([&] { run(1.5); }).code() == ErrorCode::argument);
}

TEST_CASE("A set or a preparation that never works is found out soon", "[data][loader]") {
  const auto set = ages(5000);
  std::atomic<int> reads = 0;
  set->on_read = [&](std::size_t index) {
    ++reads;
    throw broken_record(index);
  };
  const auto loader = age_loader(set, {.steps = 50, .bad_limit = 0.5});
  const auto error = error_of([&] { loader->next(); });
  CHECK(error.summary() == "data: 64 records one after another can't be used");
  CHECK(error.found().starts_with("data: the picture is broken"));
  CHECK(reads <= 4 * 64);
}

TEST_CASE("Labels and crops that don't fit are no reason to skip a record", "[data][loader]") {
  const auto wrong_size = age_loader(ages(), {.steps = 5, .bad_limit = 1}, plain_crop(7));
  CHECK(error_of([&] { wrong_size->next(); }).code() == ErrorCode::mismatch);
  CHECK(error_of([&] { wrong_size->next(); }).expected() == "6 x 6");

  const std::vector<Label> mixed{AgeLabel{1}, ClassLabel{2}};
  const auto wrong_kind = age_loader(std::make_shared<MemoryDataset>("mixed", mixed), {.steps = 5, .bad_limit = 1});
  const auto all_steps = [&] {
    for (int step = 0; step < 5; ++step) wrong_kind->next();
  };
  CHECK(error_of(all_steps).code() == ErrorCode::mismatch);
}

TEST_CASE("Whatever is thrown in a thread reaches the taker as an Error", "[data][loader]") {
  for (const int workers : {0, 2}) {
    const auto set = ages();
    set->on_read = [](std::size_t) { throw std::runtime_error("the disk is gone"); };
    const auto loader = age_loader(set, {.steps = 5, .workers = workers, .bad_limit = 1});
    const auto error = error_of([&] { loader->next(); });
    CHECK(error.code() == ErrorCode::internal);
    CHECK(error.found() == "the disk is gone");
    set->on_read = [](std::size_t) {};
    loader->seek(1);
    CHECK(loader->next().step == 1);
  }
}

TEST_CASE("A slow set doesn't hold up the end", "[data][loader]") {
  const auto set = ages();
  set->on_read = [](std::size_t) { std::this_thread::sleep_for(200ms); };
  const auto start = std::chrono::steady_clock::now();
  {
    const auto loader = age_loader(set, {.steps = 1000, .workers = 2, .ahead = 16});
    std::this_thread::sleep_for(20ms);
  }
  CHECK(std::chrono::steady_clock::now() - start < 3s);  // the 64 samples that may be queued take over 6 s
}

TEST_CASE("Loaders that can't work are refused", "[data][loader]") {
  const auto refused = [](std::vector<TaskSource> sources, LoaderOptions options = {.steps = 5}) {
    return error_of([&] { Loader(three_tasks(), std::move(sources), options); });
  };
  CHECK(refused({}).code() == ErrorCode::argument);
  CHECK(refused({{"age_morph", ages(), plain_crop(6), 4}}).hint().find("age_morph2") != std::string::npos);
  CHECK(refused({{"age_morph2", ages(), plain_crop(6), 4}, {"age_morph2", ages(), plain_crop(6), 4}}).where() == "age_morph2");
  CHECK(refused({{"age_morph2", nullptr, plain_crop(6), 4}}).code() == ErrorCode::argument);
  CHECK(refused({{"age_morph2", ages(), nullptr, 4}}).code() == ErrorCode::argument);
  CHECK(refused({{"age_morph2", ages(), plain_crop(6), 0}}).code() == ErrorCode::argument);
  CHECK(refused({{"age_morph2", expressions(), plain_crop(6), 4}}).code() == ErrorCode::mismatch);
  CHECK(refused(three_sources(), {.steps = 0}).code() == ErrorCode::argument);
  CHECK(refused(three_sources(), {.steps = 5, .rank = 2, .ranks = 2}).code() == ErrorCode::argument);
  CHECK(refused(three_sources(), {.steps = 5, .workers = -1}).code() == ErrorCode::argument);
}
