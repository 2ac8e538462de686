#include <faceptor/datasets/aflw19.hpp>

#include <functional>
#include <limits>

#include <faceptor/datasets/mat5.hpp>
#include <faceptor/geometry/similarity.hpp>

#include "datasets/malformed.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

Aflw19Face face(int number, const std::string& picture) {
  Aflw19Face out;
  out.picture = picture;
  out.box = {1.5F + static_cast<float>(number), 2, 21, 12};
  for (int i = 0; i < 19; ++i) out.points.push_back({static_cast<float>(i) + 0.25F, static_cast<float>(100 * number + i)});
  out.visible.assign(19, 1);
  if (number % 2 == 1) out.visible[3] = 0;
  return out;
}

/// Six faces on four pictures.
void write_set(const std::filesystem::path& root) {
  std::filesystem::create_directories(root / "data/flickr/0");
  std::vector<Aflw19Face> faces;
  for (int i = 0; i < 6; ++i) faces.push_back(face(i, "0/" + std::to_string(i % 4) + ".png"));
  for (int i = 0; i < 4; ++i) write_png(root / ("data/flickr/0/" + std::to_string(i) + ".png"), pictures::smooth(20 + i, 10));
  write_aflw19(root, faces);
}

DatasetOptions split(const std::string& name, const std::string& train_count = "4") {
  DatasetOptions options;
  options.split = name;
  options.settings["train_count"] = train_count;
  return options;
}

}  // namespace

TEST_CASE("AFLW-19 is written and read back", "[data][aflw19]") {
  const TemporaryFolder folder;
  write_set(folder.path());
  const auto train = open_aflw19(folder.path(), split("train"));
  REQUIRE(train->size() == 4);
  CHECK(train->info().format == "aflw19");
  CHECK(train->info().scheme == "19");
  CHECK(train->info().classes == 19);
  CHECK(train->info().kind == LabelKind::landmarks);
  for (int i = 0; i < 4; ++i) {
    const auto sample = train->read(static_cast<std::size_t>(i));
    const auto made = face(i, "");
    const auto& label = std::get<LandmarkLabels>(sample.label);
    CHECK(label.points == made.points);
    CHECK(label.visible == made.visible);
    CHECK(sample.box == made.box);
    CHECK(sample.name == "data/flickr/0/" + std::to_string(i) + ".png");
    CHECK(sample.image == pictures::smooth(20 + i, 10));
    CHECK(sample.columns.at("row") == std::to_string(i + 1));
    REQUIRE(sample.points);
    CHECK((*sample.points)[0] == made.points[7]);
  }
  const auto test = open_aflw19(folder.path(), split("test"));
  REQUIRE(test->size() == 2);
  CHECK(std::get<LandmarkLabels>(test->annotation(0).label).points == face(4, "").points);
  // The fifth face is on the first picture again.
  const auto all = open_aflw19(folder.path(), split("train", "6"));
  CHECK(all->annotation(4).name == "data/flickr/0/0.png#2");
  CHECK(all->read(4).image == pictures::smooth(20, 10));
  const auto frontal = open_aflw19(folder.path(), split("test_frontal"));
  REQUIRE(frontal->size() == 1);
  CHECK(frontal->annotation(0).columns.at("frontal") == "1");
  CHECK(test->annotation(1).columns.at("frontal") == "0");
}

TEST_CASE("the box of AFLW-19 gives the reference's crop, stretched if it is not square", "[data][aflw19]") {
  const TemporaryFolder folder;
  write_set(folder.path());
  const auto box = open_aflw19(folder.path(), split("train"))->annotation(0).box.value();
  // left 1.5, right 21, top 2, bottom 12; x' = (x - left) w / (right - left) - 0.5
  const auto matrix = crop_matrix(box, {512, 512});
  CHECK(matrix(0, 0) == Approx(512 / 19.5));
  CHECK(matrix(0, 2) == Approx(-1.5 * 512 / 19.5 - 0.5));
  CHECK(matrix(1, 1) == Approx(51.2));
  CHECK(matrix(1, 2) == Approx(-2 * 51.2 - 0.5));
}

