#define CATCH_CONFIG_MAIN
#include "support/catch.hpp"

#include <cstdlib>

#include "support/tests_folder.hpp"

std::filesystem::path tests_folder() { return FACEPTOR_TESTS_DIR; }

namespace {

#if __has_include(<catch2/catch_all.hpp>)
using Listener = Catch::EventListenerBase;
const std::string& name_of(const Catch::TestCaseStats& stats) { return stats.testInfo->name; }
#else
using Listener = Catch::TestEventListenerBase;
const std::string& name_of(const Catch::TestCaseStats& stats) { return stats.testInfo.name; }
#endif

/// With FACEPTOR_TEST_PROGRESS set, prints a line a test case as soon as it ends: what `scripts/test` shows and counts.
/// Printed by a listener, so that the cases before a crash are counted too.
class Progress : public Listener {
 public:
  using Listener::Listener;

  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    Listener::testCaseEnded(stats);
    if (std::getenv("FACEPTOR_TEST_PROGRESS") == nullptr) return;
    std::printf("[%s] %s\n", stats.totals.assertions.allOk() ? "passed" : "failed", name_of(stats).c_str());
    std::fflush(stdout);
  }
};

}  // namespace

CATCH_REGISTER_LISTENER(Progress)
