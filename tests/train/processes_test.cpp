#include <fstream>
#include <functional>
#include <map>

#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/heads/standard_heads.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/train/processes.hpp>
#include <faceptor/train/setup.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"
#include "train/many_processes.hpp"
#include "train/small_learner.hpp"

using namespace faceptor;
using namespace faceptor::train;

namespace {

constexpr std::int64_t kRows = 6;  // of a task, in the joined batch

FaceModelPtr make_small(const std::string& architecture, std::uint64_t seed) {
  const SeedGuard guard(seed);
  if (architecture == "faceptor") {
    return std::make_shared<FaceptorImpl>(FaceptorOptions(small::vit()).tasks(small::tasks()).decoder(small::decoder_options()));
  }
  TaskList tasks;  // those of dense heads, or those of vectors
  for (const auto& task : small::tasks()) {
    if (task.spec().maps() == (architecture == "naive_dense")) tasks.append(task);
  }
  auto model = std::make_shared<NaiveFaceptorImpl>(NaiveFaceptorOptions(small::vit()).tasks(tasks).dense_channels(8).attribute_hidden(32));
  for (const auto& module : model->modules()) {  // what is dropped differs between processes
    if (auto* dense = dynamic_cast<heads::DenseHeadImpl*>(module.get())) dense->options.dropout(0);
    if (auto* attribute = dynamic_cast<heads::AttributeHeadImpl*>(module.get())) attribute->options.dropout(0);
  }
  return model;
}

/// In double precision: what is compared differs by rounding alone, and in single precision some gradients are little else.
std::unique_ptr<Learner> make_learner(const std::string& architecture, std::uint64_t seed = 1) {
  LearnerOptions options;
  // Some gradients are 0 but for rounding, and Adam's steps are of one size whatever a gradient's: its sign would be compared.
  options.adamw.eps = 1e-2;
  auto learner = std::make_unique<Learner>(make_small(architecture, seed), options);
  learner->model().module().to(torch::kFloat64);
  for (const auto& parameter : learner->optimizer().parameters()) {
    auto value = parameter.value;
    value.set_data(value.detach().to(torch::kFloat64));
  }
  return learner;
}

/// A process's rows of the joined batch.
loading::StepBatch share(const loading::StepBatch& whole, std::int64_t rank, std::int64_t ranks) {
  loading::StepBatch part;
  part.step = whole.step;
  const auto rows = kRows / ranks;
  ViewBatch view;
  std::vector<torch::Tensor> images;
  for (const auto& task : whole.views[0].tasks) {
    const auto begin = static_cast<std::int64_t>(images.size()) * rows;
    view.tasks.push_back({task.task, begin, begin + rows});
    images.push_back(whole.views[0].images.slice(0, task.begin + rank * rows, task.begin + (rank + 1) * rows));
    part.labels.push_back(whole.labels[task.task].primary.slice(0, rank * rows, (rank + 1) * rows));
  }
  view.images = torch::cat(images).to(torch::kFloat64);
  part.views.push_back(view);
  return part;
}

/// Whose rows BatchNorm sees when one process does the work of two.
enum class Alone {
  no,        // it is one of two
  joined,    // all rows together: what processes that share statistics come to
  in_turns,  // first those of one process, then those of the other
};

/// What two steps give: numbers, gradients and everything learned.
nn::NamedTensors two_steps(Learner& learner, std::int64_t rank, std::int64_t ranks, Alone alone = Alone::no) {
  nn::NamedTensors found;
  for (std::uint64_t step = 0; step < 2; ++step) {
    learner.set_rate(1e-2);
    const auto number = std::to_string(step);
    const auto whole = small::batch(learner.model().tasks(), step, kRows);
    std::vector<StepResult> results;
    if (alone == Alone::in_turns) {
      for (std::int64_t part = 0; part < 2; ++part) results.push_back(learner.forward_backward(share(whole, part, 2), 0.5, part == 1));
    } else {
      results.push_back(learner.forward_backward(share(whole, rank, ranks)));
    }
    auto losses = torch::zeros({static_cast<std::int64_t>(results.front().tasks.size()) + 1}, torch::kFloat64);
    for (const auto& result : results) {
      std::vector<double> values{result.total};
      for (const auto& task : result.tasks) values.push_back(task.loss);
      losses += torch::tensor(values, torch::kFloat64) / static_cast<double>(results.size());
    }
    found.emplace("losses" + number, losses);
    learner.average_gradients();
    for (const auto& parameter : learner.optimizer().parameters()) {
      const auto& gradient = parameter.value.grad();
      if (gradient.defined()) found.emplace("gradient" + number + "." + parameter.name, gradient.clone());
    }
    learner.apply();
    for (const auto& [name, tensor] : small::snapshot(learner)) found.emplace("after" + number + "." + name, tensor);
  }
  return found;
}

/// The running statistics after a first step on one process's rows alone.
nn::NamedTensors own_statistics(const std::string& architecture, std::int64_t rank) {
  const auto learner = make_learner(architecture);
  learner->forward_backward(share(small::batch(learner->model().tasks(), 0, kRows), rank, 2));
  nn::NamedTensors found;
  for (const auto& item : learner->model().module().named_buffers()) found.emplace("after0." + item.key(), item.value().clone());
  return found;
}

std::filesystem::path result_file(const std::filesystem::path& folder, std::int64_t rank) {
  return folder / ("result" + std::to_string(rank) + ".safetensors");
}
std::filesystem::path error_file(const std::filesystem::path& folder, std::int64_t rank) {
  return folder / ("error" + std::to_string(rank));
}

void play_steps(const std::string& architecture, const std::shared_ptr<Communicator>& processes, const std::filesystem::path& folder) {
  const auto rank = processes->rank();
  const auto owned = make_learner(architecture, 1 + static_cast<std::uint64_t>(rank));  // begins with other weights, but for the first
  auto& learner = *owned;
  learner.join(processes);
  auto found = two_steps(learner, rank, processes->size());
  // In the second step the buckets know which gradients come.
  found.emplace("overlap", torch::tensor({static_cast<std::int64_t>(learner.buckets()->overlapped()),
                                          static_cast<std::int64_t>(learner.buckets()->size())}));
  // A picture that is no number in one process alone.
  const auto before = small::snapshot(learner);
  auto batch = share(small::batch(learner.model().tasks(), 2, kRows), rank, processes->size());
  if (rank == 1) batch.views[0].images[0][0][0][0] = std::numeric_limits<float>::quiet_NaN();
  const auto result = learner.forward_backward(batch);
  const bool kept = !result.finite && !result.problem.empty() && small::differing(small::snapshot(learner), before).empty();
  found.emplace("kept", torch::tensor(kept ? 1 : 0));
  nn::save_tensors(result_file(folder, rank), found);
}

void play_buckets(const std::shared_ptr<Communicator>& processes, const std::filesystem::path& folder) {
  std::raise(SIGPIPE);  // as a write to a process that has gone does: no reason to end
  const auto rank = processes->rank();
  std::vector<torch::Tensor> parameters;
  for (int i = 0; i < 4; ++i) parameters.push_back(torch::full({10}, 1.0 + i, torch::kFloat32).requires_grad_());
  GradientBuckets buckets(parameters, processes, 80);
  nn::NamedTensors found;
  std::vector<std::int64_t> overlapped;
  // Factors of the parameters by step; 0: takes no part. By rank where they differ.
  const auto step = [&](int number, std::vector<int> factors, bool whole = true) {
    auto loss = torch::zeros({});
    for (std::size_t i = 0; i < factors.size(); ++i) {
      if (factors[i] != 0) loss = loss + (parameters[i] * factors[i]).sum();
    }
    if (whole) buckets.begin();
    loss.backward();
    if (!whole) return;
    buckets.finish();
    overlapped.push_back(static_cast<std::int64_t>(buckets.overlapped()));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto gradient = parameters[i].grad();
      found.emplace(std::to_string(number) + "." + std::to_string(i), gradient.defined() ? gradient.clone() : torch::full({10}, -1.0F));
      parameters[i].mutable_grad().reset();
    }
  };
  step(0, rank == 0 ? std::vector{1, 2, 0, 3} : std::vector{3, 4, 0, 5});
  step(1, rank == 0 ? std::vector{1, 2, 0, 3} : std::vector{3, 4, 0, 5});
  step(2, rank == 0 ? std::vector{1, 2, 0, 3} : std::vector{3, 4, 8, 5});  // one that nobody expected, in one process
  step(3, rank == 0 ? std::vector{1, 2, 6, 3} : std::vector{3, 4, 8, 5}, false);
  step(3, rank == 0 ? std::vector{1, 2, 6, 3} : std::vector{3, 4, 8, 5});  // two batches
  found.emplace("overlapped", torch::tensor(overlapped));
  nn::save_tensors(result_file(folder, rank), found);
  const auto texts = gather_texts(*processes, rank == 0 ? std::string("a\0b", 3) : std::string("what process 1 says"));
  REQUIRE(texts == std::vector<std::string>{{"a\0b", 3}, "what process 1 says"});
  REQUIRE(gather_texts(*processes, "") == std::vector<std::string>(2));
}

