#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>

#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/synthetic/write_sets.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using datasets::Dataset;
using datasets::DatasetOptions;
using datasets::Sample;
using synthetic::SetPicture;
using synthetic::SetPlan;
using synthetic::SyntheticFace;
using synthetic::SyntheticSample;

namespace {

/// How a set is opened, where it is not just by its format's name.
using Open = std::function<std::unique_ptr<Dataset>(const std::filesystem::path&, const DatasetOptions&)>;

// Coordinates are written with three decimals.
constexpr float kWritten = 0.0005F + 1e-4F;

double mean_difference(const Image& a, const Image& b) {
  REQUIRE(a.width() == b.width());
  REQUIRE(a.height() == b.height());
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels().size(); ++i) sum += std::abs(int{a.pixels()[i]} - int{b.pixels()[i]});
  return sum / static_cast<double>(a.pixels().size());
}

void check_points(const Points& read, const Points& painted, float tolerance = kWritten) {
  REQUIRE(read.size() == painted.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    CHECK(std::abs(read[i].x - painted[i].x) <= tolerance);
    CHECK(std::abs(read[i].y - painted[i].y) <= tolerance);
  }
}

/// Writes a set and reads all of its splits back; `check` compares a sample with what was painted.
template <class Check>
void round_trip(std::string_view format, std::span<const std::string> splits, const synthetic::SetOptions& options, const Check& check,
                Open open = {}) {
  if (!open) open = [&](const auto& root, const auto& opening) { return datasets::open_dataset(format, root, opening); };
  const TemporaryFolder folder;
  const SetPlan plan(format, options);
  REQUIRE(synthetic::write_set(plan, folder / "set"));
  std::size_t read = 0;
  for (const auto& split : splits) {
    INFO(format << ", " << split);
    const auto set = open(folder / "set", {.split = split});
    const auto pictures = plan.pictures(split);
    REQUIRE(set->size() == pictures.size());
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      INFO("picture " << pictures[i].name);
      const Sample sample = set->read(i);
      const SyntheticSample painted = plan.paint(pictures[i]);
      check(pictures[i], sample, painted);
      CHECK(set->annotation(i).name == sample.name);
      ++read;
    }
  }
  CHECK(read == plan.pictures().size());
}

// Pictures are JPEGs of quality 95, but for 300W's test pictures: they are what JPEG makes of what was painted, and look like it.
void check_image(const SetPicture& picture, const Image& read, const Image& painted) {
  const bool lossless = std::filesystem::path(picture.name).extension() == ".png";
  CHECK(read == (lossless ? painted : decode_image(encode_jpeg(painted, 95))));
  CHECK(mean_difference(read, painted) < 5);
}

void check_picture(const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
  CHECK(sample.name == picture.name);
  check_image(picture, sample.image, painted.image);
}

}  // namespace

TEST_CASE("ages are written as MORPH II and UTKFace have them", "[synthetic][data]") {
  const std::vector<std::string> splits = {"train", "test"};
  const auto check = [](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
    check_picture(picture, sample, painted);
    CHECK(std::get<datasets::AgeLabel>(sample.label).years == painted.face.age);
  };
  round_trip("morph2", splits, {.seed = 3, .count = 10, .width = 64}, check);
  round_trip("utkface", splits, {.seed = 3, .count = 10, .width = 64}, check);
}

TEST_CASE("expressions are written as AffectNet, RAF-DB and FERPlus have them", "[synthetic][data]") {
  std::set<std::int64_t> expressions;
  const auto check_label = [&](const Sample& sample, const SyntheticSample& painted) {
    CHECK(std::get<datasets::ClassLabel>(sample.label).index == painted.face.expression);
    expressions.insert(painted.face.expression);
  };
  const auto check = [&](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
    check_picture(picture, sample, painted);
    check_label(sample, painted);
  };
  const std::vector<std::string> two = {"train", "test"}, three = {"train", "val", "test"};
  round_trip("affectnet", two, {.seed = 3, .count = 24, .width = 48}, check);
  CHECK(expressions.size() == 7);
  expressions.clear();
  round_trip("rafdb", two, {.seed = 4, .count = 24, .width = 48}, check);
  CHECK(expressions.size() == 7);
  expressions.clear();
  round_trip("ferplus", three, {.seed = 5, .count = 24},
             [&](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
               CHECK(sample.name == picture.name);
               check_label(sample, painted);
               const auto* pixel = sample.image.at(20, 20);
               CHECK((pixel[0] == pixel[1] && pixel[1] == pixel[2]));
             });
  CHECK(expressions.size() == 7);
}

