#include <array>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/manifest.hpp>
#include <faceptor/datasets/manifest_columns.hpp>
#include <faceptor/datasets/soft_maps.hpp>
#include <faceptor/results/landmarks.hpp>

namespace faceptor::datasets {
namespace {

/// The manifest's file, and the folder that its paths begin in.
struct ManifestPlace {
  std::filesystem::path file, folder;
};

ManifestPlace manifest_place(const std::filesystem::path& root, const DatasetOptions& options) {
  std::error_code status;
  if (std::filesystem::is_regular_file(root, status)) return {root, root.has_parent_path() ? root.parent_path() : "."};
  if (!options.labels.empty()) return {root / options.labels, root};
  for (const auto* name : {"manifest.csv", "manifest.tsv", "manifest.jsonl"}) {
    if (std::filesystem::exists(root / name, status)) return {root / name, root};
  }
  throw Error(ErrorCode::io, "data: there is no manifest")
      .where(root.string())
      .expected("manifest.csv, manifest.tsv or manifest.jsonl, or the file itself");
}

std::optional<Separator> manifest_separator(const DatasetOptions& options) {
  if (!options.settings.contains("separator")) return std::nullopt;
  const auto name = detail::chosen_setting(options, "manifest", "separator", std::array<std::string, 3>{"comma", "tab", "space"});
  return name == "comma" ? Separator::comma : name == "tab" ? Separator::tab : Separator::space;
}

/// The classes of a file, from the texts of all its rows, whatever their split.
class ManifestClasses {
 public:
  explicit ManifestClasses(std::vector<std::string> named) : names_(std::move(named)), named_(!names_.empty()) {}

  void expect(const std::string& text, const LinePlace& place) {
    if (named_) {
      if (std::find(names_.begin(), names_.end(), text) != names_.end()) return;
      throw place.error("a label is none of the classes", "label").expected(text::join(names_)).found(detail::quoted_start(text));
    }
    const auto number = parse_integer(text);
    numbers_ = numbers_ && number && *number >= 0 && *number < kMostClasses;
    if (numbers_) largest_ = std::max(largest_, *number);
    texts_.insert(text);
  }

  void finish() {
    if (named_ || numbers_) return;
    names_.assign(texts_.begin(), texts_.end());
  }

  std::int64_t index(const std::string& text) const {
    if (!named_ && numbers_) return parse_integer(text).value_or(0);
    // Names of the user's come in any order; there are few of them.
    return named_ ? std::find(names_.begin(), names_.end(), text) - names_.begin()
                  : std::lower_bound(names_.begin(), names_.end(), text) - names_.begin();
  }

  const std::vector<std::string>& names() const { return names_; }
  std::int64_t count() const { return !named_ && numbers_ ? largest_ + 1 : static_cast<std::int64_t>(names_.size()); }

 private:
  static constexpr std::int64_t kMostClasses = 100'000'000;
  std::vector<std::string> names_;
  bool named_, numbers_ = true;
  std::int64_t largest_ = 0;
  std::set<std::string> texts_;
};

/// What landmarks say of the box and the five points, where the row says nothing.
void complete_by_landmarks(Annotation& annotation, const std::string& scheme_name) {
  const auto* label = std::get_if<LandmarkLabels>(&annotation.label);
  if (label == nullptr) return;
  if (!annotation.box && label->points.size() > 1) {
    if (const auto box = Box::around(label->points).squared(); box.valid()) annotation.box = box;
  }
  if (const auto* scheme = results::find_landmark_scheme(scheme_name); !annotation.points && scheme != nullptr) {
    annotation.points = results::five_points(*scheme, label->points);
  }
}

/// What tells the faces of one picture apart.
std::string face_text(const std::optional<Box>& box, const std::optional<FivePoints>& points) {
  std::string text;
  if (box) text += fmt::format("{} {} {} {} ", box->x0, box->y0, box->x1, box->y1);
  if (points) {
    for (const auto& point : *points) text += fmt::format("{} {} ", point.x, point.y);
  }
  return text;
}

/// The splits of a manifest, seen as its rows go by.
class ManifestSplits {
 public:
  ManifestSplits(const DatasetOptions& options, bool has_column) : wanted_(options.split) {
    if (!has_column && !wanted_.empty() && wanted_ != "all") {
      throw detail::manifest_error("the manifest has no column of splits")
          .expected("the split \"all\", or the setting \"split\"")
          .found(detail::quoted_start(wanted_));
    }
    if (wanted_.empty()) wanted_ = has_column ? "train" : "all";
    everything_ = !has_column;
  }

  bool takes(const std::string& split) {
    constexpr std::size_t kMost = 32;
    if (seen_.size() < kMost) seen_.insert(split);
    return everything_ || split == wanted_;
  }

  const std::string& wanted() const { return wanted_; }

