#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/transforms/chain.hpp>

/// The chains of the thirteen published tasks, step by step as the published weights were trained and evaluated with.
///
///     auto chain = transforms::published::chain_for("align_300w", true);     // landmarks_train(0.8)
///
/// Samples come as the data sets' readers give them: faces cut to about 112 pixels for the tasks of that size, CelebAMask-HQ at 512 x 512,
/// LaPa with its five points, landmark sets with their box. Dense chains leave the way back in `Prepared::photo_to_crop` and `warp`.
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

/// The names that `chain_for` knows, in the published order.
std::vector<std::string> task_names();

/// The chain of a published task: "recog_ms1mv3", "align_300w", ...
/// @param side  of the crop in pixels; the published 112 or 512 where none is given
/// @throws Error(argument) for an unknown name, with the nearest known one; for a side that isn't 1..8192
Chain chain_for(std::string_view task, bool training, std::optional<int> side = std::nullopt);

}  // namespace faceptor::transforms::published
