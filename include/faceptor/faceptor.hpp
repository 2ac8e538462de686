#pragma once

/// All that an application, a task or a head takes: from pictures to the analyzer. Each room has a header of its own that lists what is
/// in it; including the rooms that you use compiles faster. Training, data sets and evaluation are components with headers of their own:
/// faceptor/datasets.hpp, transforms.hpp, loading.hpp, train.hpp, evaluate.hpp.
// clang-format off: in the order data flows
#include <faceptor/core.hpp>
#include <faceptor/files.hpp>
#include <faceptor/image.hpp>
#include <faceptor/geometry.hpp>
#include <faceptor/detect.hpp>
#include <faceptor/results.hpp>
#include <faceptor/gallery.hpp>
#include <faceptor/video.hpp>
#include <faceptor/nn.hpp>
#include <faceptor/detectors.hpp>
#include <faceptor/backbone.hpp>
#include <faceptor/heads.hpp>
#include <faceptor/decoder.hpp>
#include <faceptor/losses.hpp>
#include <faceptor/metrics.hpp>
#include <faceptor/tasks.hpp>
#include <faceptor/model.hpp>
#include <faceptor/published.hpp>
#include <faceptor/weights.hpp>
#include <faceptor/analyze.hpp>
// clang-format on
