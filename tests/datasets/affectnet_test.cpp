#include <faceptor/datasets/expression_sets.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

void make(const sets::Folder& folder) {
  for (const char* name : {"data/0.jpg", "data/1.jpg", "data/2.jpg", "data/3.jpg"}) folder.picture(name);
  folder.write("label/train.txt", "0.jpg 6 0.1 -0.2\n1.jpg 7\n2.jpg 10\n3.jpg 0\n");
  folder.write("label/test.txt", "1.jpg 3\n");
}

}  // namespace

TEST_CASE("AffectNet: seven classes, what lies above them left out and counted", "[data][datasets][affectnet]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_affectnet(folder.root());
  CHECK(set->info().format == "affectnet");
  CHECK(set->info().kind == LabelKind::class_index);
  CHECK(set->info().classes == 7);
  CHECK(set->info().label_names == std::vector<std::string>{"neutral", "happy", "sad", "surprise", "fear", "disgust", "anger"});
  CHECK(set->info().notes == std::vector<std::string>{"2 of 4 records left out: class 7 or above"});
  REQUIRE(set->size() == 2);
  CHECK(sets::label<ClassLabel>(*set, 0).index == 6);
  CHECK(sets::label<ClassLabel>(*set, 1).index == 0);
  CHECK(set->read(1).name == "data/3.jpg");
  const auto test = open_affectnet(folder.root(), {.split = "test"});
  CHECK(test->info().notes.empty());
  CHECK(sets::label<ClassLabel>(*test, 0).index == 3);
}

TEST_CASE("AffectNet: contempt may be kept", "[data][datasets][affectnet]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_affectnet(folder.root(), {.settings = {{"contempt", "keep"}}});
  CHECK(set->info().classes == 8);
  CHECK(set->info().label_names.back() == "contempt");
  CHECK(set->info().notes == std::vector<std::string>{"1 of 4 records left out: class 8 or above"});
  REQUIRE(set->size() == 3);
  CHECK(sets::label<ClassLabel>(*set, 1).index == 7);
}

TEST_CASE("AffectNet: what editors do to a file is no matter", "[data][datasets][affectnet]") {
  const sets::Folder folder;
  make(folder);
  folder.write("label/train.txt", sets::as_windows_writes("0.jpg\t6\n 3.jpg   1 "));
  CHECK(sets::label<ClassLabel>(*open_affectnet(folder.root()), 1).index == 1);
}

TEST_CASE("AffectNet: spoilt sets", "[data][datasets][affectnet]") {
  const std::string file = "label/train.txt";
  const auto label = [&](std::string text) { return sets::replace(file, " 6 ", " " + text + " "); };
  sets::refuse(make, open_affectnet,
               sets::faults_of_label_files(file, "0.jpg", " 6 0.1 -0.2") + sets::faults_of_options() +
                   std::vector<sets::Case>{
                       {"no class", sets::replace(file, " 6 0.1 -0.2", ""), {"train.txt, line 1", "too few fields"}},
                       {"a class that is a word", label("anger"), {"train.txt, line 1", "field class"}},
                       {"a class that is not whole", label("6.0"), {"train.txt, line 1", "field class"}},
                       {"a class that is NaN", label("NaN"), {"train.txt, line 1", "field class"}},
                       {"a class below 0", label("-1"), {"train.txt, line 1", "field class", "0 to 10"}},
                       {"a class too large", label("11"), {"train.txt, line 1", "field class", "0 to 10"}},
                       {"only classes that are left out", sets::write(file, "0.jpg 8\n"), {"train.txt", "no records"}},
                       {"a wrong choice for contempt",
                        [](const auto&) {},
                        {"contempt", "drop, keep"},
                        ErrorCode::argument,
                        {.settings = {{"contempt", "yes"}}}},
                   });
}
