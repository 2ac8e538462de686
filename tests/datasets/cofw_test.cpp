#include <faceptor/datasets/cofw.hpp>

#include <cmath>
#include <functional>
#include <limits>

#include <faceptor/datasets/hdf5.hpp>
#include <faceptor/geometry/similarity.hpp>

#include "datasets/malformed.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using malformed::number;
using namespace std::string_literals;

namespace {

constexpr std::size_t kBase = 512;  // addresses count from here

Points points_of(int face) {
  Points points;
  for (int i = 0; i < 29; ++i) points.push_back({1.25F + static_cast<float>(i), 40.5F - static_cast<float>(i % 7 + face)});
  return points;
}

std::vector<std::uint8_t> visible_of(int face) {
  std::vector<std::uint8_t> visible(29, 1);
  visible[static_cast<std::size_t>(face)] = 0;
  return visible;
}

Image grey_picture() {
  auto image = pictures::smooth(6, 9);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) image.at(x, y)[1] = image.at(x, y)[2] = image.at(x, y)[0];
  }
  return image;
}

/// Two faces: a colour picture and a grey one.
std::string write_set(const TemporaryFolder& folder) {
  CofwWriter writer(folder.path(), "train");
  writer.add(pictures::smooth(7, 5), points_of(0), visible_of(0));
  writer.add(grey_picture(), points_of(1), visible_of(1), true);
  writer.finish();
  return read_text(folder / "COFW_train_color.mat");
}

void read_all(const std::filesystem::path& root) {
  const auto set = open_cofw(root);
  for (std::size_t i = 0; i < set->size(); ++i) set->read(i);
}

}  // namespace

TEST_CASE("COFW is written and read back", "[data][cofw]") {
  const TemporaryFolder folder;
  write_set(folder);
  {
    CofwWriter writer(folder.path(), "test");
    writer.add(pictures::smooth(33, 21), points_of(2), visible_of(2));
    writer.finish();
  }
  const auto set = open_cofw(folder.path());
  REQUIRE(set->size() == 2);
  CHECK(set->info().format == "cofw");
  CHECK(set->info().split == "train");
  CHECK(set->info().scheme == "29");
  CHECK(set->info().classes == 29);
  const auto first = set->read(0);
  CHECK(first.image == pictures::smooth(7, 5));
  CHECK(std::get<LandmarkLabels>(first.label).points == points_of(0));
  CHECK(std::get<LandmarkLabels>(first.label).visible == visible_of(0));
  CHECK(first.name == "1");
  REQUIRE(first.points);
  const auto second = set->read(1);
  CHECK(second.image == grey_picture());
  CHECK(std::get<LandmarkLabels>(second.label).points == points_of(1));
  CHECK(std::get<LandmarkLabels>(second.label).visible == visible_of(1));
  DatasetOptions test;
  test.split = "test";
  CHECK(open_cofw(folder.path(), test)->read(0).image == pictures::smooth(33, 21));
  CHECK(open_cofw(folder / "COFW_test_color.mat", test)->size() == 1);
}

TEST_CASE("the box of COFW is the square around the points' whole pixels", "[data][cofw]") {
  const TemporaryFolder folder;
  write_set(folder);
  // x from 1.25 to 29.25: 1 to 30; y from 34.5 to 40.5: 34 to 41. Centre (15.5, 37.5), half side 14.5.
  const auto box = open_cofw(folder.path())->annotation(0).box.value();
  CHECK(box == Box{1, 23, 30, 52});
  const auto matrix = crop_matrix(box, {512, 512});
  CHECK(matrix(0, 0) == Approx(512 / 29.0));
  CHECK(matrix(1, 2) == Approx(-23 * 512 / 29.0 - 0.5));
}

TEST_CASE("a set of many pictures has its names in one table", "[data][cofw]") {
  const TemporaryFolder folder;
  CofwWriter writer(folder.path(), "train");
  for (int i = 0; i < 41; ++i) writer.add(pictures::smooth(2 + i, 3), points_of(i % 20), visible_of(i % 20), i % 2 == 1);
  writer.finish();
  const auto set = open_cofw(folder.path());
  REQUIRE(set->size() == 41);
  for (int i = 0; i < 41; ++i) CHECK(set->read(static_cast<std::size_t>(i)).image.width() == 2 + i);
}

