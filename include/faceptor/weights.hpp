#pragma once

/// Models as files. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/weights/load_report.hpp>  // weights into a module, and what became of each tensor
#include <faceptor/weights/model_file.hpp>   // whole models as files
#include <faceptor/weights/run_files.hpp>    // where a training run keeps its checkpoints, for those who read them as weights
// clang-format on
