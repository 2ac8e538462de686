#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/degrade.hpp>
#include <faceptor/transforms/mirror.hpp>
#include <faceptor/transforms/photometric.hpp>

/// Chains for tasks of your own, from the view that the task looks at.
///
///     ViewTrainOptions options;
///     options.mirror.sides = Sides::of_dataset(set->info());
///     options.detector = {.scale = 1.25};                       // our labels' boxes are tighter than the detector's
///     Chain train = transforms::view_train(task.view(), options);
///     Chain test = transforms::view_test(task.view(), options.detector);
namespace faceptor::transforms {

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

// Chains by name, for configurations: the library's for any view, and your own.
//
//     transforms::register_chain("gentle", [](const View& view, bool training) {
//       return training ? transforms::view_train(view).without("occlusion").without("jpeg") : transforms::view_test(view);
//     });                                                             // then `chain = "gentle"` in a configuration
//
// The published tasks' chains are among them, as functions of a view (transforms/published_chains.hpp).

/// Makes a chain for a view. @param training  whether pictures may be changed at random
using ChainMaker = std::function<Chain(const View& view, bool training)>;

/// The makers that `chain_named` finds: those of this library, and those made known by `register_chain`.
Registry<ChainMaker>& chain_registry();

/// Makes a chain of your own known by name. A maker given later under the same name replaces the former.
/// @throws Error(argument)  without a name or maker
void register_chain(const std::string& name, ChainMaker maker);

/// The names `chain_named` knows: "view", "plain", the published ones, then registered ones.
std::vector<std::string> chain_names();

/// A chain by its name. "view": `view_train` for training, without the mirror, since which labels have sides isn't known here;
/// `view_test` otherwise. "plain": `view_test` for both.
/// @throws Error(unsupported)  for an unknown name, with the nearest known one
/// @throws Error(argument)     for a view that is not valid; whatever a registered maker throws
Chain chain_named(std::string_view name, const View& view, bool training);

}  // namespace faceptor::transforms
