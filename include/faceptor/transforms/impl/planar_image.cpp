#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/transforms/planar_image.hpp>

namespace faceptor::transforms {

PlanarImage::PlanarImage(Size extent) : size(extent) {
  if (extent.width < 1 || extent.height < 1) {
    throw Error(ErrorCode::argument, "data: a picture has no pixels")
        .found(std::to_string(extent.width) + "x" + std::to_string(extent.height));
  }
  values.resize(area() * 3);
}

PlanarImage to_planes(const Image& image) {
  PlanarImage out({image.width(), image.height()});
  const std::uint8_t* source = image.pixels().data();
  float* red = out.values.data();
  float* green = red + out.area();
  float* blue = green + out.area();
  for (std::size_t i = 0; i < out.area(); ++i) {
    red[i] = static_cast<float>(source[3 * i]) / 255;
    green[i] = static_cast<float>(source[3 * i + 1]) / 255;
    blue[i] = static_cast<float>(source[3 * i + 2]) / 255;
  }
  return out;
}

Image to_bytes(const PlanarImage& planes) {
  Image out(planes.size.width, planes.size.height);
  std::uint8_t* target = out.pixels().data();
  for (std::size_t c = 0; c < 3; ++c) {
    const auto plane = planes.plane(c);
    for (std::size_t i = 0; i < plane.size(); ++i) {
      target[3 * i + c] = static_cast<std::uint8_t>(std::clamp(plane[i], 0.0F, 1.0F) * 255 + 0.5F);
    }
  }
  return out;
}

void normalise(PlanarImage& planes, const std::array<float, 3>& mean, const std::array<float, 3>& std) {
  for (std::size_t c = 0; c < 3; ++c) {
    const float m = mean[c], s = std[c];
    for (auto& value : planes.plane(c)) value = (value - m) / s;
  }
}

namespace {

using ByteTable = std::array<std::uint8_t, 256>;

template <class Function>
ByteTable byte_table(const Function& function) {
  ByteTable table;
  for (int v = 0; v < 256; ++v)
    table[static_cast<std::size_t>(v)] = static_cast<std::uint8_t>(std::clamp(static_cast<int>(function(v)), 0, 255));
  return table;
}

void look_up(Image& image, const ByteTable& table) {
  for (auto& value : image.pixels()) value = table[value];
}

/// A table of its own for each channel, from the channel's histogram.
template <class Function>
void look_up_by_histogram(Image& image, const Function& table_of) {
  const auto pixels = image.pixels();
  std::array<std::array<std::uint32_t, 256>, 3> counts{};
  for (std::size_t i = 0; i < pixels.size(); ++i) ++counts[i % 3][pixels[i]];
  const std::array<ByteTable, 3> tables = {table_of(counts[0]), table_of(counts[1]), table_of(counts[2])};
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = tables[i % 3][pixels[i]];
}

/// PIL's blend of two bytes: in single precision, truncated, clipped.
std::uint8_t blended(int plain, int value, float factor) {
  const float sum = static_cast<float>(plain) + factor * static_cast<float>(value - plain);
  return sum <= 0 ? 0 : sum >= 255 ? 255 : static_cast<std::uint8_t>(sum);
}

/// The cubic through four neighbours with a = -1, at a part 0..1 of the way from the second to the third.
double sharp_cubic(double a, double b, double c, double d, double part) {
  const double p2 = c - a, p3 = 2 * (a - b) + c - d, p4 = b - a - c + d;
  return b + part * (p2 + part * (p3 + part * p4));
}

void sample_sharp_cubic(const Image& image, double x, double y, std::uint8_t* out) {
  const int column = static_cast<int>(std::floor(x)), row = static_cast<int>(std::floor(y));
  const double part_x = x - column, part_y = y - row;
  std::array<const std::uint8_t*, 4> rows;
  std::array<int, 4> columns;
  for (int k = 0; k < 4; ++k) {
    rows[static_cast<std::size_t>(k)] = image.at(0, std::clamp(row - 1 + k, 0, image.height() - 1));
    columns[static_cast<std::size_t>(k)] = std::clamp(column - 1 + k, 0, image.width() - 1) * 3;
  }
  for (int c = 0; c < 3; ++c) {
    std::array<double, 4> along;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::uint8_t* line = rows[k] + c;
      along[k] = sharp_cubic(line[columns[0]], line[columns[1]], line[columns[2]], line[columns[3]], part_x);
    }
    const double value = sharp_cubic(along[0], along[1], along[2], along[3], part_y);
    out[c] = value <= 0 ? 0 : value >= 255 ? 255 : static_cast<std::uint8_t>(value);
  }
}

Matrix source_matrix(double xx, double xy, double x0, double yx, double yy, double y0) {
  Matrix m;
  m << xx, xy, x0, yx, yy, y0, 0, 0, 1;
  return m;
}

}  // namespace

