#include <fmt/format.h>
#include <torch/torch.h>

#include <memory>
#include <optional>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/synthetic/contact_sheet.hpp>
#include <faceptor/synthetic/write_sets.hpp>

#include "common.hpp"
#include "outputs.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

struct SynthesizeOptions {
  std::string out, formats = "all", as = "native", sheet;
  synthetic::SetOptions set;
  bool small = false, dry_run = false;
};

constexpr int kSmall = 112;

std::vector<synthetic::SetPlan> plans(const SynthesizeOptions& chosen) {
  std::vector<std::string> names = names_of(chosen.formats);
  if (names == std::vector<std::string>{"all"}) {
    names.clear();
    for (const auto& format : synthetic::set_formats()) names.emplace_back(format.name);
  }
  if (names.empty()) throw CLI::ValidationError("--formats", "names no format");
  std::vector<synthetic::SetPlan> plans;
  try {
    for (const auto& name : names) plans.emplace_back(name, chosen.set);
  } catch (const Error& e) {  // a set that can't be: wrong usage, before anything is written
    throw CLI::ValidationError("synthesize", e.what());
  }
  return plans;
}

/// "16 pictures of 450 x 450 (train 12, test 4), 16 persons".
std::string describe(const synthetic::SetPlan& plan) {
  std::vector<std::string> splits;
  for (const auto& [split, share] : plan.format().splits) splits.push_back(fmt::format("{} {}", split, plan.pictures(split).size()));
  const auto size = plan.size(plan.pictures().front());
  const bool varied = plan.format().sizes.size() > 1;
  return fmt::format("{} pictures of {} x {}{} ({}), {} persons: {}", plan.pictures().size(), size.width, size.height,
                     varied ? " and the like" : "", text::join(splits), plan.identities(), plan.format().summary);
}

std::string_view fate(synthetic::SetState state, bool force) {
  switch (state) {
    case synthetic::SetState::absent: return "would be written";
    case synthetic::SetState::complete: return "is there already";
    case synthetic::SetState::begun: return "was begun, would be written anew";
    case synthetic::SetState::other: return force ? "another synthetic set, would be replaced" : "another synthetic set, would be refused";
    case synthetic::SetState::foreign: return force ? "other files, would be written among them" : "other files, would be refused";
  }
  return "";
}

/// Portraits, and portraits under points and classes, a row each.
void write_sheet(const SynthesizeOptions& chosen) {
  constexpr int kColumns = 6, kSide = 160;
  const synthetic::SyntheticFaces faces(chosen.set.seed, synthetic::SyntheticOptions{.size = {kSide, kSide}, .zoom = 1.15F});
  std::optional<Image> sheet;
  std::uint64_t first = 0;
  for (const auto overlay : {synthetic::Overlay::none, synthetic::Overlay::none, synthetic::Overlay::landmarks68,
                             synthetic::Overlay::landmarks98, synthetic::Overlay::celebamask, synthetic::Overlay::lapa}) {
    const auto row = synthetic::contact_sheet(faces, first, kColumns, 1, overlay);
    first += kColumns;
    std::vector<std::uint8_t> pixels;
    if (sheet) pixels.assign(sheet->pixels().begin(), sheet->pixels().end());
    pixels.insert(pixels.end(), row.pixels().begin(), row.pixels().end());
    sheet.emplace(row.width(), (sheet ? sheet->height() : 0) + row.height(), std::move(pixels));
  }
  files::make_folder(fs::path(chosen.sheet).parent_path());
  write_picture(chosen.sheet, *sheet);
}

int synthesize(const Common& common, SynthesizeOptions chosen) {
  chosen.set.seed = common.seed;
  chosen.set.threads = common.threads;
  chosen.set.downloaded = chosen.as == "downloaded";
  if (chosen.small && chosen.set.width == 0) chosen.set.width = kSmall;
  const auto sets = plans(chosen);
  const fs::path out = chosen.out;
  Outputs outputs(common.force);
  outputs.writes("--sheet", chosen.sheet, OutputKind::picture);
  outputs.check();
  if (chosen.dry_run) {
    for (const auto& plan : sets) {
      const auto folder = out / plan.format().name;
      print_out("{}: {}\n  {}\n", folder.string(), fate(synthetic::state_of_set(plan, folder), common.force), describe(plan));
    }
    return kDone;
  }
  if (!chosen.sheet.empty()) write_sheet(chosen);
  std::size_t total = 0;
  for (const auto& plan : sets) total += plan.pictures().size();
  // A log gets a line a set, none a picture.
  Progress bar(common, total, 0);
  std::size_t before = 0;
  int code = kDone;
  for (const auto& plan : sets) {
    const auto folder = out / plan.format().name;
    synthetic::WriteOptions writing;
    writing.force = common.force;
    writing.progress = [&](std::size_t done, std::size_t) { bar.reach(before + done, folder.string()); };
    try {
      const bool written = synthetic::write_set(plan, folder, writing);
      bar.say(fmt::format("{}: {}{}", folder.string(), written ? "" : "there already: ", describe(plan)));
    } catch (const Error& e) {
      // What stands in the way of one set need not stand in the way of the others; a full disk does.
      bar.end();
      complain(common, e.what());
      code = kFailed;
      if (e.code() != ErrorCode::argument) break;
    }
    before += plan.pictures().size();
  }
  return code;
}

}  // namespace

void add_synthesize(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<SynthesizeOptions>();
  auto* verb = add_verb(app, "synthesize", "painted faces with exact labels, in the formats of the published data sets",
                        "faceptor synthesize out --count 200 --formats 300w,lapa,affectnet --sheet out/sheet.png", common,
                        [&common, chosen] { return synthesize(common, *chosen); });
  std::vector<std::string> names;
  for (const auto& format : synthetic::set_formats()) names.emplace_back(format.name);
  verb->add_option("out", chosen->out, "folder for the sets: each gets one in it, named as its format")->required();
  verb->add_option("--formats", chosen->formats, "all, or some of: " + text::join(names))->capture_default_str();
  verb->add_option(
          "--as", chosen->as,
          "native: as the readers take them; downloaded: sets that `dataset prepare` makes ready as their publishers give them out")
      ->check(CLI::IsMember({"native", "downloaded"}))
      ->capture_default_str();
  verb->add_option("--count", chosen->set.count, "pictures of each set; of verification, of each of its files")
      ->check(CLI::Range(2, 10'000'000))
      ->capture_default_str();
  verb->add_option("--identities", chosen->set.identities,
                   "persons of each set; 0: eight pictures of each in ms1mv3 and verification, one in the others")
      ->capture_default_str();
  verb->add_option("--size", chosen->set.width, "width of all pictures in pixels, 16 to 8192; 0: as usual in each set")
      ->check(CLI::Range(0, 8192))
      ->capture_default_str();
  verb->add_flag("--small", chosen->small, "the same as --size 112: quick to paint, for tests");
  verb->add_option("--seed", common.seed, "other numbers, other people")->capture_default_str();
  verb->add_option("--sheet", chosen->sheet, "also a picture of samples with their labels drawn over them (PNG or JPEG)");
  verb->add_flag("--dry-run", chosen->dry_run, "only say what would be written");
}

}  // namespace faceptor::program
