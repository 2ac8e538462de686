#include <faceptor/datasets/manifest_columns.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using Names = std::vector<std::string>;
using Settings = std::map<std::string, std::string>;

namespace {

struct Read {
  datasets::detail::ManifestColumns columns;
  Label label;
  std::string class_text;
  bool unlabelled = false;
  std::optional<Box> box;
  std::optional<FivePoints> points;
  std::map<std::string, std::string> others;
};

/// What the columns of a file mean, and its first row.
Read read(std::string_view text, const Settings& settings) {
  const TemporaryFolder folder;
  NamedRows rows(folder.write("a.csv", text));
  Read read;
  REQUIRE(rows.next());
  read.columns = datasets::detail::manifest_columns({.settings = settings}, rows);
  read.unlabelled = datasets::detail::is_unlabelled(read.columns, rows);
  if (!read.unlabelled) {
    auto label = datasets::detail::manifest_label(read.columns, rows);
    read.label = std::move(label.label);
    read.class_text = std::move(label.class_text);
  }
  read.box = datasets::detail::manifest_box(read.columns, rows);
  read.points = datasets::detail::manifest_points(read.columns, rows);
  read.others = datasets::detail::manifest_others(read.columns, rows);
  return read;
}

Error refused(std::string_view text, const Settings& settings) {
  return error_of([&] { read(text, settings); });
}

}  // namespace

TEST_CASE("usual columns are taken without being named, the rest serves nothing else", "[data][datasets][manifest_columns]") {
  const auto one = read("image,label,x0,y0,x1,y1,city\na.jpg,happy,1,2,30,40,Ghent\n", {});
  CHECK(one.columns.image == "image");
  CHECK(one.columns.kind == LabelKind::class_index);
  CHECK(one.columns.label == Names{"label"});
  CHECK(one.columns.split.empty());
  CHECK(one.class_text == "happy");
  REQUIRE(one.box);
  CHECK(one.box->x0 == 1);
  CHECK(one.box->y1 == 40);
  CHECK_FALSE(one.points);
  CHECK(one.others == Settings{{"city", "Ghent"}});
  CHECK(read("image,split\na.jpg,train\n", {}).columns.split == "split");
  CHECK(read("image\na.jpg\n", {}).columns.kind == LabelKind::none);
}

TEST_CASE("labels of several columns, in ranges too", "[data][datasets][manifest_columns]") {
  const auto values = read("image,d0,d1,d2,e\na,1,-2,0.5,7\n", {{"kind", "values"}, {"label", "d0..d2,e"}});
  CHECK(values.columns.label == Names{"d0", "d1", "d2", "e"});
  CHECK(std::get<ValueLabels>(values.label).values == std::vector<float>{1, -2, 0.5F, 7});
  const auto attributes =
      read("image,hat,beard,young\na,1,0,-1\n", {{"kind", "attributes"}, {"label", "hat,beard,young"}, {"coding", "-1/1"}});
  CHECK(std::get<AttributeLabels>(attributes.label).values == std::vector<std::int8_t>{1, -1, 0});
  CHECK(attributes.columns.zero_is_unknown);
  const auto words = read("image,hat,beard\na,yes,false\n", {{"kind", "attributes"}, {"label", "hat,beard"}});
  CHECK(std::get<AttributeLabels>(words.label).values == std::vector<std::int8_t>{1, 0});
}

TEST_CASE("a row without a label is told from one with", "[data][datasets][manifest_columns]") {
  const Settings age = {{"kind", "age"}, {"label", "age"}, {"missing", "?,-1"}};
  CHECK(read("image,age\na,\n", age).unlabelled);
  CHECK(read("image,age\na,?\n", age).unlabelled);
  CHECK(read("image,age\na,-1\n", age).unlabelled);
  CHECK(std::get<AgeLabel>(read("image,age\na,0\n", age).label).years == 0);
  const Settings two = {{"kind", "attributes"}, {"label", "hat,beard"}};
  CHECK(read("image,hat,beard\na,,\n", two).unlabelled);
  CHECK_FALSE(read("image,hat,beard\na,,1\n", two).unlabelled);  // something is known
}

TEST_CASE("settings that contradict each other or the file are refused", "[data][datasets][manifest_columns]") {
  const auto many = refused("image,a,b\nx,1,2\n", {{"label", "a,b"}});
  CHECK(many.code() == ErrorCode::argument);
  CHECK(many.where() == "manifest");
  CHECK(many.expected().find("attributes") != std::string::npos);
  CHECK(refused("image,a,b\nx,1,2\n", {{"label", "a,b"}, {"kind", "age"}}).expected() == "1");
  CHECK(refused("image\nx\n", {{"kind", "age"}}).hint() == "the setting \"label\" names them");
  const auto coding = refused("image,age\nx,1\n", {{"label", "age"}, {"kind", "age"}, {"coding", "-1/1"}});
  CHECK(coding.expected() == "attributes");
  CHECK(coding.found() == "age");
  CHECK(refused("image,age\nx,1\n", {{"label", "age"}, {"kind", "age"}, {"box", "a,b"}}).found() == "2");
  const auto column = refused("image,age\nx,1\n", {{"label", "ages"}, {"kind", "age"}});
  CHECK(column.code() == ErrorCode::format);
  CHECK(column.hint() == "did you mean \"age\"?");
  CHECK(refused("image,age\nx,151\n", {{"label", "age"}, {"kind", "age"}}).where().find("field age") != std::string::npos);
}
