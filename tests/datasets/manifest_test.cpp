#include <faceptor/datasets/manifest.hpp>

#include <filesystem>

#include <fmt/format.h>

#include <faceptor/results/landmarks.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

using Settings = std::map<std::string, std::string>;

const std::string kCsv =
    "image,x0,y0,x1,y1,label,age,smile,glasses,split,city\n"
    "p/a.jpg,1,2,9.5,8,red,31,1,0,train,Ghent\n"
    "\"p/b, c.jpg\",,,,,blue,7.5,-1,,train,\n"
    "p/a.jpg,0,0,3,3,red,60,yes,no,test,\"Aalst, West\"\n";

const std::string kJson =
    R"({"image": "p/a.jpg", "box": [1, 2, 9.5, 8], "label": "red", "age": 31, "smile": 1, "glasses": false, "split": "train", "city": "Ghent"})"
    "\n"
    R"({"image": "p/b, c.jpg", "box": null, "label": "blue", "age": 7.5, "smile": -1, "split": "train", "city": null})"
    "\n\n"
    R"({"image": "p/a.jpg", "box": [0, 0, 3, 3], "label": "red", "age": 60, "smile": true, "glasses": 0, "split": "test", "city": "Aalst, West"})";

void pictures_of(const sets::Folder& folder) {
  folder.picture("p/a.jpg");
  folder.picture("p/b, c.jpg");
}

void make_csv(const sets::Folder& folder) {
  pictures_of(folder);
  folder.write("manifest.csv", kCsv);
}

void make_json(const sets::Folder& folder) {
  pictures_of(folder);
  folder.write("manifest.jsonl", kJson);
}

std::unique_ptr<Dataset> open_text(const std::string& text, const Settings& settings, const std::string& split = "") {
  const sets::Folder folder;
  folder.write("m", text);
  return open_manifest(folder.root(), {.split = split, .labels = "m", .settings = settings});
}

}  // namespace

TEST_CASE("manifests: CSV and JSON lines say the same", "[data][datasets][manifest]") {
  for (const auto& make : {make_csv, make_json}) {
    const sets::Folder folder;
    make(folder);
    const auto set = open_manifest(folder.root());
    CHECK(set->info().format == "manifest");
    CHECK(set->info().split == "train");
    CHECK(set->info().kind == LabelKind::class_index);
    CHECK(set->info().label_names == std::vector<std::string>{"blue", "red"});
    CHECK(set->info().classes == 2);
    REQUIRE(set->size() == 2);
    CHECK(set->annotation(0).name == "p/a.jpg");
    CHECK(set->annotation(0).box == Box{1, 2, 9.5F, 8});
    CHECK(sets::label<ClassLabel>(*set, 0).index == 1);
    CHECK(sets::label<ClassLabel>(*set, 1).index == 0);
    CHECK_FALSE(set->annotation(1).box);
    CHECK_FALSE(set->annotation(0).points);
    CHECK(set->annotation(0).columns.at("city") == "Ghent");
    CHECK(set->annotation(0).columns.at("age") == "31");
    CHECK_FALSE(set->annotation(0).columns.contains("x0"));
    CHECK_FALSE(set->annotation(0).columns.contains("split"));
    CHECK_FALSE(set->annotation(1).columns.contains("city"));
    CHECK(set->read(1).image.width() == 12);

    const auto test = open_manifest(folder.root(), {.split = "test"});
    REQUIRE(test->size() == 1);
    CHECK(test->info().classes == 2);
    CHECK(test->annotation(0).columns.at("city") == "Aalst, West");

    const auto age = open_manifest(folder.root(), {.settings = {{"label", "age"}, {"kind", "age"}}});
    CHECK(age->info().kind == LabelKind::age);
    CHECK(sets::label<AgeLabel>(*age, 1).years == 7.5F);

    const auto both = open_manifest(folder.root(), {.settings = {{"label", "smile,glasses"}, {"kind", "attributes"}}});
    CHECK(both->info().label_names == std::vector<std::string>{"smile", "glasses"});
    CHECK(both->info().classes == 2);
    CHECK(sets::label<AttributeLabels>(*both, 0).values == std::vector<std::int8_t>{1, 0});
  }
}

