#include "support/torch_catch.hpp"

#include <set>

#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/published/table.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/transforms/chains.hpp>
#include <faceptor/transforms/published_chains.hpp>

#include "support/error_of.hpp"

using namespace faceptor;

TEST_CASE("The table holds thirteen tasks, seven of them of the base, and makes their lists", "[published][table]") {
  std::set<std::string_view> names, formats;
  std::vector<std::string> base;
  for (const auto& row : published::kTable) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(formats.insert(row.format).second);
    CHECK(row.full_batch > 0);
    CHECK(row.samples >= 1345);
    if (row.base_batch > 0) base.emplace_back(row.name);
  }
  CHECK(base.size() == 7);
  CHECK(published::row("recog_ms1mv3").samples == 5'179'510);
  CHECK(published::row("affect_rafdb").samples == 12'271);
  CHECK(published::row("align_aflw").samples == 20'000);
  std::set<std::string_view> types, weighted;
  for (const auto name : names) types.insert(published::type_of(name));
  for (const auto& type : published::kTypes) weighted.insert(type.type);
  CHECK(types == weighted);
  CHECK(published::base().names() == base);
  CHECK(published::full().names() == published::names());
  CHECK(architecture("naive-full").tasks.names() == published::names());
  CHECK(published::kTable.front().name == "recog_ms1mv3");  // the decoder's order of the checkpoints begins with it

  // Raw weights are the batches of the run.
  CHECK(published::base().at("affect_rafdb").spec().weight == 8);
  CHECK(published::full().at("affect_rafdb").spec().weight == 4);
  CHECK(published::affect_rafdb().spec().weight == 8);
  CHECK(published::parsing_lapa().spec().weight == 1);
}

TEST_CASE("A published task is what its row says", "[published][table]") {
  for (const auto& task : published::full()) {
    const auto& spec = task.spec();
    INFO(spec.name);
    const auto& row = published::row(spec.name);
    CHECK(spec.outputs == row.outputs);
    CHECK(spec.view == published::view(row));
    CHECK(spec.head_group == published::type_of(row.name));
    CHECK(spec.labels.size() == ((spec.readout == "attributes" || spec.readout == "expression" || spec.readout == "parsing")
                                     ? static_cast<std::size_t>(row.outputs)
                                     : 0U));
    CHECK((row.family == published::Family::identity) == task.compares_faces());
    CHECK((row.family == published::Family::landmarks) == (spec.readout == "landmarks"));
  }
  CHECK(published::full().at("align_wflw").spec().scheme == "98");
  CHECK(published::view(published::row("align_aflw")).scale() == 1);
  CHECK(published::view(published::row("parsing_lapa")) == views::published::parsing_lapa());
  CHECK(published::set_view(published::row("parsing_lapa")) == views::published::parsing_lapa());
  CHECK(published::set_view(published::row("parsing_celebam")) == views::published::parsing_celebam());
  CHECK(published::view(published::row("parsing_celebam")) == views::published::parsing_lapa().warp(0));
  CHECK(published::set_view(published::row("align_cofw"), 64).size() == Size{64, 64});
  CHECK(error_of([] { published::row("align_300v"); }).hint().find("align_300w") != std::string::npos);
  CHECK(published::find("glasses") == nullptr);
}

TEST_CASE("A published task's data set is one that is read, its parts are there", "[published][table]") {
  std::map<std::string, datasets::DatasetFormat> formats;
  for (const auto& format : datasets::dataset_formats()) formats.emplace(format.name, format);
  for (const auto& row : published::kTable) {
    INFO(row.name);
    const auto trained = formats.find(std::string(row.format));
    REQUIRE(trained != formats.end());
    CHECK(trained->second.splits.front() == row.split);  // what a reader opens by itself is what the reference trains on
    const auto scored = formats.find(std::string(row.evaluation_format));
    REQUIRE(scored != formats.end());
    const auto& splits = scored->second.splits;
    if (!splits.empty()) CHECK(std::find(splits.begin(), splits.end(), row.evaluation_splits) != splits.end());
    CHECK(published::find_by_format(row.format, row.outputs) == &row);
    CHECK(published::find_by_format(row.evaluation_format) == &row);
  }
  CHECK(published::find_by_format("folder") == nullptr);
  CHECK(published::find_by_format("lapa", 19) == nullptr);  // other masks of the same pictures
}

TEST_CASE("Every published task has its chains", "[published][table]") {
  namespace chains = transforms::published;
  for (const auto& row : published::kTable) {
    INFO(row.name);
    const auto train = transforms::chain_named(row.chain, published::set_view(row), true);
    CHECK(train.describe() != transforms::chain_named(row.chain, published::set_view(row), false).describe());
  }
  const auto of = [](const char* task, bool training) {
    const auto& row = published::row(task);
    return transforms::chain_named(row.chain, published::set_view(row), training).describe();
  };
  CHECK(of("recog_ms1mv3", true) == chains::identity_train().describe());
  CHECK(of("age_utkface", true) == chains::face112_train().describe());
  CHECK(of("affect_ferplus", false) == chains::face112_test().describe());
  CHECK(of("parsing_celebam", true) == chains::parsing_celebam_train().describe());
  CHECK(of("parsing_celebam", false) == chains::parsing_celebam_test().describe());
  CHECK(of("parsing_lapa", true) == chains::parsing_lapa_train().describe());
  CHECK(of("align_300w", true) == chains::landmarks_train(0.8).describe());
  CHECK(of("align_aflw", true) == chains::landmarks_train(1).describe());
  CHECK(of("align_wflw", false) == chains::landmarks_test(0.8).describe());
}
