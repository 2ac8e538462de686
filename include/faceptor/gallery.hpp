#pragma once

/// Faces known by their embeddings. Part of `faceptor::vision`.
// clang-format off: in the order data flows
#include <faceptor/gallery/gallery.hpp>  // embeddings in one file: adding, searching, grouping into persons
// clang-format on
