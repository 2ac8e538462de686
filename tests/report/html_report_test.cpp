#include <faceptor/report/html_report.hpp>

#include <nlohmann/json.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;

namespace {

evaluate::Report report_of(const std::string& task, const std::string& split) {
  evaluate::Report report;
  report.task = task;
  report.split = split;
  report.format = "mine";
  report.set_root = "/some/place";
  report.protocol = {"Ages below < above."};
  report.figures = {{"MAE", evaluate::Unit::years, true, 3.25}};
  report.worst.resize(1);
  report.worst[0].name = "<a>.jpg";
  report.worst[0].error = 17.5;
  report.details = nlohmann::json::object();
  return report;
}

}  // namespace

TEST_CASE("a page stands alone, says the numbers, and shows no markup of others", "[report][html]") {
  const auto report = report_of("age", "test");
  const std::vector<report::ReportedSet> reports = {{&report}};
  const auto page = report::html_page(reports);
  CHECK(page.find("<h2>age test</h2>") != std::string::npos);
  CHECK(page.find("MAE") != std::string::npos);
  CHECK(page.find("3.25") != std::string::npos);
  CHECK(page.find("Ages below &lt; above.") != std::string::npos);
  // Without a set the worst sample is listed only.
  CHECK(page.find("&lt;a&gt;.jpg<br>error 17.5") != std::string::npos);
  CHECK(page.find("<img") == std::string::npos);
  CHECK(page.find("<a>.jpg") == std::string::npos);
  CHECK(page.find("/some/place") == std::string::npos);
  CHECK(page.find("http") == std::string::npos);
}

TEST_CASE("reports are files of their tasks, with the split where a task has several", "[report][html]") {
  const TemporaryFolder folder;
  const auto test = report_of("age", "test"), val = report_of("age", "val"), pose = report_of("pose", "test");
  const std::vector<report::ReportedSet> reports = {{&test}, {&val}, {&pose}};
  report::write_reports(folder / "deep/out", reports);
  for (const char* name : {"age-test.json", "age-val.json", "pose.json", "index.html"}) {
    INFO(name);
    CHECK(std::filesystem::exists((folder / "deep/out") / name));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "deep/out/age.json"));
  CHECK(nlohmann::json::parse(read_text(folder / "deep/out/age-val.json"))["task"] == "age");
  folder.write("file", "");
  CHECK(error_of([&] { report::write_reports(folder / "file/out", reports); }).code() == ErrorCode::io);
}
