#include <faceptor/image/resize.hpp>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/golden.hpp"

using namespace faceptor;

namespace {

/// The uint8 pictures of a safetensors file: a length, a JSON header, the bytes.
class GoldenImages {
 public:
  explicit GoldenImages(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(file)), {});
    std::uint64_t length = 0;
    for (int i = 7; i >= 0; --i) length = length << 8 | static_cast<unsigned char>(all.at(static_cast<std::size_t>(i)));
    header_ = nlohmann::json::parse(all.substr(8, length));
    data_ = all.substr(8 + length);
  }

  Image at(const std::string& name) const {
    const auto& entry = header_.at(name);
    REQUIRE(entry.at("dtype") == "U8");
    REQUIRE(entry.at("shape").at(2) == 3);
    const std::size_t begin = entry.at("data_offsets").at(0), end = entry.at("data_offsets").at(1);
    return Image(entry.at("shape").at(1), entry.at("shape").at(0), std::vector<std::uint8_t>(data_.begin() + begin, data_.begin() + end));
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& item : header_.items()) {
      if (item.key() != "__metadata__") names.push_back(item.key());
    }
    return names;
  }

 private:
  nlohmann::json header_;
  std::string data_;
};

/// Off by at most 1, in under 1 % of the values.
void check_near(const Image& actual, const Image& expected) {
  REQUIRE(actual.width() == expected.width());
  REQUIRE(actual.height() == expected.height());
  std::size_t off = 0;
  int worst = 0;
  for (std::size_t i = 0; i < expected.pixels().size(); ++i) {
    const int difference = std::abs(int{actual.pixels()[i]} - int{expected.pixels()[i]});
    worst = std::max(worst, difference);
    off += difference != 0 ? 1 : 0;
  }
  CHECK(worst <= 1);
  CHECK(static_cast<double>(off) < 0.01 * static_cast<double>(expected.pixels().size()));
}

/// The central square of the short side, as the training chains crop.
Image central_square(const Image& image) {
  const int side = std::min(image.width(), image.height());
  const int left = (image.width() - side) / 2, top = (image.height() - side) / 2;
  Image out(side, side);
  for (int y = 0; y < side; ++y) std::copy_n(image.at(left, top + y), side * 3, out.at(0, y));
  return out;
}

}  // namespace

TEST_CASE("resizing agrees with PIL and OpenCV", "[image][resize][golden]") {
  const auto path = golden::find("geometry/resize.safetensors");
  if (!path) FACEPTOR_SKIP("no golden set geometry/resize.safetensors");
  const GoldenImages images(*path);
  int compared = 0;
  for (const auto& name : images.names()) {
    const auto dot = name.find('.');
    if (dot == std::string::npos) continue;
    CAPTURE(name);
    const auto source = images.at(name.substr(0, dot));
    const auto expected = images.at(name);
    const auto kind = name.substr(dot + 1);
    const auto filter = kind.starts_with("cv_")            ? Filter::opencv_linear
                        : kind.starts_with("pil_bilinear") ? Filter::bilinear
                                                           : Filter::bicubic;
    const auto input = kind.starts_with("train_crop") ? central_square(source) : source;
    check_near(resize(input, expected.width(), expected.height(), filter), expected);
    ++compared;
  }
  CHECK(compared > 0);
}

TEST_CASE("resizing keeps what needs no resizing", "[image][resize]") {
  Image flat(37, 23);
  for (auto& value : flat.pixels()) value = 201;
  for (const auto filter : {Filter::bilinear, Filter::bicubic, Filter::opencv_linear}) {
    for (const auto& [w, h] : {std::pair{1, 1}, std::pair{5, 90}, std::pair{200, 3}, std::pair{37, 50}, std::pair{11, 23}}) {
      const auto out = resize(flat, w, h, filter);
      CHECK(out.width() == w);
      CHECK(out.height() == h);
      CHECK(std::all_of(out.pixels().begin(), out.pixels().end(), [](auto value) { return value == 201; }));
    }
  }
  flat.at(3, 4)[0] = 7;
  CHECK(resize(flat, 37, 23, Filter::bicubic) == flat);
}

TEST_CASE("antialiased shrinking by a whole factor in both directions keeps the mean", "[image][resize]") {
  // Stripes one pixel wide vanish into grey; without antialias they would stay black or white.
  Image stripes(64, 64);
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; x += 2) std::fill_n(stripes.at(x, y), 3, std::uint8_t{255});
  }
  const auto out = resize(stripes, 8, 8, Filter::bilinear);
  for (int y = 0; y < 8; ++y) {
    for (int x = 1; x < 7; ++x) CHECK(std::abs(int{out.at(x, y)[0]} - 128) <= 1);
  }
}

TEST_CASE("resizing refuses sizes that are none", "[image][resize]") {
  const Image image(4, 4);
  for (const auto& [w, h] : {std::pair{0, 4}, std::pair{4, 0}, std::pair{-1, 4}}) {
    try {
      resize(image, w, h);
      FAIL("not refused");
    } catch (const Error& e) {
      CHECK(e.code() == ErrorCode::argument);
    }
  }
  CHECK_THROWS_AS(resize(Image(), 4, 4), Error);
}
