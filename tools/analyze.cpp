#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/parallel.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/detect/boxes_file.hpp>
#include <faceptor/detectors/detectors.hpp>
#include <faceptor/detectors/mtcnn_detector.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/geometry/label_png.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/tasks/task_list.hpp>
#include <fstream>
#include <future>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "common.hpp"
#include "outputs.hpp"
#include "photos.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

struct AnalyzeOptions {
  std::vector<std::string> photos;
  std::string weights, tasks, json, draw, masks, boxes, detector, shard, device = "cpu", precision = "fp32";
  Step step;
  bool full_json = false, explain = false, resume = false;
  std::int64_t max_batch = 0;
  int workers = 1;
  std::optional<float> min_face;
  bool upright_only = false;
  faceptor::ReadOptions reading;
};

/// The detector that was asked for. @throws CLI::ValidationError for options that it doesn't have
std::shared_ptr<const faceptor::FaceDetector> detector_of(const Common& common, const AnalyzeOptions& chosen) {
  if (chosen.detector != faceptor::MtcnnDetector::kName) {
    const char* alone = chosen.min_face ? "--min-face" : chosen.upright_only ? "--upright-only" : nullptr;
    if (alone != nullptr) throw CLI::ValidationError(alone, "belongs to --detector mtcnn");
    return faceptor::make_detector(chosen.detector);
  }
  faceptor::MtcnnOptions options{.upright_only = chosen.upright_only};
  if (chosen.min_face) options.min_face = *chosen.min_face;
  auto detector = std::make_shared<faceptor::MtcnnDetector>(std::move(options));
  if (chosen.boxes.empty()) say_licence(common, *detector);
  return detector;
}

faceptor::Image read_photo(const std::string& photo, const faceptor::ReadOptions& reading) {
  if (photo != "-") return faceptor::read_image(photo, reading);
  std::vector<std::byte> bytes;
  std::array<std::byte, 1 << 16> part{};
  for (std::size_t n; bytes.size() <= reading.max_bytes && (n = std::fread(part.data(), 1, part.size(), stdin)) > 0;) {
    bytes.insert(bytes.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n));
  }
  return faceptor::decode_image(bytes, reading, "standard input");
}

/// A name for what is drawn of each photo: its own without the extension, numbered where names repeat.
std::vector<std::string> stems_of(const std::vector<std::string>& photos) {
  std::vector<std::string> stems;
  std::set<std::string> taken;
  for (const auto& photo : photos) {
    const auto stem = photo == "-" ? std::string("stdin") : fs::path(photo).stem().string();
    auto name = stem;
    for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}-{}", stem, i);
    stems.push_back(std::move(name));
  }
  return stems;
}

/// The part of the photos that `--shard i/n` leaves to this process: every n-th from the i-th on. @throws CLI::ValidationError
std::vector<std::string> shard_of(std::vector<std::string> photos, const std::string& shard) {
  if (shard.empty()) return photos;
  std::size_t index = 0, count = 0;
  char rest = 0;
  if (std::sscanf(shard.c_str(), "%zu/%zu%c", &index, &count, &rest) != 2 || index < 1 || index > count) {
    throw CLI::ValidationError("--shard", "expects I/N with I from 1 to N, not \"" + text::printable(shard) + "\"");
  }
  std::vector<std::string> mine;
  for (std::size_t i = index - 1; i < photos.size(); i += count) mine.push_back(std::move(photos[i]));
  return mine;
}

/// What an earlier run wrote: the photos of its whole lines, and where the last of these ends.
struct EarlierRun {
  std::set<std::string> photos{};
  std::uintmax_t bytes = 0;
};

/// @throws Error(format) for a line that is no result of this program's
EarlierRun read_earlier_run(const std::string& path) {
  EarlierRun run;
  std::ifstream file(path, std::ios::binary);
  std::string line;
  for (std::size_t number = 1; std::getline(file, line) && !file.eof(); ++number) {
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("photo") || !json["photo"].is_string()) {
      throw Error(ErrorCode::format, "--resume: this is no result of a photo").where(fmt::format("{}, line {}", path, number));
    }
    run.photos.insert(json["photo"]);
    run.bytes += line.size() + 1;
  }
  return run;
}

