#pragma once

#include <Eigen/Core>
#include <array>
#include <faceptor/core/config.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>
#include <span>
#include <string_view>

/// The linear maps between a photo and a crop.
///
/// A matrix takes photo coordinates to crop coordinates (column vectors); a further step is multiplied from the left:
///
///     Matrix m = crop_matrix(box, {512, 512});
///     m = similarity_about_center({.scale = 0.8}, {512, 512}, {512, 512}) * m;
namespace faceptor {

using Matrix = Eigen::Matrix3d;

/// The similarity (rotation, scale, shift; no mirror) nearest to taking `from` to `to`, by least squares.
///
/// Umeyama, "Least-squares estimation of transformation parameters between two point patterns" (1991), in two dimensions.
/// @throws Error(argument)  unless both have the same number of points, at least two, all finite, not all in one place
Matrix fit_similarity(std::span<const Point> from, std::span<const Point> to);

/// The box of which `five_points_from_box` says where its five points usually lie: an upright square about the similarity of those points
/// that is nearest to these. For detectors whose own boxes are of another kind; a face that is turned gets an upright box, too.
/// @throws Error(argument)  for points that are not finite or all in one place
Box box_from_five_points(const FivePoints& points);

/// Where the five points of a face stand in an aligned crop.
enum class AlignTemplate {
  farl,     ///< FaRL's, made for 512 pixels: the face is small, the hair and neck are seen
  arcface,  ///< ArcFace's, made for 112 pixels: the face fills the crop
};

/// "farl", "arcface".
std::string_view to_string(AlignTemplate value);
constexpr std::array<AlignTemplate, 2> values_of(AlignTemplate) { return {AlignTemplate::farl, AlignTemplate::arcface}; }

/// The template's points in a crop.
///
/// FaRL's template is stretched to the crop's sides, with its corners on the centres of the corner pixels, as the reference does
/// (at 512 this is the published list times 511/512). ArcFace's is kept in shape, by the shorter side, about the crop's centre.
/// @param face_scale  below 1 the face gets smaller about the crop's centre, and more around it is seen
/// @param offset      added at last, in pixels
FivePoints align_target(AlignTemplate align_template, Size crop, double face_scale = 1, Point offset = {});

/// The matrix that brings a face's five points next to the template's.
/// @throws Error(argument)  for points that are not finite or all in one place, or a crop without pixels
Matrix align_matrix(const FivePoints& points, AlignTemplate align_template, Size crop, double face_scale = 1, Point offset = {});

/// How the edges of a box are meant, and where they go.
enum class BoxEdges {
  pixels,   ///< whole numbers are pixel centres (`Box`); the edges go to the crop's edges, -0.5 and width - 0.5
  corners,  ///< whole numbers are pixel edges, 0 to width; the edges go to the crop's edges
  centers,  ///< the edges go to the centres of the crop's outermost pixels, 0 and width - 1
};

/// The matrix that stretches a box over a crop.
/// @throws Error(argument)  for a box that is empty or not finite, or a crop without pixels
Matrix crop_matrix(const Box& box, Size crop, BoxEdges edges = BoxEdges::pixels);

/// What a random similarity draws; the defaults change nothing.
struct SimilarityDraws {
  double shift_x = 0;   ///< in shorter sides of the target
  double shift_y = 0;   ///< in shorter sides of the target
  double rotation = 0;  ///< radians; positive turns clockwise on the screen
  double scale = 1;     ///< above 1 enlarges
};

/// Turns and scales about the centre of `source`, brings that centre onto the centre of `target`, then shifts.
Matrix similarity_about_center(const SimilarityDraws& draws, Size source, Size target);

/// Brings the centre of `source` onto the centre of `target` and mirrors left to right.
Matrix flip_matrix(Size source, Size target);

/// The size of a picture turned by quarter turns.
Size turned_size(Size picture, int quarter_turns);

/// Brings places of a picture to where they are in the picture turned by quarter turns against the clock (0 to 3; other numbers count on).
Matrix quarter_turn_matrix(Size picture, int quarter_turns);

/// Which places of two pictures coincide when one is resized to the other.
enum class ResizeRule {
  edges,    ///< the outer edges of the pictures (`align_corners=false`)
  corners,  ///< the centres of the corner pixels (`align_corners=true`)
};

/// The plain resize.
Matrix resize_matrix(Size source, Size target, ResizeRule rule = ResizeRule::edges);

/// The way back. @throws Error(argument) for a matrix that has none, or whose entries are not finite.
Matrix inverted(const Matrix& matrix);

/// The points through an affine matrix, computed in double precision.
Points transformed(const Matrix& matrix, std::span<const Point> points);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/geometry/impl/similarity_inl.hpp>
#endif
