#pragma once

/// A photo or a video in, every task's results out. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/analyze/face_analyzer.hpp>   // a photo in, every task's results out
#include <faceptor/analyze/image_tensor.hpp>    // pictures of tensors
#include <faceptor/analyze/pass_memory.hpp>     // how much memory faces take on their way, and how much there is
#include <faceptor/analyze/video_analyzer.hpp>  // the same for videos, whose faces keep their numbers
// clang-format on
