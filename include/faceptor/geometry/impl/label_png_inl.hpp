#pragma once

#include <algorithm>
#include <new>
#include <string>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/geometry/label_png.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/write.hpp>

namespace faceptor {

FACEPTOR_INLINE LabelImage decode_labels(std::span<const std::byte> bytes, int classes, const ReadOptions& options, std::string_view name) {
  auto as_stored = options;
  as_stored.apply_orientation = false;
  const auto info = probe_image(bytes, as_stored, name);
  if (info.format != ImageFormat::png) {
    throw Error(ErrorCode::unsupported, "geometry: a label image has to be a PNG")
        .where(std::string(name))
        .found(fmt::format("a {}", to_string(info.format)))
        .hint("formats with losses blur classes into each other");
  }
  LabelImage labels{info.width, info.height, {}};
  try {
    labels.labels =
        detail::decode_png_samples(bytes, {static_cast<std::uint32_t>(info.width), static_cast<std::uint32_t>(info.height)}, name);
  } catch (const std::bad_alloc&) {
    throw detail::image_error(ErrorCode::limit, "the picture needs more memory than there is", name)
        .found(fmt::format("{}x{}", info.width, info.height));
  }
  const auto wrong = std::find_if(labels.labels.begin(), labels.labels.end(), [&](std::uint8_t label) { return label >= classes; });
  if (wrong != labels.labels.end()) {
    const auto at = wrong - labels.labels.begin();
    throw Error(ErrorCode::format, "geometry: a class out of range in a label image")
        .where(fmt::format("{}, column {}, row {}", name, at % labels.width, at / labels.width))
        .expected(fmt::format("0 to {}", classes - 1))
        .found(std::to_string(*wrong));
  }
  return labels;
}

FACEPTOR_INLINE LabelImage read_labels(const std::filesystem::path& path, int classes, const ReadOptions& options) {
  const auto bytes = detail::read_image_file(path, options.max_bytes);
  return decode_labels(std::as_bytes(std::span(bytes)), classes, options, path.string());
}

FACEPTOR_INLINE std::vector<std::byte> encode_labels(const LabelImage& labels) {
  if (labels.width < 1 || labels.height < 1 ||
      labels.labels.size() != static_cast<std::size_t>(labels.width) * static_cast<std::size_t>(labels.height)) {
    throw Error(ErrorCode::argument, "geometry: no label image to write")
        .expected(fmt::format("{}x{} labels, at least one", labels.width, labels.height))
        .found(std::to_string(labels.labels.size()));
  }
  return detail::encode_png_samples(labels.width, labels.height, 1, labels.labels);
}

FACEPTOR_INLINE void write_labels(const std::filesystem::path& path, const LabelImage& labels) {
  files::write_file(path, encode_labels(labels));
}

}  // namespace faceptor
