#include <faceptor/datasets/expression_sets.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

void make(const sets::Folder& folder) {
  std::string labels;
  for (int k = 1; k <= 7; ++k) {
    const auto name = "train_0000" + std::to_string(k) + "_aligned.jpg";
    folder.picture("data/" + name);
    labels += name + " " + std::to_string(k) + "\n";
  }
  folder.picture("data/test_0001_aligned.jpg");
  folder.write("label.txt", labels + "test_0001_aligned.jpg 7\n");
}

}  // namespace

TEST_CASE("RAF-DB: its own order of classes becomes the common one", "[data][datasets][rafdb]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_rafdb(folder.root());
  CHECK(set->info().format == "rafdb");
  CHECK(set->info().classes == 7);
  REQUIRE(set->size() == 7);
  const std::vector<std::string> expected{"surprise", "fear", "disgust", "happy", "sad", "anger", "neutral"};
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(set->info().label_names[static_cast<std::size_t>(sets::label<ClassLabel>(*set, i).index)] == expected[i]);
  }
  const auto test = open_rafdb(folder.root(), {.split = "test"});
  REQUIRE(test->size() == 1);
  CHECK(test->read(0).name == "data/test_0001_aligned.jpg");
}

TEST_CASE("RAF-DB: what editors do to a file is no matter", "[data][datasets][rafdb]") {
  const sets::Folder folder;
  make(folder);
  folder.write("label.txt", sets::as_windows_writes("train_00001_aligned.jpg\t 2 \ntest_0001_aligned.jpg 1"));
  CHECK(sets::label<ClassLabel>(*open_rafdb(folder.root()), 0).index == 4);
}

TEST_CASE("RAF-DB: spoilt sets", "[data][datasets][rafdb]") {
  const std::string file = "label.txt", picture = "train_00001_aligned.jpg";
  const auto label = [&](std::string text) { return sets::replace(file, picture + " 1", picture + text); };
  auto common = sets::faults_of_label_files(file, picture, " 1");
  // A name that is none has no split either, which is found first.
  std::erase_if(common, [](const sets::Case& one) { return one.name == "a picture's path is a folder"; });
  sets::refuse(
      make, open_rafdb,
      std::move(common) + sets::faults_of_options() +
          std::vector<sets::Case>{
              {"no class", label(""), {"label.txt, line 1", "too few fields"}},
              {"a field too many", label(" 1 2"), {"label.txt, line 1", "too many fields"}},
              {"class 0", label(" 0"), {"label.txt, line 1", "field class", "1 to 7"}},
              {"class 8", label(" 8"), {"label.txt, line 1", "field class", "1 to 7"}},
              {"a class that is a word", label(" fear"), {"label.txt, line 1", "field class"}},
              {"a class that is NaN", label(" nan"), {"label.txt, line 1", "field class"}},
              {"a name without a split", sets::replace(file, picture, "00001.jpg"), {"label.txt, line 1", "field name", "00001.jpg"}},
              {"a name of another split", sets::replace(file, "test_", "dev_"), {"label.txt, line 8", "field name"}},
              {"a wrong class in the other split",
               sets::replace(file, "aligned.jpg 7\n" + std::string(), "aligned.jpg 9\n"),
               {"label.txt, line 7"}},
              {"none of the split", sets::write(file, "test_0001_aligned.jpg 1"), {"label.txt", "no records", "train"}},
          });
}

TEST_CASE("RAF-DB: as published, the list names pictures before they were aligned", "[data][datasets][rafdb]") {
  const sets::Folder folder;
  for (const auto* name : {"train_00001", "train_00002"}) folder.picture(std::string("Image/aligned/") + name + "_aligned.jpg");
  folder.write("EmoLabel/list_patition_label.txt", "train_00001.jpg 5\ntrain_00002.jpg 4\n");
  const auto set = open_rafdb(folder.root(), {.labels = "EmoLabel/list_patition_label.txt", .settings = {{"images", "Image/aligned"}}});
  REQUIRE(set->size() == 2);
  CHECK(set->annotation(1).name == "Image/aligned/train_00002_aligned.jpg");
  CHECK(set->read(1).image.height() == 10);
}
