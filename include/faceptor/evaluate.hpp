#pragma once

/// The published protocols, and those of your own. Component `faceptor::training`.
// clang-format off: in the order data flows
#include <faceptor/evaluate/class_outcomes.hpp>     // classes and attributes: accuracy of each
#include <faceptor/evaluate/evaluate.hpp>           // the published protocols, and tasks of your own, on any data set
#include <faceptor/evaluate/figure.hpp>             // numbers of a report, how sure one may be of them, plots
#include <faceptor/evaluate/identity_outcomes.hpp>  // pairs: accuracy by folds, TAR at FAR
#include <faceptor/evaluate/landmark_outcomes.hpp>  // landmarks: NME, AUC, failures
#include <faceptor/evaluate/make_outcomes.hpp>      // the protocol that suits a task; tasks without one: their own metric
#include <faceptor/evaluate/outcomes.hpp>           // what a protocol must have; groups of samples
#include <faceptor/evaluate/parsing_outcomes.hpp>   // parsing: F1 and IoU by class
#include <faceptor/evaluate/report.hpp>             // what an evaluation says; thresholds of identity as metadata
#include <faceptor/evaluate/suite.hpp>              // the paper's tables in one go, beside the published numbers
#include <faceptor/evaluate/value_outcomes.hpp>     // ages (MAE, CS@5) and other numbers
// clang-format on
