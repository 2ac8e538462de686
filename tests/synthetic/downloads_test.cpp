#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <vector>

#include <faceptor/datasets/inspect/check.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/datasets/prepare/prepare.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/synthetic/write_sets.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using synthetic::SetPicture;
using synthetic::SetPlan;

namespace {

/// Finds the faces that were painted, by their pictures' pixels.
datasets::FaceFinder finder_of(const SetPlan& plan) {
  auto known = std::make_shared<std::map<std::vector<std::uint8_t>, synthetic::SyntheticFace>>();
  for (const auto& picture : plan.pictures()) {
    const auto painted = plan.paint(picture);
    const auto read = decode_image(encode_jpeg(painted.image, 95));
    known->emplace(std::vector<std::uint8_t>(read.pixels().begin(), read.pixels().end()), painted.face);
  }
  return [known](const Image& photo) -> std::vector<Detection> {
    const auto face = known->find({photo.pixels().begin(), photo.pixels().end()});
    if (face == known->end()) return {};
    return {{face->second.box, 1, face->second.five_points}};
  };
}

/// The painted pictures by their file's name.
std::map<std::string, SetPicture> by_name(const SetPlan& plan) {
  std::map<std::string, SetPicture> pictures;
  for (const auto& picture : plan.pictures()) pictures.emplace(std::filesystem::path(picture.name).filename().string(), picture);
  return pictures;
}

std::array<float, 3> colour_at(const Image& image, double x, double y) {
  std::array<float, 3> colour{};
  const auto column = static_cast<std::size_t>(std::clamp<long>(std::lround(x), 0, image.width() - 1));
  const auto row = static_cast<std::size_t>(std::clamp<long>(std::lround(y), 0, image.height() - 1));
  for (std::size_t c = 0; c < 3; ++c) colour[c] = image.pixels()[3 * (row * static_cast<std::size_t>(image.width()) + column) + c];
  return colour;
}

/// How far the crop is from the photo, looked up pixel by pixel through the matrix between them, in steps of 255.
double distance_to_aligned(const Image& crop, const Image& photo, const FivePoints& points) {
  const Matrix back = inverted(align_matrix(points, AlignTemplate::arcface, {112, 112}));
  double sum = 0;
  int count = 0;
  for (int y = 20; y < 100; y += 4) {
    for (int x = 20; x < 92; x += 4) {
      const Eigen::Vector3d place = back * Eigen::Vector3d(x, y, 1);
      const auto a = colour_at(crop, x, y), b = colour_at(photo, place.x(), place.y());
      for (std::size_t c = 0; c < 3; ++c) sum += std::abs(a[c] - b[c]), ++count;
    }
  }
  return sum / count;
}

}  // namespace

TEST_CASE("A painted download is prepared, and read back as it was painted", "[synthetic][prepare]") {
  constexpr int kCount = 14;
  for (const auto& form : datasets::download_forms()) {
    const std::string format(form.format);
    INFO(format);
    const TemporaryFolder folder;
    const SetPlan plan(format, {.seed = 5, .count = kCount, .downloaded = true});
    REQUIRE(plan.format().downloaded);
    REQUIRE(synthetic::write_set(plan, folder / "download"));
    CHECK(synthetic::state_of_set(SetPlan(format, {.seed = 5, .count = kCount}), folder / "download") == synthetic::SetState::other);
    const bool own_points = format != "morph2" && format != "utkface";
    const auto report = datasets::prepare_dataset(format, folder / "download", folder / "set",
                                                  {.seed = 1, .faces = own_points ? datasets::FaceFinder() : finder_of(plan)});
    CHECK(report.complete());
    CHECK(report.split_drawn == !own_points);

    const auto painted = by_name(plan);
    std::size_t read = 0;
    for (const auto& [split, count] : report.splits()) {
      const auto set = datasets::open_dataset(format, folder / "set", {.split = split});
      CHECK(set->size() == count);
      CHECK(datasets::check_dataset(*set).sound());
      for (std::size_t i = 0; i < set->size(); ++i, ++read) {
        const auto sample = set->read(i);
        const auto name = std::filesystem::path(sample.name).filename().string();
        INFO(name);
        const auto& picture = painted.at(name);
        if (own_points) CHECK(picture.split == split);
        const auto face = plan.paint(picture);
        if (const auto* age = std::get_if<datasets::AgeLabel>(&sample.label)) CHECK(age->years == face.face.age);
        if (const auto* index = std::get_if<datasets::ClassLabel>(&sample.label)) CHECK(index->index == face.face.expression);
        if (const auto* values = std::get_if<datasets::AttributeLabels>(&sample.label)) {
          for (std::size_t k = 0; k < 40; ++k) CHECK((values->values[k] == 1) == (face.face.attributes[k] == 1));
        }
        if (format == "rafdb" || format == "ferplus") {
          CHECK(sample.image.width() == face.image.width());
        } else {
          CHECK(sample.image.width() == 112);
          CHECK(distance_to_aligned(sample.image, face.image, face.face.five_points) < 12);
        }
      }
    }
    if (format != "utkface") CHECK(read == kCount);
    if (format == "utkface") CHECK(read + report.count(datasets::PictureFate::left_out) == kCount);
  }
}

TEST_CASE("FER2013's lists hold pictures of 48 pixels, whatever width is asked for", "[synthetic][prepare]") {
  const TemporaryFolder folder;
  const SetPlan native("ferplus", {.count = 4, .width = 112});
  REQUIRE(synthetic::write_set(SetPlan("ferplus", {.count = 4, .width = 112, .downloaded = true}), folder / "download"));
  const auto report = datasets::prepare_dataset("ferplus", folder / "download", folder / "set", {.faces = {}});
  CHECK(report.complete());
  CHECK(native.size(native.pictures().front()).width == 112);
}

TEST_CASE("A set that needs no preparing is its own download", "[synthetic][prepare]") {
  const SetPlan download("lapa", {.count = 4, .downloaded = true}), native("lapa", {.count = 4});
  CHECK(&download.format() == &native.format());
  CHECK_FALSE(download.format().downloaded);
}
