#include <faceptor/geometry/view_transform.hpp>

#include <limits>
#include <random>

#include <faceptor/core/error.hpp>

#include "support/catch.hpp"

using namespace faceptor;

namespace {

const FivePoints kFace = {{{240, 150}, {310, 143}, {280, 190}, {252, 231}, {309, 226}}};
const Box kBox{215, 110, 345, 260};

Image noise(int width, int height, unsigned seed = 1) {
  std::mt19937 random(seed);
  Image image(width, height);
  for (auto& v : image.pixels()) v = static_cast<std::uint8_t>(random());
  return image;
}

std::vector<float> extracted(const Image& photo, const View& view, const ViewTransform& transform) {
  std::vector<float> chw(static_cast<std::size_t>(view.width()) * static_cast<std::size_t>(view.height()) * 3);
  extract(photo, view, transform, chw);
  return chw;
}

View plain(View view) { return view.mean({0, 0, 0}).std({1, 1, 1}); }

/// Bilinear enlargement with align_corners=false, one channel, in double precision.
double enlarged(std::span<const float> map, int width, int height, int to_width, int to_height, int x, int y) {
  const double px = std::max(0.0, (x + 0.5) * width / to_width - 0.5), py = std::max(0.0, (y + 0.5) * height / to_height - 0.5);
  const int x0 = static_cast<int>(px), y0 = static_cast<int>(py);
  const int x1 = std::min(x0 + 1, width - 1), y1 = std::min(y0 + 1, height - 1);
  const auto at = [&](int column, int row) { return static_cast<double>(map[static_cast<std::size_t>(row * width + column)]); };
  const double fx = px - x0, fy = py - y0;
  return (1 - fy) * ((1 - fx) * at(x0, y0) + fx * at(x1, y0)) + fy * ((1 - fx) * at(x0, y1) + fx * at(x1, y1));
}

}  // namespace

TEST_CASE("points go to the view and come back", "[geometry]") {
  const Points points{{215.5F, 120}, {280, 180}, {333, 255}, {262.25F, 200.75F}};
  for (const auto& view :
       {views::whole(64), views::box(96, 0.8F), views::aligned(112), View(CropRule::box, 200, 64), View(CropRule::aligned, 64, 160),
        views::published::parsing_lapa(), views::box(128).warp(0.5F), View(CropRule::whole, 90, 50).warp(1)}) {
    INFO(view.name());
    const auto transform = ViewTransform::of(view, 500, 400, &kBox, &kFace);
    const auto back = transform.to_photo(transform.to_view(points));
    for (std::size_t i = 0; i < points.size(); ++i) {
      CHECK(back[i].x == Approx(points[i].x).margin(2e-3));
      CHECK(back[i].y == Approx(points[i].y).margin(2e-3));
    }
    CHECK((transform.matrix() * transform.inverse() - Matrix::Identity()).cwiseAbs().maxCoeff() < 1e-9);
  }
}

TEST_CASE("boxes, photos and faces land where their view says", "[geometry]") {
  const auto box = ViewTransform::of(View(CropRule::box, 100, 50), 500, 400, &kBox).to_view(Points{{kBox.x0, kBox.y0}, {kBox.x1, kBox.y1}});
  CHECK(box[0].x == Approx(-0.5).margin(1e-4));
  CHECK(box[1].x == Approx(99.5));
  CHECK(box[1].y == Approx(49.5));
  const auto half = ViewTransform::of(views::box(100, 0.5F), 500, 400, &kBox).to_view(Points{{kBox.x0, kBox.y0}, {kBox.x1, kBox.y1}});
  CHECK(half[0].x == Approx(24.5));
  CHECK(half[1].y == Approx(74.5));
  const auto whole = ViewTransform::of(View(CropRule::whole, 250, 100), 500, 400).to_view(Points{{-0.5F, -0.5F}, {499.5F, 399.5F}});
  CHECK(whole[0].y == Approx(-0.5).margin(1e-5));
  CHECK(whole[1].x == Approx(249.5));
  CHECK(whole[1].y == Approx(99.5));
  const auto face = ViewTransform::of(views::aligned(112), 500, 400, nullptr, &kFace).to_view(kFace);
  const auto target = align_target(AlignTemplate::arcface, {112, 112});
  for (std::size_t i = 0; i < 5; ++i) CHECK(std::hypot(face[i].x - target[i].x, face[i].y - target[i].y) < 6);
}

