#include <faceptor/datasets/landmark_sets.hpp>

#include <faceptor/results/landmarks.hpp>

#include "datasets/landmark_csv_cases.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

const std::string kTrain = "face_landmarks_wflw_train.csv";

void make(const sets::Folder& folder) {
  folder.picture("data/1--Handshaking/a.jpg");
  folder.write(kTrain, sets::landmark_header(98) + sets::landmark_line("1--Handshaking/a.jpg", 98) +
                           sets::landmark_line("1--Handshaking/a.jpg", 98, 3));
}

}  // namespace

TEST_CASE("WFLW: 98 points, several faces in a picture", "[data][datasets][wflw]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_wflw(folder.root());
  CHECK(set->info().format == "wflw");
  CHECK(set->info().scheme == "98");
  CHECK(set->info().classes == 98);
  REQUIRE(set->size() == 2);
  CHECK(set->annotation(0).name == "data/1--Handshaking/a.jpg");
  CHECK(set->annotation(1).name == "data/1--Handshaking/a.jpg#2");
  const auto first = set->read(0), second = set->read(1);
  const auto& points = std::get<LandmarkLabels>(first.label).points;
  CHECK(points.at(0) == Point{10, 20});
  CHECK(points.at(97) == Point{107, 214});
  CHECK(std::get<LandmarkLabels>(second.label).points.at(0) == Point{13, 23});
  CHECK(first.image.width() == second.image.width());
  CHECK(*first.box == Box{10.5F, 20.25F, 110.5F, 120.25F});
  CHECK((*first.points)[0] == points[96]);  // the pupil
}

TEST_CASE("WFLW: every split has its file", "[data][datasets][wflw]") {
  for (const std::string split :
       {"train", "test", "test_blur", "test_expression", "test_illumination", "test_largepose", "test_makeup", "test_occlusion"}) {
    const sets::Folder folder;
    folder.write("face_landmarks_wflw_" + split + ".csv", sets::landmark_header(98) + sets::landmark_line("x.jpg", 98));
    CHECK(open_wflw(folder.root(), {.split = split})->info().split == split);
  }
}

TEST_CASE("WFLW: spoilt sets", "[data][datasets][wflw]") {
  sets::refuse(make, open_wflw, sets::faults_of_landmark_files(kTrain, "1--Handshaking/a.jpg", 98, 0));
}
