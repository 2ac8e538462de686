#include <faceptor/datasets/folder.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

void make(const sets::Folder& folder) {
  folder.picture("train/smiling/b.jpg");
  folder.picture("train/smiling/a.PNG.png");
  folder.picture("train/neutral/more/c.jpg");
  folder.picture("test/angry/d.jpg");
  folder.picture("test/smiling/e.jpg");
}

std::vector<std::string> names(const Dataset& set) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < set.size(); ++i) all.push_back(set.annotation(i).name);
  return all;
}

}  // namespace

TEST_CASE("folders: a folder a class, in folders of splits", "[data][datasets][folder]") {
  const sets::Folder folder;
  make(folder);
  const auto train = open_folder(folder.root());
  CHECK(train->info().format == "folder");
  CHECK(train->info().split == "train");
  CHECK(train->info().kind == LabelKind::class_index);
  CHECK(train->info().classes == 3);
  CHECK(train->info().label_names == std::vector<std::string>{"angry", "neutral", "smiling"});
  CHECK(names(*train) == std::vector<std::string>{"train/neutral/more/c.jpg", "train/smiling/a.PNG.png", "train/smiling/b.jpg"});
  CHECK(sets::label<ClassLabel>(*train, 0).index == 1);
  CHECK(sets::label<ClassLabel>(*train, 2).index == 2);
  CHECK(train->read(0).image.width() == 12);
  // the same classes in every split, whatever it holds of them
  const auto test = open_folder(folder.root(), {.split = "test"});
  CHECK(test->info().label_names == train->info().label_names);
  CHECK(sets::label<ClassLabel>(*test, 0).index == 0);
  CHECK(sets::label<ClassLabel>(*test, 1).index == 2);
}

TEST_CASE("folders: without splits", "[data][datasets][folder]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_folder(folder.root() / "test");
  CHECK(set->info().split == "all");
  CHECK(names(*set) == std::vector<std::string>{"angry/d.jpg", "smiling/e.jpg"});
  CHECK(open_folder(folder.root() / "test", {.split = "all"})->size() == 2);
  CHECK(set->read(1).name == "smiling/e.jpg");
}

TEST_CASE("folders: what is no picture is passed over", "[data][datasets][folder]") {
  const sets::Folder folder;
  make(folder);
  folder.write("train/smiling/notes.txt", "x");
  folder.write("train/smiling/.hidden.jpg", "x");
  folder.write("train/smiling/.thumbs/a.jpg", "x");
  folder.write("train/.git/a.jpg", "x");
  folder.picture("train/smiling/z.JPG");
  const auto set = open_folder(folder.root());
  CHECK(set->size() == 4);
  CHECK(set->info().notes == std::vector<std::string>{"1 files passed over: no pictures by their names"});
  for (const char* stray : {"stray.png", "train/stray.png", "train/._stray.png"}) folder.picture(stray);
  CHECK(open_folder(folder.root())->info().notes.back() == "2 pictures passed over: they lie in no class's folder");
}

TEST_CASE("folders: the classes' order may be said", "[data][datasets][folder]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_folder(folder.root(), {.settings = {{"classes", "smiling, neutral"}}});
  CHECK(set->info().label_names == std::vector<std::string>{"smiling", "neutral"});
  CHECK(names(*set).front() == "train/smiling/a.PNG.png");
  CHECK(sets::label<ClassLabel>(*set, 0).index == 0);
  CHECK(set->info().notes == std::vector<std::string>{"folder \"angry\" left out: none of the classes"});
}

TEST_CASE("folders: links to classes are followed, circles are not", "[data][datasets][folder]") {
  const sets::Folder folder;
  make(folder);
  std::filesystem::create_directory_symlink(folder.root() / "test" / "angry", folder.root() / "train" / "angry");
  std::filesystem::create_directory_symlink(folder.root() / "train", folder.root() / "train" / "smiling" / "circle");
  const auto set = open_folder(folder.root());
  CHECK(names(*set) ==
        std::vector<std::string>{"train/angry/d.jpg", "train/neutral/more/c.jpg", "train/smiling/a.PNG.png", "train/smiling/b.jpg"});
  CHECK(set->read(0).image.width() == 12);
}

