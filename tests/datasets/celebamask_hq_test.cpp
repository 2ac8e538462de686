#include <faceptor/datasets/parsing_sets.hpp>

#include <algorithm>
#include <string>

#include <faceptor/geometry/label_png.hpp>
#include <faceptor/image/resize.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

constexpr int kSide = 512;
const std::string kMapping = "CelebA-HQ-to-CelebA-mapping.txt", kPartition = "list_eval_partition.txt";
const std::string kMasks = "CelebAMask-HQ-mask-anno/0/";

/// White in the rows from `first` to `last` - 1, black elsewhere.
LabelImage band(int first, int last, int side = kSide) {
  LabelImage mask{side, side, std::vector<std::uint8_t>(static_cast<std::size_t>(side) * static_cast<std::size_t>(side))};
  std::fill(mask.labels.begin() + first * side, mask.labels.begin() + last * side, std::uint8_t{255});
  return mask;
}

void part(const sets::Folder& folder, const std::string& name, const LabelImage& mask) {
  std::filesystem::create_directories((folder.root() / name).parent_path());
  write_labels(folder.root() / name, mask);
}

void make(const sets::Folder& folder) {
  folder.write(kMapping,
               "idx         orig_idx    orig_file\n0           119613      119614.jpg\n7           99094       099095.jpg\n"
               "1999        200120      200121.jpg\n2000        10          000011.jpg\n");
  folder.write(kPartition, "000011.jpg 0\n000012.jpg 0\n099095.jpg 1\n119614.jpg 0\n200121.jpg 2\n");
  for (const char* number : {"0", "7", "1999", "2000"}) folder.picture("CelebA-HQ-img/" + std::string(number) + ".jpg", 24, 24);
  part(folder, kMasks + "00000_skin.png", band(0, 300));
  part(folder, kMasks + "00000_nose.png", band(100, 200));
  part(folder, kMasks + "00007_neck.png", band(0, 512));
  part(folder, kMasks + "01999_hair.png", band(10, 11));
  part(folder, "CelebAMask-HQ-mask-anno/1/02000_neck_l.png", band(0, 1));
}

std::string bytes_of(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

int class_in_row(const Sample& sample, int row) { return std::get<ParsingLabels>(sample.label).classes.at(5, row); }

}  // namespace

TEST_CASE("CelebAMask-HQ: parts are painted in order", "[data][datasets][celebamask_hq]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open_celebamask_hq(folder.root(), {.split = "train"});
  CHECK(set->info().format == "celebamask_hq");
  CHECK(set->info().kind == LabelKind::parsing);
  CHECK(set->info().classes == 19);
  REQUIRE(set->size() == 2);
  const auto sample = set->read(0);
  CHECK(sample.name == "CelebA-HQ-img/0.jpg");
  CHECK(sample.columns.at("celeba") == "119614.jpg");
  CHECK(std::get<ParsingLabels>(sample.label).classes.width == kSide);
  CHECK(class_in_row(sample, 50) == 2);
  CHECK(class_in_row(sample, 150) == 10);  // the nose comes after the skin
  CHECK(class_in_row(sample, 250) == 2);
  CHECK(class_in_row(sample, 300) == 0);
  CHECK(sample.image == resize(read_image(folder.root() / "CelebA-HQ-img/0.jpg"), kSide, kSide, Filter::opencv_linear));

  // Skin that is painted later would hide the nose: which is later is said by the class, not by the files' order.
  part(folder, kMasks + "00000_nose.png", band(0, 300));
  CHECK(class_in_row(set->read(0), 50) == 10);
  // Picture 2000 lies in folder 1, and its one part has the last class.
  CHECK(set->annotation(1).name == "CelebA-HQ-img/2000.jpg");
  CHECK(class_in_row(set->read(1), 0) == 18);
  CHECK(class_in_row(set->read(1), 1) == 0);
}

TEST_CASE("CelebAMask-HQ: splits are CelebA's", "[data][datasets][celebamask_hq]") {
  const sets::Folder folder;
  make(folder);
  const auto usual = open_celebamask_hq(folder.root());
  CHECK(usual->info().split == "trainval");
  REQUIRE(usual->size() == 3);
  CHECK(usual->annotation(1).name == "CelebA-HQ-img/7.jpg");
  const auto val = open_celebamask_hq(folder.root(), {.split = "val"});
  REQUIRE(val->size() == 1);
  CHECK(class_in_row(val->read(0), 511) == 1);
  const auto test = open_celebamask_hq(folder.root(), {.split = "test"});
  REQUIRE(test->size() == 1);
  CHECK(class_in_row(test->read(0), 10) == 14);
}

TEST_CASE("CelebAMask-HQ: masks as they are found, lists as editors leave them", "[data][datasets][celebamask_hq]") {
  const sets::Folder folder;
  make(folder);
  Image white(kSide, kSide);
  std::fill_n(white.at(0, 20), kSide * 3, std::uint8_t{255});
  folder.write(kMasks + "00000_hat.png", bytes_of(encode_png(white)));  // as RGB
  folder.write(kMapping, sets::as_windows_writes(folder.text(kMapping)));
  std::filesystem::create_directories(folder.root() / "celeba");
  folder.write("celeba/" + kPartition, sets::as_windows_writes(folder.text(kPartition)));
  std::filesystem::remove(folder.root() / kPartition);
  for (const char* labels : {"celeba", "celeba/list_eval_partition.txt"}) {
    const auto set = open_celebamask_hq(folder.root(), {.labels = labels});
    REQUIRE(set->size() == 3);
    CHECK(class_in_row(set->read(0), 20) == 16);
  }
}

