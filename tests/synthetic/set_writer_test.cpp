#include <faceptor/synthetic/set_writer.hpp>

#include <map>
#include <string>
#include <vector>

#include <faceptor/image/read.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::synthetic;

namespace {

PictureFiles::Lines age_lines() {
  return [](const SetPicture& picture, const SyntheticFace& face) {
    return std::vector<PictureFiles::Line>{
        {"lists/" + picture.split + ".txt", picture.name + " " + std::to_string(static_cast<int>(face.age))}, {"all.txt", picture.name}};
  };
}

}  // namespace

TEST_CASE("a writer's pictures are files, its lines gathered in the order they came", "[synthetic][set_writer]") {
  const TemporaryFolder folder;
  const SetPlan plan("morph2", {.seed = 1, .count = 5, .width = 24});
  PictureFiles files(plan, folder.path(), age_lines(), {{"all.txt", "name"}});
  std::string all = "name\n";
  std::map<std::string, std::string> lists;
  for (const auto& picture : plan.pictures()) {
    const auto sample = plan.paint(picture);
    files.add(picture, files.store(picture, sample));
    const auto read = read_image(folder / picture.name);
    CHECK(read.width() == 24);
    CHECK(read.height() == sample.image.height());
    all += picture.name + "\n";
    lists[picture.split] += picture.name + " " + std::to_string(static_cast<int>(sample.face.age)) + "\n";
  }
  CHECK_FALSE(std::filesystem::exists(folder / "all.txt"));  // what all share comes last
  files.finish();
  CHECK(read_text(folder / "all.txt") == all);
  for (const auto& [split, text] : lists) CHECK(read_text(folder / ("lists/" + split + ".txt")) == text);
}

TEST_CASE("every format has a writer, and a folder that isn't one is an error", "[synthetic][set_writer]") {
  const TemporaryFolder folder;
  for (const auto& format : set_formats()) {
    INFO(format.name);
    const SetPlan plan(format.name, {.seed = 1, .count = 40, .width = 24});
    CHECK(make_set_writer(plan, folder.path()) != nullptr);
  }
  folder.write("file", "");
  const SetPlan plan("morph2", {.seed = 1, .count = 5, .width = 24});
  CHECK(error_of([&] { make_set_writer(plan, folder / "file"); }).code() == ErrorCode::io);
}
