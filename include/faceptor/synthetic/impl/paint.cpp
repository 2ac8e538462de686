#include <faceptor/core/error.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/synthetic/impl/body.hpp>
#include <faceptor/synthetic/impl/brush.hpp>
#include <faceptor/synthetic/impl/features.hpp>
#include <faceptor/synthetic/impl/hair.hpp>
#include <faceptor/synthetic/impl/skin.hpp>
#include <faceptor/synthetic/impl/streams.hpp>
#include <faceptor/synthetic/impl/worn.hpp>
#include <faceptor/synthetic/paint.hpp>

namespace faceptor::synthetic {

LabelMaps::LabelMaps(Size s)
    : size(s), celebamask(static_cast<std::size_t>(s.width) * s.height), lapa(static_cast<std::size_t>(s.width) * s.height) {}

std::uint8_t lapa_class(std::uint8_t celebamask) noexcept {
  constexpr std::array<std::uint8_t, 19> kClasses = {0, 0, 1, 0, 0, 0, 2, 3, 4, 5, 6, 8, 9, 7, 10, 0, 0, 0, 0};
  return celebamask < kClasses.size() ? kClasses[celebamask] : 0;
}

namespace {

/// The colour behind the person at the place (u, v), both 0 to 1.
Rgb backdrop_at(const Appearance& look, float u, float v, float aspect) {
  const auto seed = static_cast<std::uint32_t>(look.grain);
  const Rgb base = look.backdrop_color;
  const float from = look.light_x < 0 ? 0.32F : 0.68F;
  if (look.backdrop == Backdrop::wall) {
    return base * (0.82F + 0.16F * value_noise(u * 3, v * 3, seed) + 0.08F * value_noise(u * 14, v * 14, seed + 1) +
                   0.12F * (from < 0.5F ? 1 - u : u));
  }
  if (look.backdrop == Backdrop::outdoors) {
    const float line = 0.60F + 0.10F * (value_noise(u * 3.2F, 2, seed) - 0.5F),
                ridge = 0.46F + 0.22F * (value_noise(u * 4, 5, seed + 2) - 0.5F);
    const Rgb sky = mix(Rgb{0.62F, 0.77F, 0.90F}, Rgb{0.93F, 0.91F, 0.86F}, std::min(1.0F, v * 1.5F));
    const Rgb hill = mix(Rgb{0.58F, 0.67F, 0.62F}, base, 0.25F), grass = mix(Rgb{0.46F, 0.58F, 0.36F}, base, 0.2F);
    const Rgb far = mix(sky, hill, smoothstep(ridge - 0.035F, ridge + 0.035F, v));
    return mix(far, grass * (0.9F + 0.2F * value_noise(u * 9, v * 9, seed + 3)), smoothstep(line - 0.04F, line + 0.04F, v));
  }
  return base * mix(1.10F, 0.66F,
                    smoothstep(0.0F, 1.05F, std::hypot((u - from) * std::max(1.0F, aspect), (v - 0.38F) * std::max(1.0F, 1 / aspect))));
}

}  // namespace

void paint_backdrop(Canvas& canvas, const Appearance& look) {
  const Size size = canvas.size();
  const float w = static_cast<float>(size.width), h = static_cast<float>(size.height), side = std::min(w, h);
  // Everything here is smooth: a coarse grid is enough.
  const int step = std::max(1, static_cast<int>(side / 110));
  const int columns = size.width / step + 2, rows = size.height / step + 2;
  std::vector<Rgb> grid(static_cast<std::size_t>(columns) * rows);
  for (int j = 0; j < rows; ++j) {
    for (int i = 0; i < columns; ++i) {
      grid[static_cast<std::size_t>(j) * columns + i] =
          backdrop_at(look, static_cast<float>(i * step) / w, static_cast<float>(j * step) / h, w / h);
    }
  }
  canvas.apply([&](int x, int y, Rgb) {
    const Rgb* c = grid.data() + static_cast<std::size_t>(y / step) * columns + x / step;
    const float tx = static_cast<float>(x % step) / static_cast<float>(step), ty = static_cast<float>(y % step) / static_cast<float>(step);
    return mix(mix(c[0], c[1], tx), mix(c[columns], c[columns + 1], tx), ty);
  });
  if (look.backdrop != Backdrop::bokeh) return;
  Random r(look.grain, {detail::kSceneStream});
  for (int i = 0; i < 16; ++i) {
    const Point c{r.uniform(-0.05F, 1.05F) * w, r.uniform(-0.05F, 1.0F) * h};
    const float radius = side * r.uniform(0.025F, 0.10F);
    const Rgb glow = mix(look.backdrop_color, Rgb{1, r.uniform(0.78F, 0.96F), r.uniform(0.55F, 0.9F)}, r.uniform(0.35F, 0.9F));
    const float opacity = r.uniform(0.10F, 0.34F);
    canvas.fill(Mask::polygon(ellipse(c, radius, radius), size).blurred(0.12F * radius, size), glow, opacity);
  }
}

PaintedFace paint_face(Canvas& canvas, LabelMaps& labels, const Person& person, const Appearance& appearance, Point center, float unit) {
  if (labels.size != canvas.size()) throw Error(ErrorCode::argument, "synthetic: the label maps are not as large as the canvas");
  if (!(unit > 0) || !std::isfinite(unit) || !std::isfinite(center.x) || !std::isfinite(center.y)) {
    throw Error(ErrorCode::argument, "synthetic: a face needs a finite place and a size above 0")
        .found(std::to_string(unit) + " pixels a unit");
  }
  PaintedFace painted;
  painted.shape = FaceShape(person, appearance, center, unit);
  detail::Brush b{canvas, labels, person, appearance, painted.shape, painted.covers};
  detail::paint_back_hair(b);
  detail::paint_body(b);
  if (!detail::covers_ears(person)) detail::paint_ears(b);
  detail::paint_skin(b);
  detail::paint_mouth(b);
  for (int which = 0; which < 2; ++which) detail::paint_eye(b, which);
  for (int which = 0; which < 2; ++which) detail::paint_brow(b, which);
  detail::paint_jewellery(b);
  detail::paint_glasses(b);
  detail::paint_front_hair(b);
  detail::paint_hat(b);
  return painted;
}

void finish_photo(Canvas& canvas, const Appearance& look) {
  const Size size = canvas.size();
  canvas.blur(look.blur * static_cast<float>(std::min(size.width, size.height)));
  const auto seed = mix_bits(look.grain);
  canvas.apply([&](int x, int y, Rgb c) {
    if (look.grey) {
      const float v = luma(c);
      c = {v, v, v};
    }
    // Sums of bytes of one hash are near enough to a normal law, at a tenth of its price.
    const std::uint64_t bits = mix_bits(seed + static_cast<std::uint64_t>(y) * size.width + x);
    const auto grain = [&](int shift) {
      const auto part = static_cast<std::uint32_t>(bits >> shift);
      return (static_cast<float>((part & 0xFF) + ((part >> 8) & 0xFF)) - 255.0F) * (look.noise / 104.5F);
    };
    if (look.grey) return c + Rgb{1, 1, 1} * grain(0);
    return c + Rgb{grain(0), grain(16), grain(32)};
  });
}

}  // namespace faceptor::synthetic
