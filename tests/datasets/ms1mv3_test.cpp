#include <faceptor/datasets/ms1mv3.hpp>

#include <limits>

#include "datasets/malformed.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::datasets;

namespace {

std::int64_t person_of(const Annotation& annotation) { return std::get<ClassLabel>(annotation.label).index; }

/// A set of records made by hand: what record 0 says, and the images' labels.
struct Fault {
  const char* name;
  std::vector<float> first;
  std::vector<float> labels;
  const char* where;
  std::vector<std::uint64_t> keys = {0, 1, 2};
};

void write_records(const TemporaryFolder& folder, const Fault& fault, const std::string& content) {
  RecordWriter writer(folder / "train.rec", folder / "train.idx");
  for (std::size_t i = 0; i < fault.keys.size(); ++i) {
    const auto& labels = i == 0 ? fault.first : std::vector<float>{fault.labels.at(i - 1)};
    const bool alone = i > 0 || labels.size() == 1;
    writer.add(fault.keys[i], {.flag = alone ? 0 : static_cast<std::uint32_t>(labels.size()), .labels = labels},
               i == 0 ? std::span<const std::byte>{} : std::as_bytes(std::span(content)));
  }
  writer.finish();
}

void read_all(const std::filesystem::path& root, const DatasetOptions& options = {}) {
  const auto set = open_ms1mv3(root, options);
  for (std::size_t i = 0; i < set->size(); ++i) set->read(i);
}

}  // namespace

TEST_CASE("a set of persons is written and read back", "[data][ms1mv3]") {
  const TemporaryFolder folder;
  const auto a = pictures::smooth(112, 112), b = pictures::smooth(40, 30);
  {
    Ms1mv3Writer writer(folder.path());
    writer.add(0, encode_png(a));
    writer.add(4, encode_png(b));
    writer.add(2, encode_jpeg(a));
    writer.finish();
  }
  for (const auto& root : {folder.path(), folder / "train.rec"}) {
    const auto set = open_ms1mv3(root);
    REQUIRE(set->size() == 3);
    CHECK(set->info().format == "ms1mv3");
    CHECK(set->info().split == "train");
    CHECK(set->info().kind == LabelKind::class_index);
    CHECK(set->info().classes == 5);
    CHECK(set->read(0).image == a);
    CHECK(set->read(1).image == b);
    CHECK(set->read(2).image.width() == 112);
    CHECK(person_of(set->annotation(0)) == 0);
    CHECK(person_of(set->annotation(1)) == 4);
    CHECK(person_of(set->read(2)) == 2);
    CHECK(set->annotation(1).name == "2");
  }
}

TEST_CASE("the number of persons comes from the first place that says it", "[data][ms1mv3]") {
  const TemporaryFolder folder;
  const auto picture = malformed::text_of(encode_png(pictures::smooth(4, 4)));
  write_records(folder, {"", {3, 3}, {0, 6}, ""}, picture);
  CHECK(open_ms1mv3(folder.path())->info().classes == 7);
  write_records(folder, {"", {3, 13}, {0, 6}, ""}, picture);
  CHECK(open_ms1mv3(folder.path())->info().classes == 10);
  folder.write("property", "93431,112,112\n");
  CHECK(open_ms1mv3(folder.path())->info().classes == 93431);
  DatasetOptions options;
  options.settings["classes"] = "12";
  CHECK(open_ms1mv3(folder.path(), options)->info().classes == 12);
  options.settings["classes"] = "6";
  const auto few = open_ms1mv3(folder.path(), options);
  CHECK_NOTHROW(few->read(0));
  const auto error = error_of([&] { few->read(1); });
  CHECK(error.code() == ErrorCode::format);
  CHECK(error.where().ends_with("record 2, label"));
}

TEST_CASE("images need not stand in order, nor record 0 first", "[data][ms1mv3]") {
  const TemporaryFolder folder;
  RecordWriter writer(folder / "train.rec", folder / "train.idx");
  const auto picture = encode_png(pictures::smooth(4, 4));
  writer.add(2, {.flag = 2, .labels = {1, 9}}, picture);
  writer.add(1, {.flag = 0, .labels = {0}}, picture);
  writer.add(3, {.flag = 2, .labels = {1, 2}}, {});
  writer.add(0, {.flag = 2, .labels = {3, 4}}, {});
  writer.finish();
  const auto set = open_ms1mv3(folder.path());
  REQUIRE(set->size() == 2);
  CHECK(person_of(set->annotation(0)) == 0);
  DatasetOptions options;
  options.settings["classes"] = "2";
  CHECK(person_of(open_ms1mv3(folder.path(), options)->annotation(1)) == 1);
}

