#pragma once

/// Faceptor's query decoder and interpreters. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/decoder/interpreter.hpp>    // what every interpreter is, and interpreters by name
#include <faceptor/decoder/interpreters.hpp>   // from a task's tokens to its raw output
#include <faceptor/decoder/query_decoder.hpp>  // all tasks' queries through one decoder, with Layer-Attention; its layer, its memory
// clang-format on
