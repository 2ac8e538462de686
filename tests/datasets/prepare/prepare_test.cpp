#include <faceptor/datasets/prepare/prepare.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>

#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/results/attributes.hpp>

#include "datasets/npy_files.hpp"
#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

using Counts = std::vector<std::pair<std::string, std::size_t>>;

/// A face wherever one looks, but in dark pictures.
std::vector<Detection> one_face(const Image& photo) {
  if (photo.pixels()[0] < 8) return {};
  const auto w = static_cast<float>(photo.width()), h = static_cast<float>(photo.height());
  const FivePoints points = {
      {{0.3F * w, 0.4F * h}, {0.7F * w, 0.4F * h}, {0.5F * w, 0.6F * h}, {0.35F * w, 0.8F * h}, {0.65F * w, 0.8F * h}}};
  return {{Box{0, 0, 2, 2}, 1, FivePoints{}}, {Box::whole(photo.width(), photo.height()), 0.5F, points}};
}

Image plain(std::uint8_t value, int side = 40) {
  return {side, side, std::vector<std::uint8_t>(3 * static_cast<std::size_t>(side) * static_cast<std::size_t>(side), value)};
}

void write_bytes(const sets::Folder& folder, const std::string& name, std::span<const std::byte> bytes) {
  folder.write(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// Twenty pictures as MORPH II's are called.
void write_morph2(const sets::Folder& folder, int count = 20) {
  for (int i = 0; i < count; ++i)
    write_bytes(folder, fmt::format("MORPH/Album2/{:06}_{}{}{}.JPG", i, i % 10, i % 2 == 0 ? 'M' : 'F', 20 + i), encode_jpeg(plain(200)));
}

PrepareReport run_morph2(const sets::Folder& folder, PrepareOptions options = {}) {
  options.faces = one_face;
  options.finder = "test";
  return prepare_dataset("morph2", folder.root() / "MORPH", folder.root() / "out", options);
}

std::size_t files_below(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) count += entry.is_regular_file() ? 1 : 0;
  return count;
}

std::vector<std::string> names_of(const Dataset& set) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < set.size(); ++i) names.push_back(set.annotation(i).name);
  return names;
}

}  // namespace

TEST_CASE("What can't be prepared is refused by name", "[data][datasets][prepare]") {
  const sets::Folder folder;
  write_morph2(folder, 2);
  CHECK(download_forms().size() == 6);
  const auto as_it_comes = error_of([&] { prepare_dataset("lapa", folder.root(), folder.root() / "out"); });
  CHECK(as_it_comes.code() == ErrorCode::unsupported);
  CHECK(as_it_comes.hint().find("as it is downloaded") != std::string::npos);
  CHECK(error_of([&] { prepare_dataset("morhp2", folder.root(), folder.root() / "out"); }).hint().find("morph2") != std::string::npos);
  CHECK(error_of([&] { prepare_dataset("morph2", folder.root() / "none", folder.root() / "out"); }).code() == ErrorCode::io);
  const auto inside = error_of([&] { prepare_dataset("morph2", folder.root(), folder.root() / "out", {.faces = one_face}); });
  CHECK(inside.code() == ErrorCode::argument);
  CHECK(std::string(inside.what()).find("in the download") != std::string::npos);
  const auto blind = error_of([&] { prepare_dataset("morph2", folder.root() / "MORPH", folder.root() / "out"); });
  CHECK(std::string(blind.what()).find("have to be found") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.root() / "out"));
  folder.write("packed/basic.zip", "PK");
  CHECK(error_of([&] { prepare_dataset("rafdb", folder.root() / "packed", folder.root() / "out"); }).hint() ==
        "unpack \"basic.zip\" first");
  folder.write("texts/readme.txt", "nothing");
  const auto empty = error_of([&] { prepare_dataset("morph2", folder.root() / "texts", folder.root() / "out", {.faces = one_face}); });
  CHECK(std::string(empty.what()).find("has no picture of morph2") != std::string::npos);
}

