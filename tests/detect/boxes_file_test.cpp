#include <faceptor/detect/boxes_file.hpp>

#include <string>

#include "image/pictures.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;

TEST_CASE("a boxes file may be JSON lines, a JSON array or CSV", "[detect][boxes]") {
  const std::string lines =
      "{\"photo\": \"a.jpg\", \"boxes\": [[1, 2, 3.5, 4], [5, 6, 7, 8]]}\r\n\n"
      "{\"photo\": \"b, c.jpg\", \"boxes\": [[1, 2, 3, 4]]}\n";
  const std::string array =
      "\xEF\xBB\xBF [{\"photo\": \"a.jpg\", \"boxes\": [[1, 2, 3.5, 4], [5, 6, 7, 8]]},\n"
      "{\"photo\": \"b, c.jpg\", \"boxes\": [[1, 2, 3, 4]]}]";
  const std::string csv = "photo, x0, y0, x1, y1\na.jpg,1,2,3.5,4\r\n\na.jpg, 5, 6, 7, 8\n\"b, c.jpg\",1,2,3,4";
  const std::string bare_csv = "a.jpg,1,2,3.5,4\na.jpg,5,6,7,8\nb, c.jpg,1,2,3,4\n";
  for (const auto& text : {lines, array, csv, bare_csv}) {
    CAPTURE(text);
    const auto boxes = parse_boxes(text);
    REQUIRE(boxes.size() == 2);
    REQUIRE(boxes.at("a.jpg").size() == 2);
    CHECK(boxes.at("a.jpg")[0].box == Box{1, 2, 3.5F, 4});
    CHECK(boxes.at("a.jpg")[1].box == Box{5, 6, 7, 8});
    CHECK(boxes.at("a.jpg")[0].score == 1.0F);
    CHECK_FALSE(boxes.at("a.jpg")[0].points);
    CHECK(boxes.at("b, c.jpg").size() == 1);
  }
}

TEST_CASE("a boxes file may hold five points a face, and photos without faces", "[detect][boxes]") {
  const auto boxes = parse_boxes(R"({
    "photo": "a.jpg", "boxes": [[0, 0, 9, 9], [0, 0, 5, 5]],
    "points": [[[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]], null]
  })");
  const auto& faces = boxes.at("a.jpg");
  REQUIRE(faces.size() == 2);
  REQUIRE(faces[0].points);
  CHECK((*faces[0].points)[4] == Point{9, 10});
  CHECK_FALSE(faces[1].points);
  const auto none = parse_boxes(R"([{"photo": "a.jpg", "boxes": []}])");
  REQUIRE(none.contains("a.jpg"));
  CHECK(none.at("a.jpg").empty());
}

TEST_CASE("boxes are found by path, or by file name where that is clear", "[detect][boxes]") {
  const auto boxes = parse_boxes("x/a.jpg,1,2,3,4\ny/a.jpg,5,6,7,8\nz/b.jpg,1,2,3,4\n");
  REQUIRE(find_boxes(boxes, "y/a.jpg") != nullptr);
  CHECK(find_boxes(boxes, "y/a.jpg")->front().box.x0 == 5);
  REQUIRE(find_boxes(boxes, "elsewhere/b.jpg") != nullptr);
  CHECK(find_boxes(boxes, "c.jpg") == nullptr);
  CHECK(error_of([&] { find_boxes(boxes, "a.jpg"); }).code() == ErrorCode::argument);
}

