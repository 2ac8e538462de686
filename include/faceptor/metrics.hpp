#pragma once

/// How good it is. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/metrics/classification.hpp>    // one class a sample, or attributes: accuracy, by class
#include <faceptor/metrics/confusion_matrix.hpp>  // how often each class was taken for each
#include <faceptor/metrics/identity.hpp>          // verification (accuracy by folds, TAR at FAR), identification (rank 1, rank 5)
#include <faceptor/metrics/landmarks.hpp>         // normalised mean error, its curve, AUC, failure rate
#include <faceptor/metrics/make_metric.hpp>       // a metric by name
#include <faceptor/metrics/mean_score.hpp>        // metrics of one's own, in short
#include <faceptor/metrics/metric.hpp>            // what all metrics have in common
#include <faceptor/metrics/numbers.hpp>           // numbers and ages: mean absolute error, cumulative score
#include <faceptor/metrics/parsing.hpp>           // F1 and IoU by class
#include <faceptor/metrics/tensors.hpp>           // tensors as the numbers that metrics count with
// clang-format on