TEST_CASE("A drawn split is the seed's: four of five train, whatever else is there", "[data][datasets][prepare]") {
  const sets::Folder folder;
  write_morph2(folder);
  const auto report = run_morph2(folder, {.seed = 3});
  CHECK(report.complete());
  CHECK(report.split_drawn);
  CHECK(report.splits() == Counts{{"train", 16}, {"test", 4}});
  const auto test = names_of(*open_dataset("morph2", folder.root() / "out", {.split = "test"}));
  const auto train = open_dataset("morph2", folder.root() / "out");
  CHECK(train->size() == 16);
  CHECK(train->read(0).image.width() == 112);
  for (std::size_t i = 0; i < train->size(); ++i) {
    const auto name = train->annotation(i).name;  // data/000003_3F23.JPG
    CHECK(std::to_string(static_cast<int>(sets::label<AgeLabel>(*train, i).years)) == name.substr(14, 2));
  }
  const auto marker = nlohmann::json::parse(read_text(folder.root() / "out/prepared.json"));
  CHECK(marker.at("seed") == 3);
  CHECK(marker.at("complete") == true);
  CHECK(marker.at("faces") == "112 x 112, five points on ArcFace's template: found by test");

  // Another seed is another split, and isn't mixed with this one.
  CHECK(error_of([&] { run_morph2(folder, {.seed = 4}); }).code() == ErrorCode::argument);
  run_morph2(folder, {.seed = 4, .force = true});
  CHECK(names_of(*open_dataset("morph2", folder.root() / "out", {.split = "test"})) != test);

  // A picture less moves at most one other one across.
  run_morph2(folder, {.seed = 3, .force = true});
  std::filesystem::remove(folder.root() / "MORPH/Album2" / std::filesystem::path(train->annotation(0).name).filename());
  run_morph2(folder, {.seed = 3});
  const auto fewer = names_of(*open_dataset("morph2", folder.root() / "out", {.split = "test"}));
  CHECK(fewer == test);
}

TEST_CASE("Lists in the download say the split", "[data][datasets][prepare]") {
  const sets::Folder folder;
  write_morph2(folder, 4);
  folder.write("MORPH/label/RANDOM_80_20/train.txt", "000000_0M20.JPG 20\n000002_2M22.JPG 22\n");
  folder.write("MORPH/label/RANDOM_80_20/test.txt", "000001_1F21.JPG 21\n");
  const auto report = run_morph2(folder);
  CHECK_FALSE(report.split_drawn);
  CHECK(report.splits() == Counts{{"train", 2}, {"test", 1}});
  CHECK(report.count(PictureFate::left_out) == 1);
  CHECK(read_text(folder.root() / "out/left_out.csv") == "file,why\n\"000003_3F23.JPG\",\"in none of the lists\"\n");
}

TEST_CASE("UTKFace: ages of the published lists, a picture once", "[data][datasets][prepare]") {
  const sets::Folder folder;
  for (const auto* name : {"UTKFace/30_0_1_20170101000000001.jpg.chip.jpg", "part1/30_0_1_20170101000000001.jpg",
                           "UTKFace/20_0_1_20170101000000002.jpg.chip.jpg", "UTKFace/61_0_1_20170101000000003.jpg.chip.jpg",
                           "UTKFace/60_1_20170101000000004.jpg.chip.jpg", "UTKFace/21_1_4_20170101000000005 .jpg.chip.jpg"}) {
    write_bytes(folder, std::string("in/") + name, encode_jpeg(plain(200)));
  }
  const auto prepare = [&](const char* out) {
    return prepare_dataset("utkface", folder.root() / "in", folder.root() / out, {.faces = one_face});
  };
  const auto report = prepare("drawn");
  CHECK(report.count(PictureFate::written) == 2);
  std::map<std::string, int> why;
  for (const auto& picture : report.pictures) ++why[picture.why];
  CHECK(why == std::map<std::string, int>{{"", 2},
                                          {"its name is not AGE_SEX_RACE_DATE", 1},
                                          {"the same picture is there as a cut face", 1},
                                          {"younger than 21 or older than 60 years", 2}});
  // Lists are the authority on ages too; their own column of ages may begin at any number.
  folder.write("in/utkface_train.csv", ",file,age\n0,20_0_1_20170101000000002.jpg.chip.jpg,0\n1,30_0_1_20170101000000001.jpg.chip.jpg,9\n");
  folder.write("in/utkface_test.csv", ",file,age\n0,21_1_4_20170101000000005 .jpg.chip.jpg,1\n");
  prepare("listed");
  const auto train = open_dataset("utkface", folder.root() / "listed"),
             test = open_dataset("utkface", folder.root() / "listed", {.split = "test"});
  REQUIRE(train->size() == 2);
  CHECK(sets::label<AgeLabel>(*train, 0).years == 20);
  REQUIRE(test->size() == 1);
  CHECK(test->annotation(0).name == "data/21_1_4_20170101000000005 .jpg.chip.jpg");
  CHECK(test->read(0).image.width() == 112);
}

