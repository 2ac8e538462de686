#include <faceptor/datasets/inspect/sheet.hpp>

#include <algorithm>
#include <cmath>

#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/parsing_map.hpp>

#include "image/pictures.hpp"
#include "loading/own_labels.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

class Repeated final : public Dataset {
 public:
  Repeated(DatasetInfo info, Sample sample, std::size_t size) : info_(std::move(info)), sample_(std::move(sample)), size_(size) {}
  const DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return size_; }
  Annotation annotation(std::size_t) const override { return sample_; }
  Sample read(std::size_t index) const override {
    if (index == 1) throw Error(ErrorCode::io, "data: no picture");
    return sample_;
  }

 private:
  DatasetInfo info_;
  Sample sample_;
  std::size_t size_;
};

Sample grey(Label label, int side = 64) {
  Sample sample;
  sample.name = "train/images/a rather long name that has to be cut.jpg";
  sample.label = std::move(label);
  sample.image = Image(side, side);
  std::fill(sample.image.pixels().begin(), sample.image.pixels().end(), std::uint8_t{128});
  return sample;
}

bool is_grey(const Image& image, int x, int y) { return image.at(x, y)[0] == 128 && image.at(x, y)[1] == 128 && image.at(x, y)[2] == 128; }

}  // namespace

TEST_CASE("a tile shows landmarks where they are", "[data][datasets][sheet]") {
  auto sample = grey(LandmarkLabels{{{10, 20}, {50, 40}}, {1, 1}});
  const auto tile = sample_tile(sample, {.kind = LabelKind::landmarks}, 216);
  CHECK(tile.width() == 216);
  CHECK_FALSE(tile == sample.image);
  // The face's surroundings are shown, the square of 40 about (30, 30) scaled by 1.35: 54 pixels of the picture, four of the tile each.
  const auto drawn = [&](Point p) { return std::pair((p.x - 2.5F) * 4 - 0.5F, (p.y - 2.5F) * 4 - 0.5F); };
  for (const Point p : {Point{10, 20}, Point{50, 40}}) {
    const auto [x, y] = drawn(p);
    CHECK(tile.at(static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y)))[1] > 200);
  }
  CHECK(is_grey(tile, 108, 108));
}

TEST_CASE("a tile shows classes in their colours, the background untouched", "[data][datasets][sheet]") {
  LabelImage classes{64, 64, std::vector<std::uint8_t>(64 * 64)};
  for (int y = 32; y < 64; ++y) std::fill_n(classes.labels.begin() + y * 64, 64, std::uint8_t{10});
  const DatasetInfo info{.kind = LabelKind::parsing, .label_names = results::kLapaClasses.names(), .classes = 11};
  const auto tile = sample_tile(grey(ParsingLabels{classes}), info, 64);
  CHECK(is_grey(tile, 30, 10));
  const auto hair = results::kLapaClasses.classes[10].color;
  const auto* pixel = tile.at(30, 55);
  CHECK(std::abs(pixel[0] - (0.45 * 128 + 0.55 * hair.r)) < 2);
  CHECK(std::abs(pixel[2] - (0.45 * 128 + 0.55 * hair.b)) < 2);
}

TEST_CASE("a tile shows soft maps as dense as they are", "[data][datasets][sheet][soft_maps]") {
  SoftMapLabels maps{64, 64, std::vector<float>(2 * 64 * 64)};
  std::fill_n(maps.values.begin(), 32 * 64, 1.0F);
  std::fill_n(maps.values.begin() + 64 * 64 + 48 * 64, 16 * 64, 7.0F);
  const auto tile = sample_tile(grey(maps), {.kind = LabelKind::soft_maps, .classes = 2}, 64);
  CHECK(is_grey(tile, 30, 40));
  const auto first = results::class_color(1), second = results::class_color(2);
  CHECK(std::abs(tile.at(30, 10)[0] - (0.4 * 128 + 0.6 * first.r)) < 2);
  CHECK(std::abs(tile.at(30, 55)[1] - (0.4 * 128 + 0.6 * second.g)) < 2);
}

TEST_CASE("tiles of odd samples", "[data][datasets][sheet]") {
  auto wide = grey(NoLabel{});
  wide.image = pictures::smooth(200, 20);
  CHECK(sample_tile(wide, {}, 50).height() == 50);
  auto far = grey(LandmarkLabels{{{1e6F, 1e6F}, {1e6F + 5, 1e6F}}, {}});
  far.box = Box{5, 5, 1, 1};
  CHECK(sample_tile(far, {.scheme = "68"}, 40).width() == 40);
  auto one = grey(LandmarkLabels{{{5, 5}}, {0}});
  CHECK(sample_tile(one, {}, 40).width() == 40);
  CHECK(error_of([&] { sample_tile({}, {}, 40); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { sample_tile(wide, {}, 0); }).code() == ErrorCode::argument);
}

TEST_CASE("sheets of every kind of label", "[data][datasets][sheet]") {
  const std::vector<std::pair<Label, LabelKind>> labels = {
      {NoLabel{}, LabelKind::none},
      {ClassLabel{1}, LabelKind::class_index},
      {AgeLabel{31}, LabelKind::age},
      {AttributeLabels{{1, 0, -1}}, LabelKind::attributes},
      {LandmarkLabels{{{10, 10}, {40, 50}}, {1, 0}}, LabelKind::landmarks},
      {ParsingLabels{{64, 64, std::vector<std::uint8_t>(64 * 64, 1)}}, LabelKind::parsing},
      {ValueLabels{{0.25F, 1000}}, LabelKind::values},
      {SoftMapLabels{64, 64, std::vector<float>(3 * 64 * 64, 0.3F)}, LabelKind::soft_maps},
      {OwnLabel(own_labels::Weight{3}), own_labels::Weight::kKind},
  };
  for (const auto& [label, kind] : labels) {
    CAPTURE(kind.name());
    const Repeated set({.format = "mine", .split = "train", .kind = kind, .classes = 3}, grey(label), 5);
    const auto sheet = dataset_sheet(set, {.columns = 3, .rows = 2, .tile = 64, .threads = 2});
    CHECK(sheet.width() == 3 * (64 + 4) + 4);
    CHECK(sheet.height() > 2 * 64);
    CHECK(sheet == dataset_sheet(set, {.columns = 3, .rows = 2, .tile = 64, .threads = 1}));
    // The sample that can't be read is crossed out in red.
    const auto pixels = sheet.pixels();
    bool red = false;
    for (std::size_t i = 0; i < pixels.size(); i += 3) red = red || (pixels[i] > 200 && pixels[i + 1] < 120 && pixels[i + 2] < 110);
    CHECK(red);
  }
}

TEST_CASE("sheets are as large as there are samples", "[data][datasets][sheet]") {
  const Repeated one({.kind = LabelKind::none}, grey(NoLabel{}), 1);
  CHECK(dataset_sheet(one, {.tile = 64}).width() == 64 + 2 * 4);
  CHECK(error_of([&] { dataset_sheet(Repeated({}, grey(NoLabel{}), 0)); }).code() == ErrorCode::argument);
  for (const SheetOptions& wrong :
       {SheetOptions{.columns = 0}, SheetOptions{.rows = 0}, SheetOptions{.tile = 8}, SheetOptions{.tile = 4000}}) {
    CHECK(error_of([&] { dataset_sheet(one, wrong); }).code() == ErrorCode::argument);
  }
}