TEST_CASE("manifests: attributes in their two codings", "[data][datasets][manifest]") {
  const std::string text = "image,a,b\n1.jpg,1,0\n2.jpg,0,-1\n3.jpg,,?\n4.jpg,yes,no\n";
  const auto values = [&](const char* coding, std::size_t index) {
    const auto set = open_text(text, {{"label", "a,b"}, {"kind", "attributes"}, {"coding", coding}, {"missing", "?,NA"}});
    return sets::label<AttributeLabels>(*set, index).values;
  };
  using Values = std::vector<std::int8_t>;
  CHECK(values("0/1", 0) == Values{1, 0});
  CHECK(values("0/1", 1) == Values{0, -1});
  CHECK(values("0/1", 2) == Values{-1, -1});
  CHECK(values("0/1", 3) == Values{1, 0});
  CHECK(values("-1/1", 0) == Values{1, -1});
  CHECK(values("-1/1", 1) == Values{-1, 0});
  CHECK(values("-1/1", 2) == Values{-1, -1});
}

TEST_CASE("manifests: classes by number, by name, in an order said", "[data][datasets][manifest]") {
  const auto numbered = open_text("image,label,split\n1.jpg,3,train\n2.jpg,0,train\n3.jpg,5,test\n", {});
  CHECK(numbered->info().classes == 6);
  CHECK(numbered->info().label_names.empty());
  CHECK(sets::label<ClassLabel>(*numbered, 0).index == 3);
  const auto mixed = open_text("image,label\n1.jpg,3\n2.jpg,x\n", {});
  CHECK(mixed->info().split == "all");
  CHECK(mixed->info().label_names == std::vector<std::string>{"3", "x"});
  const auto said = open_text("image,label\n1.jpg,3\n2.jpg,x\n", {{"classes", "x, 3, y"}});
  CHECK(said->info().classes == 3);
  CHECK(sets::label<ClassLabel>(*said, 0).index == 1);
  CHECK(sets::label<ClassLabel>(*said, 1).index == 0);
}

TEST_CASE("manifests: values, and no label at all", "[data][datasets][manifest]") {
  const auto values = open_text("image\tyaw\tpitch\n1.jpg\t-3.5\t1e2\n", {{"label", "yaw,pitch"}, {"kind", "values"}});
  CHECK(values->info().kind == LabelKind::values);
  CHECK(values->info().label_names == std::vector<std::string>{"yaw", "pitch"});
  CHECK(sets::label<ValueLabels>(*values, 0).values == std::vector<float>{-3.5F, 100});
  const auto many = open_text("image,v9,v10,v11,a..b\n1.jpg,1,2,3,4\n", {{"label", "a..b,v9..v11"}, {"kind", "values"}});
  CHECK(many->info().label_names == std::vector<std::string>{"a..b", "v9", "v10", "v11"});
  CHECK(sets::label<ValueLabels>(*many, 0).values == std::vector<float>{4, 1, 2, 3});
  const auto plain = open_text("image\na b.jpg\n", {{"separator", "comma"}});
  CHECK(plain->info().kind == LabelKind::none);
  CHECK(plain->info().like.empty());
  CHECK(open_text("image\n1.jpg\n", {{"like", "age_morph2"}})->info().like == "age_morph2");
  CHECK(plain->annotation(0).name == "a b.jpg");
  CHECK(open_text("image label\n1.jpg  x\n", {})->info().label_names == std::vector<std::string>{"x"});
}

TEST_CASE("manifests: five points", "[data][datasets][manifest]") {
  const FivePoints expected{Point{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}};
  const auto csv = open_text(
      "image,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y,mouth_left_x,mouth_left_y,mouth_right_x,mouth_right_y\n"
      "1.jpg,1,2,3,4,5,6,7,8,9,10\n2.jpg,,,,,,,,,,\n",
      {});
  CHECK(csv->annotation(0).points == expected);
  CHECK_FALSE(csv->annotation(1).points);
  const auto named = open_text("image,a,b,c,d,e,f,g,h,i,j\n1.jpg,1,2,3,4,5,6,7,8,9,10\n", {{"points", "a,b,c,d,e,f,g,h,i,j"}});
  CHECK(named->annotation(0).points == expected);
  const auto json = open_text(R"({"image": "1.jpg", "points": [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]})", {});
  CHECK(json->annotation(0).points == expected);
  const auto box = open_text("image,l,t,r,b\n1.jpg,1,2,3,4\n", {{"box", "l,t,r,b"}});
  CHECK(box->annotation(0).box == Box{1, 2, 3, 4});
}