TEST_CASE("What is wrong with a picture is told, and ends no run", "[data][datasets][prepare]") {
  const sets::Folder folder;
  write_morph2(folder, 10);
  const auto whole = encode_jpeg(plain(200));
  write_bytes(folder, "MORPH/Album2/000010_0M30.JPG", std::span(whole).first(whole.size() / 2));
  folder.write("MORPH/Album2/000011_0M31.JPG", "");
  folder.write("MORPH/Album2/000012_0M32.JPG", "<html>not found</html>");
  write_bytes(folder, "MORPH/Album2/000013_0M33.JPG", encode_jpeg(plain(0)));
  write_bytes(folder, "MORPH/Album2/cover.jpg", whole);
  write_bytes(folder, "MORPH/Album2/more/000001_1F21.JPG", whole);
  const auto report = run_morph2(folder);
  CHECK_FALSE(report.complete());
  CHECK(report.count(PictureFate::written) == 10);
  CHECK(report.count(PictureFate::failed) == 3);
  std::vector<std::string> left_out;
  for (const auto& picture : report.pictures) {
    if (picture.fate == PictureFate::failed) CHECK(picture.why.find(picture.name) != std::string::npos);
    if (picture.fate == PictureFate::left_out) left_out.push_back(picture.why);
  }
  CHECK(left_out == std::vector<std::string>{"no face was found", "its name tells no age", "a picture of this name came before"});
  CHECK(open_dataset("morph2", folder.root() / "out")->size() + open_dataset("morph2", folder.root() / "out", {.split = "test"})->size() ==
        10);
  CHECK(nlohmann::json::parse(read_text(folder.root() / "out/prepared.json")).at("complete") == false);
  const auto lines = to_lines(report);
  CHECK(lines.back() == "failed        3");

  // The download is mended: only what wasn't there is done.
  write_bytes(folder, "MORPH/Album2/000010_0M30.JPG", whole);
  const auto again = run_morph2(folder);
  CHECK(again.count(PictureFate::kept) == 10);
  CHECK(again.count(PictureFate::written) == 1);
}

TEST_CASE("A run that was stopped is gone on with, and comes to the same", "[data][datasets][prepare]") {
  const sets::Folder folder;
  write_morph2(folder);
  const auto stop = [](std::size_t done, std::size_t) {
    if (done == 7) throw std::runtime_error("stopped");
  };
  CHECK_THROWS_AS(run_morph2(folder, {.threads = 2, .progress = stop}), std::runtime_error);
  CHECK_FALSE(std::filesystem::exists(folder.root() / "out/label"));
  CHECK(nlohmann::json::parse(read_text(folder.root() / "out/prepared.json")).at("complete") == false);
  const auto rest = run_morph2(folder);
  CHECK(rest.count(PictureFate::kept) >= 7);
  CHECK(rest.count(PictureFate::kept) + rest.count(PictureFate::written) == 20);
  const auto list = read_text(folder.root() / "out/label/RANDOM_80_20/train.txt");
  const auto picture = read_text(folder.root() / "out/data/000003_3F23.JPG");
  std::filesystem::remove_all(folder.root() / "out");
  run_morph2(folder, {.threads = 1});
  CHECK(read_text(folder.root() / "out/label/RANDOM_80_20/train.txt") == list);
  CHECK(read_text(folder.root() / "out/data/000003_3F23.JPG") == picture);
}

