#include <faceptor/published/paper_results.hpp>
#include <faceptor/published/table.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "support/tests_folder.hpp"
#include "support/torch_catch.hpp"

namespace published = faceptor::published;

TEST_CASE("every published task has a row of the paper's, on a split of its own", "[published][paper]") {
  std::set<std::string_view> tasks;
  for (const auto& row : published::kPaperRows) {
    INFO(row.set);
    const auto* task = published::find(row.task);
    REQUIRE(task != nullptr);
    tasks.insert(row.task);
    CHECK(std::string(row.task == "align_300w" ? "valid,valid_common,valid_challenge" : task->evaluation_splits).find(row.split) !=
          std::string::npos);
    CHECK((row.unit == "%" || row.unit == "years"));
    CHECK(published::after_second_stage(row) == (row.task == "age_morph2" || row.task == "biattr_celeba" || row.task == "affect_rafdb"));
  }
  CHECK(tasks.size() == published::kTable.size());
}

TEST_CASE("numbers of the paper are read as figures have them", "[published][paper]") {
  const auto& rows = published::kPaperRows;
  CHECK(published::value(rows[0], rows[0].naive) == 3.16 / 100);
  const auto age = std::find_if(rows.begin(), rows.end(), [](const auto& row) { return row.task == "age_morph2"; });
  CHECK(published::value(*age, age->naive) == 1.873);
  CHECK_FALSE(published::value(*age, ""));
  // The mean of the five sets of pairs is no number of its own.
  for (const auto column : {&published::PaperRow::naive, &published::PaperRow::base, &published::PaperRow::full}) {
    double sum = 0;
    for (const auto& row : rows) {
      if (row.task == "recog_ms1mv3" && !row.split.empty()) sum += *published::value(row, row.*column);
    }
    CHECK(std::abs(sum / 5 - *published::value(rows.back(), rows.back().*column)) < 5.1e-5);
  }
}

TEST_CASE("docs/evaluation.md shows the numbers of the table", "[published][paper]") {
  std::ifstream file(tests_folder() / "../docs/evaluation.md");
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  for (const auto& row : published::kPaperRows) {
    std::string line = "| " + std::string(row.set) + " | " + std::string(row.figure) + ", " + std::string(row.unit);
    for (const auto printed : {row.naive, row.base, row.full}) line += " | " + std::string(printed.empty() ? "-" : printed);
    INFO(line);
    CHECK(page.find(line + (published::after_second_stage(row) ? "*" : "")) != std::string::npos);
  }
}
