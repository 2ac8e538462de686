#include "analyze/small_analyzer.hpp"

#include <cstdio>
#include <faceptor/image/read.hpp>
#include <numeric>
#include <thread>

#include "support/tests_folder.hpp"

using namespace analyze_test;

TEST_CASE("eight threads that share an analyzer get what one gets, a thousand times each", "[.long][analyze]") {
  const auto root = tests_folder() / "..";
  const auto analyzer = FaceAnalyzer::load(root / "assets/models/faceptor-demo.safetensors", {.tasks = {"age", "identity"}});
  const auto photo = read_image(root / "assets/photos/astronaut.jpg");
  const auto faces = analyzer.detector().detect(photo);
  REQUIRE(faces.size() == 1);
  const auto said = [&] { return json_line(analyzer.analyze(photo, faces), {.full = true}); };
  const auto threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto serial = said();
  constexpr int kThreads = 8, kTimes = 1000;
  std::vector<int> differing(kThreads, 0);
  std::vector<std::thread> workers;
  for (int t = 0; t < kThreads; ++t) {
    workers.emplace_back([&, t] {
      at::set_num_threads(1);
      for (int i = 0; i < kTimes; ++i) differing[static_cast<std::size_t>(t)] += said() == serial ? 0 : 1;
    });
  }
  for (auto& worker : workers) worker.join();
  at::set_num_threads(threads);
  const int all = std::accumulate(differing.begin(), differing.end(), 0);
  std::printf("%d threads x %d inferences: %d differ from the serial one\n", kThreads, kTimes, all);
  CHECK(all == 0);
}