TEST_CASE("A dry run writes nothing; files of others stay", "[data][datasets][prepare]") {
  const sets::Folder folder;
  write_morph2(folder, 5);
  const auto report = run_morph2(folder, {.dry_run = true});
  CHECK(report.count(PictureFate::due) == 5);
  CHECK(report.splits() == Counts{{"train", 4}, {"test", 1}});
  CHECK_FALSE(std::filesystem::exists(folder.root() / "out"));
  folder.write("out/mine.txt", "mine");
  CHECK(error_of([&] { run_morph2(folder); }).code() == ErrorCode::argument);
  CHECK(files_below(folder.root() / "out") == 1);
  run_morph2(folder, {.force = true});
  CHECK(read_text(folder.root() / "out/mine.txt") == "mine");
}

TEST_CASE("AffectNet: faces by its own landmarks, the lists' paths below the pictures", "[data][datasets][prepare]") {
  const sets::Folder folder;
  std::string points = "8;8";
  for (int i = 1; i < 68; ++i) points += fmt::format(";{};{}", 8 + 24 * (i % 9) / 8, 8 + 24 * (i / 9) / 8);
  write_bytes(folder, "in/images/1/a.png", encode_png(plain(90)));
  write_bytes(folder, "in/images/2/a.png", encode_png(plain(60)));
  write_bytes(folder, "in/images/2/b.jpg", encode_jpeg(plain(60)));
  const std::string head = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal\n";
  folder.write("in/lists/training.csv", head + "1/a.png,0,0,40,40," + points + ",3,0,0\n" + "2/a.png,0,0,40,40," + points + ",7,0,0\n" +
                                            "2/gone.jpg,0,0,40,40," + points + ",1,0,0\n" + "../../etc/passwd,0,0,40,40," + points +
                                            ",1,0,0\n" + "2/b.jpg,0,0,40,40,1;2,1,0,0\n" + "9/none.jpg,-1,-1,-1,-1,NULL,10,-2,-2\n");
  folder.write("in/lists/validation.csv", "2/b.jpg,0,0,40,40," + points + ",6,0,0\n");  // the publishers' has no head
  const auto report = prepare_dataset("affectnet", folder.root() / "in", folder.root() / "out");
  CHECK(report.count(PictureFate::written) == 3);
  CHECK(report.count(PictureFate::failed) == 3);
  CHECK(report.count(PictureFate::left_out) == 1);
  const auto train = open_dataset("affectnet", folder.root() / "out", {.settings = {{"contempt", "keep"}}});
  REQUIRE(train->size() == 2);
  CHECK(train->annotation(0).name == "data/1/a.jpg");
  CHECK(sets::label<ClassLabel>(*train, 0).index == 3);
  CHECK(std::abs(int{train->read(0).image.pixels()[3 * (56 * 112 + 56)]} - 90) < 4);
  CHECK(open_dataset("affectnet", folder.root() / "out")->size() == 1);
  CHECK(sets::label<ClassLabel>(*open_dataset("affectnet", folder.root() / "out", {.split = "test"}), 0).index == 6);
  CHECK_FALSE(std::filesystem::exists(folder.root() / "etc"));
}