/// A photo's name as it stands in JSON.
std::string name_in_json(const std::string& photo) {
  const nlohmann::json name = photo;
  return nlohmann::json::parse(name.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// The faces that a boxes file gives each photo of the run.
class GivenFaces {
 public:
  GivenFaces(const std::string& path, const std::vector<std::string>& photos)
      : boxes_(faceptor::read_boxes_file(path)), lookup_(boxes_, fs::path(path).parent_path()) {
    for (const auto& photo : photos) {
      try {
        if (const auto match = lookup_.find(photo); match.faces != nullptr) takers_[match.faces].insert(photo);
      } catch (const faceptor::Error&) {  // told when it is the photo's turn
      }
    }
  }

  /// @throws Error(argument) if the file says nothing of the photo, or what it says may be of another photo of this run
  std::vector<faceptor::Detection> of(const std::string& photo, const faceptor::Image& image) const {
    const auto match = lookup_.find(photo);
    if (match.faces == nullptr) throw faceptor::Error(faceptor::ErrorCode::argument, "analyze: the boxes file says nothing of the photo");
    if (match.by_name && takers_.at(match.faces).size() > 1) {
      throw faceptor::Error(faceptor::ErrorCode::argument, "analyze: the boxes file has this photo's name once, and several photos have it")
          .hint("write the photos' folders into the boxes file");
    }
    return faceptor::FixedBoxes(*match.faces).detect(image);
  }

 private:
  faceptor::BoxesByPhoto boxes_;
  faceptor::BoxesLookup lookup_;
  std::map<const std::vector<faceptor::Detection>*, std::set<std::string>> takers_;
};

/// An error's line, which names the photo.
std::string about(const std::string& photo, const std::string& message) {
  return photo == "-" || message.find(photo) != std::string::npos ? message : photo + ": " + message;
}

/// What is printed where no file was asked for: a small table a face.
std::string summary(const faceptor::PhotoResult& result) {
  auto text = fmt::format("{}: {} face{}", faceptor::text::printable(result.photo), result.size(), result.size() == 1 ? "" : "s");
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto& face = result[i];
    text += fmt::format("\n  face {}: {:.0f},{:.0f} to {:.0f},{:.0f}, score {:.2f}", i + 1, face.box.x0, face.box.y0, face.box.x1,
                        face.box.y1, face.score);
    std::size_t widest = 0;
    for (const auto& task : face) widest = std::max(widest, task.task().size());
    for (const auto& task : face) text += fmt::format("\n    {:<{}}  {}", task.task(), widest, task.text());
  }
  return text;
}

/// The passes of a run, for people.
void explain(const faceptor::FaceAnalyzer& analyzer, bool with_points) {
  print_out("faces: detector {}\n", analyzer.detector().name());
  print_out("{:<6} {:<40} {:>9}  {}\n", "stage", "view", "max batch", "tasks");
  for (const auto& pass : analyzer.plan(with_points)) {
    print_out("{:<6} {:<40} {:>9}  {}{}\n", pass.stage, pass.view.name(), pass.max_batch, text::join(pass.tasks),
              pass.only_points ? " (for the five points alone)" : "");
  }
}

/// The classes of all faces of a photo, as a label image of the photo's size. Of faces that overlap, the first one's.
LabelImage mask_of(const faceptor::PhotoResult& result, const std::string& task) {
  LabelImage mask{result.width, result.height, {}};
  mask.labels.resize(static_cast<std::size_t>(mask.width) * static_cast<std::size_t>(mask.height));
  for (const auto& face : result) {
    const auto& map = face.get<ParsingMap>(task);
    for (int y = std::max(0, map.y); y < std::min(mask.height, map.y + map.height); ++y) {
      for (int x = std::max(0, map.x); x < std::min(mask.width, map.x + map.width); ++x) {
        auto& label = mask.labels[static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.width) + static_cast<std::size_t>(x)];
        if (label == 0) label = map.at(x, y);
      }
    }
  }
  return mask;
}

