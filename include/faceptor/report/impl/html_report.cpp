#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <system_error>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/inspect/sheet.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/report/html_report.hpp>
#include <faceptor/report/svg.hpp>
#include <faceptor/results/draw.hpp>

namespace faceptor::report {
namespace {

using namespace evaluate;

/// RFC 4648.
std::string base64(std::span<const std::byte> bytes) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) { return i + k < bytes.size() ? std::to_integer<unsigned>(bytes[i + k]) : 0U; };
    const unsigned group = at(0) << 16 | at(1) << 8 | at(2);
    for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63U] : '=';
  }
  return text;
}

std::string picture_tag(const Image& image) {
  return "<img src=\"data:image/jpeg;base64," + base64(encode_jpeg(image, 88)) + "\" alt=\"\">";
}

/// The sample with what was said of it drawn, where that can be drawn; an empty image otherwise.
Image drawn_result(const datasets::Sample& sample, const TaskResult& result) {
  if (!result.draws()) return {};
  PhotoResult photo;
  photo.width = sample.image.width();
  photo.height = sample.image.height();
  Face face(sample.box.value_or(Box{-0.5F, -0.5F, static_cast<float>(photo.width) - 0.5F, static_cast<float>(photo.height) - 0.5F}));
  face.add(result);
  photo.faces.push_back(std::move(face));
  DrawOptions options;
  options.max_side = 16384;
  options.min_side = 0;
  options.boxes = options.cards = false;
  return draw(sample.image, photo, options);
}

/// The truth in words, where it has words.
std::string truth_in_words(const datasets::Sample& sample, const datasets::DatasetInfo& info) {
  const auto name_of = [&](std::int64_t index) {
    const auto i = static_cast<std::size_t>(index);
    return i < info.label_names.size() ? info.label_names[i] : std::to_string(index);
  };
  if (const auto* age = std::get_if<datasets::AgeLabel>(&sample.label)) return fmt::format("is {:.0f}", age->years);
  if (const auto* of_class = std::get_if<datasets::ClassLabel>(&sample.label)) return "is " + name_of(of_class->index);
  if (const auto* values = std::get_if<datasets::ValueLabels>(&sample.label); values != nullptr && values->values.size() <= 6) {
    std::vector<std::string> numbers;
    for (const float value : values->values) numbers.push_back(fmt::format("{:.4g}", value));
    return "is " + text::join(numbers);
  }
  return "";
}

std::string worst_card(const WorstSample& worst, const datasets::Dataset& set) {
  constexpr int kSide = 200;
  try {
    auto sample = set.read(worst.index);
    auto words = truth_in_words(sample, set.info());
    std::string pictures = picture_tag(datasets::sample_tile(sample, set.info(), kSide));
    if (worst.other) pictures += picture_tag(datasets::sample_tile(set.read(*worst.other), set.info(), kSide));
    if (worst.result) {
      words += (words.empty() ? "" : ", taken for ") + worst.result->text();
      if (auto drawn = drawn_result(sample, *worst.result); !drawn.empty()) {
        sample.image = std::move(drawn);
        sample.label = datasets::NoLabel{};
        pictures += picture_tag(datasets::sample_tile(sample, set.info(), kSide));
        words = "truth, prediction: " + words;
      }
    }
    return fmt::format("<figure>{}<figcaption>{}<br>error {:.4g}<br>{}</figcaption></figure>", pictures, svg::escaped(worst.name),
                       worst.error, svg::escaped(words));
  } catch (const Error& error) {
    return fmt::format("<figure><figcaption>{}<br>can't be shown: {}</figcaption></figure>", svg::escaped(worst.name),
                       svg::escaped(error.what()));
  }
}

std::string figure_rows(const std::vector<Figure>& figures) {
  std::string rows;
  for (const auto& figure : figures) {
    Figure low = figure, high = figure;
    std::string interval;
    if (figure.interval) {
      low.value = figure.interval->low, high.value = figure.interval->high;
      interval = printed(low) + " to " + printed(high);
    }
    rows += fmt::format("<tr><td>{}</td><td class=\"v\">{}</td><td class=\"v\">{}</td></tr>", svg::escaped(figure.name), printed(figure),
                        interval);
  }
  return rows;
}

std::string group_table(const std::vector<GroupReport>& groups) {
  if (groups.empty()) return "";
  std::string text = "<h3>Groups</h3><table><tr><th>group</th><th>count</th>";
  for (const auto& figure : groups.front().figures) text += "<th>" + svg::escaped(figure.name) + "</th>";
  text += "</tr>";
  for (const auto& group : groups) {
    text += fmt::format("<tr><td>{} {}</td><td class=\"v\">{}</td>", svg::escaped(group.by), svg::escaped(group.value), group.count);
    for (const auto& figure : group.figures) {
      text += fmt::format("<td class=\"v\">{}</td>", svg::escaped(printed_with_interval(figure)));
    }
    text += "</tr>";
  }
  return text + "</table>";
}

std::string list_of(const std::vector<std::string>& sentences) {
  std::string text = "<ul>";
  for (const auto& sentence : sentences) text += "<li>" + svg::escaped(sentence) + "</li>";
  return text + "</ul>";
}

