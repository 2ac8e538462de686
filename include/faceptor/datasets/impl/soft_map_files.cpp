#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <faceptor/core/error.hpp>
#include <faceptor/datasets/npy.hpp>
#include <faceptor/datasets/soft_map_files.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/datasets/impl/byte_cursor.hpp>

namespace faceptor::data {
namespace detail {

/// Sides as maps x height x width. @throws Error(format) for others
FACEPTOR_INLINE std::array<std::int64_t, 3> map_sides(const NpyHeader& header, const std::string& name) {
  constexpr std::int64_t kLongest = 65536;
  auto shape = header.shape;
  if (shape.size() == 2) shape.insert(shape.begin(), 1);
  if (shape.size() == 3 && std::ranges::max(shape) <= kLongest) return {shape[0], shape[1], shape[2]};
  throw Error(ErrorCode::format, "data: an .npy file doesn't hold maps")
      .where(name)
      .expected(fmt::format("height x width, or maps x height x width, of at most {} each", kLongest))
      .found(fmt::format("[{}]", fmt::join(header.shape, ", ")));
}

FACEPTOR_INLINE SoftMapLabels grey_map(std::span<const std::byte> bytes, const std::string& name) {
  const auto info = probe_image(bytes, {.apply_orientation = false}, name);
  if (info.format != ImageFormat::png) {
    throw Error(ErrorCode::unsupported, "data: a soft map is neither a PNG nor an .npy file")
        .where(name)
        .found(fmt::format("a {}", to_string(info.format)));
  }
  const faceptor::detail::StoredSize size{static_cast<std::uint32_t>(info.width), static_cast<std::uint32_t>(info.height)};
  const auto grey = faceptor::detail::decode_png_grey(bytes, size, name);
  SoftMapLabels map{info.width, info.height, std::vector<float>(grey.size())};
  std::ranges::transform(grey, map.values.begin(), [](std::uint16_t value) { return static_cast<float>(value) / 65535; });
  return map;
}

FACEPTOR_INLINE void name_soft_maps(DatasetInfo& info, std::vector<std::string> names, const std::filesystem::path& first) {
  const auto count = names.size() == 1 ? count_soft_maps(first) : 1;
  if (count > 1) {
    const auto stem = names.front();
    names.clear();
    for (std::int64_t i = 0; i < count; ++i) names.push_back(fmt::format("{}{}", stem, i));
  }
  info.kind = LabelKind::soft_maps;
  info.classes = static_cast<std::int64_t>(names.size());
  info.label_names = std::move(names);
}

}  // namespace detail

FACEPTOR_INLINE SoftMapLabels read_soft_maps(const std::filesystem::path& path) {
  const auto name = path.string();
  const auto file = detail::map_file(path, "data: a soft map can't be read");
  if (!is_npy(file->bytes())) return detail::grey_map(file->bytes(), name);
  const auto sides = detail::map_sides(npy_header(file->bytes(), name), name);
  auto array = decode_npy(file->bytes(), name);
  if (array.header.type == NpyHeader::Type::uint8) {
    for (auto& value : array.values) value /= 255;
  }
  return {static_cast<int>(sides[2]), static_cast<int>(sides[1]), std::move(array.values)};
}

FACEPTOR_INLINE std::int64_t count_soft_maps(const std::filesystem::path& path) {
  const auto file = detail::map_file(path, "data: a soft map can't be read");
  return is_npy(file->bytes()) ? detail::map_sides(npy_header(file->bytes(), path.string()), path.string())[0] : 1;
}

FACEPTOR_INLINE SoftMapPictures::SoftMapPictures(DatasetInfo info, std::vector<AnnotatedPicture> pictures,
                                                 std::vector<std::vector<std::string>> files, const ReadOptions& reading)
    : AnnotatedPictures(std::move(info), std::move(pictures), reading), files_(std::move(files)) {
  if (files_.size() != size()) {
    throw Error(ErrorCode::argument, "data: a list of soft maps is not as long as that of their pictures")
        .expected(std::to_string(size()))
        .found(std::to_string(files_.size()));
  }
}

FACEPTOR_INLINE void SoftMapPictures::complete(Sample& sample, std::size_t index) const {
  SoftMapLabels all{sample.image.width(), sample.image.height(), {}};
  const auto each = files_[index].size() == 1 ? info().classes : 1;
  for (const auto& file : files_[index]) {
    const auto path = (info().root / file).lexically_normal();
    auto maps = read_soft_maps(path);
    if (maps.width != all.width || maps.height != all.height || maps.maps() != each) {
      throw Error(ErrorCode::format, "data: soft maps of another size than their picture, or of another number than in the set")
          .where(path.string())
          .expected(fmt::format("{} of {}x{}", each, all.width, all.height))
          .found(fmt::format("{} of {}x{}", maps.maps(), maps.width, maps.height));
    }
    all.values.insert(all.values.end(), maps.values.begin(), maps.values.end());
  }
  sample.label = std::move(all);
}

}  // namespace faceptor::data
