#include <faceptor/datasets/soft_maps.hpp>

#include <faceptor/datasets/folder.hpp>
#include <faceptor/datasets/manifest.hpp>

#include "datasets/malformed.hpp"
#include "datasets/npy_files.hpp"
#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

constexpr int kWidth = 12, kHeight = 10;

/// A grey PNG whose samples count from 0. @param step  from one to the next
std::string grey_png(int bits, int step, int width = kWidth, int height = kHeight, std::uint8_t color = SPNG_COLOR_TYPE_GRAYSCALE) {
  const auto count = static_cast<std::size_t>(width * height) * (color == SPNG_COLOR_TYPE_TRUECOLOR ? 3 : 1);
  std::vector<std::uint8_t> samples;
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = static_cast<std::uint16_t>(i * static_cast<std::size_t>(step));
    const auto bytes = malformed::number(value);
    samples.insert(samples.end(), bytes.begin(), bytes.begin() + bits / 8);
  }
  return malformed::text_of(encoders::png(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height),
                                          {.bit_depth = static_cast<std::uint8_t>(bits), .color_type = color}, samples));
}

/// Floats that count from 0.
std::string counted_npy(const std::string& shape, int count) {
  std::string numbers;
  for (int i = 0; i < count; ++i) numbers += malformed::number(static_cast<float>(i) - 5);
  return npy::file("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }", numbers);
}

const std::map<std::string, std::string> kTwo = {{"label", "hair,depth"}, {"kind", "soft_maps"}};

void make(const sets::Folder& folder) {
  folder.picture("p/a.jpg");
  folder.picture("p/b.jpg");
  folder.write("m/a.png", grey_png(8, 2));
  folder.write("m/b.png", grey_png(16, 500));
  folder.write("m/a.npy", counted_npy("(10, 12)", 120));
  folder.write("m/b.npy", counted_npy("(10, 12)", 120));
  folder.write("manifest.csv", "image,hair,depth,city\np/a.jpg,m/a.png,m/a.npy,Ghent\np/b.jpg,m/b.png,m/b.npy,\n");
}

std::unique_ptr<Dataset> open(const std::filesystem::path& root, const DatasetOptions& given) {
  auto options = given;
  if (options.settings.empty()) options.settings = kTwo;
  return open_manifest(root, options);
}

const SoftMapLabels& maps_of(const Sample& sample) { return std::get<SoftMapLabels>(sample.label); }

}  // namespace

TEST_CASE("soft maps: files of 1 to 16 bits and of NumPy", "[data][datasets][soft_maps]") {
  const TemporaryFolder folder;
  const auto eight = read_soft_maps(folder.write("a", grey_png(8, 2)));
  CHECK(eight.width == kWidth);
  CHECK(eight.height == kHeight);
  CHECK(eight.maps() == 1);
  CHECK(eight.values[100] == Approx(200.0 / 255));
  CHECK(eight.values[13] == Approx(26.0 / 255));
  const auto sixteen = read_soft_maps(folder.write("b", grey_png(16, 500)));
  CHECK(sixteen.values[119] == Approx(59500.0 / 65535));
  const std::vector<std::uint8_t> bits = {0b10100000, 0b01100000};
  const auto one = read_soft_maps(
      folder.write("c", malformed::text_of(encoders::png(3, 2, {.bit_depth = 1, .color_type = SPNG_COLOR_TYPE_GRAYSCALE}, bits))));
  CHECK(one.values == std::vector<float>{1, 0, 1, 0, 1, 1});
  const auto floats = read_soft_maps(folder.write("d", counted_npy("(2, 3, 4)", 24)));
  CHECK(floats.maps() == 2);
  CHECK(floats.width == 4);
  CHECK(floats.values[23] == 18);
  const auto bytes = npy::file("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2), }", std::string("\x00\xFF", 2));
  CHECK(read_soft_maps(folder.write("e", bytes)).values == std::vector<float>{0, 1});
  CHECK(count_soft_maps(folder / "a") == 1);
  CHECK(count_soft_maps(folder / "d") == 2);

  malformed::refuse(folder, "x",
                    {{"nothing", "", "x", ErrorCode::format},
                     {"four sides", counted_npy("(1, 2, 3, 4)", 24), "x"},
                     {"one side", counted_npy("(24,)", 24), "x"},
                     {"a side beyond all pictures", counted_npy("(70000, 1)", 70000), "x"}},
                    [](const auto& path) { read_soft_maps(path); });
  const auto refused = [&](const std::string& file) {
    const auto path = malformed::fresh(folder, "x", file);
    return error_of([&] { read_soft_maps(path); }).code();
  };
  CHECK(refused(grey_png(8, 1, 4, 4, SPNG_COLOR_TYPE_TRUECOLOR)) == ErrorCode::unsupported);
  CHECK(refused(malformed::text_of(encode_jpeg(pictures::smooth(8, 8)))) == ErrorCode::unsupported);
  CHECK(refused(grey_png(16, 3).substr(0, 60)) == ErrorCode::format);
}