/// Eight grey pictures, and a number of each.
class GreyPictures : public datasets::Dataset {
 public:
  GreyPictures() {
    info_.format = "grey_pictures";
    info_.split = "all";
    info_.kind = LabelKind::values;
    info_.label_names = {"number"};
    info_.classes = 1;
  }
  const datasets::DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return 8; }
  datasets::Annotation annotation(std::size_t index) const override { return read(index); }
  datasets::Sample read(std::size_t index) const override {
    datasets::Sample sample;
    sample.name = std::to_string(index);
    sample.label = datasets::ValueLabels{{0.1F * static_cast<float>(index)}};
    sample.image = Image(32, 32, std::vector<std::uint8_t>(3 * 32 * 32, static_cast<std::uint8_t>(30 * index)));
    return sample;
  }

 private:
  datasets::DatasetInfo info_;
};

/// Each process evaluates one of two tasks, all with the first one's running statistics.
void play_evaluation(const std::shared_ptr<Communicator>& processes) {
  datasets::register_dataset_format(
      {.name = "grey_pictures", .description = "grey pictures", .kind = LabelKind::none},
      [](const std::filesystem::path&, const datasets::DatasetOptions&) { return std::make_unique<GreyPictures>(); });
  nlohmann::json tree = {
      {"model",
       {{"architecture", "naive-tiny"}, {"config", {{"backbone", {{"width", 32}, {"layers", 4}, {"heads", 2}, {"image_side", 32}}}}}}},
      {"steps", 1},
      {"schedule", {{"warmup", 0}}},
      {"workers", 0},
      {"evaluation", {{"every", 1}}}};
  for (const char* task : {"shade", "tone"}) {
    tree["model"]["custom"].push_back({{"name", task}, {"view", {{"crop", "whole"}, {"width", 32}, {"height", 32}}}});
    tree["data"][task] = {{"format", "grey_pictures"}, {"root", "."}, {"batch", 2}, {"chain", "plain"}, {"evaluation_split", "all"}};
  }
  Setup setup(read_config(tree), process_place());
  setup.model().module().eval();
  const auto shift = [&](double by) {
    const torch::NoGradGuard no_grad;
    for (auto buffer : setup.model().module().buffers()) {
      if (buffer.is_floating_point()) buffer.copy_(torch::linspace(by, -by * by, buffer.numel()).abs().view(buffer.sizes()) + 0.1);
    }
  };
  std::vector<torch::Tensor> raw;  // of the second process's statistics and of the first's: they differ
  for (const double by : {9.0, 1.0}) {
    shift(by);
    const torch::NoGradGuard no_grad;
    raw.push_back(setup.model().run(torch::ones({1, 3, 32, 32}))[1].clone());
  }
  REQUIRE_FALSE(raw[0].allclose(raw[1]));
  const auto expected = setup.evaluate(setup.model());
  shift(processes->rank() == 0 ? 1.0 : 9.0);
  std::vector<torch::Tensor> before;
  for (const auto& buffer : setup.model().module().buffers()) before.push_back(buffer.clone());
  REQUIRE(setup.evaluate(setup.model(), processes.get()) == expected);
  const auto after = setup.model().module().buffers();
  for (std::size_t i = 0; i < after.size(); ++i) REQUIRE(torch::equal(after[i], before[i]));
}

