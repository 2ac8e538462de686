#include <faceptor/datasets/parsing_sets.hpp>

#include <string>

#include <faceptor/geometry/label_png.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

constexpr int kWidth = 12, kHeight = 10;

/// Landmarks whose x is the row's number.
std::string landmarks(int points = 106) {
  std::string text = std::to_string(points) + "\n";
  for (int i = 0; i < points; ++i) text += std::to_string(i) + " " + std::to_string(i % 7) + ".25\n";
  return text;
}

LabelImage mask(int width, int height, int classes = 11) {
  LabelImage labels{width, height, {}};
  for (int i = 0; i < width * height; ++i) labels.labels.push_back(static_cast<std::uint8_t>(i % classes));
  return labels;
}

void write_mask(const sets::Folder& folder, const std::string& name, const LabelImage& labels) {
  std::filesystem::create_directories((folder.root() / name).parent_path());
  write_labels(folder.root() / name, labels);
}

void sample(const sets::Folder& folder, const std::string& part, const std::string& stem) {
  folder.picture(part + "/images/" + stem + ".jpg", kWidth, kHeight);
  write_mask(folder, part + "/labels/" + stem + ".png", mask(kWidth, kHeight));
  folder.write(part + "/landmarks/" + stem + ".txt", landmarks());
}

void make(const sets::Folder& folder) {
  sample(folder, "train", "1");
  sample(folder, "train", "10");
  sample(folder, "val", "2");
  sample(folder, "test", "3");
}

sets::Action put_mask(const LabelImage& labels) {
  return [=](const sets::Folder& folder) { write_mask(folder, "train/labels/1.png", labels); };
}

}  // namespace

TEST_CASE("LaPa: pictures, classes and five of the points", "[data][datasets][lapa]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_lapa(folder.root(), {.split = "train"});
  CHECK(set->info().format == "lapa");
  CHECK(set->info().kind == LabelKind::parsing);
  CHECK(set->info().classes == 11);
  CHECK(set->info().label_names[10] == "hair");
  REQUIRE(set->size() == 2);
  CHECK(set->annotation(1).name == "train/images/10.jpg");
  CHECK(set->annotation(0).points == FivePoints{{{104, 6.25F}, {105, 0.25F}, {54, 5.25F}, {84, 0.25F}, {90, 6.25F}}});
  CHECK(sets::label<ParsingLabels>(*set, 0).classes.labels.empty());

  const auto read = set->read(0);
  CHECK(read.name == "train/images/1.jpg");
  CHECK(read.points == set->annotation(0).points);
  CHECK(read.image.width() == kWidth);
  CHECK(std::get<ParsingLabels>(read.label).classes == mask(kWidth, kHeight));
}

TEST_CASE("LaPa: splits", "[data][datasets][lapa]") {
  const sets::Folder folder;
  make(folder);
  CHECK(open_lapa(folder.root(), {.split = "val"})->size() == 1);
  CHECK(open_lapa(folder.root(), {.split = "test"})->annotation(0).name == "test/images/3.jpg");
  const auto usual = open_lapa(folder.root());
  CHECK(usual->info().split == "trainval");
  REQUIRE(usual->size() == 3);
  CHECK(usual->annotation(2).name == "val/images/2.jpg");
}

TEST_CASE("LaPa: a turned JPEG has the mask of the turned picture", "[data][datasets][lapa]") {
  const sets::Folder folder;
  make(folder);
  folder.turned_picture("train/images/1.jpg");
  write_mask(folder, "train/labels/1.png", mask(10, 12));
  const auto read = open_lapa(folder.root(), {.split = "train"})->read(0);
  CHECK(read.image.width() == 10);
  CHECK(read.image.height() == 12);
}

