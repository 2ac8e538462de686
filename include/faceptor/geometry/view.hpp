#pragma once

#include <array>
#include <compare>
#include <faceptor/core/config.hpp>
#include <faceptor/geometry/remap.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace faceptor {

/// What a crop is cut by.
enum class CropRule {
  whole,    ///< the whole photo, squeezed to the crop's sides
  box,      ///< the face's box, stretched to the crop's sides
  aligned,  ///< the face's five points, brought next to a template's
};

/// "whole", "box", "aligned".
std::string_view to_string(CropRule value);
constexpr std::array<CropRule, 3> values_of(CropRule) { return {CropRule::whole, CropRule::box, CropRule::aligned}; }

/// Which part of a photo a task looks at, how large, and in which numbers: a value.
///
/// Tasks with equal views share one tensor and one pass through the backbone.
///
///     View view = views::aligned(112);
///     View wide = View(CropRule::box, 256, 192).scale(0.8F).warp(0.5F).mean({0.5F, 0.5F, 0.5F});
class View {
 public:
  /// The whole photo at 112 x 112.
  View() = default;
  View(CropRule crop, int width, int height) : crop_(crop), width_(width), height_(height) {}

  CropRule crop() const noexcept { return crop_; }
  View& crop(CropRule value) { return set(crop_, value); }

  /// The sides of the crop in pixels.
  int width() const noexcept { return width_; }
  View& width(int value) { return set(width_, value); }
  int height() const noexcept { return height_; }
  View& height(int value) { return set(height_, value); }
  Size size() const noexcept { return {width_, height_}; }

  /// How large the box, or the template's face, stands in the crop, about its centre: 1 as it is, less shows more around it.
  float scale() const noexcept { return scale_; }
  View& scale(float value) { return set(scale_, value); }

  /// Where the five points go; of no effect unless the crop is aligned.
  AlignTemplate align_template() const noexcept { return align_template_; }
  View& align_template(AlignTemplate value) { return set(align_template_, value); }

  /// The factor of the tanh warp, 0 (none) to 1.
  float warp() const noexcept { return warp_; }
  View& warp(float value) { return set(warp_, value); }

  /// A colour c in 0..1 becomes (c - mean) / std, for red, green, blue.
  const std::array<float, 3>& mean() const noexcept { return mean_; }
  View& mean(std::array<float, 3> value) { return set(mean_, value); }
  const std::array<float, 3>& std() const noexcept { return std_; }
  View& std(std::array<float, 3> value) { return set(std_, value); }

  Interpolation interpolation() const noexcept { return interpolation_; }
  View& interpolation(Interpolation value) { return set(interpolation_, value); }

  bool needs_box() const noexcept { return crop_ == CropRule::box; }
  bool needs_points() const noexcept { return crop_ == CropRule::aligned; }

  /// One line, the same for equal views and different for others: "aligned(arcface) 112x112", "box 512x512 scale 0.8 clip".
  std::string name() const;

  /// @throws Error(argument)  for sides outside 1..8192, a scale not above 0, a warp factor outside 0..1, a std not above 0, or
  ///                          anything not finite
  void check() const;

  template <class Visitor>
  void each_field(Visitor&& visit);

  friend bool operator==(const View&, const View&) = default;
  /// Some order, for maps keyed by views.
  friend auto operator<=>(const View&, const View&) = default;

 private:
  template <typename T>
  View& set(T& field, const T& value) {
    field = value;
    return *this;
  }

  CropRule crop_ = CropRule::whole;
  int width_ = 112;
  int height_ = 112;
  float scale_ = 1;
  AlignTemplate align_template_ = AlignTemplate::arcface;
  float warp_ = 0;
  std::array<float, 3> mean_ = {0.5F, 0.5F, 0.5F};
  std::array<float, 3> std_ = {0.5F, 0.5F, 0.5F};
  Interpolation interpolation_ = Interpolation::bilinear;
};

/// {"crop": "box", "width": 512, "height": 512, "scale": 0.8, "warp": 0, "mean": [...], "std": [...], "interpolation": "bilinear"},
/// and "template" where the crop is aligned.
void to_json(nlohmann::json& json, const View& view);

/// Reads the above; "scale", "warp", "template" and "interpolation" may be absent and are then 1, 0, "arcface" and "bilinear".
/// @throws Error(format)    for an unknown or missing field or name, or a value of the wrong type
/// @throws Error(argument)  as `View::check`
void from_json(const nlohmann::json& json, View& view);

namespace views {

/// The mean and standard deviation of colours that CLIP's image encoder, and so FaRL's, is trained with.
inline constexpr std::array<float, 3> kClipMean = {0.48145466F, 0.4578275F, 0.40821073F};
inline constexpr std::array<float, 3> kClipStd = {0.26862954F, 0.26130258F, 0.27577711F};

/// The whole photo, squeezed to a square.
View whole(int side);
/// The face's box, with more around it for a scale below 1.
View box(int side, float scale = 1);
/// Five points on ArcFace's template.
View aligned(int side);

/// The views that the published weights were trained with (`spec` of the reference: 512-pixel crops whatever the photo).
namespace published {

/// Landmarks: the annotated box at scale m (0.8 for 300W, COFW and WFLW, 1 for AFLW-19), 512 pixels, CLIP's normalisation.
View landmarks(float m);
/// LaPa: five points on FaRL's template, 512 pixels, tanh warp 0.8, CLIP's normalisation.
View parsing_lapa();
/// CelebAMask-HQ: the whole image at 512 pixels, CLIP's normalisation.
View parsing_celebam();
/// Age, attributes, expression, identity: an aligned face of 112 pixels, -1..1.
View aligned112();

}  // namespace published
}  // namespace views
}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/geometry/impl/view_inl.hpp>
#endif
