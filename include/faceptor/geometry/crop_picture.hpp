#pragma once

#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/image/image.hpp>

/// Crops as pictures: what a network would be shown, to be kept as a file or looked at.
namespace faceptor {

/// A view in the short form of command lines: "aligned:112", five points on ArcFace's template; "farl:512", on FaRL's, with hair and neck.
/// A colour stays what it is: mean 0, std 1.
/// @throws Error(argument) for any other word, or a side outside 1 to 8192
View view_of_aligned_picture(std::string_view text);

/// A crop in 8 bits a channel, as large as the view. Its normalisation is of no effect; what lies outside the photo is black.
/// @throws Error(argument) when the transform was made for another photo or view size
Image crop_picture(const Image& photo, const View& view, const ViewTransform& transform);

/// The same of a face by its five points. @throws Error(argument) also for points that are degenerate
Image aligned_picture(const Image& photo, const View& view, const FivePoints& points);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/geometry/impl/crop_picture_inl.hpp>
#endif