/// Steps until something ends it.
void play_until(const std::shared_ptr<Communicator>& processes, std::int64_t lost, const std::function<void()>& way) {
  const auto owned = make_learner("faceptor");
  auto& learner = *owned;
  learner.join(processes);
  for (std::uint64_t step = 0; step < 1000; ++step) {
    if (step == 2 && processes->rank() == lost) way();
    learner.forward_backward(share(small::batch(learner.model().tasks(), step, kRows), processes->rank(), processes->size()));
    learner.apply();
  }
}

void play(const std::string& part, const std::filesystem::path& folder) {
  const auto place = process_place();
  const auto patience = part == "hangs" ? std::chrono::seconds(2) : std::chrono::seconds(100);
  const auto processes = join_processes(place, {.timeout = patience});
  try {
    const auto refuse = [] { throw Error(ErrorCode::format, "data: the set has gone"); };
    const std::map<std::string, std::function<void()>> parts = {
        {"faceptor", [&] { play_steps("faceptor", processes, folder); }},
        {"naive_dense", [&] { play_steps("naive_dense", processes, folder); }},
        {"naive_vectors", [&] { play_steps("naive_vectors", processes, folder); }},
        {"evaluation", [&] { play_evaluation(processes); }},
        {"buckets", [&] { play_buckets(processes, folder); }},
        {"killed", [&] { play_until(processes, 1, [] { ::raise(SIGKILL); }); }},
        {"killed_first", [&] { play_until(processes, 0, [] { ::raise(SIGKILL); }); }},
        {"refused", [&] { play_until(processes, 1, refuse); }},
        {"refused_first", [&] { play_until(processes, 0, refuse); }},
        {"hangs", [&] { play_until(processes, 1, [] { std::this_thread::sleep_for(std::chrono::seconds(6)); }); }},
    };
    parts.at(part)();
  } catch (const Error& e) {
    std::ofstream(error_file(folder, place.rank)) << e.what();
    processes->failed(e.what());
    throw;
  }
}

