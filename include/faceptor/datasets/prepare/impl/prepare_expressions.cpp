#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/named_rows.hpp>
#include <faceptor/datasets/prepare/impl/preparation.hpp>
#include <faceptor/datasets/soft_maps.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/results/landmarks.hpp>

namespace faceptor::datasets::detail {
namespace {

constexpr std::int64_t kContempt = 7;

/// The five points of the 68 that AffectNet writes as "x;y;x;y;...".
FivePoints affectnet_points(const Record& record, std::size_t field) {
  const auto& scheme = results::landmark_scheme("68");
  const auto numbers = text::split(record.text(field, "facial_landmarks"), ';');
  Points points;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) {
    const auto x = parse_number(numbers[i]), y = parse_number(numbers[i + 1]);
    if (!x || !y) break;
    points.push_back({static_cast<float>(*x), static_cast<float>(*y)});
  }
  if (points.size() != scheme.size || numbers.size() != 2 * scheme.size) {
    throw record.place().error("a face has no 68 points", "facial_landmarks").expected("136 numbers");
  }
  return results::five_points(scheme, points);
}

/// What stands in a row: path, box, landmarks, expression, valence, arousal.
void read_affectnet_list(const Download& download, const std::filesystem::path& list, const std::string& split,
                         DownloadedPictures& pictures) {
  constexpr std::size_t kLandmarks = 5, kExpression = 6;
  LabelFile file(list);
  while (file.next()) {
    const auto record = file.fields(Separator::comma);
    record.expect_at_least(kExpression + 1, "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression");
    if (record.fields().front() == "subDirectory_filePath") continue;
    const auto& path = record.text(0, "subDirectory_filePath");
    DownloadedPicture picture{.name = path, .file = download.find(path), .split = split};
    const auto expression = record.integer(kExpression, "expression", 0, 10);
    picture.label = std::to_string(expression);
    try {
      expression > kContempt ? void(picture.left_out = "no expression, an uncertain one, or no face")
                             : void(picture.points = affectnet_points(record, kLandmarks));
    } catch (const Error& e) {
      picture.error = e.what();
    }
    pictures.push_back(std::move(picture));
  }
}

/// A whole number that NumPy saved as text: an array without sides, of letters of four bytes each.
std::int64_t number_in_npy_text(const std::filesystem::path& path) {
  constexpr std::uint64_t kMost = 1 << 12;
  constexpr std::size_t kBefore = 10;  // mark, version, length of the header
  const auto bytes = files::read_file(path, "data: the label", kMost);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  std::string digits;
  if (bytes.size() > kBefore && is_npy(std::as_bytes(std::span(bytes)))) {
    const std::size_t begin = kBefore + byte(8) + 256 * std::size_t{byte(9)};
    for (std::size_t i = begin; i + 4 <= bytes.size() && bytes[i] != 0; i += 4) digits += bytes[i];
  }
  const auto number = parse_integer(digits);
  if (!number || *number < 0 || *number > kContempt) {
    throw Error(ErrorCode::format, "data: a label of AffectNet is none")
        .where(path.string())
        .expected("0 to 7, as NumPy's text")
        .found(quoted_start(digits));
  }
  return *number;
}

/// The faces of 224 x 224 that AffectNet's publishers give out since 2021: a file a label.
void read_cut_affectnet(const Download& download, DownloadedPictures& pictures) {
  for (const auto& path : download.pictures()) {
    const std::filesystem::path place(path);
    const auto set = place.parent_path().parent_path();
    const bool training = set.filename() == "train_set";
    if (place.parent_path().filename() != "images" || (!training && set.filename() != "val_set")) continue;
    DownloadedPicture picture{.name = fmt::format("{}/{}", set.filename().string(), place.filename().string()),
                              .file = download.at(path),
                              .split = training ? "train" : "test"};
    try {
      picture.label =
          std::to_string(number_in_npy_text(download.at((set / "annotations" / (place.stem().string() + "_exp.npy")).string())));
    } catch (const Error& e) {
      picture.error = e.what();
    }
    pictures.push_back(std::move(picture));
  }
}

}  // namespace

DownloadedPictures read_affectnet_download(const Download& download) {
  DownloadedPictures pictures;
  if (download.find("training.csv").empty() && download.find("validation.csv").empty()) read_cut_affectnet(download, pictures);
  if (!pictures.empty()) return pictures;
  read_affectnet_list(download, download.need({"training.csv"}), "train", pictures);
  read_affectnet_list(download, download.need({"validation.csv"}), "test", pictures);
  return pictures;
}

