#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// .npy files for tests.
namespace npy {

/// @param dictionary  the header's, without its padding  @param numbers  bytes
inline std::string file(std::string_view dictionary, std::string_view numbers, int version = 1) {
  const std::size_t start = version == 1 ? 10 : 12;
  std::string header(dictionary);
  while ((start + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string out = "\x93NUMPY";
  out += static_cast<char>(version);
  out += '\0';
  for (std::size_t i = 0; i < start - 8; ++i) out += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  return out.append(header).append(numbers);
}

}  // namespace npy