std::string section(const ReportedSet& reported) {
  const auto& report = *reported.report;
  auto text = fmt::format("<section><h2>{}</h2>", svg::escaped(report.task + " " + report.split));
  if (report.untrained) text += "<p class=\"warn\">These weights were never trained: the numbers mean nothing.</p>";
  text += fmt::format(
      "<p>{} {}: {} samples, {} scored, {} left out. View {}; crop {}{}. Weights {}; licence {}.</p>", svg::escaped(report.format),
      svg::escaped(report.split), report.samples, report.scored, report.skipped, svg::escaped(report.view), svg::escaped(report.crop),
      report.detector.empty() ? "" : ", boxes of the detector " + svg::escaped(report.detector),
      svg::escaped(report.weights_hash.substr(0, 16)), svg::escaped(report.licence.empty() ? "not stated" : report.licence));
  text += "<h3>Protocol</h3>" + list_of(report.protocol);
  if (!report.notes.empty()) text += "<h3>The set</h3>" + list_of(report.notes);
  text += fmt::format("<h3>Figures</h3><table><tr><th></th><th>value</th><th>{:.0f} % interval</th></tr>", report.bootstrap.level * 100);
  text += figure_rows(report.figures) + figure_rows(report.baselines) + "</table>";
  text += group_table(report.groups);
  text += "<div class=\"plots\">";
  for (const auto& plot : report.plots) text += svg::drawn(plot);
  text += "</div>";
  if (!report.first_skipped.empty()) {
    std::vector<std::string> skipped;
    for (const auto& sample : report.first_skipped) skipped.push_back(fmt::format("{}: {}", sample.index, sample.error));
    text += fmt::format("<h3>Left out (the first {} of {})</h3>", skipped.size(), report.skipped) + list_of(skipped);
  }
  if (!report.worst.empty()) {
    text += fmt::format("<h3>The worst {}</h3><div class=\"worst\">", report.worst.size());
    for (const auto& worst : report.worst) {
      text += reported.set != nullptr
                  ? worst_card(worst, *reported.set)
                  : fmt::format("<figure><figcaption>{}<br>error {:.4g}</figcaption></figure>", svg::escaped(worst.name), worst.error);
    }
    text += "</div>";
  }
  return text + "</section>";
}

inline constexpr std::string_view kStyle =
    "body{font:15px/1.45 system-ui,sans-serif;max-width:1080px;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse}td,th{padding:.2em .8em;border-bottom:1px solid #ddd;text-align:left}.v{text-align:right;"
    "font-variant-numeric:tabular-nums}figure{display:inline-block;margin:.4em;vertical-align:top;max-width:420px}figure "
    "img{margin-right:3px}"
    "figcaption{font-size:12px;color:#555;overflow-wrap:anywhere}.warn{background:#fde8e8;padding:.6em 1em}svg{margin:.5em}"
    "svg .t{font:bold 13px system-ui,sans-serif;text-anchor:middle}svg .n{font:11px system-ui,sans-serif;text-anchor:middle}"
    "svg .e{text-anchor:end}svg .s{text-anchor:start}svg .g{stroke:#e4e4e4}svg .f{fill:none;stroke:#999}svg .d{stroke:#999;"
    "stroke-dasharray:4 3}svg .b{fill:#eee}";

std::string suite_section(const SuiteReport& suite) {
  std::string text = "<section><h2>The paper's tables</h2><table>";
  bool heading = true;
  for (const auto& row : cells(suite)) {
    const char* tag = heading ? "th" : "td";
    text += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool number = i >= 2 && i <= 4;
      text += fmt::format("<{0}{1}>{2}</{0}>", tag, number ? " class=\"v\"" : "", svg::escaped(row[i]));
    }
    text += "</tr>";
    heading = false;
  }
  return text + "</table>" + list_of(notes(suite)) + "</section>";
}

/// Which level each task looks at, of all reports that say so.
std::string attention_section(std::span<const ReportedSet> reports) {
  std::vector<const Report*> all;
  for (const auto& reported : reports) all.push_back(reported.report);
  const auto plot = layer_attention_of(all);
  return plot ? "<section><h2>Layer-Attention</h2><p>Which share of its attention each task gives each level of the backbone, in %.</p>" +
                    svg::drawn(*plot) + "</section>"
              : "";
}

}  // namespace

std::string html_page(std::span<const ReportedSet> reports, const SuiteReport* suite) {
  std::string text =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"generator\" "
      "content=\"faceptor\"><title>Evaluation</title><style>";
  text += kStyle;
  text += "</style><h1>Evaluation</h1>";
  if (suite != nullptr) text += suite_section(*suite);
  text += attention_section(reports);
  for (const auto& reported : reports) text += section(reported);
  return text + "</html>\n";
}

void write_reports(const std::filesystem::path& folder, std::span<const ReportedSet> reports, const SuiteReport* suite) {
  files::make_folder(folder);
  for (const auto& reported : reports) {
    const auto& report = *reported.report;
    const auto of_task = [&](const ReportedSet& other) { return other.report->task == report.task; };
    const bool several = std::count_if(reports.begin(), reports.end(), of_task) > 1;
    const auto name = several ? report.task + "-" + report.split + ".json" : report.task + ".json";
    files::write_file(folder / name, nlohmann::json(report).dump(2) + "\n");
  }
  files::write_file(folder / "index.html", html_page(reports, suite));
}

}  // namespace faceptor::report
