#include <fmt/format.h>
#include <torch/torch.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include <faceptor/core/error.hpp>
#include <faceptor/core/unicode.hpp>

#include "analyze.hpp"

namespace faceptor::program {
namespace fs = std::filesystem;

AnalyzerOptions analyzer_options(const Common& common, const AnalyzeOptions& chosen) {
  auto detector = chosen_detector(chosen.detector, chosen.min_face, chosen.upright_only, chosen.upright_only ? "--upright-only" : nullptr);
  if (chosen.boxes.empty()) say_licence(common, *detector);
  return {.tasks = names_of(chosen.tasks),
          .detector = std::move(detector),
          .views = chosen.views == "shared" ? ViewChoice::shared : ViewChoice::exact,
          .max_batch = chosen.max_batch,
          .device = chosen.device,
          .precision = chosen.precision};
}

std::vector<NamedPhoto> with_stems(std::vector<std::string> photos) {
  std::vector<NamedPhoto> named;
  std::set<std::string> taken;
  std::map<std::string, std::size_t> last;  // number of each name, so that ten thousand photos of one name don't try all before them
  for (auto& photo : photos) {
    const auto stem = photo == "-" ? std::string("stdin") : fs::path(photo).stem().string();
    auto name = stem;
    for (auto& i = last.try_emplace(stem, 1).first->second; !taken.insert(name).second;) name = fmt::format("{}-{}", stem, ++i);
    named.push_back({std::move(photo), std::move(name)});
  }
  return named;
}

std::vector<NamedPhoto> Shard::of(std::vector<NamedPhoto> photos) const {
  if (count == 1) return photos;
  std::vector<NamedPhoto> mine;
  for (std::size_t i = index - 1; i < photos.size(); i += count) mine.push_back(std::move(photos[i]));
  return mine;
}

namespace {

/// Digits alone, as a number.
std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t number = 0;
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && rest == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// A whole number from `least` on that a launcher gave. @throws Error(argument) for anything else
std::size_t launched_number(const char* name, std::size_t least, std::size_t end) {
  const char* text = std::getenv(name);
  const std::string_view value = text == nullptr ? "" : text;
  const auto number = whole_number(value);
  if (!number || *number < least || *number >= end) {
    throw Error(ErrorCode::argument, "analyze: the launcher's number of this process, or of all, is none")
        .where(name)
        .expected("RANK from 0 to WORLD_SIZE - 1, both set")
        .found(text == nullptr ? "not set" : "\"" + text::printable(value) + "\"")
        .hint("--shard I/N says it instead; --shard 1/1 is the whole run");
  }
  return *number;
}

/// "{rank}" in a path. @throws Error(argument) where it is missing and each process would write the same file
void put_rank(const char* option, std::string& path, std::size_t rank) {
  constexpr std::string_view kRank = "{rank}";
  if (path.empty() || path == "-") return;
  const auto at = path.find(kRank);
  if (at == std::string::npos) {
    throw Error(ErrorCode::argument, fmt::format("{}: each of the launched processes would write this file", option))
        .where(path)
        .expected("a name with {rank} in it, such as results.{rank}.jsonl");
  }
  path.replace(at, kRank.size(), std::to_string(rank));
}

}  // namespace

Shard shard_of(const Common& common, AnalyzeOptions& chosen) {
  Shard shard;
  if (!chosen.shard.empty()) {
    const std::string_view text = chosen.shard;
    const auto slash = std::min(text.find('/'), text.size());
    const auto index = whole_number(text.substr(0, slash)), count = whole_number(text.substr(std::min(slash + 1, text.size())));
    if (!index || !count || *index < 1 || *index > *count) {
      throw CLI::ValidationError("--shard", "expects I/N with I from 1 to N, not \"" + text::printable(chosen.shard) + "\"");
    }
    return {*index, *count};
  }
  if (std::getenv("RANK") == nullptr && std::getenv("WORLD_SIZE") == nullptr) return shard;
  shard.count = launched_number("WORLD_SIZE", 1, std::size_t{1} << 31);
  const auto rank = launched_number("RANK", 0, shard.count);
  shard.index = rank + 1;
  if (shard.count == 1) return shard;
  put_rank("--json", chosen.json, rank);
  put_rank("--report", chosen.report, rank);
  say(common, fmt::format("shard {}/{}, by the launcher's RANK and WORLD_SIZE", shard.index, shard.count));
  return shard;
}

Image read_photo(const std::string& photo, const ReadOptions& reading) {
  if (photo != "-") return read_image(photo, reading);
  std::vector<std::byte> bytes;
  std::array<std::byte, 1 << 16> part{};
  for (std::size_t n; bytes.size() <= reading.max_bytes && (n = std::fread(part.data(), 1, part.size(), stdin)) > 0;) {
    bytes.insert(bytes.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n));
  }
  return decode_image(bytes, reading, "standard input");
}

std::string name_in_json(const std::string& photo) {
  const nlohmann::json name = photo;
  return nlohmann::json::parse(name.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

EarlierRun read_earlier_run(const std::string& path, bool keep_text) {
  EarlierRun run;
  std::ifstream file(path, std::ios::binary);
  std::string line;
  for (std::size_t number = 1; std::getline(file, line) && !file.eof(); ++number) {
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("photo") || !json["photo"].is_string()) {
      throw Error(ErrorCode::format, "--resume: this is no result of a photo").where(fmt::format("{}, line {}", path, number));
    }
    const auto error = json.find("error");
    run.lines[json["photo"]].push_back({keep_text ? line : "", error != json.end() && error->is_string()});
    const auto place = nlohmann::json::json_pointer("/faces/0/tasks");
    if (run.tasks.empty() && json.contains(place) && json.at(place).is_object()) {
      for (const auto& task : json.at(place).items()) run.tasks.insert(task.key());
    }
    run.bytes += line.size() + 1;
  }
  return run;
}

GivenFaces::GivenFaces(const std::string& path, const std::vector<NamedPhoto>& photos)
    : boxes_(read_boxes_file(path, &bad_)), lookup_(boxes_, fs::path(path).parent_path()) {
  for (const auto& [name, error] : bad_) wrong_.emplace(&boxes_.at(name), &error);
  for (const auto& photo : photos) {
    try {
      if (const auto match = lookup_.find(photo.path); match.faces != nullptr) takers_[match.faces].insert(photo.path);
    } catch (const Error&) {  // told when it is the photo's turn
    }
  }
}

std::vector<Detection> GivenFaces::of(const std::string& photo, const Image& image) const {
  const auto match = lookup_.find(photo);
  if (match.faces == nullptr) throw Error(ErrorCode::argument, "analyze: the boxes file says nothing of the photo");
  if (match.by_name && takers_.at(match.faces).size() > 1) {
    throw Error(ErrorCode::argument, "analyze: the boxes file has this photo's name once, and several photos have it")
        .hint("write the photos' folders into the boxes file");
  }
  if (const auto wrong = wrong_.find(match.faces); wrong != wrong_.end()) throw Error(*wrong->second);
  return FixedBoxes(*match.faces).detect(image);
}

std::vector<std::string> GivenFaces::others() const {
  std::vector<std::string> names;
  for (const auto& [name, faces] : boxes_) {
    if (!takers_.contains(&faces)) names.push_back(name);
  }
  return names;
}

}  // namespace faceptor::program
