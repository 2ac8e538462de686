#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <optional>

#include <faceptor/core/config.hpp>

namespace faceptor::nn {

/// The most memory in bytes that tensors on a GPU took at once since the program began; none for a CPU, before anything was put on the
/// device, and with a LibTorch before 2.9, which doesn't say it for all kinds of devices alike.
std::optional<std::int64_t> peak_device_memory(c10::Device device);

}  // namespace faceptor::nn

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/nn/impl/device_memory_inl.hpp>
#endif