TEST_CASE("manifests: landmarks", "[data][datasets][manifest]") {
  const auto csv =
      open_text("image,p0_x,p0_y,p1_x,p1_y,note\n1.jpg,1,2,5,4,n\n", {{"label", "p"}, {"kind", "landmarks"}, {"scheme", "mine"}});
  CHECK(csv->info().kind == LabelKind::landmarks);
  CHECK(csv->info().classes == 2);
  CHECK(csv->info().scheme == "mine");
  CHECK(sets::label<LandmarkLabels>(*csv, 0).points == Points{{1, 2}, {5, 4}});
  CHECK(csv->annotation(0).box == Box{1, 1, 5, 5});
  CHECK(csv->annotation(0).columns == std::map<std::string, std::string>{{"note", "n"}});
  std::string points;
  for (int i = 0; i < 68; ++i) points += (i > 0 ? ", [" : "[") + std::to_string(i) + ", " + std::to_string(2 * i) + "]";
  const auto json =
      open_text("{\"image\": \"1.jpg\", \"points\": [" + points + "]}", {{"label", "points"}, {"kind", "landmarks"}, {"scheme", "68"}});
  REQUIRE(json->annotation(0).points);
  CHECK(*json->annotation(0).points == results::five_points(results::landmark_scheme("68"), sets::label<LandmarkLabels>(*json, 0).points));
  const auto error = error_of([&] {
    open_text("{\"image\": \"1.jpg\", \"p\": [[1, 2], [3, 4]]}\n{\"image\": \"2.jpg\", \"p\": [[1, 2]]}",
              {{"label", "p"}, {"kind", "landmarks"}});
  });
  CHECK(error.where().find("line 2, field p") != std::string::npos);
}

TEST_CASE("manifests: rows without a label", "[data][datasets][manifest]") {
  const std::string text = "image,age\n1.jpg,4\n2.jpg,\n3.jpg,-1\n";
  const auto set = open_text(text, {{"label", "age"}, {"kind", "age"}, {"missing", "-1"}, {"unlabelled", "drop"}});
  CHECK(set->size() == 1);
  CHECK(set->info().notes == std::vector<std::string>{"2 of 3 rows left out: no label"});
  CHECK(error_of([&] { open_text(text, {{"label", "age"}, {"kind", "age"}}); }).where().find("line 3, field age") != std::string::npos);
}

TEST_CASE("manifests: where they lie", "[data][datasets][manifest]") {
  const sets::Folder folder;
  make_csv(folder);
  CHECK(open_manifest(folder.root() / "manifest.csv")->read(0).name == "p/a.jpg");
  folder.write("lists/mine.csv", "image,label\na.jpg,x\n");
  const auto set = open_manifest(folder.root(), {.labels = "lists/mine.csv", .settings = {{"images", "p"}}});
  CHECK(set->read(0).name == "p/a.jpg");
  const auto faces = open_text("image,x0,y0,x1,y1\na.jpg,0,0,1,1\na.jpg,0,0,2,2\n", {});
  CHECK(faces->annotation(1).name == "a.jpg#2");
}

TEST_CASE("manifests: what spreadsheets do to a file is no matter", "[data][datasets][manifest]") {
  for (const auto& text : {kCsv, kJson}) {
    const auto set = open_text(sets::as_windows_writes(text), {});
    REQUIRE(set->size() == 2);
    CHECK(set->annotation(1).name == "p/b, c.jpg");
  }
}