TEST_CASE("the order of AFLW-19 says who trains, by the published share where there are fewer", "[data][aflw19]") {
  const TemporaryFolder folder;
  write_set(folder.path());
  const auto arrays = read_mat5(folder / "AFLWinfo_release.mat");
  auto changed = arrays;
  for (auto& array : changed) {
    if (array.name == "ra") array = mat_numbers("ra", 6, 1, {6, 5, 4, 3, 2, 1});
  }
  write_mat5(folder / "other.mat", changed, false);
  auto options = split("train");
  options.labels = "other.mat";
  CHECK(open_aflw19(folder.path(), options)->annotation(0).columns.at("row") == "6");
  CHECK(open_aflw19(folder.path())->size() == 4);  // 6 * 20000 / 24386
  CHECK(open_aflw19(folder.path(), split("train", "0"))->size() == 0);
  CHECK(open_aflw19(folder.path(), split("test", "0"))->size() == 6);
  CHECK(open_aflw19(folder.path(), split("test", "6"))->size() == 0);
  for (const auto* count : {"7", "-1", "many", "", "1.5"}) {
    CAPTURE(count);
    CHECK(error_of([&] { open_aflw19(folder.path(), split("train", count)); }).code() == ErrorCode::argument);
  }
  CHECK(error_of([&] { open_aflw19(folder.path(), split("valid")); }).code() == ErrorCode::argument);
}