DownloadedPictures read_rafdb_download(const Download& download) {
  constexpr std::int64_t kClasses = 7;
  DownloadedPictures pictures;
  // The publishers' spelling, and what it is put right to.
  LabelFile file(download.need({"list_patition_label.txt", "list_partition_label.txt"}));
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    record.expect_fields(2, "name class");
    const std::filesystem::path listed(record.text(0, "name"));
    const auto split = listed.string().substr(0, listed.string().find('_'));
    if (split != "train" && split != "test") {
      throw record.place()
          .error("a picture's name does not begin with its split", "name")
          .expected("train_ or test_")
          .found(quoted_start(listed.string()));
    }
    auto name = listed.stem().string() + "_aligned" + listed.extension().string();
    auto path = download.find(name);
    pictures.push_back({.name = std::move(name),
                        .file = std::move(path),
                        .label = std::to_string(record.integer(1, "class", 1, kClasses)),
                        .split = split});
  }
  return pictures;
}

namespace {

constexpr std::array<const char*, 10> kVoteColumns = {"neutral", "happiness", "surprise", "sadness", "anger",
                                                      "disgust", "fear",      "contempt", "unknown", "NF"};

/// The class that has more than half of the votes, votes that stand alone left out: the rule "majority" of FERPlus's publishers.
std::optional<std::size_t> majority_of(const NamedRows& votes) {
  std::array<double, kVoteColumns.size()> counts{};
  double total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = votes.number(kVoteColumns[i], 0, 1000);
    if (counts[i] <= 1) counts[i] = 0;
    total += counts[i];
  }
  const auto most = std::ranges::max_element(counts);
  if (2 * *most <= total) return std::nullopt;
  return static_cast<std::size_t>(most - counts.begin());
}

std::vector<std::uint8_t> grey_pixels(const NamedRows& rows) {
  constexpr std::size_t kPixels = std::size_t{kFerSide} * kFerSide;
  std::vector<std::uint8_t> grey;
  grey.reserve(kPixels);
  for (const auto& number : text::split(rows.required("pixels"), ' ')) {
    const auto value = parse_integer(number);
    if (!value || *value < 0 || *value > 255) break;
    grey.push_back(static_cast<std::uint8_t>(*value));
  }
  if (grey.size() != kPixels) {
    throw rows.place().error("a picture is not whole", "pixels").expected("2304 numbers from 0 to 255").found(std::to_string(grey.size()));
  }
  return grey;
}

std::string split_of_usage(const NamedRows& rows) {
  const auto usage = rows.required("Usage");
  if (usage == "Training") return "train";
  if (usage == "PublicTest") return "val";
  if (usage == "PrivateTest") return "test";
  throw rows.place().error("a picture is of no split", "Usage").expected("Training, PublicTest or PrivateTest").found(quoted_start(usage));
}

}  // namespace

DownloadedPictures read_ferplus_download(const Download& download) {
  const auto faces_file = download.need({"fer2013.csv", "icml_face_data.csv"}), votes_file = download.need({"fer2013new.csv"});
  NamedRows faces(faces_file, Separator::comma), votes(votes_file, Separator::comma);
  DownloadedPictures pictures;
  std::size_t rows = 0;
  bool more_faces = faces.next(), more_votes = votes.next();
  for (; more_faces && more_votes; more_faces = faces.next(), more_votes = votes.next()) {
    DownloadedPicture picture{.name = votes.text("Image name"), .file = faces_file, .split = split_of_usage(votes)};
    if (picture.split != split_of_usage(faces)) {
      throw votes.place()
          .error("the votes are not those of the pictures", "Usage")
          .expected(faces.text("Usage"))
          .found(votes.text("Usage"));
    }
    if (picture.name.empty()) picture.name = fmt::format("fer{:07}.png", rows);
    ++rows;
    const auto winner = majority_of(votes);
    if (!winner) {
      picture.left_out = "no expression has most of the votes";
    } else if (*winner > static_cast<std::size_t>(kContempt)) {
      picture.left_out = "most votes are for an unknown expression, or no face";
    } else {
      picture.label = std::to_string(*winner);
      try {
        picture.grey = grey_pixels(faces);
      } catch (const Error& e) {
        picture.error = e.what();
      }
    }
    pictures.push_back(std::move(picture));
  }
  if (more_faces || more_votes) {
    const auto& shorter = more_faces ? votes_file : faces_file;
    const auto& longer = more_faces ? faces_file : votes_file;
    pictures.push_back({.name = shorter.filename().string(),
                        .file = shorter,
                        .error = Error(ErrorCode::format, "data: a file has fewer rows than the other one")
                                     .where(shorter.string())
                                     .expected(fmt::format("as many as {}", longer.filename().string()))
                                     .found(std::to_string(rows))
                                     .hint("is the file whole?")
                                     .what()});
  }
  return pictures;
}

}  // namespace faceptor::datasets::detail
