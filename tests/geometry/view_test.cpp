#include <faceptor/geometry/view.hpp>

#include <limits>
#include <map>
#include <set>

#include <faceptor/core/error.hpp>
#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace faceptor;

namespace {

std::vector<View> all_views() {
  return {View(),
          views::whole(64),
          views::box(128),
          views::box(128, 0.7F),
          views::aligned(112),
          views::aligned(112).mean({0.1F, 0.2F, 0.3F}),
          views::published::landmarks(0.8F),
          views::published::landmarks(1),
          views::published::parsing_lapa(),
          views::published::parsing_celebam(),
          View(CropRule::box, 320, 192).warp(0.3F).interpolation(Interpolation::antialiased),
          views::whole(64).align_template(AlignTemplate::farl),
          View(CropRule::aligned, 96, 128).interpolation(Interpolation::nearest).std({1, 2, 3})};
}

std::string error_of(const nlohmann::json& json) {
  try {
    json.get<View>();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("views are what the published weights were trained with", "[geometry]") {
  const auto landmarks = views::published::landmarks(0.8F);
  CHECK(landmarks.crop() == CropRule::box);
  CHECK(landmarks.size() == Size{512, 512});
  CHECK(landmarks.scale() == 0.8F);
  CHECK(landmarks.mean()[0] == 0.48145466F);
  CHECK(landmarks.std()[2] == 0.27577711F);
  CHECK(views::published::parsing_lapa().warp() == 0.8F);
  CHECK(views::published::parsing_lapa().align_template() == AlignTemplate::farl);
  CHECK(views::published::parsing_celebam().crop() == CropRule::whole);
  CHECK(views::published::aligned112() == views::aligned(112));
}

TEST_CASE("a view goes through JSON unchanged, and so does its text", "[geometry]") {
  for (const auto& view : all_views()) {
    const nlohmann::json json = view;
    CHECK(json.get<View>() == view);
    CHECK(nlohmann::json::parse(json.dump()).get<View>() == view);
  }
  CHECK(nlohmann::json(views::box(64, 0.8F)).dump().find("0.8,") != std::string::npos);
}

TEST_CASE("different views have different names, and maps keep them apart", "[geometry]") {
  std::set<std::string> names;
  std::map<View, int> counts;
  for (const auto& view : all_views()) {
    names.insert(view.name());
    ++counts[view];
  }
  CHECK(names.size() == all_views().size());
  CHECK(counts.size() == all_views().size());
  ++counts[views::aligned(112)];
  CHECK(counts.at(View(CropRule::aligned, 112, 112)) == 2);
  CHECK(views::aligned(112).name() == "aligned(arcface) 112x112");
  CHECK(views::box(512, 0.8F).name() == "box 512x512 scale 0.8");
}

TEST_CASE("a view's JSON is believed only if all of it is understood", "[geometry]") {
  const nlohmann::json good = views::published::parsing_lapa();
  const auto with = [&good](const char* field, nlohmann::json value) {
    auto json = good;
    json[field] = std::move(value);
    return json;
  };
  CHECK(error_of(good).empty());
  CHECK(error_of(with("crop", "boxx")).find("did you mean \"box\"") != std::string::npos);
  CHECK(error_of(with("scael", 1)).find("did you mean \"scale\"") != std::string::npos);
  CHECK_FALSE(error_of(with("crop", 3)).empty());
  CHECK_FALSE(error_of(with("template", "dlib")).empty());
  CHECK_FALSE(error_of(with("interpolation", nullptr)).empty());
  for (const nlohmann::json& side : {nlohmann::json(0), nlohmann::json(-5), nlohmann::json(1.5), nlohmann::json(1e30), nlohmann::json("64"),
                                     nlohmann::json(18446744073709551615ULL), nlohmann::json(9000)}) {
    CHECK_FALSE(error_of(with("width", side)).empty());
  }
  CHECK_FALSE(error_of(with("scale", 0)).empty());
  CHECK_FALSE(error_of(with("scale", 1e300)).empty());
  CHECK_FALSE(error_of(with("warp", 1.5)).empty());
  CHECK_FALSE(error_of(with("mean", {1, 2})).empty());
  CHECK_FALSE(error_of(with("std", {1, 0, 1})).empty());
  CHECK_FALSE(error_of(nlohmann::json::array()).empty());
  for (const auto* field : {"crop", "width", "height", "mean", "std"}) {
    auto json = good;
    json.erase(field);
    CHECK_FALSE(error_of(json).empty());
  }
  auto sparse = good;
  for (const auto* field : {"scale", "warp", "template", "interpolation"}) sparse.erase(field);
  CHECK(sparse.get<View>() == views::aligned(512).mean(views::kClipMean).std(views::kClipStd));
}

TEST_CASE("impossible views are refused", "[geometry]") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(View(CropRule::whole, 0, 10).check(), Error);
  CHECK_THROWS_AS(View(CropRule::whole, 10, 10000).check(), Error);
  CHECK_THROWS_AS(views::whole(10).scale(kNan).check(), Error);
  CHECK_THROWS_AS(views::whole(10).scale(-1).check(), Error);
  CHECK_THROWS_AS(views::whole(10).warp(kNan).check(), Error);
  CHECK_THROWS_AS(views::whole(10).mean({kNan, 0, 0}).check(), Error);
  CHECK_THROWS_AS(views::whole(10).std({0, 1, 1}).check(), Error);
  for (const auto& view : all_views()) CHECK_NOTHROW(view.check());
}
