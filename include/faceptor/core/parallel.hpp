#pragma once

#include <cstddef>
#include <functional>

#include <faceptor/core/config.hpp>

/// Loops over indices on several threads.
namespace faceptor {

/// How many threads `wanted` asks for: 0 or less is as many as the machine suggests, at least one.
std::size_t thread_count(int wanted) noexcept;

/// Calls `work(i)` once for each 0 <= i < count, on at most `thread_count(threads)` threads, the caller's among them. Indices are begun in
/// their order; when it returns, all work has ended, and what threads wrote is seen.
///
/// After an exception no further index is begun, and the exception of the lowest index that failed is thrown again: which one it is does
/// not depend on the threads.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t index)>& work);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/core/impl/parallel_inl.hpp>
#endif
