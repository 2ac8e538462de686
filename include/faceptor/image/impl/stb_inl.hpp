#pragma once

// What stb_image includes must be known before it is read inside a namespace.
#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <cassert>
#include <climits>
#include <cmath>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include <faceptor/image/codecs.hpp>
#include <faceptor/image/read.hpp>

// A copy of one's own, in a namespace and static: a program that uses stb_image itself meets no second definition.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wsign-compare"
#undef STBI_INCLUDE_STB_IMAGE_H
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_BMP
#define STBI_ONLY_GIF
#define STBI_NO_STDIO
#define STBI_NO_SIMD
#define STBI_NO_LINEAR
#define STBI_NO_HDR
namespace faceptor::detail::stb {
#include <stb_image.h>
}  // namespace faceptor::detail::stb
#undef STBI_INCLUDE_STB_IMAGE_H
#undef STBIDEF
#undef STB_IMAGE_STATIC
#undef STB_IMAGE_IMPLEMENTATION
#undef STBI_ONLY_BMP
#undef STBI_ONLY_GIF
#undef STBI_NO_STDIO
#undef STBI_NO_SIMD
#undef STBI_NO_LINEAR
#undef STBI_NO_HDR
#pragma GCC diagnostic pop

namespace faceptor::detail {

/// Feeds stb_image and notices when it asks for more than there is: it would read zeros instead.
struct StbSource {
  std::span<const std::byte> bytes;
  std::size_t at = 0;
  bool starved = false;

  static int read(void* user, char* data, int size) {
    auto& source = *static_cast<StbSource*>(user);
    // Its reads reach ahead and may come back short; only one that finds nothing at all means that a byte is missing.
    const auto left = source.bytes.size() - source.at;
    const auto given = std::min(left, static_cast<std::size_t>(size));
    if (given == 0) source.starved = true;
    std::memcpy(data, source.bytes.data() + source.at, given);
    source.at += given;
    return static_cast<int>(given);
  }
  static void skip(void* user, int count) {
    auto& source = *static_cast<StbSource*>(user);
    const auto at = static_cast<long long>(source.at) + count;  // which may lead back
    source.at = static_cast<std::size_t>(std::clamp(at, 0LL, static_cast<long long>(source.bytes.size())));
  }
  static int at_end(void* user) {
    const auto& source = *static_cast<StbSource*>(user);
    return static_cast<int>(source.at == source.bytes.size());
  }
};

FACEPTOR_INLINE Error stb_error(ImageFormat format, std::string_view name) {
  const char* reason = stb::stbi_failure_reason();
  if (reason == nullptr) reason = "unknown";
  return reason == std::string_view("outofmem") ? no_memory_for(to_string(format), name) : damaged_image(to_string(format), name, reason);
}

FACEPTOR_INLINE StoredSize stb_size(std::span<const std::byte> bytes, ImageFormat format, std::string_view name) {
  StbSource source{bytes};
  const stb::stbi_io_callbacks calls{&StbSource::read, &StbSource::skip, &StbSource::at_end};
  int width = 0, height = 0, channels = 0;
  if (stb::stbi_info_from_callbacks(&calls, &source, &width, &height, &channels) == 0) {
    throw stb_error(format, name);
  }
  if (width <= 0 || height <= 0) {
    throw image_error(ErrorCode::format, "the " + std::string(to_string(format)) + " has a side of zero pixels", name);
  }
  return {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
}

FACEPTOR_INLINE Image decode_stb(std::span<const std::byte> bytes, ImageFormat format, StoredSize size, const ReadOptions& options,
                                 std::string_view name) {
  StbSource source{bytes};
  const stb::stbi_io_callbacks calls{&StbSource::read, &StbSource::skip, &StbSource::at_end};
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<stb::stbi_uc, void (*)(void*)> rgba(stb::stbi_load_from_callbacks(&calls, &source, &width, &height, &channels, 4),
                                                            &stb::stbi_image_free);
  if (!rgba) throw stb_error(format, name);
  if (source.starved && !options.lenient) {
    throw damaged_image(to_string(format), name, "the data end early").hint(kLenientHint);
  }
  if (std::pair(width, height) != std::pair(static_cast<int>(size.width), static_cast<int>(size.height))) {
    throw damaged_image(to_string(format), name, "the size changes within the file");
  }
  return over_white(width, height, {rgba.get(), std::size_t{size.width} * size.height * 4});
}

}  // namespace faceptor::detail
