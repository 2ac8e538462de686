#include <faceptor/evaluate/suite.hpp>

#include <filesystem>
#include <fstream>

#include <faceptor/report/html_report.hpp>
#include <faceptor/synthetic/write_sets.hpp>

#include "analyze/small_analyzer.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;

namespace {

const evaluate::SuiteRow& row_of(const evaluate::SuiteReport& suite, std::string_view set) {
  return *std::find_if(suite.rows.begin(), suite.rows.end(), [&](const auto& row) { return row.paper.set == set; });
}

}  // namespace

TEST_CASE("A suite has every row of the paper's: figures where data are, and why not elsewhere", "[evaluate][suite]") {
  const TemporaryFolder data;
  for (const char* format : {"rafdb", "morph2", "verification", "300w"}) {
    synthetic::write_set(format, data / format, {.seed = 3, .count = 40, .width = 64, .threads = 1});
  }
  std::filesystem::create_directories(data / "wflw");  // not an own task of these weights: isn't looked at
  std::filesystem::create_directories(data / "lapa");  // a set in pieces

  evaluate::SuiteWeights weights{analyze_test::small_model()};
  weights.second.emplace("affect_rafdb", analyze_test::small_model());
  weights.second.at("affect_rafdb").info.hash = "of the second stage";
  evaluate::SuiteOptions options;
  options.each.workers = 0;
  options.each.bootstrap.resamples = 10;
  options.each.worst = 1;
  options.each.layer_attention = true;
  std::vector<std::string> begun;
  options.progress = [&](const std::string& name, std::size_t) {
    begun.push_back(name);
    return evaluate::Progress{};
  };
  const auto suite = evaluate::published_suite(weights, data.path(), options);

  REQUIRE(suite.rows.size() == published::kPaperRows.size());
  CHECK(row_of(suite, "300W full").figure->name == "NME inter_ocular");
  CHECK(row_of(suite, "MORPH II").figure->unit == evaluate::Unit::years);
  CHECK(row_of(suite, "MORPH II").weights == "the hash");
  CHECK(row_of(suite, "RAF-DB").weights == "of the second stage");
  CHECK(row_of(suite, "RAF-DB").second_stage);
  CHECK(row_of(suite, "RAF-DB").figure->interval);
  CHECK(row_of(suite, "WFLW").missing == "not a task of these weights");
  CHECK(row_of(suite, "LaPa").failed);
  CHECK(row_of(suite, "LaPa").missing.find("lapa/") != std::string::npos);
  CHECK(row_of(suite, "LaPa").missing.find(data.path().string()) == std::string::npos);  // a place on this machine
  double sum = 0;
  for (const char* set : {"LFW", "CFP-FP", "AgeDB-30", "CALFW", "CPLFW"}) sum += *row_of(suite, set).figure->value;
  CHECK(std::abs(*row_of(suite, "mean of the five").figure->value - sum / 5) < 1e-12);
  CHECK(begun.size() == suite.evaluations.size());
  CHECK(suite.evaluations.size() == 10);
  CHECK(suite.evaluations.front().report.split == "valid");

  const auto json = nlohmann::json(suite);
  CHECK(json["rows"].size() == suite.rows.size());
  CHECK(json["rows"][0]["published"]["full"] == 0.0286);
  CHECK(json["rows"][0]["missing"].is_null());
  CHECK(json["rows"][3]["published"]["naive"].is_null());
  CHECK(json["evaluations"].size() == 10);
  CHECK(json["evaluations"][0]["layer_attention"]["levels"] == nlohmann::json({3}));
  const auto text = evaluate::table(suite);
  CHECK(text.find("CPLFW             accuracy, %              92.68  92.12  92.27") != std::string::npos);
  CHECK(text.find("(second stage)") != std::string::npos);
  CHECK(text.find("not the published crop") != std::string::npos);  // their views are not the published ones

  std::vector<report::ReportedSet> reported;
  for (const auto& [report, set] : suite.evaluations) reported.push_back({&report, set});
  const auto page = report::html_page(reported, &suite);
  CHECK(page.find("<td>mean of the five</td>") != std::string::npos);
  CHECK(page.find("Layer-Attention") != std::string::npos);
  CHECK(page.find(data.path().string()) == std::string::npos);
}

TEST_CASE("Sets of a suite that are missing are named", "[evaluate][suite]") {
  const TemporaryFolder data;
  synthetic::write_set("verification", data / "verification", {.seed = 3, .count = 20, .width = 64, .threads = 1});
  std::filesystem::remove(data / "verification/calfw.bin");
  evaluate::SuiteOptions options;
  options.each.workers = 0;
  options.each.bootstrap.resamples = 0;
  const evaluate::SuiteWeights weights{analyze_test::small_model()};
  const auto suite = evaluate::published_suite(weights, data.path(), options);
  CHECK(row_of(suite, "CALFW").missing == "no data: verification/calfw.bin");
  CHECK(row_of(suite, "LFW").figure);
  CHECK(row_of(suite, "mean of the five").missing == "needs all sets above");
  CHECK(row_of(suite, "RAF-DB").missing == "no data: rafdb");
  CHECK_FALSE(row_of(suite, "RAF-DB").failed);
}

TEST_CASE("A suite that can't be is one error", "[evaluate][suite][errors]") {
  const TemporaryFolder data;
  evaluate::SuiteWeights weights{analyze_test::small_model()};
  CHECK(error_of([&] { evaluate::published_suite(weights, data / "nothing"); }).code() == ErrorCode::io);
  weights.second.emplace("affect_rafbd", analyze_test::small_model());
  const auto unknown = error_of([&] { evaluate::published_suite(weights, data.path()); });
  CHECK(unknown.code() == ErrorCode::argument);
  CHECK(unknown.hint().find("affect_rafdb") != std::string::npos);
}
