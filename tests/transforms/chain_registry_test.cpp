#include <faceptor/transforms/chains.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::transforms;

TEST_CASE("the library's chains are found by name", "[data][transforms][chain_registry]") {
  const auto view = View().width(64).height(48);
  CHECK(chain_names().at(0) == "view");
  CHECK(chain_names().at(1) == "plain");
  CHECK(chain_named("view", view, false).describe() == view_test(view).describe());
  CHECK(chain_named("view", view, true).describe() == view_train(view).without("mirror").describe());
  for (const bool training : {false, true}) CHECK(chain_named("plain", view, training).describe() == view_test(view).describe());
}

TEST_CASE("a chain of one's own is found by its name", "[data][transforms][chain_registry]") {
  const auto view = View().width(64).height(48);
  register_chain("gentle", [](const View& its, bool training) { return training ? view_train(its).without("occlusion") : view_test(its); });
  CHECK(chain_names().back() == "gentle");
  CHECK_FALSE(chain_named("gentle", view, true).contains("occlusion"));
  CHECK(chain_named("gentle", view, false).describe() == view_test(view).describe());
  register_chain("gentle", [](const View& its, bool) { return view_test(its); });  // the later one replaces the former
  CHECK(chain_named("gentle", view, true).describe() == view_test(view).describe());
}

TEST_CASE("unknown chains, and chains that are none", "[data][transforms][chain_registry]") {
  const auto unknown = error_of([] { chain_named("plane", View(), true); });
  CHECK(unknown.code() == ErrorCode::unsupported);
  CHECK(unknown.hint().find("\"plain\"") != std::string::npos);
  CHECK(error_of([] { register_chain("", [](const View& view, bool) { return view_test(view); }); }).code() == ErrorCode::argument);
  CHECK(error_of([] { register_chain("empty", {}); }).code() == ErrorCode::argument);
}
