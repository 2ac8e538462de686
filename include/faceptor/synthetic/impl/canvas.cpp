#include <array>

#include <faceptor/synthetic/canvas.hpp>

namespace faceptor::synthetic {

float value_noise(float x, float y, std::uint32_t seed) noexcept {
  // std::floor is a call where the target has no instruction for it.
  const auto whole = [](float v) { return static_cast<std::int32_t>(v) - (v < 0 ? 1 : 0); };
  const auto ix = static_cast<std::uint32_t>(whole(x)), iy = static_cast<std::uint32_t>(whole(y));
  const auto fx = static_cast<float>(whole(x)), fy = static_cast<float>(whole(y));
  const auto height = [seed](std::uint32_t column, std::uint32_t row) {
    std::uint32_t h = column * 0x85EBCA6BU ^ row * 0xC2B2AE35U ^ seed * 0x27D4EB2FU;
    h = (h ^ (h >> 15)) * 0x2C1B3C6DU;
    h = (h ^ (h >> 13)) * 0x297A2D39U;
    return static_cast<float>((h ^ (h >> 15)) >> 8) * 0x1.0p-24F;
  };
  float tx = x - fx, ty = y - fy;
  tx = tx * tx * (3 - 2 * tx);
  ty = ty * ty * (3 - 2 * ty);
  return mix(mix(height(ix, iy), height(ix + 1, iy), tx), mix(height(ix, iy + 1), height(ix + 1, iy + 1), tx), ty);
}

Mask::Mask(int x, int y, int width, int height)
    : x_(x),
      y_(y),
      width_(std::max(width, 0)),
      height_(width > 0 ? std::max(height, 0) : 0),  // without columns there are no rows
      values_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_)) {}

