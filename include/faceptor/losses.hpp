#pragma once

/// What is trained on. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/losses/age_distribution.hpp>  // age as a distribution over years
#include <faceptor/losses/checks.hpp>            // the checks that losses and metrics make of what they get
#include <faceptor/losses/classification.hpp>    // one class a sample, or independent outputs: cross entropy, focal
#include <faceptor/losses/dense.hpp>             // maps: parsing cross entropy, dice; landmarks, adaptive wing
#include <faceptor/losses/identity.hpp>          // identity: CosFace, ArcFace; an embedding learnt from another one
#include <faceptor/losses/labels.hpp>            // what is known to be true of one task's batch, and which of it a loss takes
#include <faceptor/losses/loss.hpp>              // what all losses have in common
#include <faceptor/losses/make_loss.hpp>         // a loss by name
#include <faceptor/losses/options.hpp>           // options of losses
#include <faceptor/losses/own_loss.hpp>          // losses of one's own, in short
#include <faceptor/losses/regression.hpp>        // numbers: absolute, squared, wing
#include <faceptor/losses/task_weights.hpp>      // how the losses of many tasks become one
// clang-format on