TEST_CASE("attributes are written as CelebA has them, as a pickle and as lists", "[synthetic][data]") {
  const auto check = [](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
    check_picture(picture, sample, painted);
    const auto& values = std::get<datasets::AttributeLabels>(sample.label).values;
    REQUIRE(values.size() == 40);
    for (std::size_t i = 0; i < 40; ++i) CHECK(values[i] == std::max<std::int8_t>(painted.face.attributes[i], 0));
  };
  const std::vector<std::string> splits = {"train", "val", "test"};
  round_trip("celeba", splits, {.seed = 6, .count = 10, .width = 64}, check);
  const auto from_lists = [](const std::filesystem::path& root, const DatasetOptions& options) {
    std::filesystem::remove(root / "label.pkl");
    return datasets::open_dataset("celeba", root, options);
  };
  round_trip("celeba", splits, {.seed = 6, .count = 10, .width = 64}, check, from_lists);
}

TEST_CASE("parsing classes are written as LaPa and CelebAMask-HQ have them", "[synthetic][data]") {
  const std::vector<std::string> splits = {"train", "val", "test"};
  round_trip(
      "lapa", splits, {.seed = 7, .count = 6, .width = 128},
      [](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
        check_picture(picture, sample, painted);
        CHECK(std::get<datasets::ParsingLabels>(sample.label).classes.labels == painted.labels.lapa);
        REQUIRE(sample.points);
        check_points({sample.points->begin(), sample.points->end()}, {painted.face.five_points.begin(), painted.face.five_points.end()});
      });
  round_trip("celebamask_hq", splits, {.seed = 8, .count = 3},
             [](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
               check_picture(picture, sample, painted);
               CHECK(std::get<datasets::ParsingLabels>(sample.label).classes.labels == painted.labels.celebamask);
             });
}

TEST_CASE("a CelebAMask-HQ picture of another size keeps its masks of 512", "[synthetic][data]") {
  const TemporaryFolder folder;
  const SetPlan plan("celebamask_hq", {.seed = 8, .count = 3, .width = 96});
  synthetic::write_set(plan, folder / "set");
  const auto set = datasets::open_dataset("celebamask_hq", folder / "set", {.split = "test"});
  const auto picture = plan.pictures("test")[0];
  CHECK(std::get<datasets::ParsingLabels>(set->read(0).label).classes.labels == plan.paint(picture, {512, 512}).labels.celebamask);
  CHECK(read_image(folder / "set" / picture.name).width() == 96);
}

TEST_CASE("points are written as 300W has them", "[synthetic][data]") {
  const std::vector<std::string> splits = {"train", "valid_common", "valid_challenge", "test"};
  std::set<std::pair<int, int>> sizes;
  round_trip("300w", splits, {.seed = 9, .count = 12, .width = 90},
             [&](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
               sizes.emplace(sample.image.width(), sample.image.height());
               check_image(picture, sample.image, painted.image);
               // One picture's name has a blank on disk alone.
               std::string listed = picture.name;
               std::erase(listed, ' ');
               CHECK(sample.name == listed);
               const auto& points = painted.face.landmarks.p68.points;
               check_points(std::get<datasets::LandmarkLabels>(sample.label).points, points);
               const Box box = Box::around(points).squared();
               REQUIRE(sample.box);
               CHECK(sample.box->x0 == Approx(box.x0).margin(0.001));
               CHECK(sample.box->y1 == Approx(box.y1).margin(0.001));
             });
  CHECK(sizes.size() == 3);
}