/// The output of all processes, for when a test fails.
std::string outputs(const std::filesystem::path& folder) {
  return read_text(folder / "output0") + "\n---\n" + read_text(folder / "output1");
}

#define SKIP_WITHOUT_PROCESSES() \
  if (!many_processes_supported()) FACEPTOR_SKIP("built without FACEPTOR_WITH_DISTRIBUTED")

/// Two processes take the step that one takes with the rows of both, which BatchNorm sees as said.
void expect_step_of_one(const std::string& architecture, Alone alone) {
  const TemporaryFolder folder;
  const auto ends = many::run(architecture, folder.path());
  INFO(outputs(folder.path()));
  for (const auto& end : ends) REQUIRE(end.well());
  const auto whole = two_steps(*make_learner(architecture), 0, 1, alone);
  const auto first = nn::load_tensors(result_file(folder.path(), 0));
  const auto second = nn::load_tensors(result_file(folder.path(), 1));
  REQUIRE(first.size() == whole.size() + 2);
  double worst = 0;
  std::size_t statistics = 0;
  const auto difference = [](const torch::Tensor& a, const torch::Tensor& b) {
    return (a - b).to(torch::kFloat64).abs().max().item<double>() / std::max(1e-3, b.abs().max().item<double>());
  };
  for (const auto& [name, expected] : whole) {
    INFO(name);
    REQUIRE(first.contains(name));
    const bool running = name.find("running_") != std::string::npos;
    statistics += running ? 1 : 0;
    if (running && alone == Alone::in_turns) {
      CHECK_FALSE(torch::equal(first.at(name), second.at(name)));  // each process has its own
      continue;
    }
    if (name.ends_with("num_batches_tracked") && alone == Alone::in_turns) continue;
    CHECK(torch::equal(first.at(name), second.at(name)));  // bit for bit: the processes never drift apart
    CHECK(difference(first.at(name), expected) <= 1e-9);
    worst = std::max(worst, difference(first.at(name), expected));
  }
  CHECK(statistics > 0);
  if (alone == Alone::in_turns) {
    for (std::int64_t rank = 0; rank < 2; ++rank) {
      for (const auto& [name, expected] : own_statistics(architecture, rank)) {
        INFO(name << " of process " << rank);
        CHECK(difference((rank == 0 ? first : second).at(name), expected) <= 1e-9);
      }
    }
  }
  std::printf("%s: two processes differ from one with the rows of both by at most %.1e\n", architecture.c_str(), worst);
  for (const auto& found : {first, second}) CHECK(found.at("kept").item<int>() == 1);
  const auto overlap = first.at("overlap");
  CHECK(overlap[0].item<std::int64_t>() == overlap[1].item<std::int64_t>());
}