TEST_CASE("each malformed file of COFW is refused with its place", "[data][cofw]") {
  const TemporaryFolder folder;
  const auto sound = write_set(folder);
  const auto file = Hdf5File::open(folder / "COFW_train_color.mat");
  const auto cells = file.references(file.dataset("IsTr"), 1000);
  REQUIRE(cells.size() == 2);
  // The first picture's object, its messages at fixed places: dataspace, datatype, layout, filters.
  const auto picture = kBase + cells[0];
  const auto put = [&](std::size_t at, const std::string& bytes) {
    auto changed = sound;
    return changed.replace(at, bytes.size(), bytes);
  };
  const auto points_at = sound.find(number(1.25));
  const auto cells_at = sound.rfind(number(cells[0]) + number(cells[1]));
  REQUIRE(points_at != std::string::npos);
  REQUIRE(cells_at != std::string::npos);
  const auto tree_at = [&] {
    std::uint64_t address = 0;
    std::memcpy(&address, sound.data() + picture + 91, 8);
    return kBase + address;
  }();
  REQUIRE(sound.substr(tree_at, 4) == "TREE");
  const auto nan = number(std::numeric_limits<double>::quiet_NaN());
  using enum ErrorCode;
  malformed::refuse(
      folder, "COFW_train_color.mat",
      {
          {"empty", "", "COFW_train"},
          {"a page of text", "<!DOCTYPE html>" + std::string(1000, ' '), "COFW_train"},
          {"MATLAB's older format", "MATLAB 5.0 MAT-file" + std::string(1000, ' '), "COFW_train"},
          {"only the header", sound.substr(0, kBase), "COFW_train"},
          {"cut off in the superblock", sound.substr(0, kBase + 40), "superblock"},
          {"cut off behind it", sound.substr(0, kBase + 96), "COFW_train"},
          {"cut in half", sound.substr(0, sound.size() / 2), "COFW_train"},
          {"another superblock", put(kBase + 8, "\x09"), "superblock version", unsupported},
          {"addresses of 4 bytes", put(kBase + 13, "\x04"), "superblock", unsupported},
          {"a root that is nowhere", put(kBase + 64, number(~std::uint64_t{0})), "COFW_train"},
          {"a root that is a dataset", put(kBase + 64, number(cells[0])), "root group"},
          {"a root in the middle of something", put(kBase + 64, number(std::uint64_t{3})), "object version"},
          {"no pictures", malformed::replaced(sound, "IsTr", "IsTx"), "IsTr"},
          {"no points", malformed::replaced(sound, "phisTr", "phisTx"), "phisTr"},
          {"another heap", malformed::replaced(sound, "HEAP", "HEAD", 1), "heap of names"},
          {"another symbol table", malformed::replaced(sound, "SNOD", "SNOB", 1), "symbol table"},
          {"another group node", malformed::replaced(sound, "TREE", "TREF", 3), "group node"},
          {"a name outside the heap", malformed::replaced(sound, "SNOD\1\0\3\0"s + number(std::uint64_t{8}), "SNOD\1\0\3\0"s + number(std::uint64_t{8000})),
           "symbol table name"},
          {"more names than the table has", malformed::replaced(sound, "SNOD\1\0\3\0"s, "SNOD\1\0\xff\xff"s), "symbol table"},
          {"cells that are numbers", malformed::replaced(sound, "\x17\0\0\0\x08\0\0\0"s, "\x10\0\0\0\x08\0\0\0"s), "IsTr"},
          {"a reference to nothing", put(cells_at, number(std::uint64_t{0})), "IsTr, row 1"},
          {"a reference to nowhere", put(cells_at, number(~std::uint64_t{0})), "IsTr, row 1"},
          {"a reference behind the end", put(cells_at, number(std::uint64_t{sound.size()})), "IsTr, row 1"},
          {"a reference into a picture", put(cells_at, number(cells[0] + 8)), "IsTr, row 1"},
          {"a reference to a group", put(cells_at, sound.substr(kBase + 64, 8)), "IsTr, row 1"},
          {"the other reference", put(cells_at + 8, number(cells[1] + 1)), "IsTr, row 2"},
          {"a point that is no number", put(points_at, nan), "row 1, field phisTr"},
          {"a point far outside", put(points_at, number(-1e300)), "row 1, field phisTr"},
          {"a second point at infinity", put(points_at + 8, number(HUGE_VAL)), "row 2, field phisTr"},
          {"a mark of 2", put(points_at + 58 * 16, number(2.0)), "row 1, field phisTr"},
          {"a mark that is no number", put(points_at + 58 * 16 + 8, nan), "row 2, field phisTr"},
          {"86 columns", malformed::replaced(sound, number(std::uint64_t{87}) + number(std::uint64_t{2}), number(std::uint64_t{86}) + number(std::uint64_t{2})),
           "phisTr"},
          {"more faces than pictures",
           malformed::replaced(sound, number(std::uint64_t{87}) + number(std::uint64_t{2}), number(std::uint64_t{87}) + number(std::uint64_t{3})), "IsTr"},
          {"a picture of 33 sides", put(picture + 25, "\x21"), "IsTr, row 1"},
          {"a picture of 2 channels", put(picture + 32, number(std::uint64_t{2})), "IsTr, row 1"},
          {"a picture without width", put(picture + 40, number(std::uint64_t{0})), "IsTr, row 1"},
          {"a picture of 2^40 columns", put(picture + 40, number(std::uint64_t{1} << 40)), "IsTr, row 1", limit},
          {"sides that overflow", put(picture + 40, number(std::uint64_t{1} << 33) + number(std::uint64_t{1} << 33)), "IsTr, row 1", limit},
          {"a picture wider than its chunk", put(picture + 40, number(std::uint64_t{8})), "IsTr, row 1"},
          {"a picture of signed bytes", put(picture + 65, "\x08"), "IsTr, row 1"},
          {"a picture of words", put(picture + 68, "\x02"), "IsTr, row 1"},
          {"a picture of text", put(picture + 64, "\x13"), "IsTr, row 1"},
          {"another layout", put(picture + 88, "\x04"), "layout", unsupported},
          {"chunks of other sides", put(picture + 90, "\x03"), "layout rank"},
          {"chunks without length", put(picture + 99, number(std::uint32_t{0})), "chunk sides"},
          {"chunks of 4 GiB", put(picture + 99, number(~std::uint32_t{0})), "IsTr, row 1", limit},
          {"another filter", put(picture + 136, "\x05"), "filter", unsupported},
          {"a filter too many", put(picture + 129, "\x09"), "filter"},
          {"no chunks", put(picture + 91, number(~std::uint64_t{0})), "IsTr, row 1"},
          {"another chunk node", put(tree_at, "TREF"), "chunk node"},
          {"a node of a group for chunks", put(tree_at + 4, std::string(1, '\0')), "chunk node"},
          {"a node of level 9", put(tree_at + 5, "\x09"), "chunk node"},
          {"a node above itself",
           [&] {
             auto changed = put(tree_at + 5, "\x01");
             return changed.replace(tree_at + 64, 8, number(static_cast<std::uint64_t>(tree_at - kBase)));
           }(),
           "chunk node"},
          {"an empty node", put(tree_at + 6, std::string(1, '\0')), "chunk node"},
          {"a chunk twice", put(tree_at + 6, "\x02"), "IsTr, row 1"},
          {"a chunk outside", put(tree_at + 32, number(std::uint64_t{3})), "chunk origin"},
          {"a chunk between", put(tree_at + 40, number(std::uint64_t{1})), "chunk origin"},
          {"a chunk longer than the file", put(tree_at + 24, number(~std::uint32_t{0})), "chunk"},
          {"a chunk of a few bytes", put(tree_at + 24, number(std::uint32_t{9})), "chunk"},
          {"a chunk that went through no filter", put(tree_at + 28, "\x01"), "chunk"},
          {"a chunk that is nowhere", put(tree_at + 64, number(~std::uint64_t{0})), "IsTr, row 1"},
          {"a chunk that is something else", put(tree_at + 64, number(std::uint64_t{0})), "chunk"},
      },
      [&](const auto&) { read_all(folder.path()); });
}