TEST_CASE("an untouched picture is extracted as it is, normalised", "[geometry]") {
  const auto photo = noise(40, 24);
  auto view = View(CropRule::whole, 40, 24).mean({0.1F, 0.2F, 0.3F}).std({0.5F, 0.25F, 2});
  for (const auto how : {Interpolation::bilinear, Interpolation::bilinear_q32, Interpolation::nearest, Interpolation::antialiased}) {
    view.interpolation(how);
    const auto chw = extracted(photo, view, ViewTransform::of(view, 40, 24));
    for (const auto& [x, y] : {std::pair(0, 0), std::pair(39, 23), std::pair(17, 5)}) {
      for (int c = 0; c < 3; ++c) {
        const auto i = static_cast<std::size_t>((c * 24 + y) * 40 + x), k = static_cast<std::size_t>(c);
        CHECK(chw[i] == Approx((photo.at(x, y)[c] / 255.0 - view.mean()[k]) / view.std()[k]).margin(1e-5));
      }
    }
  }
}

TEST_CASE("extraction is the remap by the crop's map", "[geometry]") {
  const auto photo = noise(120, 100);
  const Box box{-20, 10, 70, 95};
  FloatImage colours{120, 100, 3, {}};
  for (const auto v : photo.pixels()) colours.values.push_back(static_cast<float>(v) / 255);
  for (const float warp : {0.0F, 0.4F}) {
    for (const auto how : {Interpolation::bilinear, Interpolation::bilinear_q32, Interpolation::nearest}) {
      const auto view = plain(View(CropRule::box, 37, 53).scale(0.7F).warp(warp).interpolation(how));
      const auto transform = ViewTransform::of(view, 120, 100, &box);
      const auto chw = extracted(photo, view, transform);
      const auto expected = remap(colours, crop_sampling_map(transform.matrix(), view.size(), warp), how);
      double largest = 0;
      for (std::size_t i = 0; i < chw.size(); ++i) {
        const std::size_t plane = chw.size() / 3;
        largest = std::max(largest, std::abs(static_cast<double>(chw[i]) - expected.values[i % plane * 3 + i / plane]));
      }
      CHECK(largest < 1e-5);
    }
  }
}

TEST_CASE("what lies outside the photo is black", "[geometry]") {
  const Image white(10, 10, std::vector<std::uint8_t>(300, 255));
  const Box far{1000, 1000, 1100, 1100};
  const auto view = views::box(16).mean({0.5F, 0.25F, 0}).std({0.5F, 1, 1});
  const auto transform = ViewTransform::of(view, 10, 10, &far);
  const auto chw = extracted(white, view, transform);
  CHECK(chw[0] == -1);
  CHECK(chw[256] == -0.25F);
  CHECK(chw[767] == 0);
  CHECK(transform.footprint().empty());
}

TEST_CASE("a mirrored photo gives the mirrored crop", "[geometry]") {
  const auto photo = noise(60, 40);
  Image flipped(60, 40);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 60; ++x) std::copy_n(photo.at(59 - x, y), 3, flipped.at(x, y));
  }
  const auto view = plain(views::box(32));
  const Box box{10, 5, 40, 35}, flipped_box{59 - 40, 5, 59 - 10, 35};
  const auto a = extracted(photo, view, ViewTransform::of(view, 60, 40, &box));
  const auto b = extracted(flipped, view, ViewTransform::of(view, 60, 40, &flipped_box));
  double largest = 0;
  for (std::size_t row = 0; row < a.size() / 32; ++row) {
    for (std::size_t x = 0; x < 32; ++x) largest = std::max(largest, std::abs(static_cast<double>(a[row * 32 + x]) - b[row * 32 + 31 - x]));
  }
  CHECK(largest < 1e-4);
}

TEST_CASE("antialiasing averages what a strongly shrunken crop would skip", "[geometry]") {
  Image stripes(512, 384);
  for (int y = 0; y < 384; ++y) {
    for (int x = 0; x < 512; ++x) std::fill_n(stripes.at(x, y), 3, static_cast<std::uint8_t>((x + y) % 2 == 0 ? 0 : 200));
  }
  for (auto view :
       {plain(View(CropRule::whole, 64, 64)), plain(View(CropRule::aligned, 48, 32).scale(0.6F)), plain(views::box(40).warp(0.5F))}) {
    INFO(view.name());
    view.interpolation(Interpolation::antialiased);
    const FivePoints large = {{{150, 100}, {350, 130}, {240, 200}, {150, 280}, {320, 300}}};
    const Box box{20, 20, 480, 360};
    const auto chw = extracted(stripes, view, ViewTransform::of(view, 512, 384, &box, &large));
    const auto middle = static_cast<std::size_t>(view.height() / 2 * view.width() + view.width() / 2);
    for (std::size_t i = middle - 5; i < middle + 5; ++i) CHECK(chw[i] == Approx(100 / 255.0).margin(0.02));
  }
  const auto photo = noise(64, 48);
  const auto whole = plain(View(CropRule::whole, 16, 12).interpolation(Interpolation::antialiased));
  const auto chw = extracted(photo, whole, ViewTransform::of(whole, 64, 48));
  double sum = 0;
  for (int y = 4; y < 8; ++y) {
    for (int x = 8; x < 12; ++x) sum += photo.at(x, y)[1];
  }
  CHECK(chw[12 * 16 + 16 + 2] == Approx(sum / 16 / 255).margin(0.003));
}

