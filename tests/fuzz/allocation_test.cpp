#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <new>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>

#include "fuzz/seeds.hpp"
#include "fuzz/targets.hpp"
#include "support/catch.hpp"

// Every allocation of this program goes through here, those of the C libraries too: one can be made to fail, and what is left is counted.
// Sanitizers have an allocator of their own.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FACEPTOR_ALLOCATIONS_FAIL

namespace {

/// Of this thread, while it is watched.
struct Allocations {
  bool watched = false;
  long count = 0;    ///< so far
  long failing = 0;  ///< which one fails, counted from 1; 0 for none
  long live = 0;     ///< not freed yet
};
thread_local Allocations allocations;

bool fails() { return allocations.watched && ++allocations.count == allocations.failing; }

void* counted(void* pointer) {
  if (allocations.watched && pointer != nullptr) ++allocations.live;
  return pointer;
}

}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* pointer, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* pointer);

void* malloc(std::size_t size) {
  if (!fails()) return counted(__libc_malloc(size));
  errno = ENOMEM;
  return nullptr;
}
void* calloc(std::size_t count, std::size_t size) {
  if (!fails()) return counted(__libc_calloc(count, size));
  errno = ENOMEM;
  return nullptr;
}
void* realloc(void* pointer, std::size_t size) {
  if (!fails()) return pointer == nullptr ? counted(__libc_malloc(size)) : __libc_realloc(pointer, size);
  errno = ENOMEM;
  return nullptr;
}
void* memalign(std::size_t alignment, std::size_t size) { return fails() ? nullptr : counted(__libc_memalign(alignment, size)); }
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** pointer, std::size_t alignment, std::size_t size) {
  *pointer = memalign(alignment, size);
  return *pointer == nullptr ? ENOMEM : 0;
}
void free(void* pointer) {
  if (allocations.watched && pointer != nullptr) --allocations.live;
  __libc_free(pointer);
}
}
#endif

namespace {

#ifdef FACEPTOR_ALLOCATIONS_FAIL
struct Outcome {
  unsigned refusals = 0;  ///< as `fuzz::refusals`
  bool no_memory = false, escaped = false;
  long count = 0, live = 0;
};

Outcome run(const fuzz::Target& target, const std::string& bytes, long failing) {
  Outcome outcome;
  allocations = {.watched = true, .failing = failing};
  try {
    target.run(std::as_bytes(std::span(bytes.data(), bytes.size())));
  } catch (const std::bad_alloc&) {
    outcome.no_memory = true;
  } catch (const std::exception&) {
    outcome.escaped = true;
  }
  allocations.watched = false;
  outcome.count = allocations.count;
  outcome.live = allocations.live;
  outcome.refusals = fuzz::refusals();
  return outcome;
}
#endif

}  // namespace

TEST_CASE("any allocation of a parser may fail: an error, and nothing is left", "[fuzz][allocation]") {
#ifndef FACEPTOR_ALLOCATIONS_FAIL
  FACEPTOR_SKIP("the sanitizer has an allocator of its own");
#else
  constexpr long kMost = 500;
  constexpr int kSeeds = 30;
  // What a failed allocation may be told as, besides std::bad_alloc. "Damaged" would be a lie.
  constexpr unsigned kAllowed =
      1U << static_cast<unsigned>(faceptor::ErrorCode::limit) | 1U << static_cast<unsigned>(faceptor::ErrorCode::io);
  faceptor::set_log_sink([](faceptor::LogLevel, std::string_view) {});
  // What the libraries below make of it can't be mended here. libwebp 1.2 crashes when some allocations of its lossless decoder fail,
  // which decodes alpha too; nlohmann's json allocates in its destructor, which may not fail; libstdc++ allocates where it may not when it
  // begins to list a folder.
  const auto spared = [](const fuzz::Seed& seed) {
    constexpr std::array kJson = {"manifest", "boxes", "configuration", "results", "gallery"};
    if (std::ranges::find(kJson, seed.target) != kJson.end()) return true;
    if (seed.target == "published_set" && (seed.name.starts_with("lapa-") || seed.name.starts_with("download-"))) return true;
    return seed.target == "webp" && (seed.bytes.find("VP8L") != std::string::npos || seed.bytes.find("ALPH") != std::string::npos);
  };
  // libwebp, libspng and stb_image call some of them a fault of the data.
  const auto allowed = [](const fuzz::Seed& seed) {
    constexpr unsigned kDamaged = 1U << static_cast<unsigned>(faceptor::ErrorCode::format);
    return seed.target == "webp" || seed.target == "png" || seed.target == "verification" || seed.target == "bmp_gif_psd"
               ? kAllowed | kDamaged
               : kAllowed;
  };
  std::map<std::string_view, int> seen;
  for (const auto& seed : fuzz::seeds()) {
    const auto* target = fuzz::find_target(seed.target);
    if (target == nullptr || spared(seed) || ++seen[seed.target] > kSeeds) continue;
    CAPTURE(seed.target, seed.name);
    run(*target, seed.bytes, 0);  // what is made once is made
    const auto sound = run(*target, seed.bytes, 0);
    CHECK(sound.live == 0);
    for (long failing = 1; failing <= std::min(kMost, sound.count); ++failing) {
      CAPTURE(failing);
      const auto outcome = run(*target, seed.bytes, failing);
      CHECK(outcome.live == 0);
      CHECK_FALSE(outcome.escaped);
      CHECK((outcome.refusals & ~(sound.refusals | allowed(seed))) == 0);
    }
  }
  faceptor::set_log_sink({});
#endif
}
