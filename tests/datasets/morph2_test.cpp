#include <faceptor/datasets/age_sets.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

const std::string kTrain = "label/RANDOM_80_20/train.txt";

void make(const sets::Folder& folder) {
  folder.picture("data/a.jpg");
  folder.picture("data/b/c.png");
  folder.write(kTrain, "a.jpg 24\nb/c.png 0\n");
  folder.write("label/RANDOM_80_20/test.txt", "b/c.png\t77");
}

}  // namespace

TEST_CASE("MORPH II: a line a picture", "[data][datasets][morph2]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_morph2(folder.root());
  CHECK(set->info().format == "morph2");
  CHECK(set->info().split == "train");
  CHECK(set->info().root == folder.root());
  CHECK(set->info().kind == LabelKind::age);
  CHECK(set->info().notes.empty());
  REQUIRE(set->size() == 2);
  CHECK(set->annotation(0).name == "data/a.jpg");
  CHECK(set->annotation(1).name == "data/b/c.png");
  CHECK(sets::label<AgeLabel>(*set, 0).years == 24);
  CHECK(sets::label<AgeLabel>(*set, 1).years == 0);
  const auto sample = set->read(1);
  CHECK(sample.image.width() == 12);
  CHECK(sample.image.height() == 10);
  CHECK(sample.name == "data/b/c.png");
  CHECK(std::get<AgeLabel>(sample.label).years == 0);
  CHECK(error_of([&] { set->read(2); }).code() == ErrorCode::argument);

  const auto test = open_morph2(folder.root(), {.split = "test"});
  REQUIRE(test->size() == 1);
  CHECK(sets::label<AgeLabel>(*test, 0).years == 77);
}

TEST_CASE("MORPH II: another label file or folder, and another folder of pictures", "[data][datasets][morph2]") {
  const sets::Folder folder;
  make(folder);
  folder.picture("faces/a.jpg");
  folder.write("mine/train.txt", "a.jpg 31\n");
  CHECK(sets::label<AgeLabel>(*open_morph2(folder.root(), {.labels = "mine"}), 0).years == 31);
  CHECK(sets::label<AgeLabel>(*open_morph2(folder.root(), {.labels = "mine/train.txt"}), 0).years == 31);
  CHECK(sets::label<AgeLabel>(*open_morph2(folder.root() / "faces", {.labels = folder.root() / "mine", .settings = {{"images", ""}}}), 0)
            .years == 31);
  CHECK(open_morph2(folder.root(), {.labels = "mine", .settings = {{"images", "faces"}}})->read(0).name == "faces/a.jpg");
}

TEST_CASE("MORPH II: what editors do to a file is no matter", "[data][datasets][morph2]") {
  const sets::Folder folder;
  make(folder);
  folder.write(kTrain, sets::as_windows_writes("  a.jpg \t24  \n\"b/c.png\" 3"));
  const auto set = open_morph2(folder.root());
  REQUIRE(set->size() == 2);
  CHECK(set->annotation(0).name == "data/a.jpg");
  CHECK(sets::label<AgeLabel>(*set, 1).years == 3);
}

TEST_CASE("MORPH II: pictures stay as they are stored", "[data][datasets][morph2]") {
  const sets::Folder folder;
  make(folder);
  folder.turned_picture("data/a.jpg");
  CHECK(open_morph2(folder.root())->read(0).image.width() == 12);
}

TEST_CASE("MORPH II: a picture may be kept twice", "[data][datasets][morph2]") {
  const sets::Folder folder;
  make(folder);
  folder.write(kTrain, "a.jpg 24\na.jpg 25\n");
  const auto set = open_morph2(folder.root(), {.settings = {{"duplicates", "keep"}}});
  REQUIRE(set->size() == 2);
  CHECK(set->annotation(1).name == "data/a.jpg#2");
  CHECK(set->read(1).image.width() == 12);
}

TEST_CASE("MORPH II: spoilt sets", "[data][datasets][morph2]") {
  const auto age = [](std::string text) { return sets::replace(kTrain, "24", text); };
  const std::vector<std::string> place = {"train.txt, line 1", "field age"};
  sets::refuse(make, open_morph2,
               sets::faults_of_label_files(kTrain, "a.jpg", " 24") + sets::faults_of_options() +
                   std::vector<sets::Case>{
                       {"no age", age(""), {"train.txt, line 1", "too few fields", "name age"}},
                       {"a field too many", age("24 25"), {"train.txt, line 1", "too many fields"}},
                       {"an age that is no number", age("old"), {"train.txt, line 1", "field age", "\"old\""}},
                       {"an age that is not whole", age("24.5"), {"train.txt, line 1", "field age", "\"24.5\""}},
                       {"an age with a tail", age("24x"), {"train.txt, line 1", "field age"}},
                       {"an age that is NaN", age("nan"), {"train.txt, line 1", "field age", "\"nan\""}},
                       {"an age below 0", age("-1"), {"train.txt, line 1", "field age", "out of range", "0 to 150"}},
                       {"an age too large", age("151"), {"train.txt, line 1", "field age", "out of range"}},
                       {"an age beyond 64 bits", age("99999999999999999999"), {"train.txt, line 1", "field age"}},
                       {"a fault in the second line", sets::replace(kTrain, " 0", " -3"), {"train.txt, line 2", "field age"}},
                       {"no test split", sets::remove("label/RANDOM_80_20/test.txt"), {"test.txt"}, ErrorCode::io, {.split = "test"}},
                       {"another label file that is missing", [](const auto&) {}, {"none.txt"}, ErrorCode::io, {.labels = "none.txt"}},
                   });
}

TEST_CASE("MORPH II: no label file does more than be refused", "[data][datasets][morph2]") {
  CHECK(sets::survive(make, open_morph2, kTrain, 1) > 10);
}