/// @param lost  the process that goes
/// @return      what the other one said
std::string said_of_loss(const std::string& part, std::int64_t lost, double within) {
  const TemporaryFolder folder;
  const auto ends = many::run(part, folder.path());
  INFO(outputs(folder.path()));
  const auto& gone = ends[static_cast<std::size_t>(lost)];
  const auto& other = ends[static_cast<std::size_t>(1 - lost)];
  REQUIRE_FALSE(gone.well());
  REQUIRE_FALSE(other.well());
  CHECK(WIFEXITED(other.status));
  CHECK(other.seconds - gone.seconds < within);
  return read_text(error_file(folder.path(), 1 - lost));
}

}  // namespace

TEST_CASE("A process of many", "[.process]") {
  const char* part = std::getenv("FACEPTOR_TEST_PART");
  if (part == nullptr) FACEPTOR_SKIP("started by the tests of many processes alone");
  play(part, std::getenv("FACEPTOR_TEST_FOLDER"));
}

TEST_CASE("Dense heads of two processes are normalised by the rows of both", "[train][processes]") {
  SKIP_WITHOUT_PROCESSES();
  expect_step_of_one("naive_dense", Alone::joined);
}

TEST_CASE("Heads of vectors are normalised by each process's own rows: Naive Faceptor", "[train][processes]") {
  SKIP_WITHOUT_PROCESSES();
  expect_step_of_one("naive_vectors", Alone::in_turns);
}

TEST_CASE("Heads of vectors are normalised by each process's own rows: Faceptor", "[train][processes]") {
  SKIP_WITHOUT_PROCESSES();
  expect_step_of_one("faceptor", Alone::in_turns);
}

TEST_CASE("Many processes evaluate with the first one's running statistics, and keep their own", "[train][processes]") {
  SKIP_WITHOUT_PROCESSES();
  const TemporaryFolder folder;
  const auto ends = many::run("evaluation", folder.path());
  INFO(outputs(folder.path()));
  for (const auto& end : ends) CHECK(end.well());
}

TEST_CASE("Gradients are averaged in buckets, expected or not", "[train][processes]") {
  SKIP_WITHOUT_PROCESSES();
  const TemporaryFolder folder;
  const auto ends = many::run("buckets", folder.path());
  INFO(outputs(folder.path()));
  for (const auto& end : ends) REQUIRE(end.well());
  const std::vector<std::vector<double>> expected = {{2, 3, -1, 4}, {2, 3, -1, 4}, {2, 3, 4, 4}, {4, 6, 14, 8}};
  for (std::int64_t rank = 0; rank < 2; ++rank) {
    const auto found = nn::load_tensors(result_file(folder.path(), rank));
    for (std::size_t step = 0; step < expected.size(); ++step) {
      for (std::size_t i = 0; i < 4; ++i) {
        INFO("step " << step << ", parameter " << i);
        CHECK(
            torch::equal(found.at(std::to_string(step) + "." + std::to_string(i)), torch::full({10}, expected[step][i], torch::kFloat32)));
      }
    }
    // The first bucket waits for a gradient that doesn't come; from the second step on none is waited for in vain.
    CHECK(torch::equal(found.at("overlapped"), torch::tensor({std::int64_t{0}, std::int64_t{2}, std::int64_t{2}, std::int64_t{2}})));
  }
}

TEST_CASE("A process that is killed ends the other within seconds, with a message", "[train][processes]") {
  SKIP_WITHOUT_PROCESSES();
  const auto [part, lost] = GENERATE(table<std::string, std::int64_t>({{"killed", 1}, {"killed_first", 0}}));
  const auto said = said_of_loss(part, lost, 5);
  CAPTURE(said);
  CHECK(said.find("lost another one") != std::string::npos);
  CHECK(said.find("the same command resumes") != std::string::npos);
}

