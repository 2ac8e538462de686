#pragma once

/// From data sets to batches. Component `faceptor::training`.
// clang-format off: in the order data flows
#include <faceptor/loading/bad_records.hpp>        // records that can't be used: skipped while they are few
#include <faceptor/loading/collate.hpp>            // from prepared samples to the tensors that a step takes
#include <faceptor/loading/detected_boxes.hpp>     // the five points of a face that was found in a picture
#include <faceptor/loading/evaluation_loader.hpp>  // a data set in file order, in batches
#include <faceptor/loading/loader.hpp>             // the batches of a training run, of many sets and tasks
#include <faceptor/loading/read_ahead.hpp>         // batches made by threads ahead of who takes them
#include <faceptor/loading/sampler.hpp>            // which samples a step takes, in a random order known by place
// clang-format on
