#include <faceptor/datasets/annotated_pictures.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

const LinePlace kPlace{"train.txt", 7, "line"};

std::unique_ptr<Dataset> finished(PictureList& list) {
  return list.finish({.split = "train", .kind = LabelKind::age}, as_stored(), "train.txt");
}

/// Doubles the age of what it read.
struct Doubled final : AnnotatedPictures {
  using AnnotatedPictures::AnnotatedPictures;
  void complete(Sample& sample, std::size_t index) const override {
    if (index == 1) throw Error(ErrorCode::format, "data: no mask").where("mask.png");
    std::get<AgeLabel>(sample.label).years *= 2;
  }
};

}  // namespace

TEST_CASE("a list of pictures is a set of them, in the order they came", "[data][datasets][annotated_pictures]") {
  const sets::Folder folder;
  folder.picture("data/a.jpg");
  folder.picture("data/b/c.png");
  PictureList list("mine", folder.root(), {});
  list.add("a.jpg", kPlace, AgeLabel{24}).annotation.box = Box{1, 2, 3, 4};
  list.add("b/c.png", kPlace, AgeLabel{7});
  CHECK(list.pictures().size() == 2);
  CHECK(list.below_root("masks/a.png", kPlace, "mask") == "data/masks/a.png");
  const auto set = finished(list);
  CHECK(set->info().format == "mine");
  CHECK(set->info().root == folder.root());
  REQUIRE(set->size() == 2);
  CHECK(set->annotation(0).name == "data/a.jpg");
  CHECK(set->annotation(0).box == Box{1, 2, 3, 4});
  const auto sample = set->read(1);
  CHECK(sample.name == "data/b/c.png");
  CHECK(sample.image.width() == 12);
  CHECK(std::get<AgeLabel>(sample.label).years == 7);
}

TEST_CASE("settings of every list: where pictures begin, and whether one may come twice", "[data][datasets][annotated_pictures]") {
  const sets::Folder folder;
  folder.picture("faces/a.jpg");
  PictureList twice("mine", folder.root(), {.settings = {{"images", "faces"}, {"duplicates", "keep"}}});
  twice.add("a.jpg", kPlace, AgeLabel{1});
  twice.add("a.jpg", kPlace, AgeLabel{2});
  const auto set = finished(twice);
  CHECK(set->annotation(1).name == "faces/a.jpg#2");
  CHECK(set->read(1).image.width() == 12);

  PictureList once("mine", folder.root(), {});
  once.add("a.jpg", kPlace, AgeLabel{1});
  const auto again = error_of([&] { once.add("./a.jpg", kPlace, AgeLabel{1}); });
  CHECK(again.code() == ErrorCode::format);
  CHECK(again.where().find("line 7") != std::string::npos);
  const auto unknown = error_of([&] { PictureList("mine", folder.root(), {.settings = {{"image", "x"}}}); });
  CHECK(unknown.code() == ErrorCode::argument);
  CHECK(unknown.hint().find("images") != std::string::npos);
  CHECK(error_of([&] { PictureList("mine", folder.root(), {.settings = {{"duplicates", "maybe"}}}); }).code() == ErrorCode::argument);
}

TEST_CASE("several faces of one picture are told apart by what is said of them", "[data][datasets][annotated_pictures]") {
  const sets::Folder folder;
  PictureList list("mine", folder.root(), {});
  list.add("a.jpg", kPlace, AgeLabel{1}, "10 10");
  list.add("a.jpg", kPlace, AgeLabel{2}, "80 10");
  CHECK(list.pictures()[1].annotation.name == "data/a.jpg#2");
  CHECK(list.pictures()[1].picture == "data/a.jpg");
  CHECK(error_of([&] { list.add("a.jpg", kPlace, AgeLabel{3}, "80 10"); }).code() == ErrorCode::format);
}

TEST_CASE("paths that lead away, lists without a sample, and indices beyond the last", "[data][datasets][annotated_pictures]") {
  const sets::Folder folder;
  PictureList list("mine", folder.root(), {});
  for (const char* path : {"", "/etc/passwd", "../../a.jpg"}) {
    INFO(path);
    CHECK(error_of([&] { list.add(path, kPlace, AgeLabel{1}); }).code() == ErrorCode::format);
  }
  const auto empty = error_of([&] { finished(list); });
  CHECK(empty.code() == ErrorCode::format);
  CHECK(empty.where() == "train.txt");
  CHECK(empty.expected() == "a sample of train");
  list.add("none.jpg", kPlace, AgeLabel{1});
  const auto set = finished(list);
  CHECK(error_of([&] { set->annotation(1); }).expected() == "an index below 1");
  CHECK(error_of([&] { set->read(0); }).where().find("none.jpg, sample 0 of mine train") != std::string::npos);
}

TEST_CASE("a set may complete what was read, and its errors name the sample", "[data][datasets][annotated_pictures]") {
  const sets::Folder folder;
  folder.picture("a.png");
  std::vector<AnnotatedPicture> pictures(2);
  for (auto& picture : pictures) picture.annotation.label = AgeLabel{4};
  pictures[0].annotation.name = "a.png";
  pictures[1].annotation.name = "second";
  pictures[1].picture = "a.png";
  const Doubled set({.format = "mine", .split = "test", .root = folder.root(), .kind = LabelKind::age}, std::move(pictures), as_stored());
  CHECK(std::get<AgeLabel>(set.read(0).label).years == 8);
  CHECK(std::get<AgeLabel>(set.annotation(0).label).years == 4);
  CHECK(error_of([&] { set.read(1); }).where() == "mask.png, sample 1 of mine test");
}
