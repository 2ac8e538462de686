#include <faceptor/datasets/named_rows.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

TEST_CASE("rows of CSV and of JSON lines give the same fields", "[data][datasets][named_rows]") {
  const TemporaryFolder folder;
  for (const auto& path : {folder.write("a.csv", "image,age,city\na.jpg,31,Ghent\nb.jpg,54,\n"),
                           folder.write("a.tsv", "image\tage\tcity\na.jpg\t31\tGhent\nb.jpg\t54\t\n"),
                           folder.write("a.jsonl",
                                        "{\"image\": \"a.jpg\", \"age\": 31, \"city\": \"Ghent\"}\n"
                                        "{\"image\": \"b.jpg\", \"age\": 54, \"city\": null}\n")}) {
    INFO(path.string());
    NamedRows rows(path);
    REQUIRE(rows.next());
    CHECK(rows.text("image") == "a.jpg");
    CHECK(rows.required("city") == "Ghent");
    CHECK(rows.number("age", 0, 150) == 31);
    REQUIRE(rows.next());
    CHECK(rows.number("age") == 54);
    CHECK(rows.text("city").empty());
    CHECK(rows.field("city").is_null());
    CHECK(rows.field("nose").is_null());
    CHECK_FALSE(rows.has_column("nose"));
    CHECK_FALSE(rows.next());
  }
}

TEST_CASE("a header is known before the first row, JSON's fields row by row", "[data][datasets][named_rows]") {
  const TemporaryFolder folder;
  NamedRows csv(folder.write("a.csv", "image,,age\na.jpg,x,31\n"));
  CHECK(csv.has_header());
  CHECK(csv.has_column("age"));
  CHECK(csv.columns() == std::vector<std::string>{"image", "", "age"});
  REQUIRE(csv.next());
  CHECK(csv.field("").is_null());  // a column without a name is passed over
  CHECK(csv.place().line == 2);

  NamedRows json(folder.write("a.jsonl", "{\"b\": [1, 2], \"a\": true}\n{\"c\": 1.5}\n"));
  CHECK_FALSE(json.has_header());
  REQUIRE(json.next());
  CHECK(json.columns() == std::vector<std::string>{"a", "b"});
  CHECK(json.text("a") == "true");
  CHECK(json.text("b") == "[1,2]");
  CHECK(json.place().line == 1);
  REQUIRE(json.next());
  CHECK(json.columns() == std::vector<std::string>{"c"});
  CHECK(json.number("c") == 1.5);
}

TEST_CASE("a separator that is said is taken, even where another one would be guessed", "[data][datasets][named_rows]") {
  const TemporaryFolder folder;
  const auto path = folder.write("a.txt", "image,x age\na,b 3\n");
  NamedRows rows(path, Separator::space);
  REQUIRE(rows.next());
  CHECK(rows.text("image,x") == "a,b");
  CHECK(rows.number("age") == 3);
}

TEST_CASE("rows that aren't any are refused with their line", "[data][datasets][named_rows]") {
  const TemporaryFolder folder;
  const auto fails = [&](std::string_view text) {
    return error_of([&] {
      NamedRows rows(folder.write("a.txt", text));
      while (rows.next()) rows.number("age", 0, 150);
    });
  };
  CHECK(fails("[{\"age\": 3}]\n").expected() == "an object a line, or CSV with a header line");
  CHECK(fails("age,age\n3,3\n").found().find("age") != std::string::npos);
  CHECK(fails("{\"age\": 3}\n[3]\n").where().find("line 2") != std::string::npos);
  CHECK(fails("{\"age\": 3}\n{\"age\": \n").summary() == "data: this is no sound JSON");
  // Values are copied and written level by level: this one ended the program.
  const auto deep = fails("{\"age\": 3}\n{\"age\": " + std::string(500'000, '[') + std::string(500'000, ']') + "}\n");
  CHECK(deep.code() == ErrorCode::limit);
  CHECK(deep.where().find("line 2") != std::string::npos);
  CHECK(fails("image,age\na\n").where().find("line 2") != std::string::npos);
  const auto large = fails("image,age\na,31\nb,151\n");
  CHECK(large.code() == ErrorCode::format);
  CHECK(large.where().find("line 3, field age") != std::string::npos);
  CHECK(large.expected() == "0 to 150");
  CHECK(fails("image,age\na,old\n").summary() == "data: a field is no number");
  CHECK(fails("image,age\na,\n").summary() == "data: a field is empty");
  CHECK(fails("image,ages\na,3\n").hint() == "did you mean \"ages\"?");
  CHECK(fails("{\"age\": [3]}\n").summary() == "data: a field is no number");
}