TEST_CASE("low-resolution maps come back as if they had been enlarged to the view first", "[geometry]") {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(-2, 2);
  for (const auto& [map_width, map_height] : {std::pair(12, 9), std::pair(48, 40), std::pair(1, 1), std::pair(31, 7)}) {
    std::vector<float> values(static_cast<std::size_t>(map_width * map_height) * 4);
    for (auto& v : values) v = uniform(random);
    const DenseMaps maps{4, map_height, map_width, values};
    for (const float warp : {0.0F, 0.6F}) {
      const auto view = View(CropRule::box, 48, 40).warp(warp);
      const Box box{20, 15, 60, 55};
      const auto transform = ViewTransform::of(view, 90, 70, &box);
      FloatImage large{48, 40, 4, {}};
      const std::size_t plane = values.size() / 4;
      for (int y = 0; y < 40; ++y) {
        for (int x = 0; x < 48; ++x) {
          for (std::size_t c = 0; c < 4; ++c) {
            const auto map = std::span<const float>(values).subspan(c * plane, plane);
            large.values.push_back(static_cast<float>(enlarged(map, map_width, map_height, 48, 40, x, y)));
          }
        }
      }
      const auto expected = remap(large, photo_sampling_map(transform.matrix(), view.size(), warp, {90, 70}));
      const auto found = map_back(maps, transform, {0, 0, 90, 70});
      double largest = 0;
      for (std::size_t i = 0; i < found.values.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(found.values[i]) - expected.values[i]));
      }
      CHECK(largest < 1e-5);
    }
  }
}

TEST_CASE("outside the footprint every pixel is background", "[geometry]") {
  std::mt19937 random(5);
  std::vector<float> values(3 * 16 * 16);
  for (auto& v : values) v = static_cast<float>(random() % 1000);
  const DenseMaps maps{3, 16, 16, values};
  const FivePoints face = {{{60, 40}, {80, 46}, {68, 56}, {55, 68}, {72, 74}}};
  const auto transform = ViewTransform::of(views::aligned(32), 150, 130, nullptr, &face);
  const auto part = map_back_argmax(maps, transform);
  const auto whole = map_back_argmax(maps, transform, Region{0, 0, 150, 130});
  CHECK(part.region == transform.footprint());
  CHECK(part.region.width < 150);
  bool equal = true, any = false;
  for (int y = 0; y < 130; ++y) {
    for (int x = 0; x < 150; ++x) {
      const int px = x - part.region.x, py = y - part.region.y;
      const bool inside = px >= 0 && py >= 0 && px < part.region.width && py < part.region.height;
      const int label = inside ? part.labels.at(px, py) : 0;
      equal = equal && label == whole.labels.at(x, y);
      any = any || label > 0;
    }
  }
  CHECK(equal);
  CHECK(any);
  CHECK(ViewTransform::of(views::aligned(32).warp(0.5F), 150, 130, nullptr, &face).footprint() == Region{0, 0, 150, 130});
}

