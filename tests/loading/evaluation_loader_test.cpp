#include "support/torch_catch.hpp"

#include <faceptor/loading/evaluation_loader.hpp>

#include "support/error_of.hpp"
#include "support/memory_dataset.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace faceptor::loading;

namespace {

std::shared_ptr<MemoryDataset> classes(std::size_t size) {
  std::vector<Label> labels(size, ClassLabel{1});
  return std::make_shared<MemoryDataset>("classes", labels, 7);
}

/// The indices that a loader gives, batch by batch; checks that picture and sample of each row belong together.
std::vector<std::vector<std::size_t>> indices(EvaluationLoader& loader) {
  std::vector<std::vector<std::size_t>> batches;
  while (const auto batch = loader.next()) {
    batches.emplace_back();
    CHECK(batch->images.size(0) == static_cast<std::int64_t>(batch->samples.size()));
    for (std::size_t row = 0; row < batch->samples.size(); ++row) {
      const auto& sample = batch->samples[row];
      CHECK(batch->images[static_cast<std::int64_t>(row)].floor().eq(static_cast<double>(sample.index)).all().item<bool>());
      CHECK(sample.annotation.name == "classes " + std::to_string(sample.index));
      CHECK(sample.prepared.name == sample.annotation.name);
      CHECK(sample.prepared.image.empty());
      CHECK(sample.picture == Size{4, 2});
      batches.back().push_back(sample.index);
    }
  }
  return batches;
}

using Batches = std::vector<std::vector<std::size_t>>;

}  // namespace

TEST_CASE("Samples come in file order, nothing dropped, the last batch smaller", "[data][evaluation_loader]") {
  for (const int workers : {0, 3}) {
    EvaluationLoader loader(classes(10), plain_crop(5), {5, 5}, {.batch = 4, .workers = workers});
    CHECK(loader.size() == 10);
    CHECK(indices(loader) == Batches{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}});
    CHECK(loader.skipped().count() == 0);
    CHECK_FALSE(loader.next());
  }
}

TEST_CASE("Ranks have shares that follow each other", "[data][evaluation_loader]") {
  EvaluationLoader first(classes(7), plain_crop(5), {5, 5}, {.batch = 3, .rank = 0, .ranks = 2});
  EvaluationLoader second(classes(7), plain_crop(5), {5, 5}, {.batch = 3, .rank = 1, .ranks = 2});
  CHECK(indices(first) == Batches{{0, 1, 2}, {3}});
  CHECK(indices(second) == Batches{{4, 5, 6}});
  EvaluationLoader none(classes(1), plain_crop(5), {5, 5}, {.rank = 1, .ranks = 2});
  CHECK_FALSE(none.next());
}

TEST_CASE("Bad records are left out and counted, or are an error", "[data][evaluation_loader]") {
  const auto set = classes(12);
  set->on_read = [](std::size_t index) {
    if (index == 1 || (index >= 4 && index < 8)) throw broken_record(index);
  };
  for (const int workers : {0, 3}) {
    EvaluationLoader loader(set, plain_crop(5), {5, 5}, {.batch = 4, .workers = workers, .bad_limit = 0.5});
    CHECK(indices(loader) == Batches{{0, 2, 3}, {8, 9, 10, 11}});
    CHECK(loader.skipped().count() == 5);
    CHECK(loader.skipped().first().front().index == 1);
  }
  EvaluationLoader strict(set, plain_crop(5), {5, 5}, {.batch = 4});
  CHECK(error_of([&] { strict.next(); }).where() == "record 1");
  EvaluationLoader limited(set, plain_crop(5), {5, 5}, {.batch = 4, .bad_limit = 0.25});
  CHECK(limited.next());
  CHECK(error_of([&] { limited.next(); }).expected() == "at most 3 of 12");
}

TEST_CASE("Evaluation on what doesn't fit is refused", "[data][evaluation_loader]") {
  EvaluationLoader loader(classes(3), plain_crop(6), {5, 5}, {.bad_limit = 1});
  CHECK(error_of([&] { loader.next(); }).code() == ErrorCode::mismatch);
  CHECK(error_of([] { EvaluationLoader(nullptr, plain_crop(5), {5, 5}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { EvaluationLoader(classes(3), plain_crop(5), {5, 5}, {.batch = 0}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { EvaluationLoader(classes(3), plain_crop(5), {5, 5}, {.rank = 1}); }).code() == ErrorCode::argument);
}
