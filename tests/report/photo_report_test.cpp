#include <faceptor/report/photo_report.hpp>

#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/parsing_map.hpp>

#include <nlohmann/json.hpp>

#include "support/torch_catch.hpp"

using namespace faceptor;

namespace photo_report_test {

struct Pose {
  static constexpr std::string_view kTypeName = "Pose";
  float yaw = 0;
};
void to_json(nlohmann::json& out, const Pose& pose) { out = {{"yaw", pose.yaw}, {"side", "left"}, {"points", {1, 2, 3}}}; }

Face face_of(float years) {
  Face face({10, 10, 50, 50}, 0.5F);
  face.add({"age", AgeEstimate::of(years, 3)});
  face.add({"mood", Expression({"calm", "wild <b>"}, {0.25F, 0.75F})});
  face.add({"looks", Attributes({"Hat", "Wavy_Hair"}, {0.1F, 0.9F})});
  face.add({"who", results::Embedding({3, 4}, "m")});
  face.add({"pose", Pose{12}});
  return face;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace photo_report_test
using namespace photo_report_test;

TEST_CASE("a face is found by what its results say", "[report]") {
  const auto facts = report::facts_of(face_of(30));
  CHECK(facts.numbers == std::map<std::string, double>{
                             {"score", 0.5}, {"age: years", 30}, {"age: spread", 3}, {"mood: probability", 0.75}, {"pose: yaw", 12}});
  CHECK(facts.choices == std::map<std::string, std::string>{{"mood", "wild <b>"}, {"pose: side", "left"}});
  CHECK(facts.tags == std::map<std::string, std::vector<std::string>>{{"looks", {"Wavy_Hair"}}});
  CHECK(facts.lines.size() == 6);
}

TEST_CASE("a page of photos stands alone and shows no markup of others", "[report][html]") {
  report::PhotoReport page("Mine & <yours>");
  PhotoResult photo;
  photo.photo = "<i>.jpg";
  photo.faces = {face_of(30), face_of(71)};
  page.add(photo, "thumbnails/a b#1.jpg");
  PhotoResult failed;
  failed.photo = "bad.jpg";
  failed.error = "image: the file is empty";
  page.add(failed, "");
  const auto html = page.html();
  CHECK(page.size() == 2);
  for (const char* there : {"2 photos, 2 faces, 1 failed", "Mine &amp; &lt;yours&gt;", "&lt;i&gt;.jpg", "src=\"thumbnails/a%20b%231.jpg\"",
                            "image: the file is empty", "placeholder=\"71\"", "data-low=\"age: years\"", "data-choice=\"mood\"",
                            "data-tag=\"looks\"", "Wavy Hair", "worst by score", "content=\"faceptor\""}) {
    INFO(there);
    CHECK(contains(html, there));
  }
  for (const char* absent : {"<i>", "<b>", "http", "//", "never trained"}) {
    INFO(absent);
    CHECK_FALSE(contains(html, absent));
  }
  photo.untrained = true;
  page.add(photo, "");
  CHECK(contains(page.html(), "never trained"));
}

TEST_CASE("a small picture has the photo's shape", "[report]") {
  Image photo(640, 480);
  PhotoResult result;
  result.width = 640;
  result.height = 480;
  result.faces = {face_of(30)};
  const auto small = report::thumbnail(photo, result, 160);
  CHECK(small.width() == 160);
  CHECK(small.height() == 120);
}