TEST_CASE("AffectNet: cut faces with a file a label", "[data][datasets][prepare]") {
  const sets::Folder folder;
  const auto label = [&](const std::string& name, const std::string& digits) {
    folder.write(name, npy::file(fmt::format("{{'descr': '<U{}', 'fortran_order': False, 'shape': (), }}", digits.size()),
                                 digits + std::string(3, '\0')));
  };
  for (const auto* set : {"train_set", "val_set"}) {
    write_bytes(folder, fmt::format("in/{}/images/0.jpg", set), encode_jpeg(plain(100)));
    label(fmt::format("in/{}/annotations/0_exp.npy", set), std::string(set) == "train_set" ? "5" : "2");
  }
  write_bytes(folder, "in/train_set/images/1.jpg", encode_jpeg(plain(100)));
  write_bytes(folder, "in/train_set/images/2.jpg", encode_jpeg(plain(100)));
  folder.write("in/train_set/annotations/2_exp.npy", "PK");
  const auto report = prepare_dataset("affectnet", folder.root() / "in", folder.root() / "out", {.faces = one_face});
  CHECK(report.count(PictureFate::failed) == 2);
  const auto train = open_dataset("affectnet", folder.root() / "out");
  REQUIRE(train->size() == 1);
  CHECK(sets::label<ClassLabel>(*train, 0).index == 5);
  CHECK(sets::label<ClassLabel>(*open_dataset("affectnet", folder.root() / "out", {.split = "test"}), 0).index == 2);
}

TEST_CASE("FERPlus: more than half of the votes, without those that stand alone", "[data][datasets][prepare]") {
  const sets::Folder folder;
  std::string grey;
  for (int i = 0; i < 48 * 48; ++i) grey += fmt::format("{}{}", i == 0 ? "" : " ", i % 256);
  // Six rows: neutral by 6 of 10; a tie; fear, since single votes don't count; contempt; unknown; a picture cut off.
  const std::string votes[] = {"fer0.png,6,4,0,0,0,0,0,0,0,0", "fer1.png,5,5,0,0,0,0,0,0,0,0", "fer2.png,1,1,1,1,0,1,5,0,0,0",
                               "fer3.png,0,0,0,0,0,0,0,9,1,0", ",0,0,0,0,0,0,0,0,0,10",        "fer5.png,0,10,0,0,0,0,0,0,0,0"};
  std::string faces_text = "emotion,pixels,Usage\n",
              votes_text = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n";
  for (std::size_t i = 0; i < std::size(votes); ++i) {
    const auto* usage = i < 4 ? "Training" : i == 4 ? "PublicTest" : "PrivateTest";
    faces_text += fmt::format("0,{},{}\n", i == 5 ? "1 2 3" : grey, usage);
    votes_text += fmt::format("{},{}\n", usage, votes[i]);
  }
  folder.write("in/fer2013/fer2013.csv", faces_text);
  folder.write("in/FERPlus/fer2013new.csv", votes_text);
  const auto report = prepare_dataset("ferplus", folder.root() / "in", folder.root() / "out");
  CHECK(report.count(PictureFate::written) == 3);
  CHECK(report.count(PictureFate::left_out) == 2);
  CHECK(report.count(PictureFate::failed) == 1);
  CHECK(read_text(folder.root() / "out/label/train.txt") == "fer0.png 0\nfer2.png 6\nfer3.png 7\n");
  const auto image = read_image(folder.root() / "out/data/fer0.png");
  CHECK(image.width() == 48);
  CHECK(image.pixels()[3 * 50] == 50);

  // A list that ends too early is one error more.
  folder.write("in/FERPlus/fer2013new.csv", votes_text + "PrivateTest,fer6.png,10,0,0,0,0,0,0,0,0,0\n");
  const auto longer = prepare_dataset("ferplus", folder.root() / "in", folder.root() / "out");
  CHECK(longer.count(PictureFate::failed) == 2);
  CHECK(longer.pictures.back().why.find("fewer rows") != std::string::npos);
  std::string other = votes_text;
  other.replace(other.find("Training"), 8, "PublicTest");
  folder.write("in/FERPlus/fer2013new.csv", other);
  CHECK(error_of([&] { prepare_dataset("ferplus", folder.root() / "in", folder.root() / "out"); }).code() == ErrorCode::format);
}

