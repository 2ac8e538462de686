#include <algorithm>
#include <cmath>
#include <numbers>

#include <faceptor/synthetic/curve.hpp>

namespace faceptor::synthetic {

namespace {

Point catmull_rom(Point a, Point b, Point c, Point d, float t) {
  const auto blend = [t](float p, float q, float r, float s) {
    return 0.5F * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t * t * t);
  };
  return {blend(a.x, b.x, c.x, d.x), blend(a.y, b.y, c.y, d.y)};
}

}  // namespace

Points spline(std::span<const Point> points, int steps) {
  const int count = static_cast<int>(points.size());
  const auto get = [&](int i) { return points[static_cast<std::size_t>(std::clamp(i, 0, count - 1))]; };
  Points result;
  for (int i = 0; i + 1 < count; ++i) {
    for (int k = 0; k < steps; ++k) {
      result.push_back(catmull_rom(get(i - 1), get(i), get(i + 1), get(i + 2), static_cast<float>(k) / static_cast<float>(steps)));
    }
  }
  result.push_back(points.back());
  return result;
}

Points closed_spline(std::span<const Point> points, int steps) {
  const std::size_t count = points.size();
  Points result;
  for (std::size_t i = 0; i < count; ++i) {
    for (int k = 0; k < steps; ++k) {
      result.push_back(catmull_rom(points[(i + count - 1) % count], points[i], points[(i + 1) % count], points[(i + 2) % count],
                                   static_cast<float>(k) / static_cast<float>(steps)));
    }
  }
  return result;
}

Points resampled(std::span<const Point> line, int count) {
  std::vector<float> length(line.size(), 0.0F);
  for (std::size_t i = 1; i < line.size(); ++i)
    length[i] = length[i - 1] + std::hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
  Points result;
  std::size_t piece = 1;
  for (int k = 0; k < count; ++k) {
    const float place = length.back() * static_cast<float>(k) / static_cast<float>(count - 1);
    while (piece + 1 < line.size() && length[piece] < place) ++piece;
    const float step = length[piece] - length[piece - 1];
    const float t = step > 0 ? std::clamp((place - length[piece - 1]) / step, 0.0F, 1.0F) : 0.0F;
    result.push_back(
        {line[piece - 1].x + (line[piece].x - line[piece - 1].x) * t, line[piece - 1].y + (line[piece].y - line[piece - 1].y) * t});
  }
  return result;
}

Points stroke(std::span<const Point> line, const std::function<float(float)>& width) {
  const std::size_t count = line.size();
  Points left, right;
  for (std::size_t i = 0; i < count; ++i) {
    const Point before = line[i > 0 ? i - 1 : 0], after = line[std::min(i + 1, count - 1)];
    const float dx = after.x - before.x, dy = after.y - before.y;
    const float length = std::max(std::hypot(dx, dy), 1e-6F);
    const float half = 0.5F * width(static_cast<float>(i) / static_cast<float>(std::max<std::size_t>(count - 1, 1))) / length;
    left.push_back({line[i].x - dy * half, line[i].y + dx * half});
    right.push_back({line[i].x + dy * half, line[i].y - dx * half});
  }
  left.insert(left.end(), right.rbegin(), right.rend());
  return left;
}

Points ellipse(Point center, float a, float b, float angle, int count) {
  Points result;
  const float c = std::cos(angle), s = std::sin(angle);
  for (int i = 0; i < count; ++i) {
    const float t = 2 * std::numbers::pi_v<float> * static_cast<float>(i) / static_cast<float>(count);
    const float x = a * std::cos(t), y = b * std::sin(t);
    result.push_back({center.x + c * x - s * y, center.y + s * x + c * y});
  }
  return result;
}

bool inside(std::span<const Point> outline, Point point) noexcept {
  bool result = false;
  for (std::size_t i = 0, j = outline.size() - 1; i < outline.size(); j = i++) {
    const Point a = outline[i], b = outline[j];
    if ((a.y > point.y) != (b.y > point.y) && point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x) result = !result;
  }
  return result;
}

void scan(std::span<const Point> outline, Size picture, const std::function<void(int, int, int)>& visit) {
  if (outline.size() < 3) return;
  float low = outline[0].y, high = low;
  for (const auto& p : outline) low = std::min(low, p.y), high = std::max(high, p.y);
  const auto row = [&](float y) { return static_cast<int>(std::clamp(y, -1.0F, static_cast<float>(picture.height))); };
  std::vector<std::pair<float, int>> crossings;
  for (int y = std::max(0, row(std::ceil(low))); y <= std::min(picture.height - 1, row(std::floor(high))); ++y) {
    crossings.clear();
    const auto line = static_cast<float>(y);
    for (std::size_t i = 0, j = outline.size() - 1; i < outline.size(); j = i++) {
      const Point a = outline[j], b = outline[i];
      if ((a.y > line) == (b.y > line)) continue;
      crossings.emplace_back((b.x - a.x) * (line - a.y) / (b.y - a.y) + a.x, b.y > a.y ? 1 : -1);
    }
    std::sort(crossings.begin(), crossings.end());
    int winding = 0;
    for (std::size_t i = 0; i + 1 < crossings.size(); ++i) {
      winding += crossings[i].second;
      if (winding == 0) continue;
      const float first = std::max(std::ceil(crossings[i].first), 0.0F);
      const float last = std::min(std::ceil(crossings[i + 1].first) - 1, static_cast<float>(picture.width - 1));
      if (first <= last) visit(y, static_cast<int>(first), static_cast<int>(last));
    }
  }
}

}  // namespace faceptor::synthetic