/// Some photos on their way: read on several threads, then analyzed together.
struct PhotoGroup {
  std::vector<faceptor::PhotoInput> inputs;
  std::vector<std::optional<faceptor::Error>> errors;
};

class AnalyzeRun {
 public:
  AnalyzeRun(const Common& common, const AnalyzeOptions& chosen) : common_(common), chosen_(chosen) {}

  int operator()() {
    if (chosen_.photos.empty() && !chosen_.explain) throw CLI::RequiredError("photos");
    if (chosen_.explain) {
      explain(make_analyzer(), chosen_.boxes.empty() && (chosen_.detector == MtcnnDetector::kName || chosen_.detector == "aligned"));
      return kDone;
    }
    auto [photos, left_out] = find_photos(chosen_.photos);
    photos_ = shard_of(std::move(photos), chosen_.shard);
    const auto stems = stems_of(photos_);
    if (chosen_.resume && (chosen_.json.empty() || chosen_.json == "-")) throw CLI::ValidationError("--resume", "needs --json FILE");

    auto outputs = inputs();
    outputs.writes("--json", chosen_.json, OutputKind::json);
    for (const auto& stem : stems) {
      if (!chosen_.draw.empty()) outputs.writes("--draw", fs::path(chosen_.draw) / (stem + ".png"), OutputKind::picture);
    }
    outputs.check();
    if (!left_out.empty()) complain(common_, left_out);
    if (photos_.empty() && chosen_.shard.empty()) return kFailed;
    files::make_folder(chosen_.draw);
    files::make_folder(chosen_.masks);
    if (!chosen_.boxes.empty()) given_.emplace(chosen_.boxes, photos_);
    stems_ = stems;
    skip_earlier();

    const auto analyzer = make_analyzer();
    if (!chosen_.masks.empty()) find_mask_tasks(analyzer);
    if (!chosen_.json.empty()) json_.emplace(chosen_.json, chosen_.resume);
    Progress progress(common_, static_cast<std::size_t>(std::ranges::count(written_, false)));
    // The next photos are read while these are analyzed.
    auto begin = next_group(0);
    auto next = std::async(std::launch::async, [&, begin] { return read(begin); });
    while (begin < photos_.size()) {
      const auto group = next.get();
      const auto following = next_group(begin + kGroup);
      next = std::async(std::launch::async, [&, following] { return read(following); });
      write(group, analyze(analyzer, group), begin, progress);
      begin = following;
    }
    progress.end();
    for (const auto& error : errors_) complain(common_, error);
    return errors_.empty() && left_out.empty() ? kDone : kFailed;
  }

 private:
  static constexpr std::size_t kGroup = 16;

  /// What the run reads.
  Outputs inputs() const {
    Outputs outputs(common_.force);
    for (const auto& argument : chosen_.photos) outputs.reads(argument);
    for (const auto& photo : photos_) outputs.reads(photo);
    outputs.reads(chosen_.boxes);
    outputs.reads(weights_path(chosen_.weights));
    return outputs;
  }

  faceptor::FaceAnalyzer make_analyzer() const {
    return faceptor::FaceAnalyzer(load_weights(common_, chosen_.weights, chosen_.step), {.tasks = names_of(chosen_.tasks),
                                                                                         .detector = detector_of(common_, chosen_),
                                                                                         .max_batch = chosen_.max_batch,
                                                                                         .device = chosen_.device,
                                                                                         .precision = chosen_.precision});
  }

