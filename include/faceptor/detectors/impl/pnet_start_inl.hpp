#pragma once

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>
#include <array>
#include <cstdint>

#include <faceptor/core/config.hpp>

/// P-Net begins with a third of its work on three channels, which LibTorch's convolutions are slow at: here it is one pass.
namespace faceptor::detectors::detail {

/// A convolution of 3 x 3 from three planes to ten channels, its PReLU, and the largest of windows of 2 x 2, two apart, cut at the edges.
struct PnetStart {
  static constexpr std::int64_t kChannels = 10, kBlock = 16;  ///< channels, and columns at a time

  const float* image = nullptr;  ///< 3 x height x stride
  std::int64_t height = 0, width = 0;
  std::int64_t stride = 0;        ///< floats a row: `padded(width)`; what stands behind `width` is of no effect
  const float* weight = nullptr;  ///< 10 x 3 x 3 x 3
  const float* bias = nullptr;    ///< 10
  const float* slope = nullptr;   ///< 10
  float* out = nullptr;           ///< rows() x columns() x 10

  static std::int64_t padded(std::int64_t width) { return (width - 2 + kBlock - 1) / kBlock * kBlock + 2; }
  std::int64_t rows() const { return (height - 1) / 2; }
  std::int64_t columns() const { return (width - 1) / 2; }
};

#ifdef __x86_64__
#define FACEPTOR_AVX2 __attribute__((target("avx2,fma")))

/// Sixteen neighbouring columns.
struct PnetColumns {
  [[gnu::always_inline]] FACEPTOR_AVX2 static PnetColumns filled(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
  [[gnu::always_inline]] FACEPTOR_AVX2 static PnetColumns at(const float* from) {
    return {_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)};
  }
  [[gnu::always_inline]] FACEPTOR_AVX2 void add(float factor, const PnetColumns& values) {
    const auto factors = _mm256_set1_ps(factor);
    left = _mm256_fmadd_ps(factors, values.left, left);
    right = _mm256_fmadd_ps(factors, values.right, right);
  }
  [[gnu::always_inline]] FACEPTOR_AVX2 static __m256 sloped(__m256 values, __m256 slopes) {
    const auto zeros = _mm256_setzero_ps();
    return _mm256_fmadd_ps(slopes, _mm256_min_ps(values, zeros), _mm256_max_ps(values, zeros));
  }
  /// The PReLU of each, and the larger of both.
  [[gnu::always_inline]] FACEPTOR_AVX2 static void keep(const PnetColumns& a, const PnetColumns& b, float slope, float* out) {
    const auto slopes = _mm256_set1_ps(slope);
    _mm256_storeu_ps(out, _mm256_max_ps(sloped(a.left, slopes), sloped(b.left, slopes)));
    _mm256_storeu_ps(out + 8, _mm256_max_ps(sloped(a.right, slopes), sloped(b.right, slopes)));
  }

  __m256 left, right;
};

FACEPTOR_AVX2 FACEPTOR_INLINE void pnet_start_avx2(const PnetStart& of) {
  std::array<std::array<float, PnetStart::kBlock>, PnetStart::kChannels> largest;  // of two rows
  for (std::int64_t y = 0; y < of.rows(); ++y) {
    // The last row may be alone: then it is its own second.
    const std::int64_t second = 2 * y + 1 < of.height - 2 ? of.stride : 0;
    for (std::int64_t x = 0; x < of.width - 2; x += PnetStart::kBlock) {
      for (std::size_t channel = 0; channel < largest.size(); channel += 2) {
        auto upper1 = PnetColumns::filled(of.bias[channel]), upper2 = PnetColumns::filled(of.bias[channel + 1]);
        auto lower1 = upper1, lower2 = upper2;
        for (std::int64_t plane = 0; plane < 3; ++plane) {
          const float* from = of.image + (plane * of.height + 2 * y) * of.stride + x;
          const float *factor1 = of.weight + 27 * channel + 9 * static_cast<std::size_t>(plane), *factor2 = factor1 + 27;
          for (int k = 0; k < 3; ++k, ++from, ++factor1, ++factor2) {
            const auto row0 = PnetColumns::at(from), row1 = PnetColumns::at(from + of.stride);
            upper1.add(factor1[0], row0), upper2.add(factor2[0], row0);
            upper1.add(factor1[3], row1), upper2.add(factor2[3], row1);
            lower1.add(factor1[0], row1), lower2.add(factor2[0], row1);
            const auto row2 = PnetColumns::at(from + 2 * of.stride), row3 = PnetColumns::at(from + 2 * of.stride + second);
            upper1.add(factor1[6], row2), upper2.add(factor2[6], row2);
            lower1.add(factor1[3], row2), lower2.add(factor2[3], row2);
            lower1.add(factor1[6], row3), lower2.add(factor2[6], row3);
          }
        }
        if (second == 0) lower1 = upper1, lower2 = upper2;
        PnetColumns::keep(upper1, lower1, of.slope[channel], largest[channel].data());
        PnetColumns::keep(upper2, lower2, of.slope[channel + 1], largest[channel + 1].data());
      }
      const auto left = std::min(of.width - 2 - x, PnetStart::kBlock);
      float* out = of.out + (y * of.columns() + x / 2) * PnetStart::kChannels;
      for (std::int64_t column = 0; column < left; column += 2) {
        for (const auto& values : largest) {
          const float* value = values.data() + column;
          *out++ = column + 1 < left ? std::max(value[0], value[1]) : value[0];
        }
      }
    }
  }
}
#undef FACEPTOR_AVX2
#endif

/// False where the processor has no instructions for it: nothing is done then.
FACEPTOR_INLINE bool pnet_start(const PnetStart& of) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) {
    pnet_start_avx2(of);
    return true;
  }
#endif
  static_cast<void>(of);
  return false;
}

}  // namespace faceptor::detectors::detail