TEST_CASE("RAF-DB: aligned pictures are taken over as they are", "[data][datasets][prepare]") {
  const sets::Folder folder;
  const auto bytes = encode_jpeg(plain(77, 100));
  write_bytes(folder, "in/basic/Image/aligned/train_00001_aligned.jpg", bytes);
  write_bytes(folder, "in/basic/Image/aligned/test_0001_aligned.jpg", bytes);
  folder.write("in/basic/EmoLabel/list_patition_label.txt", "train_00001.jpg 5\ntrain_00002.jpg 1\ntest_0001.jpg 7\n");
  const auto report = prepare_dataset("rafdb", folder.root() / "in", folder.root() / "out");
  CHECK(report.count(PictureFate::failed) == 1);
  CHECK(sets::label<ClassLabel>(*open_dataset("rafdb", folder.root() / "out"), 0).index == 2);
  CHECK(sets::label<ClassLabel>(*open_dataset("rafdb", folder.root() / "out", {.split = "test"}), 0).index == 0);
  const auto copied = read_text(folder.root() / "out/data/train_00001_aligned.jpg");
  CHECK(std::ranges::equal(std::as_bytes(std::span(copied)), bytes));
  folder.write("in/basic/EmoLabel/list_patition_label.txt", "train_00001.jpg 8\n");
  CHECK(error_of([&] { prepare_dataset("rafdb", folder.root() / "in", folder.root() / "out"); }).where().find("line 1") !=
        std::string::npos);
}

TEST_CASE("CelebA: its own lists and points, a picture without points fails alone", "[data][datasets][prepare]") {
  const sets::Folder folder;
  std::string names, values;
  for (const auto name : results::kCelebaAttributeNames) {
    names += std::string(name) + " ";
    values += values.empty() ? " 1" : values.size() < 4 ? " 0" : " -1";
  }
  for (const auto* name : {"1.jpg", "2.jpg", "3.jpg"}) {
    write_bytes(folder, std::string("in/img_align_celeba/") + name, encode_jpeg(plain(90)));
  }
  folder.write("in/list_attr_celeba.txt", "3\n" + names + "\n1.jpg" + values + "\n2.jpg" + values + "\n3.jpg" + values + "\n");
  folder.write("in/list_eval_partition.txt", "1.jpg 0\n2.jpg 2\n3.jpg 1\n");
  const std::string points = " 12 16 28 16 20 24 14 32 26 32\n", head = "3\nlefteye_x lefteye_y\n";
  folder.write("in/list_landmarks_align_celeba.txt", head + "1.jpg" + points + "2.jpg" + points);
  const auto report = prepare_dataset("celeba", folder.root() / "in", folder.root() / "out");
  CHECK(report.splits() == Counts{{"train", 1}, {"test", 1}});
  REQUIRE(report.count(PictureFate::failed) == 1);
  CHECK(std::ranges::find(report.pictures, PictureFate::failed, &PictureReport::fate)->why.find("list of landmarks") != std::string::npos);
  const auto train = open_dataset("celeba", folder.root() / "out", {.split = "train"});
  REQUIRE(train->size() == 1);
  const auto& read = sets::label<AttributeLabels>(*train, 0).values;
  CHECK(std::vector(read.begin(), read.begin() + 3) == std::vector<std::int8_t>{1, -1, 0});  // yes, unknown, no
  CHECK(train->read(0).image.width() == 112);

  folder.write("in/list_landmarks_align_celeba.txt", "3\n");
  CHECK(error_of([&] { prepare_dataset("celeba", folder.root() / "in", folder.root() / "out"); }).summary() ==
        "data: the list of landmarks has no head");
}

TEST_CASE("MORPH II: names that tell no age", "[data][datasets][prepare]") {
  const sets::Folder folder;
  const std::vector<std::string> names = {"0_0M20", "noline", "0_0X20", "_0M20", "0_M20", "0_0M", "0_0M2000", "a_0M20", "0_:M20"};
  for (const auto& name : names) write_bytes(folder, "MORPH/" + name + ".JPG", encode_jpeg(plain(200)));
  const auto report = run_morph2(folder);
  CHECK(report.count(PictureFate::written) == 1);
  CHECK(report.count(PictureFate::left_out) == names.size() - 1);
}