TEST_CASE("folders: EXIF turns pictures, unless it shall not", "[data][datasets][folder]") {
  const sets::Folder folder;
  folder.turned_picture("a/a.jpg");
  CHECK(open_folder(folder.root())->read(0).image.width() == 10);
  CHECK(open_folder(folder.root(), {.settings = {{"exif", "ignore"}}})->read(0).image.width() == 12);
}

TEST_CASE("folders: spoilt sets", "[data][datasets][folder]") {
  const auto nothing = [](const sets::Folder&) {};
  const std::string picture = "train/smiling/b.jpg";
  sets::refuse(
      make, open_folder,
      {
          {"no such folder", sets::remove(""), {}, ErrorCode::io},
          {"an empty folder", sets::make_folder(""), {"no classes"}},
          {"pictures without classes",
           [](const auto& folder) {
             sets::make_folder("")(folder);
             folder.picture("a.jpg");
           },
           {"no classes"}},
          {"a split without classes", sets::make_folder("test"), {"\"test\""}, ErrorCode::argument, {.split = "test"}},
          {"an unknown split", nothing, {"\"tset\"", "test, train", "did you mean"}, ErrorCode::argument, {.split = "tset"}},
          {"all of a set with splits", nothing, {"\"all\"", "test, train"}, ErrorCode::argument, {.split = "all"}},
          {"a class without pictures", sets::make_folder("train/empty"), {"train/empty", "no pictures"}},
          {"a class with other files only", sets::write("train/notes/a.txt", "x"), {"train/notes", "no pictures"}},
          {"a split without any of the classes",
           nothing,
           {"test", "no pictures"},
           ErrorCode::format,
           {.split = "test", .settings = {{"classes", "neutral"}}}},
          {"an unknown class",
           nothing,
           {"\"smilng\"", "did you mean \"smiling\""},
           ErrorCode::argument,
           {.settings = {{"classes", "smilng,neutral"}}}},
          {"a class twice", nothing, {"twice", "neutral"}, ErrorCode::argument, {.settings = {{"classes", "neutral,neutral"}}}},
          {"an unknown setting", nothing, {"\"images\"", "classes, exif"}, ErrorCode::argument, {.settings = {{"images", "x"}}}},
          {"an unknown choice", nothing, {"\"no\"", "turn, ignore"}, ErrorCode::argument, {.settings = {{"exif", "no"}}}},
          {"a label file", nothing, {"label.txt", "manifest"}, ErrorCode::argument, {.labels = "label.txt"}},
          {"a picture is empty", sets::write(picture, ""), {picture, "empty", "sample 2"}},
          {"a picture is cut off", sets::cut(picture, 0.5), {picture, "sample 2"}},
          {"a picture is text", sets::write(picture, "hello"), {picture, "sample 2"}, ErrorCode::unsupported},
          {"a picture is a broken link",
           [=](const auto& folder) {
             std::filesystem::remove(folder.root() / picture);
             std::filesystem::create_symlink("nowhere.jpg", folder.root() / picture);
           },
           {picture, "sample 2"},
           ErrorCode::io},
          {"a picture of an absurd size", sets::write(picture, "P6\n100000 100000\n255\n"), {picture, "sample 2"}, ErrorCode::limit},
      });
}

TEST_CASE("folders: what a Mac leaves beside pictures is no class and no picture", "[data][datasets][folder]") {
  const sets::Folder folder;
  for (const auto* name : {"a/1.jpg", "a/2.JFIF", "b/1.jpe", "b/._1.jpe", "__MACOSX/a/._1.jpg", "a/__MACOSX/1.jpg", "@eaDir/1.jpg"})
    folder.picture(name);
  const auto set = open_folder(folder.root());
  CHECK(set->info().label_names == std::vector<std::string>{"a", "b"});
  CHECK(set->size() == 3);
}
