#pragma once

/// A task: its types put together. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/tasks/example_task.hpp>   // a task type written by hand, every member explained
#include <faceptor/tasks/face_task.hpp>      // what a task type must have
#include <faceptor/tasks/output_kind.hpp>    // output kinds by name, as task declarations name them
#include <faceptor/tasks/readout.hpp>        // how a raw output is read
#include <faceptor/tasks/task.hpp>           // a task composed of types
#include <faceptor/tasks/task_list.hpp>      // the tasks of a model, with typed handles
#include <faceptor/tasks/task_registry.hpp>  // a task rebuilt from its declaration
#include <faceptor/tasks/task_spec.hpp>      // a task's declaration as plain data
// clang-format on
