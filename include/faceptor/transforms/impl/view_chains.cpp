#pragma once

#include <faceptor/transforms/normalise.hpp>
#include <faceptor/transforms/view_chains.hpp>

namespace faceptor::data::transforms {

FACEPTOR_INLINE Chain view_test(const View& view, const DetectorBox& detector) {
  return Chain().then(Crop{.view = view, .detector = detector}).then(Extract{view});
}

FACEPTOR_INLINE Chain whole_test(View view) { return view_test(view.crop(CropRule::whole).scale(1).warp(0)); }

FACEPTOR_INLINE Chain view_train(const View& view, const ViewTrainOptions& options) {
  return Chain()
      .then(Crop{.view = view, .detector = options.detector, .point_noise = options.point_noise})
      .then(options.similarity)
      .then(options.mirror)
      .then(Map{.warp = view.warp(), .interpolation = view.interpolation()})
      .then(options.color)
      .then(options.exposure)
      .then(options.grey)
      .then(options.blur)
      .then(options.low_resolution)
      .then(options.noise)
      .then(options.jpeg)
      .then(options.occlusion)
      .then(Normalise::of(view));
}

}  // namespace faceptor::data::transforms
