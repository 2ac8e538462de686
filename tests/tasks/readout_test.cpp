#include "support/torch_catch.hpp"

#include <algorithm>
#include <cmath>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/tasks/readout.hpp>
#include <functional>

#include "support/error_of.hpp"

using namespace faceptor;

namespace {

constexpr int kPhotoWidth = 200;
constexpr int kPhotoHeight = 160;
const Box kBox{40, 30, 104, 126};
const std::string kHash = "0123abcd";

ViewTransform box_view(int width, int height) {
  return ViewTransform::of(View(CropRule::box, width, height), kPhotoWidth, kPhotoHeight, &kBox);
}

TaskSpec spec_of(const char* kind, std::vector<std::string> labels) {
  TaskSpec spec;
  spec.name = "made_up";
  spec.kind = kind;
  spec.outputs = static_cast<int64_t>(labels.size());
  spec.labels = std::move(labels);
  spec.complete();
  return spec;
}

/// Where the centre of a map's cell lies in the photo, if the map covers the box.
Point cell_in_photo(int64_t row, int64_t column, int64_t rows, int64_t columns) {
  const auto share = [](int64_t i, int64_t n) { return (static_cast<float>(i) + 0.5F) / static_cast<float>(n); };
  return {kBox.x0 + share(column, columns) * kBox.width(), kBox.y0 + share(row, rows) * kBox.height()};
}

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

}  // namespace

TEST_CASE("landmarks at known cells come back in photo pixels", "[tasks][readout]") {
  const int64_t rows = 24, columns = 16;
  const std::pair<int64_t, int64_t> cells[] = {{0, 0}, {5, 3}, {23, 15}, {11, 8}};
  auto spec = spec_of(DenseMap::kName, {"a", "b", "c", "d"});
  auto raw = torch::full({4, rows, columns}, -40.0F);
  for (int64_t i = 0; i < 4; ++i) raw[i][cells[i].first][cells[i].second] = i == 3 ? 2.0F : 12.0F;
  const auto transform = box_view(64, 96);
  const ReadoutContext context{spec, transform, kHash};

  const auto found = Readout<Landmarks>::read(raw, context);
  REQUIRE(found.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto expected = cell_in_photo(cells[i].first, cells[i].second, rows, columns);
    CAPTURE(i);
    CHECK(found.points[i].x == Approx(expected.x).margin(1e-2));
    CHECK(found.points[i].y == Approx(expected.y).margin(1e-2));
  }
  CHECK(found.confidence[0] == Approx(sigmoid(12)));
  CHECK(found.confidence[3] == Approx(sigmoid(2)));
  CHECK(found.scheme == "made_up");
  spec.scheme = "mine";
  CHECK(Readout<Landmarks>::read(raw, context).scheme == "mine");

  // Two equal cells: the point lies between them.
  raw[1][5][4] = 12.0F;
  const auto between = Readout<Landmarks>::read(raw, context).points[1];
  CHECK(between.x == Approx(cell_in_photo(5, 3, rows, columns).x + kBox.width() / 32).margin(1e-2));
  CHECK(between.y == Approx(cell_in_photo(5, 3, rows, columns).y).margin(1e-2));
}

TEST_CASE("landmarks go through a crop that is turned", "[tasks][readout]") {
  // A quarter turn: the crop's x axis points down in the photo.
  Matrix to_photo;
  to_photo << 0, -2, 150, 2, 0, 20, 0, 0, 1;
  const ViewTransform transform(inverted(to_photo), {kPhotoWidth, kPhotoHeight}, {32, 32}, 0);
  const auto spec = spec_of(DenseMap::kName, {"a"});
  auto raw = torch::full({1, 32, 32}, -40.0F);
  raw[0][10][25] = 12.0F;  // the crop's pixel (25, 10)
  const auto point = Readout<Landmarks>::read(raw, {spec, transform, kHash}).points[0];
  CHECK(point.x == Approx(150 - 2 * 10).margin(1e-2));
  CHECK(point.y == Approx(20 + 2 * 25).margin(1e-2));
}

