#include <algorithm>
#include <set>
#include <unordered_map>

#include <faceptor/datasets/impl/utkface_names.hpp>
#include <faceptor/datasets/prepare/impl/preparation.hpp>

namespace faceptor::datasets::detail {
namespace {

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

/// What tells a picture, in whatever form it comes: "26_0_2_2017" of "UTKFace/26_0_2_2017.jpg.chip.jpg".
std::string stem_of(const std::string& path) {
  const auto name = file_name(path);
  return name.substr(0, name.find('.'));
}

/// Where lists of a split lie among the files of a download, its names in the column behind an index without a name, if there is one.
class ListedSplits {
 public:
  /// @param header  whether a list begins with a line of names of columns
  void add(const std::string& split, const std::filesystem::path& path, Separator separator, bool header) {
    if (path.empty()) return;
    LabelFile file(path);
    std::size_t column = 0;
    if (header && file.next() && file.fields(separator).fields().front().empty()) column = 1;
    while (file.next()) splits_.emplace(stem_of(file.fields(separator).text(column, "file")), split);
  }

  /// Gives a picture its split. Without lists it is drawn later.
  void mark(DownloadedPicture& picture) const {
    if (splits_.empty()) return;
    const auto found = splits_.find(stem_of(picture.name));
    if (found == splits_.end()) {
      picture.left_out = "in none of the lists";
    } else {
      picture.split = found->second;
    }
  }
  bool empty() const noexcept { return splits_.empty(); }

 private:
  std::unordered_map<std::string, std::string> splits_;
};

/// "54" of "009055_1M54.JPG": subject, number of the picture, sex, age.
std::optional<std::int64_t> age_in_morph2_name(const std::string& name) {
  const auto stem = name.substr(0, name.find('.'));
  const auto line = stem.find('_');
  const auto sex = stem.find_first_of("MF", line == std::string::npos ? 0 : line);
  const auto digits = [](std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (line == std::string::npos || sex == std::string::npos || !digits(stem.substr(0, line)) ||
      !digits(stem.substr(line + 1, sex - line - 1)) || !digits(stem.substr(sex + 1)) || stem.size() > sex + 3) {
    return std::nullopt;
  }
  return parse_integer(stem.substr(sex + 1));
}

}  // namespace

DownloadedPictures read_morph2_download(const Download& download) {
  ListedSplits listed;
  for (const auto* split : {"train", "test"}) {
    listed.add(split, download.find(std::string("RANDOM_80_20/") + split + ".txt"), Separator::space, false);
  }
  DownloadedPictures pictures;
  for (const auto& path : download.pictures()) {
    DownloadedPicture picture{.name = file_name(path), .file = download.at(path)};
    if (const auto years = age_in_morph2_name(picture.name)) {
      picture.label = std::to_string(*years);
      listed.mark(picture);
    } else {
      picture.left_out = "its name tells no age";
    }
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

DownloadedPictures read_utkface_download(const Download& download) {
  // The published lists hold these ages only.
  constexpr std::int64_t kYoungest = 21, kOldest = 60;
  ListedSplits listed;
  for (const auto* split : {"train", "test"}) {
    auto list = download.find(std::string("label/") + split + ".csv");
    if (list.empty()) list = download.find(std::string("utkface_") + split + ".csv");
    listed.add(split, list, Separator::comma, true);
  }
  // A picture may have come twice: as a photo, and as the face that the publishers cut out of it.
  const auto paths = download.pictures();
  std::set<std::string> chips;
  for (const auto& path : paths) {
    if (path.ends_with(".chip.jpg")) chips.insert(stem_of(path));
  }
  DownloadedPictures pictures;
  for (const auto& path : paths) {
    DownloadedPicture picture{.name = file_name(path), .file = download.at(path)};
    const auto years = age_in_utkface_name(picture.name);
    if (years) picture.label = std::to_string(*years);
    if (!years) {
      picture.left_out = "its name is not AGE_SEX_RACE_DATE";
    } else if (!picture.name.ends_with(".chip.jpg") && chips.contains(stem_of(path))) {
      picture.left_out = "the same picture is there as a cut face";
    } else if (listed.empty() && (*years < kYoungest || *years > kOldest)) {
      picture.left_out = "younger than 21 or older than 60 years";
    } else {
      listed.mark(picture);
    }
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace faceptor::datasets::detail
