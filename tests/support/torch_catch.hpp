#pragma once

/// LibTorch and Catch2 together: c10 defines a CHECK of its own, which must go first.
#include <torch/torch.h>
#undef CHECK

#include "support/catch.hpp"
