#pragma once

/// Images to features. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/backbone/backbone.hpp>         // what turns images into features, and backbones by the name of their type
#include <faceptor/backbone/feature_pyramid.hpp>  // the features of the levels asked for
#include <faceptor/backbone/vit.hpp>              // the vision transformer of CLIP and FaRL
// clang-format on
