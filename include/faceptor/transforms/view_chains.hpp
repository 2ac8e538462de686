#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/degrade.hpp>
#include <faceptor/transforms/mirror.hpp>
#include <faceptor/transforms/photometric.hpp>
#include <faceptor/transforms/random_similarity.hpp>
#include <faceptor/geometry/view.hpp>

/// Chains for tasks of your own, from the view that the task looks at.
///
///     ViewTrainOptions options;
///     options.mirror.sides = Sides::of_dataset(set->info());
///     options.detector = {.scale = 1.25};                       // our labels' boxes are tighter than the detector's
///     Chain train = transforms::view_train(task.view(), options);
///     Chain test = transforms::view_test(task.view(), options.detector);
namespace faceptor::data::transforms {

/// What `FaceAnalyzer` does for this view, to the bit; box and points come from the annotation (`face_box`, `face_points`).
/// Steps: crop, extract.
/// @throws Error(argument) for a view that is not valid
Chain view_test(const View& view, const DetectorBox& detector = {});

/// The same from the whole picture, for faces that are cut already: without the view's crop rule, scale and warp.
/// @throws Error(argument) for a view that is not valid
Chain whole_test(View view);

/// How strongly pictures are changed in training on few of them. Every part can be turned off by a probability, or a range, of 0; the
/// defaults are meant for a few hundred to some ten thousand photos.
struct ViewTrainOptions {
  DetectorBox detector = {};  ///< how the detector's boxes differ from the labels'
  double point_noise = 0.03;  ///< of five points, as `Crop` has it
  RandomSimilarity similarity = {.shift = 0.06, .rotation = 0.25, .smallest = 0.85, .largest = 1.18};
  Mirror mirror;  ///< landmarks and parsing classes with sides need `mirror.sides`
  ColorJitter color;
  GammaJitter exposure;
  Grey grey = {.probability = 0.1};
  Blur blur = {.probability = 0.25, .most = 0.025};
  LowResolution low_resolution;
  SensorNoise noise;
  JpegBlocks jpeg;
  Occlusion occlusion = {.probability = 0.2};
};

/// A strong general augmentation for this view; landmarks and parsing labels follow.
/// Steps: crop, similarity, mirror, map, color, exposure, grey, blur, low_resolution, noise, jpeg, occlusion, normalise.
/// @throws Error(argument) for a view that is not valid, an option out of range
Chain view_train(const View& view, const ViewTrainOptions& options = {});

}  // namespace faceptor::data::transforms

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/transforms/impl/view_chains.cpp>
#endif