namespace {

// Adds the signed area to the right of one edge to the rows it crosses. `sums` has width + 1 columns; its running sum along
// a row is the winding-weighted coverage. Coordinates are cell edges relative to the mask.
void add_edge(std::vector<float>& sums, int width, int height, Point a, Point b) {
  if (a.y == b.y) return;
  const float direction = a.y < b.y ? 1.0F : -1.0F;
  if (a.y > b.y) std::swap(a, b);
  const float slope = (b.x - a.x) / (b.y - a.y);
  const float top = std::max(a.y, 0.0F);
  float x = a.x + (top - a.y) * slope;
  const int last = std::min(height, static_cast<int>(std::ceil(b.y)));
  const float limit = static_cast<float>(width);
  for (int row = static_cast<int>(top); row < last; ++row) {
    const float low = std::max(top, static_cast<float>(row)), high = std::min(b.y, static_cast<float>(row + 1));
    const float next = x + (high - low) * slope;
    const float part = (high - low) * direction;
    // What is left of the mask covers whole rows, what is right of it nothing.
    const float left = std::clamp(std::min(x, next), 0.0F, limit), right = std::clamp(std::max(x, next), 0.0F, limit);
    float* line = sums.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(width + 2);
    const int first = static_cast<int>(left), end = static_cast<int>(std::ceil(right));
    if (end <= first + 1) {
      const float inside = 1 - (0.5F * (left + right) - static_cast<float>(first));
      line[first] += part * inside;
      line[first + 1] += part * (1 - inside);
    } else {
      const float per_cell = 1 / (right - left);
      const float start = static_cast<float>(first + 1) - left;
      const float head = 0.5F * per_cell * start * start;
      const float rest = right - static_cast<float>(end) + 1;
      const float tail = 0.5F * per_cell * rest * rest;
      line[first] += part * head;
      if (end == first + 2) {
        line[first + 1] += part * (1 - head - tail);
      } else {
        const float second = per_cell * (1.5F - (left - static_cast<float>(first)));
        line[first + 1] += part * (second - head);
        for (int column = first + 2; column < end - 1; ++column) line[column] += part * per_cell;
        const float before = second + static_cast<float>(end - first - 3) * per_cell;
        line[end - 1] += part * (1 - before - tail);
      }
      line[end] += part * tail;
    }
    x = next;
  }
}

// One pass of a running mean of 2 * radius + 1 values along a line of `count`, what lies outside being 0 or the border's value.
void box_filter(const float* in, float* out, int count, int stride, int radius, bool extend) {
  const float scale = 1.0F / static_cast<float>(2 * radius + 1);
  const auto value = [&](int i) {
    if (i < 0) return extend ? in[0] : 0.0F;
    if (i >= count) return extend ? in[static_cast<std::ptrdiff_t>(count - 1) * stride] : 0.0F;
    return in[static_cast<std::ptrdiff_t>(i) * stride];
  };
  float sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += value(i);
  for (int i = 0; i < count; ++i) {
    out[static_cast<std::ptrdiff_t>(i) * stride] = sum * scale;
    sum += value(i + radius + 1) - value(i - radius);
  }
}

// The radii of three box filters that together have about the variance of the Gaussian.
std::array<int, 3> box_radii(float sigma) {
  std::array<int, 3> radii{};
  float left = 3 * sigma * sigma;  // the variance of a box of radius r is r (r + 1) / 3
  for (int i = 0; i < 3; ++i) {
    const float share = left / static_cast<float>(3 - i);
    radii[i] = std::max(0, static_cast<int>(std::lround(0.5F * (std::sqrt(1 + 4 * share) - 1))));
    left -= static_cast<float>(radii[i] * (radii[i] + 1));
  }
  return radii;
}

void gaussian(std::vector<float>& values, int width, int height, int channels, float sigma, bool extend) {
  std::vector<float> other(values.size());
  for (const int radius : box_radii(sigma)) {
    if (radius == 0) continue;
    for (int y = 0; y < height; ++y) {
      for (int c = 0; c < channels; ++c) {
        const std::size_t start = static_cast<std::size_t>(y) * width * channels + c;
        box_filter(values.data() + start, other.data() + start, width, channels, radius, extend);
      }
    }
    // Down the columns a row at a time: neighbours in memory are added together.
    const int row = width * channels;
    const auto line = [&](int y) -> const float* {
      if (!extend && (y < 0 || y >= height)) return nullptr;
      return other.data() + static_cast<std::size_t>(std::clamp(y, 0, height - 1)) * row;
    };
    std::vector<float> sum(row, 0.0F);
    const auto add = [&](const float* from, float sign) {
      if (from == nullptr) return;
      for (int x = 0; x < row; ++x) sum[x] += sign * from[x];
    };
    for (int y = -radius; y <= radius; ++y) add(line(y), 1);
    const float scale = 1.0F / static_cast<float>(2 * radius + 1);
    for (int y = 0; y < height; ++y) {
      float* out = values.data() + static_cast<std::size_t>(y) * row;
      for (int x = 0; x < row; ++x) out[x] = sum[x] * scale;
      add(line(y + radius + 1), 1);
      add(line(y - radius), -1);
    }
  }
}

}  // namespace

