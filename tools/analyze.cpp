#include "analyze.hpp"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <future>

#include <faceptor/core/error.hpp>
#include <faceptor/core/parallel.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>

#include "photos.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;

/// An error's line, which names the photo.
std::string about(const std::string& photo, const std::string& message) {
  return photo == "-" || message.find(photo) != std::string::npos ? message : photo + ": " + message;
}

/// What is printed where no file was asked for: a small table a face.
std::string summary(const PhotoResult& result) {
  auto text = fmt::format("{}: {} face{}", text::printable(result.photo), result.size(), result.size() == 1 ? "" : "s");
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

/// Some photos on their way: read on several threads, then analyzed together.
struct PhotoGroup {
  std::vector<PhotoInput> inputs;
  std::vector<std::optional<Error>> errors;
};

class AnalyzeRun {
 public:
  AnalyzeRun(const Common& common, AnalyzeOptions chosen) : common_(common), chosen_(std::move(chosen)) {}

  int operator()() {
    if (chosen_.photos.empty() && !chosen_.explain) throw CLI::RequiredError("photos");
    if (chosen_.explain) {
      explain(common_, chosen_);
      return kDone;
    }
    const auto shard = shard_of(common_, chosen_);
    auto [found, lists, left_out] = find_photos(chosen_.photos);
    lists_ = std::move(lists);
    photos_ = shard.of(with_stems(std::move(found)));
    if (chosen_.resume && (chosen_.json.empty() || chosen_.json == "-")) throw CLI::ValidationError("--resume", "needs --json FILE");

    PhotoFiles files(chosen_);
    auto outputs = inputs();
    outputs.writes("--json", chosen_.json, OutputKind::photos);
    files.declare(outputs, photos_);
    outputs.check();
    if (!left_out.empty()) complain(common_, left_out);
    if (photos_.empty() && shard.count == 1) return kFailed;
    files.make_folders();
    if (!chosen_.boxes.empty()) given_.emplace(chosen_.boxes, photos_);
    if (const auto others = given_ ? given_->others() : std::vector<std::string>(); !others.empty() && shard.count == 1) {
      say(common_, fmt::format("{}: tells of {} photo{} that this run is not about, such as {}", chosen_.boxes, others.size(),
                               others.size() == 1 ? "" : "s", text::in_quotes(others.front())));
    }
    skip_earlier(files);

    const auto analyzer = make_analyzer();
    expect_tasks_of_earlier(analyzer);
    if (!chosen_.masks.empty()) {
      files.find_mask_tasks(analyzer);
      files.declare_masks(outputs, photos_);
      outputs.check();
    }
    if (!chosen_.json.empty()) {
      cut_earlier();
      json_.emplace(chosen_.json, chosen_.resume);
    }
    Progress progress(common_, static_cast<std::size_t>(std::ranges::count(written_, false)));
    // The next photos are read while these are analyzed.
    auto begin = next_group(0);
    auto next = std::async(std::launch::async, [&, begin] { return read(begin); });
    while (begin < photos_.size()) {
      const auto group = next.get();
      const auto following = next_group(begin + kGroup);
      next = std::async(std::launch::async, [&, following] { return read(following); });
      write(analyzer, group, begin, files, progress);
      begin = following;
    }
    progress.end();
    files.write_report();
    for (const auto& error : errors_) complain(common_, error);
    if (earlier_failed_ > 0) {
      complain(common_, fmt::format("--resume: {} of the photos that have lines already failed then ({}); delete these lines to try again",
                                    earlier_failed_, chosen_.json));
    }
    return errors_.empty() && left_out.empty() && earlier_failed_ == 0 ? kDone : kFailed;
  }

 private:
  static constexpr std::size_t kGroup = 16;

  /// What the run reads.
  Outputs inputs() const {
    Outputs outputs(common_.force);
    for (const auto& argument : chosen_.photos) outputs.reads(argument);
    for (const auto& photo : photos_) outputs.reads(photo.path);
    for (const auto& list : lists_) outputs.reads(list);
    outputs.reads(chosen_.boxes);
    outputs.reads(weights_path(chosen_.weights));
    return outputs;
  }

  FaceAnalyzer make_analyzer() const {
    return FaceAnalyzer(load_weights(common_, chosen_.weights, chosen_.step), analyzer_options(common_, chosen_));
  }

  /// Marks the photos that an earlier run has lines of.
  void skip_earlier(PhotoFiles& files) {
    written_.assign(photos_.size(), false);
    std::error_code failed;
    if (!chosen_.resume || !fs::exists(chosen_.json, failed)) return;
    earlier_ = read_earlier_run(chosen_.json, /*keep_text=*/!chosen_.report.empty());
    std::map<std::string, std::size_t> taken;
    for (std::size_t i = 0; i < photos_.size(); ++i) {
      const auto lines = earlier_->lines.find(name_in_json(photos_[i].path));
      if (lines == earlier_->lines.end()) continue;
      const auto next = taken[lines->first]++;
      if (next >= lines->second.size()) continue;
      const auto& line = lines->second[next];
      written_[i] = true;
      if (line.failed) ++earlier_failed_;
      if (!chosen_.report.empty()) files.report(parse_json_line(line.text), photos_[i]);
    }
    if (const auto count = std::ranges::count(written_, true); count > 0) say(common_, fmt::format("resumes behind {} photos", count));
  }

  /// @throws Error(mismatch) if the lines of this run would tell other things than those that are there
  void expect_tasks_of_earlier(const FaceAnalyzer& analyzer) const {
    if (!earlier_ || earlier_->tasks.empty()) return;
    auto names = names_of(chosen_.tasks);
    if (names.empty()) names = analyzer.tasks().names();
    const std::set<std::string> wanted(names.begin(), names.end());
    if (wanted == earlier_->tasks) return;
    const auto listed = [](const std::set<std::string>& tasks) { return text::join(std::vector<std::string>(tasks.begin(), tasks.end())); };
    throw Error(ErrorCode::mismatch, "--resume: the file has results of other tasks")
        .where(chosen_.json)
        .expected(listed(wanted))
        .found(listed(earlier_->tasks))
        .hint("give the --weights and --tasks of the first run, or another --json FILE");
  }

  /// Cuts off the line that an earlier run was writing when it ended.
  void cut_earlier() const {
    if (!earlier_) return;
    std::error_code failed;
    fs::resize_file(chosen_.json, earlier_->bytes, failed);
    if (failed) throw Error(ErrorCode::io, "can't write the file").where(chosen_.json).found(failed.message());
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

  /// So many photos that they fill passes, and no more than memory likes.
  PhotoGroup read(std::size_t begin) const {
    PhotoGroup group;
    const auto count = std::min(kGroup, photos_.size() - begin);
    group.inputs.resize(count);
    group.errors.resize(count);
    parallel_for(count, chosen_.workers, [&](std::size_t i) {
      const auto& photo = photos_[begin + i].path;
      auto& input = group.inputs[i];
      input.name = photo;
      try {
        input.photo = read_photo(photo, chosen_.reading);
        if (given_) input.faces = given_->of(photo, input.photo);
      } catch (const Error& error) {
        group.errors[i] = error;
        input.photo = {};
      }
    });
    return group;
  }

  std::vector<PhotoResult> analyze(const FaceAnalyzer& analyzer, const PhotoGroup& group) const {
    auto results = analyzer.analyze(group.inputs);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (group.errors[i]) results[i].error = group.errors[i]->what();
    }
    return results;
  }

  void write(const FaceAnalyzer& analyzer, const PhotoGroup& group, std::size_t begin, PhotoFiles& files, Progress& progress) {
    auto results = analyze(analyzer, group);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (written_[begin + i]) continue;
      auto& result = results[i];
      const auto& photo = photos_[begin + i];
      std::string note = fmt::format("{}: {} face{}", result.photo, result.size(), result.size() == 1 ? "" : "s");
      try {
        if (!result.error) note += files.write(analyzer, group.inputs[i].photo, result, photo);
      } catch (const Error& error) {
        result.error = error.what();
      }
      if (result.error) {
        result.error = about(result.photo, *result.error);
        note = result.photo + ": failed";
        errors_.push_back(*result.error);
      }
      files.report(result, photo);
      if (json_) {
        json_->write(json_line(result, {.full = chosen_.full_json}));
      } else if (!result.error && !chosen_.writes_files()) {
        print_out("{}\n", summary(result));
      }
      progress.step(note);
    }
  }

  const Common& common_;
  AnalyzeOptions chosen_;
  std::vector<NamedPhoto> photos_;
  std::vector<std::string> lists_;  ///< files that photos were named in
  std::vector<std::string> errors_;
  std::vector<bool> written_;  ///< by an earlier run, photo by photo
  std::optional<EarlierRun> earlier_;
  std::size_t earlier_failed_ = 0;
  std::optional<GivenFaces> given_;
  std::optional<LineWriter> json_;
};

}  // namespace