TEST_CASE("manifests: spoilt CSV", "[data][datasets][manifest]") {
  const auto nothing = [](const sets::Folder&) {};
  const std::string file = "manifest.csv", record = ",1,2,9.5,8,red,31,1,0,train,Ghent";
  const auto with = [&](const char* from, const char* to) { return sets::replace(file, from, to); };
  sets::refuse(
      make_csv, open_manifest,
      sets::faults_of_label_files(file, "p/a.jpg", record, "") +
          std::vector<sets::Case>{
              {"only a header", sets::write(file, "image,label\n"), {file, "no rows"}},
              {"an old Mac's lines", sets::write(file, "image,label\rp/a.jpg,red\r"), {file, "no rows", "line feeds"}},
              {"semicolons", sets::write(file, "image;label\np/a.jpg;red\n"), {file, "line 2", "semicolons"}},
              {"a column twice", with("age,smile", "smile,smile"), {file, "line 1", "twice", "smile"}},
              {"no column of the picture", with("image,", "picture,"), {"line 2", "\"image\""}},
              {"a row too short", with(",Ghent", ""), {"line 2", "too few fields"}},
              {"a row too long", with(",Ghent", ",Ghent,x"), {"line 2", "too many fields"}},
              {"no picture", with("p/a.jpg,1", ",1"), {"line 2", "field image", "empty"}},
              {"no label", with(",red,31", ",,31"), {"line 2", "field label", "empty"}},
              {"no split", with("train,Ghent", ",Ghent"), {"line 2", "field split", "empty"}},
              {"a box that is no number", with(",1,2,9.5", ",1,two,9.5"), {"line 2", "field y0", "\"two\""}},
              {"a box that is NaN", with(",1,2,9.5", ",nan,2,9.5"), {"line 2", "field x0"}},
              {"a box in parts", with(",1,2,9.5", ",1,,9.5"), {"line 2", "field y0", "empty"}},
              {"a box inside out", with(",1,2,9.5", ",10,2,9.5"), {"line 2", "area", "two corners"}},
              {"an unknown split", nothing, {"\"trian\"", "test, train"}, ErrorCode::argument, {.split = "trian"}},
              {"an unknown setting",
               nothing,
               {"\"labels\"", "did you mean \"label\""},
               ErrorCode::argument,
               {.settings = {{"labels", "x"}}}},
              {"an unknown kind", nothing, {"\"number\"", "class, age"}, ErrorCode::argument, {.settings = {{"kind", "number"}}}},
              {"an unknown label",
               nothing,
               {"\"glases\"", "did you mean \"glasses\""},
               ErrorCode::format,
               {.settings = {{"label", "glases"}}}},
              {"several labels without a kind", nothing, {"kind"}, ErrorCode::argument, {.settings = {{"label", "age,smile"}}}},
              {"several ages",
               nothing,
               {"\"age\"", "columns"},
               ErrorCode::argument,
               {.settings = {{"label", "age,smile"}, {"kind", "age"}}}},
              {"an age too large",
               with(",31,", ",310,"),
               {"line 2", "field age", "0 to 150"},
               ErrorCode::format,
               {.settings = {{"label", "age"}, {"kind", "age"}}}},
              {"an age below 0",
               with(",31,", ",-31,"),
               {"line 2", "field age"},
               ErrorCode::format,
               {.settings = {{"label", "age"}, {"kind", "age"}}}},
              {"an attribute of 2",
               with(",31,1,", ",31,2,"),
               {"line 2", "field smile"},
               ErrorCode::format,
               {.settings = {{"label", "smile"}, {"kind", "attributes"}}}},
              {"an attribute of a half",
               with(",31,1,", ",31,0.5,"),
               {"line 2", "field smile"},
               ErrorCode::format,
               {.settings = {{"label", "smile"}, {"kind", "attributes"}}}},
              {"an attribute that is a word",
               with(",31,1,", ",31,maybe,"),
               {"line 2", "field smile", "maybe"},
               ErrorCode::format,
               {.settings = {{"label", "smile"}, {"kind", "attributes"}}}},
              {"a value that is a word",
               with(",31,", ",many,"),
               {"line 2", "field age", "many"},
               ErrorCode::format,
               {.settings = {{"label", "age"}, {"kind", "values"}}}},
              {"a label that is none of the classes",
               nothing,
               {"line 3", "blue"},
               ErrorCode::format,
               {.settings = {{"classes", "red,green"}}}},
              {"classes for an age",
               nothing,
               {"classes", "class"},
               ErrorCode::argument,
               {.settings = {{"label", "age"}, {"kind", "age"}, {"classes", "a"}}}},
              {"a box of three columns", nothing, {"box", "4"}, ErrorCode::argument, {.settings = {{"box", "x0,y0,x1"}}}},
              {"a box of unknown columns", nothing, {"\"left\""}, ErrorCode::format, {.settings = {{"box", "left,y0,x1,y1"}}}},
              {"landmarks that are not there", nothing, {"p0_x"}, ErrorCode::format, {.settings = {{"label", "p"}, {"kind", "landmarks"}}}},
          });
}