void autocontrast(Image& image) {
  look_up_by_histogram(image, [](const auto& counts) {
    int low = 0, high = 255;
    while (low < 256 && counts[static_cast<std::size_t>(low)] == 0) ++low;
    while (high > 0 && counts[static_cast<std::size_t>(high)] == 0) --high;
    if (high <= low) return byte_table([](int v) { return v; });
    const double scale = 255.0 / (high - low), offset = -low * scale;
    return byte_table([&](int v) { return v * scale + offset; });
  });
}

void equalize(Image& image) {
  look_up_by_histogram(image, [](const auto& counts) {
    std::uint64_t total = 0, levels = 0, last = 0;
    for (const auto count : counts) {
      total += count;
      if (count == 0) continue;
      ++levels;
      last = count;
    }
    const std::uint64_t step = (total - last) / 255;
    if (levels <= 1 || step == 0) return byte_table([](int v) { return v; });
    std::uint64_t below = step / 2;
    return byte_table([&](int v) {
      const auto level = static_cast<int>(below / step);
      below += counts[static_cast<std::size_t>(v)];
      return level;
    });
  });
}

void invert(Image& image) {
  for (auto& value : image.pixels()) value = static_cast<std::uint8_t>(255 - value);
}

void posterize(Image& image, int bits) {
  const int mask = 0xFF & ~((1 << (8 - std::clamp(bits, 0, 8))) - 1);
  for (auto& value : image.pixels()) value = static_cast<std::uint8_t>(value & mask);
}

void solarize(Image& image, int threshold) {
  look_up(image, byte_table([&](int v) { return v < threshold ? v : 255 - v; }));
}

void solarize_add(Image& image, int amount) {
  look_up(image, byte_table([&](int v) { return v < 128 ? v + amount : v; }));
}

std::uint8_t luma(const std::uint8_t* rgb) noexcept {
  return static_cast<std::uint8_t>((19595U * rgb[0] + 38470U * rgb[1] + 7471U * rgb[2] + 32768U) >> 16);
}

void enhance_color(Image& image, double factor) {
  const auto pixels = image.pixels();
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    const int plain = luma(pixels.data() + i);
    for (std::size_t c = 0; c < 3; ++c) pixels[i + c] = blended(plain, pixels[i + c], static_cast<float>(factor));
  }
}

void enhance_contrast(Image& image, double factor) {
  const auto pixels = image.pixels();
  if (pixels.empty()) return;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < pixels.size(); i += 3) sum += luma(pixels.data() + i);
  const int plain = static_cast<int>(static_cast<double>(sum) / static_cast<double>(pixels.size() / 3) + 0.5);
  look_up(image, byte_table([&](int v) { return blended(plain, v, static_cast<float>(factor)); }));
}

void enhance_brightness(Image& image, double factor) {
  look_up(image, byte_table([&](int v) { return blended(0, v, static_cast<float>(factor)); }));
}

void enhance_sharpness(Image& image, double factor) {
  const Image original = image;
  for (int y = 1; y + 1 < image.height(); ++y) {
    for (int x = 1; x + 1 < image.width(); ++x) {
      const std::uint8_t* middle = original.at(x, y);
      std::uint8_t* out = image.at(x, y);
      for (int c = 0; c < 3; ++c) {
        int sum = 4 * middle[c];
        for (int dy = -1; dy <= 1; ++dy) {
          const std::uint8_t* row = original.at(x - 1, y + dy) + c;
          sum += row[0] + row[3] + row[6];
        }
        out[c] = blended((2 * sum + 13) / 26, middle[c], static_cast<float>(factor));
      }
    }
  }
}

Image affine_bicubic(const Image& image, const Matrix& source, std::uint8_t fill) {
  Image out(image.width(), image.height());
  for (int y = 0; y < out.height(); ++y) {
    for (int x = 0; x < out.width(); ++x) {
      const double px = x + 0.5, py = y + 0.5;
      const double from_x = source(0, 0) * px + source(0, 1) * py + source(0, 2);
      const double from_y = source(1, 0) * px + source(1, 1) * py + source(1, 2);
      if (from_x >= 0 && from_x < image.width() && from_y >= 0 && from_y < image.height()) {
        sample_sharp_cubic(image, from_x - 0.5, from_y - 0.5, out.at(x, y));
      } else {
        std::fill_n(out.at(x, y), 3, fill);
      }
    }
  }
  return out;
}

Matrix rotation_source(double degrees, Size size) {
  const double angle = -degrees * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  const double cx = size.width / 2.0, cy = size.height / 2.0;
  return source_matrix(c, s, cx - c * cx - s * cy, -s, c, cy + s * cx - c * cy);
}

Matrix shear_source(double x, double y) { return source_matrix(1, x, 0, y, 1, 0); }

Matrix translation_source(double x, double y) { return source_matrix(1, 0, x, 0, 1, y); }

}  // namespace faceptor::transforms