  /// @throws Error(argument) if no row was of the split
  void expect_some(std::size_t taken) const {
    if (taken > 0) return;
    const std::vector<std::string> known(seen_.begin(), seen_.end());
    throw detail::unknown_option("the manifest", "split", wanted_, known);
  }

 private:
  std::string wanted_;
  bool everything_ = false;
  std::set<std::string> seen_;
};

}  // namespace

std::unique_ptr<Dataset> open_manifest(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto [path, folder] = manifest_place(root, options);
  PictureList list("manifest", folder, options, "", detail::manifest_settings());
  const bool turned = detail::chosen_setting(options, "manifest", "exif", std::array<std::string, 2>{"turn", "ignore"}) == "turn";
  NamedRows rows(path, manifest_separator(options));
  if (!rows.next()) {
    const auto names = rows.columns();
    const bool returns = std::ranges::any_of(names, [](const auto& name) { return name.find('\r') != std::string::npos; });
    throw rows.place().error("the manifest has no rows").hint(returns ? "its lines end as old Macs end them: save it with line feeds" : "");
  }
  const auto columns = detail::manifest_columns(options, rows);
  ManifestSplits splits(options, !columns.split.empty());
  ManifestClasses classes(columns.classes);
  std::vector<std::string> class_texts;
  std::vector<std::vector<std::string>> maps;  // of soft maps: files, picture by picture
  // Rows of JSON may lack an attribute, but not all of them.
  auto unseen = columns.kind == LabelKind::attributes ? columns.label : std::vector<std::string>();
  std::size_t points_each = 0, unlabelled = 0;
  do {
    const bool taken = splits.takes(columns.split.empty() ? "" : rows.required(columns.split));
    if (columns.drops_unlabelled && detail::is_unlabelled(columns, rows)) {
      unlabelled += taken ? 1 : 0;
      continue;
    }
    std::erase_if(unseen, [&](const auto& name) { return rows.has_column(name); });
    if (columns.kind == LabelKind::class_index) classes.expect(rows.required(columns.label.front()), rows.place());
    if (!taken) continue;
    const auto box = detail::manifest_box(columns, rows);
    const auto points = detail::manifest_points(columns, rows);
    auto [label, class_text] = detail::manifest_label(columns, rows);
    if (const auto* landmarks = std::get_if<LandmarkLabels>(&label)) {
      if (points_each == 0) points_each = landmarks->points.size();
      if (points_each != landmarks->points.size()) {
        throw rows.place()
            .error("the number of points differs from that of the rows before", columns.label.front())
            .expected(std::to_string(points_each))
            .found(std::to_string(landmarks->points.size()));
      }
    }
    if (columns.kind == LabelKind::soft_maps) {
      auto& files = maps.emplace_back();
      for (const auto& name : columns.label) files.push_back(list.below_root(rows.required(name), rows.place(), name));
    }
    const auto image = rows.required(columns.image);
    if (!rows.field(columns.image).is_string()) throw rows.place().error("a picture's path is no text", columns.image);
    auto& annotation = list.add(image, rows.place(), std::move(label), face_text(box, points)).annotation;
    annotation.box = box;
    annotation.points = points;
    annotation.columns = detail::manifest_others(columns, rows);
    complete_by_landmarks(annotation, columns.scheme);
    class_texts.push_back(std::move(class_text));
  } while (rows.next());
  if (!unseen.empty()) throw rows.place().error(fmt::format("no row has the column \"{}\"", unseen.front()));
  splits.expect_some(list.pictures().size() + unlabelled);

  DatasetInfo info{.split = splits.wanted(), .kind = columns.kind, .label_names = columns.label, .scheme = columns.scheme};
  info.classes = static_cast<std::int64_t>(columns.label.size());
  info.like = detail::setting(options, "like");
  if (unlabelled > 0) {
    info.notes.push_back(fmt::format("{} of {} rows left out: no label", unlabelled, unlabelled + list.pictures().size()));
  }
  if (columns.kind == LabelKind::class_index) {
    classes.finish();
    info.label_names = classes.names();
    info.classes = classes.count();
    for (std::size_t i = 0; i < class_texts.size(); ++i) list.pictures()[i].annotation.label = ClassLabel{classes.index(class_texts[i])};
  } else if (columns.kind == LabelKind::landmarks) {
    info.label_names.clear();
    info.classes = static_cast<std::int64_t>(points_each);
  } else if (columns.kind == LabelKind::age) {
    info.label_names.clear();
    info.classes = 0;
  } else if (columns.kind == LabelKind::soft_maps && !maps.empty()) {
    detail::name_soft_maps(info, columns.label, folder / maps.front().front());
  }
  return list.finish(std::move(info), turned ? upright_reading() : as_stored(), path.string(), std::move(maps));
}

}  // namespace faceptor::datasets