TEST_CASE("each malformed set of records is refused with its record and field", "[data][ms1mv3]") {
  const auto picture = malformed::text_of(encode_png(pictures::smooth(4, 4)));
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<Fault> faults = {
      {"record 0 is an image", {3}, {0, 1}, "record 0, flag"},
      {"no record 0", {3, 3}, {0, 1}, "record 0", {1, 2, 3}},
      {"record 0 counts more than there are", {5, 5}, {0, 1}, "record 0, label"},
      {"an image is missing", {4, 4}, {0, 1}, "record 0, label", {0, 1, 3}},
      {"the first image is missing", {4, 4}, {0, 1}, "record 0, label", {0, 2, 3}},
      {"the images end below 0", {-1, 3}, {0, 1}, "record 0, label"},
      {"the images end at 0", {0, 0}, {0, 1}, "record 0, label"},
      {"the images end between", {2.5F, 3}, {0, 1}, "record 0, label"},
      {"the images end nowhere", {kNan, 3}, {0, 1}, "record 0, label"},
      {"the images end at infinity", {kInfinity, 3}, {0, 1}, "record 0, label"},
      {"the images end beyond 2^24", {3e7F, 3}, {0, 1}, "record 0, label"},
      {"the persons end nowhere", {3, kNan}, {0, 1}, "record 0, label"},
      {"a negative person", {3, 3}, {0, -1}, "record 2, label"},
      {"a person between", {3, 3}, {0.5F, 1}, "record 1, label"},
      {"a person that is no number", {3, 3}, {0, kNan}, "record 2, label"},
      {"a person at infinity", {3, 3}, {kInfinity, 1}, "record 1, label"},
      {"a person beyond 2^24", {3, 3}, {0, 1e30F}, "record 2, label"},
      {"a person beyond the persons' records", {3, 5}, {0, 2}, "record 2, label"},
  };
  for (const auto& fault : faults) {
    CAPTURE(fault.name);
    const TemporaryFolder folder;
    write_records(folder, fault, picture);
    const auto error = error_of([&] { read_all(folder.path()); });
    CAPTURE(error.what());
    CHECK(error.code() == ErrorCode::format);
    CHECK(error.where().find(folder.path().string()) == 0);
    CHECK(error.where().ends_with(fault.where));
  }
}

TEST_CASE("a broken picture fails alone", "[data][ms1mv3]") {
  const auto picture = malformed::text_of(encode_jpeg(pictures::smooth(20, 20)));
  for (const auto& content : {std::string(), std::string("no picture"), picture.substr(0, picture.size() / 2)}) {
    const TemporaryFolder folder;
    RecordWriter writer(folder / "train.rec", folder / "train.idx");
    writer.add(0, {.flag = 2, .labels = {3, 3}}, {});
    writer.add(1, {.flag = 0, .labels = {0}}, std::as_bytes(std::span(content)));
    writer.add(2, {.flag = 0, .labels = {1}}, std::as_bytes(std::span(picture)));
    writer.finish();
    const auto set = open_ms1mv3(folder.path());
    CHECK_NOTHROW(set->annotation(0));
    CHECK_NOTHROW(set->read(1));
    const auto error = error_of([&] { set->read(0); });
    CHECK(error.summary().starts_with("data: "));
    CHECK(error.where().find("train.rec, record 1") != std::string::npos);
  }
}

TEST_CASE("a missing index, another split or setting, and a wrong property are refused", "[data][ms1mv3]") {
  const TemporaryFolder folder;
  CHECK(error_of([&] { open_ms1mv3(folder.path()); }).code() == ErrorCode::io);
  write_records(folder, {"", {3, 3}, {0, 1}, ""}, "");
  const auto refusal = [&](const DatasetOptions& options) { return error_of([&] { open_ms1mv3(folder.path(), options); }).code(); };
  DatasetOptions options;
  options.split = "test";
  CHECK(refusal(options) == ErrorCode::argument);
  for (const auto* classes : {"", "0", "-1", "many", "1e3", "99999999", "3 "}) {
    CAPTURE(classes);
    DatasetOptions wrong;
    wrong.settings["classes"] = classes;
    CHECK(refusal(wrong) == ErrorCode::argument);
    folder.write("property", std::string(classes) + ",112,112");
    CHECK(refusal({}) == ErrorCode::format);
  }
  std::filesystem::remove(folder / "property");
  DatasetOptions unknown;
  unknown.settings["class"] = "3";
  CHECK(refusal(unknown) == ErrorCode::argument);
  std::filesystem::remove(folder / "train.idx");
  const auto error = error_of([&] { open_ms1mv3(folder.path()); });
  CHECK(error.code() == ErrorCode::io);
  CHECK(error.where().ends_with("train.idx"));
  CHECK_FALSE(error.hint().empty());
}

TEST_CASE("whatever byte of a set of persons is wrong, nothing crashes", "[data][ms1mv3]") {
  const TemporaryFolder folder;
  {
    Ms1mv3Writer writer(folder.path());
    writer.add(0, encode_png(pictures::smooth(3, 2)));
    writer.add(1, encode_png(pictures::smooth(2, 3)));
    writer.finish();
  }
  CHECK(malformed::survive(folder, "train.rec", read_text(folder / "train.rec"), [&](const auto&) { read_all(folder.path()); }) > 100);
}

TEST_CASE("persons that floats can't hold are not written, and nothing appears", "[data][ms1mv3]") {
  const TemporaryFolder folder;
  {
    Ms1mv3Writer writer(folder.path());
    CHECK(error_of([&] { writer.add(-1, {}); }).code() == ErrorCode::argument);
    CHECK(error_of([&] { writer.add(1 << 24, {}); }).code() == ErrorCode::argument);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}
