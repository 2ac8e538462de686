#pragma once

// What stb_truetype includes must be known before it is read inside a namespace.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include <faceptor/image/draw.hpp>
#include <faceptor/image/impl/draw_inl.hpp>
#include <faceptor/image/impl/font_inl.hpp>

// A copy of one's own, in a namespace and static: a program that uses stb_truetype itself meets no second definition.
#pragma push_macro("STB_TRUETYPE_IMPLEMENTATION")
#pragma push_macro("STBTT_STATIC")
#pragma push_macro("__STB_INCLUDE_STB_TRUETYPE_H__")
#undef STB_TRUETYPE_IMPLEMENTATION
#undef STBTT_STATIC
#undef __STB_INCLUDE_STB_TRUETYPE_H__
#define STB_TRUETYPE_IMPLEMENTATION
#define STBTT_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
namespace faceptor::detail::canvas::stb_font {
#include <stb_truetype.h>
}  // namespace faceptor::detail::canvas::stb_font
#pragma GCC diagnostic pop
#undef STBTT_DEF
#pragma pop_macro("__STB_INCLUDE_STB_TRUETYPE_H__")
#pragma pop_macro("STBTT_STATIC")
#pragma pop_macro("STB_TRUETYPE_IMPLEMENTATION")

namespace faceptor {
namespace detail::canvas {

FACEPTOR_INLINE const stb_font::stbtt_fontinfo& embedded_font() {
  static const stb_font::stbtt_fontinfo font = [] {
    stb_font::stbtt_fontinfo info;
    if (stb_font::stbtt_InitFont(&info, kFontBytes.data(), 0) == 0)
      throw Error(ErrorCode::internal, "image: the embedded font can't be read");
    return info;
  }();
  return font;
}

/// The code point at `position`, which moves past it; a malformed byte counts as a question mark.
FACEPTOR_INLINE int next_code_point(std::string_view utf8, std::size_t& position) {
  const auto byte = static_cast<unsigned char>(utf8[position++]);
  if (byte < 0x80) return byte;
  const int more = byte >= 0xF0 && byte < 0xF8 ? 3 : byte >= 0xE0 ? (byte < 0xF0 ? 2 : 0) : byte >= 0xC2 ? 1 : 0;
  if (more == 0 || position + static_cast<std::size_t>(more) > utf8.size()) return '?';
  int code = byte & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    const auto next = static_cast<unsigned char>(utf8[position]);
    if ((next & 0xC0) != 0x80) return '?';
    code = code << 6 | (next & 0x3F);
    ++position;
  }
  return code;
}

FACEPTOR_INLINE int glyph_of(int code_point) {
  const int glyph = stb_font::stbtt_FindGlyphIndex(&embedded_font(), code_point);
  return glyph != 0 ? glyph : stb_font::stbtt_FindGlyphIndex(&embedded_font(), '?');
}

FACEPTOR_INLINE float advance_of(int glyph, float scale) {
  int advance = 0;
  stb_font::stbtt_GetGlyphHMetrics(&embedded_font(), glyph, &advance, nullptr);
  return static_cast<float>(advance) * scale;
}

FACEPTOR_INLINE float font_scale(float size) { return stb_font::stbtt_ScaleForMappingEmToPixels(&embedded_font(), std::min(size, 400.0F)); }

}  // namespace detail::canvas

FACEPTOR_INLINE float text_width(std::string_view utf8, float size) {
  if (!(size > 0)) return 0;
  const float scale = detail::canvas::font_scale(size);
  float width = 0;
  for (std::size_t position = 0; position < utf8.size();)
    width += detail::canvas::advance_of(detail::canvas::glyph_of(detail::canvas::next_code_point(utf8, position)), scale);
  return width;
}

FACEPTOR_INLINE TextHeights text_heights(float size) {
  if (!(size > 0)) return {};
  const float scale = detail::canvas::font_scale(size);
  int ascent = 0, descent = 0, gap = 0, top = 0;
  detail::canvas::stb_font::stbtt_GetFontVMetrics(&detail::canvas::embedded_font(), &ascent, &descent, &gap);
  detail::canvas::stb_font::stbtt_GetGlyphBox(&detail::canvas::embedded_font(), detail::canvas::glyph_of('H'), nullptr, nullptr, nullptr,
                                              &top);
  return {static_cast<float>(ascent) * scale, static_cast<float>(-descent) * scale, static_cast<float>(top) * scale};
}

FACEPTOR_INLINE void Canvas::text(CanvasPoint start, std::string_view utf8, float size, Color color) {
  if (!(size > 0) || image_->empty() || !detail::canvas::finite_numbers({start.x, start.y})) return;
  const float scale = detail::canvas::font_scale(size);
  // Far outside nothing can be seen, and indices would overflow.
  constexpr float kFar = 1e6F;
  if (std::abs(start.x) > kFar || std::abs(start.y) > kFar) return;
  const auto baseline = static_cast<int>(std::lround(start.y));
  std::vector<unsigned char> bitmap;
  float pen = start.x;
  for (std::size_t position = 0; position < utf8.size() && pen < static_cast<float>(image_->width());) {
    const int glyph = detail::canvas::glyph_of(detail::canvas::next_code_point(utf8, position));
    const float whole = std::floor(pen);
    const float shift = pen - whole;
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    detail::canvas::stb_font::stbtt_GetGlyphBitmapBoxSubpixel(&detail::canvas::embedded_font(), glyph, scale, scale, shift, 0, &x0, &y0,
                                                              &x1, &y1);
    const int width = x1 - x0;
    const int height = y1 - y0;
    const int left = static_cast<int>(whole) + x0;
    if (width > 0 && height > 0 && left < image_->width() && left + width > 0) {
      bitmap.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0);
      detail::canvas::stb_font::stbtt_MakeGlyphBitmapSubpixel(&detail::canvas::embedded_font(), bitmap.data(), width, height, width, scale,
                                                              scale, shift, 0, glyph);
      for (int row = std::max(0, -(baseline + y0)); row < height && baseline + y0 + row < image_->height(); ++row) {
        for (int column = std::max(0, -left); column < width && left + column < image_->width(); ++column) {
          const auto covered = bitmap[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(column)];
          detail::canvas::blend(image_->at(left + column, baseline + y0 + row), color, static_cast<float>(covered) / 255.0F);
        }
      }
    }
    pen += detail::canvas::advance_of(glyph, scale);
  }
}

}  // namespace faceptor
