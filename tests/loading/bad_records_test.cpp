#include <faceptor/loading/bad_records.hpp>

#include <cmath>

#include "support/error_of.hpp"

using namespace faceptor;
using loading::BadRecord;
using loading::BadRecords;

namespace {

BadRecord bad(std::size_t index) { return {index, Error(ErrorCode::format, "data: broken").where(std::to_string(index))}; }

}  // namespace

TEST_CASE("errors blame a record unless they would come with every one", "[data][bad_records]") {
  for (const auto code : {ErrorCode::io, ErrorCode::format, ErrorCode::unsupported, ErrorCode::limit}) {
    CHECK(loading::blames_record(Error(code, "a")));
  }
  CHECK_FALSE(loading::blames_record(Error(ErrorCode::mismatch, "a")));
  CHECK_FALSE(loading::blames_record(Error(ErrorCode::internal, "a")));
}

TEST_CASE("bad records are skipped while they are few", "[data][bad_records]") {
  BadRecords records("mine", 100, 0.03);
  CHECK(records.allowed() == 3);
  for (const std::size_t index : {7, 2, 7, 9, 2}) records.add(bad(index));
  CHECK(records.count() == 3);  // each once
  REQUIRE(records.first().size() == 3);
  CHECK(records.first()[0].index == 7);
  CHECK(records.first()[2].index == 9);
  const auto error = error_of([&] { records.add(bad(10)); });
  CHECK(error.code() == ErrorCode::format);
  CHECK(error.summary() == "data: too many bad records of mine");
  CHECK(error.expected() == "at most 3 of 100");
  CHECK(error.found().starts_with("4; the first: data: broken (7)"));
}

TEST_CASE("where none may be bad the first one's own error comes", "[data][bad_records]") {
  BadRecords none("mine", 100, 0);
  CHECK(error_of([&] { none.add(bad(5)); }).where() == "5");
  BadRecords few("mine", 10, 0.05);  // less than one
  CHECK(few.allowed() == 0);
  CHECK(error_of([&] { few.add(bad(6)); }).where() == "6");
}

TEST_CASE("the first ones are kept with their errors, all of them counted", "[data][bad_records]") {
  BadRecords all("mine", 100, 1);
  for (std::size_t i = 0; i < 100; ++i) all.add(bad(i));
  CHECK(all.count() == 100);
  CHECK(all.first().size() == BadRecords::kKept);
  for (const double limit : {-0.1, 1.1, static_cast<double>(NAN)}) {
    CHECK(error_of([&] { BadRecords("mine", 100, limit); }).expected() == "0 to 1");
  }
}
