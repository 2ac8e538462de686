#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/transforms/chain.hpp>

/// The chains of the published tasks, step by step as the published weights were trained and evaluated with.
///
///     auto chain = transforms::published::landmarks_train(0.8);
///     auto same = transforms::chain_named("published_landmarks", views::published::landmarks(0.8F), true);
///
/// Which task has which is said in published/table.hpp. Samples come as the data sets' readers give them: faces cut to about 112 pixels
/// for the tasks of that size, CelebAMask-HQ at 512 x 512, LaPa with its five points, landmark sets with their box. Dense chains leave the
/// way back in `Prepared::photo_to_crop` and `warp`.
namespace faceptor::transforms::published {

/// Identity: resize, mirror, normalise.
Chain identity_train(int side = 112);
/// Identity: normalise. Pictures that aren't `side` wide get a short side of that length, then the sides of the crop.
Chain identity_test(int side = 112);

/// Age, attributes, expression: crop, resize, mirror, RandAugment, normalise, erasing.
Chain face112_train(int side = 112);
/// Age, attributes, expression: the whole picture squeezed, normalise.
Chain face112_test(int side = 112);

/// CelebAMask-HQ: the whole picture, a random similarity, grey, gamma, blur, normalise.
Chain parsing_celebam_train(int side = 512);
Chain parsing_celebam_test(int side = 512);

/// LaPa: five points on FaRL's template, tanh warp 0.8; the rest as CelebAMask-HQ.
Chain parsing_lapa_train(int side = 512);
Chain parsing_lapa_test(int side = 512);

/// Landmarks: the box at a size of m - 0.1 to m + 0.1, occlusion, noise, grey, gamma, blur, normalise. m is 0.8 for 300W, COFW and WFLW,
/// 1 for AFLW-19.
Chain landmarks_train(double m, int side = 512);
Chain landmarks_test(double m, int side = 512);

// The same as functions of the view that is looked at in the data set's pictures, for `chain_named`: "published_identity",
// "published_face", "published_parsing", "published_landmarks" (whose m is the view's scale).
// They throw Error(argument) for a view that is not valid, or not square.

Chain identity(const View& view, bool training);
Chain face(const View& view, bool training);
Chain parsing(const View& view, bool training);
Chain landmarks(const View& view, bool training);

}  // namespace faceptor::transforms::published