TEST_CASE("LaPa: what systems and editors do is no matter", "[data][datasets][lapa]") {
  const sets::Folder folder;
  make(folder);
  folder.write("train/landmarks/1.txt", sets::as_windows_writes(landmarks()));
  folder.write("train/images/.DS_Store", "x");
  folder.write("train/images/._1.jpg", "x");
  folder.write("train/images/Thumbs.db", "x");
  folder.write("train/labels/readme.md", "x");
  const auto set = open_lapa(folder.root(), {.split = "train"});
  REQUIRE(set->size() == 2);
  CHECK(set->annotation(0).points->at(2) == Point{54, 5.25F});
  // Pictures may be PNG, masks may have a palette.
  folder.picture("train/images/10.png", kWidth, kHeight);
  std::filesystem::remove(folder.root() / "train/images/10.jpg");
  const auto labels = mask(kWidth, kHeight, 3);
  const auto palette = encoders::png(
      kWidth, kHeight, {.color_type = SPNG_COLOR_TYPE_INDEXED, .palette = {{1, 2, 3, 255}, {9, 9, 9, 255}, {0, 0, 0, 255}}}, labels.labels);
  folder.write("train/labels/10.png", {reinterpret_cast<const char*>(palette.data()), palette.size()});
  const auto read = open_lapa(folder.root(), {.split = "train"})->read(1);
  CHECK(read.name == "train/images/10.png");
  CHECK(std::get<ParsingLabels>(read.label).classes == labels);
}

TEST_CASE("LaPa: other masks of the same pictures", "[data][datasets][lapa]") {
  const sets::Folder folder;
  make(folder);
  for (const char* part : {"train", "val", "test"}) std::filesystem::create_directories(folder.root() / "nineteen" / part / "labels");
  write_mask(folder, "nineteen/train/labels/10.png", mask(kWidth, kHeight, 19));
  const DatasetOptions options{.labels = "nineteen", .settings = {{"classes", "celebamask_hq"}}};
  const auto set = open_lapa(folder.root(), options);
  CHECK(set->info().classes == 19);
  REQUIRE(set->size() == 1);
  CHECK(std::get<ParsingLabels>(set->read(0).label).classes == mask(kWidth, kHeight, 19));
}

