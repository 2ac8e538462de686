#include <faceptor/published/tasks.hpp>

#include <map>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using Names = std::vector<std::string>;

TEST_CASE("the published lists have the published tasks in their order", "[published][tasks]") {
  CHECK(published::base().names() ==
        Names{"recog_ms1mv3", "age_morph2", "biattr_celeba", "affect_affectnet", "affect_rafdb", "parsing_celebam", "align_300w"});
  CHECK(published::full().names() == Names{"recog_ms1mv3", "age_morph2", "age_utkface", "biattr_celeba", "affect_affectnet", "affect_rafdb",
                                           "affect_ferplus", "parsing_celebam", "parsing_lapa", "align_300w", "align_cofw", "align_wflw",
                                           "align_aflw"});
}

TEST_CASE("each task has the published number of outputs, and a name for each where there are names", "[published][tasks]") {
  const std::map<std::string, std::int64_t> outputs = {
      {"recog_ms1mv3", 512}, {"age_morph2", 101},   {"age_utkface", 101},    {"biattr_celeba", 40}, {"affect_affectnet", 7},
      {"affect_rafdb", 7},   {"affect_ferplus", 7}, {"parsing_celebam", 19}, {"parsing_lapa", 11},  {"align_300w", 68},
      {"align_cofw", 29},    {"align_wflw", 98},    {"align_aflw", 19}};
  const auto full = published::full();
  REQUIRE(full.size() == outputs.size());
  for (const auto& task : full) {
    INFO(task.name());
    const auto& spec = task.spec();
    CHECK(spec.outputs == outputs.at(task.name()));
    CHECK((spec.labels.empty() || static_cast<std::int64_t>(spec.labels.size()) == spec.outputs));
    CHECK(spec.maps() == (task.name().starts_with("parsing") || task.name().starts_with("align")));
    CHECK(spec.view.size().width == (spec.maps() ? 512 : 112));
    CHECK(task.make_loss() != nullptr);
    CHECK(task.make_metric() != nullptr);
  }
  CHECK(published::recog_ms1mv3().spec().loss_options["classes"] == 93431);
  CHECK(published::full().at("recog_ms1mv3").spec().weight == 64);
  CHECK(published::base().at("recog_ms1mv3").spec().weight == 128);
}

TEST_CASE("a published task of another size has neither names nor a known scheme", "[published][tasks]") {
  const auto same = published::by_name("affect_rafdb", 7), other = published::by_name("affect_rafdb", 9);
  CHECK(same.spec().labels.size() == 7);
  CHECK(published::by_name("affect_rafdb").spec().outputs == 7);
  CHECK(other.spec().outputs == 9);
  CHECK(other.spec().labels.empty());
  CHECK(published::by_name("align_wflw", 98).spec().scheme == "98");
  CHECK(published::by_name("align_wflw", 5).spec().scheme == "align_wflw");
  CHECK(published::by_name("recog_ms1mv3", 64).spec().outputs == 64);
  const auto error = error_of([] { published::by_name("age_morph"); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.hint().find("age_morph2") != std::string::npos);
}
