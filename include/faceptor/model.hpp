#pragma once

/// Networks of many tasks. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/model/face_model.hpp>       // one network for many tasks
#include <faceptor/model/faceptor.hpp>         // Faceptor: one decoder for all tasks
#include <faceptor/model/frozen_model.hpp>     // a model for inference alone, from its parts' faster forms
#include <faceptor/model/layer_attention.hpp>  // which share of its attention a task gives each level
#include <faceptor/model/model_kinds.hpp>      // kinds of models by name, and a model from a configuration
#include <faceptor/model/naive_faceptor.hpp>   // Naive Faceptor: one head a group of tasks
#include <faceptor/model/runner.hpp>           // images in, raw outputs of the wanted tasks out
// clang-format on