TEST_CASE("a wrong boxes file is named by line and field", "[detect][boxes]") {
  const auto where = [](std::string_view text) {
    const auto error = error_of([&] { parse_boxes(text, "f"); });
    CHECK(error.code() == ErrorCode::format);
    return error.where();
  };
  CHECK(where("") == "f");
  CHECK(where(" \n ") == "f");
  CHECK(where("[{]") == "f");
  CHECK(where("[3]") == "f, entry 1");
  CHECK(where("{\"photo\": \"a\", \"boxes\": []}\n{\"photo\"") == "f, line 2");
  CHECK(where("{\"photo\": \"a\", \"boxes\": []}\n7") == "f, line 2");
  CHECK(where(R"({"boxes": []})") == "f, line 1, field photo");
  CHECK(where(R"({"photo": 3, "boxes": []})") == "f, line 1, field photo");
  CHECK(where(R"({"photo": "", "boxes": []})") == "f, line 1, field photo");
  CHECK(where(R"({"photo": "a"})") == "f, line 1, field boxes");
  CHECK(where(R"({"photo": "a", "boxes": {}})") == "f, line 1, field boxes");
  CHECK(where(R"({"photo": "a", "boxes": [1, 2, 3, 4]})") == "f, line 1, field boxes[0]");
  CHECK(where(R"({"photo": "a", "boxes": [[1, 2, 3]]})") == "f, line 1, field boxes[0]");
  CHECK(where(R"({"photo": "a", "boxes": [[1, 2, 3, 4], [1, 2, "3", 4]]})") == "f, line 1, field boxes[1][2]");
  CHECK(where(R"({"photo": "a", "boxes": [[1, 2, 1e300, 4]]})") == "f, line 1, field boxes[0][2]");
  CHECK(where(R"({"photo": "a", "boxes": [[5, 2, 3, 4]]})") == "f, line 1, field boxes[0]");
  CHECK(where(R"({"photo": "a", "boxes": [[1, 2, 3, 4]], "points": []})") == "f, line 1, field points");
  CHECK(where(R"({"photo": "a", "boxes": [[1, 2, 3, 4]], "points": [[[1, 2]]]})") == "f, line 1, field points[0]");
  CHECK(where(R"({"photo": "a", "boxes": [[1, 2, 3, 4]], "points": [[[1, 2], [1, 2], [1], [1, 2], [1, 2]]]})") ==
        "f, line 1, field points[0][2]");
  CHECK(where("a.jpg,1,2,3,4\nb.jpg,1,2,x,4\n") == "f, line 2, field x1");
  CHECK(where("a.jpg,1,2,3,nan\n") == "f, line 1, field y1");
  CHECK(where("a.jpg,1,2,3\n") == "f, line 1");
  CHECK(where("a.jpg\n") == "f, line 1");
  CHECK(where(",1,2,3,4\n") == "f, line 1, field photo");
  CHECK(where("a.jpg,4,2,3,4\n") == "f, line 1");
  CHECK(where(std::string(200'000, '[')) == "f");
}

TEST_CASE("a boxes file is read from disk", "[detect][boxes]") {
  const pictures::TemporaryFolder folder;
  pictures::write_file(folder / "boxes.csv", pictures::bytes_of("a.jpg,1,2,3,4\n"));
  CHECK(read_boxes_file(folder / "boxes.csv").at("a.jpg").size() == 1);
  CHECK(error_of([&] { read_boxes_file(folder / "missing.csv"); }).code() == ErrorCode::io);
  CHECK(error_of([&] { read_boxes_file(folder.path()); }).code() == ErrorCode::io);
}

TEST_CASE("a line of CSV may hold a score, or say that no face is there", "[detect][boxes]") {
  const auto boxes = parse_boxes("photo,x0,y0,x1,y1,score\na.jpg,1,2,8,9,0.75\nb.jpg,,,,,\nc.jpg,,,,\n\"d, e.jpg\", 1, 2, 8, 9, -1.5\n");
  REQUIRE(boxes.size() == 4);
  CHECK(boxes.at("a.jpg").at(0).box == Box{1, 2, 8, 9});
  CHECK(boxes.at("a.jpg").at(0).score == 0.75F);
  CHECK(boxes.at("b.jpg").empty());
  CHECK(boxes.at("c.jpg").empty());
  CHECK(boxes.at("d, e.jpg").at(0).score == -1.5F);
  CHECK(parse_boxes("a.jpg,1,2,8,9,0.5").at("a.jpg").at(0).score == 0.5F);
  CHECK(parse_boxes("a, 7.jpg,1,2,8,9").at("a, 7.jpg").at(0).score == 1.0F);
  CHECK(error_of([] { parse_boxes("a.jpg,1,,8,9"); }).where() == "boxes, line 1, field y0");
  for (const auto* score : {"inf", "nan", "1e300"}) {  // also what only a double holds
    CHECK(error_of([&] { parse_boxes("a.jpg,1,2,8,9," + std::string(score)); }).summary() == "detect: a score is no number");
  }
  const auto sizes = error_of([] { parse_boxes("photo,x,y,width,height\na.jpg,1,2,8,9\n"); });
  CHECK(sizes.hint() == "boxes are two corners, not a corner and a size");
  CHECK(error_of([] { parse_boxes("a.jpg;1;2;8;9"); }).expected() == "photo,x0,y0,x1,y1 with commas between");
}

TEST_CASE("boxes are found by any spelling of a photo's path", "[detect][boxes]") {
  const auto boxes = parse_boxes("./p/one/x.jpg,1,2,8,9\np\\two\\x.jpg,5,6,8,9\nZo\xC3\xAB.jpg,3,2,8,9\n");
  const BoxesLookup lookup(boxes, "/sets/mine");
  const auto left = [&](const std::filesystem::path& photo) {
    const auto match = lookup.find(photo);
    REQUIRE(match.faces != nullptr);
    CHECK_FALSE(match.by_name);
    return match.faces->at(0).box.x0;
  };
  const auto here = std::filesystem::current_path();
  CHECK(left("p/one/x.jpg") == 1);
  CHECK(left("./p//one/./x.jpg") == 1);
  CHECK(left("p/one/../two/x.jpg") == 5);
  CHECK(left("p\\one\\x.jpg") == 1);
  CHECK(left(here / "p/two/x.jpg") == 5);
  CHECK(left("/sets/mine/p/one/x.jpg") == 1);
  CHECK(left("Zoe\xCC\x88.jpg") == 3);
  // By name alone, and of several by the folders they share.
  CHECK(lookup.find("/elsewhere/two/x.jpg").faces->at(0).box.x0 == 5);
  CHECK(lookup.find("/elsewhere/two/x.jpg").by_name);
  CHECK(error_of([&] { lookup.find("/elsewhere/x.jpg"); }).code() == ErrorCode::argument);
  CHECK(lookup.find("p/one/y.jpg").faces == nullptr);
  // Two spellings of one photo in the file are one photo.
  CHECK(parse_boxes("a.jpg,1,2,8,9\n./a.jpg,2,2,8,9\n").at("a.jpg").size() == 2);
}

TEST_CASE("what is wrong with one photo's boxes is told of that photo alone", "[detect][boxes]") {
  BadBoxes bad;
  const auto boxes = parse_boxes("a.jpg,8,2,1,9\n./b.jpg,1,2,8,nan\nc.jpg,1,2,8,9\nd.jpg,1,2", "f", &bad);
  REQUIRE(bad.size() == 3);
  CHECK(bad.at("a.jpg").where() == "f, line 1");
  CHECK(bad.at("b.jpg").where() == "f, line 2, field y1");
  CHECK(bad.at("d.jpg").where() == "f, line 4");
  CHECK(boxes.contains("a.jpg"));
  CHECK(boxes.at("c.jpg").size() == 1);
  bad.clear();
  const auto lines = parse_boxes("{\"photo\": \"a\", \"boxes\": [[1, 2, \"3\", 4]]}\n{\"photo\": \"b\", \"boxes\": []}\n", "f", &bad);
  CHECK(bad.at("a").where() == "f, line 1, field boxes[0][2]");
  CHECK(lines.at("b").empty());
  // Where nobody knows whose it is, the file is wrong.
  CHECK(error_of([&] { parse_boxes("c.jpg,1,2,8,9\n,1,2,8,9\n", "f", &bad); }).where() == "f, line 2, field photo");
}

TEST_CASE("files that are meant otherwise are told what they look like", "[detect][boxes]") {
  const auto error = [](std::string_view text) { return error_of([&] { parse_boxes(text); }); };
  CHECK(error("photo;x0;y0;x1;y1\na.jpg;1,5;2;8;9\n").hint() == "write commas for the semicolons, and points in numbers");
  CHECK(error("a.jpg\t1\t2\t8\t9\n").hint() == "write commas for the tabs, and points in numbers");
  CHECK(error("a.jpg,10,1,20,2,90,9,110,9\n").hint() == "write points in numbers, no commas");
  CHECK(error("\"a.jpg,1,2,8,9\n").summary() == "detect: a quote is not closed");
  CHECK(error(std::string_view("\xFF\xFEp\0h\0", 6)).hint() == "save it as UTF-8");
  CHECK(error("<!DOCTYPE html>").found() == "HTML or XML");
  CHECK(error(R"({"schema": 1, "photo": "a.jpg", "faces": []})").hint().find("results") != std::string::npos);
  CHECK(error(R"({"images": [], "annotations": []})").hint().find("COCO") != std::string::npos);
  CHECK(parse_boxes("photo,x0,y0,x1,y1\ra.jpg,1,2,8,9\rb.jpg,,,,\r").size() == 2);
}

TEST_CASE("photos of one name are found by their folders in a moment, however many there are", "[detect][boxes]") {
  constexpr int kPhotos = 20000;
  BoxesByPhoto boxes;
  for (int i = 0; i < kPhotos; ++i) boxes["set/" + std::to_string(i) + "/x.jpg"] = {{Box{0, 0, static_cast<float>(i + 1), 9}, 1, {}}};
  const BoxesLookup lookup(boxes);
  for (int i = 0; i < kPhotos; ++i) {
    const auto match = lookup.find("/elsewhere/" + std::to_string(i) + "/x.jpg");
    REQUIRE(match.by_name);
    REQUIRE(match.faces->at(0).box.x1 == static_cast<float>(i + 1));
  }
  CHECK(error_of([&] { lookup.find("x.jpg"); }).code() == ErrorCode::argument);
}