TEST_CASE("LaPa: spoilt sets", "[data][datasets][lapa]") {
  const std::string picture = "train/images/1.jpg", labels = "train/labels/1.png", points = "train/landmarks/1.txt";
  auto wrong_class = mask(kWidth, kHeight);
  wrong_class.labels[3 * kWidth + 5] = 11;
  const std::string colours = [] {
    const auto png = encode_png(pictures::smooth(kWidth, kHeight));
    return std::string(reinterpret_cast<const char*>(png.data()), png.size());
  }();
  const std::string deep = [] {
    const std::vector<std::uint8_t> samples(kWidth * kHeight * 2);
    const auto png = encoders::png(kWidth, kHeight, {.bit_depth = 16, .color_type = SPNG_COLOR_TYPE_GRAYSCALE}, samples);
    return std::string(reinterpret_cast<const char*>(png.data()), png.size());
  }();
  const auto as_mask = [&](const std::string& name) {
    return [=](const sets::Folder& folder) {
      folder.picture(name);
      folder.write(labels, folder.text(name));
    };
  };
  const auto nothing = [](const sets::Folder&) {};
  sets::refuse(
      make, open_lapa,
      {
          {"a mask is missing", sets::remove(labels), {"labels/1.png", "sample 0"}, ErrorCode::io},
          {"a mask has another size", put_mask(mask(kHeight, kWidth)), {"labels/1.png", "12x10", "10x12", "sample 0"}},
          {"a mask has a row too few", put_mask(mask(kWidth, kHeight - 1)), {"labels/1.png", "12x10", "12x9"}},
          {"a class is out of range", put_mask(wrong_class), {"labels/1.png", "column 5, row 3", "0 to 10", "found 11"}},
          {"a mask has colours", sets::write(labels, colours), {"labels/1.png", "colours of 8 bits"}, ErrorCode::unsupported},
          {"a mask has 16 bits", sets::write(labels, deep), {"labels/1.png", "16 bits"}, ErrorCode::unsupported},
          {"a mask is a JPEG", as_mask("x.jpg"), {"labels/1.png", "JPEG"}, ErrorCode::unsupported},
          {"a mask is cut off", sets::cut(labels, 0.7), {"labels/1.png", "sample 0"}},
          {"a mask is empty", sets::write(labels, ""), {"labels/1.png", "empty"}},
          {"a mask is text", sets::write(labels, "0 1 2"), {"labels/1.png"}, ErrorCode::unsupported},
          {"a mask is a folder", sets::make_folder(labels), {"labels/1.png", "folder"}, ErrorCode::io},
          {"a picture is missing", sets::remove(picture), {"images/1.jpg", "sample 0"}, ErrorCode::io},
          {"a picture is cut off", sets::cut(picture, 0.6), {"images/1.jpg", "sample 0"}},
          {"a picture is text", sets::write(picture, "<html>"), {"images/1.jpg", "HTML"}, ErrorCode::unsupported},
          {"a picture that stands on its side, its mask not",
           [&](const sets::Folder& folder) { folder.turned_picture(picture); },
           {"labels/1.png", "10x12", "12x10"}},
          {"landmarks are missing", sets::remove(points), {"landmarks/1.txt"}, ErrorCode::io},
          {"landmarks are a folder", sets::make_folder(points), {"landmarks/1.txt", "folder"}, ErrorCode::io},
          {"landmarks are empty", sets::write(points, ""), {"landmarks/1.txt", "empty"}},
          {"landmarks are blank", sets::write(points, "\n \n"), {"landmarks/1.txt", "empty"}},
          {"68 landmarks", sets::write(points, landmarks(68)), {"landmarks/1.txt, line 1", "106", "68"}},
          {"their number is missing", sets::replace(points, "106\n", ""), {"landmarks/1.txt, line 1", "too many fields"}},
          {"their number is a word", sets::replace(points, "106\n", "many\n"), {"landmarks/1.txt, line 1", "\"many\""}},
          {"a point is missing", sets::replace(points, "40 5.25\n", ""), {"landmarks/1.txt", "too few points", "106", "105"}},
          {"a point too many", sets::append(points, "1 1\n"), {"landmarks/1.txt, line 108", "too many points"}},
          {"a point without y", sets::replace(points, "40 5.25", "40"), {"landmarks/1.txt, line 42", "too few fields"}},
          {"a point with a z", sets::replace(points, "40 5.25", "40 5.25 1"), {"landmarks/1.txt, line 42", "too many fields"}},
          {"a point is NaN", sets::replace(points, "40 5.25", "nan 5.25"), {"landmarks/1.txt, line 42, field x"}},
          {"a point is infinite", sets::replace(points, "40 5.25", "40 inf"), {"landmarks/1.txt, line 42, field y"}},
          {"a point is a word", sets::replace(points, "40 5.25", "40 left"), {"landmarks/1.txt, line 42, field y", "\"left\""}},
          {"a point is far away", sets::replace(points, "40 5.25", "1e30 5.25"), {"landmarks/1.txt, line 42, field x", "1e30"}},
          {"a line of landmarks is too long",
           sets::append(points, std::string(5000, '1')),
           {"landmarks/1.txt", "too long"},
           ErrorCode::limit},
          {"landmarks hold a NUL byte", sets::append(points, std::string(1, '\0')), {"landmarks/1.txt", "NUL"}},
          {"two pictures of one name", [](const sets::Folder& folder) { folder.picture("train/images/1.png"); }, {"1.jpg", "1.png"}},
          {"no pictures' folder", sets::remove("train/images"), {"train/images"}, ErrorCode::io},
          {"no masks' folder", sets::remove("val/labels"), {"val/labels"}, ErrorCode::io},
          {"no landmarks' folder", sets::remove("train/landmarks"), {"train/landmarks"}, ErrorCode::io},
          {"a split is missing", sets::remove("val"), {"val/"}, ErrorCode::io},
          {"an unknown split", nothing, {"\"valid\"", "trainval, train, val, test"}, ErrorCode::argument, {.split = "valid"}},
          {"an unknown setting", nothing, {"\"class\"", "classes"}, ErrorCode::argument, {.settings = {{"class", "lapa"}}}},
          {"an unknown choice", nothing, {"\"11\"", "lapa"}, ErrorCode::argument, {.settings = {{"classes", "11"}}}},
      });
}
