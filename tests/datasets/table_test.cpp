#include <faceptor/datasets/table.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::string_view text, Separator separator) {
  const sets::Folder folder;
  folder.write("t", text);
  LabelFile file(folder.root() / "t");
  Rows rows;
  while (file.next()) rows.push_back(file.fields(separator).fields());
  return rows;
}

}  // namespace

TEST_CASE("numbers are the whole text", "[data][datasets][table]") {
  CHECK(parse_number("1.5") == 1.5);
  CHECK(parse_number("-2e3") == -2000);
  CHECK(parse_number("0") == 0);
  for (const char* text : {"", " 1", "1 ", "+1", "1,5", "nan", "NAN", "inf", "-infinity", "0x10", "1e999", "1.5x", "--1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number(text));
  }
  CHECK(parse_integer("-9223372036854775808") == INT64_MIN);
  for (const char* text : {"", " 1", "1.0", "+1", "9223372036854775808", "1e3", "a"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_integer(text));
  }
}

TEST_CASE("lines are split by commas, tabs or blanks", "[data][datasets][table]") {
  CHECK(rows_of("a, b ,,c\n", Separator::comma) == Rows{{"a", "b", "", "c"}});
  CHECK(rows_of(",", Separator::comma) == Rows{{"", ""}});
  CHECK(rows_of("\"a,b\" , \"say \"\"x\"\"\",\"\"", Separator::comma) == Rows{{"a,b", "say \"x\"", ""}});
  CHECK(rows_of("a\"b\",c", Separator::comma) == Rows{{"a\"b\"", "c"}});
  CHECK(rows_of("\ta b\t\n", Separator::tab) == Rows{{"", "a b", ""}});
  CHECK(rows_of("  a \t b  \n\"c d\" e", Separator::space) == Rows{{"a", "b"}, {"c d", "e"}});
  CHECK(rows_of("\xEF\xBB\xBF"
                "a,b\r\n\r\n \nc,d\r\n",
                Separator::comma) == Rows{{"a", "b"}, {"c", "d"}});
}

TEST_CASE("label files are bounded, and errors name their line", "[data][datasets][table]") {
  const sets::Folder folder;
  folder.write("t", "a\n\nbb 2\n");
  const auto path = folder.root() / "t";
  CHECK(error_of([&] { LabelFile(path, {.bytes = 7}); }).code() == ErrorCode::limit);
  LabelFile file(path, {.line = 3});
  CHECK(file.place().where() == path.string());
  REQUIRE(file.next());
  CHECK(file.line() == "a");
  const auto error = error_of([&] { file.next(); });
  CHECK(error.code() == ErrorCode::limit);
  CHECK(error.where() == path.string() + ", line 3");

  LabelFile whole(path);
  REQUIRE((whole.next() && whole.next()));
  const auto record = whole.fields(Separator::space);
  CHECK(record.place().where("age") == path.string() + ", line 3, field age");
  CHECK(record.integer(1, "age", 0, 2) == 2);
  CHECK(record.number(1, "age") == 2);
  CHECK(error_of([&] { record.integer(1, "age", 0, 1); }).expected() == "0 to 1");
  CHECK(error_of([&] { record.text(2, "sex"); }).where() == path.string() + ", line 3, field sex");
  CHECK_FALSE(whole.next());
  CHECK_FALSE(whole.next());
  CHECK(error_of([&] { LabelFile("/dev/null"); }).code() == ErrorCode::format);
}

TEST_CASE("paths of label files stay where they may", "[data][datasets][table]") {
  const LinePlace place{"f", 3};
  const LabelPaths paths("some/root", {}, "data");
  CHECK(paths.below_root("a.jpg", place) == "data/a.jpg");
  CHECK(paths.below_root("b/./c//d.jpg", place) == "data/b/c/d.jpg");
  CHECK(paths.below_root("../a.jpg", place) == "a.jpg");
  CHECK(paths.below_root("..a.jpg", place) == "data/..a.jpg");
  const std::vector<std::string> refused = {
      "", ".", "a/", "/a.jpg", "../../a.jpg", "../../root2/a.jpg", "../../../../../../../a.jpg", std::string("a\0b.jpg", 7)};
  for (const auto& bad : refused) {
    CAPTURE(bad);
    CHECK(error_of([&] { paths.below_root(bad, place, "file"); }).where() == "f, line 3, field file");
  }
  const LabelPaths wider("some/root", {.within = ".."}, "data");
  CHECK(wider.below_root("../../other/a.jpg", place) == "../other/a.jpg");
  CHECK(error_of([&] { wider.below_root("../../../a.jpg", place); }).code() == ErrorCode::format);
  const LabelPaths slashed("some/root/", {}, "");
  CHECK(slashed.below_root("a.jpg", place) == "a.jpg");
  CHECK(LabelPaths("", {}, "data").below_root("a.jpg", place) == "data/a.jpg");
}

TEST_CASE("options are refused with a list of those there are", "[data][datasets][table]") {
  const std::vector<std::string> known{"train", "test"};
  CHECK(datasets::detail::chosen_split({}, "x", known) == "train");
  CHECK(datasets::detail::chosen_split({.split = "test"}, "x", known) == "test");
  const auto error = error_of([&] { datasets::detail::chosen_split({.split = "tset"}, "x", known); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.expected() == "train, test");
  CHECK(error.hint() == "did you mean \"test\"?");
  CHECK(datasets::detail::setting_list({.settings = {{"a", " b, c "}}}, "a") == std::vector<std::string>{"b", "c"});
  CHECK(datasets::detail::setting_list({.settings = {{"a", "b,"}}}, "a") == std::vector<std::string>{"b", ""});
  CHECK(datasets::detail::setting_list({}, "a").empty());
  CHECK(error_of([&] { datasets::detail::check_settings({.settings = {{"a", ""}}}, "x", {}); }).expected() == "none");
}