TEST_CASE("300W's lists for validation share their pictures, and one file's name has a blank", "[synthetic][data]") {
  const TemporaryFolder folder;
  synthetic::write_set("300w", folder / "set", {.seed = 9, .count = 10, .width = 48});
  CHECK(std::filesystem::exists(folder / "set/data/ibug/image_092 _01.jpg"));
  std::vector<std::string> common, challenge, all;
  const auto names = [&](const char* split) {
    std::vector<std::string> found;
    const auto set = datasets::open_dataset("300w", folder / "set", {.split = split});
    for (std::size_t i = 0; i < set->size(); ++i) found.push_back(set->read(i).name);
    return found;
  };
  common = names("valid_common"), challenge = names("valid_challenge"), all = names("valid");
  common.insert(common.end(), challenge.begin(), challenge.end());
  CHECK(common == all);
}

TEST_CASE("points are written as WFLW has them, with lists of what is hard", "[synthetic][data]") {
  const std::vector<std::string> splits = {"train", "test"};
  round_trip("wflw", splits, {.seed = 10, .count = 10, .width = 90},
             [](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
               check_picture(picture, sample, painted);
               check_points(std::get<datasets::LandmarkLabels>(sample.label).points, painted.face.landmarks.p98.points);
             });
  const TemporaryFolder folder;
  const SetPlan plan("wflw", {.seed = 10, .count = 80, .width = 32});
  synthetic::write_set(plan, folder / "set");
  for (const char* subset : {"blur", "expression", "illumination", "largepose", "makeup", "occlusion"}) {
    const auto set = datasets::open_dataset("wflw", folder / "set", {.split = std::string("test_") + subset});
    INFO(subset);
    CHECK(set->size() > 0);
    CHECK(set->size() < plan.pictures("test").size());
  }
}

TEST_CASE("points are written as AFLW-19 has them", "[synthetic][data]") {
  const std::vector<std::string> splits = {"train", "test"};
  round_trip("aflw19", splits, {.seed = 15, .count = 11, .width = 90},
             [](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
               check_picture(picture, sample, painted);
               const auto& label = std::get<datasets::LandmarkLabels>(sample.label);
               CHECK(label.points == painted.face.landmarks.p19.points);  // stored as doubles
               CHECK(label.visible == painted.face.landmarks.p19.visible);
               CHECK(sample.box == painted.face.box);
             });
}

TEST_CASE("points are written as COFW has them", "[synthetic][data]") {
  const std::vector<std::string> splits = {"train", "test"};
  int grey = 0;
  round_trip("cofw", splits, {.seed = 16, .count = 24, .width = 90},
             [&](const SetPicture&, const Sample& sample, const SyntheticSample& painted) {
               CHECK(sample.image == painted.image);  // pixels as they are
               const auto& label = std::get<datasets::LandmarkLabels>(sample.label);
               CHECK(label.points == painted.face.landmarks.p29.points);
               CHECK(label.visible == painted.face.landmarks.p29.visible);
               grey += painted.face.appearance.grey;
             });
  CHECK(grey > 0);
}

TEST_CASE("persons are written as MS1MV3 has them", "[synthetic][data]") {
  const std::vector<std::string> splits = {"train"};
  std::set<std::int64_t> persons;
  round_trip("ms1mv3", splits, {.seed = 11, .count = 14, .identities = 3, .width = 48},
             [&](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
               check_picture(picture, sample, painted);
               const auto person = std::get<datasets::ClassLabel>(sample.label).index;
               CHECK(person == static_cast<std::int64_t>(painted.face.identity));
               persons.insert(person);
             });
  CHECK(persons.size() == 3);
}