TEST_CASE("UTKFace: photos that were not cut, and lists without an index", "[data][datasets][prepare]") {
  const sets::Folder folder;
  write_bytes(folder, "in/30_0_1_20170101000000001.jpg", encode_jpeg(plain(200)));
  write_bytes(folder, "in/70_0_1_20170101000000002.jpg", encode_jpeg(plain(200)));
  folder.write("in/label/train.csv", "file,age\n70_0_1_20170101000000002.jpg,0\n");
  folder.write("in/label/test.csv", "file,age\n");
  const auto report = prepare_dataset("utkface", folder.root() / "in", folder.root() / "out", {.faces = one_face});
  CHECK(report.splits() == Counts{{"train", 1}});
  CHECK(report.pictures[0].why == "in none of the lists");
}

TEST_CASE("AffectNet: labels and landmarks that are none", "[data][datasets][prepare]") {
  const sets::Folder folder;
  const auto label = [&](const std::string& name, const std::string& digits) {
    std::string letters;
    for (const char digit : digits) letters += digit + std::string(3, '\0');
    folder.write("in/" + name, npy::file("{'descr': '<U2', 'fortran_order': False, 'shape': (), }", letters));
  };
  int number = 0;
  for (const auto* digits : {"7", "8", "-1", "x"}) {
    write_bytes(folder, fmt::format("in/val_set/images/{}.jpg", number), encode_jpeg(plain(100)));
    label(fmt::format("val_set/annotations/{}_exp.npy", number++), digits);
  }
  write_bytes(folder, "in/val_set/others/0.jpg", encode_jpeg(plain(100)));
  write_bytes(folder, "in/other_set/images/0.jpg", encode_jpeg(plain(100)));
  const auto report = prepare_dataset("affectnet", folder.root() / "in", folder.root() / "out", {.faces = one_face});
  CHECK(report.count(PictureFate::written) == 1);
  CHECK(report.count(PictureFate::failed) == 3);
  CHECK(report.pictures.size() == 4);

  std::string points = "1";
  for (int i = 1; i < 137; ++i) points += ";1";  // one too many
  folder.write("lists/validation.csv", "a.jpg,0,0,1,1," + points + ",3\n");
  CHECK(error_of([&] { prepare_dataset("affectnet", folder.root() / "lists", folder.root() / "out2"); }).summary() ==
        "data: the download lacks training.csv");
  folder.write("lists/training.csv", "a.jpg,0,0,1,1," + points + ",3\n");
  CHECK(error_of([&] { prepare_dataset("affectnet", folder.root() / "lists", folder.root() / "out2"); }).found().find("no 68 points") !=
        std::string::npos);
}

TEST_CASE("FERPlus: pixels out of range, and votes that end too early", "[data][datasets][prepare]") {
  const sets::Folder folder;
  const auto row = [](const std::string& first) {
    std::string text = "0," + first;
    for (int i = 1; i < 48 * 48; ++i) text += " 7";
    return text + ",Training\n";
  };
  folder.write("in/fer2013.csv", "emotion,pixels,Usage\n" + row("7") + row("256") + row("-1") + row("x") + row("7"));
  std::string votes = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n";
  for (int i = 0; i < 4; ++i) votes += fmt::format("Training,fer{}.png,10,0,0,0,0,0,0,0,0,0\n", i);
  folder.write("in/fer2013new.csv", votes);
  const auto report = prepare_dataset("ferplus", folder.root() / "in", folder.root() / "out");
  CHECK(report.count(PictureFate::written) == 1);
  CHECK(report.count(PictureFate::failed) == 4);
  CHECK(report.pictures[1].why.find("2304 numbers from 0 to 255") != std::string::npos);
  CHECK(report.pictures.back().name == "fer2013new.csv");
}
