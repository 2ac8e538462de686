#include <faceptor/datasets/expression_sets.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

void make(const sets::Folder& folder) {
  std::string labels;
  for (int k = 0; k <= 7; ++k) {
    folder.picture("data/" + std::to_string(k) + ".png");
    labels += std::to_string(k) + ".png " + std::to_string(k) + "\n";
  }
  folder.picture("data/v.png");
  folder.write("label/train.txt", labels);
  folder.write("label/val.txt", "v.png 4\n");
  folder.write("label/test.txt", "0.png 6\n");
}

}  // namespace

TEST_CASE("FERPlus: its own order of classes becomes the common one", "[data][datasets][ferplus]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_ferplus(folder.root(), {.split = "train"});
  CHECK(set->info().classes == 7);
  CHECK(set->info().notes == std::vector<std::string>{"1 of 8 records left out: contempt"});
  REQUIRE(set->size() == 7);
  const std::vector<std::string> expected{"neutral", "happy", "surprise", "sad", "anger", "disgust", "fear"};
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(set->info().label_names[static_cast<std::size_t>(sets::label<ClassLabel>(*set, i).index)] == expected[i]);
  }
  const auto kept = open_ferplus(folder.root(), {.split = "train", .settings = {{"contempt", "keep"}}});
  REQUIRE(kept->size() == 8);
  CHECK(kept->info().classes == 8);
  CHECK(sets::label<ClassLabel>(*kept, 7).index == 7);
}

TEST_CASE("FERPlus: train and then val are trained on", "[data][datasets][ferplus]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_ferplus(folder.root());
  CHECK(set->info().split == "trainval");
  REQUIRE(set->size() == 8);
  CHECK(set->annotation(7).name == "data/v.png");
  CHECK(open_ferplus(folder.root(), {.split = "val"})->size() == 1);
  CHECK(sets::label<ClassLabel>(*open_ferplus(folder.root(), {.split = "test"}), 0).index == 4);
  CHECK(open_ferplus(folder.root(), {.labels = "label/val.txt"})->size() == 1);
}

TEST_CASE("FERPlus: what editors do to a file is no matter", "[data][datasets][ferplus]") {
  const sets::Folder folder;
  make(folder);
  folder.write("label/train.txt", sets::as_windows_writes("0.png\t 2 \n1.png 0"));
  CHECK(sets::label<ClassLabel>(*open_ferplus(folder.root()), 0).index == 3);
}

TEST_CASE("FERPlus: spoilt sets", "[data][datasets][ferplus]") {
  const std::string file = "label/train.txt";
  const auto label = [&](std::string text) { return sets::replace(file, "0.png 0", "0.png" + text); };
  sets::refuse(make, open_ferplus,
               sets::faults_of_label_files(file, "0.png", " 0") + sets::faults_of_options() +
                   std::vector<sets::Case>{
                       {"no val", sets::remove("label/val.txt"), {"val.txt"}, ErrorCode::io},
                       {"no class", label(""), {"train.txt, line 1", "too few fields"}},
                       {"a field too many", label(" 0 1"), {"train.txt, line 1", "too many fields"}},
                       {"a class below 0", label(" -1"), {"train.txt, line 1", "field class", "0 to 7"}},
                       {"a class too large", label(" 8"), {"train.txt, line 1", "field class", "0 to 7"}},
                       {"a class that is a word", label(" happy"), {"train.txt, line 1", "field class"}},
                       {"a class that is NaN", label(" nan"), {"train.txt, line 1", "field class"}},
                       {"a picture of train in val too", sets::write("label/val.txt", "3.png 3\n"), {"val.txt, line 1", "twice", "3.png"}},
                       {"a wrong class in val", sets::write("label/val.txt", "v.png 9\n"), {"val.txt, line 1", "field class"}},
                   });
}
