#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/evaluate/report.hpp>
#include <faceptor/evaluate/suite.hpp>

namespace faceptor::report {

/// A report and the set it is about, whose worst samples are drawn; without a set they are only listed.
struct ReportedSet {
  const evaluate::Report* report = nullptr;
  std::shared_ptr<const datasets::Dataset> set = nullptr;
};

/// Evaluations as one HTML page that stands alone: tables, plots (SVG), and the worst samples with truth and prediction drawn.
/// The page shows faces: mind whom you give it to. For a picture that can't be read it says why.
/// @param suite  its rows come first
std::string html_page(std::span<const ReportedSet> reports, const evaluate::SuiteReport* suite = nullptr);

/// Writes `index.html` and, for each report, `TASK.json` (`TASK-SPLIT.json` where a task has several) into a folder, which is made.
/// @throws Error(io)
void write_reports(const std::filesystem::path& folder, std::span<const ReportedSet> reports, const evaluate::SuiteReport* suite = nullptr);

}  // namespace faceptor::report
