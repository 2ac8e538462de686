#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <set>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <faceptor/core/error.hpp>
#include <faceptor/core/json.hpp>
#include <faceptor/core/parallel.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/datasets/prepare/impl/preparation.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/geometry/crop_picture.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/write.hpp>

namespace faceptor::datasets {
namespace detail {
namespace {

constexpr const char* kMarker = "prepared.json";
constexpr double kTrainShare = 0.8;

/// Whether a name can be a path below OUT/data, and stand in a list.
bool is_sound(const std::string& name) {
  const std::filesystem::path path(name);
  return !name.empty() && text::printable(name) == name && name.find_first_of("\"\\") == std::string::npos && path.is_relative() &&
         path.lexically_normal() == path && *path.begin() != "..";
}

/// What is wrong with pictures whatever is in them: names that can't be, or came before; files that aren't there.
void check_pictures(DownloadedPictures& pictures, bool aligned) {
  std::set<std::string> names;
  for (auto& picture : pictures) {
    if (!picture.usable()) continue;
    // What is cut is written as JPEG.
    if (std::filesystem::path path(picture.name); aligned) {
      const auto extension = path.extension();
      if (extension != ".jpg" && extension != ".JPG") picture.name = path.replace_extension(".jpg").generic_string();
    }
    if (!is_sound(picture.name)) {
      picture.error =
          Error(ErrorCode::format, "data: a picture's name can't be a path in a data set").found(text::in_quotes(picture.name)).what();
    } else if (picture.file.empty()) {
      picture.error = Error(ErrorCode::io, "data: a picture is not there").where(picture.name).hint("is the download whole?").what();
    } else if (!names.insert(picture.name).second) {
      picture.left_out = "a picture of this name came before";
    }
  }
}

/// Pictures in the order that the seed draws; it depends on their names alone, not on which others there are.
/// @return whether any split was to be drawn
bool draw_splits(DownloadedPictures& pictures, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, DownloadedPicture*>> drawn;
  for (auto& picture : pictures) {
    if (!picture.usable() || !picture.split.empty()) continue;
    std::uint64_t stream = 0;
    for (const char letter : picture.name) stream = mix_bits(stream ^ static_cast<unsigned char>(letter));
    drawn.emplace_back(Random(seed, {stream}).bits64(), &picture);
  }
  std::ranges::sort(drawn, {}, [](const auto& one) { return std::pair(one.first, std::string_view(one.second->name)); });
  const auto train = static_cast<std::size_t>(std::llround(kTrainShare * static_cast<double>(drawn.size())));
  for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i].second->split = i < train ? "train" : "test";
  return !drawn.empty();
}

/// The five points of the largest face.
std::optional<FivePoints> found_points(const Image& photo, const FaceFinder& find) {
  const auto faces = find(photo);
  const auto largest = std::ranges::max_element(faces, {}, [](const Detection& face) { return face.box.width() * face.box.height(); });
  if (largest == faces.end()) return std::nullopt;
  if (!largest->points) throw Error(ErrorCode::argument, "data: a face was found without five points");
  return largest->points;
}

/// The bytes of the file to write; nothing for a picture without a face.
std::vector<std::byte> prepared_bytes(const DownloadedPicture& picture, bool aligned, const FaceFinder& find) {
  constexpr int kQuality = 95;
  if (!picture.grey.empty()) return faceptor::detail::encode_png_samples(kFerSide, kFerSide, 1, picture.grey);
  if (!aligned) {
    read_image(picture.file, {.apply_orientation = false});  // a damaged picture fails here
    const auto bytes = faceptor::detail::read_image_file(picture.file, ReadOptions{}.max_bytes);
    const auto view = std::as_bytes(std::span(bytes));
    return {view.begin(), view.end()};
  }
  const auto photo = read_image(picture.file);
  const auto points = picture.points ? picture.points : found_points(photo, find);
  return points ? encode_jpeg(aligned_picture(photo, views::aligned(112), *points), kQuality) : std::vector<std::byte>{};
}

bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder) {
  std::error_code failed;
  const auto inner = std::filesystem::weakly_canonical(path, failed), outer = std::filesystem::weakly_canonical(folder, failed);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

void write_marker(const PrepareReport& report, const std::filesystem::path& out, bool complete) {
  auto json = to_json(report);
  json["complete"] = complete;
  files::write_file(out / kMarker, json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

/// What makes two runs the same one.
nlohmann::ordered_json identity_of(const nlohmann::ordered_json& marker) {
  nlohmann::ordered_json same;
  for (const char* key : {"format", "split", "seed", "faces"}) same[key] = marker.value(key, nlohmann::ordered_json());
  return same;
}

/// Makes OUT ready. @throws Error(argument) if it holds something else
void open_out(const PrepareReport& report, const std::filesystem::path& out, const PrepareOptions& options) {
  std::error_code status;
  const bool there = std::filesystem::exists(out, status);
  const bool empty = there && std::filesystem::is_directory(out, status) && std::filesystem::is_empty(out, status);
  if (there && !empty) {
    nlohmann::ordered_json marker;
    if (std::filesystem::is_regular_file(out / kMarker, status)) {
      marker = parse_json<nlohmann::ordered_json>(files::read_file(out / kMarker, "data: the report", std::uint64_t{1} << 24), "data",
                                                  (out / kMarker).string());
    }
    const bool prepared = marker.is_object() && marker.contains("made_by");
    if (prepared && identity_of(marker) == identity_of(to_json(report))) return;
    if (!options.force) {
      throw Error(ErrorCode::argument, "data: the folder holds something else")
          .where(out.string())
          .expected("an empty folder, or one that this very run began")
          .found(prepared ? "a set prepared with " + identity_of(marker).dump() : "files that were not prepared here")
          .hint(prepared ? "--force empties it first" : "--force writes among them");
    }
    if (prepared && !options.dry_run) {
      std::filesystem::remove_all(out, status);
      if (status) throw Error(ErrorCode::io, "data: a set can't be removed").where(out.string()).found(status.message());
    }
  }
  if (options.dry_run) return;
  files::make_folder(out / "data");
  write_marker(report, out, false);
}

/// What is left out, as CSV.
std::string left_out_list(const PrepareReport& report) {
  const auto field = [](std::string value) {
    value = text::printable(value);
    for (auto at = value.find('"'); at != std::string::npos; at = value.find('"', at + 2)) value.insert(at, 1, '"');
    return '"' + value + '"';
  };
  std::string list = "file,why\n";
  for (const auto& picture : report.pictures) {
    if (!picture.why.empty()) list += fmt::format("{},{}\n", field(picture.name), field(picture.why));
  }
  return list;
}

/// One after the other, or all at once. @return what became of each
std::vector<PictureReport> prepare_pictures(const DownloadedPictures& pictures, const Preparation& preparation,
                                            const std::filesystem::path& data, const PrepareOptions& options) {
  std::vector<PictureReport> reports(pictures.size());
  std::mutex telling;
  std::size_t done = 0;
  parallel_for(pictures.size(), options.threads, [&](std::size_t i) {
    const auto& picture = pictures[i];
    auto& report = reports[i];
    report = {.name = picture.name.empty() ? picture.file.string() : picture.name, .split = picture.split};
    const auto target = data / picture.name;
    std::error_code status;
    std::vector<std::byte> bytes;
    if (!picture.error.empty()) {
      report.fate = PictureFate::failed;
      report.why = picture.error;
    } else if (!picture.left_out.empty()) {
      report.fate = PictureFate::left_out;
      report.why = picture.left_out;
    } else if (std::filesystem::is_regular_file(target, status)) {
      report.fate = PictureFate::kept;
    } else if (!options.dry_run) {
      try {
        bytes = prepared_bytes(picture, preparation.aligned, options.faces);
        report.fate = bytes.empty() ? PictureFate::left_out : PictureFate::written;
        if (bytes.empty()) report.why = "no face was found";
      } catch (const Error& e) {
        report.fate = PictureFate::failed;
        report.why = e.what();
      }
    }
    // A full disk is no fault of a picture's: it ends the run.
    if (!bytes.empty()) {
      files::make_folder(target.parent_path());
      files::write_file(target, bytes);
    }
    const std::lock_guard lock(telling);
    if (options.progress) options.progress(++done, pictures.size());
  });
  return reports;
}

std::string faces_in_words(const DownloadedPictures& pictures, bool aligned, const std::string& finder) {
  if (!aligned) return "as they are";
  const auto lacks_points = [](const DownloadedPicture& picture) { return picture.usable() && !picture.points; };
  const bool found = std::ranges::any_of(pictures, lacks_points);
  const bool own = std::ranges::any_of(pictures, [&](const auto& picture) { return picture.usable() && !lacks_points(picture); });
  std::vector<std::string> sources;
  if (own) sources.emplace_back("the set's own");
  if (found) sources.push_back("found by " + finder);
  return "112 x 112, five points on ArcFace's template: " + text::join(sources, " or ");
}

}  // namespace
}  // namespace detail

PrepareReport prepare_dataset(std::string_view format, const std::filesystem::path& download, const std::filesystem::path& out,
                              const PrepareOptions& options) {
  const auto& preparation = detail::preparation_of(format);
  if (detail::is_below(out, download)) {
    throw Error(ErrorCode::argument, "data: the prepared set would lie in the download")
        .where(out.string())
        .hint("give a folder beside it");
  }
  PrepareReport report{.format = std::string(format), .seed = options.seed};
  auto pictures = preparation.read(detail::Download(download, preparation.form.holds));
  detail::check_pictures(pictures, preparation.aligned);
  report.split_drawn = detail::draw_splits(pictures, options.seed);
  report.faces = detail::faces_in_words(pictures, preparation.aligned, options.finder.empty() ? "a detector" : options.finder);
  if (std::ranges::none_of(pictures, &detail::DownloadedPicture::usable)) {
    auto error = Error(ErrorCode::format, fmt::format("data: the download has no picture of {}", format)).where(download.string());
    const auto bad = std::ranges::find_if(pictures, [](const auto& picture) { return !picture.error.empty(); });
    if (bad != pictures.end()) error.found(fmt::format("{} that can't be used; the first one: {}", pictures.size(), bad->error));
    throw error.expected(std::string(preparation.form.holds));
  }
  const bool finds = preparation.aligned && std::ranges::any_of(pictures, [](const auto& one) { return one.usable() && !one.points; });
  if (finds && !options.faces && !options.dry_run) {
    throw Error(ErrorCode::argument, fmt::format("data: faces of {} have to be found, and nobody does", format))
        .hint("give PrepareOptions::faces");
  }
  detail::open_out(report, out, options);
  report.pictures = detail::prepare_pictures(pictures, preparation, out / "data", options);
  if (options.dry_run) return report;

  std::vector<const detail::DownloadedPicture*> there;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto fate = report.pictures[i].fate;
    if (fate == PictureFate::written || fate == PictureFate::kept) there.push_back(&pictures[i]);
  }
  for (const auto& [name, list] : preparation.lists(there)) {
    files::make_folder((out / name).parent_path());
    files::write_file(out / name, list);
  }
  files::write_file(out / "left_out.csv", detail::left_out_list(report));
  detail::write_marker(report, out, report.complete());
  return report;
}

}  // namespace faceptor::datasets
