#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The parsers of foreign bytes, each behind one function: for libFuzzer (fuzzer.cpp), and for the tests, which give them the seeds and
/// what was once found.
namespace fuzz {

struct Target {
  std::string_view name;
  /// Parses, and lets nothing out but what it must not: an Error of code `internal`, or another exception. A parser's own Error is no
  /// fault. Returns -1 for bytes that are another target's, 0 otherwise.
  int (*run)(std::span<const std::byte> bytes);
};

std::span<const Target> targets();

/// Null if there is none of this name.
const Target* find_target(std::string_view name);

/// The codes of the Errors that the last `run` of this thread met: bit N is set for code N.
unsigned refusals() noexcept;

/// The label files of a published set, as `published_set` takes them. @param file  what the first one is called
std::string published_set_of(std::string_view format, std::string_view file, std::string_view first, std::string_view second = {});

/// Two files in one input, as `record_io` takes them: the first one's length in two bytes, least byte first, the first, the second.
std::string joined(std::string_view first, std::string_view second);

}  // namespace fuzz