TEST_CASE("each photo pixel gets the class whose map is largest", "[tasks][readout]") {
  const auto spec = spec_of(DenseMap::kName, {"background", "left", "right"});
  // The right half is class 2, the left half 1; logits of 1 and 3 against 0.
  auto raw = torch::zeros({3, 48, 32});
  raw[1].slice(1, 0, 16).fill_(3.0F);
  raw[2].slice(1, 16, 32).fill_(3.0F);
  const auto transform = box_view(64, 96);
  const auto map = Readout<ParsingMap>::read(raw, {spec, transform, kHash});
  CHECK(map.classes == spec.labels);
  CHECK(map.colors.size() == 3);
  const auto middle = static_cast<int>((kBox.x0 + kBox.x1) / 2);
  for (int y = 34; y < 122; y += 8) {
    CHECK(map.at(44, y) == 1);
    CHECK(map.at(middle - 3, y) == 1);
    CHECK(map.at(middle + 3, y) == 2);
    CHECK(map.at(100, y) == 2);
    CHECK(map.at(36, y) == 0);  // beside the box
    CHECK(map.at(109, y) == 0);
  }
  CHECK(map.at(60, 20) == 0);
  // Half of what is covered is either.
  const auto pixels = map.pixels();
  CHECK(std::abs(static_cast<double>(pixels[1]) - static_cast<double>(pixels[2])) < 0.05 * static_cast<double>(pixels[1]));
  CHECK(static_cast<double>(pixels[1] + pixels[2]) == Approx(kBox.area()).epsilon(0.05));
}

TEST_CASE("classes of a known set have its colours", "[tasks][readout]") {
  const auto spec = spec_of(DenseMap::kName, results::kLapaClasses.names());
  const auto transform = box_view(32, 32);
  const auto map = Readout<ParsingMap>::read(torch::zeros({spec.outputs, 8, 8}), {spec, transform, kHash});
  CHECK((map.colors == results::kLapaClasses.colors()));
  CHECK(map.pixels()[0] == map.labels.size());  // equal maps: the background wins
}

TEST_CASE("a crop beside the photo gives empty maps", "[tasks][readout]") {
  const Box beside{-300, -300, -200, -200};
  const auto transform = ViewTransform::of(View(CropRule::box, 32, 32), kPhotoWidth, kPhotoHeight, &beside);
  const auto spec = spec_of(DenseMap::kName, {"background", "a"});
  const auto raw = torch::rand({2, 8, 8});
  const auto parsing = Readout<ParsingMap>::read(raw, {spec, transform, kHash});
  CHECK(parsing.labels.empty());
  CHECK(parsing.classes == spec.labels);
  CHECK(parsing.at(10, 10) == 0);
  CHECK(Readout<results::Maps>::read(raw, {spec, transform, kHash}).values.empty());
}

TEST_CASE("age is the expected value of normalised sigmoids", "[tasks][readout]") {
  TaskSpec spec = spec_of(AttributeVector::kName, {"0", "1", "2", "3"});
  spec.labels.clear();
  const auto transform = box_view(32, 32);
  const std::vector<float> logits = {-2.0F, 0.5F, 1.0F, -1.0F};
  double sum = 0, years = 0;
  for (int i = 0; i < 4; ++i) sum += sigmoid(logits[i]);
  for (int i = 0; i < 4; ++i) years += i * sigmoid(logits[i]) / sum;
  const auto age = Readout<AgeEstimate>::read(torch::tensor(logits), {spec, transform, kHash});
  CHECK(age.years == Approx(years));
  for (int i = 0; i < 4; ++i) CHECK(age.distribution[i] == Approx(sigmoid(logits[i]) / sum));
  // One age for sure.
  const auto sure = Readout<AgeEstimate>::read(torch::tensor({-50.0F, -50.0F, 20.0F, -50.0F}), {spec, transform, kHash});
  CHECK(sure.years == Approx(2).margin(1e-4));
  CHECK(sure.spread == Approx(0).margin(1e-2));
}