TEST_CASE("pairs are written as the verification sets have them", "[synthetic][data]") {
  const std::vector<std::string> splits = {"lfw", "cfp_fp", "agedb_30", "calfw", "cplfw"};
  const auto open = [](const std::filesystem::path& root, const DatasetOptions& options) -> std::unique_ptr<Dataset> {
    auto set = datasets::open_verification(root, options);
    const SetPlan plan("verification", {.seed = 12, .count = 8, .width = 48});
    const auto pictures = plan.pictures(options.split);
    REQUIRE(set->pairs() == 4);
    for (std::size_t pair = 0; pair < 4; ++pair) {
      const auto person = [&](std::size_t i) { return plan.paint(pictures[i]).face.identity; };
      CHECK(set->same(pair) == (person(2 * pair) == person(2 * pair + 1)));
    }
    return set;
  };
  round_trip(
      "verification", splits, {.seed = 12, .count = 8, .width = 48},
      [](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
        check_image(picture, sample.image, painted.image);
      },
      open);
}

TEST_CASE("expressions are written as folders", "[synthetic][data]") {
  const std::vector<std::string> splits = {"train", "test"};
  const std::vector<std::string> sorted = {"anger", "disgust", "fear", "happy", "neutral", "sad", "surprise"};
  round_trip("folder", splits, {.seed = 13, .count = 40, .width = 48},
             [&](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
               check_picture(picture, sample, painted);
               const auto name = sorted.at(static_cast<std::size_t>(std::get<datasets::ClassLabel>(sample.label).index));
               CHECK(name == results::kExpressionNames[static_cast<std::size_t>(painted.face.expression)]);
             });
}

TEST_CASE("a manifest holds every label, whichever is asked for", "[synthetic][data]") {
  static std::map<std::string, std::string> settings;
  const auto open = [](const std::filesystem::path& root, const DatasetOptions& options) {
    return datasets::open_dataset("manifest", root, {.split = options.split, .settings = settings});
  };
  const std::vector<std::string> splits = {"train", "test"};
  const synthetic::SetOptions options{.seed = 14, .count = 6, .width = 96};

  settings = {{"label", "age"}, {"kind", "age"}};
  round_trip(
      "manifest", splits, options,
      [](const SetPicture& picture, const Sample& sample, const SyntheticSample& painted) {
        check_picture(picture, sample, painted);
        CHECK(std::get<datasets::AgeLabel>(sample.label).years == painted.face.age);
        CHECK(sample.columns.at("person") == std::to_string(painted.face.identity));
        REQUIRE(sample.box);
        check_points({{sample.box->x0, sample.box->y0}, {sample.box->x1, sample.box->y1}},
                     {{painted.face.box.x0, painted.face.box.y0}, {painted.face.box.x1, painted.face.box.y1}});
        REQUIRE(sample.points);
        check_points({sample.points->begin(), sample.points->end()}, {painted.face.five_points.begin(), painted.face.five_points.end()});
      },
      open);

  settings = {{"label", "expression"}, {"classes", "neutral,happy,sad,surprise,fear,disgust,anger"}};
  round_trip(
      "manifest", splits, options,
      [](const SetPicture&, const Sample& sample, const SyntheticSample& painted) {
        CHECK(std::get<datasets::ClassLabel>(sample.label).index == painted.face.expression);
      },
      open);

  settings = {{"label", "Eyeglasses,Attractive,Smiling"}, {"kind", "attributes"}};
  round_trip(
      "manifest", splits, options,
      [](const SetPicture&, const Sample& sample, const SyntheticSample& painted) {
        const auto& face = painted.face.attributes;
        CHECK(std::get<datasets::AttributeLabels>(sample.label).values == std::vector<std::int8_t>{face[15], face[2], face[31]});
      },
      open);

  settings = {{"label", "point"}, {"kind", "landmarks"}, {"scheme", "68"}};
  round_trip(
      "manifest", splits, options,
      [](const SetPicture&, const Sample& sample, const SyntheticSample& painted) {
        check_points(std::get<datasets::LandmarkLabels>(sample.label).points, painted.face.landmarks.p68.points);
      },
      open);
}
