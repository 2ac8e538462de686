#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/results/face.hpp>
#include <nlohmann/json_fwd.hpp>

/// All that is said of one photo, and its JSON (docs/results.md):
///
///     {"schema":1,"photo":"a.jpg","width":640,"height":480,
///      "faces":[{"box":[x0,y0,x1,y1],"score":0.98,"tasks":{"age_morph2":{"type":"AgeEstimate","years":31.4,...}}}],"error":null}
namespace faceptor {

struct PhotoResult {
  /// The version of the JSON that this library writes, and reads.
  static constexpr int kSchema = 1;

  std::string photo;                 ///< its path or name; may be empty
  int width = 0;                     ///< pixels; 0 when the photo could not be read
  int height = 0;                    ///< pixels; 0 when the photo could not be read
  std::vector<Face> faces;           ///< in the detector's order
  std::optional<std::string> error;  ///< why there are no results
  bool untrained = false;            ///< the weights were never trained: the results mean nothing

  auto begin() const noexcept { return faces.begin(); }
  auto end() const noexcept { return faces.end(); }
  std::size_t size() const noexcept { return faces.size(); }
  bool empty() const noexcept { return faces.empty(); }
  /// Not checked. A temporary result gives a copy of the face, which may be kept.
  const Face& operator[](std::size_t i) const& noexcept { return faces[i]; }
  Face operator[](std::size_t i) const&& { return faces[i]; }
};

/// What the JSON of a photo holds.
struct JsonOptions {
  /// With what is long: the distributions of ages, the runs of parsing maps, the thresholds of attributes, the values of `Maps`, the five
  /// points of each face, and the vectors of embeddings, which tell who somebody is.
  bool full = false;
};

/// One line without its newline, keys in the order above and tasks in their own. Bytes of the name that are not UTF-8 are replaced.
/// @throws Error(argument) when a box or score is not finite.
std::string json_line(const PhotoResult& result, const JsonOptions& options = {});

/// The same as an object. @throws Error(argument) when a box or score is not finite.
void write_json(nlohmann::json& out, const PhotoResult& result, const JsonOptions& options = {});
/// The same with the order of `json_line`.
void write_json(nlohmann::ordered_json& out, const PhotoResult& result, const JsonOptions& options = {});
void to_json(nlohmann::json& out, const PhotoResult& result);

/// Reads a line that `json_line` wrote; tasks keep the line's order.
/// @throws Error(format) when it isn't JSON or a field is wrong, Error(unsupported) for another schema or an unregistered type.
PhotoResult parse_json_line(std::string_view line);
/// Reads such an object; tasks are sorted by name. @throws Error as `parse_json_line`.
void from_json(const nlohmann::json& in, PhotoResult& result);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/photo_result_inl.hpp>
#endif
