// How near the networks are to the reference: every golden output, its largest difference in units of max(1, largest reference value),
// and the tolerance that the tests hold it to.
//
//   build/release/benchmarks/benchmark_compare_golden [DIR [DEVICE]]      DIR: tests/golden, or other sets of that structure
//
// Exit code 1 when an output is out of its tolerance. Labels of parsing are compared by the share of pixels that differ.
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <exception>

#include <faceptor/model/runner.hpp>

#include "support/golden_comparison.hpp"

int main(int argc, char** argv) try {
  const std::filesystem::path root = argc > 1 ? argv[1] : "tests/golden";
  const auto device = faceptor::device_named(argc > 2 ? argv[2] : "cpu");
  const auto comparisons = golden::compare_folder(root, device);
  if (comparisons.empty()) {
    fmt::print(stderr, "compare_golden: {} holds no golden networks\n", root.string());
    return 1;
  }
  std::size_t width = 0;
  for (const auto& one : comparisons) width = std::max(width, one.name.size());
  golden::Comparison worst_raw{"", 0, 0};
  std::size_t outside = 0;
  for (const auto& one : comparisons) {
    fmt::print("{:<{}}  {:7.1e} of {:.0e}  {}\n", one.name, width, one.difference, one.tolerance, one.ok() ? "ok" : "OUT OF TOLERANCE");
    outside += one.ok() ? 0 : 1;
    const bool raw = one.name.ends_with(".raw") || one.name.ends_with(".output");
    if (raw && one.difference >= worst_raw.difference) worst_raw = one;
  }
  fmt::print("{} outputs on {}, {} out of tolerance; of raw outputs the largest difference is {:.1e} ({})\n", comparisons.size(),
             device.str(), outside, worst_raw.difference, worst_raw.name);
  return outside == 0 ? 0 : 1;
} catch (const std::exception& e) {
  fmt::print(stderr, "compare_golden: {}\n", e.what());
  return 1;
}
