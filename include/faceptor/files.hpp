#pragma once

/// Files whose bytes are not trusted: safetensors, zip, pickle, checkpoints; and files that appear whole or not at
/// all. Part of `faceptor::vision`.
// clang-format off: in the order data flows
#include <faceptor/files/atomic_file.hpp>    // a file that appears whole or not at all
#include <faceptor/files/checkpoint.hpp>     // files of torch.save
#include <faceptor/files/mapped_file.hpp>    // a file's bytes, mapped read-only
#include <faceptor/files/pickle.hpp>         // a reader of pickles that runs nothing
#include <faceptor/files/pickle_writer.hpp>  // writes Python's pickles, value after value
#include <faceptor/files/safetensors.hpp>    // the safetensors format
#include <faceptor/files/sha256.hpp>         // SHA-256 of bytes
#include <faceptor/files/tensor_view.hpp>    // a tensor in a file: type, shape, bytes
#include <faceptor/files/zip.hpp>            // zip archives of stored entries
#include <faceptor/files/byte_cursor.hpp>    // looking into bytes that may end anywhere
#include <faceptor/files/whole_file.hpp>     // files that are read or written at once
#include <faceptor/files/foreign_file.hpp>   // what is taken for weights and is none
// clang-format on
