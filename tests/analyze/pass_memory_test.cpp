#include "analyze/small_analyzer.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <faceptor/analyze/pass_memory.hpp>

using namespace faceptor;
using namespace analyze_test;

namespace {

/// What tensors take at most at once, beside what they took at the beginning.
class PeakMemory final : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void*, int64_t size, std::size_t, std::size_t, c10::Device) override {
    const std::lock_guard lock(mutex_);
    now_ += size;
    most_ = std::max(most_, now_);
  }
  bool memoryProfilingEnabled() const override { return true; }
  std::int64_t most() const { return most_; }

 private:
  std::mutex mutex_;
  std::int64_t now_ = 0, most_ = 0;
};

std::int64_t measured(FaceModel& model, const View& view, std::span<const std::size_t> tasks) {
  const Runner runner(model);
  const std::vector<ViewBatch> batch = {ViewBatch::all(torch::zeros({1, 3, view.height(), view.width()}), tasks)};
  runner.pass(batch, "test");
  const auto peak = std::make_shared<PeakMemory>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, peak);
  runner.pass(batch, "test");
  return peak->most();
}

}  // namespace

TEST_CASE("the estimate of a pass's memory is what tensors take, or somewhat more", "[analyze][memory]") {
  for (const char* architecture : {"faceptor-tiny", "faceptor-base", "naive-tiny", "naive-base"}) {
    const auto loaded = weights::untrained_model(architecture);
    const auto frozen = loaded.freeze();
    std::map<View, std::vector<std::size_t>> by_view;
    for (std::size_t i = 0; i < loaded.model->tasks().size(); ++i) by_view[loaded.model->tasks()[i].spec().view].push_back(i);
    for (const auto& [view, tasks] : by_view) {
      const auto estimate = pass_memory_of_face(*frozen.model, view, tasks), taken = measured(*frozen.model, view, tasks);
      CAPTURE(architecture, view.name(), tasks.size(), estimate, taken);
      CHECK(estimate >= taken * 9 / 10);
      CHECK(estimate <= taken * 4);
    }
  }
}

TEST_CASE("faces share a pass as the view and the memory allow, or as many as are asked for", "[analyze][memory]") {
  CHECK(machine_memory() > std::int64_t{1} << 26);
  const FaceAnalyzer analyzer(small_model(), with_boxes());
  for (const auto& pass : analyzer.plan()) {
    CHECK(pass.max_batch == 64);
    CHECK(pass.face_memory > std::int64_t{3} * 4 * pass.view.width() * pass.view.height());
  }
  for (const auto& pass : FaceAnalyzer(small_model(), with_boxes(true, {.max_batch = 3})).plan()) CHECK(pass.max_batch == 3);
}