Mask Mask::polygon(std::span<const Point> outline, Size picture) {
  if (outline.size() < 3) return {};
  float x0 = outline[0].x, x1 = x0, y0 = outline[0].y, y1 = y0;
  for (const auto& p : outline) {
    x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
    y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
  }
  const auto cut = [](float value, int side) { return static_cast<int>(std::clamp(value, 0.0F, static_cast<float>(side))); };
  const int left = cut(std::floor(x0 + 0.5F), picture.width), right = cut(std::ceil(x1 + 0.5F), picture.width);
  const int top = cut(std::floor(y0 + 0.5F), picture.height), bottom = cut(std::ceil(y1 + 0.5F), picture.height);
  Mask mask(left, top, right - left, bottom - top);
  if (mask.values_.empty()) return {};
  std::vector<float> sums(static_cast<std::size_t>(mask.width_ + 2) * static_cast<std::size_t>(mask.height_));
  const float dx = 0.5F - static_cast<float>(left), dy = 0.5F - static_cast<float>(top);
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const Point a = outline[i], b = outline[(i + 1) % outline.size()];
    add_edge(sums, mask.width_, mask.height_, {a.x + dx, a.y + dy}, {b.x + dx, b.y + dy});
  }
  for (int y = 0; y < mask.height_; ++y) {
    const float* line = sums.data() + static_cast<std::size_t>(y) * (mask.width_ + 2);
    float* out = mask.values_.data() + static_cast<std::size_t>(y) * mask.width_;
    float sum = 0;
    for (int x = 0; x < mask.width_; ++x) {
      sum += line[x];
      out[x] = std::min(std::abs(sum), 1.0F);
    }
  }
  return mask;
}

Mask Mask::blurred(float sigma, Size picture) const {
  if (sigma < 0.2F || values_.empty()) return *this;
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  const int left = std::max(0, x_ - reach), top = std::max(0, y_ - reach);
  Mask result(left, top, std::min(picture.width, x_ + width_ + reach) - left, std::min(picture.height, y_ + height_ + reach) - top);
  for (int y = y_; y < y_ + height_; ++y) std::copy(row(y) + x_, row(y) + x_ + width_, result.row(y) + x_);
  gaussian(result.values_, result.width_, result.height_, 1, sigma, false);
  return result;
}

Mask Mask::within(const Mask& other) const {
  const int left = std::max(x_, other.x_), top = std::max(y_, other.y_);
  Mask result(left, top, std::min(x_ + width_, other.x_ + other.width_) - left, std::min(y_ + height_, other.y_ + other.height_) - top);
  for (int y = top; y < top + result.height_; ++y) {
    for (int x = left; x < left + result.width_; ++x) result.row(y)[x] = row(y)[x] * other.row(y)[x];
  }
  return result;
}

Mask Mask::without(const Mask& other) const {
  Mask result = *this;
  const int left = std::max(x_, other.x_), right = std::min(x_ + width_, other.x_ + other.width_);
  for (int y = std::max(y_, other.y_); y < std::min(y_ + height_, other.y_ + other.height_); ++y) {
    for (int x = left; x < right; ++x) result.row(y)[x] *= 1 - other.row(y)[x];
  }
  return result;
}

Mask Mask::joined(const Mask& other) const {
  if (values_.empty()) return other;
  if (other.values_.empty()) return *this;
  const int left = std::min(x_, other.x_), top = std::min(y_, other.y_);
  Mask result(left, top, std::max(x_ + width_, other.x_ + other.width_) - left, std::max(y_ + height_, other.y_ + other.height_) - top);
  for (int y = y_; y < y_ + height_; ++y) std::copy(row(y) + x_, row(y) + x_ + width_, result.row(y) + x_);
  for (int y = other.y_; y < other.y_ + other.height_; ++y) {
    for (int x = other.x_; x < other.x_ + other.width_; ++x) result.row(y)[x] = std::max(result.row(y)[x], other.row(y)[x]);
  }
  return result;
}

Canvas::Canvas(Size size, Rgb color) : size_(size), rgb_(static_cast<std::size_t>(size.width) * size.height * 3) {
  apply([color](int, int, Rgb) { return color; });
}

void Canvas::blur(float sigma) {
  if (sigma >= 0.2F) gaussian(rgb_, size_.width, size_.height, 3, sigma, true);
}

Image Canvas::image() const {
  Image result(size_.width, size_.height);
  auto out = result.pixels();
  for (std::size_t i = 0; i < rgb_.size(); ++i) out[i] = static_cast<std::uint8_t>(std::clamp(rgb_[i], 0.0F, 1.0F) * 255.0F + 0.5F);
  return result;
}

}  // namespace faceptor::synthetic