TEST_CASE("labels are those of the largest blended map, in wide areas of one class and at their borders", "[geometry]") {
  // Discs of classes, so that most of the photo is clear, with some noise that is not.
  std::mt19937 random(11);
  std::uniform_real_distribution<float> uniform(-1, 1);
  constexpr int kSide = 24, kClasses = 5;
  std::vector<float> values;
  for (int c = 0; c < kClasses; ++c) {
    const float cx = 12 + 8 * uniform(random), cy = 12 + 8 * uniform(random);
    for (int i = 0; i < kSide * kSide; ++i) {
      const auto x = static_cast<float>(i % kSide), y = static_cast<float>(i / kSide);
      const bool noisy = i % kSide < 4 && i / kSide > 18;
      values.push_back(noisy ? uniform(random) : c == 0 ? -0.3F : 1 - std::hypot(x - cx, y - cy) / 7);
    }
  }
  const DenseMaps maps{kClasses, kSide, kSide, values};
  constexpr int kWidth = 210, kHeight = 190;
  const Region photo{0, 0, kWidth, kHeight};
  for (const float scale : {0.3F, 1.0F, 4.0F}) {
    FivePoints face = {{{80, 70}, {120, 82}, {96, 102}, {70, 126}, {114, 138}}};
    for (auto& p : face) p = {100 + scale * (p.x - 100), 95 + scale * (p.y - 95)};
    for (const float warp : {0.0F, 0.8F}) {
      const auto transform = ViewTransform::of(views::aligned(48).warp(warp), kWidth, kHeight, nullptr, &face);
      for (const auto how : {Interpolation::bilinear, Interpolation::bilinear_q32}) {
        INFO(scale << ", " << warp << ", " << to_string(how));
        const auto blended = map_back(maps, transform, photo, how);
        const auto labels = map_back_argmax(maps, transform, photo, how).labels;
        int wrong = 0;
        for (int y = 0; y < kHeight; ++y) {
          for (int x = 0; x < kWidth; ++x) {
            const float* pixel = blended.at(x, y);
            wrong += labels.at(x, y) != std::max_element(pixel, pixel + kClasses) - pixel ? 1 : 0;
          }
        }
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("where maps are equal the first class wins", "[geometry]") {
  const std::vector<float> values = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
  const auto labels = map_back_argmax({3, 2, 2, values}, ViewTransform::of(View(CropRule::whole, 2, 2), 2, 2)).labels;
  CHECK(labels.labels == std::vector<std::uint8_t>{0, 0, 0, 0});
}

TEST_CASE("what a view lacks, or can't be, is an error", "[geometry]") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  auto broken = kFace;
  broken[1].y = kNan;
  const Box empty{5, 5, 5, 9}, tiny{1, 1, 1 + 1e-6F, 2}, infinite{0, 0, std::numeric_limits<float>::infinity(), 1};
  CHECK_THROWS_AS(ViewTransform::of(views::box(64), 10, 10), Error);
  CHECK_THROWS_AS(ViewTransform::of(views::aligned(64), 10, 10, &kBox), Error);
  CHECK_THROWS_AS(ViewTransform::of(views::aligned(64), 10, 10, nullptr, &broken), Error);
  CHECK_THROWS_AS(ViewTransform::of(views::box(64), 10, 10, &empty), Error);
  CHECK_THROWS_AS(ViewTransform::of(views::box(64), 10, 10, &infinite), Error);
  CHECK_THROWS_AS(ViewTransform::of(views::whole(64), 0, 10), Error);
  CHECK_THROWS_AS(ViewTransform::of(views::whole(0), 10, 10), Error);
  CHECK_NOTHROW(ViewTransform::of(views::box(64), 10, 10, &tiny).footprint());

  const auto photo = noise(20, 20);
  const auto view = views::whole(8);
  const auto transform = ViewTransform::of(view, 20, 20);
  std::vector<float> chw(8 * 8 * 3);
  CHECK_THROWS_AS(extract(photo, view, transform, std::span(chw).first(100)), Error);
  CHECK_THROWS_AS(extract(noise(21, 20), view, transform, chw), Error);
  CHECK_THROWS_AS(extract(photo, views::whole(9), transform, chw), Error);

  const std::vector<float> values(2 * 8 * 8);
  CHECK_THROWS_AS(map_back_argmax({2, 8, 9, values}, transform), Error);
  CHECK_THROWS_AS(map_back_argmax({2, 7, 8, values}, transform), Error);
  CHECK_THROWS_AS(map_back_argmax({0, 8, 8, {}}, transform), Error);
  CHECK_THROWS_AS(map_back_argmax({2, 8, 8, values}, transform, Region{10, 10, 11, 4}), Error);
  CHECK_THROWS_AS(map_back({2, 8, 8, values}, transform, Region{-1, 0, 4, 4}), Error);
  CHECK_THROWS_AS(map_back_argmax({2, 8, 8, values}, transform, Interpolation::nearest), Error);
}

TEST_CASE("boxes and points at any distance neither crash nor read outside", "[geometry]") {
  const auto photo = noise(30, 20);
  for (const float far : {1e3F, 1e9F, 1e20F, -1e15F}) {
    const Box box{far, far, far + std::abs(far), far + 2 * std::abs(far)};
    for (const auto how : {Interpolation::bilinear, Interpolation::bilinear_q32, Interpolation::nearest, Interpolation::antialiased}) {
      const auto view = views::box(16).warp(0.3F).interpolation(how);
      try {
        const auto transform = ViewTransform::of(view, 30, 20, &box);
        for (const float v : extracted(photo, view, transform)) REQUIRE(std::isfinite(v));
        const auto footprint = ViewTransform::of(views::box(16), 30, 20, &box).footprint();
        REQUIRE(footprint.width <= 30);
      } catch (const Error& e) {
        CHECK(e.code() == ErrorCode::argument);
      }
    }
  }
}