void add_analyze(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<AnalyzeOptions>();
  auto* verb = add_verb(app, "analyze", "photos to results", "faceptor analyze photo.jpg --json - --draw out", common,
                        [&common, chosen] { return AnalyzeRun(common, *chosen)(); });
  verb->add_option("photos", chosen->photos,
                   "photos, folders, patterns such as 'a/*.jpg', @FILE with a photo a line, or - for one on standard input");
  add_weights_option(*verb, chosen->weights, chosen->step);
  add_device_option(*verb, chosen->device);
  add_precision_option(*verb, chosen->precision);
  add_tasks_option(*verb, chosen->tasks);
  verb->add_option("--json", chosen->json, "write one JSON object a photo and line to this file; - for standard output");
  verb->add_flag("--full", chosen->full_json,
                 "with what is long in the JSON: distributions, runs of masks, thresholds, values of maps, five points, and the vectors of "
                 "embeddings, which tell who somebody is");
  verb->add_option("--draw", chosen->draw, "write an annotated PNG of each photo into this folder");
  verb->add_option("--masks", chosen->masks, "write the classes of each pixel as a grey PNG a photo and parsing task into this folder");
  auto* crops = verb->add_option("--crops", chosen->crops, "write an aligned PNG of each face into this folder, PHOTO.FACE.png");
  verb->add_option("--crop", chosen->crop, "what --crops cuts: aligned:SIDE, or farl:SIDE with hair and neck; SIDE in pixels")
      ->needs(crops)
      ->capture_default_str();
  verb->add_option("--report", chosen->report, "write index.html into this folder: a page to look through, filter and sort the photos");
  verb->add_option("--boxes", chosen->boxes, "take the faces from this file (JSON or CSV, see docs/program.md) and detect none");
  verb->add_flag("--explain", chosen->explain,
                 "say which passes through the network a face takes, what they cost, and how much memory; read no photo");
  verb->add_flag("--resume", chosen->resume, "leave out the photos that --json FILE has lines of, and write the others behind them");
  verb->add_option(
      "--shard", chosen->shard,
      "I/N: every N-th photo from the I-th on, for N processes side by side; default: as a launcher's RANK and WORLD_SIZE say");
  verb->add_option("--workers", chosen->workers, "threads that read photos; 0: as many as the machine suggests")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  verb->add_option(
          "--views", chosen->views,
          "exact: each task looks at the crop that it was trained with; shared: tasks of one crop size look at one crop, which takes "
          "less time and changes results")
      ->check(CLI::IsMember({"exact", "shared"}))
      ->capture_default_str();
  verb->add_option("--max-batch", chosen->max_batch,
                   "the most faces that go through the network together; 0: as the view's size and the memory suggest")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{4096}))
      ->capture_default_str();
  verb->add_flag("--lenient", chosen->reading.lenient,
                 "read damaged and cut-off photos as far as they go; what is missing is grey or black");
  verb->add_option("--max-pixels", chosen->reading.max_pixels, "the most pixels that a photo may have")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
      ->capture_default_str();
  add_detector_options(*verb, chosen->detector, chosen->min_face);
  verb->add_flag("--upright-only", chosen->upright_only,
                 "don't look for faces that lie sideways or upside down where no upright one was found");
  verb->add_option("--seed", common.seed, "of the untrained model that stands in where there are no weights")->capture_default_str();
}

}  // namespace faceptor::program