TEST_CASE("expressions and classes by softmax, probabilities by sigmoid, values as they are", "[tasks][readout]") {
  const auto spec = spec_of(AttributeVector::kName, {"calm", "happy", "sad"});
  const auto transform = box_view(32, 32);
  const ReadoutContext context{spec, transform, kHash};
  const std::vector<float> logits = {0.5F, 2.0F, -1.0F};
  const auto raw = torch::tensor(logits);
  double sum = 0;
  for (const auto x : logits) sum += std::exp(x);

  const auto expression = Readout<Expression>::read(raw, context);
  CHECK(expression.label() == "happy");
  const auto classes = ClassProbabilities::read(raw, context);
  const auto each = Readout<results::Probabilities>::read(raw, context);
  const auto values = Readout<results::Values>::read(raw, context);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(expression.probabilities[i] == Approx(std::exp(logits[i]) / sum));
    CHECK(classes.probabilities[i] == Approx(std::exp(logits[i]) / sum));
    CHECK(each.probabilities[i] == Approx(sigmoid(logits[i])));
    CHECK(values.values[i] == logits[i]);
  }
  CHECK(values.value("sad") == -1.0F);
}

TEST_CASE("outputs without labels are called by their number", "[tasks][readout]") {
  auto spec = spec_of(AttributeVector::kName, {"a", "b"});
  spec.labels.clear();
  const auto transform = box_view(32, 32);
  const auto values = Readout<results::Values>::read(torch::tensor({1.0F, 2.0F}), {spec, transform, kHash});
  CHECK(values.labels == std::vector<std::string>{"0", "1"});
}

TEST_CASE("attributes follow the task's thresholds", "[tasks][readout]") {
  auto spec = spec_of(AttributeVector::kName, {"hat", "beard", "smile"});
  const auto transform = box_view(32, 32);
  const auto raw = torch::tensor({0.4F, -0.4F, 0.0F});
  const auto usual = Readout<Attributes>::read(raw, {spec, transform, kHash});
  CHECK(usual.probabilities[0] == Approx(sigmoid(0.4)));
  CHECK(usual.present() == std::vector<std::string>{"hat"});  // exactly one half is not there
  spec.thresholds = {0.9F, 0.1F, 0.4F};
  const auto chosen = Readout<Attributes>::read(raw, {spec, transform, kHash});
  CHECK(chosen.thresholds == spec.thresholds);
  CHECK(chosen.present() == std::vector<std::string>{"beard", "smile"});
}

TEST_CASE("embeddings have length 1 and the hash of the weights", "[tasks][readout]") {
  auto spec = spec_of(Embedding::kName, {"a", "b"});
  spec.labels.clear();
  const auto transform = box_view(32, 32);
  const auto embedding = Readout<results::Embedding>::read(torch::tensor({3.0F, -4.0F}), {spec, transform, kHash});
  CHECK(embedding.values[0] == Approx(0.6));
  CHECK(embedding.values[1] == Approx(-0.8));
  CHECK(embedding.model == kHash);
  CHECK_THROWS_AS(Readout<results::Embedding>::read(torch::zeros({2}), {spec, transform, kHash}), Error);
}