TEST_CASE("points of COFW that are all one have no box", "[data][cofw]") {
  const TemporaryFolder folder;
  CofwWriter writer(folder.path(), "train");
  writer.add(pictures::smooth(4, 4), Points(29, Point{3, 3}), visible_of(0));
  writer.finish();
  CHECK(error_of([&] { open_cofw(folder.path()); }).where().find("row 1, field phisTr") != std::string::npos);
}

TEST_CASE("whatever byte of a file of COFW is wrong, nothing crashes", "[data][cofw]") {
  const TemporaryFolder folder;
  auto sound = write_set(folder);
  // The user block is nobody's: only the bytes behind it.
  sound.erase(0, kBase);
  CHECK(malformed::survive(folder, "COFW_train_color.mat", sound, [&](const auto&) { read_all(folder.path()); }) > 500);
}

TEST_CASE("what is no face of COFW is not written, and other splits are refused", "[data][cofw]") {
  const TemporaryFolder folder;
  {
    CofwWriter writer(folder.path(), "test");
    CHECK(error_of([&] { writer.add(Image(), points_of(0), visible_of(0)); }).code() == ErrorCode::argument);
    CHECK(error_of([&] { writer.add(pictures::smooth(4, 4), {}, visible_of(0)); }).code() == ErrorCode::argument);
    CHECK(error_of([&] { writer.add(pictures::smooth(4, 4), points_of(0), {}); }).code() == ErrorCode::argument);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK(error_of([&] { CofwWriter(folder.path(), "valid"); }).code() == ErrorCode::argument);
  DatasetOptions options;
  options.split = "valid";
  CHECK(error_of([&] { open_cofw(folder.path(), options); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { open_cofw(folder.path()); }).code() == ErrorCode::io);
  CofwWriter(folder.path(), "train").finish();
  CHECK(open_cofw(folder.path())->size() == 0);
}
