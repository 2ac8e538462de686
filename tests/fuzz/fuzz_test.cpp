#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <system_error>

#include <faceptor/core/log.hpp>

#include "fuzz/seeds.hpp"
#include "fuzz/targets.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/tests_folder.hpp"

namespace {

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

/// What reading a damaged picture warns of is no matter here.
struct Silence {
  Silence() {
    faceptor::set_log_sink([](faceptor::LogLevel, std::string_view) {});
  }
  ~Silence() { faceptor::set_log_sink({}); }
};

/// A few bytes changed, cut, doubled or made extreme.
std::string mutated(std::string bytes, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random); };
  for (std::size_t change = below(4) + 1; change > 0 && !bytes.empty(); --change) {
    const auto at = below(bytes.size());
    switch (below(5)) {
      case 0: bytes[at] = static_cast<char>(bytes[at] ^ 1 << below(8)); break;
      case 1: bytes[at] = static_cast<char>(below(256)); break;
      case 2: bytes[at] = below(2) == 0 ? '\0' : '\xff'; break;
      case 3: bytes.erase(at, below(16) + 1); break;
      default: bytes.insert(at, bytes.substr(at, below(16) + 1));
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("every target of the fuzzer has seeds, and takes them", "[fuzz]") {
  const Silence silence;
  const auto seeds = fuzz::seeds();
  for (const auto& target : fuzz::targets()) {
    CAPTURE(target.name);
    int taken = 0;
    for (const auto& seed : seeds) {
      if (seed.target != target.name) continue;
      CAPTURE(seed.name);
      CHECK_NOTHROW(target.run(bytes_of(seed.bytes)));
      ++taken;
    }
    CHECK(taken > 0);
  }
}

TEST_CASE("what fuzzing has found stays mended", "[fuzz]") {
  const Silence silence;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tests_folder() / "fuzz" / "findings")) {
    if (!entry.is_regular_file()) continue;
    CAPTURE(entry.path().string());
    const auto* target = fuzz::find_target(entry.path().parent_path().filename().string());
    if (target == nullptr) continue;  // of the program's configuration, which is not built
    CHECK_NOTHROW(target->run(bytes_of(read_text(entry.path()))));
  }
}

TEST_CASE("seeds with random damage are read or refused", "[fuzz]") {
  const Silence silence;
  std::mt19937 random(20);
  for (const auto& seed : fuzz::seeds()) {
    const auto* target = fuzz::find_target(seed.target);
    if (target == nullptr) continue;
    CAPTURE(seed.target, seed.name);
    for (int i = 0; i < 30; ++i) {
      const auto bytes = mutated(seed.bytes, random);
      CAPTURE(i);
      CHECK_NOTHROW(target->run(bytes_of(bytes)));
    }
  }
}

// Hidden: runs what fuzzing has learned, the files below the folder FACEPTOR_FUZZ_CORPUS, a folder a target.
TEST_CASE("the corpora of the fuzzer", "[.fuzz-corpus]") {
  const Silence silence;
  const char* folder = std::getenv("FACEPTOR_FUZZ_CORPUS");
  REQUIRE(folder != nullptr);
  for (const auto& target : fuzz::targets()) {
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(folder) / target.name, missing)) {
      CAPTURE(entry.path().string());
      CHECK_NOTHROW(target.run(bytes_of(read_text(entry.path()))));
    }
  }
}

// Hidden: writes the seeds below the folder FACEPTOR_FUZZ_SEEDS, a folder a target.
TEST_CASE("the seeds as files", "[.fuzz-seeds]") {
  const char* folder = std::getenv("FACEPTOR_FUZZ_SEEDS");
  REQUIRE(folder != nullptr);
  for (const auto& seed : fuzz::seeds()) {
    const auto place = std::filesystem::path(folder) / seed.target;
    std::filesystem::create_directories(place);
    std::ofstream(place / seed.name, std::ios::binary) << seed.bytes;
  }
}
