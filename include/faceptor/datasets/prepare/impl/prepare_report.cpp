#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <faceptor/core/text.hpp>
#include <faceptor/core/version.hpp>
#include <faceptor/datasets/prepare/prepare.hpp>

namespace faceptor::datasets {
namespace {

/// Why pictures were left out, with their names.
std::map<std::string, std::vector<std::string>> reasons(const PrepareReport& report) {
  std::map<std::string, std::vector<std::string>> names;
  for (const auto& picture : report.pictures) {
    if (picture.fate == PictureFate::left_out) names[picture.why].push_back(picture.name);
  }
  return names;
}

std::string split_in_words(const PrepareReport& report) {
  return report.split_drawn ? "80 of 100 pictures train, the rest test, drawn from the seed" : "the set's own";
}

}  // namespace

std::size_t PrepareReport::count(PictureFate fate) const noexcept {
  return static_cast<std::size_t>(std::ranges::count(pictures, fate, &PictureReport::fate));
}

std::vector<std::pair<std::string, std::size_t>> PrepareReport::splits() const {
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const auto* split : {"train", "val", "test"}) {
    const auto count = std::ranges::count_if(pictures, [&](const PictureReport& picture) {
      return picture.split == split && picture.fate != PictureFate::left_out && picture.fate != PictureFate::failed;
    });
    if (count > 0) counts.emplace_back(split, static_cast<std::size_t>(count));
  }
  return counts;
}

nlohmann::ordered_json to_json(const PrepareReport& report) {
  nlohmann::ordered_json json = {
      {"made_by", std::string("faceptor ") + kVersion}, {"format", report.format}, {"split", split_in_words(report)}};
  if (report.split_drawn) json["seed"] = report.seed;
  json["faces"] = report.faces;
  json["complete"] = report.complete();
  json["pictures"] = nlohmann::ordered_json::object();
  for (const auto& [split, count] : report.splits()) json["pictures"][split] = count;
  json["left_out"] = nlohmann::ordered_json::object();
  for (const auto& [why, names] : reasons(report)) json["left_out"][why] = names.size();
  json["failed"] = report.count(PictureFate::failed);
  return json;
}

std::vector<std::string> to_lines(const PrepareReport& report, std::size_t shown) {
  std::vector<std::string> lines = {
      fmt::format("format        {}", report.format), fmt::format("faces         {}", report.faces),
      fmt::format("split         {}{}", split_in_words(report), report.split_drawn ? fmt::format(" {}", report.seed) : "")};
  for (const auto& [split, count] : report.splits()) lines.push_back(fmt::format("{:<14}{} pictures", split, count));
  if (const auto kept = report.count(PictureFate::kept); kept > 0) lines.push_back(fmt::format("of these      {} there already", kept));
  if (const auto due = report.count(PictureFate::due); due > 0) lines.push_back(fmt::format("of these      {} would be written", due));
  for (auto [why, names] : reasons(report)) {
    const auto count = names.size();
    names.resize(std::min(count, shown));
    for (auto& name : names) name = text::in_quotes(name);
    if (count > shown) names.emplace_back("...");
    lines.push_back(fmt::format("left out      {}: {} ({})", count, why, text::join(names)));
  }
  lines.push_back(fmt::format("failed        {}", report.count(PictureFate::failed)));
  return lines;
}

}  // namespace faceptor::datasets