TEST_CASE("manifests: spoilt JSON lines", "[data][datasets][manifest]") {
  const std::string file = "manifest.jsonl";
  const auto with = [&](const char* from, const char* to) { return sets::replace(file, from, to); };
  sets::refuse(
      make_json, open_manifest,
      {
          {"no manifest", sets::remove(file), {"manifest.csv", "manifest.jsonl"}, ErrorCode::io},
          {"an empty manifest", sets::write(file, ""), {file, "empty"}},
          {"an array", sets::write(file, "[" + kJson + "]"), {file, "array"}},
          {"an attribute that no row has",
           [](const auto&) {},
           {"\"beard\""},
           ErrorCode::format,
           {.settings = {{"label", "smile,beard"}, {"kind", "attributes"}}}},
          {"a broken line", with("\"age\": 31", "\"age\": "), {"line 1", "JSON"}},
          {"a line that is cut off", sets::cut(file, 0.7), {"line 4", "JSON"}},
          {"a column twice in a line", with("\"age\": 31", "\"age\": 31, \"age\": 13"), {"line 1", "twice", "\"age\""}},
          {"a line that is no object", sets::append(file, "\n[1]"), {"line 5", "object"}},
          {"arrays without end", sets::write(file, "{\"image\": " + std::string(500'000, '[')), {"line 1", "JSON"}, ErrorCode::limit},
          {"arrays in arrays",
           sets::write(file, "{\"image\": \"a.jpg\", \"x\": " + std::string(500'000, '[') + std::string(500'000, ']') + "}"),
           {"line 1", "JSON"},
           ErrorCode::limit},
          {"broken UTF-8", with("Ghent", "\xFF\xFE"), {"line 1", "JSON"}},
          {"no picture", with("\"image\": \"p/a.jpg\"", "\"picture\": 1"), {"line 1", "\"image\""}},
          {"a picture that is a number", with("\"p/a.jpg\"", "3"), {"line 1", "field image", "no text"}},
          {"a picture that leaves the folder", with("p/a.jpg", "../a.jpg"), {"line 1", "image", "leaves"}},
          {"a picture with a NUL", with("p/a.jpg", "p/a.jpg\\u0000x"), {"line 1", "image", "NUL"}},
          {"a box that is a number", with("[1, 2, 9.5, 8]", "5"), {"line 1", "field box"}},
          {"a box of three numbers", with("[1, 2, 9.5, 8]", "[1, 2, 9.5]"), {"line 1", "field box"}},
          {"a box with a word", with("[1, 2, 9.5, 8]", "[1, 2, \"x\", 8]"), {"line 1", "field box[2]"}},
          {"a box too large", with("[1, 2, 9.5, 8]", "[1, 2, 1e300, 8]"), {"line 1", "field box[2]"}},
          {"a box inside out", with("[1, 2, 9.5, 8]", "[1, 2, 0, 8]"), {"line 1", "field box", "area"}},
          {"four points", with("\"age\": 31", "\"points\": [[1, 2], [1, 2], [1, 2], [1, 2]]"), {"line 1", "field points", "5"}},
          {"a point of one number", with("\"age\": 31", "\"points\": [[1], [1, 2], [1, 2], [1, 2], [1, 2]]"), {"line 1", "points[0]"}},
          {"points that are a number", with("\"age\": 31", "\"points\": 3"), {"line 1", "field points"}},
          {"no split in a later row", with(", \"split\": \"train\", \"city\": null", ""), {"line 2", "\"split\""}},
          {"the same face twice", sets::append(file, "\n" + kJson), {"line 5", "twice", "line 1"}},
      });
}

TEST_CASE("manifests: no file does more than be refused", "[data][datasets][manifest]") {
  CHECK(sets::survive(make_csv, open_manifest, "manifest.csv", 2) > 100);
  CHECK(sets::survive(make_json, open_manifest, "manifest.jsonl", 3) > 200);
}

TEST_CASE("manifests: whole paths may be given of pictures below the root", "[data][datasets][manifest]") {
  const sets::Folder folder;
  pictures_of(folder);
  const auto root = std::filesystem::absolute(folder.root()).string();
  const std::map<std::string, std::string> settings{{"label", "age"}, {"kind", "age"}};
  folder.write("manifest.csv", "image,age\n" + root + "/p/a.jpg,30\n");
  const auto set = open_manifest(folder.root(), {.settings = settings});
  REQUIRE(set->size() == 1);
  CHECK(set->annotation(0).name == "p/a.jpg");
  folder.write("manifest.csv", "image,age\n/etc/a.jpg,30\n");
  const auto error = error_of([&] { open_manifest(folder.root(), {.settings = settings}); });
  CHECK(error.expected().starts_with("a relative path"));
}

TEST_CASE("manifests: separators, splits and classes at the edges", "[data][datasets][manifest]") {
  CHECK(open_text("image label\na,b.jpg x\n", {{"separator", "space"}})->annotation(0).name == "a,b.jpg");
  CHECK(open_text("image\tlabel\na,b c.jpg\tx\n", {{"separator", "tab"}})->annotation(0).name == "a,b c.jpg");
  CHECK(open_text("image,label\n1.jpg,3\n", {}, "all")->size() == 1);
  const auto absent = error_of([] { open_text("image,label\n1.jpg,3\n", {}, "train"); });
  CHECK(absent.code() == ErrorCode::argument);
  CHECK(absent.summary() == "data: the manifest has no column of splits");
  CHECK(absent.found() == "\"train\"");
  std::string many = "image,split\n";
  for (int i = 0; i < 40; ++i) many += std::to_string(i) + ".jpg,s" + std::to_string(100 + i) + "\n";
  const auto known = error_of([&] { open_text(many, {}, "val"); });
  CHECK(known.expected().find("s131") != std::string::npos);
  CHECK(known.expected().find("s132") == std::string::npos);

  for (const char* number : {"-1", "100000000"}) {  // no index: a name
    const auto set = open_text("image,label\n1.jpg," + std::string(number) + "\n2.jpg,x\n3.jpg,0\n", {});
    CHECK(set->info().classes == 3);
  }
  CHECK(open_text("image,label\n1.jpg,99999999\n", {})->info().classes == 100'000'000);
  const auto none = error_of([] { open_text("image,m\n1.jpg,\n", {{"label", "m"}, {"kind", "soft_maps"}, {"unlabelled", "drop"}}); });
  CHECK(none.summary() == "data: a label file has no records");
}

TEST_CASE("manifests: a file in the working folder", "[data][datasets][manifest]") {
  const sets::Folder folder;
  make_csv(folder);
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.root());
  const auto set = open_manifest("manifest.csv");
  CHECK(set->read(1).image.width() == 12);
  std::filesystem::current_path(before);
}

TEST_CASE("manifests: what a row says of box and points comes before its landmarks", "[data][datasets][manifest]") {
  std::string nineteen;
  for (int i = 0; i < 19; ++i) nineteen += fmt::format("{}[{},{}]", i == 0 ? "" : ",", 10 + i, 2 * i);
  const auto row = [&](const std::string& more, const std::string& points) {
    return open_text("{\"image\": \"1.jpg\", \"lm\": [" + points + "]" + more + "}\n",
                     {{"label", "lm"}, {"kind", "landmarks"}, {"scheme", points == nineteen ? "19" : ""}})
        ->annotation(0);
  };
  CHECK(row("", nineteen).points ==
        results::five_points(
            results::landmark_scheme("19"),
            sets::label<LandmarkLabels>(
                *open_text("{\"image\": \"1.jpg\", \"lm\": [" + nineteen + "]}\n", {{"label", "lm"}, {"kind", "landmarks"}}), 0)
                .points));
  const auto own = row(", \"box\": [0, 0, 9, 9], \"points\": [[1,2],[3,4],[5,6],[7,8],[9,10]]", nineteen);
  CHECK(own.points == FivePoints{{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}}});
  CHECK(own.box == Box{0, 0, 9, 9});
  CHECK_FALSE(row("", "[1,1],[1,1]").box);  // no extent
  CHECK_FALSE(row("", "[1,1]").box);
}
