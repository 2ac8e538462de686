#pragma once

#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/synthetic/faces.hpp>

namespace faceptor::synthetic {

/// What a contact sheet lays over its pictures.
enum class Overlay {
  none,
  landmarks68,  ///< hidden points hollow
  landmarks98,
  celebamask,  ///< the 19 classes in their colours
  lapa,        ///< the 11 classes
};

/// Many pictures at a glance, row by row, with narrow gaps between.
/// @param first  the index of the first picture
/// @throws Error(argument) when there are no columns or rows, or the sheet would be larger than 32768 pixels
Image contact_sheet(const SyntheticFaces& faces, std::uint64_t first, int columns, int rows, Overlay overlay = Overlay::none);

/// The sample's picture with an overlay.
Image with_overlay(const SyntheticSample& sample, Overlay overlay);

}  // namespace faceptor::synthetic
