#include <faceptor/published/architectures.hpp>

#include <algorithm>

#include <faceptor/published/tasks.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

TEST_CASE("architectures are known by their names, those of the library first", "[published][architectures]") {
  register_architecture("test_mine", [] {
    auto mine = architecture("faceptor-tiny");
    mine.name = "test_mine";
    mine.tasks = TaskList();
    return mine;
  });
  const auto names = architecture_names();
  const std::vector<std::string> own = {"faceptor-base",  "faceptor-full", "naive-base",    "naive-full",
                                        "faceptor-large", "faceptor-huge", "faceptor-tiny", "naive-tiny"};
  REQUIRE(names.size() > own.size());
  CHECK(std::equal(own.begin(), own.end(), names.begin()));
  CHECK(std::count(names.begin(), names.end(), "test_mine") == 1);
  CHECK(architecture("test_mine").tasks.size() == 0);
  for (const auto& name : own) {
    INFO(name);
    const auto found = architecture(name);
    CHECK(found.name == name);
    CHECK_FALSE(found.summary.empty());
    CHECK(found.config["kind"] == (name.starts_with("naive") ? "naive_faceptor" : "faceptor"));
    CHECK(found.tasks.size() == (name.ends_with("-full") ? 13U : 7U));
  }
  const auto error = error_of([] { architecture("faceptor-bas"); });
  CHECK(error.code() == ErrorCode::unsupported);
  CHECK(error.hint().find("\"faceptor-base\"") != std::string::npos);
}

TEST_CASE("the tiny architectures look at smaller views, and can be made", "[published][architectures]") {
  for (const char* name : {"faceptor-tiny", "naive-tiny"}) {
    INFO(name);
    const auto tiny = architecture(name);
    CHECK(tiny.tasks.names() == published::base().names());
    for (const auto& task : tiny.tasks) CHECK(task.spec().view.size().width == (task.spec().maps() ? 224 : 112));
    CHECK(tiny.tasks.at("recog_ms1mv3").spec().outputs == 256);
    const auto model = make_model(tiny.config, tiny.tasks);
    CHECK(count_parameters(model->module()).total < 15'000'000);
  }
}
