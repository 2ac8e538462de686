#include <faceptor/published/import_published.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using published::PublishedModel;

namespace {

/// A small Faceptor, as its tensors tell it.
PublishedModel small() {
  PublishedModel found;
  found.width = 128, found.layers = 12, found.patch = 16, found.mlp = 512, found.grid = 14, found.projection = 64;
  found.hidden = 32, found.ffn = 64, found.decoder_layers = 2, found.levels = 1;
  found.queries = {{"age_morph2", 101}, {"align_300w", 68}};
  found.embedding = 48;
  found.classes = {{"recog_ms1mv3", 1000}};
  return found;
}

}  // namespace

TEST_CASE("tasks follow from a checkpoint's queries, in the published order", "[published][import]") {
  const auto tasks = published::published_task_list(small(), nullptr);
  CHECK(tasks.names() == std::vector<std::string>{"recog_ms1mv3", "age_morph2", "align_300w"});
  CHECK(tasks[0].spec().outputs == 48);
  CHECK(tasks[0].spec().loss_options["classes"] == 1000);
  CHECK(tasks[1].spec().view.size().width == 112);
  CHECK(tasks[2].spec().view.size().width == 512);
}

TEST_CASE("a configuration says the image sides and other tasks", "[published][import]") {
  const nlohmann::json config = {
      {"image_small", 96},
      {"image_large", 224},
      {"tasks", {{{"name", "align_300w"}, {"queries", 68}, {"interpreter", "map"}}, {{"name", "age_morph2"}, {"queries", 50}}}}};
  const auto tasks = published::published_task_list(small(), config);
  CHECK(tasks.names() == std::vector<std::string>{"align_300w", "age_morph2"});
  CHECK(tasks[0].spec().view.size().width == 224);
  CHECK(tasks[0].spec().interpreter == "map");
  CHECK(tasks[1].spec().outputs == 50);
  CHECK(tasks[1].spec().view.size().width == 96);
}

TEST_CASE("an architecture follows from the sizes", "[published][import]") {
  const auto made = published::published_architecture(small(), nullptr);
  CHECK(made["kind"] == "faceptor");
  CHECK(made["backbone"]["width"] == 128);
  CHECK(made["backbone"]["heads"] == 2);  // width / 64
  CHECK(made["decoder"]["hidden"] == 32);
  CHECK(made["decoder"]["levels"] == nlohmann::json{11});
  CHECK(published::published_architecture(small(), {{"backbone", {{"heads", 4}}}})["backbone"]["heads"] == 4);
}

TEST_CASE("what a configuration leaves open or contradicts is one error", "[published][import]") {
  const auto error = [](const PublishedModel& found, const nlohmann::json& config) {
    return error_of([&] {
      published::published_task_list(found, config);
      published::published_architecture(found, config);
    });
  };
  CHECK(error(small(), {{"image_small", "large"}}).code() == ErrorCode::format);
  CHECK(error(small(), {{"backbone", 3}}).code() == ErrorCode::format);
  CHECK(error(small(), {{"tasks", {{{"name", "age_morph2"}}}}}).expected() == "\"name\" and \"queries\"");
  const auto levels = error(small(), {{"decoder", {{"levels", {5, 11}}}}});
  CHECK(levels.code() == ErrorCode::mismatch);
  CHECK(levels.expected() == "1 and 0 new ones");
  CHECK(levels.found() == "2 and 0");
  CHECK_FALSE(levels.hint().empty());
  auto narrow = small();
  narrow.width = 40;
  CHECK(error(narrow, nullptr).code() == ErrorCode::mismatch);
  auto unknown = small();
  unknown.queries = {{"age_nobody", 3}};
  CHECK(error(unknown, nullptr).code() == ErrorCode::argument);
}
