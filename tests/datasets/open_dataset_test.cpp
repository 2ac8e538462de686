#include <faceptor/datasets/open_dataset.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/parsing_sets.hpp>

#include "datasets/spoilt_sets.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

class Nothing final : public Dataset {
 public:
  explicit Nothing(DatasetInfo info) : info_(std::move(info)) {}
  const DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return 0; }
  Annotation annotation(std::size_t) const override { return {}; }
  Sample read(std::size_t) const override { return {}; }

 private:
  DatasetInfo info_;
};

std::unique_ptr<Dataset> open_nothing(const std::filesystem::path& root, const DatasetOptions& options) {
  return std::make_unique<Nothing>(DatasetInfo{.format = "nothing", .split = options.split, .root = root});
}

}  // namespace

TEST_CASE("every format has a name of its own and says what it is", "[data][datasets][open_dataset]") {
  std::set<std::string> names;
  for (const auto& format : dataset_formats()) {
    CAPTURE(format.name);
    CHECK(names.insert(format.name).second);
    CHECK_FALSE(format.description.empty());
  }
  for (const char* name : {"ms1mv3", "morph2", "utkface", "celeba", "affectnet", "rafdb", "ferplus", "celebamask_hq", "lapa", "300w",
                           "wflw", "cofw", "aflw19", "verification", "folder", "manifest"}) {
    CAPTURE(name);
    CHECK(names.contains(name));
  }
}

TEST_CASE("the splits that are listed are those that the readers know", "[data][datasets][open_dataset]") {
  const TemporaryFolder folder;
  for (const auto& format : dataset_formats()) {
    if (format.name == "folder" || format.name == "manifest" || format.splits.empty()) continue;
    CAPTURE(format.name);
    const auto error = error_of([&] { open_dataset(format.name, folder.path(), {.split = "no such split"}); });
    CHECK(error.code() == ErrorCode::argument);
    CHECK(error.expected() == text::join(format.splits));
  }
}

TEST_CASE("a data set is opened by its format's name", "[data][datasets][open_dataset]") {
  const sets::Folder folder;
  for (const char* name : {"a", "b"}) folder.picture("train/" + std::string(name) + "/1.png");
  const auto set = open_dataset("folder", folder.root());
  CHECK(set->info().format == "folder");
  CHECK(set->size() == 2);
  const auto sizes = split_sizes("folder", folder.root());
  REQUIRE(sizes.size() == 3);
  CHECK(sizes[0].split == "train");
  CHECK(sizes[0].samples == 2);
  CHECK(sizes[0].error.empty());
  CHECK(sizes[1].samples == 0);
  CHECK_FALSE(sizes[1].error.empty());
}

TEST_CASE("unknown formats and places", "[data][datasets][open_dataset]") {
  const TemporaryFolder folder;
  const auto unknown = error_of([&] { open_dataset("celeba-hq", folder.path()); });
  CHECK(unknown.code() == ErrorCode::unsupported);
  CHECK(std::string(unknown.what()).find("\"celeba-hq\"") != std::string::npos);
  CHECK(unknown.hint().find("celeba") != std::string::npos);
  CHECK(error_of([&] { split_sizes("300W", folder.path()); }).hint().find("300w") != std::string::npos);
  const auto nowhere = error_of([&] { open_dataset("lapa", folder / "nowhere"); });
  CHECK(nowhere.code() == ErrorCode::io);
  CHECK(nowhere.where() == (folder / "nowhere").string());
}

TEST_CASE("a set that isn't here is looked for nearby, and archives are told", "[data][datasets][open_dataset]") {
  const sets::Folder folder;
  for (const char* name : {"a", "b"}) folder.picture("deep/set/1_" + std::string(name) + ".png");
  std::filesystem::create_directories(folder.root() / "deep/set/label/RANDOM_80_20");
  std::ofstream(folder.root() / "deep/set/label/RANDOM_80_20/train.txt") << "1_a.png 20\n1_b.png 30\n";
  const auto hint = [&](const char* format, const char* place) {
    return error_of([&] { open_dataset(format, folder.root() / place); }).hint();
  };
  CHECK(hint("morph2", "deep").find((folder.root() / "deep/set").string()) != std::string::npos);
  CHECK(hint("morph2", "deep/set/label").find("deep/set") != std::string::npos);
  CHECK(hint("rafdb", "deep/set").find("morph2") != std::string::npos);
  std::ofstream(folder.root() / "set.zip") << "PK\x03\x04";
  const auto archive = error_of([&] { open_dataset("lapa", folder.root() / "set.zip"); });
  CHECK(std::string(archive.what()).find("archive") != std::string::npos);
}

TEST_CASE("formats of one's own", "[data][datasets][open_dataset]") {
  const TemporaryFolder folder;
  register_dataset_format({.name = "nothing", .description = "no samples", .kind = LabelKind::age}, open_nothing);
  CHECK(dataset_formats().back().name == "nothing");
  CHECK(open_dataset("nothing", folder.path(), {.split = "here"})->info().split == "here");
  CHECK(split_sizes("nothing", folder.path()).empty());

  for (const char* taken : {"nothing", "300w"}) {
    CHECK(error_of([&] { register_dataset_format({.name = taken, .description = "again"}, open_nothing); }).code() == ErrorCode::argument);
  }
  CHECK(error_of([] { register_dataset_format({.name = "", .description = "nameless"}, open_nothing); }).code() == ErrorCode::argument);
  CHECK(error_of([] { register_dataset_format({.name = "closed", .description = "x"}, {}); }).code() == ErrorCode::argument);
}

TEST_CASE("formats may be registered while others are opened", "[data][datasets][open_dataset]") {
  const TemporaryFolder folder;
  const auto before = dataset_formats().size();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&folder, i] {
      for (int k = 0; k < 20; ++k) {
        const auto name = "mine-" + std::to_string(i) + "-" + std::to_string(k);
        register_dataset_format({.name = name, .description = "mine"}, open_nothing);
        open_dataset(name, folder.path());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(dataset_formats().size() == before + 80);
}