TEST_CASE("soft maps: manifests name a file a map", "[data][datasets][soft_maps]") {
  const sets::Folder folder;
  make(folder);
  const auto set = open(folder.root(), {});
  CHECK(set->info().kind == LabelKind::soft_maps);
  CHECK(set->info().classes == 2);
  CHECK(set->info().label_names == std::vector<std::string>{"hair", "depth"});
  CHECK(set->annotation(0).columns == std::map<std::string, std::string>{{"city", "Ghent"}});
  CHECK(kind_of(set->annotation(0).label) == LabelKind::soft_maps);
  const auto sample = set->read(1);
  CHECK(maps_of(sample).maps() == 2);
  CHECK(maps_of(sample).values[119] == Approx(59500.0 / 65535));
  CHECK(maps_of(sample).values[120] == -5);
  CHECK(maps_of(sample).values[239] == 114);

  // One column may hold files of several maps.
  folder.write("m/a.npy", counted_npy("(3, 10, 12)", 360));
  folder.write("m/b.npy", counted_npy("(3, 10, 12)", 360));
  const auto three = open(folder.root(), {.settings = {{"label", "depth"}, {"kind", "soft_maps"}}});
  CHECK(three->info().classes == 3);
  CHECK(three->info().label_names == std::vector<std::string>{"depth0", "depth1", "depth2"});
  CHECK(maps_of(three->read(0)).maps() == 3);
  folder.write("m/b.npy", counted_npy("(2, 10, 12)", 240));
  CHECK(error_of([&] { three->read(1); }).found() == "2 of 12x10");

  folder.write("manifest.jsonl", R"({"image": "p/a.jpg", "hair": "m/a.png"})"
                                 "\n"
                                 R"({"image": "p/b.jpg", "hair": ""})");
  const auto some =
      open(folder.root(), {.labels = "manifest.jsonl", .settings = {{"label", "hair"}, {"kind", "soft_maps"}, {"unlabelled", "drop"}}});
  CHECK(some->size() == 1);
  CHECK(maps_of(some->read(0)).maps() == 1);
}

TEST_CASE("soft maps: manifests that lack some are refused", "[data][datasets][soft_maps]") {
  sets::refuse(make, open,
               {{"a map is missing", sets::remove("m/a.npy"), {"a.npy", "sample 0"}, ErrorCode::io},
                {"a map is empty", sets::write("m/b.png", ""), {"b.png", "sample 1"}},
                {"a map is cut off", sets::cut("m/b.png", 0.5), {"b.png", "sample 1"}},
                {"a map is text", sets::write("m/a.png", "hello"), {"a.png", "sample 0"}, ErrorCode::unsupported},
                {"a map of another size", sets::write("m/a.png", grey_png(8, 1, 10, 12)), {"a.png", "1 of 12x10", "1 of 10x12"}},
                {"two maps for one column", sets::write("m/a.npy", counted_npy("(2, 10, 12)", 240)), {"a.npy", "2 of 12x10"}},
                {"a row without a map", sets::replace("manifest.csv", "m/b.png", ""), {"line 3", "hair"}},
                {"a path that leaves the folder", sets::replace("manifest.csv", "m/b.png", "../b.png"), {"line 3", "hair", "leaves"}},
                {"a column that is not there",
                 [](const auto&) {},
                 {"hare"},
                 ErrorCode::format,
                 {.settings = {{"label", "hare"}, {"kind", "soft_maps"}}}}});
}

TEST_CASE("soft maps: folders of pictures and of their maps", "[data][datasets][soft_maps]") {
  const sets::Folder folder;
  for (const std::string split : {"train", "test"}) {
    folder.picture(split + "/pictures/x/a.jpg");
    folder.write(split + "/soft_maps/hair/x/a.png", grey_png(8, 2));
    folder.write(split + "/soft_maps/depth/x/a.npy", counted_npy("(10, 12)", 120));
  }
  const std::map<std::string, std::string> maps = {{"kind", "soft_maps"}};
  const auto set = open_folder(folder.root(), {.settings = maps});
  CHECK(set->info().split == "train");
  CHECK(set->info().label_names == std::vector<std::string>{"depth", "hair"});
  REQUIRE(set->size() == 1);
  CHECK(set->annotation(0).name == "train/pictures/x/a.jpg");
  CHECK(maps_of(set->read(0)).values[0] == -5);
  CHECK(maps_of(set->read(0)).values[220] == Approx(200.0 / 255));
  const auto hair = open_folder(folder.root(), {.split = "test", .settings = {{"kind", "soft_maps"}, {"classes", "hair"}}});
  CHECK(hair->info().classes == 1);
  CHECK(hair->info().notes.size() == 1);
  CHECK(open_folder(folder.root() / "test", {.settings = maps})->info().split == "all");

  folder.picture("train/pictures/b.jpg");
  CHECK(error_of([&] { open_folder(folder.root(), {.settings = maps}); }).code() == ErrorCode::io);
}
