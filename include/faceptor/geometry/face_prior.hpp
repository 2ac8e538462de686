#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>

namespace faceptor {

/// Where eyes, nose tip and mouth corners usually lie in the box of an upright, frontal face.
///
/// A guess for detectors that give boxes only; a landmark model finds the points far better. The box is meant as dlib's frontal
/// detector draws it: a square from the brows to the chin. The constants are the medians, made symmetric, of dlib's boxes against the
/// pupils, nose tip and mouth corners of the 762 training photos (no renders) of the corpus behind the demonstration weights, whose faces
/// lean less than 10 degrees. On those photos the guess is off by a median of 0.12 to 0.14 of the distance between the pupils.
/// @throws Error(argument)  for a box that is empty or not finite
FivePoints five_points_from_box(const Box& box);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/geometry/impl/face_prior_inl.hpp>
#endif
