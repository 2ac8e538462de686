#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>

/// Small helpers for messages.
namespace faceptor::text {

/// The candidate nearest to `word` by edit distance, or empty if none is near enough to be a slip of the finger.
std::string closest(std::string_view word, std::span<const std::string> candidates);

/// "did you mean \"age\"?" or "known: a, b, c": what to tell somebody who typed an unknown name.
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

/// A name of a file's between quotes, for a message: control characters as '?', cut after 120 bytes.
std::string in_quotes(std::string_view name);

/// The parts joined by `separator`.
std::string join(std::span<const std::string> parts, std::string_view separator = ", ");

/// The parts of `line` between separators, empty ones included.
std::vector<std::string> split(std::string_view line, char separator);

/// "[2, 3, 112, 112]".
std::string shape(std::span<const std::int64_t> sizes);

}  // namespace faceptor::text

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/core/impl/text_inl.hpp>
#endif
