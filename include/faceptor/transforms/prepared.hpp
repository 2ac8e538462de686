#pragma once

#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/sample.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/similarity.hpp>

namespace faceptor::data {

/// A sample as the network takes it: what comes out at the end of a chain of transforms.
struct Prepared {
  Size size;                 ///< of the crop
  std::vector<float> image;  ///< 3 x height x width: red, green, blue planes, normalised
  /// Landmarks in pixels of the crop, parsing classes and soft maps one a pixel of the crop, labels of your own as they say, everything
  /// else as read.
  Label label;
  std::vector<Label> further = {};  ///< likewise, of the sample's further labels
  std::string name;          ///< the sample's

  Matrix photo_to_crop = Matrix::Identity();  ///< without the warp; see geometry/view_transform.hpp for the way back
  float warp = 0;                             ///< the factor of the tanh warp
};

}  // namespace faceptor::data
