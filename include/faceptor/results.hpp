#pragma once

/// What is said of a face, as plain types with JSON and drawing. Part of `faceptor::vision`.
// clang-format off: in the order data flows
#include <faceptor/results/age_estimate.hpp>  // how old a face looks
#include <faceptor/results/attributes.hpp>    // attributes, each with a probability of its own; CelebA's forty names
#include <faceptor/results/draw.hpp>          // a picture of the results
#include <faceptor/results/embedding.hpp>     // who a face is
#include <faceptor/results/expression.hpp>    // what a face expresses
#include <faceptor/results/face.hpp>          // a face of a photo and what each task says of it
#include <faceptor/results/landmarks.hpp>     // points of a face, in photo pixels; what the points of the published schemes are
#include <faceptor/results/maps.hpp>          // dense maps by label, for tasks of your own
#include <faceptor/results/parsing_map.hpp>   // what each pixel of a face is; the classes of the published tasks
#include <faceptor/results/photo_pen.hpp>     // what a result draws with on the photo of its face
#include <faceptor/results/photo_result.hpp>  // all that is said of one photo, and its JSON
#include <faceptor/results/task_result.hpp>   // one task's result, whatever its type
#include <faceptor/results/values.hpp>        // probabilities or numbers by label, for tasks of your own
// clang-format on
