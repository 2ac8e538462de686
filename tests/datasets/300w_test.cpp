#include <faceptor/datasets/landmark_sets.hpp>

#include <faceptor/geometry/similarity.hpp>
#include <faceptor/results/landmarks.hpp>

#include "datasets/landmark_csv_cases.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

const std::string kTrain = "face_landmarks_300w_train.csv";

void make(const sets::Folder& folder) {
  folder.picture("data/helen/a.jpg");
  folder.picture("data/ibug/b.jpg");
  folder.write(kTrain,
               sets::landmark_header(68) + sets::landmark_line("helen/a.jpg", 68, 2) + sets::landmark_line("ibug/b.jpg", 68, 2, "1.5"));
  folder.write("face_landmarks_300w_valid.csv", sets::landmark_header(68) + sets::landmark_line("ibug/b.jpg", 68, 2));
}

}  // namespace

TEST_CASE("300W: 68 points, two pixels less than in the file", "[data][datasets][300w]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_300w(folder.root());
  CHECK(set->info().format == "300w");
  CHECK(set->info().split == "train");
  CHECK(set->info().kind == LabelKind::landmarks);
  CHECK(set->info().scheme == "68");
  CHECK(set->info().classes == 68);
  REQUIRE(set->size() == 2);
  const auto sample = set->read(0);
  CHECK(sample.name == "data/helen/a.jpg");
  const auto& points = std::get<LandmarkLabels>(sample.label).points;
  REQUIRE(points.size() == 68);
  CHECK(points[0] == Point{10, 20});
  CHECK(points[67] == Point{77, 154});
  CHECK(std::get<LandmarkLabels>(sample.label).visible.empty());
  REQUIRE(sample.points);
  CHECK(*sample.points == results::five_points(results::landmark_scheme("68"), points));
  REQUIRE(sample.box);
  CHECK(*sample.box == Box{10.5F, 20.25F, 110.5F, 120.25F});
  CHECK(set->annotation(1).box->width() == 300);
}

TEST_CASE("300W: the box gives the published crop", "[data][datasets][300w]") {
  const sets::Folder folder;
  make(folder);
  const auto box = *open_300w(folder.root())->annotation(0).box;
  // x' = (x - x1) w / (x2 - x1) - 0.5 with x1, x2 = centre -+ 100 scale
  const auto matrix = crop_matrix(box, {512, 512}, BoxEdges::pixels);
  CHECK(matrix(0, 0) == Approx(512.0 / 100));
  CHECK(matrix(1, 1) == Approx(512.0 / 100));
  CHECK(matrix(0, 2) == Approx(-(60.5 - 50) * 512 / 100 - 0.5));
  CHECK(matrix(1, 2) == Approx(-(70.25 - 50) * 512 / 100 - 0.5));
  CHECK(matrix(0, 1) == 0);
}

TEST_CASE("300W: pictures are turned as EXIF says", "[data][datasets][300w]") {
  const sets::Folder folder;
  make(folder);
  folder.turned_picture("data/helen/a.jpg");
  CHECK(open_300w(folder.root())->read(0).image.width() == 10);
}

TEST_CASE("300W: the picture that lists and disks call differently", "[data][datasets][300w]") {
  for (const auto& [listed, there] : {std::pair{"ibug/image_092 _01.jpg", "ibug/image_092_01.jpg"},
                                      {"ibug/image_092_01.jpg", "ibug/image_092 _01.jpg"},
                                      {"ibug/image_092_01.jpg", "ibug/image_092_01.jpg"},
                                      {"ibug/image_092 _01.jpg", "ibug/image_092 _01.jpg"}}) {
    CAPTURE(listed, there);
    const sets::Folder folder;
    folder.picture(std::string("data/") + there);
    folder.write("face_landmarks_300w_test.csv", sets::landmark_header(68) + sets::landmark_line(listed, 68));
    const auto set = open_300w(folder.root(), {.split = "test"});
    CHECK(set->read(0).name == std::string("data/") + listed);
  }
}

TEST_CASE("300W: paths beside the set's folder need a word", "[data][datasets][300w]") {
  const sets::Folder folder;
  folder.picture("elsewhere/a.jpg");
  folder.write("align/" + kTrain, sets::landmark_header(68) + sets::landmark_line("../../elsewhere/a.jpg", 68));
  const auto root = folder.root() / "align";
  CHECK(error_of([&] { open_300w(root); }).hint().find("within") != std::string::npos);
  for (const std::filesystem::path& within : {std::filesystem::path(".."), folder.root()}) {
    const auto set = open_300w(root, {.within = within});
    CHECK(set->annotation(0).name == "../elsewhere/a.jpg");
    CHECK(set->read(0).image.width() == 12);
  }
  CHECK(error_of([&] { open_300w(root, {.within = "data"}); }).code() == ErrorCode::format);
}

TEST_CASE("300W: what spreadsheets do to a file is no matter", "[data][datasets][300w]") {
  const sets::Folder folder;
  make(folder);
  folder.write(kTrain, sets::as_windows_writes(sets::landmark_header(68) + sets::landmark_line("\"helen/a.jpg\"", 68, 2)));
  const auto set = open_300w(folder.root());
  REQUIRE(set->size() == 1);
  CHECK(set->read(0).name == "data/helen/a.jpg");
}

TEST_CASE("300W: every split has its file", "[data][datasets][300w]") {
  for (const std::string split : {"train", "valid", "valid_common", "valid_challenge", "test"}) {
    const sets::Folder folder;
    folder.write("face_landmarks_300w_" + split + ".csv", sets::landmark_header(68) + sets::landmark_line("x.jpg", 68));
    CHECK(open_300w(folder.root(), {.split = split})->info().split == split);
  }
}

TEST_CASE("300W: spoilt sets", "[data][datasets][300w]") {
  sets::refuse(make, open_300w, sets::faults_of_landmark_files(kTrain, "helen/a.jpg", 68, 2));
}

TEST_CASE("300W: no label file does more than be refused", "[data][datasets][300w]") {
  CHECK(sets::survive(make, open_300w, kTrain, 11) > 10);
}
