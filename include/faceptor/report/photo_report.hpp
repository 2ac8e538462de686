#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/results/photo_result.hpp>

/// What was found in many photos, as one page to look through.
namespace faceptor::report {

/// What a page shows of a face, and finds it by.
struct FaceFacts {
  std::vector<std::pair<std::string, std::string>> lines{};  ///< by task: one line for people
  std::map<std::string, double> numbers{};                   ///< "score", "age: years", ...: filtered by range, and sorted by
  std::map<std::string, std::string> choices{};              ///< "expression": "happy": filtered by one of the values that occur
  std::map<std::string, std::vector<std::string>> tags{};    ///< "attributes": those that are there: filtered by any of them
};

/// Of a face's results: years and spread of an age, the most probable label of probabilities and how probable it is, the attributes that
/// are there, each of the values of `Values`; of types of a user's own the numbers and short words of their JSON. Embeddings give nothing.
FaceFacts facts_of(const Face& face);

/// The photos of a run as an HTML page that needs nothing from elsewhere: a card a photo with a small picture and a line for each task of
/// each face, filters by task, and sorting, such as the least sure faces first.
///
/// It keeps facts, no pixels, so that many thousands of photos are no burden. The page shows faces: mind whom you give it to.
///
///     PhotoReport report("Holidays");
///     for (...) report.add(result, "thumbnails/a.jpg");
///     files::write_file(folder / "index.html", report.html());
class PhotoReport {
 public:
  explicit PhotoReport(std::string title) : title_(std::move(title)) {}

  /// @param picture  the small picture's place from the page on, with slashes; empty for a photo that has none
  void add(const PhotoResult& result, std::string picture);

  std::size_t size() const noexcept { return photos_.size(); }
  std::string html() const;

 private:
  struct Photo {
    std::string name, picture;
    std::optional<std::string> error;
    std::vector<FaceFacts> faces;
  };

  std::string title_;
  std::vector<Photo> photos_;
  bool untrained_ = false;
};

/// The small picture of a photo with its results drawn on it, at most `side` pixels wide and high. @throws Error as `draw`
Image thumbnail(const Image& photo, const PhotoResult& result, int side = 320);

}  // namespace faceptor::report
