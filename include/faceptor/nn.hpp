#pragma once

/// Layers that the networks share. Part of `faceptor::faceptor`.
// clang-format off: in the order data flows
#include <faceptor/nn/attention.hpp>          // multi-head attention whose memory is projected once
#include <faceptor/nn/children.hpp>           // typed access to LibTorch's containers of modules
#include <faceptor/nn/device_memory.hpp>      // what tensors on a GPU took
#include <faceptor/nn/guard.hpp>              // LibTorch's errors turned into this library's; start values that follow from a seed alone
#include <faceptor/nn/layers.hpp>             // stochastic depth, the MLP of a block, position embeddings
#include <faceptor/nn/recompute.hpp>          // gradient checkpointing
#include <faceptor/nn/shared_statistics.hpp>  // BatchNorm over the batches of many processes (the reference's SyncBatchNorm)
#include <faceptor/nn/tensors.hpp>            // files of named tensors
#include <faceptor/nn/freeze.hpp>             // what a frozen model computes its large matrix products in
#include <faceptor/nn/frozen_layers.hpp>      // what the frozen forms of backbones, heads and decoders are built from
// clang-format on