TEST_CASE("maps lie where the view lies", "[tasks][readout]") {
  const auto spec = spec_of(DenseMap::kName, {"across", "down"});
  const int64_t rows = 24, columns = 16;
  // Ramps: at the centre of a cell its share of the way through the box.
  const auto across = (torch::arange(columns) + 0.5) / static_cast<double>(columns);
  const auto down = (torch::arange(rows) + 0.5) / static_cast<double>(rows);
  const auto raw = torch::stack({across.expand({rows, columns}), down.unsqueeze(1).expand({rows, columns})});

  SECTION("a crop finer than the photo: the photo's resolution") {
    const auto transform = box_view(128, 192);
    const auto maps = Readout<results::Maps>::read(raw, {spec, transform, kHash});
    const auto region = transform.footprint();
    CHECK(maps.width == region.width);
    CHECK(maps.height == region.height);
    // By its edges: half a pixel beyond the centres of the outer pixels.
    CHECK(maps.roi == Box{region.x - 0.5F, region.y - 0.5F, region.x + region.width - 0.5F, region.y + region.height - 0.5F});
    for (const Point p : {Point{50, 50}, Point{72, 78}, Point{95, 115}, Point{60.5F, 99.25F}}) {
      CHECK(maps.at("across", p) == Approx((p.x - kBox.x0) / kBox.width()).margin(2e-3));
      CHECK(maps.at("down", p) == Approx((p.y - kBox.y0) / kBox.height()).margin(2e-3));
    }
    CHECK(maps.at("across", {150, 50}) == 0);
  }
  SECTION("a crop coarser than the photo: about the view's") {
    const auto transform = box_view(16, 24);
    const auto maps = Readout<results::Maps>::read(raw, {spec, transform, kHash});
    CHECK(maps.width <= 20);
    CHECK(maps.height <= 28);
    for (const Point p : {Point{60, 60}, Point{72, 78}, Point{88, 100}}) {
      CHECK(maps.at("across", p) == Approx((p.x - kBox.x0) / kBox.width()).margin(1e-2));
      CHECK(maps.at("down", p) == Approx((p.y - kBox.y0) / kBox.height()).margin(1e-2));
    }
  }
  SECTION("soft masks are between 0 and 1") {
    const auto transform = box_view(128, 192);
    const auto masks = SoftMasks::read(raw * 20 - 10, {spec, transform, kHash});
    CHECK(masks.at("across", {72, 78}) == Approx(0.5).margin(0.02));
    CHECK(*std::max_element(masks.values.begin(), masks.values.end()) <= 1.0F);
    CHECK(*std::min_element(masks.values.begin(), masks.values.end()) >= 0.0F);
    CHECK(masks.at("across", {100, 78}) > 0.95F);
    CHECK(masks.at("across", {45, 78}) < 0.05F);
  }
}

TEST_CASE("outputs of another shape than declared are refused", "[tasks][readout]") {
  const auto vector = spec_of(AttributeVector::kName, {"a", "b"});
  const auto dense = spec_of(DenseMap::kName, {"a", "b"});
  const auto transform = box_view(32, 32);
  const ReadoutContext of_vector{vector, transform, kHash};
  const ReadoutContext of_maps{dense, transform, kHash};
  const auto refused = [](const std::function<void()>& read) {
    const auto error = error_of(read);
    CHECK(error.code() == ErrorCode::shape);
    CHECK(error.expected().starts_with("2 "));
    CHECK_FALSE(error.found().empty());
    CHECK(std::string(error.what()).find("made_up") != std::string::npos);
  };
  for (const auto& wrong : {torch::zeros({3}), torch::zeros({1}), torch::zeros({2, 2}), torch::zeros({2, 4, 4}), torch::zeros({})}) {
    refused([&] { Readout<AgeEstimate>::read(wrong, of_vector); });
    refused([&] { Readout<Expression>::read(wrong, of_vector); });
    refused([&] { Readout<Attributes>::read(wrong, of_vector); });
    refused([&] { Readout<results::Embedding>::read(wrong, of_vector); });
    refused([&] { Readout<results::Probabilities>::read(wrong, of_vector); });
    refused([&] { Readout<results::Values>::read(wrong, of_vector); });
    refused([&] { ClassProbabilities::read(wrong, of_vector); });
  }
  for (const auto& wrong : {torch::zeros({3, 4, 4}), torch::zeros({2}), torch::zeros({2, 4}), torch::zeros({1, 2, 4, 4})}) {
    refused([&] { Readout<Landmarks>::read(wrong, of_maps); });
    refused([&] { Readout<ParsingMap>::read(wrong, of_maps); });
    refused([&] { Readout<results::Maps>::read(wrong, of_maps); });
    refused([&] { SoftMasks::read(wrong, of_maps); });
  }
}