  /// Marks the photos that an earlier run has lines of, and cuts off the line that it was writing when it ended.
  void skip_earlier() {
    written_.assign(photos_.size(), false);
    if (!chosen_.resume || !fs::exists(chosen_.json)) return;
    const auto earlier = read_earlier_run(chosen_.json);
    fs::resize_file(chosen_.json, earlier.bytes);
    for (std::size_t i = 0; i < photos_.size(); ++i) written_[i] = earlier.photos.contains(name_in_json(photos_[i]));
    if (const auto count = std::ranges::count(written_, true); count > 0) say(common_, fmt::format("resumes behind {} photos", count));
  }

  /// The first group from `begin` on in which something is left to do. Groups are the same whether a run resumes or not, so that each photo
  /// goes through the network beside the same ones, and gets the same digits.
  std::size_t next_group(std::size_t begin) const {
    const auto all_written = [&](std::size_t at) {
      const auto end = std::min(at + kGroup, photos_.size());
      return std::all_of(written_.begin() + static_cast<std::ptrdiff_t>(at), written_.begin() + static_cast<std::ptrdiff_t>(end),
                         [](bool written) { return written; });
    };
    while (begin < photos_.size() && all_written(begin)) begin += kGroup;
    return std::min(begin, photos_.size());
  }

  void find_mask_tasks(const faceptor::FaceAnalyzer& analyzer) {
    for (const auto& task : analyzer.tasks()) {
      const auto wanted = names_of(chosen_.tasks);
      if (!wanted.empty() && std::ranges::find(wanted, task.name()) == wanted.end()) continue;
      if (task.result_type() == typeid(ParsingMap)) mask_tasks_.push_back(task.name());
    }
    if (mask_tasks_.empty()) throw CLI::ValidationError("--masks", "none of the tasks gives maps of classes");
    auto outputs = inputs();
    for (const auto& stem : stems_) {
      for (const auto& task : mask_tasks_) outputs.writes("--masks", mask_path(stem, task), OutputKind::picture);
    }
    outputs.check();
  }

  fs::path mask_path(const std::string& stem, const std::string& task) const {
    return fs::path(chosen_.masks) / fmt::format("{}.{}.png", stem, task);
  }

  /// So many photos that they fill passes, and no more than memory likes.
  PhotoGroup read(std::size_t begin) const {
    PhotoGroup group;
    const auto count = std::min(kGroup, photos_.size() - begin);
    group.inputs.resize(count);
    group.errors.resize(count);
    parallel_for(count, chosen_.workers, [&](std::size_t i) {
      const auto& photo = photos_[begin + i];
      auto& input = group.inputs[i];
      input.name = photo;
      try {
        input.photo = read_photo(photo, chosen_.reading);
        if (given_) input.faces = given_->of(photo, input.photo);
      } catch (const faceptor::Error& error) {
        group.errors[i] = error;
        input.photo = {};
      }
    });
    return group;
  }

  std::vector<faceptor::PhotoResult> analyze(const faceptor::FaceAnalyzer& analyzer, const PhotoGroup& group) const {
    auto results = analyzer.analyze(group.inputs);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (group.errors[i]) results[i].error = group.errors[i]->what();
    }
    return results;
  }

  void write(const PhotoGroup& group, std::vector<faceptor::PhotoResult> results, std::size_t begin, Progress& progress) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (written_[begin + i]) continue;
      auto& result = results[i];
      std::string note = fmt::format("{}: {} face{}", result.photo, result.size(), result.size() == 1 ? "" : "s");
      try {
        if (!result.error) note += draw(group.inputs[i].photo, result, stems_[begin + i]);
      } catch (const faceptor::Error& error) {
        result.error = error.what();
      }
      if (result.error) {
        result.error = about(result.photo, *result.error);
        note = result.photo + ": failed";
        errors_.push_back(*result.error);
      }
      if (json_) {
        json_->write(faceptor::json_line(result, {.full = chosen_.full_json}));
      } else if (!result.error && chosen_.draw.empty() && chosen_.masks.empty()) {
        print_out("{}\n", summary(result));
      }
      progress.step(note);
    }
  }

  std::string draw(const Image& photo, const faceptor::PhotoResult& result, const std::string& stem) const {
    std::string note;
    if (!chosen_.draw.empty()) {
      const auto path = fs::path(chosen_.draw) / (stem + ".png");
      write_picture(path, faceptor::draw(photo, result));
      note = ", drawn in " + path.string();
    }
    for (const auto& task : mask_tasks_) {
      write_picture(mask_path(stem, task), mask_of(result, task));
    }
    return note;
  }

  const Common& common_;
  const AnalyzeOptions& chosen_;
  std::vector<std::string> photos_, stems_, mask_tasks_, errors_;
  std::vector<bool> written_;  ///< by an earlier run, photo by photo
  std::optional<GivenFaces> given_;
  std::optional<LineWriter> json_;
};

}  // namespace

