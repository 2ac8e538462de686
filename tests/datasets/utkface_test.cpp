#include <faceptor/datasets/age_sets.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

void make(const sets::Folder& folder) {
  folder.picture("data/a.jpg");
  folder.picture("data/b, c.jpg");
  folder.write("label/train.csv", "file,age,gender\na.jpg,24,0\n\"b, c.jpg\",116,1\n");
  folder.write("label/test.csv", ",file,age\n0,a.jpg,24\n");
}

}  // namespace

TEST_CASE("UTKFace: a header and a line a picture", "[data][datasets][utkface]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_utkface(folder.root());
  CHECK(set->info().format == "utkface");
  CHECK(set->info().kind == LabelKind::age);
  REQUIRE(set->size() == 2);
  CHECK(set->annotation(1).name == "data/b, c.jpg");
  CHECK(sets::label<AgeLabel>(*set, 1).years == 116);
  CHECK(set->annotation(0).columns.at("gender") == "0");
  CHECK(set->read(1).image.height() == 10);
}

TEST_CASE("UTKFace: a first column without a name is an index", "[data][datasets][utkface]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_utkface(folder.root(), {.split = "test"});
  REQUIRE(set->size() == 1);
  CHECK(set->annotation(0).name == "data/a.jpg");
  CHECK(sets::label<AgeLabel>(*set, 0).years == 24);
}

TEST_CASE("UTKFace: what spreadsheets do to a file is no matter", "[data][datasets][utkface]") {
  const sets::Folder folder;
  make(folder);
  folder.write("label/train.csv", sets::as_windows_writes("\"file\",\"age\"\n \"a.jpg\" , 24 \n\"b, c.jpg\",\"7\""));
  const auto set = open_utkface(folder.root());
  REQUIRE(set->size() == 2);
  CHECK(set->annotation(0).name == "data/a.jpg");
  CHECK(sets::label<AgeLabel>(*set, 1).years == 7);
}

TEST_CASE("UTKFace: spoilt sets", "[data][datasets][utkface]") {
  const std::string file = "label/train.csv";
  const auto age = [&](std::string text) { return sets::replace(file, "24", text); };
  sets::refuse(make, open_utkface,
               sets::faults_of_label_files(file, "a.jpg", ",24,0") + sets::faults_of_options() +
                   std::vector<sets::Case>{
                       {"only a header", sets::write(file, "file,age\n"), {"train.csv", "no records"}},
                       {"a header of one column", sets::write(file, "file\na.jpg\n"), {"train.csv, line 1", "too few fields"}},
                       {"no header", sets::replace(file, "file,age,gender\n", ""), {"train.csv, line 1", "header"}},
                       {"no age", sets::replace(file, ",24,0", ",,0"), {"train.csv, line 2", "field age", "empty"}},
                       {"a record too short", sets::replace(file, ",24,0", ",24"), {"train.csv, line 2", "too few fields"}},
                       {"a record too long", sets::replace(file, ",24,0", ",24,0,1"), {"train.csv, line 2", "too many fields"}},
                       {"no name", sets::replace(file, "a.jpg,24", ",24"), {"train.csv, line 2", "field file"}},
                       {"an age that is no number", age("young"), {"train.csv, line 2", "field age"}},
                       {"an age that is infinite", age("inf"), {"train.csv, line 2", "field age"}},
                       {"an age below 0", age("-24"), {"train.csv, line 2", "field age", "out of range"}},
                       {"an age too large", age("240"), {"train.csv, line 2", "field age", "out of range"}},
                       {"blanks for commas", sets::write(file, "file age\na.jpg 24\n"), {"train.csv, line 1", "too few fields"}},
                   });
}

TEST_CASE("UTKFace: no label file does more than be refused", "[data][datasets][utkface]") {
  CHECK(sets::survive(make, open_utkface, "label/train.csv", 1) > 10);
}

TEST_CASE("UTKFace: as its publishers pack it, ages stand in the names", "[data][datasets][utkface]") {
  const sets::Folder folder;
  for (const auto* name :
       {"26_0_2_20170104023102422.jpg.chip.jpg", "8_1_0_20170109204617417.jpg.chip.jpg", "61_1_20170109142408075.jpg.chip.jpg",
        "53__0_20170116184028385.jpg.chip.jpg", "200_1_0_20170109204617417.jpg.chip.jpg"}) {
    folder.picture(name);
  }
  const auto set = open_utkface(folder.root());
  REQUIRE(set->size() == 2);
  CHECK(sets::label<AgeLabel>(*set, 0).years == 26);
  CHECK(sets::label<AgeLabel>(*set, 1).years == 8);
  CHECK(set->read(1).image.height() == 10);
  REQUIRE(set->info().notes.size() == 2);
  CHECK(set->info().notes[1].starts_with("3 of 5 pictures left out"));
  CHECK(set->info().notes[1].find("53__0_20170116184028385.jpg.chip.jpg") != std::string::npos);
}

TEST_CASE("UTKFace: what else lies among packed pictures is no matter; without any, labels are missed", "[data][datasets][utkface]") {
  const sets::Folder folder;
  folder.write("readme.txt", "");
  const auto labels = [&] { return error_of([&] { open_utkface(folder.root()); }); };
  CHECK(labels().code() == ErrorCode::io);
  CHECK(labels().where().find("train.csv") != std::string::npos);
  folder.picture("26_0_2_20170104023102422.jpg");
  folder.picture("._26_0_2_20170104023102422.jpg");
  const auto set = open_utkface(folder.root());
  CHECK(set->size() == 1);
  CHECK(set->info().notes.size() == 1);
  CHECK(error_of([&] { open_utkface(folder.root(), {.settings = {{"images", "absent"}}}); }).code() == ErrorCode::io);
  folder.write("label/train.csv", "file,age\n26_0_2_20170104023102422.jpg,7\n");
  const auto listed = open_utkface(folder.root(), {.settings = {{"images", "."}}});
  CHECK(sets::label<AgeLabel>(*listed, 0).years == 7);
  CHECK(error_of([&] { open_utkface(folder.root(), {.labels = "own.csv"}); }).code() == ErrorCode::io);
}
