#pragma once

/// What is done to a sample between reading and the network. Component `faceptor::datasets`.
// clang-format off: in the order data flows
#include <faceptor/transforms/chain.hpp>             // what is done to a sample between reading and the network, step by step
#include <faceptor/transforms/chains.hpp>            // chains for tasks of your own, from their views or by name
#include <faceptor/transforms/crop.hpp>              // the part of the photo that a view looks at, with a random turn, size and shift
#include <faceptor/transforms/degrade.hpp>           // light, colour, and what cameras and networks do to pictures
#include <faceptor/transforms/mirror.hpp>            // left to right, with the labels that have sides
#include <faceptor/transforms/photometric.hpp>       // occlusion, noise, grey, gamma, blur; colours as a network takes them
#include <faceptor/transforms/planar_image.hpp>      // a picture as three planes of floats; what PIL does to 8-bit pictures
#include <faceptor/transforms/published_chains.hpp>  // the chains of the published tasks
#include <faceptor/transforms/rand_augment.hpp>      // RandAugment and random erasing of the 112-pixel tasks
#include <faceptor/transforms/resize.hpp>            // whole pictures to another size; square crops
// clang-format on