void add_analyze(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<AnalyzeOptions>();
  chosen->detector = faceptor::detector_names().front();
  auto* verb = add_verb(app, "analyze", "photos to results", "faceptor analyze photo.jpg --json - --draw out", common,
                        [&common, chosen] { return AnalyzeRun(common, *chosen)(); });
  verb->add_option("photos", chosen->photos,
                   "photos, folders, patterns such as 'a/*.jpg', @FILE with a photo a line, or - for one on standard input");
  verb->add_option("--weights", chosen->weights,
                   "weights file, run or published checkpoint; default: $FACEPTOR_WEIGHTS, else the bundled ones");
  add_step_option(*verb, chosen->step);
  add_device_option(*verb, chosen->device);
  add_precision_option(*verb, chosen->precision);
  verb->add_option("--tasks", chosen->tasks, "names of the tasks to run, separated by commas; default: all");
  verb->add_option("--json", chosen->json, "write one JSON object a photo and line to this file; - for standard output");
  verb->add_flag("--full", chosen->full_json,
                 "with the vectors of embeddings, which tell who somebody is, the values of maps, and five points, in the JSON");
  verb->add_option("--draw", chosen->draw, "write an annotated PNG of each photo into this folder");
  verb->add_option("--masks", chosen->masks, "write the classes of each pixel as a grey PNG a photo and parsing task into this folder");
  verb->add_option("--boxes", chosen->boxes, "take the faces from this file (JSON or CSV, see docs/program.md) and detect none");
  verb->add_flag("--explain", chosen->explain, "say which passes through the network a face takes, and do nothing");
  verb->add_flag("--resume", chosen->resume, "leave out the photos that --json FILE has lines of, and write the others behind them");
  verb->add_option("--shard", chosen->shard, "I/N: every N-th photo from the I-th on, for N processes side by side");
  verb->add_option("--workers", chosen->workers, "threads that read photos; 0: as many as the machine suggests")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  verb->add_option("--max-batch", chosen->max_batch, "the most faces that go through the network together; 0: as the view's size suggests")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{4096}))
      ->capture_default_str();
  verb->add_flag("--lenient", chosen->reading.lenient,
                 "read damaged and cut-off photos as far as they go; what is missing is grey or black");
  verb->add_option("--max-pixels", chosen->reading.max_pixels, "the most pixels that a photo may have")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
      ->capture_default_str();
  verb->add_option("--detector", chosen->detector, "how faces are found: " + faceptor::text::join(faceptor::detector_names()))
      ->capture_default_str();
  verb->add_option(
          "--min-face", chosen->min_face,
          fmt::format("the side of the smallest faces that mtcnn looks for, in pixels; half of it takes four times as long; default: {}",
                      faceptor::MtcnnOptions{}.min_face))
      ->check(CLI::Range(12.0, 1e6));
  verb->add_flag("--upright-only", chosen->upright_only,
                 "don't look for faces that lie sideways or upside down where no upright one was found");
  verb->add_option("--seed", common.seed, "of the untrained model that stands in where there are no weights")->capture_default_str();
}

}  // namespace faceptor::program
