#pragma once

#include <functional>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/detect/face_detector.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor::loading {

/// The five points of a face that was found in a picture. Called from several threads.
using PointFinder = std::function<FivePoints(const Image& picture, const Detection& face)>;

/// A data set whose faces are where a detector finds them, and aligned by points that `points` gives: what the network will see in use,
/// where nobody has annotated anything.
///
/// Of each picture the found face that overlaps the annotated box (or the box around annotated points) most is taken; without one the
/// surest. Labels stay as they are. Reading a picture without a face, or whose faces all miss the annotated one, is Error(format).
/// @param detector  null: faces stay where the set says they are (else in the whole picture), and only their points are others
/// @param points    gives five points where the detector doesn't; null: the box's
std::shared_ptr<const datasets::Dataset> with_detected_boxes(std::shared_ptr<const datasets::Dataset> set,
                                                             std::shared_ptr<const FaceDetector> detector, PointFinder points = {});

}  // namespace faceptor::loading