TEST_CASE("A process that fails tells the others why", "[train][processes]") {
  SKIP_WITHOUT_PROCESSES();
  const auto [part, lost] = GENERATE(table<std::string, std::int64_t>({{"refused", 1}, {"refused_first", 0}}));
  const auto said = said_of_loss(part, lost, 5);
  CAPTURE(said);
  CHECK(said.find("process " + std::to_string(lost) + ": data: the set has gone") != std::string::npos);
}

TEST_CASE("A process that hangs is waited for no longer than asked", "[train][processes]") {
  SKIP_WITHOUT_PROCESSES();
  const TemporaryFolder folder;
  const auto ends = many::run("hangs", folder.path());
  INFO(outputs(folder.path()));
  REQUIRE_FALSE(ends[0].well());
  REQUIRE_FALSE(ends[1].well());
  CHECK(ends[0].seconds < ends[1].seconds);
  CHECK(read_text(error_file(folder.path(), 0)).find("lost another one") != std::string::npos);
}

TEST_CASE("Where a process stands is read from the environment", "[train][processes]") {
  const std::vector<const char*> names = {"WORLD_SIZE",
                                          "RANK",
                                          "LOCAL_RANK",
                                          "MASTER_ADDR",
                                          "MASTER_PORT",
                                          "TORCHELASTIC_RUN_ID",
                                          "TORCHELASTIC_RESTART_COUNT",
                                          "TORCHELASTIC_USE_AGENT_STORE"};
  struct Restored {
    ~Restored() {
      for (const auto& [name, value] : before) value.empty() ? ::unsetenv(name) : ::setenv(name, value.c_str(), 1);
    }
    std::map<const char*, std::string> before;
  } restored;
  for (const auto* name : names) {
    const char* value = std::getenv(name);
    restored.before[name] = value == nullptr ? "" : value;
    ::unsetenv(name);
  }
  const auto set = [](const char* name, const char* value) { ::setenv(name, value, 1); };

  CHECK(process_place().ranks == 1);
  CHECK(join_processes(process_place())->size() == 1);
  set("WORLD_SIZE", "1");
  CHECK(process_place().ranks == 1);
  set("WORLD_SIZE", "4");
  CHECK(error_of([] { process_place(); }).where() == "RANK");
  set("RANK", "3");
  CHECK(error_of([] { process_place(); }).where() == "MASTER_PORT");
  set("MASTER_PORT", "29500");
  set("TORCHELASTIC_RESTART_COUNT", "2");
  set("LOCAL_RANK", "1");
  const auto place = process_place();
  CHECK(place.rank == 3);
  CHECK(place.ranks == 4);
  CHECK(place.local_rank == 1);
  CHECK(place.address == "127.0.0.1");
  CHECK(place.port == 29500);
  CHECK(place.meeting == "run/2");
  CHECK_FALSE(place.store_elsewhere);
  set("TORCHELASTIC_USE_AGENT_STORE", "True");
  CHECK(process_place().store_elsewhere);
  for (const auto* bad : {"4", "-1", "2x", "x"}) {
    set("RANK", bad);
    const auto error = error_of([] { process_place(); });
    CHECK(error.where() == "RANK");
    CHECK(error.code() == ErrorCode::argument);
    CHECK(error.found() == "\"" + std::string(bad) + "\"");
  }
  if (!many_processes_supported()) {
    set("RANK", "0");
    CHECK(error_of([] { join_processes(process_place()); }).code() == ErrorCode::unsupported);
  }
}

TEST_CASE("A meeting without the other processes ends in time", "[train][processes]") {
  SKIP_WITHOUT_PROCESSES();
  const ProcessPlace place{.rank = 0, .ranks = 2, .local_rank = 0, .address = "127.0.0.1", .port = many::free_port(), .meeting = "alone"};
  const auto error = error_of([&] { join_processes(place, {.timeout = std::chrono::seconds(1)}); });
  CHECK(error.code() == ErrorCode::io);
  CHECK(error.hint().find("MASTER_PORT") != std::string::npos);
}
