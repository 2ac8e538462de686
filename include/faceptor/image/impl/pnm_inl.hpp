#pragma once

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>

#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/read.hpp>

namespace faceptor::detail {

/// The header of a binary PGM ("P5") or PPM ("P6"): three numbers with white space and comments between them, then one white space.
struct PnmHeader {
  StoredSize size;
  std::uint32_t largest = 0;  ///< the value of white, 1..65535; above 255 a sample has two bytes, the upper first
  std::size_t channels = 0;
  std::size_t data = 0;  ///< where the samples begin
};

/// The number after white space and comments, which may not exceed 8 digits. Moves `at` behind it.
FACEPTOR_INLINE std::optional<std::uint32_t> pnm_number(std::span<const std::byte> bytes, std::size_t& at) {
  const auto here = [&] { return at < bytes.size() ? std::to_integer<int>(bytes[at]) : -1; };
  while (here() == '#' || (here() >= 0 && std::isspace(here()) != 0)) {
    const bool comment = here() == '#';
    while (comment && here() >= 0 && here() != '\n') ++at;
    if (!comment) ++at;
  }
  std::uint32_t value = 0;
  int digits = 0;
  for (; here() >= '0' && here() <= '9' && digits < 9; ++digits, ++at) value = value * 10 + static_cast<std::uint32_t>(here() - '0');
  if (digits == 0 || digits == 9) return std::nullopt;
  return value;
}

FACEPTOR_INLINE PnmHeader read_pnm_header(std::span<const std::byte> bytes, std::string_view name) {
  PnmHeader header;
  std::size_t at = 2;
  const auto width = pnm_number(bytes, at), height = pnm_number(bytes, at), largest = pnm_number(bytes, at);
  if (!width || !height || !largest || at >= bytes.size()) throw damaged_image("PNM", name, "no width, height and largest value");
  if (*width == 0 || *height == 0) throw image_error(ErrorCode::format, "the PNM has a side of zero pixels", name);
  if (*largest == 0 || *largest > 65535) throw damaged_image("PNM", name, "the largest value is not in 1 to 65535");
  header.size = {*width, *height};
  header.largest = *largest;
  header.channels = bytes[1] == std::byte{'6'} ? 3 : 1;
  header.data = at + 1;
  return header;
}

FACEPTOR_INLINE StoredSize pnm_size(std::span<const std::byte> bytes, std::string_view name) { return read_pnm_header(bytes, name).size; }

FACEPTOR_INLINE Image decode_pnm(std::span<const std::byte> bytes, StoredSize size, const ReadOptions& options, std::string_view name) {
  const auto header = read_pnm_header(bytes, name);
  const auto samples = bytes.subspan(header.data);
  const std::size_t width = header.largest > 255 ? 2 : 1;
  const auto pixels = std::size_t{size.width} * size.height;
  if (samples.size() < pixels * header.channels * width && !options.lenient) {
    throw damaged_image("PNM", name, "the data end early").hint(kLenientHint);
  }
  Image out(static_cast<int>(size.width), static_cast<int>(size.height));
  auto* target = out.pixels().data();
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const auto sample = i * header.channels + (header.channels == 3 ? c : 0);
      const auto value = width == 2 ? files::number_at<std::uint16_t>(samples, sample * 2, std::endian::big)
                                    : std::optional<std::uint16_t>(files::number_at<std::uint8_t>(samples, sample));
      if (!value) return out;
      *target++ = static_cast<std::uint8_t>((std::min<std::uint32_t>(*value, header.largest) * 255 + header.largest / 2) / header.largest);
    }
  }
  return out;
}

}  // namespace faceptor::detail