TEST_CASE("each malformed table of AFLW-19 is refused with its variable and row", "[data][aflw19]") {
  const TemporaryFolder folder;
  write_set(folder.path());
  const auto sound = read_mat5(folder / "AFLWinfo_release.mat");
  using Change = std::function<void(MatArray&)>;
  const auto set = [](std::size_t at, double value) -> Change { return [=](MatArray& array) { array.numbers.at(at) = value; }; };
  const auto name = [](const char* text) -> Change { return [=](MatArray& array) { array.cells.at(1) = mat_text(text); }; };
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  struct Fault {
    const char* name;
    const char* variable;
    Change change;
    const char* where;
  };
  const std::vector<Fault> faults = {
      {"no boxes", "bbox", [](MatArray& array) { array.name = "box"; }, "variable bbox"},
      {"no order", "ra", [](MatArray& array) { array.name = "rb"; }, "variable ra"},
      {"no names", "nameList", [](MatArray& array) { array.name = "names"; }, "variable nameList"},
      {"five columns of boxes", "bbox", [](MatArray& array) { array = mat_numbers("bbox", 6, 5, std::vector<double>(30)); }, "bbox"},
      {"boxes turned", "bbox",
       [](MatArray& array) {
         array.shape = {4, 6};
       },
       "bbox"},
      {"a box too few", "bbox", [](MatArray& array) { array = mat_numbers("bbox", 5, 4, std::vector<double>(20)); }, "bbox"},
      {"points of 20", "data", [](MatArray& array) { array = mat_numbers("data", 6, 40, std::vector<double>(240)); }, "data"},
      {"points in three dimensions", "data",
       [](MatArray& array) {
         array.shape = {6, 19, 2};
       },
       "data"},
      {"points of no faces", "data", [](MatArray& array) { array = mat_numbers("data", 0, 38, {}); }, "bbox"},
      {"marks of 18", "mask_new", [](MatArray& array) { array = mat_numbers("mask_new", 6, 18, std::vector<double>(108)); }, "mask_new"},
      {"marks as text", "mask_new", [](MatArray& array) { array = mat_text("yes"), array.name = "mask_new"; }, "mask_new"},
      {"a name too few", "nameList",
       [](MatArray& array) {
         array.cells.pop_back(), array.shape = {5, 1};
       },
       "nameList"},
      {"names as numbers", "nameList", [](MatArray& array) { array = mat_numbers("nameList", 6, 1, std::vector<double>(6)); }, "nameList"},
      {"one name a number", "nameList", [](MatArray& array) { array.cells.at(1) = mat_numbers("", 1, 1, {1}); }, "row 2, field nameList"},
      {"no name", "nameList", name(""), "row 2, field nameList"},
      {"an absolute name", "nameList", name("/etc/passwd"), "row 2, field nameList"},
      {"a name that leaves the folder", "nameList", name("../../../a.png"), "row 2, field nameList"},
      {"a name that leaves it later", "nameList", name("0/../../../../a.png"), "row 2, field nameList"},
      {"a folder's name", "nameList", name("0/"), "row 2, field nameList"},
      {"a name with a NUL", "nameList", [](MatArray& array) { array.cells.at(1) = mat_text(std::string("a\0b", 3)); },
       "row 2, field nameList"},
      {"an order too short", "ra",
       [](MatArray& array) {
         array = mat_numbers("ra", 1, 5, {1, 2, 3, 4, 5});
       },
       "ra"},
      {"an order from 0", "ra", set(0, 0), "row 1, field ra"},
      {"an order beyond the faces", "ra", set(2, 7), "row 3, field ra"},
      {"an order of fractions", "ra", set(2, 1.5), "row 3, field ra"},
      {"an order of no numbers", "ra", set(2, kNan), "row 3, field ra"},
      {"a face twice", "ra", set(2, 1), "row 3, field ra"},
      {"a point that is no number", "data", set(1, kNan), "row 2, field data"},
      {"a point at infinity", "data", set(2, std::numeric_limits<double>::infinity()), "row 3, field data"},
      {"a point far outside", "data", set(0, 1e9), "row 1, field data"},
      {"a box that is no number", "bbox", set(1, kNan), "row 2, field bbox"},
      {"a box turned inside out", "bbox", set(0, 50), "row 1, field bbox"},
      {"a box without height", "bbox", set(12, 12), "row 1, field bbox"},
      {"a mark of 2", "mask_new", set(3, 2), "row 4, field mask_new"},
      {"a mark that is no number", "mask_new", set(3, kNan), "row 4, field mask_new"},
  };
  for (const auto& fault : faults) {
    CAPTURE(fault.name);
    auto arrays = sound;
    for (auto& array : arrays) {
      if (array.name == fault.variable) {
        fault.change(array);
        break;
      }
    }
    write_mat5(folder / "AFLWinfo_release.mat", arrays);
    const auto error = error_of([&] { open_aflw19(folder.path(), split("train")); });
    CAPTURE(error.what());
    CHECK(error.code() == ErrorCode::format);
    CHECK(error.where() == (folder / "AFLWinfo_release.mat").string() + ", " + fault.where);
  }
}

TEST_CASE("a picture of AFLW-19 that is missing or broken fails alone", "[data][aflw19]") {
  const TemporaryFolder folder;
  write_set(folder.path());
  std::filesystem::remove(folder / "data/flickr/0/1.png");
  folder.write("data/flickr/0/2.png", "no picture");
  const auto set = open_aflw19(folder.path(), split("train"));
  CHECK_NOTHROW(set->read(0));
  CHECK_NOTHROW(set->read(3));
  CHECK(error_of([&] { set->read(1); }).code() == ErrorCode::io);
  CHECK(error_of([&] { set->read(2); }).code() == ErrorCode::unsupported);
  CHECK(error_of([&] { set->read(2); }).where().find("2.png") != std::string::npos);
  CHECK(error_of([&] { open_aflw19(folder / "absent"); }).code() == ErrorCode::io);
}

TEST_CASE("faces without 19 points are not written as AFLW-19", "[data][aflw19]") {
  const TemporaryFolder folder;
  auto wrong = face(0, "a.png");
  wrong.points.pop_back();
  CHECK(error_of([&] { write_aflw19(folder.path(), std::vector{wrong}); }).code() == ErrorCode::argument);
  wrong = face(0, "a.png");
  wrong.visible.clear();
  CHECK(error_of([&] { write_aflw19(folder.path(), std::vector{wrong}); }).code() == ErrorCode::argument);
  CHECK(std::filesystem::is_empty(folder.path()));
}