TEST_CASE("CelebAMask-HQ: spoilt sets", "[data][datasets][celebamask_hq]") {
  const std::string picture = "CelebA-HQ-img/0.jpg", skin = kMasks + "00000_skin.png";
  const auto row = [](const std::string& text) { return sets::replace(kMapping, "7           99094       099095.jpg", text); };
  const auto put_skin = [&](const LabelImage& mask) { return [=](const sets::Folder& folder) { part(folder, skin, mask); }; };
  Image coloured(kSide, kSide);
  coloured.at(3, 4)[1] = 255;
  const auto nothing = [](const sets::Folder&) {};
  sets::refuse(
      make, open_celebamask_hq,
      {
          {"no pictures' folder", sets::remove("CelebA-HQ-img"), {"CelebA-HQ-img"}, ErrorCode::io},
          {"no masks' folder", sets::remove("CelebAMask-HQ-mask-anno"), {"CelebAMask-HQ-mask-anno"}, ErrorCode::io},
          {"the mapping is missing", sets::remove(kMapping), {kMapping}, ErrorCode::io},
          {"the mapping is empty", sets::write(kMapping, ""), {kMapping, "empty"}},
          {"the mapping is blank", sets::write(kMapping, "\n\n"), {kMapping, "header"}},
          {"the mapping's header is missing",
           sets::replace(kMapping, "idx         orig_idx    orig_file\n", ""),
           {kMapping, "line 1", "header"}},
          {"a short row", row("7 99094"), {kMapping, "line 3", "too few fields"}},
          {"a long row", row("7 99094 099095.jpg x"), {kMapping, "line 3", "too many fields"}},
          {"a number that is a word", row("seven 99094 099095.jpg"), {kMapping, "line 3, field idx", "\"seven\""}},
          {"a number that is none", row("7.5 99094 099095.jpg"), {kMapping, "line 3, field idx"}},
          {"a number below 0", row("-7 99094 099095.jpg"), {kMapping, "line 3, field idx", "-7"}},
          {"a number that is huge", row("99999999999 99094 099095.jpg"), {kMapping, "line 3, field idx"}},
          {"a number that is a path", row("../7 99094 099095.jpg"), {kMapping, "line 3, field idx"}},
          {"CelebA's number is a word", row("7 x 099095.jpg"), {kMapping, "line 3, field orig_idx"}},
          {"a picture twice", row("0 99094 099095.jpg"), {kMapping, "line 3", "CelebA-HQ-img/0.jpg", "line 2"}},
          {"a picture of CelebA twice", row("7 99094 119614.jpg"), {kMapping, "line 3", "119614.jpg", "line 2"}},
          {"a picture without a part", row("7 99094 777777.jpg"), {kMapping, "line 3", kPartition, "777777.jpg"}},
          {"a path without a part", row("7 99094 ../099095.jpg"), {kMapping, "line 3", "../099095.jpg"}},
          {"the partition is missing", sets::remove(kPartition), {kPartition}, ErrorCode::io},
          {"the partition is empty", sets::write(kPartition, ""), {kPartition, "empty"}},
          {"a part is 3", sets::replace(kPartition, "099095.jpg 1", "099095.jpg 3"), {kPartition, "line 3, field part", "0 to 2"}},
          {"a part is a word", sets::replace(kPartition, "099095.jpg 1", "099095.jpg val"), {kPartition, "line 3, field part"}},
          {"a part is missing", sets::replace(kPartition, "099095.jpg 1", "099095.jpg"), {kPartition, "line 3", "too few fields"}},
          {"a part twice", sets::append(kPartition, "000011.jpg 1\n"), {kPartition, "line 6", "twice", "000011.jpg"}},
          {"a mask has another size", put_skin(band(0, 9, 256)), {"00000_skin.png", "512x512", "256x256", "sample 0"}},
          {"a mask has colours", sets::write(skin, bytes_of(encode_png(coloured))), {"00000_skin.png", "column 3, row 4", "(0, 255, 0)"}},
          {"a mask is cut off", sets::cut(skin, 0.7), {"00000_skin.png", "sample 0"}},
          {"a mask is empty", sets::write(skin, ""), {"00000_skin.png", "empty"}},
          {"a mask is text", sets::write(skin, "white"), {"00000_skin.png"}, ErrorCode::unsupported},
          {"a mask is a folder", sets::make_folder(skin), {"00000_skin.png", "folder"}, ErrorCode::io},
          {"a picture without masks",
           sets::remove("CelebAMask-HQ-mask-anno/1"),
           {"CelebA-HQ-img/2000.jpg", "02000_skin.png"},
           ErrorCode::io},
          {"a picture is missing", sets::remove(picture), {picture, "sample 0"}, ErrorCode::io},
          {"a picture is cut off", sets::cut(picture, 0.6), {picture, "sample 0"}},
          {"a picture is empty", sets::write(picture, ""), {picture, "empty"}},
          {"an unknown split", nothing, {"\"trian\"", "train"}, ErrorCode::argument, {.split = "trian"}},
          {"a setting", nothing, {"\"size\"", "none"}, ErrorCode::argument, {.settings = {{"size", "256"}}}},
      });
}
