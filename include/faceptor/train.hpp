#pragma once

/// Training, resumed to the bit. Component `faceptor::training`.
// clang-format off: in the order data flows
#include <faceptor/train/adamw.hpp>                // the optimizer, and clipping of gradients
#include <faceptor/train/checkpoints.hpp>          // where a run stands, on disk
#include <faceptor/train/config.hpp>               // a training run as plain values: keys, presets, reading
#include <faceptor/train/evaluation_history.hpp>   // what a run's evaluations came to so far
#include <faceptor/train/event_file.hpp>           // the files that TensorBoard reads
#include <faceptor/train/gradient_buckets.hpp>     // averages gradients over processes while the backward pass still computes others
#include <faceptor/train/learner.hpp>              // one step of training
#include <faceptor/train/memory_estimate.hpp>      // about how much memory training takes
#include <faceptor/train/moving_average.hpp>       // averaged weights; states of a run as tensors by name
#include <faceptor/train/parameter_groups.hpp>     // which parameters are trained, and how fast
#include <faceptor/train/precision.hpp>            // fp32, bf16, fp16 and its factor on the loss
#include <faceptor/train/presets.hpp>              // runs that are ready to start, for `read_config` and the configuration's key "preset"
#include <faceptor/train/processes.hpp>            // many processes that train one model, and how they talk
#include <faceptor/train/published_optimizer.hpp>  // the optimizer's state in a published checkpoint
#include <faceptor/train/run_log.hpp>              // the log of a run: JSON lines and curves
#include <faceptor/train/schedule.hpp>             // the learning rate of each step
#include <faceptor/train/setup.hpp>                // from a configuration to the objects of a run
#include <faceptor/train/stop_signals.hpp>         // a signal as a wish to stop
#include <faceptor/train/trainer.hpp>              // a whole run: steps, log, checkpoints
#include <faceptor/train/validation.hpp>           // how well a model does while it is trained; pictures of it
// clang-format on
