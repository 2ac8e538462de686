#pragma once

#include <functional>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/data/datasets/dataset.hpp>
#include <faceptor/detect/face_detector.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor::evaluate {

/// The five points of a face that was found in a picture. Called from several threads.
using PointFinder = std::function<FivePoints(const Image& picture, const Detection& face)>;

/// A data set whose boxes and five points are those of a detector: what the network will see in use, where nobody has annotated anything.
///
/// Of each picture the face that overlaps the annotated box (or the box around annotated points) most is taken; without one the surest.
/// Five points that the detector doesn't give are `points`', or the box's without. Labels stay as they are. Reading a picture without a
/// face, or whose faces all miss the annotated one, is Error(format).
std::shared_ptr<const data::Dataset> with_detected_boxes(std::shared_ptr<const data::Dataset> set,
                                                         std::shared_ptr<const FaceDetector> detector, PointFinder points = {});

}  // namespace faceptor::evaluate

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/evaluate/detected_boxes_inl.hpp>
#endif
